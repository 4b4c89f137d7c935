"""Bringing an admitted command to its dossier and its events to the journal; safe to do again with the same row.

A time-out says nothing about whether the act was applied, so it is never an answer: the row stays PENDING and whoever
holds the lease sends it again under the same id.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from temporalio.client import (
    Client,
    WithStartWorkflowOperation,
    WorkflowHandle,
    WorkflowUpdateFailedError,
    WorkflowUpdateRPCTimeoutOrCancelledError,
)
from temporalio.common import WorkflowIDConflictPolicy, WorkflowIDReusePolicy
from temporalio.exceptions import ApplicationError
from temporalio.service import RPCError, RPCStatusCode

from commands.outcomes import Accepted, Done, Outcome, Refused
from commands.pinning import Catalogue
from dossiers.commands import Act, FileDossier
from dossiers.errors import DossierClosed, JournalAhead
from dossiers.events import Record
from dossiers.fast_clock import FastClock, dossier_time
from store.alarms import raise_alarm
from store.database import Database
from store.errors import JournalConflict, JournalGap, OutcomeUnknown, StoreUnavailable
from store.inbox import CommandState, InboxRow, read_command, refuse, retry_now
from store.journal import last_sequence, read_journal, record
from store.register import is_closed, read_clock
from workflows.addresses import DOSSIER, dossier_workflow_id
from workflows.messages import ActAnswer, DossierStart
from workflows.options import WORKFLOW_TASK_TIMEOUT

#: How long a sender tries before the row is left to the sweeper.
SEND_WITHIN = timedelta(seconds=8)
#: How long nobody else may send it; longer than any sender tries.
LEASE = timedelta(seconds=15)

_log = structlog.get_logger("commands")


class Unreachable(Exception):
    """The engine did not answer; nothing is known about the act."""


class Delivery:
    """The way from an inbox row to its outcome."""

    def __init__(self, database: Database, client: Client, task_queue: str, catalogue: Catalogue) -> None:
        self._database = database
        self._client = client
        self._task_queue = task_queue
        self._catalogue = catalogue

    async def deliver(self, row: InboxRow) -> Outcome:
        """Send the act and journal what it brought about. Raises `Unreachable` if the engine gave no answer."""
        async with self._database.transaction() as tx:
            journalled = await last_sequence(tx, row.dossier)
            clock = await read_clock(tx, row.dossier)
        act = _act(row, clock, journalled)
        try:
            answer = await self._send(row, act, clock)
        except WorkflowUpdateFailedError as failed:
            return await self._refused(row, failed.cause)
        except RPCError as error:
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

    async def settled(self, row: InboxRow) -> Outcome:
        """What a row that is no longer PENDING says."""
        if row.state is CommandState.REFUSED:
            return _refusal(row)
        return Done(command=row.id, dossier=row.dossier, accepted_at=row.accepted_at, events=await self.events_of(row))

    async def events_of(self, row: InboxRow) -> tuple[Record, ...]:
        """The events in the journal that this command caused."""
        async with self._database.transaction() as tx:
            journal = await read_journal(tx, row.dossier)
        return tuple(one for one in journal if one.cause == str(row.id))

    async def _send(self, row: InboxRow, act: Act, clock: FastClock | None) -> ActAnswer:
        async with asyncio.timeout(SEND_WITHIN.total_seconds()):
            if isinstance(act.command, FileDossier):
                return await self._start(row, act, act.command, clock)
            handle: WorkflowHandle[object, None] = self._client.get_workflow_handle(dossier_workflow_id(row.dossier))
            answer: ActAnswer = await handle.execute_update(
                row.kind, act, id=str(row.id), result_type=ActAnswer, rpc_timeout=SEND_WITHIN
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
            id_reuse_policy=WorkflowIDReusePolicy.REJECT_DUPLICATE,
            task_timeout=WORKFLOW_TASK_TIMEOUT,
            static_summary=f"{filing.number} · {rulebook.procedure.code} {rulebook.procedure.title}"[:200],
        )
        answer: ActAnswer = await self._client.execute_update_with_start_workflow(
            row.kind,
            act,
            id=str(row.id),
            result_type=ActAnswer,
            start_workflow_operation=start,
            rpc_timeout=SEND_WITHIN,
        )
        return answer

    async def _journal(self, row: InboxRow, answer: ActAnswer) -> None:
        try:
            async with self._database.transaction() as tx:
                await record(tx, row.dossier, answer.events, run_id=answer.run_id)
        except (JournalConflict, JournalGap) as conflict:
            await self._alarm(conflict.code, row.dossier, {"command": str(row.id)})
            raise Unreachable(str(row.id)) from conflict
        except (StoreUnavailable, OutcomeUnknown) as away:
            raise Unreachable(str(row.id)) from away

    async def _refused(self, row: InboxRow, cause: BaseException | None) -> Outcome:
        if not isinstance(cause, ApplicationError) or cause.type is None:
            raise Unreachable(str(row.id)) from cause
        if cause.type == JournalAhead.code:
            # The engine lost what the journal still has: an operator must restore it, and then the act goes through.
            await self._alarm(cause.type, row.dossier, {"command": str(row.id)})
            raise Unreachable(str(row.id)) from cause
        particulars = dict(cause.details[0]) if cause.details else {}
        problem = {"code": cause.type, "message": cause.message, "particulars": particulars}
        async with self._database.transaction() as tx:
            standing = await refuse(tx, row.id, problem)
        return await self.settled(standing)

    async def _unanswered(self, row: InboxRow, error: RPCError) -> Outcome:
        """NOT_FOUND alone proves nothing; only a closing in the journal does."""
        if error.status is not RPCStatusCode.NOT_FOUND:
            raise Unreachable(str(row.id)) from error
        async with self._database.transaction() as tx:
            standing = await read_command(tx, row.id)
            has_closed = await is_closed(tx, row.dossier)
        assert standing is not None, "an inbox row is never deleted"
        if standing.state is not CommandState.PENDING:
            return await self.settled(standing)
        if not has_closed:
            async with self._database.transaction() as tx:
                await retry_now(tx, row.id)
            raise Unreachable(str(row.id)) from error
        closed = DossierClosed()
        problem: dict[str, object] = {"code": closed.code, "message": closed.message, "particulars": {}}
        async with self._database.transaction() as tx:
            return await self.settled(await refuse(tx, row.id, problem))

    async def _alarm(self, kind: str, dossier: UUID, particulars: dict[str, str]) -> None:
        _log.error("alarm.raised", kind=kind, dossier=str(dossier), **particulars)
        async with self._database.transaction() as tx:
            await raise_alarm(tx, kind, dossier, particulars)


def accepted(row: InboxRow) -> Accepted:
    """The command is kept and dated; its outcome comes later."""
    return Accepted(command=row.id, dossier=row.dossier, accepted_at=row.accepted_at)


def _act(row: InboxRow, clock: FastClock | None, journalled: int) -> Act:
    return Act.model_validate(
        {
            "id": row.id,
            "actor": row.actor,
            "occurred_at": dossier_time(clock, row.accepted_at),
            "entered_for": row.entered_for,
            "evidence": row.evidence,
            "journalled": journalled,
            "command": row.body,
        }
    )


def _refusal(row: InboxRow) -> Refused:
    problem = row.problem or {}
    return Refused(
        command=row.id,
        dossier=row.dossier,
        code=str(problem.get("code", "")),
        message=str(problem.get("message", "")),
        particulars={str(name): str(value) for name, value in dict(problem.get("particulars", {})).items()},
    )
