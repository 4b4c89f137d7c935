"""Temporal's own histories of closed dossiers, kept because Temporal forgets them."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


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
