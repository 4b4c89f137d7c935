"""What goes into a dossier's workflow and what comes out; fields are only ever added."""

from uuid import UUID

from dossiers.bundles import Letter
from dossiers.events import Record
from dossiers.fast_clock import FastClock
from dossiers.rulebook import Rulebook
from dossiers.state import DossierState
from dossiers.values import Value


class Carried(Value):
    """What one run hands to the next, or a restored journal to a new workflow."""

    state: DossierState = DossierState()
    #: Events not yet shown to be in the journal.
    unjournalled: tuple[Record, ...] = ()
    #: The newest commands that were applied; Temporal forgets them with the run.
    applied: tuple[str, ...] = ()
    #: What is still to be said to other dossiers of the bundle.
    letters: tuple[Letter, ...] = ()


class DossierStart(Value):
    """All that the workflow ever interprets."""

    dossier: UUID
    rulebook: Rulebook
    clock: FastClock | None = None
    carried: Carried = Carried()


class ActAnswer(Value):
    """Every event after what the caller had found in the journal, the act's own among them."""

    events: tuple[Record, ...]
    #: The run that decided them, kept in the journal: after a reset it is another one.
    run_id: str = ""
