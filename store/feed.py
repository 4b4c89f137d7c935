"""The whole journal in the order of its commits, for whoever follows it from a mark to the next.

Invariant: what was read before a mark is complete. A transaction that began earlier may commit later, so nothing is
shown while an older one is still under way (`pg_snapshot_xmin`); nothing can then appear before what was shown. Within
one dossier the order is that of its sequence, for a dossier's register row is locked before anything is written.
"""

import re
from typing import NamedTuple
from uuid import UUID

import asyncpg

from dossiers.events import Record
from dossiers.instants import local
from dossiers.values import DossierNumber, ProcedureCode, Value
from store.database import Transaction
from store.register import Participation
from store.statements import statements_of

_SQL = statements_of(__file__)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_MARK = re.compile(rf"([0-9]{{1,19}})-({_UUID})-([0-9]{{1,9}})")
#: PostgreSQL's xid8 goes further, but no cluster lives that long.
_MOST = 2**63 - 1


class Mark(NamedTuple):
    """A place in the journal: just after an event. Its text sorts nothing and means nothing to a caller."""

    transaction: int
    dossier: UUID
    sequence: int

    def __str__(self) -> str:
        return f"{self.transaction}-{self.dossier}-{self.sequence}"

    @classmethod
    def parse(cls, text: str) -> "Mark":
        """ValueError for anything we did not write."""
        written = _MARK.fullmatch(text)
        if written is None or int(written[1]) > _MOST:
            raise ValueError(text)
        return cls(int(written[1]), UUID(written[2]), int(written[3]))


#: Before everything.
BEGINNING = Mark(0, UUID(int=0), 0)


class Happened(Value):
    """An event of some dossier, with what says whom it concerns."""

    mark: Mark
    number: DossierNumber
    procedure: ProcedureCode
    procedure_version: int
    #: As it is when the event is read.
    participation: Participation
    record: Record


async def read_feed(tx: Transaction, after: Mark, *, limit: int) -> tuple[Happened, ...]:
    """What is settled after a mark, in order; fewer than the limit only at the end of it."""
    return tuple(_happened(row) for row in await tx.all(_SQL["read_feed"], *after, limit))


async def newest_mark(tx: Transaction) -> Mark:
    """After everything that is settled now."""
    row = await tx.one(_SQL["newest_mark"])
    return BEGINNING if row is None else Mark(row["transaction"], row["dossier"], row["sequence"])


async def is_settled(tx: Transaction, mark: Mark) -> bool:
    """Whether the mark can have been read from this journal: no mark of ours is of a transaction yet to come."""
    return bool(await tx.value(_SQL["is_settled"], mark.transaction))


async def newest_to_come(tx: Transaction) -> int | None:
    """The newest transaction of the journal that this server has not reached yet: it came from another server.

    Until the server has counted beyond it, nothing that is recorded here is told in its order.
    """
    transaction: int | None = await tx.value(_SQL["newest_to_come"])
    return transaction


def _happened(row: asyncpg.Record) -> Happened:
    record = {name: row[name] for name in ("sequence", "cause", "actor", "evidence", "event")}
    return Happened(
        mark=Mark(row["transaction"], row["dossier"], row["sequence"]),
        number=row["number"],
        procedure=row["procedure"],
        procedure_version=row["procedure_version"],
        participation=Participation(filed_by=row["filed_by"], agencies=row["agencies"]),
        record=Record.model_validate(
            {**record, "occurred_at": local(row["occurred_at"]), "recorded_at": local(row["recorded_at"])}
        ),
    )
