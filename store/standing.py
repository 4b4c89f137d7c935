"""How a dossier stands to others: which agencies take part, who filed it, and what it waits for from its applicant."""

from uuid import UUID

from dossiers.state import Awaited
from dossiers.values import AgencyCode, OfficerId
from store.database import Transaction
from store.statements import statements_of
from store.values import Row

_SQL = statements_of(__file__)


class Standing(Row):
    """Who has to do with a dossier."""

    dossier: UUID
    agencies: tuple[AgencyCode, ...]
    filed_by: OfficerId | None
    awaited: Awaited | None


async def read_standing(tx: Transaction, dossier: UUID) -> Standing | None:
    row = await tx.one(_SQL["read_standing"], dossier)
    return None if row is None else Standing.from_row(row)
