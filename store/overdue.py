"""What is late now: by the rung that was reached, and by agency and kind of step."""

from typing import Literal

from dossiers.escalation import NoticeRole
from dossiers.procedure import StepKind
from dossiers.values import AgencyCode, Value
from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant
from store.worklist import TaskRow

_SQL = statements_of(__file__)

#: Whom the latest rung told; nobody where a task is late without a rung of its own.
Told = NoticeRole | Literal["none"]


class OverdueRow(TaskRow):
    """Late work with the highest rung that stands."""

    rung: str | None
    reached_at: StoredInstant | None
    told: NoticeRole | None
    acknowledged_at: StoredInstant | None


class OverdueFilter(Value):
    """Which late work; null means any."""

    agency: AgencyCode | None = None
    step_kind: StepKind | None = None
    told: Told | None = None


class RungCount(Row):
    """How much late work has come to one rung."""

    told: Told
    tasks: int


class Heat(Row):
    """Open work of one kind at one agency."""

    agency: AgencyCode
    step_kind: StepKind
    tasks: int
    overdue: int
    near: int


async def list_overdue(tx: Transaction, wanted: OverdueFilter, *, limit: int) -> tuple[OverdueRow, ...]:
    """What has been late for longest first."""
    rows = await tx.all(_SQL["list_overdue"], wanted.agency, wanted.step_kind, wanted.told, limit)
    return OverdueRow.from_rows(rows)


async def count_by_rung(tx: Transaction, wanted: OverdueFilter) -> tuple[RungCount, ...]:
    """Of agency and kind of step alone."""
    return RungCount.from_rows(await tx.all(_SQL["count_by_rung"], wanted.agency, wanted.step_kind))


async def heat(tx: Transaction, agency: AgencyCode | None) -> tuple[Heat, ...]:
    """Of one agency, or of all of them."""
    return Heat.from_rows(await tx.all(_SQL["heat"], agency))
