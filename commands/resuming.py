"""Sending on what was parked, by hand: in order, under the same identities, each dossier by the way open to it."""

from collections.abc import AsyncIterator
from uuid import UUID

from temporalio.client import ActivityFailureError, Client

from commands.gate import Gate, Submission
from commands.outcomes import Refused
from dossiers.commands import ResumeDispatches
from dossiers.procedure import Role
from dossiers.seats import Actor
from dossiers.values import AgencyCode, OfficerId, Value
from store.database import Database
from store.dispatches import DispatchFilter, DispatchRow, list_dispatches
from store.rendered import DispatchState
from workflows.sending_again import send_again

#: Who acts when an operator does.
OPERATOR = Actor(id=OfficerId("lienthong cli"), roles=(Role.SUPERVISOR,))
_PAGE = 200


class Resumed(Value):
    """What became of the parked messages of a dossier."""

    dossier: UUID
    #: Those that were signed for at once; an open dossier sends its own, and tells later.
    arrived: int
    #: The code of what stopped it; nothing overtakes what failed.
    problem: str | None = None


class Resumption:
    """Everything that is parked on a line."""

    def __init__(self, database: Database, client: Client, task_queue: str, gate: Gate) -> None:
        self._database = database
        self._client = client
        self._task_queue = task_queue
        self._gate = gate

    async def run(self, line: AgencyCode, dossier: UUID | None = None) -> AsyncIterator[Resumed]:
        """Dossier by dossier, the longest parked first; or one of them alone."""
        by_dossier: dict[UUID, list[DispatchRow]] = {}
        for row in await self._parked(line, dossier):
            by_dossier.setdefault(row.dossier, []).append(row)
        for parked, rows in by_dossier.items():
            yield await (self._send(rows) if rows[0].is_closed else self._hand_back(parked, rows))

    async def _parked(self, line: AgencyCode, dossier: UUID | None) -> list[DispatchRow]:
        rows: list[DispatchRow] = []
        cursor: str | None = None
        while True:
            async with self._database.transaction() as tx:
                wanted = DispatchFilter(line=line, dossier=dossier, state=DispatchState.PARKED)
                page = await list_dispatches(tx, wanted, cursor, limit=_PAGE)
            rows += page.items
            cursor = page.next
            if cursor is None:
                return rows

    async def _send(self, rows: list[DispatchRow]) -> Resumed:
        arrived = 0
        for row in sorted(rows, key=lambda one: one.event):
            try:
                await send_again(self._client, self._task_queue, row.dossier, row.line, row.event)
            except ActivityFailureError as failed:
                problem = str(getattr(failed.cause, "type", None) or "dispatch-given-up")
                return Resumed(dossier=row.dossier, arrived=arrived, problem=problem)
            arrived += 1
        return Resumed(dossier=rows[0].dossier, arrived=arrived)

    async def _hand_back(self, dossier: UUID, rows: list[DispatchRow]) -> Resumed:
        """The open dossier itself sends on; the key names this parking, so asking twice resumes once."""
        parked_at = max((row.settled_at for row in rows if row.settled_at is not None), default=None)
        outcome = await self._gate.submit(
            Submission(
                dossier=dossier,
                idempotency_key=f"resume/{rows[0].line}/{rows[0].event}/{parked_at}",
                request_hash="resume",
                actor=OPERATOR,
                command=ResumeDispatches(line=rows[0].line),
            )
        )
        return Resumed(dossier=dossier, arrived=0, problem=outcome.code if isinstance(outcome, Refused) else None)
