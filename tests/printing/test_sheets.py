"""What is read back from a printed sheet is what stands on it."""

import io

import pytest
from docx import Document
from pypdf import PdfReader

from dossiers.sheets import Line, Paragraph, Sheet, Signature, Signatures, Table
from printing.pdf import pdf_of
from printing.word import docx_of

#: Every letter with every mark, in both sizes: what a font lacks would be drawn as a box and read back as nothing.
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxy àảãáạ ằẳẵắặ ầẩẫấậ èẻẽéẹ ềểễếệ ìỉĩíị òỏõóọ ồổỗốộ ờởỡớợ ùủũúụ ừửữứự ỳỷỹýỵ"
SHEET = Sheet(
    form="Mẫu số 01 (TT 01/2018/TT-VPCP)",
    authority="UBND tỉnh Quảng Ninh",
    issuer="UBND phường Hạ Long",
    number="Số: 01/2026",
    dated="Hạ Long, ngày 02 tháng 03 năm 2026",
    title="GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ",
    code="H49.101.2-260302-0001",
    blocks=(
        Line(label="Chữ thường", value=LETTERS),
        Line(label="Chữ hoa", value=LETTERS.upper()),
        Paragraph(text="#strong[không phải lệnh] \\ $x$ <nhãn>"),
        Table(heads=("TT", "Tên"), widths=(1, 4), rows=(("1", "Đơn đăng ký"), ("2", "Bản vẽ"))),
        Signatures(columns=(Signature(title="NGƯỜI NỘP", name="Nguyễn Văn Đức"), Signature(title="NGƯỜI NHẬN"))),
    ),
    unverified="Chưa đối chiếu.",
)


def read_pdf(content: bytes) -> str:
    pages = PdfReader(io.BytesIO(content)).pages
    return squeezed(" ".join(page.extract_text() for page in pages))


def read_docx(content: bytes) -> str:
    made = Document(io.BytesIO(content))
    cells = [cell.text for table in made.tables for row in table.rows for cell in row.cells]
    return squeezed(" ".join([*(one.text for one in made.paragraphs), *cells]))


def squeezed(text: str) -> str:
    """Without what breaking lines puts in."""
    return "".join(text.split())


def words_of(sheet: Sheet) -> list[str]:
    """Everything that must be read back."""
    words = [sheet.form, sheet.authority.upper(), sheet.issuer.upper(), sheet.number, sheet.dated, sheet.title]
    for block in sheet.blocks:
        match block:
            case Line():
                words += [f"{block.label}:", block.value]
            case Paragraph():
                words.append(block.text)
            case Table():
                words += [*block.heads, *(cell for row in block.rows for cell in row)]
            case Signatures():
                words += [word for one in block.columns for word in (one.title, one.hint, one.name)]
    return [*words, sheet.unverified, sheet.digest[:16]]


@pytest.mark.parametrize("printed", ["pdf", "docx"])
def test_every_word_of_a_sheet_is_read_back_with_all_its_marks(printed: str) -> None:
    text = read_pdf(pdf_of(SHEET)) if printed == "pdf" else read_docx(docx_of(SHEET))

    assert [word for word in words_of(SHEET) if squeezed(word) not in text] == []


def test_the_same_sheet_is_the_same_file_of_the_archival_kind() -> None:
    first = pdf_of(SHEET)

    assert pdf_of(SHEET) == first
    assert b"<pdfaid:part>2</pdfaid:part>" in first
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in first
    changed = SHEET.model_copy(update={"number": "Số: 02/2026"})
    assert changed.digest != SHEET.digest
    assert pdf_of(changed) != first


def test_a_draft_says_that_it_is_one() -> None:
    draft = SHEET.model_copy(update={"is_draft": True})

    assert "BẢNNHÁP" in read_pdf(pdf_of(draft))
    assert "BẢNNHÁP" in read_docx(docx_of(draft))
    assert "BẢNNHÁP" not in read_pdf(pdf_of(SHEET))
