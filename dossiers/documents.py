"""A dossier's documents by what names them: the digest of their bytes, which are kept elsewhere and never come here.

Invariants: what an act attaches is a new version, and no version is ever taken away; a version says how the paper
became electronic; the name of a file is personal and stands under a reference (TT 01/2023/TT-VPCP, Điều 24).
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, get_args
from uuid import UUID

from pydantic import Field

from dossiers.texts import TextRef
from dossiers.values import AgencyCode, DossierNumber, Instant, TaskKey, Value

#: SHA-256 of the bytes, in hexadecimal: the one name of a document.
Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]

#: What the applicant brought, or what the agencies made of it.
PaperKind = Literal["component", "result"]

#: What a scanner or a signing program makes. An archive or an office file hides what it holds, and opens by unpacking.
MediaType = Literal["application/pdf", "image/jpeg", "image/png"]
USUAL_TYPES: tuple[MediaType, ...] = get_args(MediaType)

ATTACHED_MAX = 50
#: Of one dossier, over all its papers: its state carries each.
VERSIONS_MAX = 300


class Digitisation(StrEnum):
    """How far a paper is electronic; a signature is what whoever attached it says, not what we checked."""

    ABSENT = "absent"  # not there at all
    PAPER = "paper"  # on paper only
    SCANNED = "scanned"
    ORIGINAL = "digital_original"
    CERTIFIED = "certified_copy"
    REUSED_COMPONENT = "reused_component"
    REUSED_RESULT = "reused_result"

    @property
    def portal_code(self) -> int:
        """The portal's ``TrangThaiSoHoa``: none, digitised, a component of another dossier, a result of another."""
        return _PORTAL_CODES[self]


_PORTAL_CODES = {
    Digitisation.ABSENT: 0,
    Digitisation.PAPER: 0,
    Digitisation.SCANNED: 1,
    Digitisation.ORIGINAL: 1,
    Digitisation.CERTIFIED: 1,
    Digitisation.REUSED_COMPONENT: 2,
    Digitisation.REUSED_RESULT: 3,
}

#: How a document that is brought now came to be.
Made = Literal["scanned", "digital_original", "certified_copy"]


class Stored(Value):
    """What the store found when it took the bytes in."""

    media_type: str
    #: In bytes.
    size: int = Field(gt=0)


class Source(Value):
    """The dossier of the same person from whose papers a document is taken, and until when it holds."""

    dossier: UUID
    number: DossierNumber
    kind: PaperKind
    #: Its code in the procedure of that dossier.
    paper: str
    #: Who issued or received it there.
    agency: AgencyCode | None
    attached_at: Instant
    #: The last day on which it holds; null where nothing is said.
    valid_until: date | None = None


class Attachment(Value):
    """A document that an act brings; ``stored`` and ``source`` are filled in where it is let in, never by callers."""

    #: The code of the component or result that it is.
    paper: str
    digest: Digest
    made: Made = "scanned"
    #: It is not brought, but taken from what the person's earlier dossiers left.
    is_reused: bool = False
    name: TextRef | None = None
    #: The last day on which the result holds.
    valid_until: date | None = None
    #: Null: not in the store, or not there for this caller.
    stored: Stored | None = None
    source: Source | None = None


#: What one act may bring.
Attachments = Annotated[tuple[Attachment, ...], Field(max_length=ATTACHED_MAX)]


class Document(Value):
    """One version of a paper, as it was attached."""

    kind: PaperKind
    paper: str
    #: 1, 2, 3 … of this paper in this dossier.
    version: int = Field(ge=1)
    digest: Digest
    media_type: str
    size: int
    digitisation: Digitisation
    name: TextRef | None = None
    valid_until: date | None = None
    source: Source | None = None


class DocumentsAttached(Value):
    """Documents came in with an act."""

    kind: Literal["documents.attached"] = "documents.attached"
    task: TaskKey | None = None
    documents: tuple[Document, ...]


class HeldDocument(Document):
    """A version with when it was attached, and by which agency."""

    attached_at: Instant
    agency: AgencyCode | None = None


class Carried(Value):
    """A document that travels with a dossier: by its digest, which the other side can check."""

    kind: PaperKind
    paper: str
    version: int
    digest: Digest


def versions_of(documents: tuple[HeldDocument, ...], kind: PaperKind, paper: str) -> tuple[HeldDocument, ...]:
    """The versions of one paper, the first one first."""
    return tuple(one for one in documents if (one.kind, one.paper) == (kind, paper))


def newest(documents: tuple[HeldDocument, ...]) -> tuple[HeldDocument, ...]:
    """The version that counts of each paper, in the order in which the papers came."""
    by_paper = {(one.kind, one.paper): one for one in documents}
    return tuple(by_paper.values())


def carried(documents: tuple[HeldDocument, ...]) -> tuple[Carried, ...]:
    """What goes along when the dossier moves."""
    return tuple(
        Carried(kind=one.kind, paper=one.paper, version=one.version, digest=one.digest) for one in newest(documents)
    )
