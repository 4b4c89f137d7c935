"""What may be wrong with an act on a dossier.

DossierError
├── NotPermitted            not-permitted             the caller may not do this here
├── FilingRejected          filing-rejected           components or facts missing or inadmissible
├── DossierClosed           dossier-closed            nothing more may happen
├── DossierDecided          dossier-decided           too late: the result is decided
├── TaskUnknown             task-unknown              the dossier has no such task
├── TaskNotOpen             task-not-open             completed, cancelled or waiting
├── WrongAct                wrong-act                 this task does not end by this act
├── OutcomeNotAllowed       outcome-not-allowed       this step cannot end like that
├── FactsInvalid            facts-invalid             a fact is missing, unknown or of the wrong type
├── ReasonMissing           reason-missing            a written reason is needed
├── DocumentUnknown         document-unknown          the store has no such document for this caller
├── DocumentUnfit           document-unfit            not what its paper accepts, or not a paper of this procedure
├── FourEyes                four-eyes                 the same officer may not do both
├── ClockStopped            clock-stopped             waiting for the applicant
├── NothingAwaited          nothing-awaited           nobody is waiting for that
├── SupplementSpent         supplement-spent          the one request of this stage is used
├── ReworkSpent             rework-spent              the rework budget is used
├── AppointmentSpent        appointment-spent         a second re-appointment is unlawful
├── AppointmentInvalid      appointment-invalid       the new date is not after the present one
├── ConsultationPending     consultation-pending      an answer is still awaited
├── NoticeUnknown           notice-unknown            the dossier made no such notice
├── AlreadyAcknowledged     already-acknowledged      somebody acknowledged the notice before
├── NothingParked           nothing-parked            no message to that line is parked
├── OfficerUnfit            officer-unfit             the named officer cannot do this task
├── CalendarOutrun          calendar-outrun           the dossier counts by another version meanwhile
└── JournalAhead            journal-ahead             the caller has seen events this state never made

A deadline that cannot be counted raises from the tree of `deadline_errors`. The class's docstring is its default
message in Vietnamese; ``code`` is the one public name, used in HTTP, Temporal, logs and docs alike.
"""

from collections.abc import Sequence
from typing import ClassVar

from dossiers.values import Value


class DossierError(Exception):
    """Yêu cầu không thực hiện được trên hồ sơ này."""

    code: ClassVar[str] = "dossier-error"

    def __init__(self, message: str = "", **particulars: str) -> None:
        self.message = message or (type(self).__doc__ or "")
        self.particulars = particulars
        super().__init__(self.message)


class NotPermitted(DossierError):
    """Người thực hiện không có quyền làm việc này."""

    code = "not-permitted"


class Violation(Value):
    """One thing that is wrong with a filing; ``pointer`` is a JSON pointer into the request."""

    pointer: str
    message: str


class FilingRejected(DossierError):
    """Hồ sơ chưa đủ điều kiện để nộp."""

    code = "filing-rejected"

    def __init__(self, violations: Sequence[Violation]) -> None:
        self.violations = tuple(violations)
        super().__init__(" ".join([self.__doc__ or "", *(one.message for one in violations)]))


class DossierClosed(DossierError):
    """Hồ sơ đã kết thúc, không thể làm gì thêm."""

    code = "dossier-closed"


class DossierDecided(DossierError):
    """Đã có kết quả giải quyết, không thể làm việc này nữa."""

    code = "dossier-decided"


class TaskUnknown(DossierError):
    """Hồ sơ không có công việc này."""

    code = "task-unknown"


class TaskNotOpen(DossierError):
    """Công việc không còn mở."""

    code = "task-not-open"


class WrongAct(DossierError):
    """Công việc này không kết thúc bằng hành vi đó."""

    code = "wrong-act"


class OutcomeNotAllowed(DossierError):
    """Bước này không có kết cục đó."""

    code = "outcome-not-allowed"


class FactsInvalid(DossierError):
    """Thông tin của hồ sơ thiếu hoặc không hợp lệ."""

    code = "facts-invalid"


class ReasonMissing(DossierError):
    """Phải nêu lý do bằng văn bản."""

    code = "reason-missing"


class DocumentUnknown(DossierError):
    """Kho không có tài liệu này, hoặc không phải do người gọi tải lên."""

    code = "document-unknown"


class DocumentUnfit(DossierError):
    """Tài liệu không dùng được cho giấy tờ này."""

    code = "document-unfit"


class FourEyes(DossierError):
    """Một người không được vừa làm bước trước vừa làm bước này."""

    code = "four-eyes"


class ClockStopped(DossierError):
    """Hồ sơ đang chờ người nộp, thời hạn đang tạm dừng."""

    code = "clock-stopped"


class NothingAwaited(DossierError):
    """Hồ sơ không chờ điều này."""

    code = "nothing-awaited"


class SupplementSpent(DossierError):
    """Mỗi giai đoạn chỉ được yêu cầu bổ sung một lần (NĐ 61/2018/NĐ-CP, Điều 11.2c)."""

    code = "supplement-spent"


class ReworkSpent(DossierError):
    """Đã hết số lần trả lại để làm lại bước này."""

    code = "rework-spent"


class AppointmentSpent(DossierError):
    """Chỉ được hẹn lại ngày trả kết quả một lần (NĐ 61/2018/NĐ-CP, Điều 19.9)."""

    code = "appointment-spent"


class AppointmentInvalid(DossierError):
    """Ngày hẹn lại phải sau ngày hẹn hiện tại."""

    code = "appointment-invalid"


class ConsultationPending(DossierError):
    """Còn cơ quan được lấy ý kiến chưa trả lời."""

    code = "consultation-pending"


class NoticeUnknown(DossierError):
    """Hồ sơ không có thông báo này."""

    code = "notice-unknown"


class AlreadyAcknowledged(DossierError):
    """Thông báo đã được xác nhận trước đó."""

    code = "already-acknowledged"


class NothingParked(DossierError):
    """Không có bản tin nào của hồ sơ đang tạm để lại trên đường truyền này."""

    code = "nothing-parked"


class OfficerUnfit(DossierError):
    """Cán bộ được nêu không thể nhận công việc này."""

    code = "officer-unfit"


class CalendarOutrun(DossierError):
    """Hồ sơ đã tính theo phiên bản lịch khác."""

    code = "calendar-outrun"


class JournalAhead(DossierError):
    """Nhật ký có những sự kiện mà quy trình đang chạy không biết."""

    code = "journal-ahead"
