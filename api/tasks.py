"""The worklist: what lies where, who holds it, and taking the next piece of work.

These acts say who works on what; the law knows nothing of them. Claiming what one holds, and giving back what one does
not hold any more, are answered without effect, so they need no key against repetition.
"""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict

from api.callers import KnownCaller, actor_of
from api.errors import NotForThisCaller
from api.openapi import read, read_tagged, worklist_act
from api.paging import KnownPager
from api.parts import KnownParts, Parts
from api.revisions import RevisionMeant, tagged
from api.task_queries import TaskQuery, filter_of, listed, whose_work
from api.views import CountsView, TaskPage, TaskView
from api.visibility import agency_in_sight, visible_task
from api.words import Code
from dossiers.errors import NotPermitted, OfficerUnfit
from dossiers.procedure import Role
from dossiers.seats import CallerKind, Seat
from dossiers.values import OfficerId, UnitCode
from store import worklist
from store.callers import Caller
from store.worklist import TaskFilter, TaskRow

router = APIRouter(prefix="/v1", tags=["worklist"])


class TransferRequest(BaseModel):
    """Chuyển việc cho đồng nghiệp cùng đơn vị."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    officer: Code


class CountsQuery(BaseModel):
    """Whose open work to count."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None
    unit: Code | None = None
    role: Role | None = None
    officer: Code | None = None


@router.get("/tasks", **read("listTasks", "Danh sách việc, việc đến hạn trước đứng trước"))
async def list_tasks(
    query: Annotated[TaskQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> TaskPage:
    async with parts.database.transaction() as tx:
        wanted = await filter_of(parts, caller, query, await whose_work(tx, caller))
        page = await pager.turned(worklist.list_tasks(tx, wanted, query.cursor, limit=query.limit))
        return TaskPage(items=await listed(tx, parts, page.items), next=page.next)


@router.get("/tasks/counts", **read("countTasks", "Số việc đang mở của mỗi đơn vị, theo tình trạng"))
async def count_tasks(query: Annotated[CountsQuery, Query()], parts: KnownParts, caller: KnownCaller) -> CountsView:
    wanted = TaskFilter(
        agency=agency_in_sight(parts.directories, caller, query.agency),
        unit=UnitCode(query.unit) if query.unit is not None else None,
        role=query.role,
        officers=(OfficerId(query.officer),) if query.officer is not None else None,
    )
    async with parts.database.transaction() as tx:
        return CountsView.of(await worklist.count_tasks(tx, wanted, mine=await whose_work(tx, caller)))


@router.get("/tasks/{task_id}", **read_tagged("showTask", "Một việc"))
async def show(task_id: UUID, response: Response, parts: KnownParts, caller: KnownCaller) -> TaskView:
    async with parts.database.transaction() as tx:
        return TaskView.of(tagged(response, await visible_task(tx, parts.directories, caller, task_id)))


@router.post(
    "/tasks/get-next",
    status_code=HTTPStatus.OK,
    **worklist_act("getNextTask", "Nhận việc đến hạn sớm nhất của đơn vị mình; null khi không còn việc"),
)
async def get_next(response: Response, parts: KnownParts, caller: KnownCaller) -> TaskView | None:
    seat = actor_of(caller).seat
    if seat is None:
        raise NotForThisCaller
    async with parts.database.transaction() as tx:
        row = await worklist.get_next(tx, officer=caller.id, seat=seat, roles=caller.roles)
    return None if row is None else TaskView.of(tagged(response, row))


@router.post("/tasks/{task_id}/claim", **worklist_act("claimTask", "Nhận giữ một việc"))
async def claim(
    task_id: UUID, response: Response, parts: KnownParts, caller: KnownCaller, revision: RevisionMeant
) -> TaskView:
    return TaskView.of(tagged(response, await claimed(parts, caller, task_id, revision)))


@router.post("/tasks/{task_id}/release", **worklist_act("releaseTask", "Trả việc về đơn vị"))
async def release(
    task_id: UUID, response: Response, parts: KnownParts, caller: KnownCaller, revision: RevisionMeant
) -> TaskView:
    return TaskView.of(tagged(response, await released(parts, caller, task_id, revision)))


@router.post(
    "/tasks/{task_id}/transfer",
    **worklist_act("transferTask", "Chuyển việc cho đồng nghiệp", {"officer": "ha-long-counter-2"}),
)
async def transfer(
    task_id: UUID,
    request: TransferRequest,
    response: Response,
    parts: KnownParts,
    caller: KnownCaller,
    revision: RevisionMeant,
) -> TaskView:
    row = await transferred(parts, caller, task_id, OfficerId(request.officer), revision)
    return TaskView.of(tagged(response, row))


async def claimed(parts: KnownParts, caller: Caller, task_id: UUID, revision: int | None) -> TaskRow:
    """The task, taken by somebody who can do it."""
    async with parts.database.transaction() as tx:
        _require_fit(caller, await visible_task(tx, parts.directories, caller, task_id))
        return await worklist.claim(tx, task_id, officer=caller.id, hands=caller.hands, revision=revision)


async def released(parts: Parts, caller: Caller, task_id: UUID, revision: int | None) -> TaskRow:
    """The task, given back to its unit."""
    async with parts.database.transaction() as tx:
        await visible_task(tx, parts.directories, caller, task_id)
        return await worklist.release(tx, task_id, officer=caller.id, hands=caller.hands, revision=revision)


async def transferred(parts: Parts, caller: Caller, task_id: UUID, to: OfficerId, revision: int | None) -> TaskRow:
    """The task, passed on to a colleague who can do it. Raises `OfficerUnfit`."""
    async with parts.database.transaction() as tx:
        task = await visible_task(tx, parts.directories, caller, task_id)
        seat = Seat(agency=task.agency, unit=task.unit)
        fit = [one.id for one in await parts.directories.officers_of(seat, task.role)]
        if to not in fit:
            message = f"Cán bộ này không làm được việc này; có thể chuyển cho: {', '.join(fit)}."
            raise OfficerUnfit(message, officer=to)
        return await worklist.transfer(tx, task_id, officer=caller.id, to=to, hands=caller.hands, revision=revision)


def _require_fit(caller: Caller, task: TaskRow) -> None:
    """Whoever holds a task must be able to do it: at its unit, with its role; or the agency's own system."""
    actor = actor_of(caller)
    is_system = actor.kind is CallerKind.SYSTEM and actor.is_of(task.agency)
    has_role = task.work in {"hand_over", "acceptance"} or actor.has(task.role)
    if not is_system and not (actor.sits_at(Seat(agency=task.agency, unit=task.unit)) and has_role):
        raise NotPermitted(actor=caller.id, act="claim")
