"""The forms that were issued: which, under which number, and what stands on each, kept once and for all.

A row is written with the event that issues it (`store/journal.sql`), so there is no such event without its letter.
"""

from uuid import UUID

from dossiers.form_kinds import FormKind
from dossiers.sheets import Sheet
from dossiers.values import AgencyCode
from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class IssuedForm(Row):
    """A letter in its agency's book of the year."""

    sequence: int
    form: FormKind
    agency: AgencyCode
    year: int
    serial: int | None
    number: str | None
    issued_at: StoredInstant
    #: SHA-256 of what stands on it; null until it is first looked at.
    digest: str | None

    @property
    def number_words(self) -> str:
        """“01/2026”, or the number that the act brought with it."""
        return self.number or f"{self.serial:02d}/{self.year}"


async def list_forms(tx: Transaction, dossier: UUID) -> tuple[IssuedForm, ...]:
    """The letters of a dossier, in the order in which they were issued."""
    return tuple(IssuedForm.from_rows(await tx.all(_SQL["list_forms"], dossier)))


async def read_sheet(tx: Transaction, dossier: UUID, sequence: int) -> Sheet | None:
    """What stands on a letter; null while nobody has looked at it, or where there is none."""
    kept = await tx.value(_SQL["read_sheet"], dossier, sequence)
    return None if kept is None else Sheet.model_validate_json(kept)


async def keep_sheet(tx: Transaction, dossier: UUID, sequence: int, sheet: Sheet) -> Sheet:
    """Keep what stands on it, unless somebody did; answers what is kept."""
    await tx.run(_SQL["keep_sheet"], dossier, sequence, sheet.model_dump_json(), sheet.digest)
    kept = await read_sheet(tx, dossier, sequence)
    assert kept is not None, "only a letter that was issued is kept"
    return kept
