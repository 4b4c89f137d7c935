"""What import-linter and ruff cannot see: packages no contract names, sizes, words."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

from tests.support.sources import tree_of

CHECKOUT = Path(__file__).resolve().parents[2]
CONFIGURATION = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = CONFIGURATION["tool"]["importlinter"]

LONGEST_MODULE = 400
LONGEST_FUNCTION = 50
ROOTS = ("bootstrap.py", "worker.py")
FORBIDDEN_WORDS = (
    "util", "utils", "helper", "helpers", "common", "manager", "service", "handler", "base", "info", "impl",
)  # fmt: skip


def test_every_top_level_package_is_under_contract() -> None:
    packages = {folder.parent.name for folder in CHECKOUT.glob("*/__init__.py")} - {"tests"}

    assert packages == set(CONTRACTS["root_packages"])


def test_every_package_is_checked_for_cycles() -> None:
    acyclic = next(contract for contract in CONTRACTS["contracts"] if contract["id"] == "acyclic")

    assert acyclic["ancestors"] == CONTRACTS["root_packages"]


def test_every_package_but_the_embedded_services_has_a_layer() -> None:
    layers = next(contract for contract in CONTRACTS["contracts"] if contract["id"] == "layers")
    named = {name.strip() for layer in layers["layers"] for name in layer.split("|")}

    assert named == set(CONTRACTS["root_packages"]) - {"embedded"}


def test_no_module_stands_beside_the_packages_but_the_roots() -> None:
    modules = {file.name for file in CHECKOUT.glob("*.py")}

    assert modules <= set(ROOTS)


def test_no_module_is_longer_than_four_hundred_lines() -> None:
    lengths = {str(file): len(file.read_text(encoding="utf-8").splitlines()) for file in modules()}

    assert {file: length for file, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_no_function_is_longer_than_fifty_lines() -> None:
    lengths = {
        f"{file}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for file in modules()
        for node in ast.walk(tree_of(file))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }

    assert {name: length for name, length in lengths.items() if length > LONGEST_FUNCTION} == {}


def test_no_name_says_nothing() -> None:
    named = [(str(file), name) for file in modules() for name in (file.stem, *class_names(file))]
    empty = [(file, name) for file, name in named if set(words(name)) & set(FORBIDDEN_WORDS)]

    assert empty == []


def test_bans_of_the_whole_tree_hold_in_folders_with_bans_of_their_own() -> None:
    everywhere = banned(CONFIGURATION["tool"]["ruff"])
    nested = {file: banned(tomllib.loads(file.read_text(encoding="utf-8"))) for file in CHECKOUT.glob("*/ruff.toml")}

    assert nested
    assert [
        (str(file), name)
        for file, names in nested.items()
        for name in everywhere
        # A ban of the whole module is a ban of what is in it.
        if name not in names and name.rpartition(".")[0] not in names
    ] == []


def modules() -> Iterator[Path]:
    for package in (*CONTRACTS["root_packages"], "tests"):
        yield from sorted((CHECKOUT / package).rglob("*.py"))
    yield from (CHECKOUT / root for root in ROOTS if (CHECKOUT / root).exists())


def class_names(file: Path) -> list[str]:
    tree = tree_of(file)
    return [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]


def words(name: str) -> list[str]:
    return [word.lower() for word in re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])", name)]


def banned(ruff: dict[str, dict[str, dict[str, dict[str, object]]]]) -> set[str]:
    return set(ruff["lint"]["flake8-tidy-imports"]["banned-api"])
