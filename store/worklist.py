"""The worklist: what lies at which unit, who holds it, and taking, giving back and passing on.

Who holds a task is known here and nowhere else; the workflow knows no claims. A task on which a command is on its way
belongs to that command: nobody takes it or gives it away. Every change is logged, and the log only grows.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

import asyncpg

from dossiers.fast_clock import FastClock
from dossiers.procedure import Channel, Role
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
from store.database import Reading, Transaction
from store.errors import NotHolder, TaskChanged, TaskHeldByAnother, TaskMissing, TaskNotReady, TaskPending
from store.rendered import DeadlineState, RenderedTask
from store.statements import statements_of
from store.values import Page, Row, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)
#: In whose place an act on a claim is done, besides one's own.
Hands = tuple[OfficerId, ...]
#: For which revision of the task an act is meant; null means whichever.
Revision = int | None
_NEVER = "infinity"
LIVE = tuple(state for state in TaskState if state.is_live)
#: Enough for every unit; a province is counted by its register.
COUNTED_MOST = 10_000


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


class Sort(StrEnum):
    """By what a list is ordered first; within it, whatever is due first."""

    DUE = "due"
    OPENED = "opened"
    NUMBER = "number"
    AGENCY = "agency"
    UNIT = "unit"
    ROLE = "role"
    OFFICER = "officer"
    STATE = "state"
    PROCEDURE = "procedure"
    CHANNEL = "channel"


class Search(Value):
    """Words in any spelling; each begins a word of the applicant's name, the number, or the procedure's title."""

    text: str
    #: Whoever may not ask for persons finds by number and title only.
    by_name: Literal["by name", "not by name"] = "by name"

    @property
    def weights(self) -> str:
        return "ABC" if self.by_name == "by name" else "BC"


class TaskFilter(Value):
    """Which tasks; null means any."""

    agency: AgencyCode | None = None
    unit: UnitCode | None = None
    role: Role | None = None
    #: Who holds it: one of these.
    officers: tuple[OfficerId, ...] | None = None
    states: tuple[TaskState, ...] = LIVE
    due_before: Instant | None = None
    #: The same for each unit; of a unit that is not named, nothing.
    due_before_at: dict[UnitCode, Instant] | None = None
    deadline_state: DeadlineState | None = None
    procedure: ProcedureCode | None = None
    channel: Channel | None = None
    dossier: UUID | None = None
    #: Whether nobody holds it.
    is_free: bool | None = None
    search: Search | None = None
    sort: Sort = Sort.DUE


class Queue(Row):
    """How much open work lies at a unit in one state, how much of it nobody holds, and how much the asker does."""

    agency: AgencyCode
    unit: UnitCode
    state: TaskState
    deadline_state: DeadlineState
    tasks: int
    free: int
    mine: int


class Counts(Value):
    """The queues; what is beyond `COUNTED_MOST` was not looked at."""

    queues: tuple[Queue, ...]
    is_complete: bool


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
    """In the order of the filter; tasks without a due instant last. ValueError for a cursor that is not one of ours.

    Due first is least working time left first: a unit's calendar only ever moves forward, so at any moment its tasks
    stand in the same order by both. Between units of different calendars the due instant decides, for it says which
    task is late first; it was counted in that unit's own hours and never changes by waiting.
    """
    place, due, last = (None, None, None) if cursor is None else _place(cursor)
    by_unit = wanted.due_before_at or {}
    await tx.run(_SQL["plan_for_these"])
    rows = await tx.all(
        _SQL["list_tasks"],
        list(wanted.states),
        wanted.agency,
        wanted.unit,
        wanted.role,
        None if wanted.officers is None else list(wanted.officers),
        wanted.is_free,
        _first_of(wanted.due_before, max(by_unit.values(), default=None)),
        None if wanted.due_before_at is None else list(by_unit),
        list(by_unit.values()),
        wanted.deadline_state,
        wanted.procedure,
        wanted.channel,
        wanted.dossier,
        wanted.search and wanted.search.text,
        wanted.search and wanted.search.weights,
        wanted.sort,
        place,
        due,
        last,
        limit + 1,
    )
    tasks = TaskRow.from_rows(rows[:limit])
    return Page(items=tasks, next=_cursor(rows[limit - 1]) if len(rows) > limit else None)


async def count_tasks(tx: Transaction, wanted: TaskFilter, *, mine: tuple[OfficerId, ...]) -> Counts:
    """The open work by queue; of the filter, agency, unit, role and holders count."""
    officers = None if wanted.officers is None else list(wanted.officers)
    await tx.run(_SQL["plan_for_these"])
    rows = await tx.all(
        _SQL["count_tasks"], wanted.agency, wanted.unit, wanted.role, officers, list(mine), COUNTED_MOST + 1
    )
    queues = Queue.from_rows(rows)
    return Counts(queues=queues, is_complete=sum(one.tasks for one in queues) <= COUNTED_MOST)


async def fast_clocks(tx: Transaction, dossiers: Iterable[UUID]) -> dict[UUID, FastClock]:
    """The clocks of those dossiers that do not run by the wall's."""
    rows = await tx.all(_SQL["fast_clocks"], list(dossiers))
    return {row["dossier"]: FastClock.model_validate_json(row["clock"]) for row in rows}


async def read_task(tx: Reading, task: UUID) -> TaskRow | None:
    row = await tx.one(_SQL["read_task"], task)
    return None if row is None else TaskRow.from_row(row)


async def tasks_of(tx: Reading, dossier: UUID) -> tuple[TaskRow, ...]:
    """Every task of a dossier, in the order they opened."""
    return TaskRow.from_rows(await tx.all(_SQL["tasks_of"], dossier))


async def claim(
    tx: Transaction, task: UUID, *, officer: OfficerId, hands: Hands = (), revision: Revision = None
) -> TaskRow:
    """Take a task that nobody holds; one's own stays one's own, and so does that of whoever one stands in for."""
    row = await _lock(tx, task, revision)
    if row.holder is not None and row.holder not in (officer, *hands):
        raise TaskHeldByAnother(holder=row.holder)
    if not row.state.is_live:
        raise TaskNotReady(task=str(task), state=row.state)
    if row.holder is not None:
        return row
    _require_quiet(row)
    return await _give(tx, row, officer, WorklistAct.CLAIM, by=officer)


async def release(
    tx: Transaction, task: UUID, *, officer: OfficerId, hands: Hands = (), revision: Revision = None
) -> TaskRow:
    """Give a task back to its unit."""
    row = await _lock_own(tx, task, (officer, *hands), revision)
    return await _give(tx, row, None, WorklistAct.RELEASE, by=officer)


async def transfer(
    tx: Transaction, task: UUID, *, officer: OfficerId, to: OfficerId, hands: Hands = (), revision: Revision = None
) -> TaskRow:
    """Pass a task on to a colleague; that he may hold it is for the caller to know."""
    row = await _lock_own(tx, task, (officer, *hands), revision)
    return await _give(tx, row, to, WorklistAct.TRANSFER, by=officer)


async def get_next(tx: Transaction, *, officer: OfficerId, seat: Seat, roles: tuple[Role, ...]) -> TaskRow | None:
    """Take the free task of the unit that is due first; null when there is none."""
    row = await tx.one(_SQL["take_next"], officer, seat.agency, seat.unit, list(roles))
    return None if row is None else TaskRow.from_row(row)


async def read_log(tx: Transaction, task: UUID) -> tuple[LogEntry, ...]:
    """Everything that happened to a task's claim, the oldest first."""
    return LogEntry.from_rows(await tx.all(_SQL["read_log"], task))


async def _lock(tx: Transaction, task: UUID, revision: Revision) -> TaskRow:
    locked = await tx.one(_SQL["lock_task"], task)
    if locked is None:
        raise TaskMissing(task=str(task))
    row = TaskRow.from_row(locked)
    if revision is not None and revision != row.revision:
        raise TaskChanged(task=str(task), revision=str(row.revision))
    return row


async def _lock_own(tx: Transaction, task: UUID, hands: Hands, revision: Revision) -> TaskRow:
    row = await _lock(tx, task, revision)
    if row.holder not in hands:
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


def _first_of(*instants: datetime | None) -> datetime | None:
    return min((one for one in instants if one is not None), default=None)


def _cursor(row: asyncpg.Record) -> str:
    due = row["due_at"]
    return cursor_of(row["place"], _NEVER if due is None else due.isoformat(), str(row["id"]))


def _place(cursor: str) -> tuple[str, str, UUID]:
    place, due, last = key_of(cursor, parts=3)
    return place, due if due == _NEVER else instant_in(due).isoformat(), UUID(last)
