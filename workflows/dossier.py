"""The interpreter that carries one dossier from filing to return.

Invariants: every handler is synchronous and total, and only domain errors leave it; the state is the fold of the
events; an event is kept until it is shown to be in the journal; one timer is armed, for the next deadline of any kind.
All that is interpreted came with the start input, so nothing published later changes a running dossier; a calendar
change is an act on it like any other, and brings its difference along.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

from temporalio import workflow
from temporalio.exceptions import ActivityError

from activities.messages import RECORD_EVENTS, SEND_LETTER, Recorded, RecordEvents, SendLetter, Sent
from dossiers.advance import advance, next_deadline
from dossiers.bundles import Message, Opening, letters
from dossiers.commands import COMMAND_KINDS, Act
from dossiers.deadline_errors import DeadlineError
from dossiers.decide import perform
from dossiers.errors import DossierError, JournalAhead
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.fast_clock import dossier_time, wall_time
from dossiers.lines import is_owed
from dossiers.state import DossierState
from workflows.addresses import DOSSIER, STATE, activity_queue
from workflows.couriers import Couriers
from workflows.messages import ActAnswer, Carried, DossierStart
from workflows.options import DATABASE, FLUSH_AGAIN_AFTER, HISTORY_SOFT_LIMIT, REMEMBERED_COMMANDS
from workflows.refusals import refusal
from workflows.words import details, timer_words


@workflow.defn(name=DOSSIER)
class DossierWorkflow:
    """One dossier."""

    @workflow.init
    def __init__(self, start: DossierStart) -> None:
        self._start = start
        self._state = start.carried.state
        self._unjournalled = start.carried.unjournalled
        self._applied = start.carried.applied
        self._rulebook = start.rulebook.as_changed(self._state.calendar_changes)
        self._letters = start.carried.letters
        self._next = next_deadline(self._state)
        self._owes_flush = bool(self._unjournalled)
        self._is_flushing = False
        self._is_sending = False
        self._couriers = Couriers(start, lambda: self._state, self._settle)
        self._rehearsed: tuple[UUID, tuple[Record, ...]] | None = None
        for kind in COMMAND_KINDS:
            workflow.set_update_handler(kind, self._apply, validator=self._examine)
        self._show()

    @workflow.run
    async def run(self, start: DossierStart) -> None:  # noqa: ARG002  (Temporal gives init and run the same input)
        """Let time do its part until nothing more can happen, then leave nothing unjournalled behind."""
        beside = [asyncio.create_task(self._flush()), asyncio.create_task(self._correspond())]
        self._couriers.go()
        while not self._is_over():
            try:
                await self._pass_time()
            except asyncio.CancelledError:
                if workflow.cancellation_reason() is None:
                    raise
                workflow.logger.warning("cancellation ignored: no act of the law ends a dossier like that")
            if self._should_renew():
                for task in beside:
                    task.cancel()
                self._couriers.stop()
                workflow.continue_as_new(self._renewed())

    @workflow.query(name=STATE)
    def state(self) -> DossierState:
        """The dossier as it stands."""
        return self._state

    def _examine(self, act: Act) -> None:
        """Refuse without a trace in history."""
        if str(act.id) not in self._applied:
            self._rehearsed = (act.id, self._perform(act))
        elif act.journalled > self._state.sequence:
            raise refusal(JournalAhead(journalled=str(act.journalled), sequence=str(self._state.sequence)))

    def _apply(self, act: Act) -> ActAnswer:
        self._forget_journalled(act.journalled)
        if str(act.id) not in self._applied:
            self._append(self._rehearsal_of(act) or self._perform(act))
            self._remember(str(act.id))
        events = tuple(one for one in self._unjournalled if one.sequence > act.journalled)
        return ActAnswer(events=events, run_id=workflow.info().run_id)

    def _perform(self, act: Act) -> tuple[Record, ...]:
        try:
            return perform(self._rulebook, self._state, act, recorded_at=self._now())
        except (DossierError, DeadlineError) as error:
            raise refusal(error) from error

    def _rehearsal_of(self, act: Act) -> tuple[Record, ...]:
        """What the validator found just before; a replay validates nothing and performs the act itself."""
        rehearsed, self._rehearsed = self._rehearsed, None
        if rehearsed is None or rehearsed[0] != act.id or rehearsed[1][0].sequence != self._state.sequence + 1:
            return ()
        return rehearsed[1]

    def _append(self, records: tuple[Record, ...]) -> None:
        to_say = letters(self._state, records)
        self._state = fold(records, self._state)
        self._unjournalled += records
        self._rulebook = self._rulebook.as_changed(self._state.calendar_changes)
        if to_say:
            self._letters += to_say
            self._owes_flush = True
        self._next = next_deadline(self._state)
        self._couriers.go()
        self._show()

    def _settle(self, records: tuple[Record, ...]) -> None:
        self._append(records)
        self._owes_flush = True

    def _is_over(self) -> bool:
        """Nothing more may happen, all of it is in the journal, and every message has arrived or is parked."""
        is_settled = not (self._unjournalled or self._letters or is_owed(self._state))
        return self._state.status.is_closed and is_settled

    def _show(self) -> None:
        if self._state.filed is not None:
            workflow.set_current_details(details(self._start.rulebook.procedure, self._state))

    def _remember(self, command: str) -> None:
        """The newest commands, and every one whose events the journal has not shown yet."""
        applied = (*self._applied, command)
        unjournalled = {record.cause for record in self._unjournalled}
        self._applied = tuple(one for one in applied[:-REMEMBERED_COMMANDS] if one in unjournalled) + tuple(
            applied[-REMEMBERED_COMMANDS:]
        )

    def _forget_journalled(self, sequence: int) -> None:
        self._unjournalled = tuple(record for record in self._unjournalled if record.sequence > sequence)

    async def _pass_time(self) -> None:
        """Wait for the next deadline; a timer stays armed unless an earlier one appears."""
        if self._state.status.is_closed:
            await workflow.wait_condition(self._is_over)
            return
        armed = self._next
        if armed is None:
            await workflow.wait_condition(lambda: self._is_due_before(None))
            return
        wait = wall_time(self._start.clock, armed) - workflow.now()
        if wait > timedelta(0):
            try:
                await workflow.wait_condition(
                    lambda: self._is_due_before(armed), timeout=wait, timeout_summary=timer_words(self._state, armed)
                )
            except TimeoutError:
                pass
            else:
                return
        self._advance()

    def _is_due_before(self, armed: datetime | None) -> bool:
        if self._state.status.is_closed or self._should_renew():
            return True
        return self._next is not None and (armed is None or self._next < armed)

    def _advance(self) -> None:
        now = self._now()
        records = advance(self._rulebook, self._state, until=now, recorded_at=now, inclusive=True)
        if records:
            self._append(records)
            self._owes_flush = True

    async def _flush(self) -> None:
        """Carry to the journal what no caller carries; one call at a time, always all there is."""
        while True:
            await workflow.wait_condition(self._has_to_flush)
            self._owes_flush = False
            if self._unjournalled:
                await self._record(self._unjournalled)
            elif self._is_over():
                return

    def _has_to_flush(self) -> bool:
        return self._owes_flush or (self._state.status.is_closed and (bool(self._unjournalled) or self._is_over()))

    async def _record(self, events: tuple[Record, ...]) -> None:
        self._is_flushing = True
        try:
            recorded = await self._recorded(events)
        except ActivityError:
            self._is_flushing = False
            # Somebody ended the call by hand: what was decided must be recorded all the same.
            self._owes_flush = True
            await workflow.sleep(FLUSH_AGAIN_AFTER, summary="ghi lại nhật ký")
            return
        self._is_flushing = False
        self._forget_journalled(recorded.sequence)

    async def _correspond(self) -> None:
        """Say to other dossiers what the journal shows to have happened in this one, in order, each thing once."""
        while True:
            await workflow.wait_condition(self._may_send)
            self._is_sending = True
            try:
                await self._sent(self._letters[0])
            except ActivityError:
                self._is_sending = False
                await workflow.sleep(FLUSH_AGAIN_AFTER, summary="gửi lại hồ sơ liên quan")
                continue
            self._is_sending = False
            self._letters = self._letters[1:]

    def _may_send(self) -> bool:
        if not self._letters:
            return False
        return all(self._letters[0].sequence < record.sequence for record in self._unjournalled)

    async def _sent(self, letter: Opening | Message) -> Sent:
        sent: Sent = await workflow.execute_activity(
            SEND_LETTER,
            SendLetter(dossier=self._start.dossier, letter=letter),
            result_type=Sent,
            task_queue=activity_queue(workflow.info().task_queue),
            start_to_close_timeout=DATABASE.start_to_close_timeout,
            retry_policy=DATABASE.retry_policy,
            summary="gửi hồ sơ liên quan",
        )
        return sent

    async def _recorded(self, events: tuple[Record, ...]) -> Recorded:
        recorded: Recorded = await workflow.execute_activity(
            RECORD_EVENTS,
            RecordEvents(dossier=self._start.dossier, run_id=workflow.info().run_id, events=events),
            result_type=Recorded,
            task_queue=activity_queue(workflow.info().task_queue),
            start_to_close_timeout=DATABASE.start_to_close_timeout,
            retry_policy=DATABASE.retry_policy,
            summary=f"ghi nhật ký {events[0].sequence}–{events[-1].sequence}",
        )
        return recorded

    def _should_renew(self) -> bool:
        info = workflow.info()
        if self._state.status.is_closed or info.get_current_history_length() < HISTORY_SOFT_LIMIT:
            return False
        is_busy = self._is_flushing or self._is_sending or self._couriers.are_out
        return not is_busy or info.is_continue_as_new_suggested()

    def _renewed(self) -> DossierStart:
        carried = Carried(
            state=self._state, unjournalled=self._unjournalled, applied=self._applied, letters=self._letters
        )
        return self._start.model_copy(update={"carried": carried})

    def _now(self) -> datetime:
        return dossier_time(self._start.clock, workflow.now())
