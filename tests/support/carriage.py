"""One dossier carried by a real Temporal server, with a journal in memory that behaves as the real one does."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import uuid4

import pytest
from temporalio.api.enums.v1 import EventType
from temporalio.api.sdk.v1 import WorkflowMetadata
from temporalio.client import (
    WithStartWorkflowOperation,
    WorkflowExecutionStatus,
    WorkflowHandle,
    WorkflowHistory,
    WorkflowUpdateFailedError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Interceptor, Worker, WorkflowRunner

from activities.messages import Recorded, RecordEvents
from dossiers import commands as c
from dossiers.conditions import FactValue
from dossiers.events import Record, RungReached
from dossiers.evolve import fold
from dossiers.fast_clock import FastClock, dossier_time, wall_time
from dossiers.instants import VIETNAM, parse_instant
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor
from dossiers.state import DossierState, Task
from tests.support.builders import Run, procedure, rulebook_of
from tests.support.journal_in_memory import JournalInMemory
from worker import workflow_worker
from workflows.addresses import DOSSIER, STATE, activity_queue, dossier_workflow_id
from workflows.messages import ActAnswer, Carried, DossierStart
from workflows.options import WORKFLOW_TASK_TIMEOUT

#: Whoever waits longer than this waits for something that will not come.
PATIENCE = 20.0
#: The events that moving a workflow's clock leaves in its history.
_CLOCK_MOVED = {
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_OPTIONS_UPDATED,
    EventType.EVENT_TYPE_WORKFLOW_EXECUTION_TIME_SKIPPING_TRANSITIONED,
}


class Size(NamedTuple):
    """What a dossier has cost the server so far."""

    events: int
    transitions: int

    def since(self, before: "Size") -> "Size":
        return Size(self.events - before.events, self.transitions - before.transitions)


@asynccontextmanager
async def working(
    environment: WorkflowEnvironment,
    task_queue: str,
    runner: WorkflowRunner,
    record_events: Callable[[RecordEvents], Awaitable[Recorded]],
    *,
    interceptors: tuple[Interceptor, ...] = (),
) -> AsyncIterator[None]:
    """The product's workflow worker, and an activity worker beside it."""
    effects = Worker(
        environment.client,
        task_queue=activity_queue(task_queue),
        activities=[record_events],
        interceptors=interceptors,
    )
    async with effects, workflow_worker(environment.client, task_queue, runner):
        yield


class Carriage:
    """One dossier. It acts as the product does: the update first, then the answer's events into the journal."""

    def __init__(
        self,
        environment: WorkflowEnvironment,
        task_queue: str,
        journal: JournalInMemory,
        rules: Rulebook | str,
        *,
        at: str | None = None,
        factor: int = 1,
        **facts: FactValue,
    ) -> None:
        """``at`` puts the dossier at a literal instant: its clock then jumps over what is not working time."""
        self.environment = environment
        self.task_queue = task_queue
        self.journal = journal
        self.rules = rulebook_of(procedure(rules)) if isinstance(rules, str) else rules
        self.clock = None if at is None else clock_from(at, self.rules, factor)
        self.dossier = uuid4()
        #: Who would act and how; its state is the fold of the journal.
        self.run = Run(self.rules, at or "2026-11-23T08:00", **facts)
        #: Which run is meant where a dossier had several; the newest unless told otherwise.
        self.recorded_run: str | None = None
        self._ahead = timedelta(0)

    @property
    def handle(self) -> WorkflowHandle[object, None]:
        return self.environment.client.get_workflow_handle(dossier_workflow_id(self.dossier))

    @property
    def events(self) -> tuple[Record, ...]:
        """The dossier's journal."""
        return self.journal.of(self.dossier)

    @property
    def rungs(self) -> list[RungReached]:
        return [record.event for record in self.events if isinstance(record.event, RungReached)]

    # -- acting -----------------------------------------------------------------------------------------------

    async def start(self, carried: Carried | None = None) -> None:
        """The workflow before anything is filed, or with what another run left."""
        await self.environment.client.start_workflow(
            DOSSIER,
            DossierStart(dossier=self.dossier, rulebook=self.rules, clock=self.clock, carried=carried or Carried()),
            id=dossier_workflow_id(self.dossier),
            task_queue=self.task_queue,
            task_timeout=WORKFLOW_TASK_TIMEOUT,
        )

    async def file(self) -> tuple[Record, ...]:
        """File the dossier as its applicant does: the workflow starts with the update."""
        filing = self.run.filing(dossier=self.dossier)
        start: WithStartWorkflowOperation[object, None] = WithStartWorkflowOperation(
            DOSSIER,
            DossierStart(dossier=self.dossier, rulebook=self.rules, clock=self.clock),
            id=dossier_workflow_id(self.dossier),
            task_queue=self.task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            task_timeout=WORKFLOW_TASK_TIMEOUT,
            static_summary=filing.number,
        )
        act = self.envelope(filing)
        async with asyncio.timeout(PATIENCE):
            answer = await self.environment.client.execute_update_with_start_workflow(
                filing.kind, act, id=str(act.id), result_type=ActAnswer, start_workflow_operation=start
            )
        return self.take(answer)

    def envelope(
        self,
        command: c.AnyCommand,
        *,
        by: Actor | None = None,
        at: datetime | None = None,
        journalled: int | None = None,
    ) -> c.Act:
        """The act of somebody who may, now, who has read the whole journal; unless told otherwise."""
        return c.Act(
            id=uuid4(),
            actor=by or self.run.fitting(command),
            occurred_at=at or self.now(),
            journalled=len(self.events) if journalled is None else journalled,
            command=command,
        )

    async def ask(self, act: c.Act) -> ActAnswer:
        """Only the update: the answer is not yet in the journal."""
        async with asyncio.timeout(PATIENCE):
            answer: ActAnswer = await self.handle.execute_update(
                act.command.kind, act, id=str(act.id), result_type=ActAnswer
            )
        return answer

    async def act(self, command: c.AnyCommand, *, by: Actor | None = None) -> tuple[Record, ...]:
        """The whole way of an act."""
        return self.take(await self.ask(self.envelope(command, by=by)))

    async def refusal(self, act: c.Act) -> ApplicationError:
        """With which error the act is refused."""
        with pytest.raises(WorkflowUpdateFailedError) as failed:
            await self.ask(act)
        cause = failed.value.cause
        assert isinstance(cause, ApplicationError)
        return cause

    async def usual(self) -> tuple[Record, ...]:
        """The usual act on the task that has been open longest."""
        return await self.act(self.run.usual(self.task))

    async def go_to(self, step: str) -> None:
        """The usual acts, until the step's own work is open."""
        while not any(one.step == step and one.work == "step" for one in self.run.state.live_tasks()):
            await self.usual()

    async def finish(self) -> None:
        """The usual acts, until the dossier is closed."""
        while not self.run.state.status.is_closed:
            await self.usual()

    @property
    def task(self) -> Task:
        """The task that has been open longest."""
        return self.run.at_hand()[0]

    # -- time -------------------------------------------------------------------------------------------------

    def wall(self) -> datetime:
        """What the dossier's Temporal clock shows."""
        return datetime.now(VIETNAM) + self._ahead

    def now(self) -> datetime:
        """The dossier's legal instant."""
        return dossier_time(self.clock, self.wall())

    async def forward(self, duration: timedelta) -> None:
        """Let that much time pass for this dossier alone."""
        self._ahead += duration
        async with asyncio.timeout(PATIENCE):
            await self.environment.fast_forward(self.handle, duration)

    async def forward_to(self, instant: datetime) -> None:
        """Let time pass up to that legal instant."""
        await self.forward(wall_time(self.clock, instant) - self.wall())

    # -- looking ----------------------------------------------------------------------------------------------

    async def state(self) -> DossierState:
        """The dossier as its workflow has it."""
        state: DossierState = await self.handle.query(STATE, result_type=DossierState)
        return state

    async def metadata(self) -> WorkflowMetadata:
        """What the workflow tells Temporal's own web pages."""
        metadata: WorkflowMetadata = await self.handle.query(
            "__temporal_workflow_metadata", result_type=WorkflowMetadata
        )
        return metadata

    async def details(self) -> str:
        """What a supervisor reads there."""
        return (await self.metadata()).current_details

    async def size(self) -> Size:
        described = await self.handle.describe()
        information = described.raw_description.workflow_execution_info
        return Size(described.history_length, information.state_transition_count)

    async def history(self) -> WorkflowHistory:
        return await self.handle.fetch_history()

    async def happened(self) -> Counter[str]:
        """How often each kind of history event is there, those of a moved clock apart."""
        history = await self.history()
        return Counter(
            EventType.Name(event.event_type).removeprefix("EVENT_TYPE_").lower()
            for event in history.events
            if event.event_type not in _CLOCK_MOVED
        )

    async def has_ended(self) -> bool:
        return (await self.handle.describe()).status is WorkflowExecutionStatus.COMPLETED

    async def settled(self) -> None:
        """Everything that the workflow decided is in the journal."""

        async def is_settled() -> bool:
            return (await self.state()).sequence == len(self.events)

        await eventually(is_settled)
        self.look()

    async def ended(self) -> None:
        """The workflow has completed by itself."""
        await eventually(self.has_ended)
        self.look()

    def look(self) -> None:
        """See the dossier as its journal has it."""
        self.run.state = fold(self.events)

    def take(self, answer: ActAnswer) -> tuple[Record, ...]:
        self.journal.record(self.dossier, answer.events)
        self.look()
        return answer.events


class Station:
    """Where dossiers are put on their way."""

    def __init__(self, environment: WorkflowEnvironment, task_queue: str, journal: JournalInMemory) -> None:
        self.environment = environment
        self.task_queue = task_queue
        self.journal = journal

    def dossier(self, rules: Rulebook | str, at: str | None = None, *, factor: int = 1, **facts: FactValue) -> Carriage:
        """A dossier that nobody has filed yet."""
        return Carriage(self.environment, self.task_queue, self.journal, rules, at=at, factor=factor, **facts)

    async def filed(
        self, rules: Rulebook | str, at: str | None = None, *, factor: int = 1, **facts: FactValue
    ) -> Carriage:
        """A dossier just filed."""
        made = self.dossier(rules, at, factor=factor, **facts)
        await made.file()
        return made


def in_both_runners(story: Callable[[Station], Coroutine[None, None, None]]) -> Callable[..., Awaitable[None]]:
    """A test that mostly waits: it is told in both runners at once."""

    async def told(stations: dict[str, Station]) -> None:
        async with asyncio.TaskGroup() as telling:
            for runner, station in stations.items():
                telling.create_task(story(station), name=runner)

    told.__name__, told.__doc__ = story.__name__, story.__doc__
    return told


def clock_from(at: str, rules: Rulebook, factor: int) -> FastClock:
    """A clock that shows ``at`` now, on the calendar of the promise."""
    return FastClock(
        origin_wall=datetime.now(VIETNAM), origin=parse_instant(at), factor=factor, calendar=rules.calendar
    )


async def eventually(holds: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that happens in another process."""
    async with asyncio.timeout(PATIENCE):
        while not await holds():
            await asyncio.sleep(0.02)
