"""The two-sided hand-over: released by the one agency, accepted or refused by the other (phiếu kiểm soát, Mẫu 05)."""

from dossiers import commands as c
from dossiers.closing import grade_now, lift
from dossiers.draft import Draft
from dossiers.errors import WrongAct
from dossiers.hand_over_events import HandOverAccepted, HandOverRecalled, HandOverRefused
from dossiers.route import open_hand_over, open_task, release
from dossiers.seats import Seat
from dossiers.state import Task


def hand_over(draft: Draft, task: Task) -> None:
    """The sender releases the dossier."""
    sender = _require_leg(task, "hand_over")
    release(draft, draft.step(task.step), sender, task.key)
    lift(draft, task.key)


def accept_hand_over(draft: Draft, task: Task) -> None:
    """The receiver has the dossier; its own clock starts."""
    _require_leg(task, "acceptance")
    draft.add(HandOverAccepted(task=task.key, grade=grade_now(draft, task.key)))
    lift(draft, task.key)
    open_task(draft, draft.step(task.step))


def refuse_hand_over(draft: Draft, command: c.RefuseHandOver, task: Task) -> None:
    """The receiver sends it back: the sender owes it again."""
    sender = _require_leg(task, "acceptance")
    draft.add(HandOverRefused(task=task.key, reason=command.reason))
    lift(draft, task.key)
    _back_to_sender(draft, task, sender)


def recall(draft: Draft, command: c.Recall, task: Task) -> None:
    """The sender takes back what nobody has accepted."""
    sender = _require_leg(task, "acceptance")
    draft.add(HandOverRecalled(task=task.key, reason=command.reason))
    lift(draft, task.key)
    _back_to_sender(draft, task, sender)


def _back_to_sender(draft: Draft, task: Task, sender: Seat) -> None:
    worked = [one for one in draft.rulebook.procedure.steps if draft.seat(one.by) == sender]
    latest = max(worked, key=lambda one: draft.state.run_of(one.id).done_at_sequence)
    open_hand_over(draft, draft.step(task.step), sender, latest.role)


def _require_leg(task: Task, work: str) -> Seat:
    if task.work != work or task.sender is None:
        raise WrongAct(task=task.key, act=work)
    return task.sender
