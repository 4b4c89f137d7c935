"""What the portal is told beside the journal: names from published versions, and the applicant from the store."""

from agencies.portal_particulars import Particulars, Person
from commands.pinning import Catalogue
from dossiers.events import DossierFiled
from dossiers.values import OfficerId
from store.database import Database
from store.filing import read_applicant


class PublishedParticulars:
    """Everything asked of the versions that a dossier is pinned to; people, of the newest that knows them."""

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue

    async def of(self, filed: DossierFiled, officers: tuple[OfficerId, ...]) -> Particulars:
        procedure = await self._catalogue.procedure(filed.procedure, filed.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        async with self._database.transaction() as tx:
            applicant = await read_applicant(tx, filed.dossier)
        assert applicant is not None, "a dossier is filed with its applicant"
        found = {code: await self._catalogue.directories.officer(code) for code in officers}
        return Particulars(
            person=Person.model_validate(applicant.model_dump()),
            procedure=procedure,
            directory=await self._catalogue.directories.pinned(filed.directory_version),
            officers={code: known[1].name for code, known in found.items() if known is not None},
        )
