"""Hand-overs between agencies as a list, and a day's between two units as the sheet that both sides keep.

NĐ 61/2018/NĐ-CP, Điều 18: given and received are two acts; whoever refuses says why, and it lies with the sender.
"""

from collections import Counter
from datetime import date, datetime, time, timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.callers import KnownCaller
from api.openapi import read
from api.paging import KnownPager
from api.parts import KnownParts
from api.time import visible_journal
from api.views import Moment, View
from api.visibility import agency_in_sight, require_officer
from api.words import Code
from commands.directories import Directories
from dossiers.deadlines import Grade
from dossiers.instants import VIETNAM
from dossiers.transfer_slip import TransferSlip, transfer_slip
from dossiers.values import AgencyCode, UnitCode
from store.database import Transaction
from store.legs import LegFilter, list_legs
from store.rendered import LegState

router = APIRouter(prefix="/v1", tags=["hand-overs"])

#: A sheet is of one day between two units.
_PAGE = 200


class HandOverQuery(BaseModel):
    """Which hand-overs to list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = Field(default=None, description="cơ quan ở một trong hai bên")
    sender: Code | None = Field(default=None, description="đơn vị giao")
    receiver: Code | None = Field(default=None, description="đơn vị nhận")
    state: LegState | None = Field(default=None, description="released: đã giao, chưa ai nhận")
    day: date | None = Field(default=None, description="giao trong ngày này, giờ Việt Nam")
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=200)


class SheetQuery(BaseModel):
    """Whose sheet."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sender: Code
    receiver: Code
    day: date


class HandOverView(View):
    """Một lần bàn giao hồ sơ giữa hai cơ quan."""

    dossier: UUID
    number: str
    title: str = Field(description="tên thủ tục")
    task_id: UUID = Field(description="việc nhận hồ sơ; dùng để nhận hoặc trả lại, kể cả hàng loạt")
    step: str
    sender_agency: str
    sender_unit: str
    receiver_agency: str
    receiver_unit: str
    state: LegState
    released_at: Moment
    released_by: str | None
    due_at: Moment | None = Field(description="bên nhận phải nhận trước lúc này")
    settled_at: Moment | None = Field(description="lúc nhận, trả lại hoặc thu hồi")
    settled_by: str | None
    grade: Grade | None


class HandOverPage(View):
    """Một trang bàn giao."""

    items: tuple[HandOverView, ...]
    next: str | None


class SheetView(View):
    """Phiếu bàn giao trong ngày giữa hai đơn vị: để in, hai bên cùng ký."""

    day: date
    sender: str
    sender_name: str
    receiver: str
    receiver_name: str
    rows: tuple[HandOverView, ...]
    accepted: int
    refused: int
    open: int = Field(description="đã giao mà chưa ai nhận")


class TransferSlipView(TransferSlip):
    """Phiếu chuyển xử lý của một hồ sơ (NĐ 61/2018/NĐ-CP, Điều 19.6)."""

    dossier: UUID


@router.get("/hand-overs", **read("listHandOvers", "Hồ sơ đã giao giữa các cơ quan, theo thứ tự giao"))
async def hand_overs(
    query: Annotated[HandOverQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> HandOverPage:
    since, until = (None, None) if query.day is None else _bounds(query.day)
    wanted = LegFilter(
        agency=agency_in_sight(parts.directories, caller, query.agency),
        sender_unit=None if query.sender is None else UnitCode(query.sender),
        receiver_unit=None if query.receiver is None else UnitCode(query.receiver),
        state=query.state,
        since=since,
        until=until,
    )
    async with parts.database.transaction() as tx:
        return HandOverPage.of(await pager.turned(list_legs(tx, wanted, query.cursor, limit=query.limit)))


@router.get(
    "/dossiers/{dossier_id}/transfer-slip",
    **read("showTransferSlip", "Phiếu chuyển xử lý: cơ quan nào làm gì, vai trò, trong thời hạn nào"),
)
async def slip(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> TransferSlipView:
    require_officer(caller)
    journal = await visible_journal(parts, caller, dossier_id)
    return TransferSlipView(dossier=dossier_id, **dict(transfer_slip(journal.records, journal.rulebook)))


@router.get("/hand-overs/sheet", **read("showHandOverSheet", "Phiếu bàn giao trong ngày giữa hai đơn vị"))
async def sheet(query: Annotated[SheetQuery, Query()], parts: KnownParts, caller: KnownCaller) -> SheetView:
    agency = agency_in_sight(parts.directories, caller, None)
    async with parts.database.transaction() as tx:
        return await sheet_of(tx, parts.directories, query, agency)


async def sheet_of(
    tx: Transaction, directories: Directories, asked: SheetQuery, agency: AgencyCode | None = None
) -> SheetView:
    """The whole sheet; of the dossiers in which that agency gave or received, if one is named."""
    since, until = _bounds(asked.day)
    wanted = LegFilter(
        agency=agency,
        sender_unit=UnitCode(asked.sender),
        receiver_unit=UnitCode(asked.receiver),
        since=since,
        until=until,
    )
    page = await list_legs(tx, wanted, limit=_PAGE)
    rows = list(page.items)
    while page.next is not None:
        page = await list_legs(tx, wanted, page.next, limit=_PAGE)
        rows += page.items
    states = Counter(row.state for row in rows)
    return SheetView(
        day=asked.day,
        sender=asked.sender,
        sender_name=await _name(directories, asked.sender),
        receiver=asked.receiver,
        receiver_name=await _name(directories, asked.receiver),
        rows=tuple(HandOverView.of(row) for row in rows),
        accepted=states[LegState.ACCEPTED],
        refused=states[LegState.REFUSED],
        open=states[LegState.RELEASED],
    )


async def _name(directories: Directories, unit: str) -> str:
    known = await directories.with_unit(UnitCode(unit))
    return unit if known is None else known.unit(UnitCode(unit)).name


def _bounds(day: date) -> tuple[datetime, datetime]:
    """The day as the office's clock has it."""
    start = datetime.combine(day, time(), VIETNAM)
    return start, start + timedelta(days=1)
