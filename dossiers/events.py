"""What has happened to a dossier: facts, in the order of their sequence.

Events carry the instants that the law gave when they were recorded, so a fold needs neither calendar nor procedure.
``Record`` is the envelope in the journal. ``occurred_at`` is the legal instant and is not monotone in ``sequence``.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from dossiers.apology_events import ApologyWeighed, AppointmentMoved
from dossiers.bundle_events import SubDossierOpened, SubDossierReported
from dossiers.calendar_events import CalendarChanged
from dossiers.commands import Parent
from dossiers.conditions import FactValue
from dossiers.deadlines import Grade
from dossiers.dispatches import DispatchEvent, Told
from dossiers.documents import DocumentsAttached
from dossiers.escalation import Notice
from dossiers.hand_over_events import LegEvent
from dossiers.limits import TimeLimit
from dossiers.payment_events import PaymentEvent
from dossiers.procedure import Channel, OnTimeout, Role, StepKind, SupplementPolicy
from dossiers.seats import Actor, Seat
from dossiers.stop_events import StopEvent
from dossiers.stops import StopReason
from dossiers.terms import Term
from dossiers.texts import TextRef
from dossiers.values import (
    DossierNumber,
    Instant,
    OfficerId,
    ProcedureCode,
    Result,
    StepId,
    Subject,
    TaskKey,
    Value,
    WorkKind,
)


class DossierFiled(Value):
    """The applicant filed; everything the dossier is pinned to is named here."""

    kind: Literal["dossier.filed"] = "dossier.filed"
    dossier: UUID
    number: DossierNumber
    procedure: ProcedureCode
    procedure_version: int
    rule_set: str
    later_rule_sets: tuple[str, ...] = ()
    calendar_version: str
    directory_version: str
    channel: Channel
    seats: dict[str, Seat]
    facts: dict[str, FactValue]
    components: tuple[str, ...] = ()
    territory: str | None = None
    parent: Parent | None = None
    #: Who is told what in a system of their own.
    lines: Told = {}


class DossierAccepted(Value):
    """The receipt was issued and the promise began."""

    kind: Literal["dossier.accepted"] = "dossier.accepted"
    promise: Term
    #: The decree in force on this day; the dossier follows it to its end.
    rule_set: str | None = None


class DossierRefused(Value):
    """Refused at the counter: form 03; the clock never started."""

    kind: Literal["dossier.refused"] = "dossier.refused"
    reason: TextRef


class ResultDecided(Value):
    """Processing ended; lateness is judged here (portal status 9)."""

    kind: Literal["result.decided"] = "result.decided"
    result: Result
    reason: TextRef | None = None
    grade: Grade | None


class ResultReturned(Value):
    """The applicant has the result (portal status 10)."""

    kind: Literal["result.returned"] = "result.returned"


class DossierWithdrawn(Value):
    """The applicant took the dossier back."""

    kind: Literal["dossier.withdrawn"] = "dossier.withdrawn"
    reason: TextRef | None = None


class FactsRecorded(Value):
    """A step established facts."""

    kind: Literal["facts.recorded"] = "facts.recorded"
    facts: dict[str, FactValue]


class ConsultationTerms(Value):
    """On what terms an opinion is asked, and by which task if not by the route."""

    on_timeout: OnTimeout
    basis: str
    content: TextRef | None = None
    asked_by: TaskKey | None = None
    #: What whoever asked wrote; null where the step's own limit holds.
    limit: TimeLimit | None = None


class TaskOpened(Value):
    """Work lies at a unit."""

    kind: Literal["task.opened"] = "task.opened"
    task: TaskKey
    step: StepId
    step_kind: StepKind
    work: WorkKind
    seat: Seat
    role: Role
    term: Term | None
    consultation: ConsultationTerms | None = None
    sender: Seat | None = None


class TaskAssigned(Value):
    """The head gave the task to an officer, or a supervisor moved it."""

    kind: Literal["task.assigned"] = "task.assigned"
    task: TaskKey
    officer: OfficerId
    previous: OfficerId | None = None
    reason: TextRef | None = None


class TaskCompleted(Value):
    """The work is done."""

    kind: Literal["task.completed"] = "task.completed"
    task: TaskKey
    outcome: str
    opinion: TextRef | None = None
    grade: Grade | None = None


class TaskCancelled(Value):
    """The work is no longer wanted."""

    kind: Literal["task.cancelled"] = "task.cancelled"
    task: TaskKey
    cause: Literal["rework", "refusal", "withdrawal", "recall", "not_owed"]


class StepSkipped(Value):
    """The step does not apply to this dossier."""

    kind: Literal["step.skipped"] = "step.skipped"
    step: StepId


class WorkSentBack(Value):
    """Rework: an earlier step is done again."""

    kind: Literal["work.sent_back"] = "work.sent_back"
    task: TaskKey
    to: StepId
    again: tuple[StepId, ...]
    reason: TextRef


class SupplementRequested(Value):
    """The applicant was asked for more."""

    kind: Literal["supplement.requested"] = "supplement.requested"
    task: TaskKey
    stage: Literal["intake", "processing"]
    policy: SupplementPolicy
    components: tuple[str, ...] = ()
    reason: TextRef
    answer_by: Instant | None = None
    #: Later than the decree allows without a ground in the sector's own law (Điều 19.4).
    beyond_notice: bool = False


class SupplementReceived(Value):
    """The applicant supplied what was asked for."""

    kind: Literal["supplement.received"] = "supplement.received"
    task: TaskKey
    components: tuple[str, ...] = ()


class AnswerLapsed(Value):
    """The applicant's time to supply or to pay has passed."""

    kind: Literal["answer.lapsed"] = "answer.lapsed"
    task: TaskKey
    awaited: StopReason
    due_at: Instant
    notice: Notice | None = None


class ClockPaused(Value):
    """Time that does not count begins."""

    kind: Literal["clock.paused"] = "clock.paused"
    subjects: tuple[Subject, ...]
    reason: StopReason
    basis: str
    evidence: TextRef | None = None
    #: By when the applicant must have been told; null where the act itself told.
    notice: Term | None = None


class ClockResumed(Value):
    """Time counts again; the new term of each deadline."""

    kind: Literal["clock.resumed"] = "clock.resumed"
    terms: dict[Subject, Term]


class DeadlineMoved(Value):
    """A deadline moved by law without a stop (an extension)."""

    kind: Literal["deadline.moved"] = "deadline.moved"
    extension: TimeLimit
    terms: dict[Subject, Term]
    basis: str


class ConsultationAnswered(Value):
    """The consulted agency answered; ``counted`` is false when the answer is late and silence had already decided."""

    kind: Literal["consultation.answered"] = "consultation.answered"
    task: TaskKey
    outcome: Literal["consent", "object", "comment"]
    opinion: TextRef | None = None
    counted: bool
    grade: Grade | None = None


class ConsultationLapsed(Value):
    """The consulted agency was silent; what that means is in the terms of the consultation."""

    kind: Literal["consultation.lapsed"] = "consultation.lapsed"
    task: TaskKey
    on_timeout: OnTimeout
    basis: str
    due_at: Instant
    notice: Notice | None = None


class RungReached(Value):
    """A rung of the ladder came due; of several caught up at once only the highest makes a notice."""

    kind: Literal["rung.reached"] = "rung.reached"
    subject: Subject
    rung: str
    term: int
    is_overdue: bool
    due_at: Instant
    notice: Notice | None
    #: Whether the notice of the rung before was acknowledged; null where there was none.
    previous_acknowledged: bool | None = None


class EscalationLifted(Value):
    """An act in time arrived after its rung had fired, or a later calendar says that it was not due: it never was."""

    kind: Literal["escalation.lifted"] = "escalation.lifted"
    subject: Subject
    rungs: tuple[str, ...]
    ground: Literal["act_in_time", "calendar", "weighed_again"] = "act_in_time"


class ReminderSent(Value):
    """A supervisor reminded the holder."""

    kind: Literal["reminder.sent"] = "reminder.sent"
    task: TaskKey
    notice: Notice


class NoticeAcknowledged(Value):
    """The recipient has seen the notice."""

    kind: Literal["notice.acknowledged"] = "notice.acknowledged"
    notice: UUID


CourseEvent = DossierFiled | DossierAccepted | DossierRefused | ResultDecided | ResultReturned | DossierWithdrawn
ApplicantEvent = SupplementRequested | SupplementReceived | AnswerLapsed | PaymentEvent
NoticeEvent = RungReached | EscalationLifted | ReminderSent | NoticeAcknowledged
AnyEvent = (
    CourseEvent
    | ApologyWeighed
    | AppointmentMoved
    | FactsRecorded
    | DocumentsAttached
    | TaskOpened
    | TaskAssigned
    | TaskCompleted
    | TaskCancelled
    | StepSkipped
    | WorkSentBack
    | LegEvent
    | ApplicantEvent
    | ClockPaused
    | ClockResumed
    | DeadlineMoved
    | CalendarChanged
    | StopEvent
    | ConsultationAnswered
    | ConsultationLapsed
    | NoticeEvent
    | SubDossierOpened
    | SubDossierReported
    | DispatchEvent
)
Event = Annotated[AnyEvent, Field(discriminator="kind")]


class Record(Value):
    """An event in the journal.

    ``cause`` is the command's id, ``due:<subject>`` when a deadline spoke, ``dispatch:<line>/<event>`` for a message;
    ``recorded_at`` is when the workflow applied it; for what the engine did by itself it says when it was decided.
    """

    sequence: int = Field(ge=1)
    cause: str
    actor: Actor | None = None
    occurred_at: Instant
    recorded_at: Instant
    #: The evidence of a late paper entry.
    evidence: TextRef | None = None
    event: Event
