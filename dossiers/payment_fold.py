"""Fold: what notices, payments and waivers make of a dossier."""

from datetime import datetime
from typing import assert_never

from dossiers.payment_commands import Charge
from dossiers.payment_events import ChargeWaived, PaymentConfirmed, PaymentEvent, PaymentRequested
from dossiers.state import Awaited, DossierState, DossierStatus, TaskState
from dossiers.stop_fold import Changes, answered
from dossiers.stops import StopReason
from dossiers.values import TaskKey


def paying(state: DossierState, at: datetime, event: PaymentEvent) -> Changes:
    """What changes with one of them."""
    match event:
        case PaymentRequested():
            task = state.tasks[event.task]
            charges = (*task.charges, *event.charges)
            owing = task.model_copy(update={"state": TaskState.AWAITING, "charges": charges})
            return {
                "awaited": _awaiting(state.awaited if task.charges else None, at, event),
                "status": DossierStatus.AWAITING_PAYMENT,
                "tasks": {**state.tasks, event.task: owing},
            }
        case PaymentConfirmed() | ChargeWaived():
            left = tuple(_left(charge, event) for charge in state.tasks[event.task].charges)
            owed = tuple(charge for charge in left if charge.code in event.outstanding)
            return _owing(state, event.task, owed) if owed else {**answered(_paid_up(state, event.task))}
        case _:
            assert_never(event)


def _left(charge: Charge, event: PaymentConfirmed | ChargeWaived) -> Charge:
    if isinstance(event, ChargeWaived) or event.charge != charge.code or event.amount is None:
        return charge
    return charge.model_copy(update={"amount": charge.amount - event.amount})


def _owing(state: DossierState, task: TaskKey, owed: tuple[Charge, ...]) -> Changes:
    return {"tasks": {**state.tasks, task: state.tasks[task].model_copy(update={"charges": owed})}}


def _paid_up(state: DossierState, task: TaskKey) -> DossierState:
    return state.model_copy(update=_owing(state, task, ()))


def _awaiting(awaited: Awaited | None, at: datetime, event: PaymentRequested) -> Awaited:
    """A further notice has a limit of its own: the wait lasts to the latest."""
    if awaited is None:
        return Awaited(task=event.task, what=StopReason.PAYMENT, asked_at=at, answer_by=event.answer_by)
    known = [one for one in (awaited.answer_by, event.answer_by) if one is not None]
    return awaited.model_copy(update={"answer_by": max(known, default=None), "lapsed": False})
