"""Plays a scenario on the pure core, without a server or a clock: what the law itself makes of each ending.

Every act comes later than planned by a delay of the caller's choice, so a test can show that an ending does not
depend on how fast the machine is.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from agencies.calendars import resolve_calendar
from cli.demo.cast import Cast, cast_of
from cli.demo.findings import Found, RungFound, is_silent, is_task_for
from cli.demo.ground import directory_on, procedures_on
from cli.demo.routine import Work, usual_move
from cli.demo.scenario import CLOSED, Acknowledge, Ending, Perform, Proceed, Scenario, Verb
from dossiers import commands as c
from dossiers import events as e
from dossiers.advance import advance, next_deadline
from dossiers.commands import Act, FileDossier
from dossiers.decide import perform
from dossiers.errors import DossierError
from dossiers.escalation import Notice
from dossiers.evolve import fold
from dossiers.payment_commands import ConfirmPayment, RequestPayment
from dossiers.procedure import Procedure
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor, CallerKind
from dossiers.state import DossierState, Task, TaskState
from dossiers.texts import TextRef
from dossiers.values import PROMISE, DossierNumber, OfficerId, Subject, UnitCode
from procedures.catalogue import shipped_rule_sets

_SPACE = UUID("b8f5ef3c-5c8e-4f0e-9c39-0f6f3a5f7a11")
_KINDS: dict[Verb, type[c.TaskCommand | c.DossierCommand]] = {
    Verb.RECEIVE: c.Receive,
    Verb.REFUSE: c.Refuse,
    Verb.HAND_OVER: c.HandOver,
    Verb.ACCEPT: c.AcceptHandOver,
    Verb.REFUSE_HAND_OVER: c.RefuseHandOver,
    Verb.RECALL: c.Recall,
    Verb.ASSIGN: c.Assign,
    Verb.REASSIGN: c.Reassign,
    Verb.COMPLETE: c.Complete,
    Verb.APPROVE: c.Approve,
    Verb.SIGN: c.Sign,
    Verb.RETURN: c.ReturnResult,
    Verb.DECIDE_ON_THE_SPOT: c.DecideOnTheSpot,
    Verb.REWORK: c.Rework,
    Verb.REQUEST_SUPPLEMENT: c.RequestSupplement,
    Verb.CONSULT: c.Consult,
    Verb.ANSWER: c.AnswerConsultation,
    Verb.REQUEST_PAYMENT: RequestPayment,
    Verb.CONFIRM_PAYMENT: ConfirmPayment,
    Verb.APOLOGISE: c.Apologise,
    Verb.REMIND: c.Remind,
    Verb.SUPPLEMENT: c.AnswerSupplement,
    Verb.WITHDRAW: c.Withdraw,
    Verb.REAPPOINT: c.Reappoint,
    Verb.STOP_NOTICE: c.SendStopNotice,
}
_RULE_SETS = {one.code: one for one in shipped_rule_sets()}
_TEXTS = ("reason", "opinion", "content")

Delay = Callable[[], timedelta]


class Rehearsal:
    """One dossier of one ending, in the making."""

    def __init__(self, scenario: Scenario, ending: Ending, counter: UnitCode, delay: Delay, turn: int = 0) -> None:
        self.ending = ending
        self.procedure = procedures_on(ending.filed.date())[ending.procedure]
        directory = directory_on(ending.filed.date())
        self.cast = cast_of(directory, self.procedure, ending, counter, citizen=OfficerId("portal"), turn=turn)
        self.rulebook = _rulebook(scenario, self.procedure, self.cast, ending.filed.date())
        self.clock = self.rulebook.calendar
        self.delay = delay
        self.records: list[e.Record] = []
        self.state = DossierState()
        self.now = ending.filed
        self.dossier = uuid5(_SPACE, f"{ending.name}/{counter}")

    def play(self) -> Found:
        """What must be found after the last act."""
        self._file()
        for act in self.ending.acts:
            if act.at is not None:
                self._wait(act.at.on(self.clock, self.ending.filed))
            match act:
                case Proceed():
                    self._proceed(act)
                case Acknowledge():
                    self._acknowledge(act)
                case Perform():
                    self._perform(act)
        return self.found()

    def instants(self) -> tuple[tuple[datetime, str], ...]:
        """When time itself did something, and what."""
        return tuple(
            (record.occurred_at, f"{record.event.subject} {record.event.rung}")
            if isinstance(record.event, e.RungReached)
            else (record.occurred_at, record.event.kind)
            for record in self.records
            if record.cause.startswith("due:")
        )

    def found(self) -> Found:
        """The facts that an expectation speaks of."""
        promise = self.state.clocks.get(PROMISE)
        kinds = [record.event.kind for record in self.records]
        return Found(
            state=self.state.status,
            grade=self.state.grade,
            result=self.state.result,
            first_promise=self.state.first_promise_at,
            promise=promise.term.due_at if promise is not None else None,
            appointment=self.state.appointment_at,
            rungs=_rungs(self.records),
            events={kind: kinds.count(kind) for kind in kinds},
        )

    def _file(self) -> None:
        seats = self.cast.seats
        command = FileDossier(
            dossier=self.dossier,
            number=DossierNumber("T"),
            procedure=self.procedure.code,
            procedure_version=self.procedure.version,
            rule_set=self.procedure.rule_set,
            calendar_version="",
            directory_version="",
            channel=self.ending.channel,
            seats=seats,
            facts=self.ending.facts,
            components=tuple(one.code for one in self.procedure.components if one.required),
        )
        self._wait(self.ending.filed)
        self._do(self.cast.filer(self.ending), command)

    def _perform(self, act: Perform) -> None:
        body = dict(act.body)
        if "officer" in body:
            body["officer"] = self.cast.who(str(body["officer"]))
        body.update({name: _text() for name in _TEXTS if name in body})
        if not act.do.is_on_dossier:
            assert act.on is not None
            body["task"] = self._task(act.do, act.on).key
        try:
            self._do(self.cast.who(act.by), _KINDS[act.do].model_validate(body))
        except DossierError as error:
            refused: str | None = error.code
        else:
            refused = None
        assert refused == act.refused, f"{self.ending.name}: {act.by} {act.do} {act.on or ''}"

    def _acknowledge(self, act: Acknowledge) -> None:
        while (notice := self._notice_of(act)) is None:
            due = next_deadline(self.state)
            assert due is not None, f"{self.ending.name}: {act.subject} {act.rung} never fires"
            self._wait(due)
        self._do(self.cast.who(act.by), c.AcknowledgeNotice(notice=notice.id))

    def _notice_of(self, act: Acknowledge) -> Notice | None:
        for record in self.records:
            event = record.event
            if isinstance(event, e.RungReached) and (event.subject, event.rung) == (act.subject, act.rung):
                return event.notice
        return None

    def _proceed(self, act: Proceed) -> None:
        while not self._is_reached(act.until):
            for task in self.state.live_tasks():
                move = self._usual(task)
                if move is not None:
                    self._do(*move)
                    break
            else:
                due = next_deadline(self.state)
                assert due is not None, f"{self.ending.name}: nothing to do and {act.until} not reached"
                self._wait(due)

    def _is_reached(self, until: str) -> bool:
        if until == CLOSED:
            return self.state.status.is_closed
        return any(is_task_for(Verb.COMPLETE, until, task.key) for task in self.state.live_tasks())

    def _usual(self, task: Task) -> tuple[OfficerId, c.TaskCommand] | None:
        work = Work(task.key, task.step, task.step_kind, task.work, task.seat, task.role)
        move = usual_move(self.procedure, work, self.ending.findings)
        if move is None or task.state is not TaskState.OPEN or self._waits(task):
            return None
        command = _KINDS[move.verb].model_validate({**move.body, "task": task.key})
        return task.assigned or self.cast.officer(task.seat, task.role), command  # type: ignore[return-value]

    def _waits(self, task: Task) -> bool:
        asked = f"{task.key}/consult-"
        return is_silent(self.ending.silent, task.key) or any(
            other.key.startswith(asked) for other in self.state.live_tasks()
        )

    def _task(self, verb: Verb, on: str) -> Task:
        candidates = [task for task in self.state.tasks.values() if is_task_for(verb, on, task.key)]
        live = [task for task in candidates if task.state.is_live]
        assert candidates, f"{self.ending.name}: no task for {verb} on {on} among {list(self.state.tasks)}"
        return (live or candidates)[-1]

    def _wait(self, instant: datetime) -> None:
        self.now = max(self.now, instant)
        self._advance()

    def _advance(self) -> None:
        """The timer wakes at every deadline of its own, as it does when nothing is down."""
        while (due := next_deadline(self.state)) is not None and due <= self.now:
            self._keep(advance(self.rulebook, self.state, until=due, recorded_at=due, inclusive=True))

    def _do(self, officer: OfficerId, command: c.AnyCommand) -> None:
        self.now = self.clock.latest_after(self.now, int(self.delay().total_seconds()))
        self._advance()
        act = Act(
            id=uuid5(self.dossier, str(len(self.records))),
            actor=self._actor(officer),
            occurred_at=self.now,
            command=command,
        )
        self._keep(perform(self.rulebook, self.state, act, recorded_at=self.now))

    def _keep(self, records: tuple[e.Record, ...]) -> None:
        self.records.extend(records)
        self.state = fold(records, self.state)

    def _actor(self, officer: OfficerId) -> Actor:
        if officer == self.cast.citizen:
            return Actor(id=officer, kind=CallerKind.CITIZEN)
        directory = self.cast.directory
        return Actor(id=officer, seat=directory.seat_of(officer), roles=directory.officer(officer).roles)


def _rungs(records: list[e.Record]) -> tuple[RungFound, ...]:
    lifted = {
        (record.event.subject, rung)
        for record in records
        if isinstance(record.event, e.EscalationLifted)
        for rung in record.event.rungs
    }
    return tuple(
        RungFound(
            subject=Subject(record.event.subject),
            term=record.event.term,
            rung=record.event.rung,
            acknowledged=record.event.previous_acknowledged,
        )
        for record in records
        if isinstance(record.event, e.RungReached) and (record.event.subject, record.event.rung) not in lifted
    )


def _text() -> TextRef:
    return TextRef(id=_SPACE, digest="0" * 64)


def _rulebook(scenario: Scenario, procedure: Procedure, cast: Cast, filed_on: date) -> Rulebook:
    calendars = {
        seat.unit: resolve_calendar(scenario.calendar, cast.directory.calendar_overrides(seat.unit))
        for seat in cast.seats.values()
    }
    first, last = date(filed_on.year, 1, 1), date(filed_on.year + 1, 12, 31)
    return Rulebook(
        procedure=procedure,
        rule_set=_RULE_SETS[procedure.rule_set],
        calendars={one.version: one.between(first, last) for one in calendars.values()},
        unit_calendars={unit: one.version for unit, one in calendars.items()},
        promise_calendar=calendars[cast.seats[procedure.lead.name].unit].version,
    )
