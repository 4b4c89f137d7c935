"""The way in on real parts, used by officers of the shipped directory; workers run when a test lets them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
from temporalio.api.common.v1 import WorkflowExecution
from temporalio.api.workflowservice.v1 import DeleteWorkflowExecutionRequest
from temporalio.client import Client, WorkflowHandle
from temporalio.service import RPCError, RPCStatusCode

from agencies.directory import load_directory, officers_of
from commands.delivery import SEND_WITHIN, Delivery
from commands.directories import Directories
from commands.finding import Finding
from commands.gate import Filing, Gate, Submission
from commands.outcomes import Accepted, Done, Outcome
from commands.pinning import Catalogue
from commands.reconciliation import Reconciliation
from commands.rehydration import rehydrate
from commands.sweeper import Sweeper
from dossiers import commands as c
from dossiers.conditions import FactValue
from dossiers.decide import perform
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.identity import command_id, dossier_id
from dossiers.instants import VIETNAM
from dossiers.procedure import Channel, Role
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor, Seat
from dossiers.state import DossierState, Task
from dossiers.values import OfficerId, ProcedureCode, UnitCode
from store.alarms import list_open_alarms
from store.database import Database
from store.filing import Applicant
from store.inbox import Errand, InboxRow, read_command
from store.journal import last_sequence, read_journal, record
from store.texts import Text
from tests.support.builders import COPY, PERMIT, Run
from worker import activity_worker, workflow_worker
from workflows.addresses import DOSSIER, STATE, dossier_workflow_id
from workflows.messages import ActAnswer, Carried, DossierStart

COUNTER = Seat(agency=load_directory().seat(UnitCode("ha-long-one-stop")).agency, unit=UnitCode("ha-long-one-stop"))
#: What a test waits for an engine that does not answer.
IMPATIENT = timedelta(seconds=1.5)
_FACTS: dict[str, dict[str, FactValue]] = {COPY: {}, PERMIT: {"floors": 3}}
_FINDINGS: dict[str, FactValue] = {
    "floors": 3,
    "fire_opinion_needed": False,
    "environment_opinion_needed": False,
}
_CHANNELS = {COPY: Channel.COUNTER, PERMIT: Channel.ONLINE}


def officer(code: str) -> Actor:
    """An officer of the directory, as the API knows them."""
    directory, known = load_directory(), OfficerId(code)
    return Actor(id=known, seat=directory.seat_of(known), roles=directory.officer(known).roles)


CLERK = officer("ha-long-counter-1")


class Office:
    """The engine, and those who use it."""

    def __init__(
        self,
        database: Database,
        client: Client,
        task_queue: str,
        owner: asyncpg.Pool,
        *,
        deliveries: tuple[Database, Client] | None = None,
    ) -> None:
        """``deliveries`` go by another database and client, which may fail."""
        self.database = database
        self.client = client
        self.task_queue = task_queue
        self.catalogue = Catalogue(database, Directories(database))
        through, by = deliveries or (database, client)
        self.delivery = Delivery(through, by, task_queue, self.catalogue, send_within=IMPATIENT)
        self.gate = Gate(database, self.catalogue, self.delivery)
        #: Tests look, and tamper, as the owner of the schema.
        self.owner = owner

    def failing(self, database: Database | None = None, client: Client | None = None) -> "Office":
        """The same office, whose deliveries go by parts that fail."""
        deliveries = (database or self.database, client or self.client)
        office = Office(self.database, self.client, self.task_queue, self.owner, deliveries=deliveries)
        office.delivery.send_within = self.delivery.send_within
        return office

    @asynccontextmanager
    async def working(self) -> AsyncIterator[None]:
        """Workers for both task queues; while they run, nobody gives up early on a busy machine."""
        async with (
            activity_worker(self.client, self.task_queue, self.database),
            workflow_worker(self.client, self.task_queue),
        ):
            self.delivery.send_within = SEND_WITHIN
            try:
                yield
            finally:
                self.delivery.send_within = IMPATIENT

    # -- acting -------------------------------------------------------------------------------------------------------

    def filing(self, procedure: str = COPY, *, key: str | None = None, **changes: object) -> Filing:
        filing = Filing(
            idempotency_key=key or str(uuid4()),
            request_hash="filing",
            actor=CLERK,
            procedure=ProcedureCode(procedure),
            receiving_unit=COUNTER.unit,
            channel=_CHANNELS[procedure],
            facts=_FACTS[procedure],
            components=(),
            applicant=Applicant(full_name="Nguyễn Thị Ánh", identity_number="022190001234"),
        )
        return filing.model_copy(update=changes)

    async def file(self, procedure: str = COPY) -> UUID:
        """A dossier just filed."""
        outcome = await self.gate.file(self.filing(procedure))
        assert isinstance(outcome, Done), outcome
        return outcome.dossier

    def submission(
        self,
        dossier: UUID,
        command: c.TaskCommand | c.DossierCommand,
        by: Actor = CLERK,
        *,
        key: str | None = None,
        body: str = "act",
        texts: tuple[Text, ...] = (),
    ) -> Submission:
        return Submission(
            dossier=dossier,
            idempotency_key=key or str(uuid4()),
            request_hash=body,
            actor=by,
            command=command,
            texts=texts,
        )

    async def act(self, dossier: UUID, command: c.TaskCommand | c.DossierCommand, by: Actor = CLERK) -> Outcome:
        return await self.gate.submit(self.submission(dossier, command, by))

    async def usual(self, dossier: UUID) -> Submission:
        """What ends the task that has been open longest well, by somebody whose work it is."""
        state = await self.folded(dossier)
        task = state.live_tasks()[0]
        assert state.filed is not None
        run = Run(state.filed.procedure, "2026-11-23T08:00", **_FINDINGS)
        run.state = state
        return self.submission(dossier, run.usual(task), self.somebody_for(task))

    async def go_on(self, dossier: UUID, acts: int) -> None:
        """That many usual acts."""
        for _ in range(acts):
            outcome = await self.gate.submit(await self.usual(dossier))
            assert isinstance(outcome, Done), outcome

    async def finish(self, dossier: UUID) -> None:
        """Usual acts until the dossier is closed."""
        while not (await self.folded(dossier)).status.is_closed:
            await self.go_on(dossier, 1)

    async def go_to(self, dossier: UUID, step: str) -> None:
        """Usual acts until the step's own work is open."""
        while not any(one.step == step and one.work == "step" for one in (await self.folded(dossier)).live_tasks()):
            await self.go_on(dossier, 1)

    def somebody_for(self, task: Task) -> Actor:
        return officer(officers_of(load_directory(), task.seat, task.role)[0].id)

    # -- what a crash leaves ------------------------------------------------------------------------------------------

    async def forget(self, dossier: UUID) -> None:
        """What the end of its retention does to a workflow, and what a restored backup does too."""
        execution = WorkflowExecution(workflow_id=dossier_workflow_id(dossier))
        await self.client.workflow_service.delete_workflow_execution(
            DeleteWorkflowExecutionRequest(namespace=self.client.namespace, workflow_execution=execution)
        )
        async with asyncio.timeout(20):
            while await self._is_known(dossier):
                await asyncio.sleep(0.05)

    async def _is_known(self, dossier: UUID) -> bool:
        try:
            await self.workflow(dossier).describe()
        except RPCError as error:
            return error.status is not RPCStatusCode.NOT_FOUND
        return True

    async def sweep(self) -> int:
        """One sweep, after the leases of whoever crashed have run out."""
        await self.end_leases()
        return await Sweeper(self.database, self.delivery).sweep()

    async def end_leases(self) -> None:
        """Let the time pass that a lease lasts."""
        await self.owner.execute("UPDATE command_inbox SET next_try_at = clock_timestamp() WHERE state = 'pending'")

    async def rehydrate(self, dossier: UUID) -> int:
        return await rehydrate(
            dossier,
            database=self.database,
            client=self.client,
            catalogue=self.catalogue,
            task_queue=self.task_queue,
        )

    async def set_back(self, dossier: UUID, *, to: int) -> None:
        """What a restored backup of Temporal does: its workflow knows only the first events."""
        journal = (await self.journal(dossier))[:to]
        await self.workflow(dossier).terminate("restored from a backup")
        await self.client.start_workflow(
            DOSSIER,
            DossierStart(dossier=dossier, rulebook=await self._rulebook(dossier), carried=Carried(state=fold(journal))),
            id=dossier_workflow_id(dossier),
            task_queue=self.task_queue,
        )

    async def split(self, dossier: UUID, command: c.TaskCommand, *, at: int) -> None:
        """Another truth: from that event on, the workflow alone went another way."""
        await self.set_back(dossier, to=at)
        await self.apply_without_journal(dossier, command)

    async def apply_without_journal(self, dossier: UUID, command: c.TaskCommand | c.DossierCommand) -> None:
        """What stands between an update and its transaction, for as long as its sender is away."""
        act = c.Act(id=uuid4(), actor=CLERK, occurred_at=datetime.now(VIETNAM), command=command)
        await self.workflow(dossier).execute_update(command.kind, act, result_type=ActAnswer)

    async def act_in_another_run(self, dossier: UUID, command: c.TaskCommand | c.DossierCommand) -> None:
        """What a run that nobody ended does: it decides on its own, and reaches the journal."""
        state = await self.folded(dossier)
        act = c.Act(id=uuid4(), actor=CLERK, occurred_at=datetime.now(VIETNAM), command=command)
        records = perform(await self._rulebook(dossier), state, act, recorded_at=act.occurred_at)
        async with self.database.transaction() as tx:
            await record(tx, dossier, records, run_id="another")

    async def _rulebook(self, dossier: UUID) -> Rulebook:
        state = await self.folded(dossier)
        assert state.filed is not None
        assert state.filed_at is not None
        filing = c.FileDossier.model_validate(state.filed.model_dump(exclude={"kind"}))
        return await self.catalogue.rulebook(filing, state.filed_at.date())

    # -- looking ------------------------------------------------------------------------------------------------------

    async def journal(self, dossier: UUID) -> tuple[Record, ...]:
        async with self.database.transaction() as tx:
            return await read_journal(tx, dossier)

    async def folded(self, dossier: UUID) -> DossierState:
        return fold(await self.journal(dossier))

    async def kinds(self, dossier: UUID) -> list[str]:
        return [one.event.kind for one in await self.journal(dossier)]

    async def row(self, command: UUID) -> InboxRow:
        async with self.database.transaction() as tx:
            row = await read_command(tx, command)
        assert row is not None
        return row

    async def errand(self, command: UUID) -> Errand:
        """A command, for somebody to send again."""
        row = await self.row(command)
        async with self.database.transaction() as tx:
            return Errand(row=row, journalled=await last_sequence(tx, row.dossier))

    async def alarms(self) -> list[str]:
        """The kinds of the alarms that nobody has dealt with."""
        async with self.database.transaction() as tx:
            return [alarm.kind for alarm in await list_open_alarms(tx)]

    def workflow(self, dossier: UUID) -> WorkflowHandle[object, None]:
        return self.client.get_workflow_handle(dossier_workflow_id(dossier))

    async def workflow_state(self, dossier: UUID) -> DossierState:
        state: DossierState = await self.workflow(dossier).query(STATE, result_type=DossierState)
        return state

    async def findings(self) -> list[Finding]:
        """What a reconciliation of every dossier finds."""
        reconciliation = Reconciliation(self.database, self.client, looks=2, pause=timedelta(milliseconds=300))
        return [finding async for look in reconciliation.run() for finding in look.findings]


def identity_of(filing: Filing) -> UUID:
    """The inbox row of a filing."""
    return command_id(dossier_id(filing.actor.id, filing.idempotency_key), filing.idempotency_key)


def dossier_of(filing: Filing) -> UUID:
    return dossier_id(filing.actor.id, filing.idempotency_key)


def row_of(submission: Submission) -> UUID:
    """The inbox row of an act."""
    return command_id(submission.dossier, submission.idempotency_key)


def is_pending(outcome: Outcome) -> bool:
    return isinstance(outcome, Accepted)


HEAD = officer("ha-long-director")
SUPERVISOR = Actor(id=OfficerId("giam-sat"), roles=(Role.SUPERVISOR,))
