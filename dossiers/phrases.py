"""The small words of a dossier in Vietnamese: who, when, which work, which deadline. Codes and roles, never names."""

from datetime import datetime
from typing import assert_never

from dossiers.deadlines import Grade
from dossiers.escalation import APOLOGY, Notice, NoticeRole, Rung
from dossiers.instants import local
from dossiers.procedure import Procedure, Role
from dossiers.seats import Actor, CallerKind, Seat
from dossiers.terms import Term
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE, StepId, Subject, TaskKey

_ROLES: dict[Role, str] = {
    Role.COUNTER: "Công chức Một cửa",
    Role.OFFICER: "Cán bộ thụ lý",
    Role.APPROVER: "Người phê duyệt",
    Role.UNIT_HEAD: "Trưởng đơn vị",
    Role.AGENCY_HEAD: "Thủ trưởng cơ quan",
    Role.ONE_STOP_HEAD: "Trưởng Bộ phận Một cửa",
    Role.SUPERVISOR: "Người giám sát",
    Role.LATE_ENTRY: "Người nhập muộn",
}
_NOTIFIED: dict[NoticeRole, str] = {
    NoticeRole.HOLDER: "người đang giữ việc",
    NoticeRole.UNIT_HEAD: "trưởng đơn vị",
    NoticeRole.AGENCY_HEAD: "thủ trưởng cơ quan",
    NoticeRole.ONE_STOP_HEAD: "trưởng Bộ phận Một cửa",
    NoticeRole.SUPERVISOR: "người giám sát",
}
_GRADES: dict[Grade, str] = {Grade.EARLY: "trước hạn", Grade.ON_TIME: "đúng hạn", Grade.LATE: "quá hạn"}


#: The rungs of ladders that the decree writes, not the procedure.
_DECREED = {
    "unsent": "Hết ngày chưa báo người nộp",
    "unsent_4h": "Quá 4 giờ làm việc chưa báo người nộp",
    "unsent_1d": "Quá 1 ngày làm việc chưa báo người nộp",
    APOLOGY: "Đến ngày phải xin lỗi nếu sẽ trễ hẹn",
    "unsigned": "Hết ngày chưa ký thư xin lỗi",
    "unsigned_4h": "Quá 4 giờ làm việc chưa ký thư xin lỗi",
    "unsigned_1d": "Quá 1 ngày làm việc chưa ký thư xin lỗi",
}


def instant_words(instant: datetime) -> str:
    """An instant as people read it in Vietnam."""
    return local(instant).strftime("%d/%m/%Y %H:%M")


def role_words(role: Role) -> str:
    """What an officer may do, as people call it."""
    return _ROLES[role]


def actor_words(actor: Actor | None) -> str:
    """Who acted: the part they play, and the code of their agency."""
    if actor is None:
        return "Hệ thống"
    at = f" ({actor.seat.agency})" if actor.seat is not None else ""
    match actor.kind:
        case CallerKind.CITIZEN:
            return "Người nộp hồ sơ"
        case CallerKind.SYSTEM:
            return f"Phần mềm của cơ quan{at}"
        case CallerKind.DOSSIER:
            return "Hồ sơ liên quan"
        case CallerKind.OFFICER:
            part = next((_ROLES[role] for role in actor.roles if role is not Role.LATE_ENTRY), "Cán bộ")
            return f"{part}{at}" if actor.acting_for is None else f"{part} thay người vắng mặt{at}"
        case _:
            assert_never(actor.kind)


def seat_words(seat: Seat) -> str:
    """An agency, by its code."""
    return f"cơ quan {seat.agency}"


def step_words(procedure: Procedure, step: StepId) -> str:
    """A step by the label its author gave it."""
    return f"“{procedure.step(step).label}”"


def step_of(key: Subject) -> StepId:
    """The step that a task belongs to."""
    return StepId(key.partition("#")[0])


def task_words(procedure: Procedure, key: TaskKey) -> str:
    """A task by its step, how often the step was done before, and what of it this is."""
    number, _, part = key.partition("#")[2].partition("/")
    step = step_words(procedure, step_of(key)) + ("" if number == "1" else f" (lần {number})")
    if not part:
        return f"bước {step}"
    if part.startswith("consult-"):
        return f"việc cho ý kiến ở bước {step}"
    if part.startswith("apology"):
        return f"thư xin lỗi vì chậm ở bước {step}"
    return f"việc {'giao' if part.startswith('hand-over') else 'nhận'} hồ sơ cho bước {step}"


def subject_words(procedure: Procedure, subject: Subject) -> str:
    """What a deadline belongs to."""
    if subject == PROMISE:
        return "hẹn trả kết quả"
    if subject == APPOINTMENT:
        return "ngày hẹn lại"
    if subject == STOP_NOTICE:
        return "việc báo người nộp biết thời hạn đang dừng"
    return task_words(procedure, TaskKey(subject))


def outcome_words(procedure: Procedure, key: TaskKey, outcome: str) -> str:
    """How a step ended, in the words of the procedure where it has any."""
    told = {
        "accepted": "tiếp nhận",
        "refused": "từ chối tiếp nhận",
        "returned": "đã trả",
        "paid": "đã nộp đủ",
        "waived": "được miễn hoặc ghi nợ phần còn lại",
        "rework": "trả lại để làm lại",
        "done": "hoàn thành",
        "signed": "đã ký",
    }
    declared = {one.code: one.label for one in procedure.step(step_of(key)).outcomes}
    return declared.get(outcome, told.get(outcome, outcome)).lower()


def rung_words(procedure: Procedure, subject: Subject, code: str) -> str:
    """A rung by the label its author gave it."""
    labels = {**_DECREED, **{rung.code: rung.label for rung in _ladder(procedure, subject)}}
    return f"“{labels.get(code, code)}”"


def _ladder(procedure: Procedure, subject: Subject) -> tuple[Rung, ...]:
    if subject in {PROMISE, APPOINTMENT}:
        names: tuple[str, ...] = ("promise",)
    elif subject == STOP_NOTICE:
        names = ("stop_notice",)
    elif "/apology" in subject:
        names = ("apology",)
    elif "/consult-" in subject:
        names = ("consultation", "default")
    elif "/" in subject:
        names = ("transfer",)
    else:
        names = (procedure.step(step_of(subject)).ladder,)
    return next((procedure.ladders[name] for name in names if name in procedure.ladders), ())


def term_words(term: Term | None) -> str:
    """Until when, with its comma; nothing where no deadline runs."""
    return f", hạn {instant_words(term.due_at)}" if term is not None and term.due_at is not None else ""


def grade_words(grade: Grade | None) -> str:
    """How it was graded, with its comma; nothing where no deadline ran."""
    return f", {_GRADES[grade]}" if grade is not None else ""


def notice_words(notice: Notice | None) -> str:
    """Whom it told, with its semicolon; nothing where nobody was told."""
    return f"; báo {_NOTIFIED[notice.role]} ({notice.agency})" if notice is not None else ""
