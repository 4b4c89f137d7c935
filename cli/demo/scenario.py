"""A scenario as data: named endings, the acts that lead to each, and what must be found when they have been played.

An act says who does what on which work; ``proceed`` lets every officer do what lies before them until a step opens.
What is not written in an act (which task, which notice) is found where an officer finds it: in the answers of the API.
"""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Discriminator, Field, Tag, model_validator

from agencies.roster import TerritoryCode
from dossiers.calendar import WorkCalendar
from dossiers.conditions import FactValue
from dossiers.deadlines import Grade
from dossiers.instants import LegalInstant, parse_instant
from dossiers.limits import LimitUnit, TimeLimit
from dossiers.procedure import Channel
from dossiers.state import DossierStatus
from dossiers.values import ProcedureCode, Result, StepId, Subject, UnitCode, Value

SHIPPED = Path(__file__).parent / "endings.yaml"
CLOSED = "closed"


def _instant(given: object) -> object:
    return parse_instant(given) if isinstance(given, str) else given


At = Annotated[LegalInstant, BeforeValidator(_instant)]


class Moment(Value):
    """When an act is due: so much working time after filing (``+4wh``, ``+1.5wd``), or an instant of the dossier."""

    after: TimeLimit | None = None
    instant: At | None = None

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: object) -> object:
        match given:
            case str() if given.startswith("+"):
                return {"after": given[1:]}
            case str():
                return {"instant": given}
            case _:
                return given

    @model_validator(mode="after")
    def _is_working_time(self) -> Self:
        if self.after is not None and self.after.unit not in (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR):
            message = "viết số ngày hoặc giờ làm việc sau khi nộp (+1.5wd, +4wh), hoặc một thời điểm"
            raise ValueError(message)
        return self

    def on(self, calendar: WorkCalendar, filed_at: datetime) -> datetime:
        """The instant that this is for a dossier filed then."""
        if self.instant is not None:
            return self.instant
        assert self.after is not None, "a moment is one or the other"
        return calendar.add_working(filed_at, self.after.seconds)


class Verb(StrEnum):
    """What an officer or the applicant does; the words of the API's addresses."""

    RECEIVE = "receive"
    REFUSE = "refuse"
    HAND_OVER = "hand-over"
    ACCEPT = "accept"
    REFUSE_HAND_OVER = "refuse-hand-over"
    RECALL = "recall"
    ASSIGN = "assign"
    REASSIGN = "reassign"
    COMPLETE = "complete"
    APPROVE = "approve"
    SIGN = "sign"
    RETURN = "return"
    DECIDE_ON_THE_SPOT = "decide-on-the-spot"
    REWORK = "rework"
    REQUEST_SUPPLEMENT = "request-supplement"
    CONSULT = "consult"
    ANSWER = "answer"
    REQUEST_PAYMENT = "request-payment"
    CONFIRM_PAYMENT = "confirm-payment"
    APOLOGISE = "apologise"
    REMIND = "remind"
    SUPPLEMENT = "supplement"
    WITHDRAW = "withdraw"
    REAPPOINT = "reappoint"
    STOP_NOTICE = "stop-notice"

    @property
    def is_on_dossier(self) -> bool:
        """Whether it is done to the dossier as a whole, not to one task of it."""
        return self in {Verb.SUPPLEMENT, Verb.WITHDRAW, Verb.REAPPOINT, Verb.STOP_NOTICE}


class Perform(Value):
    """One act."""

    do: Verb
    #: The work: a step, or a consultation of it (``appraisal/consult-tax``).
    on: str | None = None
    #: Who: participant and role (``construction.officer``, a second one ``construction.officer-2``), or a lone part.
    by: str
    #: The body of the request; an ``officer`` in it is written as in ``by``.
    body: dict[str, object] = Field(default={}, alias="with")
    at: Moment | None = None
    #: The act must be refused, for this reason.
    refused: str | None = None


class Acknowledge(Value):
    """The recipient confirms having seen the notice of a rung."""

    do: Literal["acknowledge"]
    subject: Subject
    rung: str
    by: str
    at: Moment | None = None


class Proceed(Value):
    """Every officer does at once what lies before them, until the step's own work is open (or the dossier closed)."""

    do: Literal["proceed"]
    until: str
    at: Moment | None = None


def _kind(given: object) -> str:
    do = given.get("do") if isinstance(given, dict) else getattr(given, "do", None)
    return do if do in {"acknowledge", "proceed"} else "perform"


Act = Annotated[
    Annotated[Acknowledge, Tag("acknowledge")]
    | Annotated[Proceed, Tag("proceed")]
    | Annotated[Perform, Tag("perform")],
    Discriminator(_kind),
]


class Expectation(Value):
    """What must be found afterwards: legal facts only, none of which depends on how fast the machine was."""

    state: DossierStatus
    grade: Grade | None = None
    #: What came of it; left out where it is of no interest.
    result: Result | None = None
    first_promise: At | None = None
    promise: At | None = None
    appointment: At | None = None
    #: For each deadline, the rungs that stand, each exactly once; a later term of it is written ``promise/2``.
    rungs: dict[str, tuple[str, ...]] = {}
    #: The rungs that found the notice before them acknowledged (``appraisal#1/overdue``).
    acknowledged: tuple[str, ...] = ()
    #: How often these events are in the journal.
    events: dict[str, int] = {}


class Ending(Value):
    """One way in which a dossier may go, played once at each of its counters."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    title: str
    #: The everyday way it goes, when nobody wrote it by hand; such endings are counted together.
    plot: str | None = None
    procedure: ProcedureCode
    counters: tuple[UnitCode, ...] = Field(min_length=1)
    #: Where the matter lies, when that is not where the dossier is received.
    territory: TerritoryCode | None = None
    channel: Channel
    filed: At
    facts: dict[str, FactValue] = {}
    #: What the officers find out, recorded where a step must record it.
    findings: dict[str, FactValue] = {}
    #: Work whose officers do nothing of themselves, named as in ``on``.
    silent: tuple[str, ...] = ()
    #: Sub-dossiers that are refused, by the step of the whole that waits for them.
    refused: tuple[StepId, ...] = ()
    #: The rungs of shorter terms are not judged: they pass faster than this clock, or a busy machine, can tell.
    tells_apart: TimeLimit = TimeLimit.model_validate("2wh")
    acts: tuple[Act, ...] = Field(min_length=1)
    expect: Expectation

    @property
    def row(self) -> str:
        """Under which name it is counted and asked for."""
        return self.plot or self.name


class Scenario(Value):
    """All endings, each on a clock of its own that begins when it is filed."""

    calendar: str
    #: Working seconds of the dossier in one second on the wall.
    factor: int = Field(ge=1, le=7_200)
    #: The ending whose timeline is told in full.
    told: str
    endings: tuple[Ending, ...] = Field(min_length=1)

    def only(self, names: tuple[str, ...]) -> "Scenario":
        """The scenario with the named endings only; KeyError names unknown ones."""
        known = dict.fromkeys(one.row for one in self.endings)
        unknown = [name for name in names if name not in known]
        if unknown:
            raise KeyError(", ".join(unknown))
        endings = tuple(one for name in names for one in self.endings if one.row == name)
        told = self.told if self.told in names else endings[0].name
        return self.model_copy(update={"endings": endings, "told": told})
