"""The sentences of a dossier's story that tell of time: stops, lapses, other calendars, and the apology."""

from typing import assert_never

from dossiers import stop_events as s
from dossiers.apology_events import ApologyWeighed, AppointmentMoved, Finding
from dossiers.calendar_events import CalendarChanged, CalendarMove
from dossiers.events import AnswerLapsed, ClockPaused, ClockResumed, DeadlineMoved
from dossiers.phrases import instant_words, notice_words, subject_words, task_words, term_words
from dossiers.procedure import Procedure
from dossiers.stops import StopReason

_STOPS: dict[StopReason, str] = {
    StopReason.SUPPLEMENT: "chờ bổ sung hồ sơ",
    StopReason.PAYMENT: "chờ nộp tiền",
    StopReason.ATTENDANCE: "chờ người nộp có mặt",
    StopReason.FORCE_MAJEURE: "bất khả kháng",
    StopReason.SUSPENSION: "tạm đình chỉ",
}
_OWED: dict[StopReason, str] = {
    StopReason.SUPPLEMENT: "bổ sung hồ sơ",
    StopReason.PAYMENT: "nộp tiền",
    StopReason.ATTENDANCE: "có mặt",
}
_FINDINGS: dict[Finding, str] = {
    Finding.FITS: "các bước còn lại vẫn kịp; nhắc người đang giữ việc",
    Finding.LEG_OVERDUE: "có chặng đã quá hạn",
    Finding.NO_LONGER_FITS: "thời hạn các bước còn lại không còn vừa",
    Finding.OVERDUE: "đã quá hạn mà trước đó không có ngày nào để xin lỗi",
}


def told_of_stops(event: s.StopEvent, procedure: Procedure, who: str) -> str:
    match event:
        case s.AttendanceRequired():
            work = task_words(procedure, event.task)
            return f"{who} mời người nộp có mặt lúc {instant_words(event.attend_at)} cho {work}"
        case s.DossierSuspended():
            return f"{who} tạm dừng giải quyết hồ sơ vì {_STOPS[event.reason]}"
        case s.StandstillEnded():
            return f"{who} ghi nhận đã hết lý do tạm dừng ({_STOPS[event.reason]})"
        case s.StopNoticeSent():
            return f"{who} đã báo người nộp biết thời hạn đang dừng"
        case s.ViolationRecorded():
            named = instant_words(event.appointment_at)
            return f"{who} ghi nhận vi phạm: đã hẹn lại lần thứ hai, sang {named}; ngày hẹn không đổi"
        case _:
            assert_never(event)


def told_of_time(event: AnswerLapsed | ClockPaused | ClockResumed | DeadlineMoved, procedure: Procedure) -> str:
    match event:
        case AnswerLapsed():
            awaited = _OWED.get(event.awaited, _STOPS[event.awaited])
            return f"Quá hạn {instant_words(event.due_at)} mà người nộp chưa {awaited}{notice_words(event.notice)}"
        case ClockPaused():
            stopped = ", ".join(subject_words(procedure, subject) for subject in event.subjects)
            told = f"; phải báo người nộp{term_words(event.notice)}" if event.notice is not None else ""
            return f"Tạm dừng thời hạn của {stopped} vì {_STOPS[event.reason]} ({event.basis}){told}"
        case ClockResumed():
            terms = event.terms.items()
            running = "; ".join(f"{subject_words(procedure, subject)}{term_words(term)}" for subject, term in terms)
            return f"Tính tiếp thời hạn: {running}"
        case DeadlineMoved():
            terms = event.terms.items()
            moved = "; ".join(f"{subject_words(procedure, subject)}{term_words(term)}" for subject, term in terms)
            return f"Gia hạn thêm {event.extension} ({event.basis}): {moved}"
        case _:
            assert_never(event)


def told_of_the_calendar(event: CalendarChanged, procedure: Procedure) -> str:
    decision = f" ({event.decision})" if event.decision else ""
    told = f"Lịch làm việc đổi từ {event.previous} sang {event.change.version}{decision}"
    moves = "; ".join(_move_words(move, procedure) for move in event.moves)
    return f"{told}: {moves}" if moves else f"{told}: không hạn nào thay đổi"


def _move_words(move: CalendarMove, procedure: Procedure) -> str:
    subject = subject_words(procedure, move.subject)
    if move.before == move.after:
        return f"{subject} giữ nguyên {instant_words(move.before)}"
    return f"{subject} từ {instant_words(move.before)} sang {instant_words(move.after)}"


def told_of_the_apology(event: ApologyWeighed | AppointmentMoved, procedure: Procedure, who: str) -> str:
    match event:
        case ApologyWeighed(late=None):
            return f"Xem trước hẹn trả {instant_words(event.promise_at)}: {_FINDINGS[event.finding]}"
        case ApologyWeighed(late=late) if late is not None:
            told = "".join(notice_words(notice) for notice in event.notices)
            whose = f"phải xin lỗi vì chậm ở {task_words(procedure, late)}{told}"
            return f"Xem trước hẹn trả {instant_words(event.promise_at)}: {_FINDINGS[event.finding]}; {whose}"
        case AppointmentMoved():
            before, after = instant_words(event.previous_at), instant_words(event.appointment_at)
            told = f"thời hạn ban đầu không đổi{notice_words(event.notice)}"
            return f"{who} xin lỗi và hẹn lại từ {before} sang {after}; {told}"
        case _:
            raise AssertionError(event)
