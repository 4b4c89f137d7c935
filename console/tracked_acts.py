"""What an applicant does with number and code and without an account: supplements, withdraws.

Sent again by a reload it finds what it did before, for the page drew a key. What ends a dossier is looked at once more.
"""

from http import HTTPStatus
from uuid import uuid4

from fastapi import Request, Response
from pydantic import ValidationError

from api import problems
from api.act_requests import DossierActRequest, SupplementRequest, WithdrawRequest
from api.call import submission_of, told_of
from api.errors import NotFound
from api.parts import KnownParts
from api.problems import refused_for
from api.text_book import TextBook
from api.views import ActView
from commands.outcomes import Refused
from console.entry import APPLICANT, entered, number_in
from console.rendering import page
from console.routes import pages, refusal
from console.sessions import Fields, OpenForm
from console.tracking import in_full
from dossiers.identity import command_id

router = pages()

_REQUESTS: dict[str, type[DossierActRequest]] = {"supplement": SupplementRequest, "withdraw": WithdrawRequest}
_ENDING = ("withdraw",)


@router.post("/tracking/acts/{act}")
async def perform(request: Request, act: str, fields: OpenForm, parts: KnownParts) -> Response:
    if act not in _REQUESTS:
        raise NotFound
    row, code = await entered(request, parts, fields), fields.one("code")
    if row is None or code is None:
        unknown = HTTPStatus.NOT_FOUND
        return page(request, "tracking.html", status=unknown, number=number_in(fields), is_unknown=True)
    asked = _asked(act, fields)
    if act in _ENDING and fields.one("checked") != "yes":
        reason = fields.one("reason")
        return page(request, "withdraw_check.html", row=row, code=code, reason=reason, key=fields.one("key") or uuid4())
    key = f"{APPLICANT.id}/{fields.one('key') or uuid4()}"
    book = TextBook(command_id(row.id, key))
    outcome = await parts.gate.submit(submission_of(APPLICANT, key, row.id, asked.command(book), book, asked, row.id))
    match await told_of(parts, outcome):
        case Refused() as refused:
            return refusal(request, problems.refusal_of(refused))
        case ActView(events=events):
            return await in_full(request, parts, row.id, code, done=[one.words for one in events])
        case _:
            return await in_full(request, parts, row.id, code, done=["Đã ghi nhận; sẽ được thực hiện."])


def _asked(act: str, fields: Fields) -> DossierActRequest:
    """Raises `RequestInvalid`."""
    reason = fields.one("reason")
    sent = {"components": list(fields.all("components"))} if act == "supplement" else {"reason": reason}
    try:
        return _REQUESTS[act].model_validate({name: value for name, value in sent.items() if value is not None})
    except ValidationError as error:
        raise refused_for([{**one, "loc": ("body", *one["loc"])} for one in error.errors()]) from error
