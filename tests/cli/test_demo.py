"""`lienthong demo` as people run it, on real parts: real PostgreSQL, real Temporal, real HTTP, real timers."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from cli.demo.scenario import SHIPPED
from tests.cli.conftest import Lienthong

#: Endings that follow upon each other within two working days: sixteen seconds.
SHORT = "copy-after-three,copy-refused-at-counter,permit-withdrawn,land-refused-at-intake,permit-reassigned"


def test_the_demonstration_starts_a_stack_plays_and_stops_it(lienthong: Lienthong) -> None:
    played = lienthong("demo", "--json", "--endings", SHORT, "--seed", "7")
    assert played.returncode == 0, played.stdout + played.stderr
    report = json.loads(played.stdout)

    assert report["is_as_expected"]
    assert report["outage"] is None, "no dossier of these lay at the agency whose system is down"
    assert report["totals"] == {
        "filed": 8,
        "received": 6,
        "early": 2,
        "on_time": 2,
        "late": 0,
        "open": 0,
        "wrong": 0,
        "parts": 0,
    }
    assert [row["ending"] for row in report["sums"]] == SHORT.split(",")
    assert "✓" in played.stderr
    assert not (lienthong.data / "stack.json").exists()


@pytest.mark.long
def test_the_demonstration_plays_on_a_running_stack_as_often_as_asked(lienthong: Lienthong, tmp_path: Path) -> None:
    """Twice in one database, for programs; with an expectation that cannot hold; and for people."""
    stack = lienthong.given(fast_clock_allowed="true")
    assert stack("up", "--detach").returncode == 0
    hopeful = tmp_path / "hopeful.yaml"
    hopeful.write_text(_hoping_for_acceptance(), encoding="utf-8")

    first, second = (stack("demo", "--json", "--endings", "copy-refused-at-counter") for _ in range(2))
    wrong = stack("demo", "--endings", "copy-refused-at-counter", "--scenario", str(hopeful))
    told = stack("demo", "--endings", "copy-after-three")
    still = stack("up", "--json")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert number_of(first.stdout) != number_of(second.stdout)
    assert wrong.returncode == 1
    assert "trạng thái: chờ accepted, thấy refused_at_intake" in wrong.stdout
    assert "1 không như mong đợi" in wrong.stdout
    assert "Chứng thực bản sao từ bản chính" in told.stdout
    assert "24/08 15:" in told.stdout
    assert "hạn 25/08/2026 17:00" in told.stdout
    assert "tất cả như mong đợi" in told.stdout
    assert "lienthong dossier timeline H49.90-260824-" in told.stdout
    assert "/namespaces/default/workflows/dossier:" in told.stdout
    assert json.loads(still.stdout)["state"] == "đang chạy sẵn"


def test_a_stack_without_the_fast_clock_is_not_played_on(lienthong: Lienthong) -> None:
    assert lienthong("up", "--detach").returncode == 0

    lienthong("caller", "add", "ha-long-counter-1")
    before = json.loads(lienthong("caller", "list", "--json").stdout)
    refused = lienthong("demo", "--endings", "copy-refused-at-counter")
    after = json.loads(lienthong("caller", "list", "--json").stdout)

    assert refused.returncode == 1
    assert [one for one in after if one["kind"] == "officer"] == before
    assert "không cho phép đồng hồ nhanh" in refused.stderr
    assert refused.stdout == ""


def test_a_part_that_is_refused_holds_no_other_and_a_system_that_was_down_gets_all_it_missed(
    lienthong: Lienthong,
) -> None:
    played = lienthong("demo", "--json", "--endings", "part-refused")
    assert played.returncode == 0, played.stdout + played.stderr
    report = json.loads(played.stdout)

    assert report["is_as_expected"]
    for outcome in report["outcomes"]:
        results = {branch["label"]: branch["result"] for branch in outcome["branches"]}
        assert outcome["found"]["result"] == "partial"
        assert results.pop("Đăng ký thường trú") == "refused"
        assert set(results.values()) == {"granted"}
    outage = report["outage"]
    assert outage["waited"] == outage["messages"] > 0, "it was down for as long as the play took"
    assert (outage["lost"], outage["doubled"], outage["reordered"]) == (0, 0, 0)


def test_an_interrupt_in_the_middle_of_the_play_ends_everything(lienthong: Lienthong) -> None:
    playing = subprocess.Popen(
        lienthong.command("demo", "--json"),
        env=lienthong.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert playing.stderr is not None
    lines = iter(playing.stderr.readline, "")
    assert any("người đóng vai" in line for line in lines)

    playing.send_signal(signal.SIGINT)
    out, err = playing.communicate(timeout=30)

    assert playing.returncode == 130
    assert out == ""
    assert "Đã dừng giữa chừng." in err
    assert not (lienthong.data / "stack.json").exists()


def test_an_unknown_ending_is_answered_with_the_known_ones(lienthong: Lienthong) -> None:
    refused = lienthong("demo", "--endings", "permit-never")

    assert refused.returncode == 1
    assert "permit-never" in refused.stderr
    assert "permit-early" in refused.stderr


def test_a_broken_scenario_is_answered_with_the_line(lienthong: Lienthong, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text(
        SHIPPED.read_text(encoding="utf-8").replace("told: permit-late", "told: nobody"), encoding="utf-8"
    )

    refused = lienthong("demo", "--scenario", str(broken))

    assert refused.returncode == 1
    assert f"{broken}:" in refused.stderr
    assert "[demo-told]" in refused.stderr


@pytest.mark.long
def test_the_whole_play_comes_true_and_leaves_one_truth(lienthong: Lienthong) -> None:
    played = lienthong("demo", "--json", within=600)
    assert played.returncode == 0, played.stderr[-4000:]
    report = json.loads(played.stdout)
    rows = report["procedures"], report["agencies"], report["levels"]

    assert len(report["outcomes"]) == 300
    assert [one["differences"] for one in report["outcomes"] if one["differences"]] == []
    assert report["totals"]["late"] >= 2
    assert report["totals"]["open"] > 0
    assert report["totals"]["parts"] > 0
    assert [rung for one in report["outcomes"] for rung in twice(one)] == []
    assert [sum(row["filed"] for row in table) for table in rows] == [300, 300, 300]
    assert [len(table) for table in rows] == [32, 21, 3]

    reconciled = lienthong("doctor", "--reconcile", "--json", within=600)

    assert json.loads(reconciled.stdout)["differences"] == []


def number_of(text: str) -> str:
    number: str = json.loads(text)["outcomes"][0]["number"]
    return number


def twice(outcome: dict[str, Any]) -> list[str]:
    """The rungs of one dossier that were recorded more than once."""
    rungs = [f"{rung['subject']}/{rung['term']}/{rung['rung']}" for rung in outcome["found"]["rungs"]]
    return [rung for rung in rungs if rungs.count(rung) > 1]


def _hoping_for_acceptance() -> str:
    text = SHIPPED.read_text(encoding="utf-8")
    return text.replace("state: refused_at_intake", "state: accepted", 1)
