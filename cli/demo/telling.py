"""How a run is told to people: a table of the endings, one dossier's story, and where to look next."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from rich.table import Table

from cli.demo.outcome import Outcome, Report, Sums
from dossiers.instants import local, parse_instant
from dossiers.procedure import Procedure
from dossiers.values import APPOINTMENT, PROMISE, StepId
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
_ROLES = {
    "holder": "người đang giữ việc",
    "unit_head": "trưởng đơn vị",
    "agency_head": "người đứng đầu cơ quan",
    "one_stop_head": "người đứng đầu Một cửa",
    "supervisor": "giám sát",
}
_WORK = {"hand-over": "bàn giao", "acceptance": "nhận bàn giao"}


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
    """One dossier from filing to its end, a line for each event."""
    procedure = next(one for one in shipped() if one.code == outcome.procedure)
    yield f"Hồ sơ {outcome.number}: {outcome.title}"
    for event in outcome.timeline:
        when = local(parse_instant(event["occurred_at"]))
        detail = _detail(procedure, event)
        yield f"  {when:%d/%m %H:%M}  {event['words']}{f': {detail}' if detail else ''}{_by(event)}"


def _by(event: Mapping[str, Any]) -> str:
    """Who did it; that work opens is nobody's act."""
    return f" ({event['actor']})" if event["actor"] and event["kind"] != "task.opened" else ""


def _detail(procedure: Procedure, event: Mapping[str, Any]) -> str:
    content = event["event"]
    match event["kind"]:
        case "dossier.accepted":
            return f"hẹn trả {_when(content['promise']['due_at'])}"
        case "rung.reached":
            return f"{_subject(procedure, content['subject'])}, {_rung(content)}"
        case "appointment.moved":
            return f"hẹn lại {_when(content['appointment_at'])}"
        case "step.skipped":
            return procedure.step(StepId(content["step"])).label
        case "result.decided":
            return {"early": "sớm hạn", "on_time": "đúng hạn", "late": "trễ hạn"}.get(content["grade"] or "", "")
        case _:
            return _subject(procedure, content["task"]) if "task" in content else ""


def _rung(content: Mapping[str, Any]) -> str:
    notice = content["notice"]
    return f"{_RUNGS[content['rung']]}; báo {_ROLES[notice['role']]}" if notice else _RUNGS[content["rung"]]


def _subject(procedure: Procedure, subject: str) -> str:
    """What a deadline or a task is about, in the words of the procedure."""
    if subject in (PROMISE, APPOINTMENT):
        return "ngày hẹn trả"
    key, _, leg = subject.partition("/")
    label = procedure.step(StepId(key.partition("#")[0])).label
    work = _WORK.get(leg.partition(".")[0])
    return f"{work} để “{label}”" if work else f"“{label}”"


def _when(text: str | None) -> str:
    return f"{local(parse_instant(text)):%H:%M %d/%m/%Y}" if text else "chưa rõ"


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
