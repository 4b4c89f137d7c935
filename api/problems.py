"""The one table from errors to HTTP, and their form on the wire (RFC 9457, application/problem+json).

``type`` is ``/problems/<code>``, the code that Temporal, logs and docs/problems.md use too. ``errors`` names every
fault at once, each with a JSON pointer into the request. What was sent is never repeated: it may be personal.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from agencies.directory import SeatVacant
from api import errors as api
from commands.outcomes import Refused
from documents import errors as document
from dossiers import deadline_errors as deadline
from dossiers import errors as dossier
from store import errors as store

MEDIA_TYPE = "application/problem+json"

_BAD_REQUEST = HTTPStatus.BAD_REQUEST
_FORBIDDEN = HTTPStatus.FORBIDDEN
_NOT_FOUND = HTTPStatus.NOT_FOUND
_CONFLICT = HTTPStatus.CONFLICT
_UNPROCESSABLE = HTTPStatus.UNPROCESSABLE_ENTITY
_AWAY = HTTPStatus.SERVICE_UNAVAILABLE
_NAME_MAX = 100

#: Every error that may reach a caller, and the status it has there. A class not named here is our mistake.
STATUSES: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (dossier.NotPermitted, _FORBIDDEN),
    (dossier.FilingRejected, _UNPROCESSABLE),
    (dossier.DossierClosed, _CONFLICT),
    (dossier.DossierDecided, _CONFLICT),
    (dossier.TaskUnknown, _NOT_FOUND),
    (dossier.TaskNotOpen, _CONFLICT),
    (dossier.WrongAct, _CONFLICT),
    (dossier.OutcomeNotAllowed, _CONFLICT),
    (dossier.FactsInvalid, _UNPROCESSABLE),
    (dossier.ReasonMissing, _UNPROCESSABLE),
    (dossier.DocumentUnknown, _UNPROCESSABLE),
    (dossier.DocumentUnfit, _UNPROCESSABLE),
    (document.DocumentTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (document.DocumentTypeRefused, HTTPStatus.UNSUPPORTED_MEDIA_TYPE),
    (document.DigestMismatch, _UNPROCESSABLE),
    (document.DocumentLost, HTTPStatus.INTERNAL_SERVER_ERROR),
    (document.ObjectsUnavailable, _AWAY),
    (dossier.FourEyes, _FORBIDDEN),
    (dossier.ClockStopped, _CONFLICT),
    (dossier.NothingAwaited, _CONFLICT),
    (dossier.SupplementSpent, _CONFLICT),
    (dossier.ReworkSpent, _CONFLICT),
    (dossier.AppointmentSpent, _CONFLICT),
    (dossier.AppointmentInvalid, _UNPROCESSABLE),
    (dossier.ConsultationPending, _CONFLICT),
    (dossier.NoticeUnknown, _NOT_FOUND),
    (dossier.AlreadyAcknowledged, _CONFLICT),
    (dossier.OfficerUnfit, _UNPROCESSABLE),
    (dossier.CalendarOutrun, _CONFLICT),
    (dossier.JournalAhead, _AWAY),
    (SeatVacant, _UNPROCESSABLE),
    (deadline.UnknownCalendar, _UNPROCESSABLE),
    (dossier.NothingParked, _CONFLICT),
    (deadline.BadInstant, _UNPROCESSABLE),
    (deadline.BadLimit, _UNPROCESSABLE),
    (deadline.UnitNotAllowed, _UNPROCESSABLE),
    (deadline.BadStop, _UNPROCESSABLE),
    (deadline.BeyondCalendar, _UNPROCESSABLE),
    (deadline.BadRequest, _UNPROCESSABLE),
    (store.StoreUnavailable, _AWAY),
    (store.OutcomeUnknown, _AWAY),
    (store.DossierUnknown, _NOT_FOUND),
    (store.TaskMissing, _NOT_FOUND),
    (store.CommandUnknown, _NOT_FOUND),
    (store.AbsenceUnknown, _NOT_FOUND),
    (store.ViewUnknown, _NOT_FOUND),
    (store.IdempotencyMismatch, _UNPROCESSABLE),
    (store.TaskHeldByAnother, _CONFLICT),
    (store.TaskChanged, HTTPStatus.PRECONDITION_FAILED),
    (store.TaskPending, _CONFLICT),
    (store.TaskNotReady, _CONFLICT),
    (store.NotHolder, _CONFLICT),
    (store.JournalConflict, _CONFLICT),
    (store.JournalGap, _CONFLICT),
    (store.AlreadyPublished, _CONFLICT),
    (api.RequestInvalid, _UNPROCESSABLE),
    (api.RequestUnreadable, _BAD_REQUEST),
    (api.RequestTooLarge, HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
    (api.IdempotencyKeyMissing, _BAD_REQUEST),
    (api.Unauthenticated, HTTPStatus.UNAUTHORIZED),
    (api.NotForThisCaller, _FORBIDDEN),
    (api.NotStandingIn, _FORBIDDEN),
    (api.NotFound, _NOT_FOUND),
    (api.RangeUnsatisfiable, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE),
    (api.MethodNotAllowed, HTTPStatus.METHOD_NOT_ALLOWED),
    (api.TooManyAttempts, HTTPStatus.TOO_MANY_REQUESTS),
    (api.EngineUnreachable, _AWAY),
    (api.ListenerTooSlow, _AWAY),
    (api.ServerStopping, _AWAY),
    (api.InternalFault, HTTPStatus.INTERNAL_SERVER_ERROR),
)


#: Whatever is refused is one of these.
ROOTS = (dossier.DossierError, store.StoreError, deadline.DeadlineError, document.DocumentError, api.ApiError)


def code_of(error: type[Exception]) -> str:
    """The one public name of an error."""
    return str(error.code)  # type: ignore[attr-defined]


#: Code to status and title; the two roots that say “unknown task” share one code and one status.
KINDS: Mapping[str, tuple[HTTPStatus, str]] = {code_of(one): (status, one.__doc__ or "") for one, status in STATUSES}


class Fault(BaseModel):
    """One thing that is wrong with a request."""

    pointer: str = Field(description="JSON pointer vào yêu cầu")
    detail: str


class Problem(BaseModel):
    """Why a request was not carried out (RFC 9457)."""

    type: str = Field(examples=["/problems/task-not-open"])
    title: str
    status: int
    detail: str
    code: str = Field(examples=["task-not-open"])
    errors: tuple[Fault, ...] = ()
    particulars: dict[str, str] = Field(default={}, description="mã định danh liên quan, không có dữ liệu cá nhân")
    command: str | None = Field(default=None, description="mã của yêu cầu đã bị từ chối, nếu đã được ghi nhận")


def install(app: FastAPI) -> None:
    """Answer every error with its problem."""
    for root in ROOTS:
        app.add_exception_handler(root, _answer)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)


def problem_of(error: Exception) -> Problem:
    """An error as its caller sees it; one that the table does not know is shown as our mistake."""
    if not isinstance(error, api.ApiError) and getattr(error, "code", None) not in KINDS:
        error = api.InternalFault()
    code = code_of(type(error))
    return _problem(
        code,
        str(getattr(error, "message", error)),
        faults=tuple(Fault(pointer=one.pointer, detail=one.message) for one in getattr(error, "violations", ())),
        particulars=getattr(error, "particulars", {}),
    )


def refusal_of(refused: Refused) -> Problem:
    """A command that was admitted and then refused."""
    problem = _problem(refused.code, refused.message, particulars=refused.particulars)
    return problem.model_copy(update={"command": str(refused.command)})


def answer(problem: Problem) -> JSONResponse:
    headers = {"WWW-Authenticate": "Bearer"} if problem.status == HTTPStatus.UNAUTHORIZED else {}
    if problem.status == _AWAY:
        headers["Retry-After"] = "2"
    content = problem.model_dump(mode="json", exclude_none=True)
    return JSONResponse(content, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


def _problem(
    code: str, detail: str, *, faults: Sequence[Fault] = (), particulars: Mapping[str, str] | None = None
) -> Problem:
    status, title = KINDS.get(code) or KINDS[api.InternalFault.code]
    return Problem(
        type=f"/problems/{code}",
        title=title,
        status=status,
        detail=detail or title,
        code=code,
        errors=tuple(faults),
        particulars=dict(particulars or {}),
    )


async def _answer(_: Request, error: Exception) -> JSONResponse:
    return answer(problem_of(error))


async def _answer_invalid(_: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError), "registered for nothing else"
    return answer(problem_of(refused_for(error.errors())))


def refused_for(faults: Sequence[Mapping[str, Any]]) -> api.ApiError:
    """What a request is refused for whose parts are not what they must be."""
    if any(one["type"] == "json_invalid" for one in faults):
        return api.RequestUnreadable()
    if any(one["type"] == "missing" and one["loc"] == ("header", "Idempotency-Key") for one in faults):
        return api.IdempotencyKeyMissing()
    violations = [dossier.Violation(pointer=_pointer(one["loc"]), message=fault_words(one)) for one in faults]
    return api.RequestInvalid(violations=violations)


async def answer_http(_: Request, error: Exception) -> JSONResponse:
    """What the framework itself refused."""
    assert isinstance(error, HTTPException), "registered for nothing else"
    answered = answer(problem_of(error_of(error)))
    if error.headers and "Allow" in error.headers:
        answered.headers["Allow"] = error.headers["Allow"]
    return answered


def error_of(error: HTTPException) -> api.ApiError:
    """What the framework refused, in our words."""
    known: dict[int, api.ApiError] = {
        HTTPStatus.BAD_REQUEST: api.RequestUnreadable(),
        HTTPStatus.NOT_FOUND: api.NotFound(),
        HTTPStatus.METHOD_NOT_ALLOWED: api.MethodNotAllowed(),
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE: api.RequestTooLarge(),
    }
    return known.get(error.status_code, api.InternalFault())


def _pointer(location: Sequence[int | str]) -> str:
    """A JSON pointer into the body; what stands elsewhere is named by its place: ``?limit``, ``Idempotency-Key``."""
    place, *parts = location
    match place:
        case "body":
            return "".join("/" + _token(part) for part in parts if part != "[key]")
        case "query":
            return f"?{parts[0]}" if parts else "?"
        case _:
            return str(parts[0]) if parts else str(place)


def _token(part: int | str) -> str:
    """A name may be anything that JSON can say, and not all of that can be said again."""
    sayable = str(part)[:_NAME_MAX].encode(errors="replace").decode()
    return sayable.replace("~", "~0").replace("/", "~1")


_WORDS = {
    "missing": "còn thiếu",
    "extra_forbidden": "không có trường này",
    "string_too_short": "ngắn hơn {min_length} ký tự",
    "string_too_long": "dài hơn {max_length} ký tự",
    "too_short": "ít hơn {min_length} mục",
    "too_long": "nhiều hơn {max_length} mục",
    "greater_than_equal": "nhỏ hơn {ge}",
    "less_than_equal": "lớn hơn {le}",
    "uuid_parsing": "không phải mã UUID",
    "enum": "phải là một trong: {expected}",
    "literal_error": "phải là một trong: {expected}",
    "string_pattern_mismatch": "không đúng dạng {pattern}",
    "string_unicode": "có ký tự không hợp lệ",
    "value_error": "{error}",
}


def fault_words(fault: Mapping[str, Any]) -> str:
    """What is wrong, without repeating what was sent."""
    template = _WORDS.get(fault["type"])
    return template.format(**fault.get("ctx", {})) if template else f"không đúng kiểu ({fault['type']})"
