"""Free text: what people wrote, kept here alone; journal, workflow and logs hold a reference with a salted digest.

A digest proves later that the text is the one the event referred to; the salt keeps a short text from being guessed.
"""

import hashlib
import unicodedata
from collections.abc import Sequence
from typing import Self
from uuid import UUID

from pydantic import Field, model_validator

from dossiers.texts import TextRef
from store.database import Transaction
from store.statements import statements_of
from store.values import Row

_SQL = statements_of(__file__)


class Text(Row):
    """A text with what proves it."""

    id: UUID
    salt: bytes = Field(min_length=16, repr=False)
    body: str = Field(min_length=1, repr=False)
    digest: str

    @model_validator(mode="after")
    def _is_sealed(self) -> Self:
        if self.digest != _digest(self.salt, self.body):
            message = "the digest is not that of salt and text"
            raise ValueError(message)
        return self

    @property
    def ref(self) -> TextRef:
        """What may leave the store."""
        return TextRef(id=self.id, digest=self.digest)


def sealed(text_id: UUID, body: str, salt: bytes) -> Text:
    """The text as it is kept: composed (NFC), so that one spelling has one digest."""
    composed = unicodedata.normalize("NFC", body)
    return Text(id=text_id, salt=salt, body=composed, digest=_digest(salt, composed))


async def read_texts(tx: Transaction, ids: Sequence[UUID]) -> dict[UUID, Text]:
    """The texts that exist, by id."""
    return {text.id: text for text in Text.from_rows(await tx.all(_SQL["read_texts"], list(ids)))}


def _digest(salt: bytes, body: str) -> str:
    return hashlib.sha256(salt + body.encode()).hexdigest()
