"""A dossier as it stands: the fold of its journal, and nothing else.

Invariant: ``state == fold(journal)``; nothing here was decided by this module.
"""

from datetime import datetime
from enum import StrEnum
from typing import Literal
from uuid import UUID

from dossiers.calendar_change import CalendarsChange
from dossiers.conditions import FactValue
from dossiers.deadlines import Grade
from dossiers.dispatches import Outbox
from dossiers.documents import HeldDocument
from dossiers.escalation import Notice
from dossiers.events import ConsultationTerms, DossierFiled
from dossiers.payment_commands import Charge
from dossiers.procedure import Role, StepKind, SupplementPolicy
from dossiers.seats import Seat
from dossiers.stops import Extend, Stop, StopReason
from dossiers.sub_dossiers import SubDossierState
from dossiers.terms import Term
from dossiers.values import AgencyCode, Instant, OfficerId, Result, StepId, Subject, TaskKey, Value, WorkKind


class DossierStatus(StrEnum):
    """Where the dossier is, with the portal's status code (`domain.md` §3.1)."""

    NEW = "new"  # nothing filed yet
    FILED = "filed"  # 1
    ACCEPTED = "accepted"  # 2
    REFUSED_AT_INTAKE = "refused_at_intake"  # 3
    PROCESSING = "processing"  # 4
    AWAITING_SUPPLEMENT = "awaiting_supplement"  # 5
    AWAITING_PAYMENT = "awaiting_payment"  # 6
    AWAITING_ATTENDANCE = "awaiting_attendance"  # the portal has no word of its own: 4
    SUSPENDED = "suspended"  # 8
    WITHDRAWN = "withdrawn"  # 7
    DECIDED = "decided"  # 9
    RETURNED = "returned"  # 10

    @property
    def portal_code(self) -> int:
        """The National Public Service Portal's code; 0 before filing."""
        return _PORTAL_CODES[self]

    @property
    def is_closed(self) -> bool:
        """Whether nothing more may happen."""
        return self in {DossierStatus.REFUSED_AT_INTAKE, DossierStatus.WITHDRAWN, DossierStatus.RETURNED}


_PORTAL_CODES = {
    DossierStatus.NEW: 0,
    DossierStatus.FILED: 1,
    DossierStatus.ACCEPTED: 2,
    DossierStatus.REFUSED_AT_INTAKE: 3,
    DossierStatus.PROCESSING: 4,
    DossierStatus.AWAITING_SUPPLEMENT: 5,
    DossierStatus.AWAITING_PAYMENT: 6,
    DossierStatus.AWAITING_ATTENDANCE: 4,
    DossierStatus.SUSPENDED: 8,
    DossierStatus.WITHDRAWN: 7,
    DossierStatus.DECIDED: 9,
    DossierStatus.RETURNED: 10,
}


class StepRun(Value):
    """How far a step of the route is."""

    occurrence: int = 0
    #: How often work was sent back to this very step.
    sent_back: int = 0
    state: Literal["pending", "handed_over", "open", "done", "skipped"] = "pending"
    #: The order in which steps were done, to know who holds the dossier.
    done_at_sequence: int = 0
    done_by: OfficerId | None = None
    outcome: str | None = None


class TaskState(StrEnum):
    """Whether work is still to be done."""

    OPEN = "open"
    AWAITING = "awaiting"  # the applicant must act first, or the whole stands still
    COMPLETED = "completed"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"  # silence has decided

    @property
    def is_live(self) -> bool:
        """Whether somebody still owes this work."""
        return self in {TaskState.OPEN, TaskState.AWAITING}


class Task(Value):
    """Work at a unit."""

    key: TaskKey
    step: StepId
    step_kind: StepKind
    work: WorkKind
    seat: Seat
    role: Role
    state: TaskState = TaskState.OPEN
    opened_at: Instant
    assigned: OfficerId | None = None
    consultation: ConsultationTerms | None = None
    sender: Seat | None = None
    charges: tuple[Charge, ...] = ()

    @property
    def steers(self) -> bool:
        """Whether its holder works on the dossier itself: a leg and an opinion asked for decide nothing."""
        return self.work == "step" and self.step_kind is not StepKind.CONSULTATION


class Clock(Value):
    """A running deadline with what has happened to it."""

    term: Term
    #: The rungs of this term that have fired.
    fired: tuple[str, ...] = ()
    #: The notice of the latest rung, and whether it was acknowledged.
    notice: UUID | None = None
    stops: tuple[Stop, ...] = ()
    is_stopped: bool = False
    is_ended: bool = False

    @property
    def runs(self) -> bool:
        """Whether its rungs may still fire."""
        return not (self.is_stopped or self.is_ended)

    def stops_until(self, instant: datetime) -> tuple[Stop, ...]:
        """The stops, an open one ended at ``instant``."""
        return tuple(
            stop.model_copy(update={"end": instant})
            if stop.end is None and not isinstance(stop.policy, Extend)
            else stop
            for stop in self.stops
        )


class Awaited(Value):
    """What the dossier waits for: the applicant, mostly; ``tasks`` are those that wait, if not ``task`` alone."""

    task: TaskKey
    tasks: tuple[TaskKey, ...] = ()
    what: StopReason
    #: The legal instant of the request; no answer comes before it.
    asked_at: Instant
    subjects: tuple[Subject, ...] = ()
    policy: SupplementPolicy = SupplementPolicy.RESUME
    answer_by: Instant | None = None
    lapsed: bool = False


class DossierState(Value):
    """Everything the interpreter remembers."""

    dossier: UUID | None = None
    sequence: int = 0
    status: DossierStatus = DossierStatus.NEW
    filed: DossierFiled | None = None
    filed_at: Instant | None = None
    facts: dict[str, FactValue] = {}
    steps: dict[StepId, StepRun] = {}
    tasks: dict[TaskKey, Task] = {}
    clocks: dict[Subject, Clock] = {}
    awaited: Awaited | None = None
    #: Every version of every paper, in the order they came; their bytes are elsewhere.
    documents: tuple[HeldDocument, ...] = ()
    #: Components that the applicant said to have brought with a supplement.
    supplied: tuple[str, ...] = ()
    #: How many supplements each stage has asked for.
    supplements: dict[str, int] = {}
    #: The decree pinned at reception.
    rule_set: str | None = None
    result: Result | None = None
    received_at: Instant | None = None
    first_promise_at: Instant | None = None
    appointment_at: Instant | None = None
    reappointments: int = 0
    #: Notices made and not yet acknowledged.
    notices: dict[UUID, Notice] = {}
    acknowledged: tuple[UUID, ...] = ()
    grade: Grade | None = None
    #: What later calendar versions made of the calendars that the dossier was filed with, in their order.
    calendar_changes: tuple[CalendarsChange, ...] = ()
    #: By the task that waits for each.
    sub_dossiers: dict[TaskKey, SubDossierState] = {}
    #: What is still owed to systems of others; no rule of the law looks at it.
    outboxes: dict[AgencyCode, Outbox] = {}

    @property
    def calendar(self) -> str | None:
        """The state calendar by which the dossier counts; null before it is filed."""
        if self.calendar_changes:
            return self.calendar_changes[-1].version
        return self.filed.calendar_version if self.filed is not None else None

    def run_of(self, step: StepId) -> StepRun:
        """How far the step is."""
        return self.steps.get(step, StepRun())

    def live_tasks(self) -> tuple[Task, ...]:
        """The tasks that somebody owes, in the order they opened."""
        return tuple(task for task in self.tasks.values() if task.state.is_live)

    def due_of(self, subject: Subject) -> datetime | None:
        """The due instant of a running deadline."""
        clock = self.clocks.get(subject)
        return clock.term.due_at if clock is not None else None
