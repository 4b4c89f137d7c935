"""A QR code as a path of an SVG: it needs no style of its own, prints at any size, and says what it holds in words."""

from itertools import groupby
from typing import NamedTuple

import segno

#: Empty modules around it, without which readers do not find it (ISO/IEC 18004).
_BORDER = 4


class QrCode(NamedTuple):
    """Its side in modules, border included, and the dark ones as a path."""

    side: int
    path: str
    text: str


def qr_of(text: str) -> QrCode:
    """Readable with a quarter of it spoiled, as paper gets."""
    matrix = segno.make_qr(text, error="q").matrix
    path: list[str] = []
    for y, row in enumerate(matrix, _BORDER):
        x = _BORDER
        for dark, run in groupby(row):
            width = len(list(run))
            if dark:
                path.append(f"M{x} {y}h{width}v1h-{width}z")
            x += width
    return QrCode(len(matrix) + 2 * _BORDER, "".join(path), text)
