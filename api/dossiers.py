"""Filing a dossier, and reading one: as it stands, its timeline for people, its history as Temporal keeps it."""

from datetime import date
from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from agencies.roster import TerritoryCode
from api.act_requests import Components, Facts
from api.call import IdempotencyKey, request_hash, tell
from api.callers import KnownCaller, actor_of
from api.document_requests import Documents, attachments
from api.errors import NotForThisCaller
from api.histories import history_of
from api.openapi import act, read
from api.parts import KnownParts, Parts
from api.pinned import pinned_procedure
from api.shown import dossier_view
from api.text_book import TextBook
from api.views import DossierView, HistoryView, TimelineView
from api.visibility import require_officer, require_visible
from api.words import Code, Line, Number
from api.written import told
from commands.gate import Filing
from dossiers.deadline_errors import BeyondCalendar
from dossiers.fast_clock import FastClock
from dossiers.identity import command_id, dossier_id
from dossiers.instants import LegalInstant
from dossiers.procedure import Channel
from dossiers.values import Instant, ProcedureCode, UnitCode
from store.callers import Caller
from store.database import Transaction
from store.errors import DossierUnknown
from store.filing import Applicant
from store.journal import read_journal
from store.register import DossierRow, find_by_number, read_dossier

router = APIRouter(prefix="/v1", tags=["dossiers"])

_IDENTITY_NUMBER = r"^[0-9]{9}([0-9]{3})?$"
_PHONE = r"^\+?[0-9]{9,15}$"
_EMAIL = r"^[^@\s]{1,64}@[A-Za-z0-9.\-]{1,190}$"


class ApplicantRequest(BaseModel):
    """Người đứng tên hồ sơ, và người nộp thay nếu có."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    full_name: Line
    identity_number: Annotated[str, Field(pattern=_IDENTITY_NUMBER)] | None = None
    phone: Annotated[str, Field(pattern=_PHONE)] | None = None
    email: Annotated[str, Field(pattern=_EMAIL)] | None = None
    address: Line | None = None
    submitter_name: Line | None = None
    submitter_identity_number: Annotated[str, Field(pattern=_IDENTITY_NUMBER)] | None = None


class FastClockRequest(BaseModel):
    """Đồng hồ nhanh để trình diễn: thời gian làm việc của hồ sơ trôi nhanh gấp ``factor`` lần."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    origin_wall: Instant | None = None
    origin: LegalInstant
    factor: int = Field(ge=1, le=7_200)


class FilingRequest(BaseModel):
    """Nộp hồ sơ."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    procedure: Code
    receiving_unit: Code = Field(description="đơn vị tiếp nhận, ở bất kỳ đâu trong tỉnh")
    territory: Code | None = Field(default=None, description="nơi có việc, khi khác nơi tiếp nhận")
    channel: Channel
    facts: Facts = {}
    components: Components = Field(default=(), description="thành phần nộp bằng bản giấy")
    documents: Documents = ()
    applicant: ApplicantRequest
    clock: FastClockRequest | None = None

    def of(self, caller: Caller, key: str) -> Filing:
        """What it asks of the gate, without documents and by the wall's clock: the store says what those are."""
        return Filing(
            idempotency_key=key,
            request_hash=request_hash("file", caller.id, self),
            actor=actor_of(caller),
            procedure=ProcedureCode(self.procedure),
            receiving_unit=UnitCode(self.receiving_unit),
            territory=TerritoryCode(self.territory) if self.territory is not None else None,
            channel=self.channel,
            facts=self.facts,
            components=self.components,
            applicant=Applicant(**self.applicant.model_dump()),
        )


_EXAMPLE = {
    "procedure": "2.000815",
    "receiving_unit": "ha-long-one-stop",
    "channel": "counter",
    "components": ["original", "copy"],
    "applicant": {"full_name": "Nguyễn Văn Đức", "identity_number": "022090001234"},
}


@router.post("/dossiers", status_code=201, **act("fileDossier", "Nộp hồ sơ", _EXAMPLE))
async def file(
    request: Request, filing: FilingRequest, parts: KnownParts, caller: KnownCaller, key: IdempotencyKey
) -> Response:
    dossier = dossier_id(caller.id, key)
    book = TextBook(command_id(dossier, key))
    named = attachments(filing.documents, book)
    more = {
        "documents": await parts.documents.known(named, caller.id, dossier, filing.applicant.identity_number),
        "texts": book.texts,
        "clock": await _fast_clock(parts, filing.clock),
    }
    asked = filing.of(caller, key).model_copy(update=more)
    return await tell(request, parts, await parts.gate.file(asked), HTTPStatus.CREATED)


async def _fast_clock(parts: Parts, asked: FastClockRequest | None) -> FastClock | None:
    """The calendar is never the caller's: it is the pinned version, two years of it."""
    if asked is None:
        return None
    if not parts.fast_clock_allowed:
        message = "Đồng hồ nhanh chỉ dùng để trình diễn; hệ thống này không cho phép."
        raise NotForThisCaller(message)
    whole = await parts.catalogue.calendar(await parts.catalogue.newest_calendar())
    if not whole.first <= asked.origin.date() <= whole.last:
        raise BeyondCalendar(asked.origin)
    calendar = whole.between(date(asked.origin.year, 1, 1), date(asked.origin.year + 1, 12, 31))
    origin_wall = asked.origin_wall or parts.now()
    return FastClock(origin_wall=origin_wall, origin=asked.origin, factor=asked.factor, calendar=calendar)


@router.get("/dossiers", **read("findDossier", "Tìm hồ sơ theo mã"))
async def find(number: Annotated[Number, Query()], parts: KnownParts, caller: KnownCaller) -> DossierView:
    async with parts.database.transaction() as tx:
        row = await find_by_number(tx, number)
        if row is None:
            raise DossierUnknown(number=number)
        return await _shown(tx, parts, caller, row)


@router.get("/dossiers/{dossier_id}", **read("showDossier", "Một hồ sơ"))
async def show(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> DossierView:
    async with parts.database.transaction() as tx:
        row = await read_dossier(tx, dossier_id)
        if row is None:
            raise DossierUnknown(dossier=str(dossier_id))
        return await _shown(tx, parts, caller, row)


async def _shown(tx: Transaction, parts: Parts, caller: Caller, row: DossierRow) -> DossierView:
    await require_visible(tx, parts.directories, caller, row.id)
    return await dossier_view(tx, await pinned_procedure(parts, row), row)


@router.get("/dossiers/{dossier_id}/timeline", **read("dossierTimeline", "Câu chuyện của hồ sơ"))
async def timeline(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> TimelineView:
    async with parts.database.transaction() as tx:
        await require_visible(tx, parts.directories, caller, dossier_id)
        row = await read_dossier(tx, dossier_id)
        records = await read_journal(tx, dossier_id)
    assert row is not None, "a visible dossier is in the register"
    procedure = await pinned_procedure(parts, row)
    async with parts.database.transaction() as tx:
        events = await told(tx, caller, procedure, records)
    return TimelineView(dossier=dossier_id, number=row.number, events=events)


@router.get("/dossiers/{dossier_id}/history", **read("dossierHistory", "Lịch sử kỹ thuật của hồ sơ"))
async def history(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> HistoryView:
    require_officer(caller)
    async with parts.database.transaction() as tx:
        await require_visible(tx, parts.directories, caller, dossier_id)
    return await history_of(parts, dossier_id)
