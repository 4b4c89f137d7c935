"""Stops that are neither a supplement nor a payment: presence, force majeure, suspension; and telling the applicant.

Each rests on a ground that the decree or the procedure declares, and on evidence kept as a text. While the whole stands
still nobody works on it: its tasks wait, a transfer under way too. A part of it has a clock of its own and goes on;
what it reports meanwhile is written down, and ends its task when the whole goes on.
"""

from dossiers import commands as c
from dossiers import stop_events as s
from dossiers.bundles import end_settled_parts
from dossiers.closing import lift
from dossiers.draft import Draft
from dossiers.errors import AppointmentInvalid, DossierDecided, NothingAwaited, WrongAct
from dossiers.instants import floor_to_second
from dossiers.standstill import pause, require_no_wait, resume
from dossiers.state import Task
from dossiers.stops import StopReason
from dossiers.values import PROMISE, STOP_NOTICE

#: What an act of its own ends; the answer and the money end the others.
_ENDED_BY_ACT = (StopReason.ATTENDANCE, StopReason.FORCE_MAJEURE, StopReason.SUSPENSION)


def require_attendance(draft: Draft, command: c.RequireAttendance, task: Task) -> None:
    """The applicant must come: the clock stops until he was there."""
    if not task.steers:
        raise WrongAct(task=task.key, act="require_attendance")
    basis = _basis(draft, StopReason.ATTENDANCE)
    attend_at = floor_to_second(command.attend_at)
    if attend_at <= draft.occurred_at:
        message = "Giờ mời người nộp có mặt phải ở phía trước."
        raise AppointmentInvalid(message, attend_at=attend_at.isoformat())
    draft.add(s.AttendanceRequired(task=task.key, reason=command.reason, attend_at=attend_at))
    pause(draft, (task.key,), StopReason.ATTENDANCE, basis, command.reason)


def suspend(draft: Draft, command: c.SuspendDossier) -> None:
    """Everything stands still, by force majeure or by decision; for a promise missed before, the apology is owed on."""
    reason = StopReason(command.ground)
    basis = _basis(draft, reason)
    live = tuple(task.key for task in draft.state.live_tasks() if task.work != "apology")
    draft.add(s.DossierSuspended(reason=command.ground, tasks=live, evidence=command.evidence))
    pause(draft, live, reason, basis, command.evidence)


def _basis(draft: Draft, reason: StopReason) -> str:
    """The ground on which the clock may stop now."""
    if draft.state.result is not None:
        raise DossierDecided(result=draft.state.result)
    if PROMISE not in draft.state.clocks:
        message = "Hồ sơ chưa được tiếp nhận nên chưa có thời hạn để dừng."
        raise NothingAwaited(message)
    require_no_wait(draft)
    ground = draft.stop_ground(reason)
    if ground is None:
        message = "Không có căn cứ nào cho phép dừng thời hạn vì lý do này."
        raise WrongAct(message, reason=reason)
    return ground.basis.citation


def resume_dossier(draft: Draft, command: c.ResumeDossier) -> None:
    """What was waited for has come: time counts on where it stood."""
    awaited = draft.state.awaited
    if awaited is None or awaited.what not in _ENDED_BY_ACT:
        raise NothingAwaited(awaited="attendance, force_majeure, suspension")
    draft.add(s.StandstillEnded(task=awaited.task, reason=awaited.what, evidence=command.evidence))
    resume(draft, awaited)
    end_settled_parts(draft)


def send_stop_notice(draft: Draft, command: c.SendStopNotice) -> None:
    """The applicant was told; due by the closing of the day on which the clock stopped."""
    clock = draft.state.clocks.get(STOP_NOTICE)
    if clock is None or clock.is_ended:
        raise NothingAwaited(awaited=STOP_NOTICE)
    draft.add(s.StopNoticeSent(evidence=command.evidence))
    lift(draft, STOP_NOTICE)
