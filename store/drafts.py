"""Filings that somebody began and keeps under a code; the code itself is never kept, only its SHA-256."""

from collections.abc import Sequence
from datetime import timedelta

from dossiers.values import ProcedureCode
from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class Draft(Row):
    """What was filled in so far, field by field as the form sent it. Personal."""

    procedure: ProcedureCode
    fields: tuple[tuple[str, str], ...]
    ends_at: StoredInstant

    def __repr__(self) -> str:
        """Says nothing of the person."""
        return f"Draft({self.procedure})"

    __str__ = __repr__


async def save_draft(
    tx: Transaction, code_hash: bytes, procedure: ProcedureCode, fields: Sequence[tuple[str, str]], *, lasts: timedelta
) -> Draft:
    """Keep it from now on so long, in the place of what the code had kept before."""
    kept = [list(one) for one in fields]
    ends_at = await tx.value(_SQL["save_draft"], code_hash, procedure, kept, lasts)
    return Draft(procedure=procedure, fields=tuple(fields), ends_at=ends_at)


async def find_draft(tx: Transaction, code_hash: bytes) -> Draft | None:
    """Null once it has ended."""
    row = await tx.one(_SQL["find_draft"], code_hash)
    return None if row is None else Draft.from_row(row)


async def end_draft(tx: Transaction, code_hash: bytes) -> None:
    await tx.run(_SQL["end_draft"], code_hash)
