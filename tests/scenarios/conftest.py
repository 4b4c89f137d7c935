"""What a scenario is played on: the way in with its store, or one dossier on Temporal's own timers."""

from tests.commands.conftest import forgetful, idle_office, office, owner, store
from tests.workflows.conftest import journal, station

__all__ = ["forgetful", "idle_office", "journal", "office", "owner", "station", "store"]
