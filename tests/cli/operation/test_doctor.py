"""`doctor` as people and programs run it, on a stack of its own."""

import json
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.cli.conftest import Lienthong
from tests.cli.operation.running import file_dossier, owner_executes


def answer(lienthong: Lienthong, *arguments: str) -> tuple[int, dict[str, Any]]:
    ended = lienthong("doctor", "--json", *arguments)
    return ended.returncode, json.loads(ended.stdout)


def test_when_nothing_runs_it_says_how_to_start(lienthong: Lienthong) -> None:
    people = lienthong("doctor")
    code, told = answer(lienthong)

    assert (people.returncode, code) == (1, 1)
    assert "lienthong up" in people.stdout
    assert [one["code"] for one in told["wrong"]] == ["nothing-runs"]


def test_a_running_stack_is_shown_and_reconciled(lienthong: Lienthong) -> None:
    lienthong("up", "--detach")
    dossier = file_dossier(lienthong)

    healthy = answer(lienthong, "--reconcile")
    owner_executes(lienthong, "UPDATE dossier SET status = 'decided'")
    unlooked = answer(lienthong)
    forged = answer(lienthong, "--reconcile")
    lienthong("dossier", "rebuild", str(dossier))
    mended = answer(lienthong, "--reconcile")

    names = {part["name"] for part in healthy[1]["running"]}
    assert {"postgres", "temporal", "worker", "api", "PostgreSQL", "Temporal", "API", "lược đồ"} <= names
    assert (healthy[0], healthy[1]["wrong"], healthy[1]["differences"]) == (0, [], [])
    assert unlooked[0] == 0
    assert forged[0] == 1
    [difference] = forged[1]["differences"]
    assert difference["code"] == "projection-differs"
    assert difference["remedy"] == f"lienthong dossier rebuild {dossier}"
    assert mended[0] == 0


@pytest.mark.long
def test_it_starts_what_it_needs_to_reconcile_and_stops_it_again(lienthong: Lienthong) -> None:
    lienthong("up", "--detach")
    file_dossier(lienthong)
    owner_executes(lienthong, "UPDATE dossier SET portal_code = 9")
    lienthong("down")

    people = lienthong("doctor", "--reconcile")

    assert people.returncode == 1
    assert "portal_code" in people.stdout
    assert "Đã đối chiếu 1 hồ sơ." in people.stderr
    assert working_in(lienthong.data) == []


def working_in(directory: Path) -> list[str]:
    """The processes that still work on this data."""
    found = []
    for process in psutil.process_iter():
        try:
            if Path(process.cwd()).is_relative_to(directory) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.name())
        except psutil.Error:
            continue
    return found
