"""The acts that people and agencies perform on a dossier, as requests that may be refused.

A command carries references, never free text or personal data. ``Act`` is the envelope: who, when, and what the caller
has already found in the journal.
"""

from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import Field

from dossiers.bundle_commands import BundleCommand
from dossiers.calendar_change import CalendarsChange
from dossiers.conditions import FactValue
from dossiers.dispatches import Interest
from dossiers.documents import Attachments
from dossiers.payment_commands import PaymentCommand
from dossiers.procedure import Channel, OnTimeout, Returned
from dossiers.seats import Actor, Seat
from dossiers.stop_events import WholeStop
from dossiers.texts import TextRef
from dossiers.values import (
    AgencyCode,
    DossierNumber,
    Instant,
    OfficerId,
    ProcedureCode,
    StepId,
    TaskKey,
    Value,
)


class Parent(Value):
    """The dossier that a sub-dossier is a part of, and what it wants to hear."""

    dossier: UUID
    number: DossierNumber
    #: Its task that waits for the result.
    task: TaskKey
    #: The sub-dossier's facts that the result brings.
    facts: tuple[str, ...] = ()
    returned: Returned = Returned.BY_ITSELF


class FileDossier(Value):
    """The applicant's own act; its admissibility was decided before it came here.

    A sub-dossier is filed by its parent, whose reception received it too.
    """

    kind: Literal["file"] = "file"
    dossier: UUID
    number: DossierNumber
    procedure: ProcedureCode
    procedure_version: int
    #: The decree in force now, and those that may be when the dossier is received.
    rule_set: str
    later_rule_sets: tuple[str, ...] = ()
    calendar_version: str
    directory_version: str
    channel: Channel
    seats: dict[str, Seat]
    #: Where the matter lies, when that is not where the dossier was received.
    territory: str | None = None
    facts: dict[str, FactValue] = {}
    components: tuple[str, ...] = ()
    documents: Attachments = ()
    parent: Parent | None = None
    #: Who is told what in a system of their own.
    lines: dict[AgencyCode, Interest] = {}


class Receive(Value):
    """Accept the dossier at the counter: the receipt is issued and the promise starts (NĐ 61/2018 Điều 17)."""

    kind: Literal["receive"] = "receive"
    task: TaskKey
    facts: dict[str, FactValue] = {}
    documents: Attachments = ()


class Refuse(Value):
    """Refuse: at the counter (form 03), or after appraisal with the refusal as the result (Điều 17.1b, 19.8)."""

    kind: Literal["refuse"] = "refuse"
    task: TaskKey
    reason: TextRef


class HandOver(Value):
    """Release the dossier to the next agency."""

    kind: Literal["hand_over"] = "hand_over"
    task: TaskKey


class AcceptHandOver(Value):
    """Accept what another agency released."""

    kind: Literal["accept_hand_over"] = "accept_hand_over"
    task: TaskKey


class RefuseHandOver(Value):
    """Send a released dossier back, with a reason."""

    kind: Literal["refuse_hand_over"] = "refuse_hand_over"
    task: TaskKey
    reason: TextRef


class Recall(Value):
    """Take back what was released and not yet accepted."""

    kind: Literal["recall"] = "recall"
    task: TaskKey
    reason: TextRef | None = None


class Assign(Value):
    """The head gives the task to an officer (Điều 19.1)."""

    kind: Literal["assign"] = "assign"
    task: TaskKey
    officer: OfficerId


class Reassign(Value):
    """A supervisor moves an open task to another officer of the same unit."""

    kind: Literal["reassign"] = "reassign"
    task: TaskKey
    officer: OfficerId
    reason: TextRef | None = None


class Complete(Value):
    """End a step with one of its outcomes."""

    kind: Literal["complete"] = "complete"
    task: TaskKey
    outcome: str = "done"
    facts: dict[str, FactValue] = {}
    opinion: TextRef | None = None
    documents: Attachments = ()
    results: Attachments = ()


class Approve(Value):
    """Approve: the head decides."""

    kind: Literal["approve"] = "approve"
    task: TaskKey
    facts: dict[str, FactValue] = {}
    opinion: TextRef | None = None
    results: Attachments = ()


class Sign(Value):
    """Sign the result."""

    kind: Literal["sign"] = "sign"
    task: TaskKey
    opinion: TextRef | None = None
    results: Attachments = ()


class ReturnResult(Value):
    """Hand the result to the applicant: the dossier ends (Điều 20)."""

    kind: Literal["return_result"] = "return_result"
    task: TaskKey
    results: Attachments = ()


class DecideOnTheSpot(Value):
    """Receive, appraise and approve at the counter: one officer, three recorded acts (TT 01/2018 Điều 6)."""

    kind: Literal["decide_on_the_spot"] = "decide_on_the_spot"
    task: TaskKey
    facts: dict[str, FactValue] = {}
    documents: Attachments = ()
    results: Attachments = ()


class Rework(Value):
    """Send the work back to an earlier step."""

    kind: Literal["rework"] = "rework"
    task: TaskKey
    to: StepId
    reason: TextRef


class RequestSupplement(Value):
    """Ask the applicant for more: once per stage, in full, through the counter (Điều 15, 19.4)."""

    kind: Literal["request_supplement"] = "request_supplement"
    task: TaskKey
    components: tuple[str, ...] = ()
    reason: TextRef


class AnswerSupplement(Value):
    """The applicant has supplied what was asked for."""

    kind: Literal["answer_supplement"] = "answer_supplement"
    components: tuple[str, ...] = ()
    documents: Attachments = ()


class Consult(Value):
    """Ask other agencies for their opinion, with content and limit (Điều 19.5)."""

    kind: Literal["consult"] = "consult"
    task: TaskKey
    participants: tuple[str, ...] = Field(min_length=1)
    content: TextRef
    limit: str
    on_timeout: OnTimeout = OnTimeout.NOTIFY_HEAD
    #: The provision by which silence is consent; there is no such rule in general.
    basis: str | None = None


class AnswerConsultation(Value):
    """The consulted agency's answer."""

    kind: Literal["answer_consultation"] = "answer_consultation"
    task: TaskKey
    outcome: Literal["consent", "object", "comment"]
    opinion: TextRef | None = None


class RequireAttendance(Value):
    """The applicant must come, and the clock stops until he was there (Điều 19.3)."""

    kind: Literal["require_attendance"] = "require_attendance"
    task: TaskKey
    reason: TextRef
    attend_at: Instant


class SuspendDossier(Value):
    """Everything stands still: something prevents everybody, or a decision says so."""

    kind: Literal["suspend"] = "suspend"
    ground: WholeStop
    evidence: TextRef


class ResumeDossier(Value):
    """The applicant was there, the obstacle or the decision is gone: time counts again."""

    kind: Literal["resume"] = "resume"
    evidence: TextRef


class SendStopNotice(Value):
    """The notice that the clock stands still has left for the applicant."""

    kind: Literal["send_stop_notice"] = "send_stop_notice"
    evidence: TextRef | None = None


class Reappoint(Value):
    """Apologise and name a new date of return: once (Điều 19.9); never makes on time."""

    kind: Literal["reappoint"] = "reappoint"
    appointment_at: Instant
    reason: TextRef
    #: From the book of the agency that signs; given when the act is let in.
    number: str | None = None


class Apologise(Value):
    """Sign the apology that is owed, and with it name a new date of return (Điều 19.9)."""

    kind: Literal["apologise"] = "apologise"
    task: TaskKey
    appointment_at: Instant
    reason: TextRef
    #: From the book of the agency that signs; given when the act is let in.
    number: str | None = None


class Remind(Value):
    """A supervisor reminds whoever holds the task."""

    kind: Literal["remind"] = "remind"
    task: TaskKey


class AcknowledgeNotice(Value):
    """The recipient has seen the notice."""

    kind: Literal["acknowledge_notice"] = "acknowledge_notice"
    notice: UUID


class Withdraw(Value):
    """The applicant takes the dossier back, before any result is decided."""

    kind: Literal["withdraw"] = "withdraw"
    reason: TextRef | None = None


class ChangeCalendar(Value):
    """A later calendar version holds from now on; what it changes for this dossier comes with it."""

    kind: Literal["change_calendar"] = "change_calendar"
    #: The version that the dossier counts by so far.
    previous: str
    decision: str
    change: CalendarsChange


class ResumeDispatches(Value):
    """Send on to an agency's own system what was parked when it did not answer."""

    kind: Literal["resume_dispatches"] = "resume_dispatches"
    line: AgencyCode


#: Acts on a task that only its holder may perform; the others come from somebody else (head, supervisor, citizen).
HELD = (
    Receive
    | Refuse
    | HandOver
    | AcceptHandOver
    | RefuseHandOver
    | Complete
    | Approve
    | Sign
    | ReturnResult
    | DecideOnTheSpot
    | Rework
    | RequestSupplement
    | Consult
    | AnswerConsultation
    | PaymentCommand
    | RequireAttendance
    | Apologise
)
TaskCommand = HELD | Recall | Assign | Reassign | Remind
StopCommand = SuspendDossier | ResumeDossier | SendStopNotice
DossierCommand = (
    AnswerSupplement
    | StopCommand
    | Reappoint
    | AcknowledgeNotice
    | Withdraw
    | ChangeCalendar
    | ResumeDispatches
    | BundleCommand
)
AnyCommand = FileDossier | TaskCommand | DossierCommand
Command = Annotated[AnyCommand, Field(discriminator="kind")]

#: The name of every act, as the API, the inbox and the workflow know it.
COMMAND_KINDS: tuple[str, ...] = tuple(kind.model_fields["kind"].default for kind in get_args(AnyCommand))


class Act(Value):
    """A command on its way: ``id`` is its inbox row; ``occurred_at`` the legal instant, whole seconds.

    ``journalled`` is the highest sequence that the caller found in the journal.
    """

    id: UUID
    actor: Actor
    occurred_at: Instant
    #: Late paper entry: when it really happened, and on what evidence; a permission of its own.
    entered_for: Instant | None = None
    evidence: TextRef | None = None
    journalled: int = 0
    command: Command
