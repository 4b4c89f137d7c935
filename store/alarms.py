"""Alarms: what must never happen, and did. The same one raised again is counted, not repeated."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class Alarm(Row):
    """Something a person must look at."""

    id: int
    kind: str
    dossier: UUID | None
    particulars: dict[str, str]
    times: int
    first_raised_at: StoredInstant
    last_raised_at: StoredInstant


async def raise_alarm(tx: Transaction, kind: str, dossier: UUID | None, particulars: Mapping[str, str]) -> None:
    await tx.run(_SQL["raise_alarm"], kind, dossier, dict(particulars))


async def list_alarms(tx: Transaction, *, dossier: UUID | None = None, limit: int = 100) -> tuple[Alarm, ...]:
    """The latest first."""
    return Alarm.from_rows(await tx.all(_SQL["list_alarms"], dossier, limit))


async def list_open_alarms(tx: Transaction, *, limit: int = 100) -> tuple[Alarm, ...]:
    """Those that nobody has dealt with since they were last raised, the latest first."""
    return Alarm.from_rows(await tx.all(_SQL["list_open"], limit))


async def settle_alarms(tx: Transaction, dossier: UUID, kinds: Sequence[str]) -> int:
    """Say that a dossier's alarms of these kinds are dealt with; how many there were. Raised again, they are open."""
    return int(await tx.value(_SQL["settle"], dossier, list(kinds)))
