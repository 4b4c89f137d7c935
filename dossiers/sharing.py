"""One object in memory for what many dossiers carry: what is read from the same words is the same value.

A worker keeps thousands of dossiers, and most of each is a procedure and calendars that hundreds of others carry too.
Held once, they take a tenth of the memory, are read and indexed once, and leave the garbage collector little to walk:
a collection of seconds stops every thread, and Temporal takes a worker that stands still for one in a deadlock. Values
are frozen, so sharing changes nothing that anybody can see. What no dossier carries any more is forgotten.
"""

import json
from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar, cast
from weakref import WeakValueDictionary

from pydantic import ValidatorFunctionWrapHandler, WrapValidator

from dossiers.values import Value

V = TypeVar("V", bound=Value)

_made: WeakValueDictionary[tuple[type[Value], bytes], Value] = WeakValueDictionary()


def once_in_memory(kind: type[V]) -> WrapValidator:
    """For a field that holds such a value: read from the same JSON again, it is the same object."""

    def read(said: object, validate: ValidatorFunctionWrapHandler) -> Any:  # noqa: ANN401 - whatever the field holds
        if not isinstance(said, dict):
            return validate(said)
        return _once(kind, json.dumps(said, separators=(",", ":")), lambda: validate(said))

    return WrapValidator(read)


def shared(value: V) -> V:
    """The object that stands for every value of this content."""
    return _once(type(value), value.model_dump_json(), lambda: value)


def _once(kind: type[V], words: str, make: Callable[[], V]) -> V:
    key = kind, blake2b(words.encode(), digest_size=16).digest()
    known = _made.get(key)
    if known is None:
        known = _made[key] = make()
    return cast("V", known)
