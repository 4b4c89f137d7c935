"""Saved views: a selection of tasks under a name, checked as a request is, and run as one.

“Mine” in a shared view is whoever looks. What a view selects is limited to what its reader may see, not its owner.
"""

from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.call import IdempotencyKey
from api.callers import KnownCaller, actor_of
from api.errors import NotForThisCaller
from api.openapi import keeping, read
from api.paging import KnownPager
from api.parts import KnownParts, Parts
from api.task_queries import TaskSelection, filter_of, listed, whose_work
from api.views import SavedViewView, TaskPage
from api.visibility import require_officer
from api.words import Code, Line
from dossiers.identity import kept_id
from dossiers.procedure import Role
from dossiers.values import AgencyCode, UnitCode
from store import views, worklist
from store.callers import Caller
from store.views import View, ViewRow

router = APIRouter(prefix="/v1", tags=["worklist"])

#: Who may put a view before others.
_HEADS = (Role.UNIT_HEAD, Role.AGENCY_HEAD, Role.ONE_STOP_HEAD, Role.SUPERVISOR)


class Sharing(BaseModel):
    """Với ai: cả cơ quan mình, hoặc một đơn vị, một vai trò trong đó."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: Code | None = None
    role: Role | None = None


class SavedViewRequest(BaseModel):
    """Lưu một cách chọn việc dưới một tên."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: Annotated[Line, Field(max_length=100)]
    selection: TaskSelection
    share: Sharing | None = Field(
        default=None, description="không có thì chỉ mình thấy; người đứng đầu mới chia sẻ được"
    )

    @model_validator(mode="after")
    def _names_nobody(self) -> Self:
        if self.share is not None and self.selection.text is not None:
            message = "danh sách chia sẻ không được chứa lời tìm kiếm: đó có thể là tên một người"
            raise ValueError(message)
        return self


class PageQuery(BaseModel):
    """Which page."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    cursor: str | None = Field(default=None, max_length=600)
    limit: int = Field(default=50, ge=1, le=200)


_EXAMPLE = {
    "name": "Sắp đến hạn trong buổi",
    "selection": {"unit": "ha-long-one-stop", "free": True, "remaining_within": "PT4H"},
}


@router.post("/views", **keeping("saveView", "Lưu một cách chọn việc", _EXAMPLE))
async def save(asked: SavedViewRequest, parts: KnownParts, caller: KnownCaller, key: IdempotencyKey) -> SavedViewView:
    return SavedViewView.of(await saved(parts, caller, asked, key))


@router.get("/views", **read("listViews", "Các danh sách đã lưu: của mình, và được chia sẻ với mình"))
async def list_views(parts: KnownParts, caller: KnownCaller) -> tuple[SavedViewView, ...]:
    require_officer(caller)
    async with parts.database.transaction() as tx:
        return tuple(SavedViewView.of(one) for one in await views.list_views(tx, actor_of(caller)))


@router.get("/views/{view_id}/tasks", **read("listViewTasks", "Những việc của một danh sách đã lưu"))
async def run(
    view_id: UUID, page: Annotated[PageQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> TaskPage:
    async with parts.database.transaction() as tx:
        view = await views.read_view(tx, view_id, actor_of(caller))
        selection = TaskSelection.model_validate(view.selection)
        wanted = await filter_of(parts, caller, selection, await whose_work(tx, caller))
        found = await pager.turned(worklist.list_tasks(tx, wanted, page.cursor, limit=page.limit))
        return TaskPage(items=await listed(tx, parts, found.items), next=found.next)


@router.delete("/views/{view_id}", status_code=204, **read("deleteView", "Bỏ một danh sách đã lưu của mình"))
async def delete(view_id: UUID, parts: KnownParts, caller: KnownCaller) -> Response:
    async with parts.database.transaction() as tx:
        await views.delete_view(tx, view_id, owner=caller.id)
    return Response(status_code=204)


async def saved(parts: Parts, caller: Caller, asked: SavedViewRequest, key: str) -> ViewRow:
    """The view, kept under that key."""
    require_officer(caller)
    await filter_of(parts, caller, asked.selection, caller.hands)  # refuses what its owner could not ask for
    async with parts.database.transaction() as tx:
        return await views.save_view(tx, kept_id(caller.id, "view", key), _view(caller, asked))


def may_share(caller: Caller) -> bool:
    """Whoever heads others may put a view before them."""
    return caller.agency is not None and actor_of(caller).has(*_HEADS)


def _view(caller: Caller, asked: SavedViewRequest) -> View:
    selection = asked.selection.model_dump(mode="json", exclude_defaults=True)
    if asked.share is None:
        return View(name=asked.name, owner=caller.id, selection=selection)
    if caller.agency is None or not may_share(caller):
        message = "Chỉ người đứng đầu đơn vị, cơ quan, Bộ phận Một cửa và người giám sát mới chia sẻ danh sách."
        raise NotForThisCaller(message)
    return View(
        name=asked.name,
        owner=caller.id,
        shared_with_agency=AgencyCode(caller.agency),
        shared_with_unit=UnitCode(asked.share.unit) if asked.share.unit is not None else None,
        shared_with_role=asked.share.role,
        selection=selection,
    )
