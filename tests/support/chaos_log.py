"""What the callers saw, written down as it happened: one JSON line for each request, answer, kill and return.

The checker reads these lines and the stores, and nothing of the harness: whoever judges must not share the defendant's
memory. A request whose connection broke has an unknown outcome; it is neither a success nor a failure.
"""

import json
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import httpx
from pydantic import BaseModel, ConfigDict, TypeAdapter

Verdict = Literal["ok", "accepted", "fail", "unknown"]


class Line(BaseModel):
    """What is written at one moment."""

    model_config = ConfigDict(frozen=True)

    at: float


class Invoked(Line):
    """A request with an idempotency key left its caller."""

    kind: Literal["invoked"] = "invoked"
    attempt: int
    who: str
    path: str
    key: str


class Answered(Line):
    """It came back, or its connection broke."""

    kind: Literal["answered"] = "answered"
    attempt: int
    verdict: Verdict
    status: int = 0
    code: str = ""
    command: str = ""
    dossier: str = ""
    #: The sequences of the events that the answer shows.
    events: tuple[int, ...] = ()


class Killed(Line):
    """A process was killed."""

    kind: Literal["killed"] = "killed"
    name: str


class Returned(Line):
    """Somebody started it again."""

    kind: Literal["returned"] = "returned"
    name: str


AnyLine = Invoked | Answered | Killed | Returned
_LINES: TypeAdapter[AnyLine] = TypeAdapter(AnyLine)


class Log:
    """Appends to a file, a line at a time."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, line: AnyLine) -> None:
        self._file.write(line.model_dump_json() + "\n")

    def close(self) -> None:
        self._file.close()


def lines_of(path: Path) -> Iterator[AnyLine]:
    with path.open(encoding="utf-8") as file:
        for text in file:
            yield _LINES.validate_json(text)


class LoggedTransport(httpx.AsyncBaseTransport):
    """Writes down every request that may change something; whoever sends is known by the key."""

    def __init__(self, log: Log, keys: Mapping[str, str], wire: httpx.AsyncBaseTransport) -> None:
        self.in_flight = 0
        self._wire = wire
        self._log = log
        self._who = {secret: who for who, secret in keys.items()}
        self._attempts = 0

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return await self._wire.handle_async_request(request)
        self._attempts += 1
        attempt = self._attempts
        who = self._who[request.headers["Authorization"].removeprefix("Bearer ")]
        self._log.write(Invoked(at=time.monotonic(), attempt=attempt, who=who, path=request.url.path, key=key))
        self.in_flight += 1
        try:
            answer = await self._wire.handle_async_request(request)
            await answer.aread()
        except BaseException:
            self._log.write(Answered(at=time.monotonic(), attempt=attempt, verdict="unknown"))
            raise
        finally:
            self.in_flight -= 1
        self._log.write(_answered(attempt, answer))
        return answer

    async def aclose(self) -> None:
        await self._wire.aclose()


def _answered(attempt: int, answer: httpx.Response) -> Answered:
    try:
        body: dict[str, Any] = json.loads(answer.content)
    except ValueError:
        body = {}
    return Answered(
        at=time.monotonic(),
        attempt=attempt,
        verdict=_verdict(answer.status_code),
        status=answer.status_code,
        code=str(body.get("code", "")),
        command=str(body.get("command", "")),
        dossier=str(body.get("dossier", "")),
        events=tuple(one["sequence"] for one in body.get("events", ())),
    )


def _verdict(status: int) -> Verdict:
    if status in (200, 201):
        return "ok"
    if status == 202:
        return "accepted"
    return "fail" if 400 <= status < 500 else "unknown"
