"""What heads and supervisors do: give work to officers, move it, remind, apologise for lateness, acknowledge."""

from datetime import datetime

from dossiers import commands as c
from dossiers import events as e
from dossiers.apology import name_date
from dossiers.closing import drop_apologies, finish
from dossiers.draft import Draft
from dossiers.errors import (
    AlreadyAcknowledged,
    AppointmentInvalid,
    AppointmentSpent,
    ClockStopped,
    DossierDecided,
    NothingAwaited,
    NoticeUnknown,
    OfficerUnfit,
    WrongAct,
)
from dossiers.escalation import NoticeRole
from dossiers.instants import floor_to_second
from dossiers.procedure import Role
from dossiers.state import Task
from dossiers.stop_events import ViolationRecorded
from dossiers.values import PROMISE


def assign(draft: Draft, command: c.Assign, task: Task) -> None:
    """The head gives the task to an officer."""
    _give(draft, command, task)


def reassign(draft: Draft, command: c.Reassign, task: Task) -> None:
    """A supervisor moves the task; the deadline stays with the unit."""
    _give(draft, command, task)


def _give(draft: Draft, command: c.Assign | c.Reassign, task: Task) -> None:
    if command.officer == task.assigned:
        message = "Công việc đã được giao cho chính cán bộ này."
        raise OfficerUnfit(message, officer=command.officer)
    if task.work == "step" and draft.done_before_by(task.step, command.officer):
        message = "Cán bộ này đã làm bước trước nên không được làm bước này."
        raise OfficerUnfit(message, officer=command.officer)
    reason = command.reason if isinstance(command, c.Reassign) else None
    draft.add(e.TaskAssigned(task=task.key, officer=command.officer, previous=task.assigned, reason=reason))


def remind(draft: Draft, task: Task) -> None:
    """Tell whoever holds the task."""
    draft.add(e.ReminderSent(task=task.key, notice=draft.notice(task.key, NoticeRole.HOLDER)))


def acknowledge(draft: Draft, command: c.AcknowledgeNotice) -> None:
    """The recipient has seen the notice."""
    if command.notice in draft.state.acknowledged:
        raise AlreadyAcknowledged(notice=str(command.notice))
    if command.notice not in draft.state.notices:
        raise NoticeUnknown(notice=str(command.notice))
    draft.add(e.NoticeAcknowledged(notice=command.notice))


def apologise(draft: Draft, command: c.Apologise, task: Task) -> None:
    """The late agency signs the apology that it owes."""
    if task.work != "apology":
        raise WrongAct(task=task.key, act="apologise")
    named_at = _new_date(draft, command)
    finish(draft, task, "signed")
    if named_at is not None:
        name_date(draft, named_at, command, task.seat, task.role)


def reappoint(draft: Draft, command: c.Reappoint) -> None:
    """Apologise without being asked to, or for an agency that does not; then that one is owed no more."""
    named_at = _new_date(draft, command)
    if named_at is not None:
        lead = draft.seat(draft.rulebook.procedure.lead.name)
        seat = draft.actor.seat if draft.actor is not None and draft.actor.seat is not None else lead
        name_date(draft, named_at, command, seat, Role.AGENCY_HEAD)
        drop_apologies(draft)


def _new_date(draft: Draft, command: c.Reappoint | c.Apologise) -> datetime | None:
    """The date that is named, at most once (Điều 19.9); null where a further one that was made on paper is recorded.

    The promise stands, and so does its lateness.
    """
    state = draft.state
    if state.result is not None:
        raise DossierDecided(result=state.result)
    if state.appointment_at is None:
        message = "Hồ sơ chưa có ngày hẹn trả."
        raise NothingAwaited(message)
    if state.awaited is not None and state.clocks[PROMISE].is_stopped:
        raise ClockStopped(task=state.awaited.task)
    named_at = floor_to_second(command.appointment_at)
    if state.reappointments >= draft.rules.reappointments_max:
        if draft.is_entered_from_paper:
            draft.add(ViolationRecorded(rule="second-reappointment", appointment_at=named_at, reason=command.reason))
            return None
        raise AppointmentSpent(reappointments=str(state.reappointments))
    if named_at <= max(state.appointment_at, draft.occurred_at):
        raise AppointmentInvalid(appointment_at=state.appointment_at.isoformat())
    return named_at
