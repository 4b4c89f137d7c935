"""The documents that are checklists, followed word for word on a real stack while it runs."""

import shutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from bootstrap import CHECKOUT
from tests.cli.conftest import Lienthong
from tests.support.followed import blocks, environment_at, follow
from tests.support.postgres import passable_directory

DOCUMENTS = ("adding-a-procedure.md", "adding-an-agency.md")


@pytest.fixture(scope="module")
def data() -> Iterator[Path]:
    """One stack for all documents of a process: each of them starts what is not running yet."""
    with passable_directory() as directory:
        yield directory / "data"
        Lienthong(directory / "data")("reset", "--yes")


@pytest.mark.skipif(shutil.which("curl") is None, reason="the documents speak to the API with curl")
@pytest.mark.parametrize("name", DOCUMENTS)
def test_whoever_follows_the_document_gets_what_it_shows(name: str, data: Path, tmp_path: Path) -> None:
    assert list(follow(CHECKOUT / "docs" / name, tmp_path, environment_at(data))) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_claim_of_a_document_follows_the_commands_it_speaks_of(name: str) -> None:
    kinds = [block.kind for block in blocks(CHECKOUT / "docs" / name)]

    assert set(kinds) == {"sh", "text", "yaml"}
    assert [before for before, kind in pairwise(kinds) if kind == "text" and before != "sh"] == []
