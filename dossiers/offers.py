"""Which acts would be admitted now: each is tried on the dossier as it stands, by the very rules that will decide it.

Whoever shows people what they may do asks here, so that no page offers what the workflow refuses. What an act still
lacks (a fact, a reason, a date) does not stand against it: that is what the form is for. Who holds a task is known to
the worklist alone.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TypeVar, get_args
from uuid import UUID

from dossiers import commands as c
from dossiers.deadline_errors import DeadlineError
from dossiers.decide import perform
from dossiers.errors import AppointmentInvalid, DossierError, FactsInvalid, OfficerUnfit, ReasonMissing
from dossiers.payment_commands import Charge, ConfirmPayment, RequestPayment, WaiveCharge, WaiverGround
from dossiers.procedure import Effect, Outcome, Step
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor
from dossiers.state import DossierState, Task
from dossiers.stop_events import WholeStop
from dossiers.texts import TextRef

Tried = TypeVar("Tried", bound=c.TaskCommand | c.DossierCommand)

_NOBODY = UUID(int=0)
_TEXT = TextRef(id=_NOBODY, digest="0" * 64)
_DONE = Outcome(code="done", label="Hoàn thành")
#: A date of return that comes after any other.
_LATER = timedelta(days=60)
#: What is said of a form that is not filled in yet.
_INCOMPLETE = (FactsInvalid, ReasonMissing, OfficerUnfit, AppointmentInvalid)


def offers_on_task(
    rulebook: Rulebook, state: DossierState, actor: Actor, task: Task, at: datetime
) -> tuple[c.TaskCommand, ...]:
    """What the actor may do with the task: a specimen of each act, and of each way of completing and sending back."""
    step = rulebook.procedure.step(task.step)
    return tuple(
        one for one in _on_task(rulebook, step, task, actor, at) if _is_admitted(rulebook, state, actor, one, at)
    )


def offers_on_dossier(
    rulebook: Rulebook, state: DossierState, actor: Actor, at: datetime
) -> tuple[c.DossierCommand, ...]:
    """What the actor may do with the dossier as a whole."""
    return tuple(one for one in _on_dossier(at) if _is_admitted(rulebook, state, actor, one, at))


def _is_admitted(rulebook: Rulebook, state: DossierState, actor: Actor, command: Tried, at: datetime) -> bool:
    act = c.Act(id=_NOBODY, actor=actor, occurred_at=at, journalled=state.sequence, command=command)
    try:
        perform(rulebook, state, act, recorded_at=at)
    except _INCOMPLETE:
        return True
    except (DossierError, DeadlineError):
        return False
    return True


def _on_task(rulebook: Rulebook, step: Step, task: Task, actor: Actor, at: datetime) -> Iterator[c.TaskCommand]:
    """The way forward first, the way back last."""
    key = task.key
    yield c.AcceptHandOver(task=key)
    yield c.HandOver(task=key)
    yield c.Receive(task=key)
    yield c.DecideOnTheSpot(task=key)
    yield from (c.Complete(task=key, outcome=one.code, opinion=_TEXT) for one in step.outcomes or (_DONE,))
    yield c.Approve(task=key)
    yield c.Sign(task=key)
    yield c.Apologise(task=key, appointment_at=at + _LATER, reason=_TEXT)
    yield c.AnswerConsultation(task=key, outcome="consent")
    yield RequestPayment(task=key, charges=(Charge(code="fee", amount=0),))
    yield from (ConfirmPayment(task=key, charge=one.code) for one in task.charges[:1])
    yield c.ReturnResult(task=key)
    yield from _beside_the_way(rulebook, task, actor, at)
    backs = dict.fromkeys(one.back_to for one in step.outcomes if one.effect is Effect.REWORK)
    yield from (c.Rework(task=key, to=to, reason=_TEXT) for to in backs if to is not None)
    yield c.RefuseHandOver(task=key, reason=_TEXT)
    yield c.Recall(task=key)
    yield c.Refuse(task=key, reason=_TEXT)


def _beside_the_way(rulebook: Rulebook, task: Task, actor: Actor, at: datetime) -> Iterator[c.TaskCommand]:
    key = task.key
    for ground in get_args(WaiverGround):
        yield from (WaiveCharge(task=key, charge=one.code, ground=ground, evidence=_TEXT) for one in task.charges[:1])
    yield (c.Assign if task.assigned is None else c.Reassign)(task=key, officer=actor.id)
    yield c.RequestSupplement(task=key, reason=_TEXT)
    # Whom to ask is chosen later; one who can be asked is enough.
    yield from (
        c.Consult(task=key, participants=(one.name,), content=_TEXT, limit="1wd")
        for one in rulebook.procedure.participants
    )
    yield c.RequireAttendance(task=key, reason=_TEXT, attend_at=at + timedelta(days=1))
    yield c.Remind(task=key)


def _on_dossier(at: datetime) -> Iterator[c.DossierCommand]:
    yield c.AnswerSupplement()
    yield c.ResumeDossier(evidence=_TEXT)
    yield c.SendStopNotice()
    yield c.Reappoint(appointment_at=at + _LATER, reason=_TEXT)
    yield from (c.SuspendDossier(ground=ground, evidence=_TEXT) for ground in get_args(WholeStop))
    yield c.Withdraw()
