"""A printed form as data: what stands on it, in order, before anything has drawn it.

Two printers draw the same sheet, one for paper that stays (PDF/A), one for officers who write on (docx), so the words
of a form are written once. Equal sheets have one digest, by which a second print is shown to be the first one again.
"""

import hashlib
from typing import Annotated, Literal

from pydantic import Field

from dossiers.values import Value

#: What nobody has told us, left to be written by hand.
BLANK = "…………………"


class Line(Value):
    """A field: what is asked, and what the dossier says."""

    kind: Literal["line"] = "line"
    label: str
    value: str


class Paragraph(Value):
    """A sentence of the form itself."""

    kind: Literal["paragraph"] = "paragraph"
    text: str


class Table(Value):
    """Rows under heads; ``widths`` are shares of the line."""

    kind: Literal["table"] = "table"
    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]


class Signature(Value):
    """Who signs, how, and under which name."""

    title: str
    hint: str = "(ký và ghi rõ họ tên)"
    name: str = ""


class Signatures(Value):
    """Everybody who signs, side by side."""

    kind: Literal["signatures"] = "signatures"
    columns: tuple[Signature, ...]


Block = Annotated[Line | Paragraph | Table | Signatures, Field(discriminator="kind")]


class Sheet(Value):
    """One form, filled in."""

    #: “Mẫu số 01”, and by which circular; empty on a sheet that no circular prescribes.
    form: str = ""
    #: The agency above, and the unit that issues.
    authority: str
    issuer: str
    #: Its number, as the head of the sheet says it: “Số: 01/2026”.
    number: str = ""
    #: Where and when: “Hạ Long, ngày 02 tháng 3 năm 2026”.
    dated: str
    title: str
    #: What a scanner reads; none where the sheet is of no single dossier.
    code: str | None = None
    blocks: tuple[Block, ...]
    is_wide: bool = False
    #: What nobody has confirmed about this form, printed at its foot.
    unverified: str = ""
    is_draft: bool = False

    @property
    def digest(self) -> str:
        """SHA-256 of everything that stands on it."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
