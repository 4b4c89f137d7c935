"""What clocks and ledgers show, in plain Vietnamese: one word for every state, phase and kind of time."""

from dossiers.clocks import ClockState
from dossiers.slices import Phase, SliceKind
from dossiers.stops import StopReason
from dossiers.wording import length_in_words

_STATES: dict[ClockState, str] = {
    ClockState.WITHIN: "trong hạn",
    ClockState.NEAR: "sắp đến hạn",
    ClockState.OVERDUE: "quá hạn",
    ClockState.STOPPED: "tạm dừng",
    ClockState.STOPPED_OVERDUE: "đang chờ, đã quá hạn từ trước",
    ClockState.ENDED_EARLY: "xong trước hạn",
    ClockState.ENDED_ON_TIME: "xong đúng hạn",
    ClockState.ENDED_LATE: "xong quá hạn",
    ClockState.ENDED: "không còn tính",
}
_PHASES: dict[Phase, str] = {
    Phase.INTAKE: "tiếp nhận",
    Phase.PROCESSING: "giải quyết",
    Phase.RETURN: "trả kết quả",
}
_KINDS: dict[SliceKind, str] = {
    SliceKind.RUNNING: "đang tính",
    SliceKind.STOPPED: "tạm dừng",
    SliceKind.OFF_HOURS: "ngoài giờ làm việc",
    SliceKind.ENGINE: "hệ thống chậm",
    SliceKind.LATE_ENTRY: "nhập muộn từ giấy",
}
_REASONS: dict[StopReason, str] = {
    StopReason.SUPPLEMENT: "chờ bổ sung hồ sơ",
    StopReason.PAYMENT: "chờ thực hiện nghĩa vụ tài chính",
    StopReason.ATTENDANCE: "chờ người nộp có mặt",
    StopReason.FORCE_MAJEURE: "sự kiện bất khả kháng",
    StopReason.SUSPENSION: "tạm đình chỉ theo quyết định",
}


def clock_words(state: ClockState, reason: StopReason | None = None) -> str:
    """How a clock stands, and why it stands still."""
    return f"{_STATES[state]}: {_REASONS[reason]}" if reason is not None else _STATES[state]


def phase_words(phase: Phase) -> str:
    """A part of a dossier's life."""
    return _PHASES[phase]


def kind_words(kind: SliceKind) -> str:
    """What became of some time."""
    return _KINDS[kind]


def signed_length(seconds: int) -> str:
    """A length that is left, or by how much it is overdrawn."""
    return length_in_words(seconds) if seconds >= 0 else f"quá {length_in_words(-seconds)}"
