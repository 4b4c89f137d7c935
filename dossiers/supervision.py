"""What heads and supervisors do: give work to officers, move it, remind, apologise for lateness, acknowledge."""

from dossiers import commands as c
from dossiers import events as e
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
)
from dossiers.escalation import NoticeRole
from dossiers.instants import floor_to_second
from dossiers.state import Task
from dossiers.stop_events import ViolationRecorded
from dossiers.terms import term_until
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


def reappoint(draft: Draft, command: c.Reappoint) -> None:
    """Apologise and name a new date, at most once (Điều 19.9); the promise stands, and so does its lateness."""
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
            return
        raise AppointmentSpent(reappointments=str(state.reappointments))
    if named_at <= max(state.appointment_at, draft.occurred_at):
        raise AppointmentInvalid(appointment_at=state.appointment_at.isoformat())
    ladder, number = draft.ladder("promise"), state.reappointments + 1
    term = term_until(ladder, draft.rulebook.calendar, draft.occurred_at, named_at, number=number)
    draft.add(
        e.AppointmentMoved(
            appointment_at=named_at,
            previous_at=state.appointment_at,
            reason=command.reason,
            term=term,
        )
    )
