"""What an operator is told when something does not agree."""

from uuid import UUID

from dossiers.values import DossierNumber, Value


class Finding(Value):
    """Something that does not agree, and what an operator does about it."""

    code: str
    dossier: UUID | None = None
    number: DossierNumber | None = None
    detail: str
    remedy: str
