"""What comparisons with other systems found: which dossiers they hold otherwise, and when a line was compared."""

from collections.abc import Sequence
from uuid import UUID

from dossiers.drift import DriftKind, Standing
from dossiers.values import AgencyCode, DossierNumber
from store.database import Transaction
from store.statements import statements_of
from store.values import Page, Row, StoredInstant, cursor_of, instant_in, key_of

_SQL = statements_of(__file__)


class ToldRow(Row):
    """A dossier of which a line is told."""

    dossier: UUID
    number: DossierNumber


class DriftRow(Row):
    """A dossier that another system holds otherwise."""

    line: AgencyCode
    dossier: UUID
    number: DossierNumber
    kind: DriftKind
    #: How many of our messages it has, of how many.
    has: int
    told: int
    ours: dict[str, str]
    theirs: dict[str, str]
    first_found_at: StoredInstant
    last_found_at: StoredInstant


async def list_told(tx: Transaction, line: AgencyCode, after: UUID | None, *, limit: int = 200) -> tuple[ToldRow, ...]:
    """The dossiers of a line, by their identity, after one of them."""
    return ToldRow.from_rows(await tx.all(_SQL["list_told"], line, after, limit))


async def note_drift(tx: Transaction, line: AgencyCode, dossier: UUID, found: Standing) -> None:
    await tx.run(_SQL["note_drift"], line, dossier, found.kind, found.has, found.of, found.ours, found.theirs)


async def clear_drift(tx: Transaction, line: AgencyCode, dossier: UUID) -> None:
    """They agree, or will when what is under way has arrived."""
    await tx.run(_SQL["clear_drift"], line, dossier)


async def note_comparison(tx: Transaction, line: AgencyCode, *, compared: int, unanswered: int) -> None:
    """A line was compared to the end; of so many dossiers the other side said nothing."""
    await tx.run(_SQL["note_comparison"], line, compared, unanswered)


async def list_drift(
    tx: Transaction, line: AgencyCode | None, cursor: str | None = None, *, limit: int = 50
) -> Page[DriftRow]:
    """The longest known first. ValueError for a cursor that is not one of ours."""
    after = (None, None, None) if cursor is None else _place(cursor)
    rows = await tx.all(_SQL["list_drift"], line, *after, limit + 1)
    items = DriftRow.from_rows(rows[:limit])
    return Page(items=items, next=_cursor(items[-1]) if len(rows) > limit else None)


async def forget_arrivals(tx: Transaction, dossier: UUID, line: AgencyCode, events: Sequence[int]) -> None:
    """The other side has lost what it had taken in: it may be sent again."""
    await tx.run(_SQL["forget_arrivals"], dossier, line, list(events))


def _cursor(row: DriftRow) -> str:
    return cursor_of(row.first_found_at.isoformat(), str(row.dossier), row.line)


def _place(cursor: str) -> tuple[object, UUID, str]:
    found, dossier, line = key_of(cursor, parts=3)
    return instant_in(found), UUID(dossier), line
