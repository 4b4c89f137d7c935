"""Dossiers in the making: rulebooks, seats, people, and a run that plays acts against the pure core.

A run checks after every act what holds of every act: the journal has no gap, reads back from JSON, and folds to the
state; a refused act leaves nothing.
"""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import TypeVar
from uuid import UUID, uuid5

import pytest

from agencies.calendars import load_calendar
from dossiers import commands as c
from dossiers import events as e
from dossiers.advance import advance, next_deadline
from dossiers.bundle_commands import ReportSubDossier, ReturnWithParent, WithdrawWithParent
from dossiers.calendar import WorkCalendar
from dossiers.calendar_change import calendars_change
from dossiers.conditions import FactValue
from dossiers.deadlines import Grade
from dossiers.decide import perform
from dossiers.errors import DossierError
from dossiers.escalation import Notice, NoticeRole
from dossiers.evolve import fold
from dossiers.instants import parse_instant
from dossiers.payment_commands import Charge, ConfirmPayment, RequestPayment
from dossiers.procedure import Procedure, Role, Step, StepKind
from dossiers.rule_set import RuleSet
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor, CallerKind, Seat
from dossiers.state import DossierState, Task
from dossiers.texts import TextRef
from dossiers.values import AgencyCode, DossierNumber, OfficerId, Subject, TaskKey, UnitCode
from procedures.catalogue import shipped, shipped_rule_sets

COPY = "2.000815"
PERMIT = "1.013225"
LAND = "TTHC-TINH-08"

CALENDAR = load_calendar("vn-2026.2").between(date(2026, 1, 1), date(2027, 12, 31))
CITIZEN = Actor(id=OfficerId("citizen"), kind=CallerKind.CITIZEN)
SUPERVISOR = Actor(id=OfficerId("supervisor"), roles=(Role.SUPERVISOR,))

_TESTS = UUID("00000000-0000-4000-8000-000000000000")

E = TypeVar("E", bound=e.AnyEvent)
Refusal = TypeVar("Refusal", bound=DossierError)


@cache
def procedure(code: str) -> Procedure:
    """A shipped procedure, in its newest version."""
    return max((one for one in shipped() if one.code == code), key=lambda one: one.version)


@cache
def rule_set(code: str) -> RuleSet:
    """A shipped rule set."""
    return next(one for one in shipped_rule_sets() if one.code == code)


def rulebook_of(given: Procedure, **changes: object) -> Rulebook:
    """The rules a dossier of this procedure would be pinned to, everybody working by the state's calendar."""
    plain = Rulebook(
        procedure=given,
        rule_set=rule_set(given.rule_set),
        calendars={CALENDAR.version: CALENDAR},
        unit_calendars={},
        promise_calendar=CALENDAR.version,
    )
    return plain.model_copy(update=changes)


def changed(given: Procedure, step: str, **changes: object) -> Procedure:
    """The procedure with one step changed."""
    steps = tuple(one.model_copy(update=changes) if one.id == step else one for one in given.steps)
    return given.model_copy(update={"steps": steps})


def seats_of(given: Procedure) -> dict[str, Seat]:
    """A seat for every participant: one agency of each kind, in it one unit of each kind."""
    return {
        one.name: Seat(agency=AgencyCode(one.agency), unit=UnitCode(f"{one.agency}.{one.unit}"))
        for one in given.participants
    }


def change_calendar(before: WorkCalendar, after: WorkCalendar, decision: str = "Quyết định") -> c.ChangeCalendar:
    """The act by which a dossier whose units all work by the one calendar counts by the other."""
    lead = UnitCode("lead")
    made = calendars_change(after.version, {lead: before}, {lead: after}, lead)
    everybody = made.model_copy(update={"unit_calendars": {}})
    return c.ChangeCalendar(previous=before.version, decision=decision, change=everybody)


def text(about: str = "") -> TextRef:
    """A reference to something somebody wrote."""
    return TextRef(id=uuid5(_TESTS, about), digest="0" * 64)


def person(seat: Seat, *roles: Role, number: int = 1) -> Actor:
    """Somebody who sits there with those roles; a further number is a further person."""
    return Actor(id=OfficerId(f"{seat.unit}.{'-'.join(roles)}.{number}"), seat=seat, roles=roles)


def voice(dossier: UUID) -> Actor:
    """A dossier that speaks to another of its bundle."""
    return Actor(id=OfficerId(str(dossier)), kind=CallerKind.DOSSIER)


class Run:
    """One dossier being played."""

    def __init__(self, rules: Rulebook | str, at: str, **facts: FactValue) -> None:
        """A dossier before it is filed; ``facts`` are recorded by whichever step asks for them."""
        self.rules = rulebook_of(procedure(rules)) if isinstance(rules, str) else rules
        self.facts = facts
        self.state = DossierState()
        self.records: list[e.Record] = []
        self.now = parse_instant(at)
        self._acts = 0

    @classmethod
    def filed(cls, rules: Rulebook | str, at: str, **facts: FactValue) -> "Run":
        """A dossier just filed by its applicant."""
        run = cls(rules, at, **facts)
        run.act(run.filing())
        return run

    @classmethod
    def at_step(cls, step: str, rules: Rulebook | str, at: str, **facts: FactValue) -> "Run":
        """A dossier that went the usual way to that step in no time."""
        run = cls.filed(rules, at, **facts)
        run.go_to(step)
        return run

    def filing(self, **changes: object) -> c.FileDossier:
        given = self.rules.procedure
        filing = c.FileDossier(
            dossier=uuid5(_TESTS, "dossier"),
            number=DossierNumber("H49-260302-0001"),
            procedure=given.code,
            procedure_version=given.version,
            rule_set=given.rule_set,
            calendar_version=CALENDAR.version,
            directory_version="1",
            channel=given.channels[0],
            seats=seats_of(given),
        )
        return filing.model_copy(update=changes)

    # -- acting -------------------------------------------------------------------------------------------------------

    def act(
        self,
        command: c.AnyCommand,
        at: str | datetime | None = None,
        *,
        by: Actor | None = None,
        recorded: str | datetime | None = None,
        entered_for: str | None = None,
        evidence: TextRef | None = None,
    ) -> tuple[e.Record, ...]:
        """Perform the act, by somebody who may unless told who, and check what holds of every act."""
        act = self._act(command, at, by, entered_for, evidence)
        recorded_at = act.occurred_at if recorded is None else _instant(recorded)
        records = perform(self.rules, self.state, act, recorded_at=recorded_at)
        self._take(records)
        self.now = max(self.now, recorded_at)
        assert records, "an accepted command emits at least one event"
        assert records[-1].cause == str(act.id)
        return records

    def refused(
        self,
        refusal: type[Refusal],
        command: c.AnyCommand,
        at: str | None = None,
        *,
        by: Actor | None = None,
        entered_for: str | None = None,
        evidence: TextRef | None = None,
        journalled: int | None = None,
    ) -> Refusal:
        """The refusal of an act; exactly that refusal, and in Vietnamese."""
        act = self._act(command, at, by, entered_for, evidence)
        if journalled is not None:
            act = act.model_copy(update={"journalled": journalled})
        with pytest.raises(refusal) as caught:
            perform(self.rules, self.state, act, recorded_at=act.occurred_at)
        assert type(caught.value) is refusal
        assert caught.value.message
        return caught.value

    def tick(self, until: str | datetime) -> tuple[e.Record, ...]:
        """The timer, at that instant."""
        self.now = _instant(until)
        records = advance(self.rules, self.state, until=self.now, recorded_at=self.now, inclusive=True)
        self._take(records)
        return records

    def tick_on_time(self, until: str | datetime) -> None:
        """The timer, at every instant for which it would be armed up to then."""
        while (due := next_deadline(self.state)) is not None and due <= _instant(until):
            self.tick(max(due, self.now))
        self.now = _instant(until)

    def forward(self, step: str, at: str | datetime | None = None, *, by: Actor | None = None) -> None:
        """The usual act on the step's task, whatever it is now."""
        self.act(self.usual(self.task(step)), at, by=by)

    def go_to(self, step: str, at: str | datetime | None = None) -> None:
        """The usual act on every task, until the step's own work is open."""
        while not any(one.step == step and one.work == "step" for one in self.state.live_tasks()):
            self.act(self.usual(self.at_hand()[0]), at)

    def travel(self, at: str | datetime | None = None) -> None:
        """Every leg under way arrives."""
        while legs := [one for one in self.at_hand() if one.work != "step"]:
            self.act(self.usual(legs[0]), at)

    def finish(self, at: str | datetime | None = None) -> None:
        """The usual act on every task, until the dossier is closed."""
        while not self.state.status.is_closed:
            self.act(self.usual(self.at_hand()[0]), at)

    # -- looking ------------------------------------------------------------------------------------------------------

    def task(self, step: str) -> Task:
        """The step's live task, not counting opinions asked by it."""
        return next(
            one
            for one in self.at_hand()
            if one.step == step and (one.consultation is None or one.consultation.asked_by is None)
        )

    def at_hand(self) -> tuple[Task, ...]:
        """Whatever moves the dossier on; apologies do not."""
        return tuple(one for one in self.state.live_tasks() if one.work != "apology")

    def apology(self) -> Task:
        """The apology that is owed."""
        return next(one for one in self.state.live_tasks() if one.work == "apology")

    def key(self, step: str) -> TaskKey:
        return self.task(step).key

    def live(self) -> list[str]:
        """The keys of what is owed."""
        return [one.key for one in self.state.live_tasks()]

    def events(self, kind: type[E]) -> list[E]:
        return [record.event for record in self.records if isinstance(record.event, kind)]

    def last(self, kind: type[E]) -> E:
        return self.events(kind)[-1]

    def kinds(self, since: int = 0) -> list[str]:
        """The kinds of the events after a sequence."""
        return [record.event.kind for record in self.records[since:]]

    def due(self, subject: str) -> datetime | None:
        return self.state.due_of(Subject(subject))

    def rungs(self, subject: str) -> list[tuple[str, str]]:
        """Each rung that the deadline reached, with its instant."""
        return [
            (event.rung, event.due_at.strftime("%Y-%m-%dT%H:%M"))
            for event in self.events(e.RungReached)
            if event.subject == subject
        ]

    def grades(self) -> dict[str, Grade | None]:
        return {event.task: event.grade for event in self.events(e.TaskCompleted)}

    def seat(self, participant: str) -> Seat:
        return seats_of(self.rules.procedure)[participant]

    # -- people -------------------------------------------------------------------------------------------------------

    def holder(self, task: Task, number: int = 1) -> Actor:
        """An officer whose work the task is."""
        return person(task.seat, task.role, number=number)

    def fitting(self, command: c.AnyCommand) -> Actor:
        """Somebody who may do this."""
        match command:
            case c.FileDossier() | c.AnswerSupplement() | c.Withdraw():
                return CITIZEN
            case c.ResumeDossier() if self.state.awaited is not None and self.state.awaited.what == "attendance":
                return self.holder(self.state.tasks[self.state.awaited.task])
            case c.Reappoint() | c.SuspendDossier() | c.ResumeDossier():
                return person(self.seat(self.rules.procedure.lead.name), Role.AGENCY_HEAD)
            case c.SendStopNotice():
                return person(self.seat(self.rules.procedure.counter.name), Role.COUNTER)
            case c.AcknowledgeNotice():
                return self.recipient(self.state.notices[command.notice])
            case c.Remind() | c.ChangeCalendar() | c.ResumeDispatches():
                return SUPERVISOR
            case ReportSubDossier():
                return voice(self.state.sub_dossiers[command.task].dossier)
            case WithdrawWithParent() | ReturnWithParent():
                assert self.state.filed is not None
                assert self.state.filed.parent is not None
                return voice(self.state.filed.parent.dossier)
        task = self.state.tasks[command.task]
        match command:
            case c.Assign() | c.Reassign():
                return person(task.seat, Role.UNIT_HEAD)
            case c.Recall():
                return person(task.sender or task.seat, Role.OFFICER)
            case _:
                return self.holder(task)

    def recipient(self, notice: Notice) -> Actor:
        """Somebody to whom the notice speaks."""
        if notice.role is NoticeRole.SUPERVISOR:
            return SUPERVISOR
        seat = Seat(agency=notice.agency, unit=notice.unit or UnitCode(f"{notice.agency}.any"))
        if notice.officer is not None:
            return Actor(id=notice.officer, seat=seat)
        return person(seat, Role.OFFICER if notice.role is NoticeRole.HOLDER else Role(notice.role))

    def usual(self, task: Task) -> c.TaskCommand:
        """What ends the task well."""
        match task.work:
            case "hand_over":
                return c.HandOver(task=task.key)
            case "acceptance":
                return c.AcceptHandOver(task=task.key)
        step = self.rules.procedure.step(task.step)
        match task.step_kind:
            case StepKind.RECEPTION:
                return c.Receive(task=task.key, facts=self._recorded(self._required()))
            case StepKind.APPROVAL:
                return c.Approve(task=task.key)
            case StepKind.SIGNING:
                return c.Sign(task=task.key)
            case StepKind.CONSULTATION:
                return c.AnswerConsultation(task=task.key, outcome="consent")
            case StepKind.RETURN:
                return c.ReturnResult(task=task.key)
            case StepKind.PAYMENT if task.charges:
                return ConfirmPayment(task=task.key, charge=task.charges[0].code)
            case StepKind.PAYMENT:
                return RequestPayment(task=task.key, charges=(Charge(code="tax", amount=1_000_000),))
            case _:
                return c.Complete(task=task.key, outcome=first_outcome(step), facts=self._recorded(step.records))

    def _required(self) -> Iterable[str]:
        return [fact.name for fact in self.rules.procedure.facts if fact.required]

    def _recorded(self, names: Iterable[str]) -> dict[str, FactValue]:
        return {name: self.facts[name] for name in names}

    # -- the way of an act --------------------------------------------------------------------------------------------

    def _act(
        self,
        command: c.AnyCommand,
        at: str | datetime | None,
        by: Actor | None,
        entered_for: str | None,
        evidence: TextRef | None,
    ) -> c.Act:
        self._acts += 1
        act = c.Act(
            id=uuid5(_TESTS, f"act/{self._acts}"),
            actor=by or self.fitting(command),
            occurred_at=self.now if at is None else _instant(at),
            entered_for=None if entered_for is None else parse_instant(entered_for),
            evidence=evidence,
            journalled=self.state.sequence,
            command=command,
        )
        read = c.Act.model_validate_json(act.model_dump_json())
        assert read == act
        return read

    def _take(self, records: tuple[e.Record, ...]) -> None:
        first = self.state.sequence + 1
        assert [record.sequence for record in records] == list(range(first, first + len(records)))
        for record in records:
            assert e.Record.model_validate_json(record.model_dump_json()) == record
        self.records += records
        self.state = fold(records, self.state)
        assert DossierState.model_validate_json(self.state.model_dump_json()) == self.state


def first_outcome(step: Step) -> str:
    """The outcome by which a step usually ends."""
    return step.outcomes[0].code if step.outcomes else "done"


def _instant(given: str | datetime) -> datetime:
    return parse_instant(given) if isinstance(given, str) else given
