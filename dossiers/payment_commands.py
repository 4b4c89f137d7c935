"""Money in the middle of a dossier: notices handed to the applicant, and what becomes of each of them."""

from typing import Literal

from pydantic import Field

from dossiers.texts import TextRef
from dossiers.values import TaskKey, Value

#: Exempted from it (miễn), or recorded as a debt to be paid later (ghi nợ).
WaiverGround = Literal["exempted", "deferred"]


class Charge(Value):
    """One notice of what the applicant owes, in dong."""

    code: str
    amount: int = Field(ge=0)


class RequestPayment(Value):
    """Hand the notices to the applicant, or further ones; the clock stops until all of them are settled."""

    kind: Literal["request_payment"] = "request_payment"
    task: TaskKey
    charges: tuple[Charge, ...] = Field(min_length=1)


class ConfirmPayment(Value):
    """One notice is paid: what is left of it, or the amount named, in dong."""

    kind: Literal["confirm_payment"] = "confirm_payment"
    task: TaskKey
    charge: str
    amount: int | None = Field(default=None, gt=0)


class WaiveCharge(Value):
    """What is left of one notice need not be paid now, by decision of whoever is competent."""

    kind: Literal["waive_charge"] = "waive_charge"
    task: TaskKey
    charge: str
    ground: WaiverGround
    evidence: TextRef


PaymentCommand = RequestPayment | ConfirmPayment | WaiveCharge
