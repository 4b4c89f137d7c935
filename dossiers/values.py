"""The base of every value in the core: frozen, compared by content, tolerant of fields it does not know.

Unknown fields are ignored because a running dossier may be read by an older or newer process during a rolling upgrade;
what people write by hand (procedures, requests) is checked for unknown fields where it comes in.
"""

from datetime import datetime
from typing import Annotated, Literal, NewType

from pydantic import AfterValidator, BaseModel, ConfigDict

AgencyCode = NewType("AgencyCode", str)
UnitCode = NewType("UnitCode", str)
OfficerId = NewType("OfficerId", str)
ProcedureCode = NewType("ProcedureCode", str)
DossierNumber = NewType("DossierNumber", str)
#: A step of the procedure, named by its author: ``appraisal``.
StepId = NewType("StepId", str)
#: What a deadline belongs to: a task's key, or ``promise``.
Subject = NewType("Subject", str)
#: A task within its dossier: ``appraisal#1``, ``appraisal#1/hand-over``.
TaskKey = NewType("TaskKey", Subject)


def task_key(text: str) -> TaskKey:
    """The key written as ``text``."""
    return TaskKey(Subject(text))


#: What a task asks for: the step itself, a leg of the way to it, or the apology for a promise that will be missed.
WorkKind = Literal["step", "hand_over", "acceptance", "apology"]

#: What came of a dossier; partial where some of its sub-dossiers were granted and others not.
Result = Literal["granted", "partial", "refused"]

PROMISE = Subject("promise")
#: The date named with an apology; it never moves the promise.
APPOINTMENT = Subject("appointment")

#: The notice to the applicant that the clock stands still, due by the closing of that day.
STOP_NOTICE = Subject("stop-notice")


def _zoned(value: datetime) -> datetime:
    if value.tzinfo is None:
        message = "an instant needs its offset"
        raise ValueError(message)
    return value


#: A point in time with its offset; legal instants are whole seconds at +07:00.
Instant = Annotated[datetime, AfterValidator(_zoned)]


class Value(BaseModel):
    """A frozen value."""

    model_config = ConfigDict(frozen=True, extra="ignore")
