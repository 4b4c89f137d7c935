"""The same act on many tasks at once: each is an act of its own, and one that is refused stops no other.

Every item gets its own idempotency key, made of the batch's and the task, so a batch that was cut off is sent again as
it was: what is done is answered as done, the rest is done now. The answer is 207 with an outcome for each item.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any, Self
from uuid import UUID

from fastapi import APIRouter
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api import act_requests as asked
from api import problems
from api.act_requests import TaskActRequest
from api.call import Call, KnownCall, told_of
from api.openapi import bulk
from api.problems import Problem
from api.tasks import claimed
from api.views import AcceptedView, ActView, TaskView, View
from commands.outcomes import Refused
from store.worklist import TaskRow

router = APIRouter(prefix="/v1/bulk", tags=["bulk"])

#: As many as an officer looks through before pressing a button.
ITEMS_MOST = 100
#: A batch leaves room for everybody else.
_AT_ONCE = 4


class BulkItem(BaseModel):
    """Một việc trong lô."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: UUID
    revision: int | None = Field(
        default=None, ge=1, description="như If-Match: lần sửa đổi của việc khi người làm đọc nó"
    )


class BulkRequest(BaseModel):
    """Một lô việc, mỗi việc một lần."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    items: Annotated[tuple[BulkItem, ...], Field(min_length=1, max_length=ITEMS_MOST)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len({one.task for one in self.items}) < len(self.items):
            message = "mỗi việc chỉ được có mặt một lần"
            raise ValueError(message)
        return self


class BulkCompleteRequest(BulkRequest):
    """Hoàn thành một lô việc với cùng một kết cục."""

    request: asked.CompleteRequest = asked.CompleteRequest()


class BulkRefuseHandOverRequest(BulkRequest):
    """Không nhận một lô hồ sơ, vì cùng một lý do."""

    request: asked.RefuseHandOverRequest


class BulkOutcomeView(View):
    """Điều đã xảy ra với một việc của lô: như khi gửi riêng việc ấy."""

    task: UUID
    status: int = Field(description="mã HTTP mà việc này gửi riêng sẽ nhận", examples=[200])
    done: ActView | TaskView | None = None
    accepted: AcceptedView | None = None
    problem: Problem | None = None


class BulkView(View):
    """Kết quả của một lô, theo thứ tự đã gửi."""

    outcomes: tuple[BulkOutcomeView, ...]
    failed: int = Field(description="số việc bị từ chối")


_ITEMS: dict[str, Any] = {"items": [{"task": "00000000-0000-5000-8000-000000000001", "revision": 3}]}


@router.post("/claim", **bulk("claimTasks", "Nhận giữ nhiều việc", BulkView, _ITEMS))
async def claim(batch: BulkRequest, call: KnownCall) -> JSONResponse:
    async def take(item: BulkItem) -> BulkOutcomeView:
        return of_the_worklist(await claimed(call.parts, call.caller, item.task, item.revision))

    return await _told(batch, take)


@router.post("/hand-over", **bulk("handOverTasks", "Bàn giao nhiều hồ sơ", BulkView, _ITEMS))
async def hand_over(batch: BulkRequest, call: KnownCall) -> JSONResponse:
    return await _told(batch, acting(call, asked.HandOverRequest()))


@router.post("/accept-hand-over", **bulk("acceptHandOvers", "Nhận bàn giao nhiều hồ sơ", BulkView, _ITEMS))
async def accept_hand_over(batch: BulkRequest, call: KnownCall) -> JSONResponse:
    return await _told(batch, acting(call, asked.AcceptHandOverRequest()))


@router.post(
    "/refuse-hand-over",
    **bulk(
        "refuseHandOvers",
        "Không nhận bàn giao nhiều hồ sơ",
        BulkView,
        {**_ITEMS, "request": {"reason": "Thiếu bản chính giấy chứng nhận quyền sử dụng đất."}},
    ),
)
async def refuse_hand_over(batch: BulkRefuseHandOverRequest, call: KnownCall) -> JSONResponse:
    return await _told(batch, acting(call, batch.request))


@router.post(
    "/complete",
    **bulk("completeTasks", "Hoàn thành nhiều bước", BulkView, {**_ITEMS, "request": {"outcome": "done"}}),
)
async def complete(batch: BulkCompleteRequest, call: KnownCall) -> JSONResponse:
    return await _told(batch, acting(call, batch.request))


def of_the_worklist(row: TaskRow) -> BulkOutcomeView:
    """What came of an act on a claim."""
    return BulkOutcomeView(task=row.id, status=HTTPStatus.OK, done=TaskView.of(row))


def acting(call: Call, act: TaskActRequest) -> Callable[[BulkItem], Awaitable[BulkOutcomeView]]:
    """The same act on every item, under a key of its own."""

    async def perform(item: BulkItem) -> BulkOutcomeView:
        outcome = await call.outcome_on_task(item.task, act, f"{call.key}/{item.task}", item.revision)
        match await told_of(call.parts, outcome):
            case ActView() as done:
                return BulkOutcomeView(task=item.task, status=HTTPStatus.OK, done=done)
            case AcceptedView() as accepted:
                return BulkOutcomeView(task=item.task, status=HTTPStatus.ACCEPTED, accepted=accepted)
            case Refused() as refused:
                return _failed(item, problems.refusal_of(refused))

    return perform


async def _told(batch: BulkRequest, perform: Callable[[BulkItem], Awaitable[BulkOutcomeView]]) -> JSONResponse:
    view = await each(batch, perform)
    return JSONResponse(view.model_dump(mode="json"), status_code=HTTPStatus.MULTI_STATUS)


async def each(batch: BulkRequest, perform: Callable[[BulkItem], Awaitable[BulkOutcomeView]]) -> BulkView:
    """What became of every item, in the order of the batch; one that is refused stops no other."""
    turn = asyncio.Semaphore(_AT_ONCE)

    async def one(item: BulkItem) -> BulkOutcomeView:
        async with turn:
            try:
                return await perform(item)
            except problems.ROOTS as error:
                return _failed(item, problems.problem_of(error))

    outcomes = tuple(await asyncio.gather(*(one(item) for item in batch.items)))
    return BulkView(outcomes=outcomes, failed=sum(one.problem is not None for one in outcomes))


def _failed(item: BulkItem, problem: Problem) -> BulkOutcomeView:
    return BulkOutcomeView(task=item.task, status=problem.status, problem=problem)
