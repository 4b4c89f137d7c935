"""The lines to systems of others: how each stands, what is on its way, what is parked, and sending that on."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from api.act_requests import ResumeDispatchesRequest
from api.call import KnownCall
from api.callers import KnownCaller
from api.line_views import DispatchPage, DriftPage, LineView
from api.openapi import act, read
from api.paging import KnownPager
from api.parts import KnownParts
from api.visibility import agency_in_sight, require_visible
from api.words import Code
from dossiers.values import AgencyCode
from store.dispatches import DispatchFilter, list_dispatches, read_health
from store.drift import list_drift
from store.rendered import DispatchState

router = APIRouter(prefix="/v1", tags=["lines"])


class DispatchQuery(BaseModel):
    """Which messages to list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: Code | None = None
    dossier: UUID | None = None
    state: DispatchState | None = None
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=200)


class DriftQuery(BaseModel):
    """Which drift to list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    line: Code | None = None
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=200)


@router.get("/lines", **read("listLines", "Mỗi đường truyền: đang chờ, chậm từ bao giờ, tạm để lại, lỗi gần nhất"))
async def lines(parts: KnownParts, caller: KnownCaller) -> tuple[LineView, ...]:
    async with parts.database.transaction() as tx:
        health = await read_health(tx, line=agency_in_sight(parts.directories, caller, None))
    return tuple(LineView.of(one) for one in health)


@router.get("/dispatches", **read("listDispatches", "Bản tin gửi tới hệ thống của các cơ quan, cũ nhất trước"))
async def dispatches(
    query: Annotated[DispatchQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> DispatchPage:
    async with parts.database.transaction() as tx:
        if query.dossier is not None:
            await require_visible(tx, parts.directories, caller, query.dossier)
            line = None if query.line is None else AgencyCode(query.line)
        else:
            line = agency_in_sight(parts.directories, caller, query.line)
        wanted = DispatchFilter(line=line, dossier=query.dossier, state=query.state)
        page = await pager.turned(list_dispatches(tx, wanted, query.cursor, limit=query.limit))
    return DispatchPage.of(page)


@router.get("/drift", **read("listDrift", "Hồ sơ mà hệ thống bên kia đang giữ khác, lệch lâu nhất trước"))
async def drift(
    query: Annotated[DriftQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> DriftPage:
    async with parts.database.transaction() as tx:
        line = agency_in_sight(parts.directories, caller, query.line)
        page = await pager.turned(list_drift(tx, line, query.cursor, limit=query.limit))
    return DriftPage.of(page)


@router.post(
    "/dossiers/{dossier_id}/resume-dispatches",
    **act("resumeDispatches", "Cho gửi tiếp bản tin đang tạm để lại", {"line": "social-insurance"}),
)
async def resume(dossier_id: UUID, request: ResumeDispatchesRequest, call: KnownCall) -> Response:
    return await call.on_dossier(dossier_id, request)
