"""An agency's own system, as a process: takes in signed messages once and in order, signs for them, does its work.

It writes down what it took in before it signs (`agencies.simulator_book`), so a killed one that comes back signs for
the same again and does nothing twice. Faults are drawn from a seed, and each one happens to the real thing.
"""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from http import HTTPStatus
from typing import Any, NamedTuple, Self

import httpx
from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agencies.signatures import ID, SharedSecret, SignatureInvalid, digest_of, receipt_signed, verify
from agencies.simulator_book import Acted, Book, Taken
from dossiers.values import Value

_UNSIGNED, _CONFLICT, _BROKEN = 401, 409, 500
_LOOK_AGAIN = 0.2
#: So much of its work such a system does at once.
_AT_ONCE = 8
_SAY_AGAIN = {HTTPStatus.ACCEPTED, HTTPStatus.TOO_MANY_REQUESTS}
#: What a person signs is left to people.
_FOR_PEOPLE = {"approval", "signing", "return"}


class Faults(Value):
    """How often what goes wrong, each as a share of the calls; the rest goes well."""

    seed: int = 0
    slow: float = Field(default=0, ge=0, le=1)
    #: Seconds of a slow answer.
    slowness: float = Field(default=2, gt=0)
    broken: float = Field(default=0, ge=0, le=1)
    #: Neither takes the message in nor answers, until whoever called has gone.
    silent: float = Field(default=0, ge=0, le=1)
    #: Takes the message in and never answers.
    dropped: float = Field(default=0, ge=0, le=1)
    #: Answers 200 and signs for nothing.
    unsigned: float = Field(default=0, ge=0, le=1)
    #: Says what it has to say a second time.
    repeated: float = Field(default=0, ge=0, le=1)
    #: Says things out of turn: what comes next too early, and this only after what came later.
    reordered: float = Field(default=0, ge=0, le=1)


class Answer(Value):
    """How it ends its work on a step, and what it finds out there."""

    outcome: str
    facts: dict[str, bool] = {}

    @classmethod
    def read(cls, text: str) -> tuple[str, Self]:
        """The step and the answer of ``step=outcome[,fact=true]``. Raises ValueError."""
        step, _, rest = text.partition("=")
        outcome, *found = rest.split(",")
        facts = {name: json.loads(value) for name, _, value in (one.partition("=") for one in found)}
        return step, cls(outcome=outcome, facts=facts)


class Act(NamedTuple):
    """What is said to the engine about a task."""

    name: str
    body: dict[str, Any]


class AgencySystem:
    """The system; ``api`` is ours, with the agency's own key, or null where it only listens."""

    def __init__(
        self,
        *,
        secrets: tuple[SharedSecret, ...],
        receipt_key: str,
        book: Book,
        faults: Faults,
        api: httpx.AsyncClient | None,
        now: Callable[[], datetime],
        answers: Mapping[str, Answer] | None = None,
    ) -> None:
        self._secrets = secrets
        self._receipt_key = receipt_key
        self._book = book
        self._faults = faults
        self._chance = random.Random(faults.seed)  # noqa: S311 - a fault is drawn, not a secret
        self._api = api
        self._now = now
        self._answers = answers or {}
        self._turn = asyncio.Semaphore(_AT_ONCE)
        self._work: set[asyncio.Task[None]] = set()

    def app(self) -> Starlette:
        return Starlette(
            lifespan=self._lifespan,
            routes=[
                Route("/messages", self._message, methods=["POST"]),
                Route("/taken", self._taken),
                Route("/moved", self._moved, methods=["POST"]),
            ],
        )

    async def _message(self, request: Request) -> Response:
        body = await request.body()
        try:
            verify(self._secrets, request.headers, body, now=self._now())
        except SignatureInvalid:
            return JSONResponse({"error": "signature"}, _UNSIGNED)
        if self._happens(self._faults.broken):
            return JSONResponse({"error": "broken"}, _BROKEN)
        if self._happens(self._faults.silent):
            return await _once_gone(request)
        if self._happens(self._faults.slow):
            await asyncio.sleep(self._faults.slowness)
        event = json.loads(body)
        if not self._take_in(event):
            return JSONResponse({"error": "earlier messages are missing"}, _CONFLICT)
        if self._happens(self._faults.dropped):
            return _Dropped()
        if self._happens(self._faults.unsigned):
            return JSONResponse({"ok": True})
        return self._receipt(request.headers[ID], body)

    def _take_in(self, event: dict[str, Any]) -> bool:
        """Once, and in order within the dossier."""
        identity, dossier, position = event["id"], event["data"]["dossier"], int(event["sequence"])
        if identity in self._book.taken:
            self._book.seen_again(identity)
            return True
        if position != self._book.position_of(dossier) + 1:
            self._book.refused_early += 1
            return False
        task = event["data"]["task"] or {}
        taken = Taken(
            id=identity,
            dossier=dossier,
            position=position,
            event=event["data"]["event"],
            kind=event["type"].removeprefix("vn.lienthong.").removesuffix(".v1"),
            status=event["data"]["status"],
            task=task.get("id"),
            task_state=task.get("state"),
        )
        self._book.take(taken)
        self._begin(taken)
        return True

    def _receipt(self, identity: str, body: bytes) -> Response:
        content = json.dumps({"id": identity, "digest": digest_of(body)}).encode()
        headers = receipt_signed(self._receipt_key, identity, self._now(), content)
        return Response(content, headers=headers, media_type="application/json")

    # -- work ---------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """What was not answered before the process died is worked on again, under the same keys."""
        for entry in self._book.taken.values():
            if entry.id not in self._book.acted:
                self._begin(entry)
        yield

    def _begin(self, taken: Taken) -> None:
        if self._api is not None and taken.kind == "task.opened" and taken.task is not None:
            work = asyncio.create_task(self._do(self._api, taken.id, taken.task))
            self._work.add(work)
            work.add_done_callback(self._work.discard)

    async def _do(self, api: httpx.AsyncClient, identity: str, task: str) -> None:
        """The usual act on a task, under the key of the message that brought it."""
        if self._happens(self._faults.reordered):
            await asyncio.sleep(self._chance.uniform(0, self._faults.slowness))
        async with self._turn:
            found = await self._found(api, task)
            act = self._usual(found)
            if act is None:
                return
            if found["work"] == "acceptance" and self._happens(self._faults.reordered):
                await _said(api, task, self._ending(found), key=f"{identity}-early")
            status = await _said(api, task, act, key=identity)
            self._book.note(Acted(id=identity, task=task, act=act.name, status=status))
        if self._happens(self._faults.repeated):
            await asyncio.sleep(self._chance.uniform(0, self._faults.slowness))
            await _said(api, task, act, key=identity)

    async def _found(self, api: httpx.AsyncClient, task: str) -> dict[str, Any]:
        while True:
            try:
                found: dict[str, Any] = (await api.get(f"/v1/tasks/{task}")).raise_for_status().json()
            except httpx.HTTPError:
                await asyncio.sleep(_LOOK_AGAIN)
            else:
                return found

    def _usual(self, task: Mapping[str, Any]) -> Act | None:
        match task["work"]:
            case "acceptance":
                return Act("accept", {})
            case "hand_over":
                return Act("hand-over", {})
            case _ if task["step_kind"] in _FOR_PEOPLE:
                return None
            case _ if task["step_kind"] == "consultation":
                return Act("answer", {"outcome": "consent"})
            case _:
                return self._ending(task)

    def _ending(self, task: Mapping[str, Any]) -> Act:
        answer = self._answers.get(task["step"])
        return Act("complete", {} if answer is None else answer.model_dump(exclude_defaults=True))

    # -- looking ------------------------------------------------------------------------------------------------------

    async def _taken(self, _: Request) -> Response:
        taken = [one.model_dump() for one in self._book.taken.values()]
        return JSONResponse({"taken": taken, "refused_early": self._book.refused_early, "under_way": len(self._work)})

    async def _moved(self, _: Request) -> Response:
        """An address that has moved; whoever follows it has left the allowlist."""
        return Response(status_code=307, headers={"location": "/messages"})

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


async def _said(api: httpx.AsyncClient, task: str, act: Act, *, key: str) -> int:
    """The status of the answer; said again under the same key until there is one."""
    while True:
        try:
            answer = await api.post(f"/v1/tasks/{task}/{act.name}", json=act.body, headers={"Idempotency-Key": key})
        except httpx.HTTPError:
            await asyncio.sleep(_LOOK_AGAIN)
            continue
        if not _is_to_be_repeated(answer):
            return answer.status_code
        await asyncio.sleep(_LOOK_AGAIN)


def _is_to_be_repeated(answer: httpx.Response) -> bool:
    if answer.is_server_error or answer.status_code in _SAY_AGAIN:
        return True
    return answer.status_code == HTTPStatus.CONFLICT and answer.json().get("code") == "task-pending"


async def _once_gone(request: Request) -> Response:
    while (await request.receive())["type"] != "http.disconnect":
        pass
    return Response(status_code=_BROKEN)


class _Dropped(Response):
    """The connection breaks off in the answer: its headers promise a body that never comes."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG002 - ASGI's own types
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        message = "dropped after executing"
        raise ConnectionResetError(message)
