"""What a parent dossier writes down about its sub-dossiers; each has a journal of its own beside it."""

from typing import Literal
from uuid import UUID

from dossiers.conditions import FactValue
from dossiers.procedure import Returned
from dossiers.values import DossierNumber, Instant, ProcedureCode, Result, TaskKey, Value


class SubDossierOpened(Value):
    """A part of the whole becomes a dossier of its own; it is filed once this stands in the journal."""

    kind: Literal["sub_dossier.opened"] = "sub_dossier.opened"
    task: TaskKey
    sub_dossier: UUID
    procedure: ProcedureCode
    #: By the names of its own procedure.
    facts: dict[str, FactValue] = {}
    #: Which of its facts the result brings.
    wanted: tuple[str, ...] = ()
    returned: Returned = Returned.BY_ITSELF


class SubDossierReported(Value):
    """A sub-dossier told how far it is; ``news`` is false for a report that a later one overtook."""

    kind: Literal["sub_dossier.reported"] = "sub_dossier.reported"
    task: TaskKey
    stage: Literal["received", "decided", "returned", "withdrawn"]
    reported: int
    number: DossierNumber
    promise_at: Instant | None = None
    result: Result | None = None
    news: bool = True
