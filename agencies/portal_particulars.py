"""What the portal is told beside the journal: names, from the versions a dossier is pinned to, and whose it is.

The applicant's own data goes from the store to the portal and nowhere else: no history, no log, no digest has it.
"""

from typing import Protocol

from agencies.roster import Directory
from dossiers.events import DossierFiled
from dossiers.procedure import Procedure
from dossiers.values import OfficerId, Value


class Person(Value):
    """Whose dossier it is."""

    full_name: str
    identity_number: str | None = None
    phone: str | None = None
    email: str | None = None

    def __repr__(self) -> str:
        """Says nothing: whoever logs it logs no person."""
        return "Person(…)"

    __str__ = __repr__


class Particulars(Value):
    """Of one dossier."""

    person: Person
    procedure: Procedure
    directory: Directory
    #: Everybody who acted, by name; a code keeps its person for ever, so the names are the same whenever asked.
    officers: dict[OfficerId, str] = {}


class Sources(Protocol):
    """Who knows the particulars."""

    async def of(self, filed: DossierFiled, officers: tuple[OfficerId, ...]) -> Particulars: ...
