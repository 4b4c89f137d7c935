"""How a parent dossier knows its sub-dossiers: by what each last told of itself, never by looking (Điều 3.2, 19.6).

Invariant: a report that a later one overtook changes nothing.
"""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from dossiers.bundle_events import SubDossierOpened, SubDossierReported
from dossiers.values import DossierNumber, Instant, ProcedureCode, Result, TaskKey, Value

_REPORTED = {"stage", "reported", "number", "promise_at", "result"}


class SubDossierState(Value):
    """A part of the whole, as it last told of itself."""

    dossier: UUID
    procedure: ProcedureCode
    stage: Literal["opened", "received", "decided", "returned", "withdrawn"] = "opened"
    #: Its own sequence at the latest report.
    reported: int = 0
    number: DossierNumber | None = None
    promise_at: Instant | None = None
    result: Result | None = None

    @property
    def is_settled(self) -> bool:
        """Whether the whole has nothing more to wait for from it."""
        return self.stage in {"decided", "returned", "withdrawn"}


def told(
    known: Mapping[TaskKey, SubDossierState], event: SubDossierOpened | SubDossierReported
) -> dict[TaskKey, SubDossierState]:
    """What is known of every part after one more event."""
    match event:
        case SubDossierOpened():
            return {**known, event.task: SubDossierState(dossier=event.sub_dossier, procedure=event.procedure)}
        case SubDossierReported(news=False):
            return dict(known)
        case SubDossierReported():
            changes = event.model_dump(include=_REPORTED, exclude_none=True)
            return {**known, event.task: known[event.task].model_copy(update=changes)}
