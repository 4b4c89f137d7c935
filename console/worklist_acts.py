"""Taking, giving back and handing on from the inbox, one task or many, each with its own outcome."""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID

from fastapi import Request, Response
from pydantic import ValidationError

from api import act_requests as asked
from api.bulk import BulkItem, BulkOutcomeView, BulkRequest, acting, each, of_the_worklist
from api.call import Call
from api.errors import RequestInvalid
from api.parts import KnownParts, Parts
from api.problems import refused_for
from api.tasks import claimed, released, transferred
from console.names import names_of
from console.rendering import page
from console.routes import is_ours, pages, see
from console.sessions import Fields, Officer, SealedForm, SignedIn
from dossiers.errors import Violation
from dossiers.values import OfficerId
from store.register import read_headings
from store.worklist import TaskRow, read_task

router = pages()

Perform = Callable[[BulkItem], Awaitable[BulkOutcomeView]]

_ACTS = {
    "claim": "Nhận việc",
    "release": "Trả việc về đơn vị",
    "transfer": "Chuyển việc cho đồng nghiệp",
    "hand-over": "Bàn giao hồ sơ",
    "accept": "Nhận bàn giao hồ sơ",
}


class Outcome(NamedTuple):
    """What became of one task of the batch, as it is told."""

    task: TaskRow | None
    applicant: str
    view: BulkOutcomeView


@router.post("/officer/tasks/{task_id}/claim")
async def claim(task_id: UUID, officer: SignedIn, fields: SealedForm, parts: KnownParts) -> Response:
    await claimed(parts, officer.caller, task_id, None)
    return see(_back(fields))


@router.post("/officer/tasks/{task_id}/release")
async def release(task_id: UUID, officer: SignedIn, fields: SealedForm, parts: KnownParts) -> Response:
    await released(parts, officer.caller, task_id, None)
    return see(_back(fields))


@router.post("/officer/tasks/bulk")
async def bulk(request: Request, officer: SignedIn, fields: SealedForm, parts: KnownParts) -> Response:
    """Sent again by a reload it finds what it did before: each item has a key of its own."""
    batch, act = _batch(fields), fields.one("act") or ""
    told = await each(batch, _performing(request, parts, officer, fields, act))
    async with parts.database.transaction() as tx:
        rows = {one.task: await read_task(tx, one.task) for one in told.outcomes}
        headings = await read_headings(tx, dict.fromkeys(row.dossier for row in rows.values() if row is not None))
    outcomes = tuple(
        Outcome(row, headings[row.dossier].applicant if row is not None and one.problem is None else "", one)
        for one in told.outcomes
        for row in (rows[one.task],)
    )
    return page(
        request,
        "bulk.html",
        officer=officer,
        status=HTTPStatus.OK,
        act=_ACTS[act],
        outcomes=outcomes,
        failed=told.failed,
        names=await names_of(parts.directories),
        back=_back(fields),
    )


def _performing(request: Request, parts: Parts, officer: Officer, fields: Fields, act: str) -> Perform:
    caller = officer.caller
    call = Call(request, parts, caller, fields.one("key") or "", None)
    match act:
        case "claim":
            return lambda item: _kept(claimed(parts, caller, item.task, item.revision))
        case "release":
            return lambda item: _kept(released(parts, caller, item.task, item.revision))
        case "transfer":
            to = fields.one("to")
            if to is None:
                raise RequestInvalid(violations=[Violation(pointer="/to", message="chưa chọn đồng nghiệp để chuyển")])
            return lambda item: _kept(transferred(parts, caller, item.task, OfficerId(to), item.revision))
        case "hand-over":
            return acting(call, asked.HandOverRequest())
        case "accept":
            return acting(call, asked.AcceptHandOverRequest())
        case _:
            raise RequestInvalid(violations=[Violation(pointer="/act", message="không có việc làm hàng loạt này")])


async def _kept(row: Awaitable[TaskRow]) -> BulkOutcomeView:
    return of_the_worklist(await row)


def _batch(fields: Fields) -> BulkRequest:
    chosen = [one.partition(":") for one in fields.all("task")]
    if not chosen:
        message = "Chưa chọn việc nào; hãy đánh dấu những việc cần làm rồi gửi lại."
        raise RequestInvalid(message)
    try:
        return BulkRequest.model_validate(
            {"items": [{"task": task, "revision": revision} for task, _, revision in chosen]}
        )
    except ValidationError as error:
        raise refused_for([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error


def _back(fields: Fields) -> str:
    back = fields.one("back") or "/officer"
    return back if is_ours(back) else "/officer"
