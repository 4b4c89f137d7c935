"""What differs between two versions of one thing, named by what each part is called rather than by its position.

A list whose entries have an ``id``, ``code`` or ``name`` is compared entry by entry under that name, so a step that was
put in between makes no difference of the steps after it; any other list is one value.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_NAMES = ("id", "code", "name")


@dataclass(frozen=True)
class Difference:
    """One part, before and after; null where it is not there."""

    place: str
    before: object
    after: object


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """Every difference, in the order in which the later version is written; what is gone comes after what stayed."""
    return tuple(_between(before, after, ()))


def _between(before: object, after: object, place: tuple[str, ...]) -> Iterator[Difference]:
    if before == after:
        return
    old, new = _parts(before), _parts(after)
    if old is None or new is None:
        yield Difference(".".join(place), before, after)
        return
    for key in dict.fromkeys([*new, *old]):
        yield from _between(old.get(key), new.get(key), (*place, key))


def _parts(value: object) -> Mapping[str, object] | None:
    """The named parts of a value; null for one that has none."""
    match value:
        case Mapping():
            return value
        case [Mapping() as first, *_]:
            name = next((one for one in _NAMES if one in first), None)
            return None if name is None else _named(value, name)
        case _:
            return None


def _named(entries: Sequence[object], name: str) -> Mapping[str, object] | None:
    named = {str(one.get(name)): one for one in entries if isinstance(one, Mapping)}
    return named if len(named) == len(entries) else None
