"""How a run is told to people: a table of the endings, one dossier's story, and where to look next."""

from collections.abc import Iterator, Mapping
from itertools import groupby

from rich.table import Table

from cli.demo.outcome import Outcome, Report, Sums
from dossiers.instants import local, parse_instant
from procedures.catalogue import shipped

#: Every rung of the shipped ladders, from the first to the last, in as few letters as a table allows.
_RUNGS = {
    "half": "nửa hạn",
    "warning": "sắp hết",
    "overdue": "quá hạn",
    "late_4h": "+4 giờ",
    "late_1d": "+1 ngày",
    "late_2d": "+2 ngày",
    "late_3d": "+3 ngày",
}
_TOGETHER = "\N{NO-BREAK SPACE}"


def tables_of(report: Report) -> Iterator[Table]:
    """A table for each procedure: what came in, how it ended, which rungs were climbed, whether that was expected."""
    titles = {one.code: one.title for one in shipped()}
    for procedure, rows in groupby(report.sums(), key=lambda row: row.procedure):
        made = Table(title=f"{procedure} {titles[procedure]}", title_justify="left", title_style="bold", box=None)
        made.add_column("kết cục", width=30, overflow="fold")
        for heading in ("nộp", "nhận", "sớm", "đúng", "trễ", "mở"):
            made.add_column(heading, justify="right")
        made.add_column("nấc đôn đốc", overflow="fold")
        made.add_column("", justify="right")
        for row in rows:
            made.add_row(*_cells(row))
        yield made


def _cells(row: Sums) -> Iterator[str]:
    yield row.title
    for count in (row.filed, row.received, row.early, row.on_time, row.late, row.open):
        yield _count(count)
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
