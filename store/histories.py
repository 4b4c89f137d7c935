"""Temporal's own histories of closed dossiers, kept because Temporal forgets them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any
from uuid import UUID

from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class HistoryPlace(StrEnum):
    """Where Temporal's history of a dossier is."""

    WITH_TEMPORAL = "with_temporal"
    KEPT = "kept"
    LOST = "lost"  # Temporal forgot it before it was kept


class KeptHistory(Row):
    """The history of one run."""

    run_id: str
    history: dict[str, Any]
    kept_at: StoredInstant


async def keep_history(tx: Transaction, dossier: UUID, run_id: str, history: Mapping[str, Any]) -> None:
    """Keep a closed run's history; kept once, it stays."""
    await tx.run(_SQL["keep_history"], dossier, run_id, dict(history))


async def read_histories(tx: Transaction, dossier: UUID) -> tuple[KeptHistory, ...]:
    """The runs of a dossier, the oldest first."""
    return KeptHistory.from_rows(await tx.all(_SQL["read_histories"], dossier))


async def list_due_histories(tx: Transaction, *, limit: int) -> tuple[UUID, ...]:
    """Closed dossiers whose history is still with Temporal alone, the one closed first before the others."""
    return tuple(row["id"] for row in await tx.all(_SQL["list_due"], limit))


async def mark_history(tx: Transaction, dossier: UUID, place: HistoryPlace) -> None:
    """Say where the history is now, so that nobody looks for it again."""
    await tx.run(_SQL["mark"], dossier, place)
