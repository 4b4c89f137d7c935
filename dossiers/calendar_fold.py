"""What a change of calendar makes of a dossier's state, and what any move of the promise makes of the appointment."""

from collections.abc import Mapping

from dossiers.calendar_events import CalendarChanged
from dossiers.state import DossierState
from dossiers.terms import Term
from dossiers.values import APPOINTMENT, PROMISE, Subject


def recounted(state: DossierState, event: CalendarChanged) -> dict[str, object]:
    """The fields that the change gives new values; what has fired stays fired, for the terms are the same."""
    clocks = {subject: state.clocks[subject].model_copy(update={"term": term}) for subject, term in event.terms.items()}
    changes: dict[str, object] = {
        "clocks": {**state.clocks, **clocks},
        "calendar_changes": (*state.calendar_changes, event.change),
        "notices": {**state.notices, **{notice.id: notice for notice in event.notices}},
        **appointment_after(state, event.terms),
    }
    if event.answer_by is not None:
        assert state.awaited is not None, "nobody owes an answer"
        changes["awaited"] = state.awaited.model_copy(update={"answer_by": event.answer_by})
    return changes


def appointment_after(state: DossierState, terms: Mapping[Subject, Term]) -> dict[str, object]:
    """The date that the applicant is told: the promise's, until an apology has named another."""
    if APPOINTMENT in terms:
        return {"appointment_at": terms[APPOINTMENT].due_at}
    if PROMISE not in terms or state.reappointments:
        return {}
    return {"appointment_at": terms[PROMISE].due_at}
