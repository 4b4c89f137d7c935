"""How a run is told to people: its numbers in tables, one dossier's story, and where to look next."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby

from rich.table import Table

from agencies.directory import load_directories
from cli.demo.ground import published
from cli.demo.outage import Healed
from cli.demo.outcome import Outcome, Report, Sums
from dossiers.instants import local, parse_instant
from dossiers.values import AgencyCode

#: Every rung of the shipped ladders, from the first to the last, in as few letters as a table allows.
_RUNGS = {
    "half": "nửa hạn",
    "warning": "sắp hết",
    "overdue": "quá hạn",
    "late_4h": "+4 giờ",
    "late_1d": "+1 ngày",
    "late_2d": "+2 ngày",
    "late_3d": "+3 ngày",
    "unsigned": "chưa xin lỗi",
    "unsigned_4h": "+4 giờ",
    "unsigned_1d": "+1 ngày",
}
_TOGETHER = "\N{NO-BREAK SPACE}"
_RESULTS = {"granted": "được giải quyết", "partial": "được một phần", "refused": "bị từ chối"}


#: Where the sums of a level are shown.
_LEVELS = {"province": "cấp tỉnh", "district": "cấp huyện", "commune": "cấp xã"}


def tables_of(report: Report) -> Iterator[Table]:
    """How each story and each everyday way ended; then the same dossiers by procedure and by who received them."""
    titles = {one.code: one.title for one in published()}
    rows = report.by_ending()
    for procedure, some in groupby((row for row in rows if row.procedure is not None), key=lambda row: row.procedure):
        yield _table(f"{procedure} {titles[procedure]}", "kết cục", [(row.title, row) for row in some])
    everyday = [(row.title, row) for row in rows if row.procedure is None]
    if everyday:
        yield _table("Hồ sơ thường ngày, mọi thủ tục", "kết cục", everyday)
    named = [(f"{row.procedure}, bản {row.version}: {titles[row.procedure]}", row) for row in report.by_procedure()]
    yield _table("Theo thủ tục", "thủ tục", named)
    yield _table("Theo nơi tiếp nhận", "cơ quan", [(_agency(row.agency), row) for row in report.by_agency()])


def shares_of(report: Report) -> str:
    """How much was filed online, by the level of the procedures."""
    rows = sorted(report.by_level(), key=lambda row: tuple(_LEVELS).index(row.level))
    told = (
        f"{_LEVELS[row.level]} {row.online}/{row.filed} ({row.online / row.filed:.0%})" for row in rows if row.filed
    )
    return "Nộp trực tuyến: " + ", ".join(told) + "."


def _agency(code: AgencyCode) -> str:
    known = next(one for one in reversed(load_directories()) if one.has_agency(code))
    return known.agency(code).name


def _table(title: str, what: str, rows: Iterable[tuple[str, Sums]]) -> Table:
    made = Table(title=title, title_justify="left", title_style="bold", box=None)
    made.add_column(what, width=30, overflow="fold")
    for heading in ("nộp", "nhận", "sớm", "đúng", "trễ", "mở"):
        made.add_column(heading, justify="right")
    made.add_column("nấc đôn đốc", overflow="fold")
    made.add_column("", justify="right")
    for name, row in rows:
        made.add_row(name, *_cells(row))
    return made


def _cells(row: Sums) -> Iterator[str]:
    for number in (row.filed, row.received, row.early, row.on_time, row.late, row.open):
        yield _count(number)
    climbed = (f"{label} {row.rungs[rung]}" for rung, label in _RUNGS.items() if rung in row.rungs)
    yield ", ".join(one.replace(" ", _TOGETHER) for one in climbed)
    yield "✓" if not row.wrong else f"✗ {row.wrong}/{row.filed}"


def _count(number: int) -> str:
    return str(number) if number else "·"


def story_of(outcome: Outcome) -> Iterator[str]:
    """One dossier from filing to its end, a line for each event, in the words of the API."""
    yield f"Hồ sơ {outcome.number}: {outcome.title}"
    for event in outcome.timeline:
        yield f"  {local(parse_instant(event['occurred_at'])):%d/%m %H:%M}  {event['words']}"


def partial_of(report: Report) -> Iterator[str]:
    """A bundle of which one part was refused and the others were granted, part by part."""
    outcome = next((one for one in report.outcomes if one.found is not None and one.found.result == "partial"), None)
    if outcome is not None:
        yield f"Nhóm {outcome.number}, kết quả một phần: một việc bị từ chối không giữ các việc khác"
        for branch in outcome.branches:
            yield f"  {branch.number}  {branch.label}: {_RESULTS.get(branch.result or '', 'chưa có kết quả')}"
        yield ""


def outage_of(healed: Healed) -> Iterator[str]:
    """What an agency's system missed while it was down, and how it caught up."""
    yield (
        f"Hệ thống riêng của {healed.agency} ngừng {healed.down_seconds:g} giây, "
        f"lúc trở lại còn {healed.waited} bản tin chờ; "
        f"sau đó nhận {healed.messages - healed.lost}/{healed.messages} bản tin: "
        f"mất {healed.lost}, lặp {healed.doubled}, sai thứ tự {healed.reordered}."
    )
    yield ""


def where_next(report: Report, environment: Mapping[str, str], *, stays: bool) -> Iterator[str]:
    """The same dossier in Temporal's pages, in the API, on the command line."""
    outcome = report.told_outcome()
    if outcome is None:
        return
    if not stays:
        yield "Hệ thống vừa diễn đã dừng; `lienthong up` chạy lại với đúng dữ liệu này, rồi xem:"
    api = environment.get("LIENTHONG_API_URL", "")
    temporal = environment.get("LIENTHONG_TEMPORAL_UI_URL")
    if temporal:
        yield f"  Temporal: {temporal}/namespaces/default/workflows/dossier:{outcome.dossier}"
    yield f"  Mô tả API: {api}/v1/openapi.json"
    yield f"  Câu chuyện: lienthong dossier timeline {outcome.number}"
