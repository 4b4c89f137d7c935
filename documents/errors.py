"""What may be wrong with a document's bytes, or with where they are kept.

DocumentError
├── DocumentTooLarge        document-too-large        more bytes than are taken in
├── DocumentTypeRefused     document-type-refused     the bytes are of no type that is taken in, or not what was said
├── DigestMismatch          document-digest-mismatch  the bytes are not those of the digest they came under
├── DocumentLost            document-lost             the store knows the document, and its bytes are not there
└── ObjectsUnavailable      documents-unavailable     the object store did not do it

The class's docstring is its default message in Vietnamese.
"""

from typing import ClassVar


class DocumentError(Exception):
    """Kho tài liệu không thực hiện được yêu cầu."""

    code: ClassVar[str] = "document-error"

    def __init__(self, message: str = "", **particulars: str) -> None:
        self.message = message or (type(self).__doc__ or "")
        self.particulars = particulars
        super().__init__(self.message)


class DocumentTooLarge(DocumentError):
    """Tài liệu lớn hơn mức được nhận."""

    code = "document-too-large"


class DocumentTypeRefused(DocumentError):
    """Nội dung tài liệu không thuộc loại được nhận, hoặc không đúng loại đã khai."""

    code = "document-type-refused"


class DigestMismatch(DocumentError):
    """Nội dung nhận được không đúng mã băm đã nêu; có thể đã hỏng trên đường truyền."""

    code = "document-digest-mismatch"


class DocumentLost(DocumentError):
    """Sổ có tài liệu này nhưng kho không còn nội dung."""

    code = "document-lost"


class ObjectsUnavailable(DocumentError):
    """Kho tài liệu tạm thời không phục vụ được."""

    code = "documents-unavailable"
