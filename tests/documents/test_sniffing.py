import pytest

from documents.errors import DocumentTypeRefused
from documents.sniffing import media_type_of

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"


@pytest.mark.parametrize(("head", "media_type"), [(PDF, "application/pdf"), (JPEG, "image/jpeg"), (PNG, "image/png")])
@pytest.mark.parametrize("declared", [None, "application/octet-stream", "said"])
def test_a_scan_is_known_by_its_beginning(head: bytes, media_type: str, declared: str | None) -> None:
    assert media_type_of(head, media_type.upper() + "; charset=x" if declared == "said" else declared) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"hello",
        b"PK\x03\x04\x14\x00\x00\x00\x08\x00",  # every archive and office file, and so every bomb
        b"<html><script>alert(1)</script>%PDF-1.7",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'>",
        b"MZ\x90\x00\x03\x00\x00\x00",
        b"GIF89a/*" + PDF,
        b"\x1f\x8b\x08\x00",
        b" " + PDF,
    ],
)
def test_whatever_else_it_may_be_it_is_refused(head: bytes) -> None:
    with pytest.raises(DocumentTypeRefused):
        media_type_of(head, None)


def test_a_name_for_bytes_that_are_something_else_is_refused() -> None:
    with pytest.raises(DocumentTypeRefused) as refused:
        media_type_of(JPEG, "application/pdf")

    assert refused.value.particulars == {"found": "image/jpeg"}
