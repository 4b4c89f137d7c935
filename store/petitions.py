"""What complaints and proposals say; everything else of them is a dossier."""

from typing import Literal
from uuid import UUID

from store.database import Transaction
from store.statements import statements_of
from store.values import Row

_SQL = statements_of(__file__)

PetitionKind = Literal["complaint", "proposal"]


class Petition(Row):
    """The words of whoever complains or proposes. Personal, as free text is."""

    kind: PetitionKind
    #: The number of the dossier that it is about, as it was written; it need not exist.
    about: str | None
    body: str

    def __repr__(self) -> str:
        """Says nothing of what was written."""
        return f"Petition({self.kind})"

    __str__ = __repr__


async def write_petition(tx: Transaction, dossier: UUID, petition: Petition) -> None:
    """Kept once: the same again changes nothing."""
    await tx.run(_SQL["write_petition"], dossier, petition.kind, petition.about, petition.body)


async def read_petition(tx: Transaction, dossier: UUID) -> Petition | None:
    row = await tx.one(_SQL["read_petition"], dossier)
    return None if row is None else Petition.from_row(row)
