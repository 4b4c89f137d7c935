"""`document verify|collect|count`: what an operator does with the store of documents."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from cyclopts import App

from cli.operation import joined
from cli.report import AsJson, report, table
from commands.documents import Documents
from commands.finding import Finding
from documents.errors import DocumentError
from documents.objects import Objects
from embedded.failures import EmbeddedFailure
from store.documents import count_documents

app = App(name="document", help="Kho tài liệu.")

_TOLD_EVERY = 500


class DocumentRefused(EmbeddedFailure):
    """The store of documents does not do that, and says why."""

    def __init__(self, refused: DocumentError) -> None:
        particulars = "; ".join(f"{name} {value}" for name, value in refused.particulars.items())
        super().__init__(f"{refused.message} {particulars}".strip())
        self.code = refused.code


@app.command
async def verify(*, json: AsJson = False) -> int:
    """Đọc lại mọi tài liệu trong kho và so với mã băm. Mã thoát 1 khi có tài liệu mất hoặc hỏng."""
    told = report(as_json=json)
    findings: list[Finding] = []
    read = 0
    async with _documents() as documents:
        async for finding in documents.verify():
            read += 1
            findings += [] if finding is None else [finding]
            if read % _TOLD_EVERY == 0:
                told.say(f"Đã đọc {read} tài liệu, {len(findings)} điều không khớp.")
    rows = [[one.code, one.detail, one.remedy] for one in findings]
    shown = table("sai", "chi tiết", "phải làm", rows=rows) if rows else f"{read} tài liệu, đúng cả."
    told.answer({"read": read, "wrong": [one.model_dump(mode="json") for one in findings]}, shown)
    return 1 if findings else 0


@app.command
async def collect(*, json: AsJson = False) -> None:
    """Bỏ ngay những gì đã tải lên mà bảy ngày không hồ sơ nào dùng; các tiến trình API vẫn tự làm việc này."""
    async with _documents() as documents:
        thrown = await documents.collect()
    report(as_json=json).answer({"thrown": thrown}, f"Đã bỏ {thrown} tài liệu.")


@app.command
async def count(*, json: AsJson = False) -> None:
    """Kho có bao nhiêu tài liệu, bao nhiêu byte, bao nhiêu chưa hồ sơ nào giữ."""
    async with joined() as product, product.database.transaction() as tx:
        counted = await count_documents(tx)
    rows = [[str(counted.documents), f"{counted.bytes:,}", str(counted.unattached)]]
    report(as_json=json).answer(counted.model_dump(mode="json"), table("tài liệu", "byte", "chưa dùng", rows=rows))


@asynccontextmanager
async def _documents() -> AsyncIterator[Documents]:
    async with joined() as product:
        try:
            yield Documents(product.database, Objects.at(product.settings.documents_address))
        except DocumentError as refused:
            raise DocumentRefused(refused) from refused
