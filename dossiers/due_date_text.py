"""The reason for a due date in plain Vietnamese, for whoever asks "vì sao?"; the data stands in `due_dates`."""

from collections.abc import Iterator
from typing import assert_never

from dossiers.calendar_events import MoveTold
from dossiers.due_dates import Counted, DueDate, Named, ToBeSigned, ToBeTold, Transferred
from dossiers.explanation_text import in_words
from dossiers.wording import days_in_words, length_in_words, limit_in_words, moment_in_words


def due_date_in_words(told: DueDate) -> tuple[str, ...]:
    """The reason, one sentence a line."""
    return tuple(_sentences(told))


def _sentences(told: DueDate) -> Iterator[str]:
    why = told.why
    match why:
        case Counted():
            yield from in_words(why.arithmetic)
        case Transferred():
            yield from _transferred(why)
        case ToBeTold():
            yield f"Thời hạn dừng lúc {moment_in_words(why.stopped)}, theo lịch {why.calendar}."
            yield f"Phải báo người nộp trước khi hết ngày ấy: {moment_in_words(why.due)}."
            yield f"Căn cứ: {'; '.join(why.basis)}."
        case ToBeSigned():
            yield f"Phải xin lỗi từ {moment_in_words(why.opened)}, theo lịch {why.calendar}."
            yield f"Thư xin lỗi phải ký trước khi hết ngày ấy: {moment_in_words(why.due)}."
            yield f"Căn cứ: {'; '.join(why.basis)}."
        case Named():
            yield from _named(why)
        case _:
            assert_never(why)
    yield from (_moved(move) for move in told.moves)


def _moved(move: MoveTold) -> str:
    """Both dates side by side."""
    decision = f" ({move.decision})" if move.decision else ""
    told = f"Từ {moment_in_words(move.at)} tính theo lịch {move.version}{decision}"
    if move.before == move.after:
        return f"{told}: lịch mới cho hạn sớm hơn, {moment_in_words(move.counted)}, nên giữ hạn đã hẹn."
    return f"{told}: hạn chuyển từ {moment_in_words(move.before)} sang {moment_in_words(move.after)}."


def _transferred(why: Transferred) -> Iterator[str]:
    cutoff = why.cutoff.isoformat("minutes")
    yield f"Nhận hồ sơ để chuyển lúc {moment_in_words(why.received)}, theo lịch {why.calendar}."
    if why.is_same_day:
        yield f"Nhận trong ngày làm việc, không sau {cutoff}, nên phải chuyển trong ngày."
    else:
        yield f"Nhận sau {cutoff} hoặc vào ngày nghỉ nên chuyển vào đầu ngày làm việc kế tiếp của cả hai bên."
    if why.skipped:
        yield f"Không tính: {'; '.join(f'{days_in_words(day)} ({day.reason})' for day in why.skipped)}."
    if why.grace is not None:
        yield f"Quá hạn khi đã qua {limit_in_words(why.grace)} kể từ giờ mở cửa."
    if why.due is None:
        yield "Đồng hồ đang dừng; khi chạy lại, hạn chuyển tính như vừa nhận hồ sơ."
    else:
        yield f"Hết hạn lúc {moment_in_words(why.due)}."
    yield f"Căn cứ: {'; '.join(why.basis)}."


def _named(why: Named) -> Iterator[str]:
    yield (
        f"Cơ quan đã xin lỗi lúc {moment_in_words(why.named_at)} và hẹn lại: "
        f"từ {moment_in_words(why.previous_at)} sang {moment_in_words(why.named)}."
    )
    for stop in why.stops:
        until = f" đến {moment_in_words(stop.end)}" if stop.end is not None else ", chưa kết thúc"
        yield f"Tạm dừng từ {moment_in_words(stop.start)}{until}; phần còn lại của ngày hẹn được giữ nguyên."
    if why.remaining is not None:
        yield f"Đồng hồ đang dừng; còn lại {length_in_words(why.remaining.value)} làm việc."
    else:
        assert why.due is not None, "a named date runs or stands still"
        yield f"Ngày hẹn trả: {moment_in_words(why.due)}."
    yield "Việc đúng hạn hay quá hạn vẫn tính theo ngày hẹn trả ban đầu."
    yield f"Căn cứ: {'; '.join(why.basis)}."
