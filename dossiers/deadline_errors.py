"""What the legal clock refuses, each refusal with the stable code that the command line, HTTP and logs share.

DeadlineError
├── UnknownCalendar   unknown-calendar   no published calendar bears this version
├── BadInstant        bad-instant        not a whole second of a named day
├── BadLimit          bad-limit          not a number of wd, d, wh or h
├── UnitNotAllowed    unit-not-allowed   the counting rule does not know this unit
├── BadStop           bad-stop           a stop that ends before it begins, or an unknown policy
├── BeyondCalendar    beyond-calendar    the calendar does not reach that far
└── BadRequest        bad-request        anything else wrong in a question to the clock
"""

from typing import ClassVar


class DeadlineError(ValueError):
    """Không tính được thời hạn."""

    code: ClassVar[str] = "deadline"

    def __init__(self, given: object = "") -> None:
        """Say what is wrong, and with what that was given."""
        super().__init__(f"{self.__doc__} ({given})" if given else self.__doc__)


class UnknownCalendar(DeadlineError):
    """Không có lịch làm việc mang phiên bản này."""

    code = "unknown-calendar"


class BadInstant(DeadlineError):
    """Thời điểm phải có ngày, giờ và tròn giây."""

    code = "bad-instant"


class BadLimit(DeadlineError):
    """Thời hạn phải là một số có không quá hai chữ số thập phân, kèm wd, d, wh hoặc h; 0d không có nghĩa."""

    code = "bad-limit"


class UnitNotAllowed(DeadlineError):
    """Cách tính này không dùng đơn vị thời gian ấy."""

    code = "unit-not-allowed"


class BadStop(DeadlineError):
    """Lần dừng phải kết thúc sau khi bắt đầu và theo resume, restart hoặc extend cùng đơn vị với thời hạn."""

    code = "bad-stop"


class BeyondCalendar(DeadlineError):
    """Lịch làm việc không có ngày này."""

    code = "beyond-calendar"


class BadRequest(DeadlineError):
    """Không đọc được yêu cầu tính thời hạn."""

    code = "bad-request"
