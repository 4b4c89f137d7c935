"""What one dossier of a bundle says to another; nobody else may say it."""

from typing import Literal

from dossiers.conditions import FactValue
from dossiers.values import DossierNumber, Instant, Result, TaskKey, Value


class ReportSubDossier(Value):
    """A sub-dossier tells its parent how far it is; ``sequence`` is its own, so the newest report is known."""

    kind: Literal["report_sub_dossier"] = "report_sub_dossier"
    task: TaskKey
    stage: Literal["received", "decided", "returned", "withdrawn"]
    sequence: int
    number: DossierNumber
    promise_at: Instant | None = None
    result: Result | None = None
    facts: dict[str, FactValue] = {}


class WithdrawWithParent(Value):
    """The whole was withdrawn, so this part of it ends too."""

    kind: Literal["withdraw_with_parent"] = "withdraw_with_parent"


class ReturnWithParent(Value):
    """The applicant was given the whole, and with it what of this part lay at the counter."""

    kind: Literal["return_with_parent"] = "return_with_parent"


BundleCommand = ReportSubDossier | WithdrawWithParent | ReturnWithParent
