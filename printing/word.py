"""A sheet as a document that officers write on (docx): the same words in the same order as the PDF has them.

What comes out of it is a draft of whoever edits it; the letter that was issued is the one that the store keeps.
"""

import io
from typing import assert_never

import segno
from docx import Document
from docx.document import Document as Made
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt
from docx.styles.style import ParagraphStyle

from dossiers.sheets import Block, Line, Paragraph, Sheet, Signatures, Table

_FONT = "Times New Roman"
_A5 = (Mm(148), Mm(210))
_A4_ACROSS = (Mm(297), Mm(210))


def docx_of(sheet: Sheet) -> bytes:
    """The sheet as a file of a word processor."""
    made = Document()
    _set_up(made, sheet)
    _head(made, sheet)
    for block in sheet.blocks:
        _draw(made, block)
    _centred(made, " · ".join(part for part in (sheet.unverified, f"Mã kiểm tra: {sheet.digest[:16]}") if part))
    written = io.BytesIO()
    made.save(written)
    return written.getvalue()


def _set_up(made: Made, sheet: Sheet) -> None:
    style = made.styles["Normal"]
    assert isinstance(style, ParagraphStyle), "it is the style of every paragraph"
    style.font.name, style.font.size = _FONT, Pt(11)
    section = made.sections[0]
    section.page_width, section.page_height = _A4_ACROSS if sheet.is_wide else _A5
    section.orientation = WD_ORIENT.LANDSCAPE if sheet.is_wide else WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Mm(14)
    made.core_properties.title, made.core_properties.author = sheet.title, sheet.issuer


def _head(made: Made, sheet: Sheet) -> None:
    if sheet.form:
        made.add_paragraph(sheet.form).alignment = WD_ALIGN_PARAGRAPH.RIGHT
    left, right = made.add_table(1, 2).rows[0].cells
    left.text = "\n".join(part for part in (sheet.authority.upper(), sheet.issuer.upper(), sheet.number) if part)
    right.text = f"CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc\n{sheet.dated}"
    for cell in (left, right):
        cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    if sheet.code is not None:
        drawn = io.BytesIO()
        segno.make(sheet.code, error="m", micro=False).save(drawn, kind="png", border=1, scale=4)
        made.add_paragraph().add_run().add_picture(drawn, width=Mm(18))
    _centred(made, f"{sheet.title}{' (BẢN NHÁP)' if sheet.is_draft else ''}", is_strong=True)


def _draw(made: Made, block: Block) -> None:
    match block:
        case Line():
            paragraph = made.add_paragraph(f"{block.label}: ")
            paragraph.add_run(block.value).bold = True
        case Paragraph():
            made.add_paragraph(block.text)
        case Table():
            _table(made, block)
        case Signatures():
            cells = made.add_table(1, len(block.columns)).rows[0].cells
            for cell, one in zip(cells, block.columns, strict=True):
                cell.text = f"{one.title}\n{one.hint}\n\n\n{one.name}"
                cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
        case _:
            assert_never(block)


def _table(made: Made, block: Table) -> None:
    table = made.add_table(1, len(block.heads), style="Table Grid")
    for cell, head in zip(table.rows[0].cells, block.heads, strict=True):
        cell.text = head
    for row in block.rows:
        for cell, value in zip(table.add_row().cells, row, strict=True):
            cell.text = value


def _centred(made: Made, words: str, *, is_strong: bool = False) -> None:
    paragraph = made.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.add_run(words).bold = is_strong
