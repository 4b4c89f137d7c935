"""The table of scenarios beside this file speaks of tests that exist."""

import ast
import re
from pathlib import Path

from tests.support.sources import tree_of

HERE = Path(__file__).parent


def test_every_scenario_in_the_table_is_told_by_a_test_that_exists() -> None:
    named = re.findall(r"^\| \d+ \| .+ \| `(.+\.py)::(\w+)` \|$", (HERE / "README.md").read_text("utf-8"), re.MULTILINE)
    missing = [f"{file}::{name}" for file, name in named if name not in names_in(HERE.parent / file)]

    assert len(named) >= 18
    assert missing == []


def test_every_scenario_told_here_is_in_the_table() -> None:
    table = (HERE / "README.md").read_text("utf-8")
    told = [name for file in ("test_time.py", "test_running.py") for name in names_in(HERE / file)]

    assert [name for name in told if f"::{name}`" not in table] == []


def names_in(file: Path) -> list[str]:
    tree = tree_of(file)
    functions = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    return [node.name for node in functions if node.name.startswith("test_")]
