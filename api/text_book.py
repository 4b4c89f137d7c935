"""The texts of one command, kept beside it: the command itself holds references."""

import os
from collections.abc import Callable
from uuid import UUID, uuid5

from dossiers.texts import TextRef
from store.texts import Text, sealed

_SALT_BYTES = 16


class TextBook:
    """The texts of one command: each has an identity of its own, so a repeated request writes none twice."""

    def __init__(self, command: UUID, salt: Callable[[], bytes] = lambda: os.urandom(_SALT_BYTES)) -> None:
        self._command = command
        self._salt = salt
        self.texts: tuple[Text, ...] = ()

    def keep(self, field: str, text: str) -> TextRef:
        kept = sealed(uuid5(self._command, field), text, self._salt())
        self.texts += (kept,)
        return kept.ref

    def keep_if(self, field: str, text: str | None) -> TextRef | None:
        return None if text is None else self.keep(field, text)
