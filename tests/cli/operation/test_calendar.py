"""`calendar` as people and programs run it: the whole product moves its open dossiers to a later version."""

import json
import os
import signal
import time
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dossiers.instants import VIETNAM
from tests.cli.conftest import Lienthong
from tests.cli.operation.running import file_dossier, in_office
from tests.commands.office import Office
from tests.support.postgres import passable_directory

TODAY = datetime.now(VIETNAM).date()
PUBLISHED = TODAY - timedelta(days=1)
FIRST, LAST = TODAY, TODAY + timedelta(days=9)


@pytest.fixture(scope="module")
def dossier(stack: Lienthong) -> UUID:
    """A permit received, so that days are promised that may move, at whatever hour."""
    filed = file_dossier(stack)
    in_office(stack, lambda office: office.go_on(filed, 1))
    return filed


@pytest.fixture
def amendment(tmp_path: Path) -> Path:
    return written(tmp_path)


def written(folder: Path) -> Path:
    """Ten days off from today on: whatever the hour and the weekday, nothing filed now falls due before them."""
    days = "\n".join(
        f"  - {{on: {FIRST + timedelta(days=number)}, reason: Nghỉ theo quyết định muộn}}"
        for number in range((LAST - FIRST).days + 1)
    )
    file = folder / "vn-2026.3.yaml"
    file.write_text(
        "version: vn-2026.3\nextends: vn-2026.2\ndecision: Quyết định thử\n"
        f"published_on: {PUBLISHED}\ndays_off:\n{days}\n",
        encoding="utf-8",
    )
    return file


def told(stack: Lienthong, *arguments: str) -> Any:  # noqa: ANN401  (whatever the command answers)
    ended = stack("calendar", *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def test_a_later_version_is_previewed_agreed_to_carried_out_and_shown(
    stack: Lienthong, dossier: UUID, amendment: Path
) -> None:
    seen = told(stack, "preview", str(amendment))
    hesitated = stack("calendar", "publish", str(amendment), answers="không\n")
    agreed = stack("calendar", "publish", str(amendment), "--watch", answers="công bố\n")
    shown = told(stack, "show", "vn-2026.3")
    listed = stack("calendar", "list").stdout
    why = json.loads(stack("dossier", "why", str(dossier), "promise", "--json").stdout)

    assert str(dossier) in [one["dossier"] for one in seen["moved"]]
    assert hesitated.returncode == 1
    assert agreed.returncode == 0, agreed.stderr
    assert f"{len(seen['moved'])} hồ sơ có hạn thay đổi" in agreed.stderr
    assert f"Đã chuyển {seen['open']}, còn 0 hồ sơ" in agreed.stdout
    assert (shown["open_dossiers"], shown["progress"]["done"]) == (seen["open"], seen["open"])
    assert {"on": FIRST.isoformat(), "periods": [], "reason": "Nghỉ theo quyết định muộn"} in shown["calendar"][
        "exceptions"
    ]
    assert "vn-2026.3" in listed
    assert [move["decision"] for move in why["moves"]] == ["Quyết định thử"]
    assert why["carried"] == why["found"]


def test_what_cannot_be_published_is_said(stack: Lienthong, tmp_path: Path) -> None:
    file = tmp_path / "late.yaml"
    file.write_text(
        f"version: vn-x\nextends: vn-2026.1\npublished_on: {TODAY}\ndays_off:\n  - {{on: {TODAY}, reason: x}}\n"
    )
    early = stack("calendar", "preview", str(file), "--json")
    unknown = stack("calendar", "show", "vn-1900.1", "--json")

    assert json.loads(early.stdout)["error"] == "calendar-faulty"
    assert "sau ngày công bố" in json.loads(early.stdout)["message"]
    assert json.loads(unknown.stdout)["error"] == "unknown-calendar"


@pytest.mark.long
def test_a_rollout_whose_processes_are_killed_goes_on_and_moves_each_dossier_once(tmp_path: Path) -> None:
    """Worker and API die by SIGKILL in the middle; started again they go on, and nobody is moved twice."""
    with passable_directory() as directory:
        command = Lienthong(directory / "data")
        assert command("up", "--detach").returncode == 0
        dossiers = in_office(command, file_many)
        file = written(tmp_path)
        assert command("calendar", "publish", str(file), "--yes").returncode == 0
        for _ in range(2):
            until_moved_more(command)
            pids = json.loads((command.data / "stack.json").read_text(encoding="utf-8"))["pids"]
            for name in ("api", "worker"):
                os.kill(pids[name], signal.SIGKILL)
        ended = json.loads(command("calendar", "publish", str(file), "--yes", "--watch", "--json").stdout)["progress"]
        rows = in_office(command, inbox_rows)
        differences = json.loads(command("doctor", "--reconcile", "--json").stdout)["differences"]
        command("reset", "--yes")

    assert (ended["behind"], ended["done"], ended["refused"]) == (0, len(dossiers), 0)
    assert rows == dict.fromkeys(dossiers, 1)
    assert differences == []


async def file_many(office: Office) -> list[UUID]:
    return [await office.file() for _ in range(60)]


async def inbox_rows(office: Office) -> dict[UUID, int]:
    found = await office.owner.fetch(
        "SELECT dossier, count(*) FROM command_inbox WHERE kind = 'change_calendar' GROUP BY dossier"
    )
    return {row["dossier"]: row["count"] for row in found}


def moved(command: Lienthong) -> int:
    shown: int = json.loads(command("calendar", "show", "vn-2026.3", "--json").stdout)["progress"]["done"]
    return shown


def until_moved_more(command: Lienthong) -> None:
    """Until some more have moved."""
    begun, patience = moved(command), time.monotonic() + 120
    while moved(command) <= begun:
        assert time.monotonic() < patience
        time.sleep(0.2)
