import json
import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import httpx
import psutil

from tests.cli.conftest import Lienthong

PROCESSES = {"postgres", "temporal", "worker", "api"}


def test_one_command_starts_everything_and_one_stops_it(lienthong: Lienthong) -> None:
    started = lienthong("up", "--detach", "--json")
    assert started.returncode == 0, started.stderr
    stack = json.loads(started.stdout)

    again = lienthong("up", "--json")
    ready = httpx.get(f"{stack['urls']['api']}/readyz", trust_env=False).status_code
    pages = {
        name: httpx.get(stack["urls"][name], trust_env=False, follow_redirects=True).text
        for name in ("officers", "tracking")
    }
    stopped = json.loads(lienthong("down", "--json").stdout)["stopped"]

    assert set(stack["pids"]) == PROCESSES
    assert again.returncode == 0
    assert json.loads(again.stdout)["pid"] == stack["pid"]
    assert ready == 200
    assert "Đăng nhập dành cho cán bộ" in pages["officers"]
    assert "Mã tra cứu" in pages["tracking"]
    assert set(stopped) == PROCESSES | {"lienthong"}
    assert [pid for pid in stopped.values() if works(pid)] == []


def test_whatever_is_killed_comes_back(lienthong: Lienthong) -> None:
    started = lienthong("up", "--detach", "--json")
    assert started.returncode == 0, started.stderr
    killed = json.loads(started.stdout)["pids"]

    for pid in killed.values():
        os.kill(pid, signal.SIGKILL)
    back = until_replaced(lienthong.data / "stack.json", killed)

    assert set(back) == PROCESSES
    assert [name for name, pid in back.items() if not works(pid)] == []


def test_an_interrupt_ends_everything_even_when_repeated(lienthong: Lienthong) -> None:
    running = subprocess.Popen(
        lienthong.command("up", "--json"), env=lienthong.environment(), stdout=subprocess.PIPE, text=True
    )
    assert running.stdout is not None
    text = running.stdout.readline()
    while not text.rstrip().endswith("\n}"):
        line = running.stdout.readline()
        assert line, "ended before it was ready"
        text += line

    running.send_signal(signal.SIGINT)
    running.send_signal(signal.SIGINT)
    code = running.wait(timeout=30)
    running.stdout.close()

    assert code == 0
    assert [pid for pid in json.loads(text)["pids"].values() if works(pid)] == []


def test_down_on_nothing_says_so(lienthong: Lienthong) -> None:
    stopped = lienthong("down", "--json")

    assert stopped.returncode == 0
    assert json.loads(stopped.stdout) == {"stopped": {}}


def test_reset_deletes_only_after_a_yes(lienthong: Lienthong) -> None:
    lienthong.data.mkdir()
    (lienthong.data / "kept").write_text("dossiers", encoding="utf-8")

    refused = lienthong("reset", answers="không\n")
    still_there = (lienthong.data / "kept").exists()
    agreed = lienthong("reset", "--json", answers="xoá\n")

    assert refused.returncode == 1
    assert still_there
    assert str(lienthong.data) in refused.stderr.replace("\n", "")
    assert json.loads(agreed.stdout[agreed.stdout.index("{") :])["deleted"] == [str(lienthong.data)]
    assert not lienthong.data.exists()


def works(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def until_replaced(record: Path, killed: dict[str, int]) -> dict[str, int]:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        written: dict[str, Any] = json.loads(record.read_text(encoding="utf-8"))
        pids: dict[str, int] = written["pids"]
        if set(pids) == set(killed) and not set(pids.values()) & set(killed.values()):
            return pids
        time.sleep(0.05)
    return {}
