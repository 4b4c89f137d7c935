"""What every row of the store is made of: frozen values whose instants carry the offset of Vietnam."""

import base64
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Generic, Self, TypeVar

import asyncpg
from pydantic import BeforeValidator

from dossiers.instants import VIETNAM
from dossiers.values import Value

T = TypeVar("T")
#: PostgreSQL's integer ends here.
_MOST = 2**31


def _on_a_vietnamese_clock(value: object) -> object:
    return value.astimezone(VIETNAM) if isinstance(value, datetime) else value


#: An instant as the database keeps it; unlike a legal instant it may have parts of a second.
StoredInstant = Annotated[datetime, BeforeValidator(_on_a_vietnamese_clock)]


class Row(Value):
    """A row that the store hands out."""

    @classmethod
    def from_row(cls, row: asyncpg.Record) -> Self:
        return cls.model_validate(dict(row.items()))

    @classmethod
    def from_rows(cls, rows: Iterable[asyncpg.Record]) -> tuple[Self, ...]:
        return tuple(cls.from_row(row) for row in rows)


class Page(Value, Generic[T]):
    """A part of a list, and where the next one begins; null at the end."""

    items: tuple[T, ...]
    next: str | None = None


def cursor_of(*key: str) -> str:
    """An opaque mark of the last row that was seen."""
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def key_of(cursor: str, *, parts: int) -> tuple[str, ...]:
    """The key inside a cursor; ValueError for anything we did not make."""
    key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    if not isinstance(key, list) or len(key) != parts or not all(isinstance(part, str) for part in key):
        message = "not a cursor of ours"
        raise ValueError(message)
    return tuple(key)


def instant_in(cursor_part: str) -> datetime:
    """The instant in a part of a cursor; ValueError for anything we did not make."""
    instant = datetime.fromisoformat(cursor_part)
    if instant.tzinfo is None:
        message = "not a cursor of ours"
        raise ValueError(message)
    try:
        return instant.astimezone(VIETNAM)
    except OverflowError as error:
        raise ValueError(cursor_part) from error


def sequence_in(cursor_part: str) -> int:
    """The sequence in a part of a cursor; ValueError for what no journal counts to."""
    sequence = int(cursor_part)
    if not 0 <= sequence < _MOST:
        raise ValueError(cursor_part)
    return sequence
