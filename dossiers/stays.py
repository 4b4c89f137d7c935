"""Where a dossier lay, read off its journal: every task's stay, who had it in hand, and when the clock stood still.

What a later record says holds from its own instant on, so an act entered late takes back what was believed before it.
A task opens when the engine opens it; between an act's instant and its record nobody new holds anything, and that gap
is the engine's (or the late entry's), never the next holder's.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum

from dossiers import events as e
from dossiers import stop_events as s
from dossiers.apology_events import AppointmentMoved
from dossiers.evolve import resumption_of
from dossiers.hand_over_events import DossierReleased, HandOverAccepted, HandOverRecalled, HandOverRefused
from dossiers.payment_events import ChargeWaived, PaymentConfirmed, PaymentRequested
from dossiers.procedure import SupplementPolicy
from dossiers.seats import CallerKind
from dossiers.state import Clock, DossierState, Task
from dossiers.stops import RESTART, RESUME, Extend, Restart, Resume, Stop, StopReason
from dossiers.values import APPOINTMENT, PROMISE, Instant, OfficerId, Subject, TaskKey, Value


class HolderKind(StrEnum):
    """In whose hands a strand of the dossier is."""

    AGENCY = "agency"
    TRANSIT = "transit"  # released by the one side, not yet accepted by the other
    APPLICANT = "applicant"


class Ending(StrEnum):
    """How a stay ended."""

    COMPLETED = "completed"
    CANCELLED = "cancelled"
    REFUSED = "refused"  # the receiver sent it back
    RECALLED = "recalled"  # the sender took it back
    LAPSED = "lapsed"  # silence decided


#: Endings by whoever had the work; the others came from elsewhere.
_DONE = (Ending.COMPLETED, Ending.REFUSED)


class Hold(Value):
    """A stretch in which one hand had the work; without an end it lasts."""

    holder: HolderKind
    officer: OfficerId | None = None
    start: Instant
    end: Instant | None = None

    def covers(self, instant: datetime) -> bool:
        return self.start <= instant and (self.end is None or instant < self.end)


class Stay(Value):
    """One task's time at a unit."""

    task: Task
    clock: Clock | None
    holds: tuple[Hold, ...]
    opened_at: Instant
    ended_at: Instant | None = None
    ending: Ending | None = None
    #: The officer who did it; null for a system, the passing of time, and what was called off.
    ended_by: OfficerId | None = None
    #: Whoever was named was away, and somebody stood in: the time is the unit's, the work is of who did it.
    by_substitute: bool = False


class Gap(Value):
    """From an act's instant to its record: the engine applied it late, or somebody entered it late from paper."""

    start: Instant
    end: Instant
    is_late_entry: bool


class _Course:
    """A stay in the making."""

    def __init__(self, opened: e.TaskOpened, at: datetime) -> None:
        self.opened_at = at
        self.ended: tuple[datetime, Ending, OfficerId | None] | None = None
        self.by_substitute = False
        self.holds: list[Hold] = []
        self._own = HolderKind.TRANSIT if opened.work == "acceptance" else HolderKind.AGENCY
        self._officer: OfficerId | None = None
        self._waits = False
        self._turn(at)

    def assign(self, officer: OfficerId, at: datetime) -> None:
        self._officer = officer
        self._turn(at)

    @property
    def is_waiting(self) -> bool:
        """Whether the applicant has it in hand."""
        return self._waits

    def wait(self, at: datetime) -> None:
        """The applicant must act."""
        self._waits = True
        self._turn(at)

    def go_on(self, record: e.Record) -> None:
        """The applicant has acted; the unit has it again once the engine has told it."""
        self._waits = False
        self._cut(record.occurred_at)
        self._turn(record.recorded_at)

    def end(self, record: e.Record, ending: Ending) -> None:
        actor = record.actor
        is_doer = actor is not None and actor.kind is CallerKind.OFFICER and ending in _DONE
        officer = actor.id if actor is not None and is_doer else None
        self.ended = (record.occurred_at, ending, officer)
        self._cut(record.occurred_at)
        if actor is not None and actor.acting_for is not None and actor.acting_for == self._officer:
            self._leave_to_the_unit(actor.acting_for)

    def stay(self, task: Task, clock: Clock | None) -> Stay:
        at, ending, officer = self.ended or (None, None, None)
        return Stay(
            task=task,
            clock=clock,
            holds=tuple(self.holds),
            opened_at=self.opened_at,
            ended_at=at,
            ending=ending,
            ended_by=officer,
            by_substitute=self.by_substitute,
        )

    def _leave_to_the_unit(self, absent: OfficerId) -> None:
        """Nobody is charged with work that lay while on leave."""
        self.by_substitute = True
        self.holds = [
            hold.model_copy(update={"officer": None}) if hold.officer == absent else hold for hold in self.holds
        ]

    def _turn(self, at: datetime) -> None:
        """From that instant on it is in these hands; what was entered late may name one before it was there."""
        at = max(at, self.opened_at)
        self._cut(at)
        if self._waits:
            self.holds.append(Hold(holder=HolderKind.APPLICANT, start=at))
        else:
            self.holds.append(Hold(holder=self._own, officer=self._officer, start=at))

    def _cut(self, at: datetime) -> None:
        kept = [hold for hold in self.holds if hold.start < at]
        self.holds = [
            hold if hold.end is not None and hold.end <= at else hold.model_copy(update={"end": at}) for hold in kept
        ]


def stays(records: Sequence[e.Record], state: DossierState) -> tuple[Stay, ...]:
    """Every stay of the dossier with a task, in the order they opened; ``state`` is the fold of the records."""
    courses: dict[TaskKey, _Course] = {}
    for record in records:
        _follow(courses, record)
    return tuple(course.stay(state.tasks[key], state.clocks.get(Subject(key))) for key, course in courses.items())


def _follow(courses: dict[TaskKey, _Course], record: e.Record) -> None:
    at = record.occurred_at
    match record.event:
        case e.TaskOpened(work="apology"):
            pass  # whoever owes an apology does not hold the dossier
        case e.TaskOpened() as opened:
            courses[opened.task] = _Course(opened, at)
        case e.TaskAssigned(task=key, officer=officer) if key in courses:
            courses[key].assign(officer, at)
        case PaymentRequested(task=key) if courses[key].is_waiting:
            pass  # a further notice prolongs the wait
        case e.SupplementRequested(task=key) | PaymentRequested(task=key) | s.AttendanceRequired(task=key):
            courses[key].wait(at)
        case (
            e.SupplementReceived(task=key)
            | PaymentConfirmed(task=key, outstanding=())
            | ChargeWaived(task=key, outstanding=())
        ):
            courses[key].go_on(record)
        case s.StandstillEnded(task=key, reason=StopReason.ATTENDANCE):
            courses[key].go_on(record)
        case _:
            _end(courses, record)


def _end(courses: dict[TaskKey, _Course], record: e.Record) -> None:
    match record.event:
        case e.TaskCompleted(task=key) if key in courses:
            courses[key].end(record, Ending.COMPLETED)
        case HandOverAccepted(task=key) | e.ConsultationAnswered(task=key, counted=True):
            courses[key].end(record, Ending.COMPLETED)
        case DossierReleased(task=key) if key in courses:
            courses[key].end(record, Ending.COMPLETED)
        case e.TaskCancelled(task=key) if key in courses:
            courses[key].end(record, Ending.CANCELLED)
        case HandOverRefused(task=key):
            courses[key].end(record, Ending.REFUSED)
        case HandOverRecalled(task=key):
            courses[key].end(record, Ending.RECALLED)
        case e.ConsultationLapsed(task=key):
            courses[key].end(record, Ending.LAPSED)
        case _:
            pass


def gaps(records: Sequence[e.Record]) -> tuple[Gap, ...]:
    """Every stretch between an act's instant and its record."""
    found = [
        Gap(start=record.occurred_at, end=record.recorded_at, is_late_entry=record.evidence is not None)
        for record in records
        if record.occurred_at < record.recorded_at
    ]
    return tuple(dict.fromkeys(found))


def stops_of(records: Sequence[e.Record], subject: Subject) -> tuple[Stop, ...]:
    """Every stop and extension of a deadline, over all its terms; an open one with the policy that was announced.

    Of the date named with an apology, those since it was named; it goes on where it stood and never restarts. The
    evidence of a wait for money are the notices that were handed over, by their codes.
    """
    found: list[Stop] = []
    owed = ""
    policy: Resume | Restart = RESUME
    term = 1
    for record in records:
        match record.event:
            case AppointmentMoved(term=named) if subject == APPOINTMENT:
                found, term = [], named.number
            case e.SupplementRequested(policy=announced):
                restarts = announced is SupplementPolicy.RESTART and subject != APPOINTMENT
                policy = RESTART if restarts else RESUME
            case PaymentRequested(charges=charges):
                policy, owed = RESUME, ", ".join(one.code for one in charges)
                found[-1:] = _with_further(found[-1:], owed)
            case s.AttendanceRequired() | s.DossierSuspended():
                policy = RESUME
            case e.ClockPaused(subjects=subjects) as paused if subject in subjects:
                begun = _begun(record, paused, policy)
                is_shown_by_notices = paused.reason is StopReason.PAYMENT and not begun.evidence
                found.append(begun.model_copy(update={"evidence": owed}) if is_shown_by_notices else begun)
            case e.ClockResumed(terms=terms) if subject in terms:
                number = terms[subject].number
                ended = {"end": resumption_of(subject, record), "policy": RESTART if number > term else RESUME}
                found[-1] = found[-1].model_copy(update=ended)
                term = number
            case e.DeadlineMoved(terms=terms) as moved if subject in terms:
                found.append(Stop(start=record.occurred_at, policy=Extend(by=moved.extension), basis=moved.basis))
            case _:
                pass
    return tuple(found)


def _begun(record: e.Record, paused: e.ClockPaused, policy: Resume | Restart) -> Stop:
    kept = record.evidence or paused.evidence
    evidence = str(kept.id) if kept is not None else ""
    return Stop(start=record.occurred_at, policy=policy, reason=paused.reason, basis=paused.basis, evidence=evidence)


def _with_further(latest: list[Stop], owed: str) -> list[Stop]:
    """Notices handed over while others are unpaid are evidence of the same wait."""
    return [
        one.model_copy(update={"evidence": f"{one.evidence}, {owed}"})
        if one.reason is StopReason.PAYMENT and one.end is None
        else one
        for one in latest
    ]


def standstills(records: Sequence[e.Record]) -> Iterator[Stop]:
    """When the whole stood still: the promise, and before there is one the clock of the reception."""
    standing: Stop | None = None
    is_promised = False
    for record in records:
        match record.event:
            case e.DossierAccepted():
                is_promised = True
            case e.ClockPaused(subjects=subjects) as paused if PROMISE in subjects or not is_promised:
                standing = _begun(record, paused, RESUME)
            case e.ClockResumed(terms=terms) if standing is not None and (PROMISE in terms or not is_promised):
                yield standing.model_copy(update={"end": record.occurred_at})
                standing = None
            case _:
                pass
    if standing is not None:
        yield standing
