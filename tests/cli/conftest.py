"""The `lienthong` command as people run it: a process of its own, in a directory of its own."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from bootstrap import CHECKOUT, PREFIX
from tests.support.postgres import passable_directory


@dataclass(frozen=True)
class Lienthong:
    """Runs commands against one data directory, from anywhere but the checkout."""

    data: Path
    settings: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, answers: str = "", within: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            env=self.environment(),
            cwd=self.data.parent,
            input=answers,
            capture_output=True,
            text=True,
            timeout=within,
            check=False,
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-P", "-m", "cli", *arguments]

    def environment(self) -> dict[str, str]:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        own = {"PYTHONPATH": str(CHECKOUT), "LIENTHONG_DATA_DIR": str(self.data)}
        return {**inherited, **own, **self.settings}

    def given(self, **settings: str) -> "Lienthong":
        return Lienthong(self.data, {PREFIX + name.upper(): value for name, value in settings.items()})


@pytest.fixture(scope="session")
def stack() -> Iterator[Lienthong]:
    """One that runs for every test of this process that harms it in no way; each files dossiers of its own."""
    with passable_directory() as directory:
        command = Lienthong(directory / "data")
        started = command("up", "--detach")
        assert started.returncode == 0, started.stderr
        yield command
        command("reset", "--yes")


@pytest.fixture
def lienthong() -> Iterator[Lienthong]:
    with passable_directory() as directory:
        command = Lienthong(directory / "data")
        yield command
        if command.data.exists():
            command("reset", "--yes")
