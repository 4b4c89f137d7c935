"""What happens about an apology: a promise is weighed before its due date, and form 04 names another date.

The agency that will be late apologises to the applicant not later than one day before the due date, with the reason and
a new date, and tells the one-stop shop; the date is moved once at most (NĐ 61/2018/NĐ-CP, Điều 19.9).
"""

from enum import StrEnum
from typing import Literal

from dossiers.escalation import Notice
from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.terms import Term
from dossiers.texts import TextRef
from dossiers.values import DossierNumber, Instant, OfficerId, ProcedureCode, TaskKey, Value


class Finding(StrEnum):
    """What weighing a promise found."""

    FITS = "fits"  # whoever holds the dossier is warned, and nothing is owed
    LEG_OVERDUE = "leg_overdue"
    NO_LONGER_FITS = "no_longer_fits"  # the limits of what is still to do end after the promise
    OVERDUE = "overdue"  # there was no day to say so before it was missed


class Lagging(Value):
    """Work that is still to be done when the form is drawn up, and until when it was due."""

    task: TaskKey
    label: str
    seat: Seat
    due_at: Instant | None


class ApologyForm(Value):
    """Form 04 as data: apology and new date of return (Mẫu số 04, phụ lục TT 01/2018/TT-VPCP).

    To whom it goes and in which words the reason is given stays in the store: the form is the journal's part of it.
    A draft has no reason, no new date and no signature; it may propose a date.
    """

    agency: Seat
    #: In the agency's book of the year; none on a draft.
    number: str | None = None
    dossier_number: DossierNumber
    procedure: ProcedureCode
    procedure_version: int
    title: str
    field: str
    received_at: Instant
    previous_at: Instant
    #: How the dossier stands: what is being done, and what of it is late.
    lagging: tuple[Lagging, ...]
    #: When what is left to do ends by its own limits; null where the calendar does not reach so far.
    ends_at: Instant | None
    reason: TextRef | None = None
    appointment_at: Instant | None = None
    #: In whose name it is signed, by whom and when.
    role: Role
    signed_by: OfficerId | None = None
    signed_at: Instant | None = None
    copies: tuple[Literal["applicant", "one_stop", "archive"], ...] = ("applicant", "one_stop", "archive")


class ApologyWeighed(Value):
    """The last day on which an apology would be in time has come: what was found, and whom it told."""

    kind: Literal["apology.weighed"] = "apology.weighed"
    finding: Finding
    term: int
    promise_at: Instant
    #: When what is left to do ends by its own limits.
    ends_at: Instant | None
    #: The work that is late, or on which the longest way waits; null where everything fits.
    late: TaskKey | None = None
    form: ApologyForm | None = None
    notices: tuple[Notice, ...] = ()


class AppointmentMoved(Value):
    """The agency apologised and named a new date; the promise stands."""

    kind: Literal["appointment.moved"] = "appointment.moved"
    appointment_at: Instant
    previous_at: Instant
    reason: TextRef
    term: Term
    form: ApologyForm
    #: To the counter, which changes the date in its book and tells the applicant.
    notice: Notice
    tells_applicant: bool = True
