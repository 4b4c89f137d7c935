"""What a request says of documents: which paper, by which digest, how it became electronic; bytes came before."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from api.text_book import TextBook
from api.words import Code, Line
from dossiers.documents import ATTACHED_MAX, Attachment, Digest, Made


class DocumentRequest(BaseModel):
    """Tài liệu của một thành phần hồ sơ, đã tải lên trước, hoặc dùng lại từ hồ sơ trước của cùng người."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    component: Code
    digest: Digest = Field(description="mã băm SHA-256 của nội dung")
    made: Made = Field(default="scanned", description="bản quét, bản điện tử gốc, bản sao chứng thực điện tử")
    reused: bool = Field(default=False, description="dùng lại giấy tờ đã có của người nộp, không tải lên lại")
    name: Line | None = Field(default=None, description="tên tệp, như người nộp đặt")

    def attachment(self, book: TextBook, position: int) -> Attachment:
        """What the command carries; the name stays in the book."""
        return Attachment(
            paper=self.component,
            digest=self.digest,
            made=self.made,
            is_reused=self.reused,
            name=book.keep_if(f"documents/{position}/name", self.name),
        )


class ResultRequest(BaseModel):
    """Giấy tờ kết quả, đã tải lên trước; lưu vào kho của người nộp để dùng lại."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    result: Code
    digest: Digest = Field(description="mã băm SHA-256 của nội dung")
    made: Made = "digital_original"
    name: Line | None = None
    valid_until: date | None = Field(default=None, description="ngày cuối cùng còn giá trị")

    def attachment(self, book: TextBook, position: int) -> Attachment:
        """What the command carries; the name stays in the book."""
        return Attachment(
            paper=self.result,
            digest=self.digest,
            made=self.made,
            name=book.keep_if(f"results/{position}/name", self.name),
            valid_until=self.valid_until,
        )


Documents = Annotated[tuple[DocumentRequest, ...], Field(max_length=ATTACHED_MAX)]
Results = Annotated[tuple[ResultRequest, ...], Field(max_length=ATTACHED_MAX)]


def attachments(asked: Sequence[DocumentRequest | ResultRequest], book: TextBook) -> tuple[Attachment, ...]:
    """What a command carries of them."""
    return tuple(one.attachment(book, position) for position, one in enumerate(asked))
