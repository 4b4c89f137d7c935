"""Calendars: which are published, what a later one would move, and letting open dossiers count by it.

Reading is for whoever has a key; publishing, and seeing beforehand what it moves, is for supervisors.
"""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import BaseModel, ConfigDict, Field

from agencies.calendars import CODE, StateCalendarAmendment
from api.callers import KnownCaller, actor_of
from api.errors import NotForThisCaller, NotFound, RequestInvalid
from api.openapi import BODY_PROBLEMS, READ_PROBLEMS, body_example, problems, read
from api.parts import KnownParts, Parts
from api.views import Moment, View
from commands.calendar_rollout import Moved, preview, progress_of
from commands.calendars import amended, publish_and_order, violations
from commands.pinning import VersionCalendars
from dossiers.procedure import Role
from dossiers.values import DossierNumber, Subject
from store.calendars import CalendarRow, list_calendars
from store.callers import Caller

router = APIRouter(prefix="/v1", tags=["calendars"])

_EXAMPLE = {
    "version": "vn-2026.3",
    "extends": "vn-2026.2",
    "published_on": "2026-11-25",
    "decision": "Thông báo hoán đổi ngày làm việc, ngày 25/11/2026",
    "days_off": [{"on": "2026-12-31", "reason": "Nghỉ hoán đổi, làm bù ngày 9/1/2027"}],
    "make_up_days": [{"on": "2027-01-09", "instead_of": "2026-12-31", "reason": "Làm bù cho ngày 31/12/2026"}],
}
_CALENDAR_PROBLEMS = (*READ_PROBLEMS, *BODY_PROBLEMS, "unknown-calendar", "already-published")


class ProgressView(View):
    """Các hồ sơ đang mở đã chuyển sang lịch đến đâu."""

    version: str
    decision: str
    ordered_at: Moment
    behind: int = Field(description="hồ sơ đang mở còn tính theo lịch cũ")
    done: int = Field(description="hồ sơ đã chuyển")
    pending: int = Field(description="đã ghi nhận, đang chờ thực hiện")
    refused: int = Field(description="không chuyển được, ví dụ vì đã kết thúc trong lúc đó")


class CalendarView(View):
    """Một phiên bản lịch đã công bố."""

    version: str
    extends: str | None = Field(description="phiên bản mà nó sửa")
    published_at: Moment
    decision: str | None = Field(description="quyết định chuyển các hồ sơ đang mở sang lịch này")
    ordered_at: Moment | None
    ordered_by: str | None
    open_dossiers: int = Field(description="hồ sơ đang mở tính theo lịch này")


class CalendarDetailView(CalendarView):
    """Một phiên bản lịch, và việc chuyển các hồ sơ đang mở."""

    first: str
    last: str
    provisional_years: tuple[int, ...]
    unverified_years: tuple[int, ...]
    progress: ProgressView | None


class MoveView(View):
    """Một hạn trước và sau."""

    subject: Subject
    before: Moment
    after: Moment
    counted: Moment = Field(description="hạn theo lịch mới; sớm hơn `after` khi hẹn trả được giữ nguyên")


class MovedView(View):
    """Một hồ sơ đang mở, nếu tính theo lịch mới."""

    dossier: UUID
    number: DossierNumber
    calendar: str = Field(description="lịch mà hồ sơ đang theo")
    moves: tuple[MoveView, ...]
    refusal: str | None = Field(description="vì sao không chuyển được")


class PreviewPage(View):
    """Một trang các hồ sơ đang mở; hồ sơ nào không đổi hạn thì không có ở đây."""

    looked_at: int
    items: tuple[MovedView, ...]
    next: UUID | None = Field(description="gửi lại ở `after` để xem trang sau")


class PreviewRequest(BaseModel):
    """Lịch định công bố, và xem từ hồ sơ nào."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    calendar: StateCalendarAmendment
    after: UUID | None = None
    limit: int = Field(default=200, ge=1, le=1000)


@router.get("/calendars", **read("listCalendars", "Các phiên bản lịch đã công bố"))
async def list_all(parts: KnownParts, _: KnownCaller) -> tuple[CalendarView, ...]:
    async with parts.database.transaction() as tx:
        return tuple(CalendarView.of(one) for one in await list_calendars(tx))


@router.get("/calendars/{version}", **read("showCalendar", "Một phiên bản lịch, và việc chuyển hồ sơ sang lịch ấy"))
async def show(version: Annotated[str, Path(pattern=CODE)], parts: KnownParts, _: KnownCaller) -> CalendarDetailView:
    async with parts.database.transaction() as tx:
        rows = await list_calendars(tx, version)
    if not rows:
        raise NotFound
    return await detail_of(parts, rows[0])


async def detail_of(parts: Parts, row: CalendarRow) -> CalendarDetailView:
    calendar = await parts.catalogue.calendar(row.version)
    progress = await progress_of(parts.database, parts.catalogue, row.version)
    return CalendarDetailView.model_validate(
        {
            **row.model_dump(),
            "first": calendar.first.isoformat(),
            "last": calendar.last.isoformat(),
            "provisional_years": calendar.provisional_years,
            "unverified_years": calendar.unverified_years,
            "progress": ProgressView.of(progress) if progress is not None else None,
        }
    )


@router.post(
    "/calendars/preview",
    operation_id="previewCalendar",
    summary="Lịch mới sẽ chuyển hạn của những hồ sơ nào; chưa thay đổi gì",
    responses=problems(*_CALENDAR_PROBLEMS),
    openapi_extra=body_example({"calendar": _EXAMPLE}),
)
async def preview_calendar(request: PreviewRequest, parts: KnownParts, caller: KnownCaller) -> PreviewPage:
    target = await _target(parts, caller, request.calendar)
    shown: list[Moved] = []
    looked_at = 0
    stories = preview(parts.database, parts.catalogue, target, parts.now(), actor_of(caller), request.after)
    last: UUID | None = None
    async for one in stories:
        looked_at, last = looked_at + 1, one.dossier
        if one.moves or one.refusal is not None:
            shown.append(one)
        if looked_at == request.limit:
            break
    is_full = looked_at == request.limit
    return PreviewPage(
        looked_at=looked_at, items=tuple(MovedView.of(one) for one in shown), next=last if is_full else None
    )


@router.post(
    "/calendars",
    operation_id="publishCalendar",
    summary="Công bố lịch mới và chuyển các hồ sơ đang mở sang lịch ấy",
    responses=problems(*_CALENDAR_PROBLEMS),
    openapi_extra=body_example(_EXAMPLE),
)
async def publish_calendar(
    calendar: StateCalendarAmendment, parts: KnownParts, caller: KnownCaller, response: Response
) -> CalendarDetailView:
    """Asking again with the same content orders nothing anew; the API carries it out beside its other work."""
    await _target(parts, caller, calendar)
    async with parts.database.transaction() as tx:
        await publish_and_order(parts.catalogue, tx, calendar, actor_of(caller))
        [row] = await list_calendars(tx, calendar.version)
    response.headers["Location"] = f"/v1/calendars/{calendar.version}"
    return await detail_of(parts, row)


async def _target(parts: Parts, caller: Caller, calendar: StateCalendarAmendment) -> VersionCalendars:
    if Role.SUPERVISOR not in caller.roles:
        raise NotForThisCaller
    faults = await violations(parts.catalogue, calendar)
    if faults:
        raise RequestInvalid(violations=faults)
    return await amended(parts.catalogue, calendar)
