"""The worklist: what lies at which unit, who holds it, and taking, giving back and passing on.

Who holds a task is known here and nowhere else; the workflow knows no claims. A task on which a command is on its way
belongs to that command: nobody takes it or gives it away. Every change is logged, and the log only grows.
"""

from enum import StrEnum
from uuid import UUID

from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.state import TaskState
from dossiers.values import (
    AgencyCode,
    Instant,
    OfficerId,
    ProcedureCode,
    UnitCode,
    Value,
)
from store.database import Transaction
from store.errors import NotHolder, TaskHeldByAnother, TaskMissing, TaskNotReady, TaskPending
from store.rendered import DeadlineState, RenderedTask
from store.statements import statements_of
from store.values import Page, Row, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)
_NEVER = "infinity"
_LIVE = tuple(state for state in TaskState if state.is_live)


class WorklistAct(StrEnum):
    """What may happen to a claim."""

    CLAIM = "claim"
    GET_NEXT = "get_next"
    RELEASE = "release"
    TRANSFER = "transfer"
    IMPLICIT_CLAIM = "implicit_claim"
    IMPLICIT_RELEASE = "implicit_release"


class TaskRow(RenderedTask):
    """A task as the lists show it."""

    dossier: UUID
    holder: OfficerId | None
    claimed_at: StoredInstant | None
    #: The command that is on its way for it.
    pending: UUID | None
    revision: int


class TaskFilter(Value):
    """Which tasks; null means any."""

    agency: AgencyCode | None = None
    unit: UnitCode | None = None
    role: Role | None = None
    #: Who holds it.
    officer: OfficerId | None = None
    states: tuple[TaskState, ...] = _LIVE
    due_before: Instant | None = None
    deadline_state: DeadlineState | None = None
    procedure: ProcedureCode | None = None
    dossier: UUID | None = None
    #: Whether nobody holds it.
    is_free: bool | None = None


class LogEntry(Row):
    """One change of a claim."""

    act: WorklistAct
    actor: OfficerId
    holder_before: OfficerId | None
    holder_after: OfficerId | None
    command: UUID | None
    happened_at: StoredInstant


async def list_tasks(
    tx: Transaction, wanted: TaskFilter, cursor: str | None = None, *, limit: int = 50
) -> Page[TaskRow]:
    """Due first, tasks without a due instant last. ValueError for a cursor that is not one of ours."""
    due, last = (None, None) if cursor is None else _place(cursor)
    rows = await tx.all(
        _SQL["list_tasks"],
        wanted.agency,
        wanted.unit,
        wanted.role,
        wanted.officer,
        list(wanted.states),
        wanted.due_before,
        wanted.deadline_state,
        wanted.procedure,
        wanted.dossier,
        wanted.is_free,
        due,
        last,
        limit + 1,
    )
    tasks = TaskRow.from_rows(rows[:limit])
    return Page(items=tasks, next=_cursor(tasks[-1]) if len(rows) > limit else None)


async def read_task(tx: Transaction, task: UUID) -> TaskRow | None:
    row = await tx.one(_SQL["read_task"], task)
    return None if row is None else TaskRow.from_row(row)


async def tasks_of(tx: Transaction, dossier: UUID) -> tuple[TaskRow, ...]:
    """Every task of a dossier, in the order they opened."""
    return TaskRow.from_rows(await tx.all(_SQL["tasks_of"], dossier))


async def claim(tx: Transaction, task: UUID, *, officer: OfficerId) -> TaskRow:
    """Take a task that nobody holds; one's own stays one's own."""
    row = await _lock(tx, task)
    if row.holder is not None and row.holder != officer:
        raise TaskHeldByAnother(holder=row.holder)
    if not row.state.is_live:
        raise TaskNotReady(task=str(task), state=row.state)
    if row.holder == officer:
        return row
    _require_quiet(row)
    return await _give(tx, row, officer, WorklistAct.CLAIM, by=officer)


async def release(tx: Transaction, task: UUID, *, officer: OfficerId) -> TaskRow:
    """Give a task back to its unit."""
    row = await _lock_own(tx, task, officer)
    return await _give(tx, row, None, WorklistAct.RELEASE, by=officer)


async def transfer(tx: Transaction, task: UUID, *, officer: OfficerId, to: OfficerId) -> TaskRow:
    """Pass a task on to a colleague; that he may hold it is for the caller to know."""
    row = await _lock_own(tx, task, officer)
    return await _give(tx, row, to, WorklistAct.TRANSFER, by=officer)


async def get_next(tx: Transaction, *, officer: OfficerId, seat: Seat, roles: tuple[Role, ...]) -> TaskRow | None:
    """Take the free task of the unit that is due first; null when there is none."""
    row = await tx.one(_SQL["take_next"], officer, seat.agency, seat.unit, list(roles))
    return None if row is None else TaskRow.from_row(row)


async def read_log(tx: Transaction, task: UUID) -> tuple[LogEntry, ...]:
    """Everything that happened to a task's claim, the oldest first."""
    return LogEntry.from_rows(await tx.all(_SQL["read_log"], task))


async def _lock(tx: Transaction, task: UUID) -> TaskRow:
    row = await tx.one(_SQL["lock_task"], task)
    if row is None:
        raise TaskMissing(task=str(task))
    return TaskRow.from_row(row)


async def _lock_own(tx: Transaction, task: UUID, officer: OfficerId) -> TaskRow:
    row = await _lock(tx, task)
    if row.holder != officer:
        raise NotHolder(task=str(task), **({} if row.holder is None else {"holder": row.holder}))
    _require_quiet(row)
    return row


def _require_quiet(row: TaskRow) -> None:
    if row.pending is not None:
        raise TaskPending(task=str(row.id))


async def _give(tx: Transaction, row: TaskRow, to: OfficerId | None, act: WorklistAct, *, by: OfficerId) -> TaskRow:
    given = await tx.one(_SQL["give"], row.id, to, act, by, row.holder)
    assert given is not None, "the row is locked"
    return TaskRow.from_row(given)


def _cursor(row: TaskRow) -> str:
    return cursor_of(_NEVER if row.due_at is None else row.due_at.isoformat(), str(row.id))


def _place(cursor: str) -> tuple[str, UUID]:
    due, last = key_of(cursor, parts=2)
    return due if due == _NEVER else instant_in(due).isoformat(), UUID(last)
