"""The worklist: what lies where, who holds it, and taking the next piece of work.

These acts say who works on what; the law knows nothing of them. Claiming what one holds, and giving back what one does
not hold any more, are answered without effect, so they need no key against repetition.
"""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from agencies.directory import officers_of
from api.callers import KnownCaller, actor_of
from api.errors import NotForThisCaller
from api.openapi import read, worklist_act
from api.paging import page_of
from api.parts import KnownParts
from api.views import TaskPage, TaskView
from api.visibility import agency_in_sight, visible_task
from api.words import Code
from dossiers.errors import NotPermitted, OfficerUnfit
from dossiers.instants import LegalInstant
from dossiers.procedure import Role
from dossiers.seats import CallerKind, Seat
from dossiers.state import TaskState
from dossiers.values import OfficerId, ProcedureCode, UnitCode
from store import worklist
from store.callers import Caller
from store.rendered import DeadlineState
from store.worklist import TaskFilter, TaskRow

router = APIRouter(prefix="/v1", tags=["Hàng việc"])


class TransferRequest(BaseModel):
    """Chuyển việc cho đồng nghiệp cùng đơn vị."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    officer: Code


class TaskQuery(BaseModel):
    """Which tasks to list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None
    unit: Code | None = None
    role: Role | None = None
    officer: Code | None = Field(default=None, description="cán bộ đang giữ việc")
    mine: bool = Field(default=False, description="chỉ việc mình đang giữ")
    free: bool | None = Field(default=None, description="chỉ việc chưa ai giữ, hoặc chỉ việc đã có người giữ")
    state: TaskState | None = Field(default=None, description="mặc định là mọi việc đang mở")
    due_before: LegalInstant | None = None
    deadline_state: DeadlineState | None = None
    procedure: Code | None = None
    dossier: UUID | None = None
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=200)


@router.get("/tasks", **read("listTasks", "Danh sách việc, việc đến hạn trước đứng trước"))
async def listed(query: Annotated[TaskQuery, Query()], parts: KnownParts, caller: KnownCaller) -> TaskPage:
    wanted = TaskFilter(
        agency=agency_in_sight(parts.directory, caller, query.agency),
        unit=UnitCode(query.unit) if query.unit is not None else None,
        role=query.role,
        officer=caller.id if query.mine else _officer(query.officer),
        due_before=query.due_before,
        deadline_state=query.deadline_state,
        procedure=ProcedureCode(query.procedure) if query.procedure is not None else None,
        dossier=query.dossier,
        is_free=query.free,
    )
    if query.state is not None:
        wanted = wanted.model_copy(update={"states": (query.state,)})
    async with parts.database.transaction() as tx:
        page = await page_of(worklist.list_tasks(tx, wanted, query.cursor, limit=query.limit))
    return TaskPage.of(page)


@router.get("/tasks/{task_id}", **read("showTask", "Một việc"))
async def show(task_id: UUID, parts: KnownParts, caller: KnownCaller) -> TaskView:
    async with parts.database.transaction() as tx:
        return TaskView.of(await visible_task(tx, parts.directory, caller, task_id))


@router.post(
    "/tasks/get-next",
    status_code=HTTPStatus.OK,
    **worklist_act("getNextTask", "Nhận việc đến hạn sớm nhất của đơn vị mình; null khi không còn việc"),
)
async def get_next(parts: KnownParts, caller: KnownCaller) -> TaskView | None:
    seat = actor_of(caller).seat
    if seat is None:
        raise NotForThisCaller
    async with parts.database.transaction(caller.id) as tx:
        row = await worklist.get_next(tx, officer=caller.id, seat=seat, roles=caller.roles)
    return None if row is None else TaskView.of(row)


@router.post("/tasks/{task_id}/claim", **worklist_act("claimTask", "Nhận giữ một việc"))
async def claim(task_id: UUID, parts: KnownParts, caller: KnownCaller) -> TaskView:
    async with parts.database.transaction(caller.id) as tx:
        _require_fit(caller, await visible_task(tx, parts.directory, caller, task_id))
        return TaskView.of(await worklist.claim(tx, task_id, officer=caller.id))


@router.post("/tasks/{task_id}/release", **worklist_act("releaseTask", "Trả việc về đơn vị"))
async def release(task_id: UUID, parts: KnownParts, caller: KnownCaller) -> TaskView:
    async with parts.database.transaction(caller.id) as tx:
        await visible_task(tx, parts.directory, caller, task_id)
        return TaskView.of(await worklist.release(tx, task_id, officer=caller.id))


@router.post(
    "/tasks/{task_id}/transfer",
    **worklist_act("transferTask", "Chuyển việc cho đồng nghiệp", {"officer": "ha-long-counter-2"}),
)
async def transfer(task_id: UUID, request: TransferRequest, parts: KnownParts, caller: KnownCaller) -> TaskView:
    async with parts.database.transaction(caller.id) as tx:
        task = await visible_task(tx, parts.directory, caller, task_id)
        fit = [one.id for one in officers_of(parts.directory, Seat(agency=task.agency, unit=task.unit), task.role)]
        if request.officer not in fit:
            message = f"Cán bộ này không làm được việc này; có thể chuyển cho: {', '.join(fit)}."
            raise OfficerUnfit(message, officer=request.officer)
        return TaskView.of(await worklist.transfer(tx, task_id, officer=caller.id, to=OfficerId(request.officer)))


def _officer(code: str | None) -> OfficerId | None:
    return OfficerId(code) if code is not None else None


def _require_fit(caller: Caller, task: TaskRow) -> None:
    """Whoever holds a task must be able to do it: at its unit, with its role; or the agency's own system."""
    actor = actor_of(caller)
    is_system = actor.kind is CallerKind.SYSTEM and actor.is_of(task.agency)
    has_role = task.work != "step" or actor.has(task.role)
    if not is_system and not (actor.sits_at(Seat(agency=task.agency, unit=task.unit)) and has_role):
        raise NotPermitted(actor=caller.id, act="claim")
