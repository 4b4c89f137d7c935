"""The three clocks of a dossier side by side: the promise to the applicant, each leg, each transfer.

States are read off the due instants and the ladder's instants at a moment, never off what a timer has said so far.
Overdue is after the due instant; near is from the first warning on. A deadline that was already missed is never
stopped, so while the applicant is waited for it is `stopped_overdue`: the lateness goes on, and everybody sees why
nothing moves. Whether the whole was on time is judged on the promise; a re-appointment shows its own date and changes
nothing else.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from dossiers import events as e
from dossiers.calendar_events import MoveTold
from dossiers.calendar_story import moves_of
from dossiers.counting import Remaining
from dossiers.deadlines import Grade, grade
from dossiers.due_dates import due_date
from dossiers.escalation import APOLOGY
from dossiers.evolve import fold
from dossiers.instants import local
from dossiers.leg_accounts import grade_of
from dossiers.payment import SecondPhase, second_phase
from dossiers.procedure import SupplementPolicy
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.state import Clock, DossierState, DossierStatus, Task
from dossiers.stays import Stay, stays
from dossiers.stop_events import StopNoticeSent
from dossiers.stops import StopReason
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE, Instant, Subject, Value


class ClockKind(StrEnum):
    """What a deadline binds."""

    PROMISE = "promise"
    APPOINTMENT = "appointment"  # the date named with an apology
    LEG = "leg"
    TRANSFER = "transfer"
    STOP_NOTICE = "stop_notice"  # the applicant must know that time stands still
    APOLOGY = "apology"  # what the late agency owes the applicant


class ClockState(StrEnum):
    """How it stands."""

    WITHIN = "within"
    NEAR = "near"
    OVERDUE = "overdue"
    STOPPED = "stopped"
    STOPPED_OVERDUE = "stopped_overdue"
    ENDED_EARLY = "ended_early"
    ENDED_ON_TIME = "ended_on_time"
    ENDED_LATE = "ended_late"
    ENDED = "ended"  # called off: nobody is judged


_ENDED = {
    Grade.EARLY: ClockState.ENDED_EARLY,
    Grade.ON_TIME: ClockState.ENDED_ON_TIME,
    Grade.LATE: ClockState.ENDED_LATE,
    None: ClockState.ENDED,
}


class ClockFace(Value):
    """One deadline at an instant."""

    subject: Subject
    kind: ClockKind
    state: ClockState
    #: Who owes it; of the promise, the lead agency.
    seat: Seat
    term: int
    since: Instant
    due_at: Instant | None
    #: When the first warning of this term comes; null without one, and while the clock stands still.
    near_at: Instant | None
    #: While it runs, the working time left, negative once overdue; while it stands still, what is left of the limit.
    remaining: Remaining | None
    stopped_since: Instant | None = None
    stopped_for: StopReason | None = None
    ended_at: Instant | None = None
    #: How later calendar versions moved it: both dates stay visible.
    moves: tuple[MoveTold, ...] = ()


class Clocks(Value):
    """Every clock of a dossier, with the three dates that the applicant may ask about."""

    at: Instant
    status: DossierStatus
    #: The state calendar by which the dossier counts now.
    calendar: str | None
    #: As first given, as the law has moved it (null while it stands still), and as named with an apology.
    first_promise_at: Instant | None
    promise_at: Instant | None
    appointment_at: Instant | None
    reappointments: int
    promise: ClockFace | None
    appointment: ClockFace | None
    legs: tuple[ClockFace, ...]
    transfers: tuple[ClockFace, ...]
    #: Of the latest stop: whether the applicant was told, and when (``ended_at``).
    stop_notice: ClockFace | None = None
    #: Of a dossier that waited for money: when that ended, and what was promised then.
    second_phase: SecondPhase | None = None
    apologies: tuple[ClockFace, ...] = ()

    def faces(self) -> tuple[ClockFace, ...]:
        """Every clock: those of the whole, then each task's."""
        whole = (self.promise, self.appointment, self.stop_notice)
        return (*(face for face in whole if face is not None), *self.legs, *self.transfers, *self.apologies)


def clocks(records: Sequence[e.Record], rulebook: Rulebook, at: datetime) -> Clocks:
    """All clocks at an instant not before the last record."""
    state, at = fold(records), local(at)
    face = _Faces(records, rulebook, state, at)
    lain = [stay for stay in stays(records, state) if stay.clock is not None]
    return Clocks(
        at=at,
        status=state.status,
        calendar=state.calendar,
        first_promise_at=state.first_promise_at,
        promise_at=state.due_of(PROMISE),
        appointment_at=state.appointment_at,
        reappointments=state.reappointments,
        promise=face.whole(PROMISE, ClockKind.PROMISE),
        appointment=face.whole(APPOINTMENT, ClockKind.APPOINTMENT),
        legs=tuple(face.task(stay, ClockKind.LEG) for stay in lain if stay.task.work == "step"),
        transfers=tuple(face.task(stay, ClockKind.TRANSFER) for stay in lain if stay.task.work != "step"),
        stop_notice=face.stop_notice(),
        second_phase=second_phase(records),
        apologies=tuple(face.apology(task) for task in state.tasks.values() if task.work == "apology"),
    )


class _Faces:
    """Every clock of one dossier read at one instant."""

    def __init__(self, records: Sequence[e.Record], rulebook: Rulebook, state: DossierState, at: datetime) -> None:
        self._records = records
        self._pinned = rulebook
        self._rulebook = rulebook.as_changed(state.calendar_changes)
        self._state = state
        self._at = at

    def whole(self, subject: Subject, kind: ClockKind) -> ClockFace | None:
        """The promise, or the date named with an apology; both end with the processing."""
        clock = self._state.clocks.get(subject)
        if clock is None:
            return None
        assert self._state.filed is not None, "a promise is made on a dossier that was filed"
        decided_at = _instant_of(self._records, e.ResultDecided)
        due = clock.term.due_at
        graded = grade(decided_at, due) if decided_at is not None and due is not None else None
        ended_at = decided_at or _instant_of(self._records, e.DossierWithdrawn)
        lead = self._state.filed.seats[self._rulebook.procedure.lead.name]
        return self._face(subject, kind, clock, lead, ended_at, graded)

    def stop_notice(self) -> ClockFace | None:
        """The notice of the latest stop; it ends with the stop, if not before, and late if it did not leave in time."""
        clock = self._state.clocks.get(STOP_NOTICE)
        if clock is None:
            return None
        assert self._state.filed is not None, "only a dossier that was filed stands still"
        counter = self._state.filed.seats[self._rulebook.procedure.counter.name]
        sent_at = _instant_of([one for one in self._records if one.occurred_at >= clock.term.since], StopNoticeSent)
        due = clock.term.due_at
        graded = grade(sent_at, due) if sent_at is not None and due is not None else None
        if sent_at is None and any(rung.is_overdue and rung.code in clock.fired for rung in clock.term.rungs):
            graded = Grade.LATE
        return self._face(STOP_NOTICE, ClockKind.STOP_NOTICE, clock, counter, sent_at, graded)

    def apology(self, task: Task) -> ClockFace:
        """An apology: owed, signed, or no longer owed."""
        clock = self._state.clocks[task.key]
        ended = {
            record.event.task: record
            for record in self._records
            if isinstance(record.event, e.TaskCompleted | e.TaskCancelled)
        }.get(task.key)
        graded = ended.event.grade if ended is not None and isinstance(ended.event, e.TaskCompleted) else None
        at = ended.occurred_at if ended is not None else None
        return self._face(task.key, ClockKind.APOLOGY, clock, task.seat, at, graded)

    def task(self, stay: Stay, kind: ClockKind) -> ClockFace:
        assert stay.clock is not None, "a task without a deadline has no clock"
        graded = grade_of(self._rulebook, stay)
        return self._face(stay.task.key, kind, stay.clock, stay.task.seat, stay.ended_at, graded)

    def _face(
        self,
        subject: Subject,
        kind: ClockKind,
        clock: Clock,
        seat: Seat,
        ended_at: datetime | None,
        graded: Grade | None,
    ) -> ClockFace:
        stop = clock.stops[-1] if clock.is_stopped and not clock.is_ended else None
        return ClockFace(
            subject=subject,
            kind=kind,
            state=_ENDED[graded] if clock.is_ended else self._running(subject, clock),
            seat=seat,
            term=clock.term.number,
            since=clock.term.since,
            due_at=clock.term.due_at,
            near_at=_near_at(clock),
            remaining=None if clock.is_ended else self._remaining(subject, clock, seat),
            stopped_since=stop.start if stop is not None else None,
            stopped_for=stop.reason if stop is not None else None,
            ended_at=ended_at,
            moves=moves_of(self._records, subject),
        )

    def _running(self, subject: Subject, clock: Clock) -> ClockState:
        due, near = clock.term.due_at, _near_at(clock)
        if due is None:
            return ClockState.STOPPED
        if self._at > due:
            return ClockState.STOPPED_OVERDUE if self._waits(subject) else ClockState.OVERDUE
        return ClockState.NEAR if near is not None and near <= self._at else ClockState.WITHIN

    def _waits(self, subject: Subject) -> bool:
        """Whether something is waited for, for which this deadline would have been stopped."""
        awaited = self._state.awaited
        if awaited is None or awaited.policy is SupplementPolicy.EXTEND:
            return False
        return subject in {PROMISE, APPOINTMENT, awaited.task, *awaited.tasks}

    def _remaining(self, subject: Subject, clock: Clock, seat: Seat) -> Remaining | None:
        due = clock.term.due_at
        if due is None:
            answer = due_date(self._records, self._pinned, subject)
            return answer.remaining if answer is not None else None
        whole = subject in {PROMISE, APPOINTMENT, STOP_NOTICE}
        calendar = self._rulebook.calendar if whole else self._rulebook.calendar_of(seat.unit)
        return Remaining(unit="working_seconds", value=calendar.working_seconds(self._at, due))


def _near_at(clock: Clock) -> datetime | None:
    """The first warning: a rung before the due instant; weighing a promise warns of nothing yet."""
    warnings = (rung for rung in clock.term.rungs if not rung.is_overdue and rung.code != APOLOGY)
    return min((rung.at for rung in warnings if rung.at is not None), default=None)


def _instant_of(records: Sequence[e.Record], event: type[e.AnyEvent]) -> datetime | None:
    return next((record.occurred_at for record in records if isinstance(record.event, event)), None)
