"""Carries what a dossier owes to systems of others: on each line one message at a time, in order.

Invariants: no act and no deadline ever waits for a line, and no line for another; what becomes of a message is decided
by `dossiers.lines` and applied by the workflow, whose state this only reads.
"""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError, ApplicationError

from activities.messages import DISPATCH, Dispatch, Dispatched
from dossiers.events import Record
from dossiers.fast_clock import dossier_time
from dossiers.lines import parked, received
from dossiers.state import DossierState
from dossiers.values import AgencyCode
from workflows.addresses import line_queue
from workflows.messages import DossierStart

#: One attempt: the journal may be a moment late, and the other system has its own time-out.
_ATTEMPT = timedelta(seconds=60)
#: The activity names the pause after each failure itself; this is for attempts whose worker died.
_RETRIES = RetryPolicy(initial_interval=timedelta(seconds=5), backoff_coefficient=1.0)
_GIVEN_UP = "dispatch-given-up"


class Couriers:
    """One for each line, on the road only while something is owed there."""

    def __init__(
        self, start: DossierStart, state: Callable[[], DossierState], settle: Callable[[tuple[Record, ...]], None]
    ) -> None:
        self._start = start
        self._state = state
        self._settle = settle
        self._out: dict[AgencyCode, asyncio.Task[None]] = {}

    @property
    def are_out(self) -> bool:
        """Whether a message is on its way."""
        return bool(self._out)

    def go(self) -> None:
        """Send a courier wherever something is owed and none is out."""
        for line, box in self._state().outboxes.items():
            if box.waiting and line not in self._out:
                self._out[line] = asyncio.create_task(self._carry(line))

    def stop(self) -> None:
        """Call them back: the next run sends the same messages again, under the same identities."""
        for courier in self._out.values():
            courier.cancel()

    async def _carry(self, line: AgencyCode) -> None:
        while waiting := self._state().outboxes[line].waiting:
            outcome = await self._sent(line, waiting[0])
            now = dossier_time(self._start.clock, workflow.now())
            rulebook, state = self._start.rulebook, self._state()
            if isinstance(outcome, Dispatched):
                self._settle(received(rulebook, state, line, waiting[0], outcome.digest, now=now))
            else:
                self._settle(parked(rulebook, state, line, waiting[0], outcome, now=now))
        del self._out[line]

    async def _sent(self, line: AgencyCode, event: int) -> Dispatched | str:
        """The receipt, or the code of what made the last attempt fail."""
        try:
            dispatched: Dispatched = await workflow.execute_activity(
                DISPATCH,
                Dispatch(dossier=self._start.dossier, line=line, event=event),
                result_type=Dispatched,
                task_queue=line_queue(workflow.info().task_queue, line),
                start_to_close_timeout=_ATTEMPT,
                retry_policy=_RETRIES,
                summary=f"gửi {line} sự kiện {event}",
            )
        except ActivityError as failed:
            cause = failed.cause
            return cause.type or _GIVEN_UP if isinstance(cause, ApplicationError) else _GIVEN_UP
        return dispatched
