"""What has happened to a clock beside supplement and payment: why it stands still, and whether the applicant was told.

The applicant must attend (NĐ 61/2018/NĐ-CP, Điều 19.3), something prevents everybody, or a decision suspends the whole.
"""

from typing import Literal

from dossiers.stops import StopReason
from dossiers.texts import TextRef
from dossiers.values import Instant, TaskKey, Value

#: What makes a whole dossier stand still: nobody works on it, and nobody is charged.
WholeStop = Literal[StopReason.FORCE_MAJEURE, StopReason.SUSPENSION]


class AttendanceRequired(Value):
    """The applicant must be present: time, place, participants and content stand in the reason."""

    kind: Literal["attendance.required"] = "attendance.required"
    task: TaskKey
    reason: TextRef
    attend_at: Instant


class DossierSuspended(Value):
    """The whole dossier stands still, on this evidence."""

    kind: Literal["dossier.suspended"] = "dossier.suspended"
    reason: WholeStop
    tasks: tuple[TaskKey, ...]
    evidence: TextRef


class StandstillEnded(Value):
    """What was waited for has come: the applicant was there, the obstacle or the decision is gone."""

    kind: Literal["standstill.ended"] = "standstill.ended"
    task: TaskKey
    reason: StopReason
    evidence: TextRef


class StopNoticeSent(Value):
    """The applicant was told that the clock stands still, and why."""

    kind: Literal["stop_notice.sent"] = "stop_notice.sent"
    evidence: TextRef | None = None


class ViolationRecorded(Value):
    """Something unlawful happened outside and was entered from paper: it changes no date, and it is not forgotten."""

    kind: Literal["violation.recorded"] = "violation.recorded"
    rule: Literal["second-reappointment"]
    appointment_at: Instant
    reason: TextRef


StopEvent = AttendanceRequired | DossierSuspended | StandstillEnded | StopNoticeSent | ViolationRecorded
