"""The archivist: exports the Temporal histories of closed dossiers to the store before Temporal forgets them.

Runs in every API process beside the sweeper. What two of them keep at once is kept once; a dossier is marked, so that
nobody looks for its history again.
"""

import asyncio
from datetime import timedelta
from uuid import UUID

import structlog
from temporalio.client import Client
from temporalio.service import RPCError

from commands.histories import closed_runs
from store.alarms import raise_alarm
from store.database import Database
from store.errors import StoreError
from store.histories import HistoryPlace, keep_history, list_due_histories, mark_history

#: Temporal forgot a closed dossier before its history was kept.
HISTORY_LOST = "history-lost"

_BATCH = 200
_PAUSE = timedelta(seconds=20)

_log = structlog.get_logger("archivist")


class Archivist:
    """Keeps what Temporal will forget."""

    def __init__(self, database: Database, client: Client) -> None:
        self._database = database
        self._client = client

    async def run(self, stopping: asyncio.Event) -> None:
        """Keep histories until told to stop; what fails is logged and tried again."""
        while not stopping.is_set():
            try:
                kept = await self.keep_due()
            except (StoreError, OSError, TimeoutError) as error:
                _log.warning("archive.failed", error=type(error).__name__)
                kept = 0
            if kept == 0:
                await _wait(stopping, _PAUSE)

    async def keep_due(self) -> int:
        """Keep the histories of a few closed dossiers; how many need no further look."""
        async with self._database.transaction() as tx:
            due = await list_due_histories(tx, limit=_BATCH)
        return sum([await self._keep(dossier) for dossier in due])

    async def _keep(self, dossier: UUID) -> int:
        try:
            runs = await closed_runs(dossier, self._client)
        except RPCError as error:
            _log.warning("history.not_kept", dossier=str(dossier), error=error.status.name)
            return 0
        if runs is None:
            return 0  # its workflow is about to end
        async with self._database.transaction() as tx:
            for run in runs:
                await keep_history(tx, dossier, run.run_id, run.history)
            if not runs:
                await raise_alarm(tx, HISTORY_LOST, dossier, {})
            await mark_history(tx, dossier, HistoryPlace.KEPT if runs else HistoryPlace.LOST)
        _log.info("history.kept" if runs else "history.lost", dossier=str(dossier), runs=len(runs))
        return 1


async def _wait(stopping: asyncio.Event, pause: timedelta) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), pause.total_seconds())
    except TimeoutError:
        return
