"""Rating how it went, once, after there was a result; and the ratings as heads and supervisors read them.

Nobody's name stands beside a rating, and what an applicant writes is shown to whoever answers for the dossier alone.
"""

from http import HTTPStatus
from typing import Annotated

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from api.errors import NotForThisCaller
from api.parts import KnownParts
from api.problems import refused_for
from api.visibility import agency_in_sight
from api.words import Passage
from console.entry import entered, number_in
from console.names import names_of
from console.rendering import page
from console.routes import pages
from console.satisfaction import SCORES, may_rate
from console.sessions import OpenForm, SignedIn
from console.tracking import in_full
from dossiers.errors import WrongAct
from dossiers.procedure import Role
from store.ratings import add_rating, count_ratings, list_ratings

router = pages()

_HEADS = (Role.SUPERVISOR, Role.ONE_STOP_HEAD, Role.AGENCY_HEAD, Role.UNIT_HEAD)


class RatingRequest(BaseModel):
    """Một đánh giá."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    score: Annotated[int, Field(ge=1, le=3)]
    comment: Passage | None = None


@router.post("/tracking/rating")
async def rate(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    row, code = await entered(request, parts, fields), fields.one("code")
    if row is None or code is None:
        unknown = HTTPStatus.NOT_FOUND
        return page(request, "tracking.html", status=unknown, number=number_in(fields), is_unknown=True)
    if not may_rate(row):
        message = "Chưa có kết quả thì chưa đánh giá được."
        raise WrongAct(message, act="rate")
    sent = {"score": fields.one("score"), "comment": fields.one("comment")}
    try:
        asked = RatingRequest.model_validate({name: value for name, value in sent.items() if value is not None})
    except ValidationError as error:
        raise refused_for([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
    async with parts.database.transaction() as tx:
        is_first = await add_rating(tx, row.id, asked.score, asked.comment)
    words = "Cảm ơn ông/bà đã đánh giá." if is_first else "Hồ sơ này đã được đánh giá; mỗi hồ sơ đánh giá một lần."
    return await in_full(request, parts, row.id, code, done=[words])


@router.get("/officer/ratings")
async def show(request: Request, officer: SignedIn, parts: KnownParts) -> Response:
    caller = officer.caller
    if not any(role in _HEADS for role in caller.roles):
        raise NotForThisCaller
    agency = agency_in_sight(parts.directories, caller, None)
    wanted = request.query_params.get("score", "")
    score = int(wanted) if wanted in {"1", "2", "3"} else None
    async with parts.database.transaction() as tx:
        found = await list_ratings(tx, agency=agency, score=score)
        counts = await count_ratings(tx, agency)
    return page(
        request,
        "ratings.html",
        officer=officer,
        ratings=found,
        counts=counts,
        wanted=score,
        scores=SCORES,
        names=await names_of(parts.directories),
    )
