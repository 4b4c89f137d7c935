"""A procedure as data: who does which step, in which order, within which limit, on which legal ground.

Invariants: a published version never changes; a dossier interprets only the version it was filed under
(TT 01/2018/TT-VPCP Điều 8: quy trình nội bộ, quy trình điện tử).
"""

from datetime import date, time
from enum import StrEnum
from typing import Self

from pydantic import Field, model_validator

from dossiers.conditions import Condition, Fact
from dossiers.documents import MediaType
from dossiers.escalation import Rung
from dossiers.limits import Counting, TimeLimit
from dossiers.values import ProcedureCode, StepId, Value


class LegalBasis(Value):
    """Where a rule comes from, and whether its text was read."""

    citation: str
    verified: bool
    note: str = ""


class StepKind(StrEnum):
    """What is done in a step."""

    RECEPTION = "reception"
    DIGITISATION = "digitisation"
    ASSIGNMENT = "assignment"
    APPRAISAL = "appraisal"
    VERIFICATION = "verification"
    CONSULTATION = "consultation"
    APPROVAL = "approval"
    SIGNING = "signing"
    PAYMENT = "payment"
    RESULT = "result"
    RETURN = "return"
    SUB_DOSSIER = "sub_dossier"


class Role(StrEnum):
    """What an officer may do in his unit."""

    COUNTER = "counter"
    OFFICER = "officer"
    APPROVER = "approver"
    UNIT_HEAD = "unit_head"
    AGENCY_HEAD = "agency_head"
    ONE_STOP_HEAD = "one_stop_head"
    SUPERVISOR = "supervisor"
    LATE_ENTRY = "late_entry"  # may enter on paper evidence what happened earlier


class Effect(StrEnum):
    """What an outcome does to the route."""

    FORWARD = "forward"
    REFUSE = "refuse"  # not eligible: straight to the return, with the refusal form
    REWORK = "rework"  # back to an earlier step


class Outcome(Value):
    """One way in which a step may end."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    effect: Effect = Effect.FORWARD
    back_to: StepId | None = None
    #: A written reason is needed.
    reason: bool = False


class OnTimeout(StrEnum):
    """What silence of a consulted agency means (`domain.md` §5.1)."""

    NOTIFY_HEAD = "notify_head"
    DEEMED_CONSENT = "deemed_consent"
    ESCALATE = "escalate"
    BLOCK = "block"


class Consultation(Value):
    """The terms on which an agency is asked for its opinion."""

    content: str
    on_timeout: OnTimeout
    #: How long the law gives for the answer; the step may be longer, never shorter, or silence would speak too soon.
    answer_limit: TimeLimit | None = None
    basis: LegalBasis


class Returned(StrEnum):
    """When the applicant gets the result of a sub-dossier."""

    BY_ITSELF = "by_itself"  # as soon as it is there: a partial result of the whole
    WITH_PARENT = "with_parent"


class SubDossier(Value):
    """A dossier of its own that a step waits for: another procedure, with its own limit and result."""

    procedure: ProcedureCode
    basis: LegalBasis
    #: What it is filed with: the name of its fact, and of ours.
    gives: dict[str, str] = {}
    #: What its result brings: the name of our fact, and of its own.
    brings: dict[str, str] = {}
    #: Our yes/no fact that says whether its result was granted.
    granted: str | None = None
    returned: Returned = Returned.BY_ITSELF


class SupplementPolicy(StrEnum):
    """What the answer to a supplement request does to the clock."""

    RESTART = "restart"
    RESUME = "resume"
    EXTEND = "extend"


class Supplement(Value):
    """How the applicant may be asked for more, at one stage."""

    policy: SupplementPolicy
    extension: TimeLimit | None = None
    #: How long the applicant has.
    answer_limit: TimeLimit | None = None
    #: From the start of the clock; a later request is allowed but flagged.
    notice_within: TimeLimit | None = None
    requests_max: int = Field(default=1, ge=1)
    basis: LegalBasis


class Payment(Value):
    """The wait for the applicant's money; the clock stops meanwhile."""

    answer_limit: TimeLimit
    basis: LegalBasis


class Step(Value):
    """One step of the route."""

    id: StepId = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: StepKind
    label: str
    #: The participant who does it.
    by: str
    role: Role
    after: tuple[StepId, ...] = ()
    when: Condition | None = None
    limit: TimeLimit | None = None
    counting: Counting = Counting.ELAPSED
    outcomes: tuple[Outcome, ...] = ()
    #: Facts that completing the step must record.
    records: tuple[str, ...] = ()
    #: Four eyes: not by an officer who did one of these.
    not_by: tuple[StepId, ...] = ()
    #: How often rework may come back here.
    rework_max: int = Field(default=3, ge=0)
    ladder: str = "default"
    consultation: Consultation | None = None
    supplement: Supplement | None = None
    payment: Payment | None = None
    sub_dossier: SubDossier | None = None


class Duty(StrEnum):
    """A participant's part in the procedure (NĐ 61/2018 Điều 3, 19.6)."""

    COUNTER = "counter"
    #: The counter of the place that is competent, where another one took the dossier in (NĐ 61/2018, Điều 18.3).
    RECEIVER = "receiver"
    LEAD = "lead"
    COORDINATING = "coordinating"
    CONSULTED = "consulted"


class Participant(Value):
    """A part that the directory fills with a real agency and unit when a dossier is filed."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    duty: Duty
    #: The kind of agency in the directory: ``land_office``.
    agency: str
    #: The kind of unit inside it: ``one_stop``.
    unit: str


class Component(Value):
    """A document that the applicant files (thành phần hồ sơ)."""

    code: str
    title: str
    originals: int = Field(default=0, ge=0)
    copies: int = Field(default=0, ge=0)
    required: bool = True
    #: Media types of its document; nothing said means the usual ones (`documents.USUAL_TYPES`).
    accepts: tuple[MediaType, ...] = ()
    #: Codes of results and components of the person's earlier dossiers that may stand for it.
    reuses: tuple[str, ...] = ()


class Fee(Value):
    """A fee in dong."""

    code: str
    title: str
    amount: int = Field(ge=0)


class ResultPaper(Value):
    """What the applicant receives in the end."""

    code: str
    title: str


class Channel(StrEnum):
    """How a dossier comes in."""

    COUNTER = "counter"
    ONLINE = "online"
    POST = "post"


class HandOverMode(StrEnum):
    """Paper is released by hand; electronic release comes with completing the step before (NĐ 61/2018 Đ18, 19.6)."""

    PAPER = "paper"
    ELECTRONIC = "electronic"


class OnTheSpot(Value):
    """The declared exception to four eyes: one officer receives, appraises and approves at the counter."""

    outcome: str
    basis: LegalBasis


class Procedure(Value):
    """An administrative procedure in one version."""

    code: ProcedureCode
    version: int = Field(ge=1)
    title: str
    field: str
    level: str
    effective_on: date
    #: The last day on which it may be filed; open where nothing is said.
    effective_to: date | None = None
    #: The decree it was drawn up for; a dossier follows the one in force when it is received.
    rule_set: str
    basis: tuple[LegalBasis, ...] = Field(min_length=1)
    #: What in this file nobody has confirmed against the official text.
    unverified: tuple[str, ...] = ()
    limit: TimeLimit
    counting: Counting = Counting.PROMISE
    #: Receipt later than this counts from the next working day ("sau 15 giờ").
    cutoff: time | None = None
    channels: tuple[Channel, ...] = (Channel.COUNTER, Channel.ONLINE, Channel.POST)
    hand_over: HandOverMode = HandOverMode.ELECTRONIC
    participants: tuple[Participant, ...] = Field(min_length=1)
    facts: tuple[Fact, ...] = ()
    components: tuple[Component, ...] = ()
    fees: tuple[Fee, ...] = ()
    results: tuple[ResultPaper, ...] = Field(min_length=1)
    ladders: dict[str, tuple[Rung, ...]]
    steps: tuple[Step, ...] = Field(min_length=2)
    #: Asked before acceptance, at the counter: the clock has not started.
    intake_supplement: Supplement | None = None
    on_the_spot: OnTheSpot | None = None

    @model_validator(mode="after")
    def _is_in_force_for_a_while(self) -> Self:
        if self.effective_to is not None and self.effective_to < self.effective_on:
            message = f"effective_to {self.effective_to} trước effective_on {self.effective_on}"
            raise ValueError(message)
        return self

    def is_in_force(self, day: date) -> bool:
        """Whether it may be filed on that day."""
        return self.effective_on <= day and (self.effective_to is None or day <= self.effective_to)

    def step(self, step_id: StepId) -> Step:
        """The step of that name; KeyError if there is none."""
        for step in self.steps:
            if step.id == step_id:
                return step
        raise KeyError(step_id)

    def steps_of_kind(self, kind: StepKind) -> tuple[Step, ...]:
        """The steps of one kind, in the order they are written."""
        return tuple(step for step in self.steps if step.kind is kind)

    def followers(self, step_id: StepId) -> tuple[Step, ...]:
        """The steps that wait for this one directly."""
        return tuple(step for step in self.steps if step_id in step.after)

    def downstream(self, step_id: StepId) -> tuple[StepId, ...]:
        """Every step that waits for this one, directly or through others, in the order they are written."""
        reached = {step_id}
        for _ in self.steps:
            reached |= {step.id for step in self.steps if reached.intersection(step.after)}
        return tuple(step.id for step in self.steps if step.id in reached and step.id != step_id)

    def participant(self, name: str) -> Participant:
        """The participant of that name; KeyError if there is none."""
        for one in self.participants:
            if one.name == name:
                return one
        raise KeyError(name)

    @property
    def counter(self) -> Participant:
        """The participant that receives and returns."""
        return next(one for one in self.participants if one.duty is Duty.COUNTER)

    @property
    def lead(self) -> Participant:
        """The lead agency; the counter itself where nobody else leads."""
        return next((one for one in self.participants if one.duty is Duty.LEAD), self.counter)
