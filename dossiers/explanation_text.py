"""An explanation of a deadline in plain Vietnamese, for the receipt, the tooltip and whoever asks "vì sao?"."""

from collections.abc import Iterator
from typing import assert_never

from dossiers.explanation import Explanation, StopAccount, StopEffect
from dossiers.limits import Counting, LimitUnit
from dossiers.passages import Passage, PassageKind
from dossiers.stops import Extend, Restart, Resume, Stop, StopReason
from dossiers.wording import (
    amount_in_words,
    day_in_words,
    days_in_words,
    limit_in_words,
    moment_in_words,
    years_in_words,
)

_REASONS = {
    StopReason.SUPPLEMENT: "chờ bổ sung hồ sơ",
    StopReason.PAYMENT: "chờ thực hiện nghĩa vụ tài chính",
    StopReason.ATTENDANCE: "chờ người nộp có mặt",
    StopReason.FORCE_MAJEURE: "sự kiện bất khả kháng",
    StopReason.SUSPENSION: "tạm đình chỉ theo quyết định",
}


def in_words(explanation: Explanation) -> tuple[str, ...]:
    """The explanation, one sentence a line."""
    return tuple(_sentences(explanation))


def _sentences(told: Explanation) -> Iterator[str]:
    received, limit = moment_in_words(told.received), limit_in_words(told.limit)
    yield f"Tiếp nhận lúc {received}; thời hạn {limit}, theo lịch {told.calendar}."
    for account in told.stops:
        yield _stop(account)
    if told.counted_limit != told.limit:
        yield f"Thời hạn sau khi gia hạn: {limit_in_words(told.counted_limit)}."
    yield from _beginning(told)
    counted = [_counted(told, passage) for passage in told.passages if passage.kind is PassageKind.COUNTED]
    if counted:
        yield f"Đã tính: {'; '.join(counted)}."
    skipped = [_skipped(passage) for passage in told.passages if passage.kind in _SKIPPED]
    if skipped:
        yield f"Không tính: {'; '.join(skipped)}."
    yield from _ending(told)
    if told.provisional_years:
        yield f"Lịch năm {years_in_words(told.provisional_years)} là dự kiến, chưa có quyết định nghỉ lễ, hoán đổi."
    if told.unverified_years:
        yield f"Lịch năm {years_in_words(told.unverified_years)} chưa đối chiếu với thông báo của năm đó."
    if told.basis:
        yield f"Căn cứ: {'; '.join(told.basis)}."


_SKIPPED = (PassageKind.OFF, PassageKind.STOPPED)


def _beginning(told: Explanation) -> Iterator[str]:
    if told.counted_from is None:
        return
    if told.counted_from != told.received:
        yield f"Tính lại từ đầu, như tiếp nhận lúc {moment_in_words(told.counted_from)}."
    waited = [passage for passage in told.passages if passage.kind is PassageKind.RECEIPT]
    if not waited:
        return
    yield f"Không tính ngày tiếp nhận ({days_in_words(waited[0])})."
    if waited[0].last > told.counted_from.date() and told.cutoff is not None:
        yield (
            f"Tiếp nhận sau {told.cutoff.isoformat('minutes')} hoặc vào ngày nghỉ thì coi như tiếp nhận "
            f"ngày làm việc tiếp theo, {day_in_words(waited[0].last)}."
        )


def _ending(told: Explanation) -> Iterator[str]:
    if told.due is None:
        assert told.remaining is not None, "a deadline without a due instant has something left"
        yield f"Đồng hồ đang dừng; còn lại {amount_in_words(told.remaining.unit, told.remaining.value)}."
        return
    if any(passage.kind is PassageKind.LAST for passage in told.passages) and told.limit.unit is LimitUnit.DAY:
        yield "Ngày cuối cùng là ngày nghỉ nên thời hạn kết thúc vào ngày làm việc tiếp theo."
    if told.counting is Counting.PROMISE:
        yield f"Hết hạn khi hết giờ làm việc, lúc {moment_in_words(told.due)}."
    else:
        yield f"Hết hạn lúc {moment_in_words(told.due)}."


def _stop(account: StopAccount) -> str:
    stop = account.stop
    match account.effect:
        case StopEffect.TAKEN:
            return f"{_what(stop)}."
        case StopEffect.FORGOTTEN:
            return f"{_what(stop)}; không còn tác dụng vì sau đó tính lại từ đầu."
        case StopEffect.NONE:
            return f"{_what(stop)}; không làm thay đổi thời hạn."
        case _:
            assert_never(account.effect)


def _what(stop: Stop) -> str:
    why = f" ({_REASONS[stop.reason]})" if stop.reason else ""
    until = f" đến {moment_in_words(stop.end)}" if stop.end else ", chưa kết thúc"
    span = f"từ {moment_in_words(stop.start)}{until}"
    match stop.policy:
        case Resume():
            return f"Tạm dừng {span}{why}, sau đó tính tiếp"
        case Restart():
            return f"Tạm dừng {span}{why}, sau đó tính lại từ đầu"
        case Extend(by=by):
            return f"Gia hạn thêm {limit_in_words(by)} từ {moment_in_words(stop.start)}{why}"
        case _:
            assert_never(stop.policy)


def _counted(told: Explanation, passage: Passage) -> str:
    why = f", {passage.reason}" if passage.reason else ""
    return f"{days_in_words(passage)} ({amount_in_words(told.unit, passage.amount)}{why})"


def _skipped(passage: Passage) -> str:
    why = "tạm dừng" if passage.kind is PassageKind.STOPPED else passage.reason
    return f"{days_in_words(passage)} ({why})"
