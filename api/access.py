"""The outermost layer of every request: its id, its line in the log, its count, and the answer to our own mistakes.

A line holds identities, never a body, a query or a name; of a failure only its type and where it happened, because
its message may quote what was sent.
"""

import time
import traceback
import uuid
from http import HTTPStatus

import structlog
from prometheus_client import Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api import problems
from api.errors import InternalFault

_SECONDS = Histogram("lienthong_api_request_seconds", "Duration of requests", ["method", "route"])
_REQUESTS = Counter("lienthong_api_requests", "Requests by outcome", ["method", "route", "status"])
_UNMATCHED = "unmatched"

BODY_MAX = 1_000_000
#: Where documents come in, read piece by piece up to a limit of their own.
DOCUMENTS = "/v1/documents/"

_log = structlog.get_logger("api")


class AccessLog:
    """Wraps the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = uuid.uuid4().hex
        answered = _Answered(send, request_id)
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request=request_id)
        begun = time.perf_counter()
        try:
            await self._app(scope, receive, answered)
        except Exception as error:  # noqa: BLE001  (whatever it is, the caller gets a problem)
            note_failure(error)
            if not answered.status:
                await problems.answer(problems.problem_of(InternalFault(request=request_id)))(scope, receive, answered)
        finally:
            _note(scope, answered.status, time.perf_counter() - begun)


class BodyLimit:
    """Stops reading a body that is too large, whatever length it announced; a document's bytes count elsewhere."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] == "PUT" and scope["path"].startswith(DOCUMENTS):
            await self._app(scope, receive, send)
            return
        read = 0

        async def receive_within() -> Message:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > BODY_MAX:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return message

        await self._app(scope, receive_within, send)


class _Answered:
    """Passes an answer on, and remembers its status."""

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            given = list(message.get("headers", []))
            message["headers"] = [
                *given,
                (b"x-request-id", self._request_id.encode()),
                (b"x-content-type-options", b"nosniff"),
                # Only what is the same for everybody, and says so, is kept on the way.
                *(() if any(name == b"cache-control" for name, _ in given) else [(b"cache-control", b"no-store")]),
            ]
        await self._send(message)


def _note(scope: Scope, status: int, seconds: float) -> None:
    route = getattr(scope.get("route"), "path", _UNMATCHED)
    method = scope["method"] if route != _UNMATCHED else "any"
    _SECONDS.labels(method, route).observe(seconds)
    _REQUESTS.labels(method, route, str(status)).inc()
    level = _log.info if status < HTTPStatus.INTERNAL_SERVER_ERROR else _log.warning
    level(
        "request.answered",
        method=scope["method"],
        route=route,
        status=status,
        milliseconds=round(seconds * 1000, 1),
        **_identities(scope),
    )


def _identities(scope: Scope) -> dict[str, str]:
    """Who asked and about what: from the key, the address and the outcome."""
    named = {name.removesuffix("_id"): str(value) for name, value in scope.get("path_params", {}).items()}
    state = scope.get("state", {})
    return {**named, **{name: state[name] for name in ("caller", "dossier", "command") if name in state}}


def note_failure(error: Exception) -> None:
    """Our own mistake, for whoever mends it."""
    _log.error("request.failed", error=type(error).__name__, at=places_of(error))


def places_of(error: BaseException) -> list[str]:
    """Where it happened; what was said with it may be personal."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)]
