"""What a simulated system remembers: what it took in, in order, and which of its own acts were answered.

Both are on disk, one JSON object a line, before anybody is told so; a torn last line is something that nobody was told.
"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from dossiers.values import Value

V = TypeVar("V", bound=Value)


class Taken(Value):
    """A message that was taken in."""

    id: str
    dossier: str
    position: int
    event: int
    kind: str
    status: str
    task: str | None
    task_state: str | None
    #: How often it came, the first time included; above one it was recognised.
    times: int = 1


class Acted(Value):
    """An act on a task, once the engine has answered; its key is the id of the message that brought the task."""

    id: str
    task: str
    act: str
    #: The status of the answer: below 300 it was carried out, above it was refused and is not said again.
    status: int


@dataclass
class Book:
    """Opened from where the process left it."""

    file: Path
    taken: dict[str, Taken] = field(default_factory=dict)
    acted: dict[str, Acted] = field(default_factory=dict)
    refused_early: int = 0
    _positions: dict[str, int] = field(default_factory=dict)

    @classmethod
    def opened(cls, file: Path) -> Self:
        taken = {one.id: one for one in _whole_lines(file, Taken)}
        acted = {one.id: one for one in _whole_lines(acts_beside(file), Acted)}
        return cls(file, taken, acted, _positions={one.dossier: one.position for one in taken.values()})

    def position_of(self, dossier: str) -> int:
        """The latest message of a dossier that was taken in; 0 before the first."""
        return self._positions.get(dossier, 0)

    def take(self, entry: Taken) -> None:
        _append(self.file, entry)
        self.taken[entry.id] = entry
        self._positions[entry.dossier] = entry.position

    def seen_again(self, identity: str) -> None:
        entry = self.taken[identity]
        self.taken[identity] = entry.model_copy(update={"times": entry.times + 1})

    def note(self, entry: Acted) -> None:
        _append(acts_beside(self.file), entry)
        self.acted[entry.id] = entry


def acts_beside(file: Path) -> Path:
    """Where the acts are kept, beside the messages."""
    return file.with_suffix(".acts.jsonl")


def _whole_lines(file: Path, entry: type[V]) -> list[V]:
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
    whole = [line for line in lines if line.endswith("\n")]
    file.write_text("".join(whole), encoding="utf-8")
    return [entry.model_validate_json(line) for line in whole]


def _append(file: Path, entry: Value) -> None:
    with file.open("a", encoding="utf-8") as out:
        out.write(entry.model_dump_json() + "\n")
        out.flush()
        os.fsync(out.fileno())
