"""Holding what another system shows of our dossiers against what we hold, and sending again what it has not.

What is on its way is no drift: its lag is told elsewhere. What was taken in once and is there no more is sent again, in
order, under the same identities; what is parked is sent on behind it. Where the other side stands where we never stood
nothing is sent: a person looks.
"""

from collections.abc import AsyncIterator
from uuid import UUID

from temporalio.client import ActivityFailureError, Client

from commands.resuming import Resumption
from dossiers.drift import DriftKind, Standing
from dossiers.values import AgencyCode, DossierNumber, Value
from store.database import Database
from store.dispatches import DispatchFilter, DispatchRow, list_dispatches
from store.drift import ToldRow, clear_drift, forget_arrivals, list_told, note_comparison, note_drift
from store.rendered import DispatchState
from workflows.sending_again import compare, send_again

_PAGE = 200
#: More messages than any dossier has on a line.
_ALL = 10_000


class Compared(Value):
    """One dossier, held against what the other side says."""

    line: AgencyCode
    dossier: UUID
    number: DossierNumber
    #: Null where the other side said nothing.
    standing: Standing | None
    #: Messages that will arrive by themselves, and that wait for a person.
    waiting: int = 0
    parked: int = 0
    #: The code of what went wrong with asking or sending.
    problem: str | None = None

    @property
    def drifts(self) -> bool:
        """Whether they differ, and will if nobody does anything."""
        return self.standing is not None and self.standing.kind is not DriftKind.IN_STEP and not self.waiting


class LineReconciliation:
    """Every dossier of a line."""

    def __init__(self, database: Database, client: Client, task_queue: str, resumption: Resumption) -> None:
        self._database = database
        self._client = client
        self._task_queue = task_queue
        self._resumption = resumption

    async def run(self, line: AgencyCode) -> AsyncIterator[Compared]:
        """Compare every dossier; what was found is kept for the lists."""
        compared = unanswered = 0
        async for told in self._told(line):
            found = await self.compared(line, told)
            compared, unanswered = compared + 1, unanswered + (found.standing is None)
            yield found
        async with self._database.transaction() as tx:
            await note_comparison(tx, line, compared=compared, unanswered=unanswered)

    async def compared(self, line: AgencyCode, told: ToldRow) -> Compared:
        """One dossier as it stands there now."""
        rows = await self._rows(line, told.dossier)
        found = Compared(
            line=line,
            dossier=told.dossier,
            number=told.number,
            standing=None,
            waiting=_count(rows, DispatchState.WAITING),
            parked=_count(rows, DispatchState.PARKED),
        )
        try:
            asked = await compare(self._client, self._task_queue, told.dossier, line)
        except ActivityFailureError as failed:
            return found.model_copy(update={"problem": _code_of(failed)})
        found = found.model_copy(update={"standing": asked})
        async with self._database.transaction() as tx:
            await (note_drift(tx, line, told.dossier, asked) if found.drifts else clear_drift(tx, line, told.dossier))
        return found

    async def mended(self, found: Compared) -> Compared:
        """Send again what the other side has not, and look once more."""
        standing = found.standing
        if standing is None or not found.drifts:
            return found
        if standing.kind is not DriftKind.DIFFERENT:
            rows = sorted(await self._rows(found.line, found.dossier), key=lambda one: one.event)
            lost = [one.event for one in rows[standing.has :] if one.arrived_at is not None]
            problem = await self._send(found, lost)
            if problem is not None:
                return found.model_copy(update={"problem": problem})
        async for resumed in self._resumption.run(found.line, found.dossier):
            if resumed.problem is not None:
                return found.model_copy(update={"problem": resumed.problem})
        return await self.compared(found.line, ToldRow(dossier=found.dossier, number=found.number))

    async def _send(self, found: Compared, events: list[int]) -> str | None:
        """In order, each once; the code of what stopped it."""
        if not events:
            return None
        async with self._database.transaction() as tx:
            await forget_arrivals(tx, found.dossier, found.line, events)
        try:
            for event in events:
                await send_again(self._client, self._task_queue, found.dossier, found.line, event)
        except ActivityFailureError as failed:
            return _code_of(failed)
        return None

    async def _rows(self, line: AgencyCode, dossier: UUID) -> tuple[DispatchRow, ...]:
        async with self._database.transaction() as tx:
            return (await list_dispatches(tx, DispatchFilter(line=line, dossier=dossier), limit=_ALL)).items

    async def _told(self, line: AgencyCode) -> AsyncIterator[ToldRow]:
        after: UUID | None = None
        while True:
            async with self._database.transaction() as tx:
                page = await list_told(tx, line, after, limit=_PAGE)
            for row in page:
                yield row
            if len(page) < _PAGE:
                return
            after = page[-1].dossier


def _count(rows: tuple[DispatchRow, ...], state: DispatchState) -> int:
    return sum(1 for row in rows if row.state is state and row.arrived_at is None)


def _code_of(failed: ActivityFailureError) -> str:
    return str(getattr(failed.cause, "type", None) or "comparison-failed")
