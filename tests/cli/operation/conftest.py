"""The parts an operator looks at: those on which the way in is tested, and a wide terminal."""

import pytest

from tests.commands.conftest import idle_office, office, owner, store, superuser

__all__ = ["idle_office", "office", "owner", "store", "superuser"]


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which no table folds."""
    monkeypatch.setenv("COLUMNS", "240")
