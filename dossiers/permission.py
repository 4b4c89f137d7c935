"""Who may do what: one table for the API, the workflow and the tests. Deny is the default.

Contact with the applicant goes through the counter (NĐ 61/2018/NĐ-CP, Điều 5.1e), so what the applicant does is entered
by the applicant or by the counter.
"""

from typing import assert_never

from dossiers import commands as c
from dossiers.bundle_commands import BundleCommand, ReportSubDossier, ReturnWithParent, WithdrawWithParent
from dossiers.errors import NotPermitted, ReasonMissing
from dossiers.escalation import NoticeRole
from dossiers.payment_commands import ConfirmPayment, RequestPayment, WaiveCharge
from dossiers.procedure import Role
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor, CallerKind, Seat
from dossiers.state import DossierState, Task
from dossiers.stops import StopReason


def authorise(rulebook: Rulebook, state: DossierState, act: c.Act, task: Task | None) -> None:
    """Raise `NotPermitted` unless the actor may do this to this dossier."""
    if act.entered_for is not None and not act.actor.has(Role.LATE_ENTRY):
        message = "Chỉ người được giao quyền nhập muộn mới được ghi thời điểm đã qua."
        raise NotPermitted(message, actor=act.actor.id)
    if act.entered_for is not None and act.evidence is None:
        message = "Nhập muộn phải kèm chứng cứ giấy."
        raise ReasonMissing(message, act=act.command.kind)
    if not _may(rulebook, state, act.actor, act.command, task):
        raise NotPermitted(actor=act.actor.id, act=act.command.kind)


def _may(rulebook: Rulebook, state: DossierState, actor: Actor, command: c.AnyCommand, task: Task | None) -> bool:
    if actor.kind is CallerKind.DOSSIER or isinstance(command, BundleCommand):
        return _speaks_in_its_bundle(state, actor, command)
    if isinstance(command, c.FileDossier) and command.parent is not None:
        return False
    if isinstance(command, c.FileDossier | c.AnswerSupplement | c.Withdraw):
        seats = command.seats if isinstance(command, c.FileDossier) else _seats(state)
        return _speaks_for_applicant(actor, seats.get(rulebook.procedure.counter.name))
    if isinstance(command, c.Reappoint):
        return _heads_the_whole(rulebook, state, actor)
    if isinstance(command, c.SuspendDossier | c.ResumeDossier | c.SendStopNotice):
        return _may_stop(rulebook, state, actor, command)
    if isinstance(command, c.ChangeCalendar | c.ResumeDispatches):
        return actor.has(Role.SUPERVISOR)
    if isinstance(command, c.AcknowledgeNotice):
        return _is_recipient(state, actor, command)
    assert task is not None, "every other act is on a task"
    return _may_on_task(rulebook, state, actor, command, task)


def _heads_the_whole(rulebook: Rulebook, state: DossierState, actor: Actor) -> bool:
    """The head or approver of the lead agency, or the head of the one-stop shop that received it."""
    lead, counter = _seats(state)[rulebook.procedure.lead.name], _seats(state)[rulebook.procedure.counter.name]
    leads = actor.has(Role.AGENCY_HEAD, Role.APPROVER) and actor.is_of(lead.agency)
    return leads or (actor.has(Role.ONE_STOP_HEAD) and actor.is_of(counter.agency))


def _may_stop(
    rulebook: Rulebook,
    state: DossierState,
    actor: Actor,
    command: c.SuspendDossier | c.ResumeDossier | c.SendStopNotice,
) -> bool:
    """Heads stop and resume the whole; of a presence, who waits for it or the counter; the counter alone tells."""
    counter = _seats(state)[rulebook.procedure.counter.name]
    at_counter = actor.sits_at(counter) and actor.has(Role.COUNTER)
    match command:
        case c.SendStopNotice():
            return at_counter or (actor.kind is CallerKind.SYSTEM and actor.is_of(counter.agency))
        case c.ResumeDossier() if state.awaited is not None and state.awaited.what is StopReason.ATTENDANCE:
            task = state.tasks[state.awaited.task]
            return at_counter or (actor.sits_at(task.seat) and actor.has(task.role))
        case c.SuspendDossier() | c.ResumeDossier():
            return _heads_the_whole(rulebook, state, actor)
        case _:
            assert_never(command)


def _may_on_task(rulebook: Rulebook, state: DossierState, actor: Actor, command: c.TaskCommand, task: Task) -> bool:
    match command:
        case c.Assign():
            return _is_head_over(actor, task.seat)
        case c.Reassign():
            return _is_head_over(actor, task.seat) or actor.has(Role.SUPERVISOR)
        case c.Remind():
            counter = _seats(state)[rulebook.procedure.counter.name]
            is_one_stop_head = actor.has(Role.ONE_STOP_HEAD) and actor.is_of(counter.agency)
            return _is_head_over(actor, task.seat) or actor.has(Role.SUPERVISOR) or is_one_stop_head
        case c.Recall():
            return task.sender is not None and actor.sits_at(task.sender)
        case c.Apologise():
            signs = (actor.sits_at(task.seat) and actor.has(task.role)) or _is_system_of(actor, task)
            return signs or _is_head_over(actor, task.seat)
        case c.AcceptHandOver() | c.RefuseHandOver() | c.HandOver():
            return actor.sits_at(task.seat) or _is_system_of(actor, task)
        case (
            c.Receive()
            | c.Refuse()
            | c.Complete()
            | c.Approve()
            | c.Sign()
            | c.ReturnResult()
            | c.DecideOnTheSpot()
            | c.Rework()
            | c.RequestSupplement()
            | c.Consult()
            | c.AnswerConsultation()
            | RequestPayment()
            | ConfirmPayment()
            | WaiveCharge()
            | c.RequireAttendance()
        ):
            return (actor.sits_at(task.seat) and actor.has(task.role)) or _is_system_of(actor, task)
        case _:
            assert_never(command)


def _is_head_over(actor: Actor, seat: Seat) -> bool:
    heads_unit = actor.has(Role.UNIT_HEAD) and actor.sits_at(seat)
    return heads_unit or (actor.has(Role.AGENCY_HEAD) and actor.is_of(seat.agency))


def _is_system_of(actor: Actor, task: Task) -> bool:
    return actor.kind is CallerKind.SYSTEM and actor.is_of(task.seat.agency)


def _speaks_for_applicant(actor: Actor, counter: Seat | None) -> bool:
    at_counter = counter is not None and actor.sits_at(counter) and actor.has(Role.COUNTER)
    return actor.kind is CallerKind.CITIZEN or at_counter


def _speaks_in_its_bundle(state: DossierState, actor: Actor, command: c.AnyCommand) -> bool:
    """A parent files, ends and gives out its parts; a part reports to its parent; neither does anything else."""
    if actor.kind is not CallerKind.DOSSIER:
        return False
    match command:
        case c.FileDossier(parent=parent):
            return parent is not None and actor.id == str(parent.dossier)
        case ReportSubDossier(task=task):
            part = state.sub_dossiers.get(task)
            return part is None or actor.id == str(part.dossier)
        case WithdrawWithParent() | ReturnWithParent():
            parent = state.filed.parent if state.filed is not None else None
            return parent is not None and actor.id == str(parent.dossier)
        case _:
            return False


def _is_recipient(state: DossierState, actor: Actor, command: c.AcknowledgeNotice) -> bool:
    notice = state.notices.get(command.notice)
    if notice is None:
        return True  # the decision itself says that there is no such notice
    if notice.officer is not None:
        return actor.stands_for(notice.officer)
    if notice.role is NoticeRole.SUPERVISOR:
        return actor.has(Role.SUPERVISOR)
    if not actor.is_of(notice.agency):
        return False
    match notice.role:
        case NoticeRole.HOLDER:
            return actor.seat is not None and actor.seat.unit == notice.unit
        case NoticeRole.UNIT_HEAD:
            return actor.has(Role.UNIT_HEAD) and actor.seat is not None and actor.seat.unit == notice.unit
        case NoticeRole.AGENCY_HEAD:
            return actor.has(Role.AGENCY_HEAD)
        case NoticeRole.ONE_STOP_HEAD:
            return actor.has(Role.ONE_STOP_HEAD)
        case _:
            assert_never(notice.role)


def _seats(state: DossierState) -> dict[str, Seat]:
    assert state.filed is not None, "a dossier is filed before anybody acts on it"
    return state.filed.seats
