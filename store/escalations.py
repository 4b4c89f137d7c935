"""What was escalated and who must see it: the rungs that were reached and the notices they made."""

from datetime import datetime
from typing import Final
from uuid import UUID

from dossiers.seats import Actor
from dossiers.values import AgencyCode, DossierNumber, OfficerId, UnitCode, Value
from store.database import Reading, Transaction
from store.rendered import RenderedEscalation, RenderedNotice
from store.statements import statements_of
from store.values import Page, cursor_of, instant_in, key_of, sequence_in

_SQL = statements_of(__file__)
_NOBODY: Final = (None, None, None, None)


class EscalationRow(RenderedEscalation):
    """A rung with where the work lay: for the promise, at the lead agency."""

    dossier: UUID
    number: DossierNumber
    agency: AgencyCode
    unit: UnitCode


class NoticeRow(RenderedNotice):
    """A notice with the officer it went to, if it went to one."""

    dossier: UUID
    addressee: OfficerId | None


class EscalationFilter(Value):
    """Which rungs; null means any."""

    agency: AgencyCode | None = None
    unit: UnitCode | None = None
    dossier: UUID | None = None
    #: Whether it was not taken back.
    stands: bool | None = None


class NoticeFilter(Value):
    """Which notices; null means any."""

    agency: AgencyCode | None = None
    unit: UnitCode | None = None
    dossier: UUID | None = None
    is_waiting: bool | None = None
    #: Only what this officer should see, by name or by a role he has.
    recipient: Actor | None = None


async def list_escalations(
    tx: Transaction, wanted: EscalationFilter, cursor: str | None = None, *, limit: int = 50
) -> Page[EscalationRow]:
    """The latest first. ValueError for a cursor that is not one of ours."""
    reached, dossier, sequence = (None, None, None) if cursor is None else _escalation_place(cursor)
    rows = await tx.all(
        _SQL["list_escalations"],
        wanted.agency,
        wanted.unit,
        wanted.dossier,
        wanted.stands,
        reached,
        dossier,
        sequence,
        limit + 1,
    )
    items = EscalationRow.from_rows(rows[:limit])
    return Page(items=items, next=_escalation_cursor(items[-1]) if len(rows) > limit else None)


async def list_notices(
    tx: Transaction, wanted: NoticeFilter, cursor: str | None = None, *, limit: int = 50
) -> Page[NoticeRow]:
    """The latest first. ValueError for a cursor that is not one of ours."""
    made, last = (None, None) if cursor is None else _notice_place(cursor)
    rows = await tx.all(
        _SQL["list_notices"],
        wanted.agency,
        wanted.unit,
        wanted.dossier,
        wanted.is_waiting,
        *(_NOBODY if wanted.recipient is None else _recipient(wanted.recipient)),
        made,
        last,
        limit + 1,
    )
    items = NoticeRow.from_rows(rows[:limit])
    return Page(items=items, next=_notice_cursor(items[-1]) if len(rows) > limit else None)


async def read_notice(tx: Reading, notice: UUID) -> NoticeRow | None:
    row = await tx.one(_SQL["read_notice"], notice)
    return None if row is None else NoticeRow.from_row(row)


def _recipient(actor: Actor) -> tuple[list[OfficerId], str | None, str | None, list[str]]:
    seat = actor.seat
    agency, unit = (None, None) if seat is None else (seat.agency, seat.unit)
    names = [actor.id] if actor.acting_for is None else [actor.id, actor.acting_for]
    return names, agency, unit, list(actor.roles)


def _escalation_cursor(row: EscalationRow) -> str:
    return cursor_of(row.reached_at.isoformat(), str(row.dossier), str(row.sequence))


def _escalation_place(cursor: str) -> tuple[datetime, UUID, int]:
    reached, dossier, sequence = key_of(cursor, parts=3)
    return instant_in(reached), UUID(dossier), sequence_in(sequence)


def _notice_cursor(row: NoticeRow) -> str:
    return cursor_of(row.made_at.isoformat(), str(row.id))


def _notice_place(cursor: str) -> tuple[datetime, UUID]:
    made, last = key_of(cursor, parts=2)
    return instant_in(made), UUID(last)
