"""Documents over HTTP: bytes come in under their digest, and go out to whoever may see a dossier that holds them.

Bytes are sent once and named by acts afterwards, so an act is small, and sending again after a broken line is safe.
What goes out never opens in a browser as a page of ours: it is an attachment, in a sandbox, of the type that was found.
"""

import re
from datetime import date
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Header, Request, Response
from fastapi import Path as PathParameter
from fastapi.responses import StreamingResponse
from pydantic import Field
from starlette.requests import ClientDisconnect

from api.callers import KnownCaller
from api.errors import NotFound, RangeUnsatisfiable, RequestUnreadable
from api.openapi import READ_PROBLEMS, problems, read
from api.parts import KnownParts
from api.pinned import pinned_procedure
from api.views import Moment, View
from api.visibility import require_visible
from dossiers.documents import Digest, Digitisation, HeldDocument, PaperKind, Source
from dossiers.paper_words import digitisation_words, source_words
from dossiers.papers import PaperState, papers
from store.callers import Caller
from store.database import Transaction
from store.register import read_dossier, read_state
from store.texts import read_texts

router = APIRouter(prefix="/v1", tags=["documents"])

KnownDigest = Annotated[Digest, PathParameter(description="mã băm SHA-256 của nội dung, dạng thập lục phân")]

_SUFFIXES = {"application/pdf": "pdf", "image/jpeg": "jpg", "image/png": "png"}
_ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_UPLOAD_PROBLEMS = (
    "document-too-large",
    "document-type-refused",
    "document-digest-mismatch",
    "documents-unavailable",
)


class StoredView(View):
    """Tài liệu đã nằm trong kho; đính kèm vào hồ sơ bằng mã băm."""

    digest: Digest
    media_type: str = Field(description="theo nội dung, không theo tên tệp", examples=["application/pdf"])
    size: int = Field(description="byte")


class SourceView(View):
    """Giấy tờ dùng lại lấy từ hồ sơ nào của cùng người."""

    dossier: UUID
    number: str
    kind: PaperKind
    paper: str
    agency: str | None = Field(description="cơ quan đã cấp hoặc đã nhận")
    valid_until: date | None
    words: str

    @classmethod
    def told(cls, source: Source) -> "SourceView":
        return cls(**source.model_dump(exclude={"attached_at"}), words=source_words(source))


class VersionView(View):
    """Một lần đính kèm của một giấy tờ."""

    version: int
    digest: Digest
    media_type: str
    size: int = Field(description="byte")
    digitisation: Digitisation
    name: str | None = Field(description="tên tệp, như người nộp đặt")
    attached_at: Moment
    agency: str | None
    valid_until: date | None
    source: SourceView | None


class PaperView(View):
    """Một thành phần hồ sơ hoặc giấy tờ kết quả, và mức độ số hóa."""

    kind: PaperKind
    code: str
    title: str
    required: bool
    digitisation: Digitisation
    words: str = Field(examples=["bản quét"])
    portal_code: int = Field(description="TrangThaiSoHoa của Cổng Dịch vụ công quốc gia")
    versions: tuple[VersionView, ...] = Field(description="lần mới nhất trước")


class PapersView(View):
    """Mọi giấy tờ của một hồ sơ."""

    dossier: UUID
    papers: tuple[PaperView, ...]


_BINARY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}
_WHOLE: dict[str, Any] = {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}


@router.put(
    "/documents/{digest}",
    operation_id="keepDocument",
    summary="Tải tài liệu lên; gửi lại bao nhiêu lần cũng được",
    responses=problems(*READ_PROBLEMS, *_UPLOAD_PROBLEMS),
    openapi_extra=_BINARY,
)
async def keep(digest: KnownDigest, request: Request, parts: KnownParts, caller: KnownCaller) -> StoredView:
    declared = request.headers.get("content-type")
    try:
        stored = await parts.documents.take_in(digest, request.stream(), caller.id, declared=declared)
    except ClientDisconnect as gone:
        raise RequestUnreadable from gone  # nobody is there to read it
    return StoredView(digest=digest, media_type=stored.media_type, size=stored.size)


@router.get(
    "/dossiers/{dossier_id}/documents",
    **read("listDocuments", "Giấy tờ của hồ sơ: mức độ số hóa, các lần đính kèm, nguồn dùng lại"),
)
async def list_papers(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> PapersView:
    async with parts.database.transaction() as tx:
        await require_visible(tx, parts.directories, caller, dossier_id)
        row, state = await read_dossier(tx, dossier_id), await read_state(tx, dossier_id)
        assert row is not None, "a visible dossier is in the register"
    stood = papers(await pinned_procedure(parts, row), state)
    async with parts.database.transaction() as tx:
        return PapersView(dossier=dossier_id, papers=await paper_views(tx, stood))


@router.get(
    "/dossiers/{dossier_id}/documents/{digest}",
    operation_id="readDocument",
    summary="Tải một tài liệu của hồ sơ về; đọc được từng đoạn (Range)",
    response_class=StreamingResponse,
    responses={
        200: {"description": "Toàn bộ nội dung", **_WHOLE},
        206: {"description": "Đoạn được hỏi", **_WHOLE},
        304: {"description": "Bên gọi đã có nội dung này"},
        **problems(*READ_PROBLEMS, "range-unsatisfiable", "document-lost", "documents-unavailable"),
    },
)
async def read_one(
    dossier_id: UUID,
    digest: KnownDigest,
    parts: KnownParts,
    caller: KnownCaller,
    asked: Annotated[str | None, Header(alias="Range", max_length=100)] = None,
    known: Annotated[str | None, Header(alias="If-None-Match", max_length=2_000)] = None,
    unless: Annotated[str | None, Header(alias="If-Range", max_length=200)] = None,
) -> Response:
    async with parts.database.transaction() as tx:
        document, number = await _visible_document(tx, parts, caller, dossier_id, digest)
    headers = headers_of(document, number)
    if known is not None and headers["ETag"] in re.split(r"\s*,\s*", known.replace("W/", "")):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers={"ETag": headers["ETag"]})
    part = None if unless not in {None, headers["ETag"]} else _range(asked, document.size)
    first, last = part or (0, document.size - 1)
    body = await parts.documents.opened(digest, first, last)
    headers["Content-Length"] = str(last - first + 1)
    status = HTTPStatus.OK
    if part is not None:
        status = HTTPStatus.PARTIAL_CONTENT
        headers["Content-Range"] = f"bytes {first}-{last}/{document.size}"
    return StreamingResponse(body, status, headers, media_type=document.media_type)


async def paper_views(tx: Transaction, stood: tuple[PaperState, ...]) -> tuple[PaperView, ...]:
    """Papers with the names that people gave to their files."""
    refs = [one.name.id for paper in stood for one in paper.versions if one.name is not None]
    names = {ref: text.body for ref, text in (await read_texts(tx, refs)).items()} if refs else {}
    return tuple(
        PaperView(
            **paper.model_dump(exclude={"versions"}),
            words=digitisation_words(paper.digitisation),
            portal_code=paper.digitisation.portal_code,
            versions=tuple(_version(one, names) for one in paper.versions),
        )
        for paper in stood
    )


def _version(one: HeldDocument, names: dict[UUID, str]) -> VersionView:
    return VersionView(
        version=one.version,
        digest=one.digest,
        media_type=one.media_type,
        size=one.size,
        digitisation=one.digitisation,
        name=None if one.name is None else names.get(one.name.id),
        attached_at=one.attached_at,
        agency=one.agency,
        valid_until=one.valid_until,
        source=None if one.source is None else SourceView.told(one.source),
    )


async def _visible_document(
    tx: Transaction, parts: KnownParts, caller: Caller, dossier: UUID, digest: Digest
) -> tuple[HeldDocument, str]:
    """The newest version of those bytes in the dossier, and its number. Raises `NotFound` where it holds none."""
    await require_visible(tx, parts.directories, caller, dossier)
    state = await read_state(tx, dossier)
    for one in reversed(state.documents):
        if one.digest == digest and state.filed is not None:
            return one, state.filed.number
    raise NotFound


def headers_of(document: HeldDocument, number: str) -> dict[str, str]:
    """Under which name it is saved, and that nothing in it runs; no name that anybody gave to it."""
    suffix = _SUFFIXES.get(document.media_type, "bin")
    name = re.sub(r"[^A-Za-z0-9.\-_]", "_", f"{number}-{document.paper}-{document.version}")
    return {
        "ETag": f'"{document.digest}"',
        "Accept-Ranges": "bytes",
        "Content-Disposition": f'attachment; filename="{name}.{suffix}"',
        "Content-Security-Policy": "sandbox; default-src 'none'",
    }


def _range(asked: str | None, size: int) -> tuple[int, int] | None:
    """The one range that was asked for; several, or what is not understood, get the whole (RFC 9110, 14.2)."""
    found = None if asked is None else _ONE_RANGE.fullmatch(asked.replace(" ", ""))
    if found is None or found.group(1, 2) == ("", ""):
        return None
    begins, ends = found.groups()
    if not begins:
        first, last = max(size - int(ends), 0), size - 1
    else:
        first, last = int(begins), min(int(ends or size), size - 1)
        if ends and int(ends) < first:
            return None
    if first > last:
        raise RangeUnsatisfiable(size=str(size))
    return first, last
