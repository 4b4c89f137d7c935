"""Why each due date of a dossier is when it is, worked out anew from the journal's facts.

The answer is compared with the due instant that the events carry: what is explained is what was computed. A promise or
a leg is counted (`explain`), a transfer follows the rule of the day of receipt (NĐ 61/2018/NĐ-CP, Điều 18), and the
date named with an apology was chosen by the agency and only moved by later stops (Điều 19.9).
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from dossiers import events as e
from dossiers.apology_events import AppointmentMoved
from dossiers.calendar import WorkCalendar
from dossiers.calendar_events import MoveTold
from dossiers.calendar_story import moves_of, rules_for
from dossiers.counting import Remaining
from dossiers.deadlines import told_by, transfer_due, transfer_overdue
from dossiers.evolve import fold
from dossiers.explanation import Explanation, explain
from dossiers.instants import local
from dossiers.limits import Counting, TimeLimit
from dossiers.measures import measure_of
from dossiers.passages import WEEKLY_REST, Passage, PassageKind
from dossiers.rulebook import Rulebook
from dossiers.state import Clock, DossierState, Task
from dossiers.stays import stops_of
from dossiers.stops import Restart, Stop
from dossiers.terms import Term
from dossiers.texts import TextRef
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE, Instant, Subject, Value

#: That the applicant is told is in the decree; by the closing of the day is configuration.
NOTICE_RULE = "NĐ 61/2018/NĐ-CP, Điều 19"
APOLOGY_RULE = "NĐ 61/2018/NĐ-CP, Điều 19.9"

_DAY = timedelta(days=1)


class Counted(Value):
    """A limit counted from a receipt."""

    arithmetic: Explanation


class Transferred(Value):
    """A hand-over by the rule of the day of receipt."""

    calendar: str
    received: Instant
    cutoff: time
    #: Received on a working day, by the cut-off.
    is_same_day: bool
    #: The days between receipt and transfer, each off for the one side or the other.
    skipped: tuple[Passage, ...]
    #: Working time after the opening before the transfer is overdue; null when it is due at a closing.
    grace: TimeLimit | None
    #: Null while it stands still: it is as if received when the stop ends.
    due: Instant | None
    basis: tuple[str, ...]


class Named(Value):
    """A date that the agency named with its apology."""

    named_at: Instant
    previous_at: Instant
    #: What was named; the due instant differs from it when the clock stood still afterwards.
    named: Instant
    reason: TextRef
    stops: tuple[Stop, ...]
    due: Instant | None
    remaining: Remaining | None
    basis: tuple[str, ...]


class ToBeTold(Value):
    """The applicant must know by the closing of the day that time stands still."""

    calendar: str
    stopped: Instant
    due: Instant
    basis: tuple[str, ...]


class ToBeSigned(Value):
    """The apology leaves by the closing of the day on which it is owed."""

    calendar: str
    opened: Instant
    due: Instant
    basis: tuple[str, ...]


class DueDate(Value):
    """One deadline's answer to "why"; null dates while its clock stands still."""

    subject: Subject
    term: int
    #: What the events carry, and what the facts give.
    carried: Instant | None
    why: Counted | Transferred | Named | ToBeTold | ToBeSigned
    #: How later calendar versions moved it, each date beside the one before.
    moves: tuple[MoveTold, ...] = ()

    @property
    def computed(self) -> datetime | None:
        return self.why.arithmetic.due if isinstance(self.why, Counted) else self.why.due

    @property
    def remaining(self) -> Remaining | None:
        if isinstance(self.why, Counted):
            return self.why.arithmetic.remaining
        return self.why.remaining if isinstance(self.why, Named) else None

    @property
    def agrees(self) -> bool:
        """Whether explaining and computing agree."""
        return self.carried == self.computed


class Question(NamedTuple):
    """What is asked of the legal clock about a promise or a leg."""

    calendar: WorkCalendar
    received: datetime
    limit: TimeLimit
    counting: Counting
    cutoff: time | None
    stops: tuple[Stop, ...]


def due_dates(records: Sequence[e.Record], rulebook: Rulebook) -> tuple[DueDate, ...]:
    """The reason for every due date that the dossier has, in the order they began."""
    state = fold(records)
    return tuple(_due_date(records, rulebook, state, subject) for subject in state.clocks)


def due_date(records: Sequence[e.Record], rulebook: Rulebook, subject: Subject) -> DueDate | None:
    """The reason for one of them; the appointment is the promise until another date is named."""
    state = fold(records)
    if subject == APPOINTMENT and APPOINTMENT not in state.clocks:
        subject = PROMISE
    return _due_date(records, rulebook, state, subject) if subject in state.clocks else None


def _due_date(records: Sequence[e.Record], rulebook: Rulebook, state: DossierState, subject: Subject) -> DueDate:
    clock = state.clocks[subject]
    return DueDate(
        subject=subject,
        term=clock.term.number,
        carried=local(clock.term.due_at) if clock.term.due_at is not None else None,
        why=_why(records, rules_for(records, rulebook, subject), state, subject, clock),
        moves=moves_of(records, subject),
    )


def _why(
    records: Sequence[e.Record], rulebook: Rulebook, state: DossierState, subject: Subject, clock: Clock
) -> Counted | Transferred | Named | ToBeTold | ToBeSigned:
    if subject == STOP_NOTICE:
        since = local(clock.term.since)
        due = told_by(rulebook.calendar, since)
        return ToBeTold(calendar=rulebook.calendar.version, stopped=since, due=due, basis=(NOTICE_RULE,))
    if subject == APPOINTMENT:
        return _named(records, rulebook.calendar)
    task = task_of(state, subject)
    if task is not None and task.work == "apology":
        theirs, opened = rulebook.calendar_of(task.seat.unit), local(clock.term.since)
        return ToBeSigned(calendar=theirs.version, opened=opened, due=told_by(theirs, opened), basis=(APOLOGY_RULE,))
    if task is not None and task.work != "step":
        return _transferred(rulebook, state, task, clock)
    asked = question(records, rulebook, task, clock)
    procedure = rulebook.procedure
    basis = [task.consultation.basis] if task is not None and task.consultation is not None else []
    arithmetic = explain(*asked, basis=[*basis, *(one.citation for one in procedure.basis)])
    return Counted(arithmetic=arithmetic)


def task_of(state: DossierState, subject: Subject) -> Task | None:
    """The task that a deadline belongs to; the promise belongs to none."""
    return next((task for key, task in state.tasks.items() if key == subject), None)


def question(records: Sequence[e.Record], rulebook: Rulebook, task: Task | None, clock: Clock) -> Question:
    """How the deadline of a promise (no task) or of a step is counted."""
    if task is None:
        procedure = rulebook.procedure
        received, stops = _history(records, PROMISE, clock)
        kept = clock.term.calendar
        calendar = rulebook.calendars[kept] if kept is not None else rulebook.calendar
        return Question(calendar, received, procedure.limit, procedure.counting, procedure.cutoff, stops)
    measure = measure_of(rulebook, task)
    assert measure is not None, "a transfer is not counted"
    received, stops = _history(records, task.key, clock)
    calendar = rulebook.calendar_of(task.seat.unit)
    return Question(calendar, received, measure.limit, measure.counting, None, stops)


def _history(records: Sequence[e.Record], subject: Subject, clock: Clock) -> tuple[datetime, tuple[Stop, ...]]:
    """The first receipt with every stop since; or the last restart as a receipt of its own, where stops cannot tell it.

    A later request entered for an instant before a restart would be forgotten by it; the dossier's own term counts it.
    """
    received, stops = _first_since(records, subject), stops_of(records, subject)
    restarted: datetime | None = None
    for stop in stops:
        if restarted is not None and stop.start < restarted:
            return local(clock.term.since), stops[len(stops) - len(clock.stops) :]
        if isinstance(stop.policy, Restart):
            restarted = stop.end
    return received, stops


def _first_since(records: Sequence[e.Record], subject: Subject) -> datetime:
    return next(local(term.since) for record in records if (term := _begun(record.event, subject)) is not None)


def _begun(event: e.AnyEvent, subject: Subject) -> Term | None:
    """The first term of the deadline, if the event began it."""
    match event:
        case e.DossierAccepted(promise=term) if subject == PROMISE:
            return term
        case e.TaskOpened(task=key, term=opened) if key == subject:
            return opened
        case _:
            return None


def _transferred(rulebook: Rulebook, state: DossierState, task: Task, clock: Clock) -> Transferred:
    assert task.sender is not None, "a transfer has a sender"
    assert state.filed is not None, "a dossier is filed before it is handed on"
    rules = rulebook.rule_set_named(state.rule_set)
    receiver_seat = state.filed.seats[rulebook.procedure.step(task.step).by]
    sender, receiver = rulebook.calendar_of(task.sender.unit), rulebook.calendar_of(receiver_seat.unit)
    received = local(clock.term.since)
    due = transfer_due(received, sender, receiver, rules.transfer_cutoff)
    is_same_day = due.date() == received.date()
    return Transferred(
        calendar=receiver.version,
        received=received,
        cutoff=rules.transfer_cutoff,
        is_same_day=is_same_day,
        skipped=tuple(_skipped(sender, receiver, received.date(), due.date())),
        grace=None if is_same_day else rules.transfer_grace,
        due=None if clock.is_stopped else transfer_overdue(received, due, receiver, rules.transfer_grace),
        basis=tuple(one.citation for one in rules.basis),
    )


def _skipped(sender: WorkCalendar, receiver: WorkCalendar, received: date, due: date) -> Iterator[Passage]:
    """Why the days between were not taken: the one side or the other was off."""
    day = received + _DAY
    while day < due:
        closed = sender if not sender.is_working_day(day) else receiver
        exception = closed.exception_on(day)
        yield Passage(kind=PassageKind.OFF, first=day, last=day, reason=exception.reason if exception else WEEKLY_REST)
        day += _DAY


def _named(records: Sequence[e.Record], calendar: WorkCalendar) -> Named:
    """The date of the last apology; after each stop what was left of it, and never before the promise as it then is."""
    due: datetime | None = None
    left = 0
    apology: tuple[e.Record, AppointmentMoved] | None = None
    for record in records:
        match record.event:
            case AppointmentMoved(appointment_at=named) as moved:
                apology, due = (record, moved), local(named)
            case e.ClockPaused(subjects=subjects) if APPOINTMENT in subjects and due is not None:
                left, due = calendar.working_seconds(record.occurred_at, due), None
            case e.ClockResumed(terms=terms) if APPOINTMENT in terms:
                promise = terms[PROMISE].due_at if PROMISE in terms else None
                due = calendar.add_working(record.occurred_at, left)
                due = due if promise is None else max(due, local(promise))
            case _:
                pass
    assert apology is not None, "a date is named by an act"
    named_in, moved = apology
    return Named(
        named_at=named_in.occurred_at,
        previous_at=moved.previous_at,
        named=moved.appointment_at,
        reason=moved.reason,
        stops=stops_of(records, APPOINTMENT),
        due=due,
        remaining=Remaining(unit="working_seconds", value=left) if due is None else None,
        basis=(APOLOGY_RULE,),
    )
