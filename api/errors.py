"""What the API itself refuses, before or beside any rule of the dossier.

ApiError
├── RequestInvalid          request-invalid           the request does not have the documented form
├── RequestUnreadable       request-unreadable        the body is not JSON, or not UTF-8
├── RequestTooLarge         request-too-large         the body is larger than one megabyte
├── IdempotencyKeyMissing   idempotency-key-missing   an act needs its Idempotency-Key
├── Unauthenticated         unauthenticated           no key, or not one of ours
├── NotForThisCaller        not-for-this-caller       this kind of caller may not ask for that
├── NotStandingIn           not-standing-in           no absence in force names the caller as that officer's substitute
├── NotFound                not-found                 nothing there, or nothing for this caller
├── RangeUnsatisfiable      range-unsatisfiable       no such bytes in the document
├── MethodNotAllowed        method-not-allowed        another method of HTTP
├── TooManyAttempts         too-many-attempts         too much was tried from one address
├── EngineUnreachable       engine-unreachable        Temporal did not answer
├── ListenerTooSlow         listener-too-slow         too many events wait for this listener
├── ServerStopping          server-stopping           this process ends; another, or its successor, goes on
└── InternalFault           internal-fault            our mistake

The class's docstring is its default message in Vietnamese.
"""

from collections.abc import Sequence
from typing import ClassVar

from dossiers.errors import Violation


class ApiError(Exception):
    """Yêu cầu không thực hiện được."""

    code: ClassVar[str] = "api-error"

    def __init__(self, message: str = "", *, violations: Sequence[Violation] = (), **particulars: str) -> None:
        self.message = message or (type(self).__doc__ or "")
        self.violations = tuple(violations)
        self.particulars = particulars
        super().__init__(self.message)


class RequestInvalid(ApiError):
    """Yêu cầu không đúng mẫu đã công bố."""

    code = "request-invalid"


class RequestUnreadable(ApiError):
    """Không đọc được nội dung yêu cầu: phải là JSON, mã hoá UTF-8."""

    code = "request-unreadable"


class RequestTooLarge(ApiError):
    """Nội dung yêu cầu lớn hơn một megabyte."""

    code = "request-too-large"


class IdempotencyKeyMissing(ApiError):
    """Thiếu tiêu đề Idempotency-Key: mỗi việc cần một khóa chống gửi trùng."""

    code = "idempotency-key-missing"


class Unauthenticated(ApiError):
    """Chưa biết ai gọi: cần khóa API hợp lệ trong tiêu đề Authorization."""

    code = "unauthenticated"


class NotForThisCaller(ApiError):
    """Khóa API này không được dùng cho yêu cầu đó."""

    code = "not-for-this-caller"


class NotStandingIn(ApiError):
    """Bên gọi không phải người thay của cán bộ đó lúc này."""

    code = "not-standing-in"


class NotFound(ApiError):
    """Không tìm thấy."""

    code = "not-found"


class RangeUnsatisfiable(ApiError):
    """Tài liệu không có đoạn nội dung được hỏi."""

    code = "range-unsatisfiable"


class MethodNotAllowed(ApiError):
    """Địa chỉ này không nhận phương thức đó."""

    code = "method-not-allowed"


class TooManyAttempts(ApiError):
    """Đã thử quá nhiều lần từ địa chỉ này; hãy chờ rồi thử lại."""

    code = "too-many-attempts"


class EngineUnreachable(ApiError):
    """Máy chủ quy trình tạm thời không trả lời."""

    code = "engine-unreachable"


class ListenerTooSlow(ApiError):
    """Quá nhiều sự kiện đang chờ bên nghe nhận; nối lại với Last-Event-ID để nghe tiếp."""

    code = "listener-too-slow"


class ServerStopping(ApiError):
    """Tiến trình này sắp dừng; nối lại với Last-Event-ID để nghe tiếp."""

    code = "server-stopping"


class InternalFault(ApiError):
    """Lỗi của hệ thống; đã được ghi lại theo mã yêu cầu."""

    code = "internal-fault"
