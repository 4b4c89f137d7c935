"""How a command answers: sentences and tables for people, one JSON value for programs.

Progress goes to standard error, so that standard output is the answer and nothing else.
"""

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Annotated, Protocol

from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

Answer = Mapping[str, object] | Sequence[object]
AsJson = Annotated[bool, Parameter(name="--json", negative="", help="Trả lời bằng JSON.")]


class Report(Protocol):
    """Where a command says what it does and what came of it."""

    def say(self, sentence: str) -> None: ...
    def answer(self, answer: Answer, *shown: str | Table) -> None: ...


class ReportForPeople:
    """Sentences and tables."""

    def __init__(self) -> None:
        self._out = Console(highlight=False)
        self._err = Console(stderr=True, highlight=False)

    def say(self, sentence: str) -> None:
        self._err.print(sentence, style="dim", markup=False, soft_wrap=True)

    def answer(self, answer: Answer, *shown: str | Table) -> None:
        del answer
        for part in shown:
            if isinstance(part, str):
                # Unbroken, so that an address can be copied and a sentence found in a pipe.
                self._out.print(part, markup=False, soft_wrap=True)
            else:
                self._out.print(part)


class ReportForPrograms:
    """One JSON value."""

    def __init__(self) -> None:
        self._err = Console(stderr=True, highlight=False)

    def say(self, sentence: str) -> None:
        self._err.print(sentence, markup=False, soft_wrap=True)

    def answer(self, answer: Answer, *shown: str | Table) -> None:
        del shown
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2, default=str) + "\n")
        sys.stdout.flush()  # whoever reads a pipe waits for this line


def report(*, as_json: bool) -> Report:
    return ReportForPrograms() if as_json else ReportForPeople()


def table(*headings: str, rows: Sequence[Sequence[str]]) -> Table:
    made = Table(box=None, header_style="bold", pad_edge=False)
    for heading in headings:
        made.add_column(heading, overflow="fold")
    for row in rows:
        made.add_row(*row)
    return made
