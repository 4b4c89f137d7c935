"""Hand-overs between agencies: released by whom and when, accepted by whom and when, or sent back."""

from datetime import datetime
from uuid import UUID

from dossiers.values import AgencyCode, DossierNumber, UnitCode, Value
from store.database import Transaction
from store.rendered import LegState, RenderedLeg
from store.statements import statements_of
from store.values import Page, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)


class LegRow(RenderedLeg):
    """A hand-over as lists and sheets show it; nothing personal is in it."""

    dossier: UUID
    number: DossierNumber
    #: Of the procedure.
    title: str
    #: The task by which the receiver accepts or refuses.
    task_id: UUID
    #: Until when; null while the whole stands still.
    due_at: StoredInstant | None


class LegFilter(Value):
    """Which hand-overs; null means any."""

    #: On either side.
    agency: AgencyCode | None = None
    sender_unit: UnitCode | None = None
    receiver_unit: UnitCode | None = None
    state: LegState | None = None
    #: Released from this instant on, and before that one.
    since: datetime | None = None
    until: datetime | None = None


async def list_legs(tx: Transaction, wanted: LegFilter, cursor: str | None = None, *, limit: int = 50) -> Page[LegRow]:
    """In the order in which they were released. ValueError for a cursor that is not one of ours."""
    after = (None, None, None) if cursor is None else _place(cursor)
    rows = await tx.all(
        _SQL["list_legs"],
        wanted.agency,
        wanted.sender_unit,
        wanted.receiver_unit,
        wanted.state,
        wanted.since,
        wanted.until,
        *after,
        limit + 1,
    )
    items = LegRow.from_rows(rows[:limit])
    return Page(items=items, next=_cursor(items[-1]) if len(rows) > limit else None)


def _cursor(row: LegRow) -> str:
    return cursor_of(row.released_at.isoformat(), str(row.dossier), row.task)


def _place(cursor: str) -> tuple[datetime, UUID, str]:
    released, dossier, task = key_of(cursor, parts=3)
    return instant_in(released), UUID(dossier), task
