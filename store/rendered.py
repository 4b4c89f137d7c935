"""The rows of the read side as the rendering makes them: one model per table, without what only the store knows."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from dossiers.deadlines import Grade
from dossiers.documents import Digest, Digitisation, PaperKind
from dossiers.escalation import NoticeRole
from dossiers.form_kinds import FormKind
from dossiers.procedure import Channel, Role, StepKind
from dossiers.state import DossierStatus, TaskState
from dossiers.values import (
    AgencyCode,
    DossierNumber,
    OfficerId,
    ProcedureCode,
    Result,
    StepId,
    Subject,
    TaskKey,
    UnitCode,
    WorkKind,
)
from store.values import Row, StoredInstant


class DeadlineState(StrEnum):
    """How a task stands to its deadline, as its ladder has told it."""

    WITHIN = "within"
    NEAR = "near"
    OVERDUE = "overdue"
    STOPPED = "stopped"
    NONE = "none"


class ClockState(StrEnum):
    """Whether a deadline counts."""

    RUNNING = "running"
    STOPPED = "stopped"
    ENDED = "ended"


class LegState(StrEnum):
    """How far a hand-over came."""

    RELEASED = "released"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RECALLED = "recalled"
    CANCELLED = "cancelled"


class RenderedRegister(Row):
    """What the journal says about the dossier as a whole."""

    status: DossierStatus
    portal_code: int
    last_sequence: int
    filed_at: StoredInstant | None
    received_at: StoredInstant | None
    #: As first given, as the law has moved it since (null while stopped), and as named with an apology.
    first_promise_at: StoredInstant | None
    promise_at: StoredInstant | None
    appointment_at: StoredInstant | None
    reappointments: int
    result: Result | None
    grade: Grade | None
    decided_at: StoredInstant | None
    closed_at: StoredInstant | None
    #: How many acts were entered late, on paper evidence.
    late_entries: int
    #: The state calendar by which it counts.
    calendar: str | None
    #: Whoever has a part in it, each once.
    agencies: tuple[AgencyCode, ...]


class RenderedTask(Row):
    """Work at a unit; who holds it is not in the journal."""

    id: UUID
    key: TaskKey
    number: DossierNumber
    procedure: ProcedureCode
    channel: Channel
    step: StepId
    step_kind: StepKind
    work: WorkKind
    agency: AgencyCode
    unit: UnitCode
    role: Role
    sender_agency: AgencyCode | None
    sender_unit: UnitCode | None
    state: TaskState
    assigned: OfficerId | None
    opened_at: StoredInstant
    closed_at: StoredInstant | None
    due_at: StoredInstant | None
    deadline_state: DeadlineState


class RenderedLeg(Row):
    """One hand-over between agencies."""

    task: TaskKey
    step: StepId
    sender_agency: AgencyCode
    sender_unit: UnitCode
    receiver_agency: AgencyCode
    receiver_unit: UnitCode
    state: LegState
    released_at: StoredInstant
    released_by: OfficerId | None
    settled_at: StoredInstant | None
    settled_by: OfficerId | None
    grade: Grade | None


class RenderedDeadline(Row):
    """One deadline of the dossier."""

    subject: Subject
    term: int
    since: StoredInstant
    due_at: StoredInstant | None
    first_due_at: StoredInstant | None
    state: ClockState
    next_rung_at: StoredInstant | None


class RenderedEscalation(Row):
    """A rung that was reached."""

    sequence: int
    subject: Subject
    rung: str
    term: int
    is_overdue: bool
    reached_at: StoredInstant
    decided_at: StoredInstant
    notice: UUID | None
    previous_acknowledged: bool | None
    lifted_at: StoredInstant | None


class Lifting(Row):
    """Rungs that never were: those of this name reached before that sequence."""

    subject: Subject
    rung: str
    before: int
    lifted_at: StoredInstant


class RenderedNotice(Row):
    """A message to a role or an officer."""

    id: UUID
    sequence: int
    subject: Subject
    event_kind: str
    rung: str | None
    agency: AgencyCode
    unit: UnitCode | None
    role: NoticeRole
    officer: OfficerId | None
    made_at: StoredInstant
    decided_at: StoredInstant
    acknowledged_at: StoredInstant | None
    acknowledged_by: OfficerId | None


class Acknowledgement(Row):
    """Who has seen a notice that was made before."""

    id: UUID
    acknowledged_at: StoredInstant
    acknowledged_by: OfficerId | None


class DispatchState(StrEnum):
    """How far a message came, as the journal says."""

    WAITING = "waiting"
    RECEIVED = "received"
    PARKED = "parked"


class RenderedDispatch(Row):
    """A message to a system of somebody else."""

    id: UUID
    line: AgencyCode
    event: int
    state: DispatchState
    settled_at: StoredInstant | None
    digest: str | None
    problem: str | None


class RenderedDocument(Row):
    """One version of one paper."""

    kind: PaperKind
    paper: str
    version: int
    digest: Digest
    media_type: str
    size: int
    digitisation: Digitisation
    attached_at: StoredInstant
    agency: AgencyCode | None
    valid_until: date | None


class RenderedForm(Row):
    """A form that an event issued; its number in the book is given as the row is written."""

    sequence: int
    form: FormKind
    #: None where it is the counter's own book.
    agency: AgencyCode | None
    year: int
    number: str | None
    issued_at: StoredInstant


class Projection(Row):
    """Everything that some records change on the read side."""

    dossier: RenderedRegister
    tasks: tuple[RenderedTask, ...]
    #: Tasks that a head gave to an officer: he holds them from now on.
    given: tuple[TaskKey, ...]
    legs: tuple[RenderedLeg, ...]
    deadlines: tuple[RenderedDeadline, ...]
    escalations: tuple[RenderedEscalation, ...]
    lifted: tuple[Lifting, ...]
    notices: tuple[RenderedNotice, ...]
    acknowledged: tuple[Acknowledgement, ...]
    dispatches: tuple[RenderedDispatch, ...]
    documents: tuple[RenderedDocument, ...]
    forms: tuple[RenderedForm, ...]
