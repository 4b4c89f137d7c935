"""Who is away and who stands in: registered by the officer, or by a head over the officer; ended early by the same.

The substitute sees the work of the officer who is away among his own, and acts in that place by saying so
(``On-Behalf-Of``). Time and lateness stay with the unit, whoever acts.
"""

from datetime import timedelta
from typing import Annotated, Self
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.call import IdempotencyKey
from api.callers import KnownCaller, actor_of
from api.errors import NotForThisCaller
from api.openapi import keeping, read, worklist_act
from api.paging import KnownPager
from api.parts import KnownParts
from api.views import AbsencePage, AbsenceView
from api.visibility import agency_in_sight
from api.words import Code
from commands.directories import Directories
from dossiers.errors import NotPermitted, OfficerUnfit
from dossiers.identity import kept_id
from dossiers.instants import LegalInstant
from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.values import OfficerId
from store import absences
from store.absences import Absence
from store.callers import Caller

router = APIRouter(prefix="/v1", tags=["absences"])

#: Longer than any leave: whoever is away for longer has left the desk.
_LONGEST = timedelta(days=366)


class AbsenceRequest(BaseModel):
    """Một lượt vắng mặt; không ghi lý do."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    officer: Code
    substitute: Code = Field(description="người thay, cùng cơ quan")
    begins_at: LegalInstant
    ends_at: LegalInstant = Field(description="từ lúc này người thay không còn thay nữa")

    @model_validator(mode="after")
    def _is_a_span(self) -> Self:
        if not self.begins_at < self.ends_at <= self.begins_at + _LONGEST:
            message = "phải kết thúc sau khi bắt đầu, trong vòng một năm"
            raise ValueError(message)
        if self.officer == self.substitute:
            message = "người thay phải là người khác"
            raise ValueError(message)
        return self


class AbsenceQuery(BaseModel):
    """Which absences to list."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None
    officer: Code | None = Field(default=None, description="người vắng mặt, hoặc người thay")
    cursor: str | None = Field(default=None, max_length=400)
    limit: int = Field(default=50, ge=1, le=200)


_EXAMPLE = {
    "officer": "ha-long-counter-1",
    "substitute": "ha-long-counter-2",
    "begins_at": "2026-11-30T07:30:00+07:00",
    "ends_at": "2026-12-05T17:00:00+07:00",
}


@router.post("/absences", **keeping("registerAbsence", "Ghi lượt vắng mặt và người thay", _EXAMPLE))
async def register(asked: AbsenceRequest, parts: KnownParts, caller: KnownCaller, key: IdempotencyKey) -> AbsenceView:
    officer, substitute = OfficerId(asked.officer), OfficerId(asked.substitute)
    seat = await _seat_of(parts.directories, officer)
    if (await _seat_of(parts.directories, substitute)).agency != seat.agency:
        message = "Người thay phải thuộc cùng cơ quan."
        raise OfficerUnfit(message, officer=substitute)
    _require_say(caller, officer, seat)
    absence = Absence(
        officer=officer, substitute=substitute, agency=seat.agency, begins_at=asked.begins_at, ends_at=asked.ends_at
    )
    async with parts.database.transaction() as tx:
        return AbsenceView.of(await absences.register(tx, kept_id(caller.id, "absence", key), absence, by=caller.id))


@router.get("/absences", **read("listAbsences", "Ai vắng mặt, ai thay, lượt mới nhất trước"))
async def listed(
    query: Annotated[AbsenceQuery, Query()], parts: KnownParts, caller: KnownCaller, pager: KnownPager
) -> AbsencePage:
    agency = agency_in_sight(parts.directories, caller, query.agency)
    officer = OfficerId(query.officer) if query.officer is not None else None
    async with parts.database.transaction() as tx:
        page = absences.list_absences(tx, agency=agency, officer=officer, cursor=query.cursor, limit=query.limit)
        return AbsencePage.of(await pager.turned(page))


@router.post("/absences/{absence_id}/end", **worklist_act("endAbsence", "Người vắng mặt đã trở lại"))
async def end(absence_id: UUID, parts: KnownParts, caller: KnownCaller) -> AbsenceView:
    async with parts.database.transaction() as tx:
        kept = await absences.read_absence(tx, absence_id)
        _require_say(caller, kept.officer, await _seat_of(parts.directories, kept.officer))
        return AbsenceView.of(await absences.end_absence(tx, absence_id, by=caller.id))


async def _seat_of(directories: Directories, officer: OfficerId) -> Seat:
    known = await directories.officer(officer)
    if known is None:
        message = "Không có cán bộ này."
        raise OfficerUnfit(message, officer=officer)
    return known[0]


def _require_say(caller: Caller, officer: OfficerId, seat: Seat) -> None:
    """The officer, or a head over the officer; never one who only stands in."""
    actor = actor_of(caller)
    if actor.acting_for is not None:
        raise NotForThisCaller
    heads_unit = actor.has(Role.UNIT_HEAD, Role.ONE_STOP_HEAD) and actor.sits_at(seat)
    heads_agency = actor.has(Role.AGENCY_HEAD) and actor.is_of(seat.agency)
    if not (caller.id == officer or heads_unit or heads_agency):
        raise NotPermitted(actor=caller.id, act="register_absence")
