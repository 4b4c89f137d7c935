"""Bringing an admitted command to its dossier and its events to the journal; safe to do again with the same row.

A time-out says nothing about whether the act was applied, so it is never an answer: the row stays PENDING and whoever
holds the lease sends it again under the same id. Only a refusal that the core itself names is one; whatever else goes
wrong leaves the row PENDING, and what an operator must mend raises an alarm.
"""

import asyncio
from datetime import timedelta
from functools import cache

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError, WorkflowAlreadyStartedError
from temporalio.service import RPCError

from commands.absence import says_absent
from commands.outcomes import Accepted, Done, Outcome, Refused
from commands.pinning import Catalogue
from dossiers.commands import Act, FileDossier
from dossiers.deadline_errors import DeadlineError
from dossiers.errors import DossierClosed, DossierError, JournalAhead
from dossiers.events import Record
from dossiers.fast_clock import FastClock, dossier_time
from store.alarms import raise_alarm
from store.database import Database
from store.errors import JournalConflict, JournalGap, OutcomeUnknown, StoreUnavailable
from store.inbox import CommandState, Errand, InboxRow, read_command, refuse, retry_now
from store.journal import last_sequence, read_journal, record
from store.register import is_closed
from workflows.addresses import DOSSIER, dossier_workflow_id
from workflows.messages import ActAnswer, DossierStart
from workflows.options import WORKFLOW_TASK_TIMEOUT

#: How long a sender tries before the row is left to the sweeper.
SEND_WITHIN = timedelta(seconds=8)
#: How long nobody else may send it; longer than any sender tries.
LEASE = timedelta(seconds=15)
_MARGIN = timedelta(seconds=1)

#: The journal has a dossier whose workflow Temporal does not know.
WORKFLOW_MISSING = "workflow-missing"
#: A worker refused an act in a way that no rule of the core does: its code is older than ours, or faulty.
UPDATE_BROKEN = "update-broken"

_log = structlog.get_logger("commands")


class Unreachable(Exception):
    """No outcome yet; nothing is known about the act."""


class Delivery:
    """The way from an inbox row to its outcome."""

    def __init__(
        self,
        database: Database,
        client: Client,
        task_queue: str,
        catalogue: Catalogue,
        *,
        send_within: timedelta = SEND_WITHIN,
    ) -> None:
        self._database = database
        self._client = client
        self._task_queue = task_queue
        self._catalogue = catalogue
        self.send_within = send_within

    async def deliver(self, errand: Errand) -> Outcome:
        """Send the act and journal what it brought about. Raises `Unreachable` if it has no outcome yet."""
        try:
            return await self._deliver(errand)
        except (StoreUnavailable, OutcomeUnknown) as away:
            raise Unreachable(str(errand.row.id)) from away

    async def _deliver(self, errand: Errand) -> Outcome:
        row = errand.row
        try:
            answer = await self._send(row, _act(errand), errand.clock)
        except WorkflowUpdateFailedError as failed:
            return await self._refused(row, failed.cause)
        except (RPCError, WorkflowAlreadyStartedError) as error:
            return await self._unanswered(row, error)
        except (TimeoutError, WorkflowUpdateRPCTimeoutOrCancelledError) as error:
            raise Unreachable(str(row.id)) from error
        await self._journal(row, answer)
        return Done(
            command=row.id,
            dossier=row.dossier,
            accepted_at=row.accepted_at,
            events=tuple(one for one in answer.events if one.cause == str(row.id)) or await self.events_of(row),
        )

    @property
    def lease(self) -> timedelta:
        """For how long nobody else sends what this sends."""
        return LEASE

    async def carry(self, errand: Errand) -> None:
        """Send once for somebody who needs no answer; without an outcome the row is left to the sweeper."""
        try:
            await self.deliver(errand)
        except Unreachable as unreachable:
            row = errand.row
            error = repr(unreachable.__cause__)
            _log.warning("command.unanswered", command=str(row.id), dossier=str(row.dossier), error=error)

    async def settled(self, row: InboxRow) -> Outcome:
        """What a row that is no longer PENDING says."""
        if row.state is CommandState.REFUSED:
            return _refusal(row)
        return Done(command=row.id, dossier=row.dossier, accepted_at=row.accepted_at, events=await self.events_of(row))

    async def events_of(self, row: InboxRow) -> tuple[Record, ...]:
        """The events in the journal that this command caused."""
        journal = await read_journal(self._database.reading, row.dossier)
        return tuple(one for one in journal if one.cause == str(row.id))

    async def _send(self, row: InboxRow, act: Act, clock: FastClock | None) -> ActAnswer:
        # The call itself gives up first: one that is cancelled leaves the SDK with a future nobody asks.
        async with asyncio.timeout((self.send_within + _MARGIN).total_seconds()):
            if isinstance(act.command, FileDossier):
                return await self._start(row, act, act.command, clock)
            handle: WorkflowHandle[object, None] = self._client.get_workflow_handle(dossier_workflow_id(row.dossier))
            answer: ActAnswer = await handle.execute_update(
                row.kind, act, id=str(row.id), result_type=ActAnswer, rpc_timeout=self.send_within
            )
            return answer

    async def _start(self, row: InboxRow, act: Act, filing: FileDossier, clock: FastClock | None) -> ActAnswer:
        rulebook = await self._catalogue.rulebook(filing, act.occurred_at.date())
        start: WithStartWorkflowOperation[object, None] = WithStartWorkflowOperation(
            DOSSIER,
            DossierStart(dossier=row.dossier, rulebook=rulebook, clock=clock),
            id=dossier_workflow_id(row.dossier),
            task_queue=self._task_queue,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            # A filing is resent only while the journal is empty: what was terminated before that may start anew.
            id_reuse_policy=WorkflowIDReusePolicy.ALLOW_DUPLICATE_FAILED_ONLY,
            task_timeout=WORKFLOW_TASK_TIMEOUT,
            static_summary=f"{filing.number} · {rulebook.procedure.code} {rulebook.procedure.title}"[:200],
        )
        answer: ActAnswer = await self._client.execute_update_with_start_workflow(
            row.kind,
            act,
            id=str(row.id),
            result_type=ActAnswer,
            start_workflow_operation=start,
            rpc_timeout=self.send_within,
        )
        return answer

    async def _journal(self, row: InboxRow, answer: ActAnswer) -> None:
        try:
            async with self._database.transaction() as tx:
                await record(tx, row.dossier, answer.events, run_id=answer.run_id)
        except (JournalConflict, JournalGap) as conflict:
            await self._alarm(conflict.code, row)
            raise Unreachable(str(row.id)) from conflict

    async def _refused(self, row: InboxRow, cause: BaseException | None) -> Outcome:
        if not isinstance(cause, ApplicationError) or cause.type not in _refusals():
            kind = cause.type if isinstance(cause, ApplicationError) else type(cause).__name__
            await self._alarm(UPDATE_BROKEN, row, failure=str(kind))
            raise Unreachable(str(row.id)) from cause
        if cause.type == JournalAhead.code:
            # The engine lost what the journal still has: an operator must restore it, and then the act goes through.
            await self._alarm(JournalAhead.code, row)
            raise Unreachable(str(row.id)) from cause
        particulars = dict(cause.details[0]) if cause.details else {}
        return await self._refuse(row, {"code": cause.type, "message": cause.message, "particulars": particulars})

    async def _unanswered(self, row: InboxRow, error: RPCError | WorkflowAlreadyStartedError) -> Outcome:
        """That there is no such workflow proves nothing; only a closing in the journal does."""
        if isinstance(error, RPCError) and not says_absent(error):
            raise Unreachable(str(row.id)) from error
        reading = self._database.reading
        standing = await read_command(reading, row.id)
        has_closed = await is_closed(reading, row.dossier)
        journalled = await last_sequence(reading, row.dossier)
        assert standing is not None, "an inbox row is never deleted"
        if standing.state is not CommandState.PENDING:
            return await self.settled(standing)
        if has_closed:
            closed = DossierClosed()
            return await self._refuse(row, {"code": closed.code, "message": closed.message, "particulars": {}})
        if journalled:
            await self._alarm(WORKFLOW_MISSING, row)
        else:
            async with self._database.transaction() as tx:
                await retry_now(tx, row.id)  # its filing is still on its way, and goes first
        raise Unreachable(str(row.id)) from error

    async def _refuse(self, row: InboxRow, problem: dict[str, object]) -> Outcome:
        """The row decides: an act that was applied meanwhile is not refused any more."""
        async with self._database.transaction() as tx:
            standing = await refuse(tx, row.id, problem)
        return await self.settled(standing)

    async def _alarm(self, kind: str, row: InboxRow, **more: str) -> None:
        particulars = {"command": str(row.id), **more}
        _log.error("alarm.raised", kind=kind, dossier=str(row.dossier), **particulars)
        async with self._database.transaction() as tx:
            await raise_alarm(tx, kind, row.dossier, particulars)


def accepted(row: InboxRow) -> Accepted:
    """The command is kept and dated; its outcome comes later."""
    return Accepted(command=row.id, dossier=row.dossier, accepted_at=row.accepted_at)


def _act(errand: Errand) -> Act:
    row = errand.row
    return Act.model_validate(
        {
            "id": row.id,
            "actor": row.actor,
            "occurred_at": dossier_time(errand.clock, row.accepted_at),
            "entered_for": row.entered_for,
            "evidence": row.evidence,
            "journalled": errand.journalled,
            "command": row.body,
        }
    )


@cache
def _refusals() -> frozenset[str]:
    """Every code by which the core refuses."""
    roots: list[type[DossierError | DeadlineError]] = [DossierError, DeadlineError]
    for root in roots:
        roots.extend(root.__subclasses__())
    return frozenset(root.code for root in roots)


def _refusal(row: InboxRow) -> Refused:
    problem = row.problem or {}
    return Refused(
        command=row.id,
        dossier=row.dossier,
        code=str(problem.get("code", "")),
        message=str(problem.get("message", "")),
        particulars={str(name): str(value) for name, value in dict(problem.get("particulars", {})).items()},
    )
