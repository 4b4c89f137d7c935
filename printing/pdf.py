"""A sheet as PDF/A-2b, drawn by typst with the fonts that come with it: no network, no font of the machine.

The same sheet gives the same bytes: the time of making is the sheet's, not the clock's.
"""

import io
import threading
from functools import lru_cache
from pathlib import Path

import segno
import typst

from dossiers.sheets import Sheet

_TEMPLATE = Path(__file__).parent / "sheet.typ"
#: Whatever the day, a letter printed twice is one letter.
_TIMELESS = 0
#: The compiler keeps its inputs between two drawings.
_drawing = threading.Lock()


def pdf_of(sheet: Sheet) -> bytes:
    """The sheet drawn; takes some milliseconds of a thread, never of an event loop."""
    with _drawing:
        drawn = _compiler().compile(
            format="pdf",
            sys_inputs={"sheet": sheet.model_dump_json(), "digest": sheet.digest, "qr": qr_of(sheet.code)},
            pdf_standards="a-2b",
            timestamp=_TIMELESS,
        )
    assert isinstance(drawn, bytes), "a PDF is one file"
    return drawn


def qr_of(code: str | None) -> str:
    """The code as an SVG, as scanners at the counter read it; nothing where there is none."""
    if code is None:
        return ""
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(drawn, kind="svg", border=1, scale=4)
    return drawn.getvalue().decode()


@lru_cache(maxsize=1)
def _compiler() -> typst.Compiler:
    return typst.Compiler(input=_TEMPLATE, root=_TEMPLATE.parent, ignore_system_fonts=True)
