"""The legal clock over HTTP: the questions and answers of `lienthong deadline`, one at a time or a line each.

A batch is read and answered line by line; a line that cannot be answered is answered by its code, and the whole by 200.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from api.callers import KnownCaller
from api.openapi import BODY_PROBLEMS, READ_PROBLEMS, problems
from api.parts import KnownParts, Parts
from dossiers.calendar import WorkCalendar
from dossiers.counting import Remaining
from dossiers.deadline_errors import DeadlineError, UnknownCalendar
from dossiers.deadline_questions import DeadlineQuestion, answered, explained

router = APIRouter(prefix="/v1", tags=["time"])

LINES = "application/x-ndjson"

_CODES = tuple(error.code for error in DeadlineError.__subclasses__())
_EXAMPLE = {
    "calendar": "vn-2026.2",
    "received": "2026-04-28T10:00",
    "limit": "5wd",
    "cutoff": "15:00",
    "stops": [{"from": "2026-05-04T09:00", "to": "2026-05-05T09:00", "policy": "resume"}],
}
_LINES_BODY = {
    "requestBody": {
        "required": True,
        "content": {LINES: {"schema": {"type": "string"}, "example": json.dumps(_EXAMPLE) + "\n"}},
    }
}


def _question_body() -> dict[str, Any]:
    """The question is read by the clock itself, so that it is refused by the same codes everywhere."""
    schema = DeadlineQuestion.model_json_schema()
    inner = {name: json.dumps(one) for name, one in schema.pop("$defs").items()}
    written = json.dumps(schema)
    for name, one in inner.items():
        written = written.replace(json.dumps({"$ref": f"#/$defs/{name}"}), one)
    content = {"application/json": {"schema": json.loads(written), "example": _EXAMPLE}}
    return {"requestBody": {"required": True, "content": content}}


class DeadlineAnswer(BaseModel):
    """Hạn, hoặc phần còn lại khi đồng hồ đang dừng, và cách tính."""

    due: str | None = Field(examples=["2026-05-08T17:00:00+07:00"])
    remaining: Remaining | None
    explain: dict[str, Any] = Field(description="cách tính: `text` là lời văn, còn lại là số liệu")


@router.post(
    "/deadlines",
    operation_id="countDeadline",
    summary="Thời hạn kết thúc khi nào, và vì sao",
    response_model=DeadlineAnswer,
    responses=problems(*READ_PROBLEMS, *BODY_PROBLEMS, *_CODES),
    openapi_extra=_question_body(),
)
async def count(request: Request, parts: KnownParts, _: KnownCaller) -> dict[str, Any]:
    question = DeadlineQuestion.read(await request.body())
    return answered(explained(question, await _calendar_of(parts, question)))


@router.post(
    "/deadlines/batch",
    operation_id="countDeadlines",
    summary="Mỗi dòng một câu hỏi JSON, trả lời mỗi dòng theo thứ tự; dòng sai được trả lời bằng mã lỗi",
    response_class=StreamingResponse,
    responses={200: {"content": {LINES: {"schema": {"type": "string"}}}}, **problems(*READ_PROBLEMS)},
    openapi_extra=_LINES_BODY,
)
async def count_batch(request: Request, parts: KnownParts, _: KnownCaller) -> StreamingResponse:
    *lines, rest = (await request.body()).split(b"\n")
    lines += [rest] if rest else []
    return StreamingResponse(_answers(parts, lines), media_type=LINES)


async def _answers(parts: Parts, lines: list[bytes]) -> AsyncIterator[bytes]:
    for line in lines:
        await asyncio.sleep(0)  # a long batch holds up nobody else
        yield json.dumps(await _answer(parts, line), ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


async def _answer(parts: Parts, line: bytes) -> dict[str, Any]:
    try:
        question = DeadlineQuestion.read(line)
        return answered(explained(question, await _calendar_of(parts, question)))
    except DeadlineError as refused:
        return {"error": refused.code}


async def _calendar_of(parts: Parts, question: DeadlineQuestion) -> Callable[[str], WorkCalendar]:
    """Published calendars, looked up beforehand; that there is none is said in its turn among the faults."""
    try:
        calendar = await parts.catalogue.calendar(question.calendar)
    except UnknownCalendar:
        return _unknown
    return lambda _version: calendar


def _unknown(version: str) -> WorkCalendar:
    raise UnknownCalendar(version)
