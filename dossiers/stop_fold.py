"""Fold: what the stops of `stop_events` make of a dossier."""

from datetime import datetime
from typing import assert_never

from dossiers import stop_events as s
from dossiers.state import Awaited, Clock, DossierState, DossierStatus, TaskState
from dossiers.stops import StopReason
from dossiers.terms import Term
from dossiers.values import PROMISE, STOP_NOTICE, Subject

Changes = dict[str, object]


def stopping(state: DossierState, at: datetime, event: s.StopEvent) -> Changes:
    """What changes with one of them."""
    match event:
        case s.AttendanceRequired():
            awaited = Awaited(
                task=event.task, what=StopReason.ATTENDANCE, asked_at=at, answer_by=event.attend_at, tasks=(event.task,)
            )
            return _waiting(state, awaited, DossierStatus.AWAITING_ATTENDANCE)
        case s.DossierSuspended():
            awaited = Awaited(task=event.tasks[0], what=event.reason, asked_at=at, tasks=event.tasks)
            return _waiting(state, awaited, DossierStatus.SUSPENDED)
        case s.StandstillEnded():
            return answered(state)
        case s.StopNoticeSent():
            return {"clocks": notice_ended(state.clocks)}
        case s.ViolationRecorded():
            return {}
        case _:
            assert_never(event)


def answered(state: DossierState) -> Changes:
    """What stood still is work again; what is to be resumed is remembered until it was."""
    awaited = state.awaited
    assert awaited is not None, "nothing is waited for"
    tasks = dict(state.tasks)
    for key in awaited.tasks or (awaited.task,):
        if tasks[key].state is TaskState.AWAITING:
            tasks[key] = tasks[key].model_copy(update={"state": TaskState.OPEN})
    changes: Changes = {"awaited": None, "tasks": tasks, "clocks": notice_ended(state.clocks)}
    if PROMISE in state.clocks:
        changes["status"] = DossierStatus.PROCESSING
    return changes


def told_by(clocks: dict[Subject, Clock], notice: Term | None) -> dict[Subject, Clock]:
    """The clocks with the deadline by which the applicant must know of the stop."""
    return clocks if notice is None else {**clocks, STOP_NOTICE: Clock(term=notice)}


def notice_ended(clocks: dict[Subject, Clock]) -> dict[Subject, Clock]:
    """A notice that has left, or of a stop that is over, is no longer waited for."""
    clock = clocks.get(STOP_NOTICE)
    return clocks if clock is None else {**clocks, STOP_NOTICE: clock.model_copy(update={"is_ended": True})}


def _waiting(state: DossierState, awaited: Awaited, status: DossierStatus) -> Changes:
    waits = {key: state.tasks[key].model_copy(update={"state": TaskState.AWAITING}) for key in awaited.tasks}
    return {"awaited": awaited, "status": status, "tasks": {**state.tasks, **waits}}
