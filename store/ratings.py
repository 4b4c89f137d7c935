"""What applicants think of how it went: one rating for each dossier, never changed."""

from collections.abc import Mapping
from uuid import UUID

from dossiers.deadlines import Grade
from dossiers.values import AgencyCode, DossierNumber, ProcedureCode
from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class Rating(Row):
    """One rating, from 1 (not content) to 3 (very content), with the dossier it is about and nobody's name."""

    dossier: UUID
    number: DossierNumber
    procedure: ProcedureCode
    counter_agency: AgencyCode
    lead_agency: AgencyCode
    grade: Grade | None
    score: int
    comment: str | None
    rated_at: StoredInstant


async def add_rating(tx: Transaction, dossier: UUID, score: int, comment: str | None) -> bool:
    """Whether it is the first; a later one changes nothing."""
    return await tx.value(_SQL["add_rating"], dossier, score, comment) is not None


async def read_rating(tx: Transaction, dossier: UUID) -> int | None:
    score: int | None = await tx.value(_SQL["read_rating"], dossier)
    return score


async def list_ratings(
    tx: Transaction, *, agency: AgencyCode | None = None, score: int | None = None, limit: int = 100
) -> tuple[Rating, ...]:
    """The latest first, of the dossiers that the agency takes part in."""
    return Rating.from_rows(await tx.all(_SQL["list_ratings"], agency, score, limit))


async def count_ratings(tx: Transaction, agency: AgencyCode | None = None) -> Mapping[int, int]:
    """How many there are of each score."""
    return {row["score"]: row["ratings"] for row in await tx.all(_SQL["count_ratings"], agency)}
