"""Which documents there are, who brought them, which dossiers hold them; the bytes are elsewhere.

Invariants: a row is written when its bytes are whole; what a dossier holds is never forgotten; a digest alone opens
nothing. A person's electronic store is no table: it is what the dossiers under one identity number left.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from uuid import UUID

from dossiers.documents import Digest, PaperKind, Source, Stored
from dossiers.values import AgencyCode, DossierNumber, OfficerId, ProcedureCode
from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class DocumentRow(Row):
    """A document that the store holds."""

    digest: Digest
    media_type: str
    size: int
    stored_at: StoredInstant
    is_attached: bool


class ReusableRow(Row):
    """A paper that an earlier dossier of the same person left."""

    dossier: UUID
    number: DossierNumber
    procedure: ProcedureCode
    procedure_version: int
    kind: PaperKind
    paper: str
    digest: Digest
    media_type: str
    size: int
    agency: AgencyCode | None
    attached_at: StoredInstant
    valid_until: date | None

    @property
    def source(self) -> Source:
        return Source(
            dossier=self.dossier,
            number=self.number,
            kind=self.kind,
            paper=self.paper,
            agency=self.agency,
            attached_at=self.attached_at,
            valid_until=self.valid_until,
        )

    @property
    def stored(self) -> Stored:
        return Stored(media_type=self.media_type, size=self.size)


class DocumentCount(Row):
    """How much there is; ``bytes`` of the documents themselves."""

    documents: int
    bytes: int
    unattached: int


async def keep_document(tx: Transaction, digest: Digest, stored: Stored, uploader: OfficerId) -> None:
    """The bytes are there, and who brought them may attach them."""
    await tx.run(_SQL["keep_document"], digest, stored.media_type, stored.size, uploader)


async def name_documents(
    tx: Transaction, digests: Sequence[Digest], caller: OfficerId, dossier: UUID | None
) -> dict[Digest, Stored]:
    """Those that the caller may attach to the dossier, kept from now on."""
    rows = await tx.all(_SQL["name_documents"], list(digests), caller, dossier)
    return {row["digest"]: Stored(media_type=row["media_type"], size=row["size"]) for row in rows}


async def read_reusable(tx: Transaction, identity_number: str, *, but: UUID | None) -> tuple[ReusableRow, ...]:
    """What the person's dossiers left, but for the named one."""
    return ReusableRow.from_rows(await tx.all(_SQL["read_reusable"], identity_number, but))


async def list_unattached(tx: Transaction, unnamed_for: timedelta, *, limit: int) -> tuple[Digest, ...]:
    """What no dossier holds and nobody has spoken of for so long."""
    return tuple(row["digest"] for row in await tx.all(_SQL["list_unattached"], unnamed_for, limit))


async def forget_document(tx: Transaction, digest: Digest, unnamed_for: timedelta) -> bool:
    """Forget it, unless somebody has spoken of it meanwhile; whether it is forgotten."""
    return await tx.value(_SQL["forget_document"], digest, unnamed_for) is not None


async def list_documents(tx: Transaction, *, after: Digest = "", limit: int) -> tuple[DocumentRow, ...]:
    """By digest."""
    return DocumentRow.from_rows(await tx.all(_SQL["list_documents"], after, limit))


async def list_missing(tx: Transaction, *, limit: int) -> tuple[Digest, ...]:
    """What dossiers hold and the store does not know."""
    return tuple(row["digest"] for row in await tx.all(_SQL["list_missing"], limit))


async def count_documents(tx: Transaction) -> DocumentCount:
    row = await tx.one(_SQL["count_documents"])
    assert row is not None, "an aggregate always answers"
    return DocumentCount.from_row(row)
