"""Free text by reference: what people wrote stays in the store, the journal carries a reference and a salted digest."""

from uuid import UUID

from pydantic import Field

from dossiers.values import Value


class TextRef(Value):
    """A reason, an opinion or a request, kept in the store under ``id``; ``digest`` is SHA-256 over salt and text."""

    id: UUID
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
