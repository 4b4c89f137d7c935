"""A directory of its own for each test that starts services."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from embedded.data_directory import DataDirectory
from tests.support.postgres import passable_directory


@pytest.fixture
def data() -> Iterator[DataDirectory]:
    with passable_directory() as directory:
        made = DataDirectory(directory / "data")
        made.prepare()
        yield made


@pytest.fixture
def migrations(data: DataDirectory) -> Path:
    """A schema of one table, so that these tests depend on no other package."""
    folder = data.path.parent / "migrations"
    folder.mkdir()
    text = "-- migrate:up\nCREATE TABLE note (text text);\nGRANT SELECT, INSERT ON note TO lienthong_app;\n"
    (folder / "0001_note.sql").write_text(f"{text}-- migrate:down\nDROP TABLE note;\n", encoding="utf-8")
    return folder
