"""What supervisors must see although it changed nothing: refused acts, violations, applicants who were not told."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.callers import KnownCaller
from api.openapi import read
from api.paging import page_of
from api.parts import KnownParts
from api.views import Moment, View
from api.visibility import agency_in_sight
from api.words import Code
from store.attempts import list_refused, list_unsent, list_violations

router = APIRouter(prefix="/v1", tags=["supervision"])


class RefusedView(View):
    """Một yêu cầu đã bị từ chối; không làm thay đổi gì."""

    id: UUID
    dossier: UUID
    number: str
    kind: str
    task: str | None
    actor: str
    accepted_at: Moment
    code: str | None
    message: str | None


class RefusedPage(View):
    """Một trang yêu cầu bị từ chối."""

    items: tuple[RefusedView, ...]
    next: str | None


class ViolationView(View):
    """Một vi phạm nhập từ giấy, hoặc một yêu cầu bổ sung muộn hơn thời hạn thông báo (late-supplement)."""

    dossier: UUID
    number: str
    sequence: int
    rule: str
    actor: str | None
    occurred_at: Moment
    recorded_at: Moment


class UnsentView(View):
    """Một lần dừng thời hạn mà hết ngày chưa báo người nộp."""

    dossier: UUID
    number: str
    agency: str
    unit: str
    stopped_at: Moment
    due_at: Moment


class ListQuery(BaseModel):
    """Which agency's dossiers, and how many."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None
    limit: int = Field(default=50, ge=1, le=200)


class RefusedQuery(ListQuery):
    """Which refused acts to list."""

    dossier: UUID | None = None
    code: Code | None = Field(default=None, description="mã lỗi, ví dụ appointment-spent")
    cursor: str | None = Field(default=None, max_length=400)


@router.get("/refused-acts", **read("listRefusedActs", "Yêu cầu bị từ chối, mới nhất trước"))
async def refused_acts(query: Annotated[RefusedQuery, Query()], parts: KnownParts, caller: KnownCaller) -> RefusedPage:
    agency = agency_in_sight(parts.directories, caller, query.agency)
    async with parts.database.transaction() as tx:
        page = await page_of(
            list_refused(
                tx, agency=agency, dossier=query.dossier, code=query.code, cursor=query.cursor, limit=query.limit
            )
        )
    return RefusedPage.of(page)


@router.get("/violations", **read("listViolations", "Vi phạm nhập từ giấy và yêu cầu bổ sung muộn, mới nhất trước"))
async def violations(
    query: Annotated[ListQuery, Query()], parts: KnownParts, caller: KnownCaller
) -> tuple[ViolationView, ...]:
    agency = agency_in_sight(parts.directories, caller, query.agency)
    async with parts.database.transaction() as tx:
        return tuple(ViolationView.of(one) for one in await list_violations(tx, agency=agency, limit=query.limit))


@router.get("/unsent-stop-notices", **read("listUnsentStopNotices", "Dừng thời hạn mà hết ngày chưa báo người nộp"))
async def unsent(
    query: Annotated[ListQuery, Query()], parts: KnownParts, caller: KnownCaller
) -> tuple[UnsentView, ...]:
    agency = agency_in_sight(parts.directories, caller, query.agency)
    async with parts.database.transaction() as tx:
        return tuple(UnsentView.of(one) for one in await list_unsent(tx, agency=agency, limit=query.limit))
