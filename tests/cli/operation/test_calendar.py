"""`calendar` as people and programs run it: the whole product moves its open dossiers to a later version."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from dossiers.instants import VIETNAM
from tests.cli.conftest import Lienthong
from tests.cli.operation.running import file_dossier
from tests.support.postgres import passable_directory

TODAY = datetime.now(VIETNAM).date()
FIRST, LAST = TODAY + timedelta(days=1), TODAY + timedelta(days=10)


@pytest.fixture(scope="module")
def stack() -> Iterator[Lienthong]:
    with passable_directory() as directory:
        command = Lienthong(directory / "data")
        started = command("up", "--detach")
        assert started.returncode == 0, started.stderr
        yield command
        command("reset", "--yes")


@pytest.fixture(scope="module")
def dossier(stack: Lienthong) -> UUID:
    return file_dossier(stack)


@pytest.fixture
def amendment(tmp_path: Path) -> Path:
    days = "\n".join(
        f"  - {{on: {FIRST + timedelta(days=number)}, reason: Nghỉ theo quyết định muộn}}"
        for number in range((LAST - FIRST).days + 1)
    )
    file = tmp_path / "vn-2026.3.yaml"
    file.write_text(
        f"version: vn-2026.3\nextends: vn-2026.2\npublished_on: {TODAY}\ndecision: Quyết định thử\ndays_off:\n{days}\n",
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
    before = [one["version"] for one in told(stack, "list")]
    agreed = stack("calendar", "publish", str(amendment), "--watch", answers="công bố\n")
    again = told(stack, "publish", str(amendment), "--yes", "--watch")
    listed = {one["version"]: one["open_dossiers"] for one in told(stack, "list")}
    shown = told(stack, "show", "vn-2026.3")
    people = stack("calendar", "show", "vn-2026.3").stdout
    why = json.loads(stack("dossier", "why", str(dossier), "reception#1", "--json").stdout)

    assert (seen["open"], [one["dossier"] for one in seen["moved"]]) == (1, [str(dossier)])
    assert (hesitated.returncode, before) == (1, ["vn-2026.1", "vn-2026.2"])
    assert agreed.returncode == 0, agreed.stderr
    assert "1 hồ sơ có hạn thay đổi" in agreed.stderr
    assert "Đã chuyển 1, còn 0 hồ sơ" in agreed.stdout
    assert (again["progress"]["done"], again["progress"]["behind"]) == (1, 0)
    assert (listed["vn-2026.2"], listed["vn-2026.3"]) == (0, 1)
    assert shown["progress"]["done"] == 1
    assert "Nghỉ theo quyết định muộn" in people
    assert [move["decision"] for move in why["moves"]] == ["Quyết định thử"]
    assert why["carried"] == why["found"]
    assert json.loads(stack("doctor", "--reconcile", "--json").stdout)["differences"] == []


def test_what_cannot_be_published_is_said(stack: Lienthong, tmp_path: Path) -> None:
    file = tmp_path / "late.yaml"
    file.write_text(
        f"version: vn-x\nextends: vn-2026.1\npublished_on: {TODAY}\ndays_off:\n  - {{on: {TODAY}, reason: x}}\n"
    )
    early = stack("calendar", "preview", str(file), "--json")
    missing = stack("calendar", "publish", str(tmp_path / "no.yaml"), "--yes", "--json")
    unknown = stack("calendar", "show", "vn-1900.1", "--json")

    assert json.loads(early.stdout)["error"] == "calendar-faulty"
    assert "sau ngày công bố" in json.loads(early.stdout)["message"]
    assert json.loads(missing.stdout)["error"] == "calendar-faulty"
    assert json.loads(unknown.stdout)["error"] == "unknown-calendar"
