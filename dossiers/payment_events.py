"""What the applicant owed, paid or was let off in the middle of a dossier (NĐ 61/2018/NĐ-CP, Điều 22; NĐ 252/2026)."""

from typing import Literal

from dossiers.payment_commands import Charge, WaiverGround
from dossiers.texts import TextRef
from dossiers.values import Instant, TaskKey, Value


class PaymentRequested(Value):
    """The notices went to the applicant."""

    kind: Literal["payment.requested"] = "payment.requested"
    task: TaskKey
    charges: tuple[Charge, ...]
    answer_by: Instant | None = None


class PaymentConfirmed(Value):
    """Money came in for one notice; ``outstanding`` names what is not settled, this one too if only part of it came."""

    kind: Literal["payment.confirmed"] = "payment.confirmed"
    task: TaskKey
    charge: str
    #: In dong; null where all that was left of it was paid.
    amount: int | None = None
    outstanding: tuple[str, ...]


class ChargeWaived(Value):
    """One notice, or what is left of it, need not be paid now: it was exempted, or recorded as a debt."""

    kind: Literal["charge.waived"] = "charge.waived"
    task: TaskKey
    charge: str
    ground: WaiverGround
    evidence: TextRef
    outstanding: tuple[str, ...]


PaymentEvent = PaymentRequested | PaymentConfirmed | ChargeWaived
