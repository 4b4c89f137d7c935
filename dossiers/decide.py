"""Decide: what a command makes of a dossier, or the error that says why it makes nothing.

``perform`` is the whole way of an act: time first, then the act at its own instant. Nothing here reads a clock.
"""

from datetime import datetime
from typing import assert_never

from dossiers import commands as c
from dossiers import events as e
from dossiers.advance import advance
from dossiers.apology import weigh_again
from dossiers.applicant import answer_supplement, request_supplement, withdraw
from dossiers.attaching import attach
from dossiers.between import accept_hand_over, hand_over, recall, refuse_hand_over
from dossiers.bundle_commands import ReportSubDossier, ReturnWithParent, WithdrawWithParent
from dossiers.bundles import hear_report, return_with_parent
from dossiers.consulting import answer_consultation, consult
from dossiers.draft import Draft
from dossiers.errors import ClockStopped, DossierClosed, JournalAhead, TaskNotOpen, TaskUnknown, WrongAct
from dossiers.evolve import fold
from dossiers.instants import floor_to_second
from dossiers.lines import resume
from dossiers.payment import decide_payment
from dossiers.payment_commands import ConfirmPayment, PaymentCommand, RequestPayment, WaiveCharge
from dossiers.permission import authorise
from dossiers.recount import change_calendar
from dossiers.rulebook import Rulebook
from dossiers.state import DossierState, Task, TaskState
from dossiers.steps import (
    approve,
    complete,
    decide_on_the_spot,
    file_dossier,
    receive,
    refuse,
    return_result,
    rework,
    sign,
)
from dossiers.supervision import acknowledge, apologise, assign, reappoint, reassign, remind
from dossiers.suspension import require_attendance, resume_dossier, send_stop_notice, suspend


def perform(rulebook: Rulebook, state: DossierState, act: c.Act, *, recorded_at: datetime) -> tuple[e.Record, ...]:
    """Everything an act brings about: what time did before it, then the act itself. Raises `DossierError`.

    The act's instant is never after the record and never before its task opened.
    """
    if act.journalled > state.sequence:
        raise JournalAhead(journalled=str(act.journalled), sequence=str(state.sequence))
    now = floor_to_second(recorded_at)
    occurred_at = min(floor_to_second(act.entered_for or act.occurred_at), floor_to_second(act.occurred_at), now)
    passed = advance(rulebook, state, until=occurred_at, recorded_at=now, inclusive=False)
    return passed + decide(rulebook, fold(passed, state), act, occurred_at=occurred_at, recorded_at=now)


def decide(
    rulebook: Rulebook, state: DossierState, act: c.Act, *, occurred_at: datetime, recorded_at: datetime
) -> tuple[e.Record, ...]:
    """The records of an act on a dossier that time has already brought up to it. Raises `DossierError`."""
    if state.status.is_closed:
        raise DossierClosed(status=state.status)
    if state.filed is None and not isinstance(act.command, c.FileDossier):
        message = "Hồ sơ chưa được nộp."
        raise WrongAct(message, act=act.command.kind)
    task = _task_named(state, act.command)
    authorise(rulebook, state, act, task)
    _require_open(state, act.command, task)
    draft = Draft(
        rulebook,
        state,
        cause=str(act.id),
        actor=act.actor,
        evidence=act.evidence if act.entered_for is not None else None,
        occurred_at=max(occurred_at, _earliest(state, act, task)),
        recorded_at=recorded_at,
    )
    if not isinstance(act.command, c.FileDossier):
        attach(draft, act.command, task)  # a filing attaches once there is a dossier to attach to
    _decide(draft, act.command, task)
    weigh_again(draft)
    return tuple(draft.records)


def _earliest(state: DossierState, act: c.Act, task: Task | None) -> datetime:
    """No act comes before what it answers: its task, the request to the applicant, or for paper the filing."""
    if state.filed_at is None:
        return act.entered_for or act.occurred_at
    if isinstance(act.command, c.AnswerSupplement | PaymentCommand | c.ResumeDossier) and state.awaited is not None:
        return state.awaited.asked_at
    return state.filed_at if task is None or act.entered_for is not None else task.opened_at


def _task_named(state: DossierState, command: c.AnyCommand) -> Task | None:
    if isinstance(command, c.FileDossier | c.DossierCommand):
        return None
    if command.task not in state.tasks:
        raise TaskUnknown(task=command.task)
    return state.tasks[command.task]


def _require_open(state: DossierState, command: c.AnyCommand, task: Task | None) -> None:
    if task is None or task.state is TaskState.OPEN:
        return
    match command, task.state:
        case ((RequestPayment() | ConfirmPayment() | WaiveCharge()), TaskState.AWAITING) if task.charges:
            return
        case ((ConfirmPayment() | WaiveCharge() | c.Assign() | c.Reassign() | c.Remind()), TaskState.AWAITING):
            return
        case c.Refuse(), TaskState.AWAITING if state.awaited is not None and state.awaited.lapsed:
            return
        case c.AnswerConsultation(), TaskState.LAPSED:
            return
        case _, TaskState.AWAITING:
            raise ClockStopped(task=task.key)
        case _:
            raise TaskNotOpen(task=task.key, state=task.state)


def _decide(draft: Draft, command: c.AnyCommand, task: Task | None) -> None:
    match command:
        case c.FileDossier():
            file_dossier(draft, command)
        case c.AnswerSupplement():
            answer_supplement(draft, command)
        case c.Withdraw():
            withdraw(draft, command)
        case c.SuspendDossier():
            suspend(draft, command)
        case c.ResumeDossier():
            resume_dossier(draft, command)
        case c.SendStopNotice():
            send_stop_notice(draft, command)
        case c.Reappoint():
            reappoint(draft, command)
        case c.AcknowledgeNotice():
            acknowledge(draft, command)
        case c.ChangeCalendar():
            change_calendar(draft, command)
        case ReportSubDossier():
            hear_report(draft, command)
        case WithdrawWithParent():
            withdraw(draft, c.Withdraw())
        case ReturnWithParent():
            return_with_parent(draft)
        case c.ResumeDispatches():
            resume(draft, command.line)
        case _:
            assert task is not None, "every other act is on a task"
            _decide_on_task(draft, command, task)


def _decide_on_task(draft: Draft, command: c.TaskCommand, task: Task) -> None:
    match command:
        case c.Receive():
            receive(draft, command, task)
        case c.Refuse():
            refuse(draft, command, task)
        case c.Complete():
            complete(draft, command, task)
        case c.Approve():
            approve(draft, command, task)
        case c.Sign():
            sign(draft, command, task)
        case c.ReturnResult():
            return_result(draft, task)
        case c.DecideOnTheSpot():
            decide_on_the_spot(draft, command, task)
        case c.Rework():
            rework(draft, task, command.to, command.reason)
        case c.HandOver():
            hand_over(draft, task)
        case c.AcceptHandOver():
            accept_hand_over(draft, task)
        case c.RefuseHandOver():
            refuse_hand_over(draft, command, task)
        case c.Recall():
            recall(draft, command, task)
        case _:
            _decide_beside_the_route(draft, command, task)


def _decide_beside_the_route(
    draft: Draft,
    command: c.Assign
    | c.Reassign
    | c.RequestSupplement
    | c.Consult
    | c.AnswerConsultation
    | PaymentCommand
    | c.RequireAttendance
    | c.Apologise
    | c.Remind,
    task: Task,
) -> None:
    match command:
        case c.Assign():
            assign(draft, command, task)
        case c.Reassign():
            reassign(draft, command, task)
        case c.Remind():
            remind(draft, task)
        case c.RequestSupplement():
            request_supplement(draft, command, task)
        case c.Consult():
            consult(draft, command, task)
        case c.AnswerConsultation():
            answer_consultation(draft, command, task)
        case RequestPayment() | ConfirmPayment() | WaiveCharge():
            decide_payment(draft, command, task)
        case c.RequireAttendance():
            require_attendance(draft, command, task)
        case c.Apologise():
            apologise(draft, command, task)
        case _:
            assert_never(command)
