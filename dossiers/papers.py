"""The papers of a dossier as people ask for them: which there should be, how far each is electronic, which versions."""

from dossiers.documents import Digitisation, HeldDocument, PaperKind, versions_of
from dossiers.procedure import Procedure
from dossiers.state import DossierState
from dossiers.values import Value


class PaperState(Value):
    """A component or result of the procedure, and what is there of it."""

    kind: PaperKind
    code: str
    title: str
    required: bool
    digitisation: Digitisation
    #: The newest first.
    versions: tuple[HeldDocument, ...]


def papers(procedure: Procedure, state: DossierState) -> tuple[PaperState, ...]:
    """Every component that the procedure names, in its order, then every result."""
    there = () if state.filed is None else (*state.filed.components, *state.supplied)
    components = tuple(
        _paper(state, "component", one.code, one.title, required=one.required, on_paper=one.code in there)
        for one in procedure.components
    )
    results = tuple(
        _paper(state, "result", one.code, one.title, required=False, on_paper=False) for one in procedure.results
    )
    return components + results


def _paper(
    state: DossierState, kind: PaperKind, code: str, title: str, *, required: bool, on_paper: bool
) -> PaperState:
    versions = versions_of(state.documents, kind, code)
    without = Digitisation.PAPER if on_paper else Digitisation.ABSENT
    return PaperState(
        kind=kind,
        code=code,
        title=title,
        required=required,
        digitisation=versions[-1].digitisation if versions else without,
        versions=tuple(reversed(versions)),
    )
