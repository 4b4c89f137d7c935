"""The parts an operator looks at: those on which the way in is tested."""

from tests.commands.conftest import idle_office, office, owner, store, superuser

__all__ = ["idle_office", "office", "owner", "store", "superuser"]
