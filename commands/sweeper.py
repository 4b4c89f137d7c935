"""The sweeper: sends again what a crash left PENDING, under the same ids, until every command has its outcome.

Only the holder of a row's lease sends it. While the engine does not answer, one row is tried instead of a batch.
"""

import asyncio

import structlog

from commands.delivery import LEASE, Delivery, Unreachable
from store.database import Database
from store.errors import StoreError
from store.inbox import Errand, lease_due

#: All of a batch are sent at once, so that none waits while its lease runs out.
_BATCH = 16
_PAUSE_SECONDS = 1.0

_log = structlog.get_logger("sweeper")


class Sweeper:
    """Runs in every API process; leases keep them out of each other's way."""

    def __init__(self, database: Database, delivery: Delivery) -> None:
        self._database = database
        self._delivery = delivery
        self._reachable = True

    async def run(self, stopping: asyncio.Event) -> None:
        """Sweep until told to stop; what fails is logged and tried again."""
        while not stopping.is_set():
            try:
                swept = await self.sweep()
            except (TimeoutError, OSError, StoreError) as error:
                _log.warning("sweep.failed", error=type(error).__name__)
                swept = 0
            if swept == 0:
                await _wait(stopping, _PAUSE_SECONDS)

    async def sweep(self) -> int:
        """Send what is due; how many rows got their outcome."""
        async with self._database.transaction() as tx:
            errands = await lease_due(tx, limit=_BATCH if self._reachable else 1, lease=LEASE)
        return sum(await asyncio.gather(*(self._resend(errand) for errand in errands)))

    async def _resend(self, errand: Errand) -> int:
        """One row; a dossier's next one is leased only when this one has its outcome."""
        row = errand.row
        log = _log.bind(command=str(row.id), dossier=str(row.dossier), kind=row.kind)
        try:
            await self._delivery.deliver(errand)
        except Unreachable as unreachable:
            self._reachable = False
            log.warning("command.unanswered", error=repr(unreachable.__cause__))
            return 0
        except Exception:
            # A fault of ours in one row must not stop the sweeping of all the others.
            log.exception("command.not_sent")
            return 0
        self._reachable = True
        log.info("command.resent")
        return 1


async def _wait(stopping: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return
