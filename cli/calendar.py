"""`calendar list|show|preview|publish`: working calendars, and what a later one does to dossiers under way.

`publish` shows first what would move and asks; then the running API carries it out, and this command watches. Stopped
and started again with the same file it goes on watching: a published version never changes.
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated

from cyclopts import App, Parameter
from rich.progress import Progress as Bar
from rich.table import Table

from agencies.calendars import StateCalendarAmendment, read_calendar
from cli.operation import Product, joined, operator_agrees
from cli.report import AsJson, report, table
from commands.calendar_rollout import Moved, Progress, preview, progress_of
from commands.calendars import amended, publish_and_order, violations
from datafiles.faults import Faulty
from dossiers.instants import VIETNAM
from dossiers.procedure import Role
from dossiers.seats import Actor
from dossiers.values import PROMISE, OfficerId
from embedded.failures import EmbeddedFailure
from store.calendars import CalendarRow, list_calendars

app = App(name="calendar", help="Lịch làm việc: xem, xem trước thay đổi, công bố cho các hồ sơ đang mở.")

#: Whoever may run this command on the machine acts for those who supervise it.
OPERATOR = Actor(id=OfficerId("operator"), roles=(Role.SUPERVISOR,))

File = Annotated[Path, Parameter(help="Tệp lịch sửa đổi: version, extends, published_on, decision, days_off, …")]
_SHOWN = 20
_LOOK_EVERY = timedelta(seconds=1)


class CalendarFaulty(EmbeddedFailure):
    """The file says something that cannot be published."""

    code = "calendar-faulty"


class NoSuchCalendar(EmbeddedFailure):
    """No published version bears this name."""

    code = "unknown-calendar"


@app.command(name="list")
async def list_all(*, json: AsJson = False) -> None:
    """Các phiên bản đã công bố, và bao nhiêu hồ sơ đang mở theo mỗi phiên bản."""
    async with joined() as product:
        rows = await _rows(product)
    report(as_json=json).answer(
        [row.model_dump(mode="json") for row in rows],
        table("phiên bản", "sửa", "công bố", "hồ sơ đang mở", "quyết định", rows=[_cells(row) for row in rows]),
    )


@app.command
async def show(version: str, /, *, json: AsJson = False) -> None:
    """Một phiên bản: từ ngày nào đến ngày nào, năm nào tạm tính, và việc chuyển hồ sơ đến đâu."""
    async with joined() as product:
        rows = await _rows(product, version)
        if not rows:
            message = f"Chưa công bố lịch “{version}”."
            raise NoSuchCalendar(message)
        calendar = await product.catalogue.calendar(version)
        progress = await progress_of(product.database, product.catalogue, version)
    days = [
        [f"{one.on:%d/%m/%Y}", "làm việc" if one.periods else "nghỉ", one.reason]
        for one in calendar.exceptions
        if one.on.year in {calendar.last.year - 1, calendar.last.year}
    ]
    answer = {
        **rows[0].model_dump(mode="json"),
        "calendar": calendar.model_dump(mode="json"),
        "progress": progress.model_dump(mode="json") if progress is not None else None,
    }
    span = f"{calendar.first:%d/%m/%Y} đến {calendar.last:%d/%m/%Y}"
    doubts = f"tạm tính: {_years(calendar.provisional_years)}; chưa đối chiếu: {_years(calendar.unverified_years)}"
    told = [_progress_words(progress)] if progress is not None else []
    report(as_json=json).answer(answer, f"{version}: {span}; {doubts}", *told, table("ngày", "", "vì", rows=days))


@app.command(name="preview")
async def preview_file(file: File, /, *, json: AsJson = False) -> None:
    """Hồ sơ đang mở nào đổi hạn, từ lúc nào sang lúc nào; chưa thay đổi gì."""
    amendment = _read(file)
    async with joined() as product:
        stories = [one async for one in _stories(product, amendment)]
    report(as_json=json).answer(_told(amendment, stories), *_shown(stories))


@app.command
async def publish(
    file: File,
    /,
    *,
    yes: Annotated[bool, Parameter(negative="", help="Không hỏi lại.")] = False,
    watch: Annotated[bool, Parameter(negative="", help="Theo dõi đến khi mọi hồ sơ đã chuyển.")] = False,
    json: AsJson = False,
) -> None:
    """Xem trước, hỏi, rồi công bố và chuyển các hồ sơ đang mở; chạy lại thì làm tiếp."""
    amendment, out = _read(file), report(as_json=json)
    async with joined() as product:
        stories = [one async for one in _stories(product, amendment)]
        for sentence in _sentences(stories):
            out.say(sentence)
        operator_agrees(yes=yes)
        async with product.database.transaction() as tx:
            await publish_and_order(product.catalogue, tx, amendment, OPERATOR)
        progress = await (_watched if watch else _looked_at)(product, amendment.version)
    out.answer(
        {**_told(amendment, stories), "progress": progress.model_dump(mode="json")},
        f"Đã công bố {amendment.version}. {_progress_words(progress)}",
    )


def _read(file: Path) -> StateCalendarAmendment:
    try:
        read = read_calendar(file)
    except Faulty as faulty:
        raise CalendarFaulty(str(faulty)) from faulty
    except OSError as missing:
        message = f"Không đọc được {file}: {missing.strerror}."
        raise CalendarFaulty(message) from missing
    if not isinstance(read, StateCalendarAmendment):
        message = f"{file}: phải sửa một phiên bản đã công bố (extends)."
        raise CalendarFaulty(message)
    return read


async def _stories(product: Product, amendment: StateCalendarAmendment) -> AsyncIterator[Moved]:
    faults = await violations(product.catalogue, amendment)
    if faults:
        raise CalendarFaulty("\n".join(f"{fault.pointer}: {fault.message}" for fault in faults))
    target = await amended(product.catalogue, amendment)
    async for one in preview(product.database, product.catalogue, target, datetime.now(VIETNAM), OPERATOR):
        yield one


async def _rows(product: Product, version: str | None = None) -> tuple[CalendarRow, ...]:
    async with product.database.transaction() as tx:
        return await list_calendars(tx, version)


async def _looked_at(product: Product, version: str) -> Progress:
    progress = await progress_of(product.database, product.catalogue, version)
    assert progress is not None, "the change was ordered just now"
    return progress


async def _watched(product: Product, version: str) -> Progress:
    """Until no open dossier is behind; what this command does not do itself goes on without it."""
    progress = await _looked_at(product, version)
    with Bar(disable=not sys.stderr.isatty()) as bar:
        moving = bar.add_task("Chuyển hồ sơ", total=progress.behind + progress.done)
        while progress.behind > progress.refused:
            bar.update(moving, completed=progress.done)
            await asyncio.sleep(_LOOK_EVERY.total_seconds())
            progress = await _looked_at(product, version)
    return progress


def _told(amendment: StateCalendarAmendment, stories: list[Moved]) -> dict[str, object]:
    return {
        "version": amendment.version,
        "open": len(stories),
        "moved": [one.model_dump(mode="json") for one in stories if one.moves or one.refusal],
    }


def _sentences(stories: list[Moved]) -> Iterator[str]:
    """What is asked about, short enough to be read before agreeing."""
    moved = [one for one in stories if one.moves or one.refusal]
    yield f"{len(stories)} hồ sơ đang mở theo lịch trước; {len(moved)} hồ sơ có hạn thay đổi."
    for one in moved[:_SHOWN]:
        yield from ("  ".join(cells) for cells in _move_cells(one))


def _shown(stories: list[Moved]) -> Iterator[str | Table]:
    moved = [one for one in stories if one.moves or one.refusal]
    yield f"{len(stories)} hồ sơ đang mở theo lịch trước; {len(moved)} hồ sơ có hạn thay đổi."
    if moved:
        rows = [row for one in moved[:_SHOWN] for row in _move_cells(one)]
        yield table("hồ sơ", "hạn", "trước", "sau", rows=rows)
    if len(moved) > _SHOWN:
        yield f"… và {len(moved) - _SHOWN} hồ sơ nữa; thêm --json để xem tất cả."


def _move_cells(one: Moved) -> Iterator[list[str]]:
    if one.refusal is not None:
        yield [one.number, "–", "không chuyển được", one.refusal]
    for move in one.moves:
        subject = "hẹn trả" if move.subject == PROMISE else move.subject
        after = _instant(move.after) if move.after != move.before else "giữ nguyên"
        yield [one.number, subject, _instant(move.before), after]


def _progress_words(progress: Progress) -> str:
    return (
        f"Đã chuyển {progress.done}, còn {progress.behind} hồ sơ đang mở"
        f" (đang chờ {progress.pending}, không chuyển được {progress.refused})."
    )


def _cells(row: CalendarRow) -> list[str]:
    published = f"{row.published_at:%d/%m/%Y}"
    return [row.version, row.extends or "–", published, str(row.open_dossiers), row.decision or "–"]


def _years(years: tuple[int, ...]) -> str:
    return ", ".join(str(year) for year in years) or "không"


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(VIETNAM):%H:%M %d/%m/%Y}"
