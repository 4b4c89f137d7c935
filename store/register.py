"""The register: every dossier with its number, its status and how its promise was kept (sổ theo dõi hồ sơ, Mẫu 06)."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from dossiers.fast_clock import FastClock
from dossiers.procedure import Channel
from dossiers.state import DossierState, DossierStatus
from dossiers.values import AgencyCode, DossierNumber, OfficerId, ProcedureCode, TaskKey, UnitCode, Value
from store.database import Reading, Transaction
from store.errors import DossierUnknown
from store.rendered import RenderedRegister
from store.statements import statements_of
from store.values import Page, Row, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)


class DossierRow(RenderedRegister):
    """A dossier as the register shows it."""

    id: UUID
    number: DossierNumber
    procedure: ProcedureCode
    procedure_version: int
    channel: Channel
    counter_agency: AgencyCode
    counter_unit: UnitCode
    lead_agency: AgencyCode
    lead_unit: UnitCode
    filed_by: OfficerId
    #: The dossier that this one is a part of, and that one's task for it.
    parent: UUID | None
    parent_task: TaskKey | None
    #: By the wall clock; everything else is legal time.
    opened_at: StoredInstant
    #: How many rungs were reached and stand.
    rungs: int


class DossierFilter(Value):
    """Which dossiers; null means any."""

    #: One that has a part in it.
    agency: AgencyCode | None = None
    procedure: ProcedureCode | None = None
    status: DossierStatus | None = None
    filed_by: OfficerId | None = None
    is_open: bool | None = None


class Participation(Row):
    """Who has to do with a dossier."""

    filed_by: OfficerId
    agencies: tuple[AgencyCode, ...]


class Heading(Row):
    """Whose dossier it is, and what it is about. Personal: for officers of agencies that have a part in it."""

    dossier: UUID
    number: DossierNumber
    procedure: ProcedureCode
    procedure_version: int
    status: DossierStatus
    applicant: str
    title: str

    def __repr__(self) -> str:
        """Says nothing of the person."""
        return f"Heading({self.dossier})"

    __str__ = __repr__


class Statistics(Row):
    """How the dossiers of one procedure fared."""

    procedure: ProcedureCode
    filed: int
    received: int
    early: int
    on_time: int
    late: int
    refused_at_intake: int
    withdrawn: int
    open: int
    rungs: int


class UsualTime(Row):
    """How long the latest decided dossiers of a procedure took; null where there are none."""

    dossiers: int
    half: timedelta | None
    nine_in_ten: timedelta | None


async def read_usual_time(tx: Transaction, procedure: ProcedureCode) -> UsualTime:
    """From reception to decision, of the latest 500."""
    row = await tx.one(_SQL["read_usual_time"], procedure)
    assert row is not None, "an aggregate has one row"
    return UsualTime.from_row(row)


async def read_dossier(tx: Reading, dossier: UUID) -> DossierRow | None:
    row = await tx.one(_SQL["read_dossier"], dossier)
    return None if row is None else DossierRow.from_row(row)


async def read_sub_dossiers(tx: Transaction, dossier: UUID) -> tuple[DossierRow, ...]:
    """The parts of a dossier that were filed, the oldest first."""
    return DossierRow.from_rows(await tx.all(_SQL["read_sub_dossiers"], dossier))


async def find_by_number(tx: Transaction, number: str) -> DossierRow | None:
    row = await tx.one(_SQL["find_by_number"], number)
    return None if row is None else DossierRow.from_row(row)


async def read_headings(tx: Transaction, dossiers: Iterable[UUID]) -> dict[UUID, Heading]:
    """Of each of those dossiers."""
    rows = await tx.all(_SQL["read_headings"], list(dossiers))
    return {one.dossier: one for one in Heading.from_rows(rows)}


async def list_dossiers(
    tx: Transaction, wanted: DossierFilter, cursor: str | None = None, *, limit: int = 50
) -> Page[DossierRow]:
    """The latest first. ValueError for a cursor that is not one of ours."""
    opened, last = (None, None) if cursor is None else _place(cursor)
    rows = await tx.all(
        _SQL["list_dossiers"],
        wanted.agency,
        wanted.procedure,
        wanted.status,
        wanted.filed_by,
        wanted.is_open,
        opened,
        last,
        limit + 1,
    )
    dossiers = DossierRow.from_rows(rows[:limit])
    return Page(items=dossiers, next=_cursor(dossiers[-1]) if len(rows) > limit else None)


async def read_state(tx: Transaction, dossier: UUID) -> DossierState:
    """The fold of the journal as it was when it last grew."""
    snapshot = await tx.one(_SQL["read_state"], dossier)
    if snapshot is None:
        raise DossierUnknown(dossier=str(dossier))
    return DossierState.model_validate_json(snapshot["snapshot"])


async def read_clock(tx: Reading, dossier: UUID) -> FastClock | None:
    """The clock the dossier runs on, if not the wall's."""
    clock = await tx.value(_SQL["read_clock"], dossier)
    return None if clock is None else FastClock.model_validate_json(clock)


async def is_closed(tx: Reading, dossier: UUID) -> bool:
    """Whether the journal shows the dossier's end."""
    return bool(await tx.value(_SQL["is_closed"], dossier))


async def read_participation(tx: Reading, dossier: UUID) -> Participation | None:
    row = await tx.one(_SQL["read_participation"], dossier)
    return None if row is None else Participation.from_row(row)


async def read_statistics(tx: Transaction, *, agency: AgencyCode | None = None) -> tuple[Statistics, ...]:
    """A line for each procedure; of one agency, those in which it has a part."""
    return Statistics.from_rows(await tx.all(_SQL["read_statistics"], agency))


def _cursor(row: DossierRow) -> str:
    return cursor_of(row.opened_at.isoformat(), str(row.id))


def _place(cursor: str) -> tuple[datetime, UUID]:
    opened, last = key_of(cursor, parts=2)
    return instant_in(opened), UUID(last)
