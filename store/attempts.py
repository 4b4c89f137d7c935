"""What supervisors must see although it changed nothing: refused acts, violations, applicants who were not told."""

from datetime import datetime
from uuid import UUID

from dossiers.values import AgencyCode, DossierNumber, OfficerId, TaskKey, UnitCode
from store.database import Transaction
from store.statements import statements_of
from store.values import Page, Row, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)


class RefusedRow(Row):
    """An act that was asked for and refused."""

    id: UUID
    dossier: UUID
    number: DossierNumber
    kind: str
    task: TaskKey | None
    actor: OfficerId
    accepted_at: StoredInstant
    code: str | None
    message: str | None


class ViolationRow(Row):
    """Something unlawful that happened outside, or a request for a supplement later than the decree allows."""

    dossier: UUID
    number: DossierNumber
    sequence: int
    rule: str
    actor: OfficerId | None
    occurred_at: StoredInstant
    recorded_at: StoredInstant


class UnsentRow(Row):
    """A stop of which the applicant was not told by the closing of its day."""

    dossier: UUID
    number: DossierNumber
    agency: AgencyCode
    unit: UnitCode
    stopped_at: StoredInstant
    due_at: StoredInstant


async def list_refused(
    tx: Transaction,
    *,
    agency: AgencyCode | None = None,
    dossier: UUID | None = None,
    code: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> Page[RefusedRow]:
    """The latest first; null means any. ValueError for a cursor that is not one of ours."""
    at, last = (None, None) if cursor is None else _place(cursor)
    rows = await tx.all(_SQL["list_refused"], agency, dossier, code, at, last, limit + 1)
    items = RefusedRow.from_rows(rows[:limit])
    more = len(rows) > limit
    return Page(items=items, next=cursor_of(items[-1].accepted_at.isoformat(), str(items[-1].id)) if more else None)


async def list_violations(tx: Transaction, *, agency: AgencyCode | None, limit: int) -> tuple[ViolationRow, ...]:
    """The latest first."""
    return ViolationRow.from_rows(await tx.all(_SQL["list_violations"], agency, limit))


async def list_unsent(tx: Transaction, *, agency: AgencyCode | None, limit: int) -> tuple[UnsentRow, ...]:
    """Those that wait longest first."""
    return UnsentRow.from_rows(await tx.all(_SQL["list_unsent"], agency, limit))


def _place(cursor: str) -> tuple[datetime, UUID]:
    at, last = key_of(cursor, parts=2)
    return instant_in(at), UUID(last)
