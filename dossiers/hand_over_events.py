"""The way of a dossier from one agency to the next: released, then taken over, refused or called back."""

from typing import Literal

from dossiers.deadlines import Grade
from dossiers.seats import Seat
from dossiers.texts import TextRef
from dossiers.values import TaskKey, Value


class DossierReleased(Value):
    """The sending agency gave the dossier on."""

    kind: Literal["dossier.released"] = "dossier.released"
    task: TaskKey
    sender: Seat
    receiver: Seat


class HandOverAccepted(Value):
    """The receiving agency has the dossier."""

    kind: Literal["hand_over.accepted"] = "hand_over.accepted"
    task: TaskKey
    grade: Grade | None = None


class HandOverRefused(Value):
    """The receiving agency sent the dossier back."""

    kind: Literal["hand_over.refused"] = "hand_over.refused"
    task: TaskKey
    reason: TextRef


class HandOverRecalled(Value):
    """The sending agency took back what nobody had accepted."""

    kind: Literal["hand_over.recalled"] = "hand_over.recalled"
    task: TaskKey
    reason: TextRef | None = None


#: Whatever happens on a leg between two agencies.
LegEvent = DossierReleased | HandOverAccepted | HandOverRefused | HandOverRecalled
