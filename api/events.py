"""The live stream of events, for agencies' systems and pages that want to know at once (Server-Sent Events).

A stream ends when its key does, when the process stops or when the listener is too slow, always with an event named
``closing`` that holds a problem. Whoever comes back with Last-Event-ID goes on where they were: nothing twice,
nothing left out. Only what the listener may read is told, judged when it is told.
"""

from collections.abc import AsyncIterator
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Depends, Header, Query
from fastapi.sse import EventSourceResponse, ServerSentEvent
from pydantic import BaseModel, ConfigDict, Field

from api.callers import KnownCaller, KnownIdentity
from api.errors import ApiError, RequestInvalid
from api.feed import Concern, Passed, Told
from api.openapi import read
from api.parts import KnownParts
from api.problems import problem_of
from api.visibility import agency_in_sight, may_see, require_visible
from api.words import Code
from dossiers.errors import Violation
from store.errors import StoreError
from store.feed import Mark, is_settled, newest_mark

router = APIRouter(prefix="/v1", tags=["events"])

#: How long a client waits before it comes back, in milliseconds.
_RETRY = 2_000
_CLOSING = "closing"

LastEventId = Annotated[
    str | None,
    Header(
        alias="Last-Event-ID",
        max_length=80,
        description="`id` của sự kiện nhận được cuối cùng; không có thì nghe từ bây giờ",
    ),
]


class EventQuery(BaseModel):
    """Which events to be told."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = Field(default=None, description="chỉ hồ sơ mà cơ quan này tham gia")
    dossier: UUID | None = Field(default=None, description="chỉ một hồ sơ")


async def _begun(parts: KnownParts, _: KnownCaller, last: LastEventId = None) -> Mark:
    """Where to go on. Raises `RequestInvalid` for what is not a mark of this journal."""
    async with parts.database.transaction() as tx:
        if last is None:
            return await newest_mark(tx)
        try:
            mark = Mark.parse(last)
        except ValueError:
            mark = None
        if mark is not None and await is_settled(tx, mark):
            return mark
    raise RequestInvalid(violations=[Violation(pointer="Last-Event-ID", message="không phải mã sự kiện đã gửi")])


async def _concern(query: Annotated[EventQuery, Query()], parts: KnownParts, caller: KnownCaller) -> Concern:
    """What is asked for, as far as the caller may see it. Raises `NotForThisCaller`, `DossierUnknown`."""
    agency = None if query.agency is None else agency_in_sight(parts.directories, caller, query.agency)
    if query.dossier is not None:
        async with parts.database.transaction() as tx:
            await require_visible(tx, parts.directories, caller, query.dossier)

    def concerns(told: Told) -> bool:
        return (
            query.dossier in (None, told.mark.dossier)
            and (agency is None or agency in told.participation.agencies)
            and may_see(parts.directories, caller, told.participation)
        )

    return concerns


_EXAMPLE = """retry: 2000
id: 7613-5b6f5c2e-7d0c-5d57-9b80-0a2a5f6f7d11-3

id: 7620-5b6f5c2e-7d0c-5d57-9b80-0a2a5f6f7d11-4
data: {"specversion": "1.0", "type": "vn.lienthong.dossier.accepted.v1", …}

event: closing
data: {"code": "server-stopping", …}

"""
_STREAM: dict[str, Any] = {
    "description": "Dòng sự kiện; `data` là một `Announcement` (CloudEvents), hoặc một `Problem` ở sự kiện `closing`",
    "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE}},
}
_DESCRIBED = read("listenToEvents", "Nghe sự kiện của các hồ sơ, ngay khi được ghi vào nhật ký")


@router.get(
    "/events",
    response_class=EventSourceResponse,
    **{**_DESCRIBED, "responses": {**_DESCRIBED["responses"], 200: _STREAM}},
)
async def events(
    begun: Annotated[Mark, Depends(_begun)],
    concern: Annotated[Concern, Depends(_concern)],
    parts: KnownParts,
    identity: KnownIdentity,
) -> AsyncIterator[ServerSentEvent]:
    # An id without data is no event, but whoever breaks off now goes on from here.
    yield ServerSentEvent(retry=_RETRY, id=str(begun))
    try:
        async for one in parts.feed.events(begun, concern):
            match one:
                case Told():
                    yield ServerSentEvent(id=str(one.mark), raw_data=one.text)
                case Passed():
                    await identity.caller()  # a key may be revoked, an absence may end
                    yield ServerSentEvent(id=str(one.mark))
    except (ApiError, StoreError) as refused:
        yield ServerSentEvent(event=_CLOSING, data=problem_of(refused))
