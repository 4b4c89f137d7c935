"""What bytes are, by their beginning and not by what anybody says of them.

A type that is taken in is one whose whole beginning is its own signature: nothing stands before ``%PDF-``, so a page
that a browser would run does not pass for a paper.
"""

import puremagic

from documents.errors import DocumentTypeRefused

#: Enough for every signature that is looked for.
HEAD = 64
#: Whatever may be taken in; which of it a paper accepts, its procedure says.
TAKEN: dict[str, bytes] = {
    "application/pdf": b"%PDF-",
    "image/jpeg": b"\xff\xd8\xff",
    "image/png": b"\x89PNG\r\n\x1a\n",
}
_UNSAID = ("", "application/octet-stream", "application/x-www-form-urlencoded")


def media_type_of(head: bytes, declared: str | None) -> str:
    """The type of a document that begins so. Raises `DocumentTypeRefused` for any other, or if another was declared."""
    found = _sniffed(head)
    if found not in TAKEN or not head.startswith(TAKEN[found]):
        raise DocumentTypeRefused(found=found or "?")
    said = (declared or "").split(";")[0].strip().lower()
    if said not in _UNSAID and said != found:
        raise DocumentTypeRefused(found=found)
    return found


def _sniffed(head: bytes) -> str:
    try:
        return puremagic.from_string(head, mime=True)
    except (puremagic.PureError, ValueError):
        return ""
