"""A draft of what one act, or one moment, adds to a journal: each event is folded at once, so later rules see it."""

from collections.abc import Mapping
from datetime import datetime

from dossiers import events as e
from dossiers.calendar import WorkCalendar
from dossiers.errors import FactsInvalid
from dossiers.escalation import LastDay, Notice, NoticeRole, Rung
from dossiers.evolve import evolve
from dossiers.identity import notice_id
from dossiers.instants import floor_to_second
from dossiers.limits import Counting, LimitUnit, TimeLimit
from dossiers.procedure import Step, StepKind
from dossiers.rule_set import RuleSet, StopGround
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor, Seat
from dossiers.state import DossierState, Task
from dossiers.stops import StopReason
from dossiers.terms import Limits, term_of
from dossiers.texts import TextRef
from dossiers.values import PROMISE, STOP_NOTICE, AgencyCode, OfficerId, StepId, Subject, UnitCode


class Draft:
    """Events in the making; the only mutable thing in the core, and it never leaves a function of it."""

    def __init__(
        self,
        rulebook: Rulebook,
        state: DossierState,
        *,
        cause: str,
        occurred_at: datetime,
        recorded_at: datetime,
        actor: Actor | None = None,
        evidence: TextRef | None = None,
    ) -> None:
        self.rulebook = rulebook.as_changed(state.calendar_changes)
        self.state = state
        self.occurred_at = floor_to_second(occurred_at)
        self.recorded_at = floor_to_second(recorded_at)
        #: When the work that this act opens begins: its holder pays for no delay of the engine.
        self.opens_at = self.recorded_at
        self.records: list[e.Record] = []
        self._cause = cause
        self.actor_id = actor.id if actor is not None else None
        self.actor = actor
        self._evidence = evidence
        self.is_entered_from_paper = evidence is not None

    def add(self, event: e.AnyEvent, *, at: datetime | None = None) -> None:
        """Record an event at the act's legal instant, or at another one."""
        record = e.Record(
            sequence=self.state.sequence + 1,
            cause=self._cause,
            actor=self.actor,
            occurred_at=at or self.occurred_at,
            recorded_at=self.recorded_at,
            evidence=self._evidence,
            event=event,
        )
        self.state = evolve(self.state, record)
        self.records.append(record)

    def notice(self, subject: Subject, role: NoticeRole, *, number: int = 0) -> Notice:
        """A notice that the next event makes, addressed by the seat that owes the work; one of several is numbered."""
        dossier = self.state.dossier
        assert dossier is not None, "a dossier is filed before it makes a notice"
        identity = notice_id(dossier, self.state.sequence + 1, number)
        task = self.task_of(subject)
        procedure = self.rulebook.procedure
        owes = procedure.counter if subject == STOP_NOTICE else procedure.lead
        seat = task.seat if task is not None else self.seat(owes.name)
        holder = task.assigned if task is not None and role is NoticeRole.HOLDER else None
        agency, unit = _addressed(role, seat, self.seat(self.rulebook.procedure.counter.name))
        return Notice(id=identity, subject=subject, agency=agency, unit=unit, role=role, officer=holder)

    @property
    def rules(self) -> RuleSet:
        """The decree that the dossier follows."""
        return self.rulebook.rule_set_named(self.state.rule_set)

    def seat(self, participant: str) -> Seat:
        """Who fills a participant's part in this dossier."""
        assert self.state.filed is not None, "a dossier is filed before anybody sits"
        return self.state.filed.seats[participant]

    def step(self, step: StepId) -> Step:
        """The step's definition."""
        return self.rulebook.procedure.step(step)

    def done_before_by(self, step: StepId, officer: OfficerId) -> tuple[Step, ...]:
        """Which of the steps that this one must not share a pair of hands with the officer has done."""
        barred = self.step(step).not_by
        return tuple(self.step(before) for before in barred if self.state.run_of(before).done_by == officer)

    def ladder(self, *names: str) -> tuple[Rung, ...]:
        """The first ladder that the procedure has of these names."""
        ladders = {**self.rules.ladders, **self.rulebook.procedure.ladders}
        return next((ladders[name] for name in names if name in ladders), ())

    def stop_ground(self, reason: StopReason) -> StopGround | None:
        """Why the clock may stop for that reason, if it may."""
        return next((one for one in self.rules.stops if one.reason is reason), None)

    def limits_of(self, subject: Subject) -> Limits:
        """How a deadline of this dossier is counted."""
        procedure = self.rulebook.procedure
        if subject == PROMISE:
            return Limits(
                limit=procedure.limit,
                counting=procedure.counting,
                cutoff=procedure.cutoff,
                ladder=(LastDay(), *self.ladder("promise")),
            )
        task = self.task(subject)
        if task.consultation is not None and task.consultation.limit is not None:
            return self.limits_of_opinion(task.consultation.limit)
        limits = self.limits_of_step(self.step(task.step))
        assert limits is not None, "only a step with a limit has a clock"
        return limits

    def limits_of_step(self, step: Step) -> Limits | None:
        """How a step of the route is counted; null where it has no limit."""
        if step.limit is None:
            return None
        names = ("consultation", step.ladder) if step.kind is StepKind.CONSULTATION else (step.ladder,)
        return Limits(limit=step.limit, counting=step.counting, ladder=self.ladder(*names))

    def limits_of_opinion(self, limit: TimeLimit) -> Limits:
        """How an opinion is counted that somebody asked for beside the route."""
        return Limits(limit=limit, counting=Counting.ELAPSED, ladder=self.ladder("consultation", "default"))

    def task(self, subject: Subject) -> Task:
        """The task that a deadline belongs to."""
        task = self.task_of(subject)
        assert task is not None, "only a task's own deadline is asked for its task"
        return task

    def task_of(self, subject: Subject) -> Task | None:
        """The task that a deadline belongs to; the promise belongs to none."""
        return next((task for task in self.state.tasks.values() if task.key == subject), None)

    def calendar_of(self, subject: Subject) -> WorkCalendar:
        """By which calendar a deadline is counted: the promise by the lead's, a leg by its own unit's."""
        if subject == PROMISE:
            promise = self.state.clocks.get(PROMISE)
            kept = promise.term.calendar if promise is not None else None
            if kept is not None:
                return self.rulebook.calendars[kept]
        return self.newest_calendar_of(subject)

    def newest_calendar_of(self, subject: Subject) -> WorkCalendar:
        """By which calendar a deadline is counted that begins now."""
        if subject == PROMISE:
            return self.rulebook.calendar
        return self.rulebook.calendar_of(self.task(subject).seat.unit)

    def answer_by(self, limit: TimeLimit | None) -> datetime | None:
        """Until when the applicant may answer, from the act on."""
        if limit is None:
            return None
        counting = Counting.PROMISE if limit.unit in {LimitUnit.WORKING_DAY, LimitUnit.DAY} else Counting.ELAPSED
        return term_of(Limits(limit=limit, counting=counting), self.rulebook.calendar, self.occurred_at).due_at

    def record_facts(self, facts: Mapping[str, object], required: tuple[str, ...] = ()) -> None:
        """Record facts after checking that they are declared, of their type, and complete."""
        checked = check_facts(self.rulebook, facts)
        missing = [name for name in required if name not in checked and name not in self.state.facts]
        if missing:
            message = f"Thiếu thông tin phải ghi ở bước này: {', '.join(missing)}."
            raise FactsInvalid(message, facts=", ".join(missing))
        if checked:
            self.add(e.FactsRecorded(facts=checked))


def check_facts(rulebook: Rulebook, facts: Mapping[str, object]) -> dict[str, bool | int | str]:
    """The facts, if each is declared by the procedure and of its type; otherwise `FactsInvalid` names the first."""
    declared = {fact.name: fact for fact in rulebook.procedure.facts}
    checked: dict[str, bool | int | str] = {}
    for name, value in facts.items():
        if name not in declared:
            message = f"Thủ tục không có thông tin “{name}”."
            raise FactsInvalid(message, fact=name)
        if not isinstance(value, bool | int | str) or not declared[name].accepts(value):
            message = f"Thông tin “{declared[name].label}” không đúng kiểu {declared[name].type}."
            raise FactsInvalid(message, fact=name)
        checked[name] = value
    return checked


def _addressed(role: NoticeRole, seat: Seat, counter: Seat) -> tuple[AgencyCode, UnitCode | None]:
    match role:
        case NoticeRole.HOLDER | NoticeRole.UNIT_HEAD:
            return seat.agency, seat.unit
        case NoticeRole.ONE_STOP_HEAD:
            return counter.agency, None
        case _:
            return seat.agency, None
