"""What a stack keeps between runs: its lock, passwords, ports, logs and the record others read.

Files that hold a secret are readable by their owner alone from the moment they exist.
"""

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict

from embedded.accounts import place_for, unprivileged_account
from embedded.failures import EmbeddedFailure


class StackRecord(BaseModel):
    """What other commands need to find a running stack; it holds passwords."""

    model_config = ConfigDict(frozen=True)

    pid: int
    ready: bool
    pids: dict[str, int]
    urls: dict[str, str]
    environment: dict[str, str]


class StackRunning(EmbeddedFailure):
    """Another process runs the stack of this data directory."""

    code = "stack-running"


class DataDirectory:
    """One stack's directory, usually `.data` in the checkout."""

    def __init__(self, path: Path) -> None:
        self.path = path.absolute()
        self.logs = self.path / "logs"
        self.postgres = self.path / "postgres"
        self.temporal = self.path / "temporal"
        self._record = self.path / "stack.json"
        self._ports = self.path / "ports.json"
        self._passwords = self.path / "passwords.json"
        self._lock = self.path / "lock"
        self._elsewhere = self.path / "postgres.place"

    def prepare(self) -> None:
        if not self.path.exists():
            self.path.mkdir(parents=True)
            # Run by root, PostgreSQL's account must pass through; the secrets inside have modes of their own.
            self.path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        for directory in (self.logs, self.temporal):
            directory.mkdir(mode=0o700, exist_ok=True)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Held as long as a stack runs; the system lets go of it however the process ends."""
        with self._lock.open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                message = f"Một tiến trình khác đang dùng {self.path}."
                raise StackRunning(message) from None
            try:
                yield
            finally:
                self._record.unlink(missing_ok=True)

    def is_locked(self) -> bool:
        if not self._lock.exists():
            return False
        with self._lock.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:
                return True
            return False

    def running(self) -> StackRecord | None:
        """The record of a stack that runs now; what a killed one left is no record."""
        if not self.is_locked() or not self._record.exists():
            return None
        return StackRecord.model_validate_json(self._record.read_bytes())

    def write_record(self, record: StackRecord) -> None:
        write_private(self._record, record.model_dump_json(indent=2))

    def passwords(self, *roles: str) -> Mapping[str, str]:
        """One random password a role, the same on every run."""
        kept: dict[str, str] = _read(self._passwords)
        missing = [role for role in roles if role not in kept]
        if missing:
            kept |= {role: secrets.token_hex(24) for role in missing}
            write_private(self._passwords, json.dumps(kept, indent=2))
        return kept

    def previous_ports(self) -> dict[str, int]:
        ports: dict[str, int] = _read(self._ports)
        return ports

    def remember_port(self, name: str, port: int) -> None:
        write_private(self._ports, json.dumps(self.previous_ports() | {name: port}, indent=2))

    def workplace(self, name: str) -> Path:
        """A child's own working directory."""
        directory = self.path / "run" / name
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        return directory

    def workplaces(self) -> tuple[Path, ...]:
        return tuple(sorted(self.path.glob("run/*/")))

    def remember_postgres_place(self, place: Path) -> None:
        """Names the data that stands outside, so that whoever deletes this directory finds it."""
        if place != self.postgres:
            self._elsewhere.write_text(f"{place}\n", encoding="utf-8")

    def contents(self) -> tuple[Path, ...]:
        """Everything a reset deletes."""
        inside = (self.path,) if self.path.exists() else ()
        outside = place_for(self.postgres, unprivileged_account()) if inside else self.postgres
        return inside if outside == self.postgres or not outside.parent.exists() else (*inside, outside.parent)

    def delete(self) -> None:
        for path in reversed(self.contents()):
            shutil.rmtree(path)


def _read(file: Path) -> dict[str, Any]:
    if not file.exists():
        return {}
    kept: dict[str, Any] = json.loads(file.read_bytes())
    return kept


def write_private(file: Path, text: str) -> None:
    """Whole or not at all, and readable by its owner alone from the moment it exists."""
    unfinished = file.with_name(f".{file.name}.{os.getpid()}")
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as target:
        target.write(text)
        target.flush()
        os.fsync(target.fileno())
    unfinished.replace(file)
