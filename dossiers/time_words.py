"""What clocks and ledgers show, in plain Vietnamese: one word for every state, phase and kind of time."""

from dossiers.clocks import ClockFace, ClockKind, ClockState
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
#: Of the notice of a stop: what matters is whether it has left.
_NOTICES: dict[ClockState, str] = {
    ClockState.WITHIN: "chưa báo người nộp",
    ClockState.NEAR: "chưa báo người nộp",
    ClockState.OVERDUE: "chưa báo người nộp, đã quá hạn",
    ClockState.ENDED_EARLY: "đã báo đúng hạn",
    ClockState.ENDED_ON_TIME: "đã báo đúng hạn",
    ClockState.ENDED_LATE: "đã báo muộn",
    ClockState.ENDED: "hết dừng trước khi phải báo",
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


def face_words(face: ClockFace) -> str:
    """How a clock stands, and why it stands still; of a stop's notice, whether it has left."""
    if face.kind is not ClockKind.STOP_NOTICE:
        return clock_words(face.state, face.stopped_for)
    if face.state is ClockState.ENDED_LATE and face.ended_at is None:
        return "hết ngày không báo người nộp"
    return _NOTICES.get(face.state, _STATES[face.state])


def phase_words(phase: Phase) -> str:
    """A part of a dossier's life."""
    return _PHASES[phase]


def kind_words(kind: SliceKind) -> str:
    """What became of some time."""
    return _KINDS[kind]


def signed_length(seconds: int) -> str:
    """A length that is left, or by how much it is overdrawn."""
    return length_in_words(seconds) if seconds >= 0 else f"quá {length_in_words(-seconds)}"
