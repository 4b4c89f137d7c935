"""What is wrong in a shipped file: where, which rule it breaks, and what to do about it.

Faults are collected, never raised one by one: whoever writes a procedure sees everything at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

#: A place inside a document: keys and positions from its root.
Place = tuple[str | int, ...]


@dataclass(frozen=True, order=True)
class Fault:
    """One fault; ``rule`` is a stable id, ``message`` and ``hint`` are for people."""

    file: str
    line: int
    path: str
    rule: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        where = f" ({self.path})" if self.path else ""
        advice = f"\n    → {self.hint}" if self.hint else ""
        return f"{self.file}:{self.line}: {self.message}{where} [{self.rule}]{advice}"


class Faulty(Exception):
    """Tệp dữ liệu có lỗi, không phần nào được dùng."""

    code: ClassVar[str] = "faulty-file"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults))
        assert self.faults, "an exception without a fault explains nothing"
        super().__init__("\n".join(str(fault) for fault in self.faults))


def written(place: Place) -> str:
    """The place as people write it: ``steps[3].limit``."""
    text = ""
    for part in place:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text
