import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from embedded.failures import DiedAtStart
from embedded.processes import Child, Program, end_leftovers, last_words

SLEEPER = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER


def python(directory: Path, code: str) -> Program:
    workplace = directory / "workplace"
    workplace.mkdir(exist_ok=True)
    return Program(name="child", command=(sys.executable, "-c", code), directory=workplace, log=directory / "child.log")


def has_spoken(program: Program) -> Callable[[], Awaitable[bool]]:
    async def spoken() -> bool:
        return "up" in last_words(program.log)

    return spoken


async def test_a_killed_child_is_started_again(tmp_path: Path) -> None:
    restarted = asyncio.Event()
    program = python(tmp_path, SLEEPER)
    child = Child(program, on_restart=lambda _: restarted.set())
    await child.start(ready=has_spoken(program), within=20)
    first = child.pid
    assert first is not None

    os.kill(first, signal.SIGKILL)
    async with asyncio.timeout(20):
        await restarted.wait()
    second = child.pid
    await child.stop(grace=5)

    assert second not in (None, first)
    assert child.restarts == 1
    assert child.pid is None


async def test_a_stopped_child_stays_stopped(tmp_path: Path) -> None:
    program = python(tmp_path, SLEEPER)
    child = Child(program, on_restart=lambda _: None)
    await child.start(ready=has_spoken(program), within=20)

    await child.stop(grace=5)
    await asyncio.sleep(0.3)

    assert child.pid is None
    assert child.restarts == 0


async def test_a_child_deaf_to_the_stop_signal_is_forced(tmp_path: Path) -> None:
    program = python(tmp_path, STUBBORN)
    child = Child(program, on_restart=lambda _: None)
    await child.start(ready=has_spoken(program), within=20)
    pid = child.pid

    await child.stop(grace=0.3)

    assert pid is not None
    assert not psutil.pid_exists(pid)


async def test_a_child_that_dies_at_once_fails_with_its_last_words(tmp_path: Path) -> None:
    child = Child(python(tmp_path, "raise SystemExit('no such table')"), on_restart=lambda _: None)

    async def never() -> bool:
        return False

    with pytest.raises(DiedAtStart, match="no such table"):
        await child.start(ready=never, within=20)


async def test_a_start_ends_what_a_killed_keeper_left_in_the_same_directory(tmp_path: Path) -> None:
    program = python(tmp_path, SLEEPER)
    stray = await asyncio.create_subprocess_exec(*program.command, cwd=program.directory)

    ended = await end_leftovers(program)

    assert ended == (stray.pid,)
    assert await stray.wait() == -signal.SIGTERM


async def test_who_works_elsewhere_is_left_alone(tmp_path: Path) -> None:
    program = python(tmp_path, SLEEPER)
    stranger = await asyncio.create_subprocess_exec(*program.command, cwd=tmp_path)

    ended = await end_leftovers(program)
    alive = stranger.returncode is None
    stranger.kill()
    await stranger.wait()

    assert ended == ()
    assert alive
