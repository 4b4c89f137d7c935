"""What was measured, as tables for people and as one line for programs."""

import json
import os
import sys

from rich.console import Console

from cli.report import table
from dossiers.values import Value
from tests.benchmarks.engine import EngineFigures
from tests.benchmarks.lists import ListFigures

_SIDES = {"bare": "Temporal trần", "in_process": "qua commands", "http": "qua HTTP"}
_PARTS = {
    "caller": "bên gọi",
    "api": "API",
    "worker": "worker",
    "bare": "worker trần",
    "temporal": "Temporal",
    "postgres": "PostgreSQL",
}
_STATEMENTS = {"product": "của sản phẩm", "temporal": "của Temporal"}


class Report(Value):
    """Everything."""

    engine: EngineFigures
    #: How many open tasks the lists were asked of; none if the store was not measured.
    tasks: int
    lists: dict[str, ListFigures]


def tell(report: Report) -> None:
    """The tables, then the line; nothing after it."""
    console, engine = Console(highlight=False), report.engine
    sides = [engine.sides[name] for name in _SIDES]
    rows = [
        ["bước/giây", *(f"{one.steps_per_second:.1f}" for one in sides)],
        ["p50 (ms)", *(f"{one.p50_ms:.1f}" for one in sides)],
        ["p99 (ms)", *(f"{one.p99_ms:.1f}" for one in sides)],
        *(
            [f"CPU {label} (ms/bước)", *(f"{one.cpu_ms[part]:.2f}" for one in sides)]
            for part, label in _PARTS.items()
            if part in sides[0].cpu_ms
        ),
        ["sự kiện/bước", *(f"{one.events_per_step:.1f}" for one in sides)],
        ["lần ghi trạng thái/bước", *(f"{one.transitions_per_step:.1f}" for one in sides)],
        *(
            [f"câu SQL {label}/bước", *(f"{one.statements_per_step[part]:.1f}" for one in sides)]
            for part, label in _STATEMENTS.items()
            if part in sides[0].statements_per_step
        ),
    ]
    console.print(table("mỗi bước", *_SIDES.values(), rows=rows))
    console.print(
        f"\nSo với Temporal trần: qua commands {engine.ratio_in_process:.2f}, qua HTTP {engine.ratio_http:.2f} "
        f"(trung vị của {engine.rounds} cặp xen kẽ, {engine.steps_per_dossier} bước mỗi hồ sơ).\n"
        f"Bộ nhớ worker cho mỗi hồ sơ đang giữ: {engine.memory_kib_per_dossier:.0f} KiB.\n"
    )
    if report.tasks:
        lists = [[name, f"{one.p50_ms:.2f}", f"{one.p99_ms:.2f}"] for name, one in report.lists.items()]
        console.print(table(f"danh sách trên {report.tasks:,} việc đang mở", "p50 (ms)", "p99 (ms)", rows=lists))
    sys.stdout.write(json.dumps(_answer(report)) + "\n")


def _answer(report: Report) -> dict[str, object]:
    return {
        **report.engine.model_dump(mode="json"),
        "open_tasks": report.tasks,
        "lists": {name: one.model_dump(mode="json") for name, one in report.lists.items()},
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg()[1]},
    }
