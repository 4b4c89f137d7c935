"""Fold: what weighing a promise, and naming another date, make of a dossier."""

from typing import assert_never
from uuid import UUID

from dossiers.apology_events import ApologyWeighed, AppointmentMoved
from dossiers.escalation import APOLOGY, Notice
from dossiers.state import Clock, DossierState
from dossiers.values import APPOINTMENT, PROMISE


def apologised(state: DossierState, event: ApologyWeighed | AppointmentMoved) -> dict[str, object]:
    """The fields that the event gives new values."""
    match event:
        case ApologyWeighed():
            promise = state.clocks[PROMISE]
            weighed = promise.model_copy(update={"fired": (*promise.fired, APOLOGY)})
            return {"clocks": {**state.clocks, PROMISE: weighed}, "notices": _with(state, *event.notices)}
        case AppointmentMoved():
            return {
                "appointment_at": event.appointment_at,
                "reappointments": state.reappointments + 1,
                "clocks": {**state.clocks, APPOINTMENT: Clock(term=event.term)},
                "notices": _with(state, event.notice),
            }
        case _:
            assert_never(event)


def _with(state: DossierState, *notices: Notice) -> dict[UUID, Notice]:
    return {**state.notices, **{notice.id: notice for notice in notices}}
