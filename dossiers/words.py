"""A dossier's story in plain Vietnamese: one sentence for every event, a word for every status and deadline.

Told from the record and the procedure alone. It names parts played, agencies and papers by their codes and labels; what
people wrote and who the applicant is stay in the store.
"""

from datetime import datetime
from typing import assert_never

from dossiers import events as e
from dossiers import stop_events as s
from dossiers.apology_events import ApologyWeighed, AppointmentMoved
from dossiers.bundle_events import SubDossierOpened, SubDossierReported
from dossiers.calendar_events import CalendarChanged
from dossiers.dispatches import DispatchesResumed, DispatchEvent, DispatchParked, DispatchReceived
from dossiers.documents import DocumentsAttached
from dossiers.escalation import APOLOGY
from dossiers.hand_over_events import DossierReleased, HandOverAccepted, HandOverRecalled, HandOverRefused
from dossiers.paper_words import told_of_documents
from dossiers.payment_events import ChargeWaived, PaymentConfirmed, PaymentEvent, PaymentRequested
from dossiers.phrases import (
    actor_words,
    grade_words,
    instant_words,
    notice_words,
    outcome_words,
    rung_words,
    seat_words,
    step_of,
    step_words,
    subject_words,
    task_words,
    term_words,
)
from dossiers.procedure import OnTimeout, Procedure, SupplementPolicy
from dossiers.state import Clock, DossierStatus
from dossiers.time_story import told_of_stops, told_of_the_apology, told_of_the_calendar, told_of_time
from dossiers.values import Result

_STATUSES: dict[DossierStatus, str] = {
    DossierStatus.NEW: "Chưa nộp",
    DossierStatus.FILED: "Mới nộp",
    DossierStatus.ACCEPTED: "Đã tiếp nhận",
    DossierStatus.REFUSED_AT_INTAKE: "Không được tiếp nhận",
    DossierStatus.PROCESSING: "Đang xử lý",
    DossierStatus.AWAITING_SUPPLEMENT: "Chờ người nộp bổ sung",
    DossierStatus.AWAITING_PAYMENT: "Chờ người nộp thực hiện nghĩa vụ tài chính",
    DossierStatus.AWAITING_ATTENDANCE: "Chờ người nộp có mặt",
    DossierStatus.SUSPENDED: "Tạm dừng giải quyết",
    DossierStatus.WITHDRAWN: "Người nộp đã rút hồ sơ",
    DossierStatus.DECIDED: "Đã có kết quả",
    DossierStatus.RETURNED: "Đã trả kết quả",
}
_WAIVERS = {"exempted": "được miễn", "deferred": "được ghi nợ"}
_POLICIES: dict[SupplementPolicy, str] = {
    SupplementPolicy.RESTART: "khi đủ hồ sơ, thời hạn tính lại từ đầu",
    SupplementPolicy.RESUME: "khi đủ hồ sơ, thời hạn tính tiếp",
    SupplementPolicy.EXTEND: "thời hạn được gia hạn, không tạm dừng",
}
_SILENCES: dict[OnTimeout, str] = {
    OnTimeout.NOTIFY_HEAD: "hồ sơ đi tiếp không có ý kiến",
    OnTimeout.DEEMED_CONSENT: "coi là đã đồng ý",
    OnTimeout.ESCALATE: "tiếp tục chờ",
    OnTimeout.BLOCK: "tiếp tục chờ",
}
_RESULTS: dict[Result, str] = {
    "granted": "kết quả giải quyết",
    "partial": "kết quả giải quyết một phần",
    "refused": "kết quả là từ chối giải quyết",
}
_OPINIONS = {"consent": "đồng ý", "object": "không đồng ý", "comment": "có ý kiến"}
_CANCELLED = {
    "rework": "làm lại",
    "refusal": "hồ sơ bị từ chối",
    "withdrawal": "người nộp rút",
    "recall": "thu hồi",
    "not_owed": "không còn phải xin lỗi lúc này",
}
_LIFTED = {
    "act_in_time": "việc đã làm đúng hạn",
    "calendar": "theo lịch mới thì chưa quá hạn",
    "weighed_again": "sẽ xem lại",
}


def status_words(status: DossierStatus) -> str:
    """The status as the applicant reads it."""
    return _STATUSES[status]


def deadline_words(clock: Clock | None, at: datetime) -> str:
    """How a deadline stands at an instant."""
    if clock is None:
        return "không có thời hạn"
    if clock.is_ended:
        return "đã kết thúc"
    due = clock.term.due_at
    if due is None:
        return "đang tạm dừng"
    if at > due:
        return f"quá hạn từ {instant_words(due)}"
    warned = any(rung.code in clock.fired for rung in clock.term.rungs if rung.code != APOLOGY)
    return f"{'sắp hết hạn' if warned else 'còn hạn'}: {instant_words(due)}"


def story(record: e.Record, procedure: Procedure) -> str:
    """What the record says, as one sentence."""
    who = actor_words(record.actor)
    told = _told(record.event, procedure, who)
    return f"{told}{_lateness(record)}."


def _lateness(record: e.Record) -> str:
    if record.evidence is not None:
        return f" (nhập muộn lúc {instant_words(record.recorded_at)}, có chứng cứ giấy)"
    if instant_words(record.occurred_at) != instant_words(record.recorded_at):
        return f" (ghi nhận lúc {instant_words(record.recorded_at)})"
    return ""


def _told(event: e.AnyEvent, procedure: Procedure, who: str) -> str:
    match event:
        case (
            e.DossierFiled()
            | e.DossierAccepted()
            | e.DossierRefused()
            | e.ResultDecided()
            | e.ResultReturned()
            | e.DossierWithdrawn()
        ):
            return _told_of_the_course(event, procedure, who)
        case ApologyWeighed() | AppointmentMoved():
            return told_of_the_apology(event, procedure, who)
        case e.FactsRecorded():
            labels = {fact.name: fact.label for fact in procedure.facts}
            named = ", ".join(labels.get(name, name) for name in event.facts)
            return f"{who} ghi nhận thông tin: {named}"
        case DocumentsAttached():
            return told_of_documents(event, procedure, who)
        case e.SupplementRequested() | e.SupplementReceived():
            return _told_of_the_applicant(event, procedure, who)
        case PaymentRequested() | PaymentConfirmed() | ChargeWaived():
            return _told_of_money(event, who)
        case (
            s.AttendanceRequired()
            | s.DossierSuspended()
            | s.StandstillEnded()
            | s.StopNoticeSent()
            | s.ViolationRecorded()
        ):
            return told_of_stops(event, procedure, who)
        case e.AnswerLapsed() | e.ClockPaused() | e.ClockResumed() | e.DeadlineMoved():
            return told_of_time(event, procedure)
        case CalendarChanged():
            return told_of_the_calendar(event, procedure)
        case DispatchReceived() | DispatchParked() | DispatchesResumed():
            return _told_of_lines(event, who)
        case e.RungReached() | e.EscalationLifted() | e.ReminderSent() | e.NoticeAcknowledged():
            return _told_of_notices(event, procedure, who)
        case SubDossierOpened() | SubDossierReported():
            return _told_of_the_bundle(event, procedure)
        case _:
            return _told_of_work(event, procedure, who)


def _told_of_work(
    event: e.TaskOpened
    | e.TaskAssigned
    | e.TaskCompleted
    | e.TaskCancelled
    | e.StepSkipped
    | e.WorkSentBack
    | DossierReleased
    | HandOverAccepted
    | HandOverRefused
    | HandOverRecalled
    | e.ConsultationAnswered
    | e.ConsultationLapsed,
    procedure: Procedure,
    who: str,
) -> str:
    match event:
        case e.TaskOpened():
            return f"Mở {task_words(procedure, event.task)} tại {seat_words(event.seat)}{term_words(event.term)}"
        case e.TaskAssigned():
            return f"{who} giao {task_words(procedure, event.task)} cho cán bộ {event.officer}"
        case e.TaskCompleted():
            outcome = outcome_words(procedure, event.task, event.outcome)
            return f"{who} kết thúc {task_words(procedure, event.task)}: {outcome}{grade_words(event.grade)}"
        case e.TaskCancelled():
            return f"Hủy {task_words(procedure, event.task)} vì {_CANCELLED[event.cause]}"
        case e.StepSkipped():
            return f"Bỏ qua bước {step_words(procedure, event.step)} vì không áp dụng"
        case e.WorkSentBack():
            back, target = task_words(procedure, event.task), step_words(procedure, event.to)
            return f"{who} trả lại từ {back} để làm lại từ bước {target}"
        case DossierReleased():
            return f"Hồ sơ rời {seat_words(event.sender)}, chuyển đến {seat_words(event.receiver)}"
        case HandOverAccepted():
            target = step_words(procedure, step_of(event.task))
            return f"{who} nhận bàn giao hồ sơ cho bước {target}{grade_words(event.grade)}"
        case HandOverRefused():
            return f"{who} không nhận bàn giao, hồ sơ trở lại nơi gửi"
        case HandOverRecalled():
            return f"{who} thu hồi hồ sơ đã chuyển"
        case e.ConsultationAnswered():
            effect = "" if event.counted else "; trả lời muộn, chỉ ghi nhận"
            return f"{who} trả lời ý kiến: {_OPINIONS[event.outcome]}{grade_words(event.grade)}{effect}"
        case e.ConsultationLapsed():
            due, meaning = instant_words(event.due_at), _SILENCES[event.on_timeout]
            work = task_words(procedure, event.task)
            return f"Hết hạn {due} không có trả lời cho {work}: {meaning} ({event.basis}){notice_words(event.notice)}"
        case _:
            assert_never(event)


def _told_of_the_bundle(event: SubDossierOpened | SubDossierReported, procedure: Procedure) -> str:
    part = step_words(procedure, step_of(event.task))
    match event:
        case SubDossierOpened():
            return f"Lập hồ sơ con {part} theo thủ tục {event.procedure}"
        case SubDossierReported(stage="received"):
            until = f", hẹn trả {instant_words(event.promise_at)}" if event.promise_at is not None else ""
            return f"Hồ sơ con {part} được tiếp nhận với mã số {event.number}{until}"
        case SubDossierReported(stage="decided", result=result) if result is not None:
            return f"Hồ sơ con {part} ({event.number}) có {_RESULTS[result]}"
        case SubDossierReported(stage="returned"):
            return f"Kết quả của hồ sơ con {part} ({event.number}) đã trả cho người nộp"
        case SubDossierReported():
            return f"Hồ sơ con {part} ({event.number}) được rút"


def _told_of_the_applicant(event: e.SupplementRequested | e.SupplementReceived, procedure: Procedure, who: str) -> str:
    titles = {one.code: one.title for one in procedure.components}
    match event:
        case e.SupplementRequested():
            papers = ", ".join(titles.get(code, code) for code in event.components)
            what = f": {papers}" if papers else ""
            until = f", trả lời trước {instant_words(event.answer_by)}" if event.answer_by is not None else ""
            late = "; yêu cầu muộn hơn thời hạn thông báo" if event.beyond_notice else ""
            return f"{who} yêu cầu bổ sung hồ sơ{what}{until}; {_POLICIES[event.policy]}{late}"
        case e.SupplementReceived():
            papers = ", ".join(titles.get(code, code) for code in event.components)
            return f"{who} bổ sung hồ sơ{f': {papers}' if papers else ''}"
        case _:
            assert_never(event)


def _told_of_money(event: PaymentEvent, who: str) -> str:
    match event:
        case PaymentRequested():
            notices = ", ".join(f"{one.code} {_dong(one.amount)}" for one in event.charges)
            until = f", nộp trước {instant_words(event.answer_by)}" if event.answer_by is not None else ""
            return f"{who} giao thông báo nộp tiền: {notices}{until}"
        case PaymentConfirmed():
            part = f" {_dong(event.amount)} của" if event.amount is not None else ""
            return f"{who} xác nhận đã nộp{part} khoản {event.charge}{_still_owed(event.outstanding) or '; đã nộp đủ'}"
        case ChargeWaived():
            return f"{who} ghi nhận khoản {event.charge} {_WAIVERS[event.ground]}{_still_owed(event.outstanding)}"
        case _:
            assert_never(event)


def _still_owed(outstanding: tuple[str, ...]) -> str:
    return f"; còn {', '.join(outstanding)}" if outstanding else ""


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")


def _told_of_the_course(event: e.CourseEvent, procedure: Procedure, who: str) -> str:
    match event:
        case e.DossierFiled():
            return f"{who} nộp hồ sơ {event.number}: {procedure.title}"
        case e.DossierAccepted():
            return f"{who} tiếp nhận hồ sơ, cấp giấy hẹn trả kết quả{term_words(event.promise)}"
        case e.DossierRefused():
            return f"{who} từ chối tiếp nhận hồ sơ"
        case e.ResultDecided():
            return f"Có {_RESULTS[event.result]}{grade_words(event.grade)}"
        case e.ResultReturned():
            return f"{who} trả kết quả cho người nộp; hồ sơ kết thúc"
        case e.DossierWithdrawn():
            return f"{who} rút hồ sơ; hồ sơ kết thúc"
        case _:
            assert_never(event)


def _told_of_notices(
    event: e.RungReached | e.EscalationLifted | e.ReminderSent | e.NoticeAcknowledged, procedure: Procedure, who: str
) -> str:
    match event:
        case e.RungReached():
            rung, subject = rung_words(procedure, event.subject, event.rung), subject_words(procedure, event.subject)
            seen = "; cảnh báo trước chưa được xác nhận" if event.previous_acknowledged is False else ""
            return f"Cảnh báo {rung} của {subject}{notice_words(event.notice)}{seen}"
        case e.EscalationLifted():
            rungs = ", ".join(rung_words(procedure, event.subject, code) for code in event.rungs)
            return f"Gỡ cảnh báo {rungs} của {subject_words(procedure, event.subject)} vì {_LIFTED[event.ground]}"
        case e.ReminderSent():
            return f"{who} đôn đốc {task_words(procedure, event.task)}{notice_words(event.notice)}"
        case e.NoticeAcknowledged():
            return f"{who} xác nhận đã xem thông báo"
        case _:
            assert_never(event)


def _told_of_lines(event: DispatchEvent, who: str) -> str:
    match event:
        case DispatchReceived():
            return f"Hệ thống của {event.line} ký nhận bản tin về sự kiện {event.event}"
        case DispatchParked():
            return (
                f"Chưa gửi được cho hệ thống của {event.line}; {len(event.events)} bản tin tạm để lại chờ người xử lý"
            )
        case DispatchesResumed():
            return f"{who} cho gửi tiếp các bản tin tới hệ thống của {event.line}"
        case _:
            assert_never(event)
