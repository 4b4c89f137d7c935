"""Who is away, and who acts in their place meanwhile. Absences are ended, never deleted: they explain who acted."""

from datetime import datetime
from uuid import UUID

from dossiers.values import AgencyCode, Instant, OfficerId, Value
from store.database import Reading, Transaction
from store.errors import AbsenceUnknown, IdempotencyMismatch
from store.statements import statements_of
from store.values import Page, Row, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)


class Absence(Value):
    """An officer away from one instant until before another, and the substitute."""

    officer: OfficerId
    substitute: OfficerId
    agency: AgencyCode
    begins_at: Instant
    ends_at: Instant


class AbsenceRow(Row):
    """An absence as it was registered, and whether it was ended early."""

    id: UUID
    officer: OfficerId
    substitute: OfficerId
    agency: AgencyCode
    begins_at: StoredInstant
    ends_at: StoredInstant
    registered_by: OfficerId
    registered_at: StoredInstant
    ended_at: StoredInstant | None
    ended_by: OfficerId | None


async def register(tx: Transaction, identity: UUID, absence: Absence, *, by: OfficerId) -> AbsenceRow:
    """Keep an absence; registered again under its identity, it is answered as it is kept."""
    row = await tx.one(
        _SQL["register"],
        identity,
        absence.officer,
        absence.substitute,
        absence.agency,
        absence.begins_at,
        absence.ends_at,
        by,
    )
    if row is not None:
        return AbsenceRow.from_row(row)
    kept = await read_absence(tx, identity)
    if Absence.model_validate(kept.model_dump(include=set(Absence.model_fields))) != absence:
        raise IdempotencyMismatch(absence=str(identity))
    return kept


async def read_absence(tx: Transaction, identity: UUID) -> AbsenceRow:
    row = await tx.one(_SQL["read_absence"], identity)
    if row is None:
        raise AbsenceUnknown(absence=str(identity))
    return AbsenceRow.from_row(row)


async def end_absence(tx: Transaction, identity: UUID, *, by: OfficerId) -> AbsenceRow:
    """The officer is back; ended already, it stays as it is."""
    row = await tx.one(_SQL["end_absence"], identity, by)
    return await read_absence(tx, identity) if row is None else AbsenceRow.from_row(row)


async def stands_in_for(tx: Reading, substitute: OfficerId) -> tuple[OfficerId, ...]:
    """Who is away at this moment, by the database's clock, and leaves the work to this substitute."""
    return tuple(row["officer"] for row in await tx.all(_SQL["in_force"], substitute))


async def list_absences(
    tx: Transaction,
    *,
    agency: AgencyCode | None,
    officer: OfficerId | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[AbsenceRow]:
    """Of an agency, of one officer or substitute; the latest first. ValueError for a cursor that is not one of ours."""
    begins, last = (None, None) if cursor is None else _place(cursor)
    rows = await tx.all(_SQL["list_absences"], agency, officer, begins, last, limit + 1)
    items = AbsenceRow.from_rows(rows[:limit])
    return Page(items=items, next=_cursor(items[-1]) if len(rows) > limit else None)


def _cursor(row: AbsenceRow) -> str:
    return cursor_of(row.begins_at.isoformat(), str(row.id))


def _place(cursor: str) -> tuple[datetime, UUID]:
    begins, last = key_of(cursor, parts=2)
    return instant_in(begins), UUID(last)
