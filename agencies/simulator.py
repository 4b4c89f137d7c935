"""An agency's own system, as a process: takes in signed messages once and in order, signs for them, does its work.

It keeps what it took in on disk before it signs, so a killed one that comes back signs for the same again and does
nothing twice. Faults are drawn from a seed, and each one happens to the real thing.
"""

import asyncio
import json
import os
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Self

import httpx
from pydantic import Field
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agencies.signatures import ID, SharedSecret, SignatureInvalid, digest_of, receipt_signed, verify
from dossiers.values import Value

_SLOW = timedelta(seconds=2)
_UNSIGNED, _CONFLICT, _BROKEN = 401, 409, 500


class Faults(Value):
    """How often what goes wrong, each as a share of the calls; the rest goes well."""

    seed: int = 0
    slow: float = Field(default=0, ge=0, le=1)
    broken: float = Field(default=0, ge=0, le=1)
    #: Takes the message in and never answers.
    dropped: float = Field(default=0, ge=0, le=1)
    #: Answers 200 and signs for nothing.
    unsigned: float = Field(default=0, ge=0, le=1)
    #: Says what it has to say a second time.
    repeated: float = Field(default=0, ge=0, le=1)


class Taken(Value):
    """A message that was taken in."""

    id: str
    dossier: str
    position: int
    kind: str
    status: str
    task: str | None
    task_state: str | None
    #: How often it came, the first time included; above one it was recognised.
    times: int = 1


@dataclass
class Ledger:
    """What was taken in, in order, one JSON object a line; on disk before anybody is told so."""

    file: Path
    taken: dict[str, Taken] = field(default_factory=dict)
    refused_early: int = 0

    @classmethod
    def opened(cls, file: Path) -> Self:
        """A torn last line is a message that nobody was told was taken in."""
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        file.write_text("".join(whole), encoding="utf-8")
        entries = [Taken.model_validate_json(line) for line in whole]
        return cls(file, {one.id: one for one in entries})

    def position_of(self, dossier: str) -> int:
        return max((one.position for one in self.taken.values() if one.dossier == dossier), default=0)

    def take(self, entry: Taken) -> None:
        with self.file.open("a", encoding="utf-8") as out:
            out.write(entry.model_dump_json() + "\n")
            out.flush()
            os.fsync(out.fileno())
        self.taken[entry.id] = entry

    def seen_again(self, identity: str) -> None:
        entry = self.taken[identity]
        self.taken[identity] = entry.model_copy(update={"times": entry.times + 1})


class AgencySystem:
    """The system; ``api`` is ours, with the agency's own key, or null where it only listens."""

    def __init__(
        self,
        *,
        secrets: tuple[SharedSecret, ...],
        receipt_key: str,
        ledger: Ledger,
        faults: Faults,
        api: httpx.AsyncClient | None,
        now: Callable[[], datetime],
    ) -> None:
        self._secrets = secrets
        self._receipt_key = receipt_key
        self._ledger = ledger
        self._faults = faults
        self._chance = random.Random(faults.seed)  # noqa: S311 - a fault is drawn, not a secret
        self._api = api
        self._now = now
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
        if self._happens(self._faults.slow):
            await asyncio.sleep(_SLOW.total_seconds())
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
        if identity in self._ledger.taken:
            self._ledger.seen_again(identity)
            return True
        if position != self._ledger.position_of(dossier) + 1:
            self._ledger.refused_early += 1
            return False
        task = event["data"]["task"] or {}
        self._ledger.take(
            Taken(
                id=identity,
                dossier=dossier,
                position=position,
                kind=event["type"].removeprefix("vn.lienthong.").removesuffix(".v1"),
                status=event["data"]["status"],
                task=task.get("id"),
                task_state=task.get("state"),
            )
        )
        self._begin(event)
        return True

    def _receipt(self, identity: str, body: bytes) -> Response:
        content = json.dumps({"id": identity, "digest": digest_of(body)}).encode()
        headers = receipt_signed(self._receipt_key, identity, self._now(), content)
        return Response(content, headers=headers, media_type="application/json")

    # -- work ---------------------------------------------------------------------------------------------------------

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        """What was taken in before the process died is worked on again, under the same keys."""
        for entry in self._ledger.taken.values():
            if entry.kind == "task.opened" and entry.task is not None:
                self._start(entry.id, entry.task)
        yield

    def _begin(self, event: dict[str, Any]) -> None:
        if event["type"] == "vn.lienthong.task.opened.v1" and event["data"]["task"] is not None:
            self._start(event["id"], event["data"]["task"]["id"])

    def _start(self, identity: str, task: str) -> None:
        if self._api is not None:
            work = asyncio.create_task(self._do(self._api, identity, task))
            self._work.add(work)
            work.add_done_callback(self._work.discard)

    async def _do(self, api: httpx.AsyncClient, identity: str, task: str) -> None:
        """The usual act on a task; said again until there is an answer, and sometimes after it."""
        times = 2 if self._happens(self._faults.repeated) else 1
        while times:
            try:
                found = (await api.get(f"/v1/tasks/{task}")).raise_for_status().json()
                act, body = _usual(found)
                answer = await api.post(f"/v1/tasks/{task}/{act}", json=body, headers={"Idempotency-Key": identity})
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
                continue
            if answer.status_code < _BROKEN:
                times -= 1

    # -- looking ------------------------------------------------------------------------------------------------------

    async def _taken(self, _: Request) -> Response:
        entries = [one.model_dump() for one in self._ledger.taken.values()]
        return JSONResponse({"taken": entries, "refused_early": self._ledger.refused_early})

    async def _moved(self, _: Request) -> Response:
        """An address that has moved; whoever follows it has left the allowlist."""
        return Response(status_code=307, headers={"location": "/messages"})

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


class _Dropped(Response):
    """The connection breaks off in the answer: its headers promise a body that never comes."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG002 - ASGI's own types
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        message = "dropped after executing"
        raise ConnectionResetError(message)


def _usual(task: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    if task["step_kind"] == "consultation" and task["work"] == "step":
        return "answer", {"outcome": "consent"}
    if task["work"] == "acceptance":
        return "accept", {}
    return "complete", {}
