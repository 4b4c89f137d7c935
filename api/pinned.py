"""The procedure that a dossier is pinned to, in whose words its story is told."""

from api.parts import Parts
from dossiers.procedure import Procedure
from store.register import DossierRow


async def pinned_procedure(parts: Parts, row: DossierRow) -> Procedure:
    """The very version the dossier was filed under."""
    procedure = await parts.catalogue.procedure(row.procedure, row.procedure_version)
    assert procedure is not None, "a dossier is filed under a published version"
    return procedure
