"""How far messages to other systems have come: what the journal says of them, and what their sender saw.

Nothing here decides anything about a dossier. A message that arrived is never sent again, whoever asks.
"""

from enum import StrEnum
from uuid import UUID

from dossiers.drift import DriftKind
from dossiers.values import AgencyCode, DossierNumber, Value
from store.database import Transaction
from store.rendered import DispatchState, RenderedDispatch
from store.statements import statements_of
from store.values import Page, Row, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)


class DispatchRow(RenderedDispatch):
    """A message as the lists show it."""

    dossier: UUID
    number: DossierNumber
    #: Whether its dossier has ended, so that nobody but a person sends what is parked.
    is_closed: bool
    kind: str
    queued_at: StoredInstant
    attempts: int
    attempted_at: StoredInstant | None
    failure: str | None
    arrived_at: StoredInstant | None


class LineHealth(Row):
    """How one line stands."""

    line: AgencyCode
    waiting: int
    oldest_waiting_at: StoredInstant | None
    parked: int
    received: int
    last_arrival_at: StoredInstant | None
    last_failure_at: StoredInstant | None
    last_failure: str | None
    #: Dossiers that the other side holds otherwise, as the last comparison found; null times where there was none.
    drifting: int
    compared_at: StoredInstant | None


class LineState(StrEnum):
    """How one dossier stands on one line; it stands apart from the dossier's own state."""

    IN_STEP = "in_step"
    ON_ITS_WAY = "on_its_way"
    PARKED = "parked"
    DRIFTING = "drifting"


class DossierLine(Row):
    """One dossier on one line."""

    line: AgencyCode
    waiting: int
    parked: int
    received: int
    last_arrival_at: StoredInstant | None
    drift: DriftKind | None

    @property
    def state(self) -> LineState:
        """The worst that is known of it."""
        if self.drift is not None:
            return LineState.DRIFTING
        if self.parked:
            return LineState.PARKED
        return LineState.ON_ITS_WAY if self.waiting else LineState.IN_STEP


class DispatchFilter(Value):
    """Which messages; null means any."""

    line: AgencyCode | None = None
    dossier: UUID | None = None
    #: One that has arrived counts as received, whoever sent it.
    state: DispatchState | None = None


async def find_arrival(tx: Transaction, dispatch: UUID) -> str | None:
    """The digest that was signed for, if the message has arrived."""
    digest: str | None = await tx.value(_SQL["find_dispatch"], dispatch)
    return digest


async def note_arrival(tx: Transaction, dispatch: UUID, digest: str) -> None:
    await tx.run(_SQL["note_arrival"], dispatch, digest)


async def note_failure(tx: Transaction, dispatch: UUID, failure: str) -> None:
    await tx.run(_SQL["note_failure"], dispatch, failure)


async def list_dispatches(
    tx: Transaction, wanted: DispatchFilter, cursor: str | None = None, *, limit: int = 50
) -> Page[DispatchRow]:
    """The oldest first, a dossier's own in their order. ValueError for a cursor that is not one of ours."""
    after = (None, None, None, None) if cursor is None else _place(cursor)
    rows = await tx.all(_SQL["list_dispatches"], wanted.line, wanted.dossier, wanted.state, *after, limit + 1)
    items = DispatchRow.from_rows(rows[:limit])
    return Page(items=items, next=_cursor(items[-1]) if len(rows) > limit else None)


async def read_health(tx: Transaction, *, line: AgencyCode | None = None) -> tuple[LineHealth, ...]:
    """A row for each line that has ever been owed something."""
    return LineHealth.from_rows(await tx.all(_SQL["read_health"], line))


async def read_lines_of(tx: Transaction, dossier: UUID) -> tuple[DossierLine, ...]:
    """How a dossier stands on every line that is told of it."""
    return DossierLine.from_rows(await tx.all(_SQL["read_lines_of"], dossier))


def _cursor(row: DispatchRow) -> str:
    return cursor_of(row.queued_at.isoformat(), str(row.dossier), str(row.event), row.line)


def _place(cursor: str) -> tuple[object, UUID, int, str]:
    queued, dossier, event, line = key_of(cursor, parts=4)
    return instant_in(queued), UUID(dossier), int(event), line
