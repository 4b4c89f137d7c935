"""Follows a document: writes its files, runs its commands in one shell in order, holds its claims against the output.

A ``yaml`` block is a file, named in its first line. A ``sh`` block is run. A ``text`` block says what the block before
it prints: each line of it stands somewhere in the output, in this order; ``…`` stands for anything.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bootstrap import CHECKOUT

_BLOCK = re.compile(r"^```(?P<kind>[a-z]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_MARK = "@@ block"
_PATIENCE = 900


@dataclass(frozen=True)
class Block:
    """A fenced block of a document."""

    kind: str
    text: str
    line: int


def blocks(document: Path) -> tuple[Block, ...]:
    """Its blocks in order."""
    text = document.read_text(encoding="utf-8")
    return tuple(
        Block(found["kind"], found["text"], text[: found.start()].count("\n") + 1) for found in _BLOCK.finditer(text)
    )


def follow(document: Path, place: Path, environment: Mapping[str, str]) -> Iterator[str]:
    """Do what it says in a place that looks like the checkout; what it claims wrongly, one sentence each."""
    _like_the_checkout(place)
    found = blocks(document)
    done = subprocess.run(
        ["/bin/sh", "-eu", "-c", _script(found)],
        cwd=place,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    printed = _by_block(done.stdout)
    if done.returncode != 0:
        last = max(printed, default=0)
        yield f"{document.name}:{found[last].line}: exit code {done.returncode}\n{printed.get(last, '')}"
        return
    yield from _false_claims(document, found, printed)


def _like_the_checkout(place: Path) -> None:
    """Everything of the checkout is there under its name, and whatever the document makes is made elsewhere."""
    for entry in CHECKOUT.iterdir():
        if entry.name != ".venv":
            (place / entry.name).symlink_to(entry)
    programs = place / ".venv" / "bin"
    programs.mkdir(parents=True)
    command = programs / "lienthong"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -P -m cli "$@"\n', encoding="utf-8")
    command.chmod(0o755)


def environment_at(data: Path) -> dict[str, str]:
    """What a shell of somebody who has just cloned knows."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    return {**kept, "PYTHONPATH": str(CHECKOUT), "LIENTHONG_DATA_DIR": str(data)}


def _script(found: Sequence[Block]) -> str:
    return "\n".join(line for position, block in enumerate(found) for line in _step(position, block))


def _step(position: int, block: Block) -> Iterator[str]:
    if block.kind == "sh":
        yield f'echo "{_MARK} {position}"'
        yield block.text
    if block.kind == "yaml":
        name = block.text.partition("\n")[0].removeprefix("# ")
        yield f"cat > '{name}' <<'@@ end'\n{block.text}@@ end"


def _by_block(output: str) -> dict[int, str]:
    _, *parts = re.split(rf"^{_MARK} ([0-9]+)\n", output, flags=re.MULTILINE)
    return {int(position): text for position, text in zip(parts[::2], parts[1::2], strict=True)}


def _false_claims(document: Path, found: Sequence[Block], printed: Mapping[int, str]) -> Iterator[str]:
    for position, block in enumerate(found):
        if block.kind == "text" and not _says(block.text, printed[position - 1]):
            yield f"{document.name}:{block.line}: claimed\n{block.text}but was\n{printed[position - 1]}"


def _says(claim: str, output: str) -> bool:
    lines = (".*".join(re.escape(part) for part in line.split("…")) for line in claim.splitlines())
    return re.search(r"(?s:.*?)".join(rf"(?-s:{line})" for line in lines), output) is not None
