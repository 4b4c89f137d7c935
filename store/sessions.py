"""Who is signed in to the console, in whose place, and until when. A token itself is never kept, only its SHA-256."""

from datetime import timedelta

from dossiers.values import OfficerId
from store.callers import Caller
from store.database import Transaction
from store.statements import statements_of

_SQL = statements_of(__file__)


async def begin_session(tx: Transaction, token_hash: bytes, *, key_hash: bytes, lasts: timedelta) -> None:
    """A session of whoever holds the key; none for a key that is unknown or revoked."""
    await tx.run(_SQL["begin_session"], token_hash, key_hash, lasts)


async def find_session(tx: Transaction, token_hash: bytes) -> Caller | None:
    """Whose session it is, with whom they stand in for; null once it has ended or its key is no longer valid."""
    row = await tx.one(_SQL["find_session"], token_hash)
    return None if row is None else Caller.from_row(row)


async def stand_in(tx: Transaction, token_hash: bytes, officer: OfficerId | None) -> None:
    """From now on the session acts in that officer's place; in one's own with null."""
    await tx.run(_SQL["stand_in"], token_hash, officer)


async def end_session(tx: Transaction, token_hash: bytes) -> None:
    await tx.run(_SQL["end_session"], token_hash)
