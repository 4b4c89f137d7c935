"""What was escalated, who was told, whether they saw it; and what must never happen, and did."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.callers import KnownCaller, actor_of
from api.errors import NotForThisCaller
from api.openapi import read
from api.paging import KnownPager
from api.parts import KnownParts
from api.views import AlarmView, EscalationPage, NoticePage, StatisticsView
from api.visibility import agency_in_sight, require_visible, sees_all
from api.words import Code
from dossiers.values import UnitCode
from store.alarms import list_open_alarms
from store.escalations import EscalationFilter, NoticeFilter, list_escalations, list_notices
from store.register import read_statistics

router = APIRouter(prefix="/v1", tags=["supervision"])


class EscalationQuery(BaseModel):
    """Which rungs to list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None
    unit: Code | None = None
    dossier: UUID | None = None
    stands: bool | None = Field(default=None, description="chỉ những nấc không bị xoá, hoặc chỉ những nấc đã xoá")
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=200)


class NoticeQuery(BaseModel):
    """Which notices to list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None
    unit: Code | None = None
    dossier: UUID | None = None
    waiting: bool | None = Field(default=None, description="chỉ những thông báo chưa ai xác nhận")
    mine: bool = Field(default=False, description="chỉ những thông báo gửi tới mình")
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=200)


class StatisticsQuery(BaseModel):
    """Whose dossiers to count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None


@router.get("/escalations", **read("listEscalations", "Các nấc cảnh báo đã đến, mới nhất trước"))
async def escalations(
    query: Annotated[EscalationQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> EscalationPage:
    async with parts.database.transaction() as tx:
        wanted = EscalationFilter(
            # Whoever takes part in a dossier sees all that was escalated in it, wherever the work lay.
            agency=agency_in_sight(parts.directories, caller, query.agency),
            unit=UnitCode(query.unit) if query.unit is not None else None,
            dossier=query.dossier,
            stands=query.stands,
        )
        if query.dossier is not None and query.agency is None:
            await require_visible(tx, parts.directories, caller, query.dossier)
            wanted = wanted.model_copy(update={"agency": None})
        page = await pager.turned(list_escalations(tx, wanted, query.cursor, limit=query.limit))
    return EscalationPage.of(page)


@router.get("/notices", **read("listNotices", "Thông báo về thời hạn, mới nhất trước"))
async def notices(
    query: Annotated[NoticeQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> NoticePage:
    agency = agency_in_sight(parts.directories, caller, query.agency)
    wanted = NoticeFilter(
        # A notice to supervisors names the agency it is about, not theirs.
        agency=None if query.mine and query.agency is None else agency,
        unit=UnitCode(query.unit) if query.unit is not None else None,
        dossier=query.dossier,
        is_waiting=query.waiting,
        recipient=actor_of(caller) if query.mine else None,
    )
    async with parts.database.transaction() as tx:
        page = await pager.turned(list_notices(tx, wanted, query.cursor, limit=query.limit))
    return NoticePage.of(page)


@router.get("/alarms", **read("listAlarms", "Điều không được phép xảy ra, và đã xảy ra"))
async def alarms(parts: KnownParts, caller: KnownCaller) -> tuple[AlarmView, ...]:
    if not sees_all(parts.directories, caller):
        raise NotForThisCaller
    async with parts.database.transaction() as tx:
        return tuple(AlarmView.of(one) for one in await list_open_alarms(tx))


@router.get("/statistics", **read("showStatistics", "Mỗi thủ tục một dòng: nhận, sớm, đúng hạn, trễ, còn mở"))
async def statistics(
    query: Annotated[StatisticsQuery, Query()], parts: KnownParts, caller: KnownCaller
) -> tuple[StatisticsView, ...]:
    agency = agency_in_sight(parts.directories, caller, query.agency)
    async with parts.database.transaction() as tx:
        return tuple(StatisticsView.of(one) for one in await read_statistics(tx, agency=agency))
