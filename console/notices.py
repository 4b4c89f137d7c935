"""What was told to an officer and waits to be acknowledged: the next rung of a ladder says whether it was."""

from typing import NamedTuple
from uuid import UUID, uuid4

from fastapi import Request, Response

from api import problems
from api.act_requests import AcknowledgeRequest
from api.call import Call, told_of
from api.callers import actor_of
from api.paging import page_of
from api.parts import KnownParts, Parts
from api.visibility import require_officer
from commands.outcomes import Refused
from console.names import names_of
from console.rendering import page
from console.routes import pages, refusal, see
from console.selection import asked_fields
from console.sessions import SealedForm, SignedIn
from dossiers.phrases import rung_words, subject_words
from dossiers.procedure import Procedure
from store.database import Transaction
from store.escalations import NoticeFilter, NoticeRow, list_notices
from store.register import Heading, read_headings

router = pages()

_ON_A_PAGE = 50
_KINDS = {
    "reminder.sent": "Được đôn đốc",
    "answer.lapsed": "Người nộp không trả lời đúng hạn",
    "consultation.lapsed": "Hết hạn mà không có ý kiến",
    "calendar.changed": "Hạn thay đổi theo lịch làm việc mới",
}


class Waiting(NamedTuple):
    """A notice in words."""

    notice: NoticeRow
    heading: Heading
    words: str


@router.get("/officer/notices")
async def show(request: Request, officer: SignedIn, parts: KnownParts) -> Response:
    require_officer(officer.caller)
    wanted = NoticeFilter(is_waiting=True, recipient=actor_of(officer.caller))
    async with parts.database.transaction() as tx:
        found = await page_of(list_notices(tx, wanted, asked_fields(request).get("cursor"), limit=_ON_A_PAGE))
        waiting = await _in_words(tx, parts, found.items)
    names = await names_of(parts.directories)
    return page(
        request,
        "notices.html",
        officer=officer,
        names=names,
        waiting=waiting,
        following=found.next,
        key=uuid4(),
    )


@router.post("/officer/notices/{notice_id}/acknowledge")
async def acknowledge(
    request: Request, notice_id: UUID, officer: SignedIn, fields: SealedForm, parts: KnownParts
) -> Response:
    call = Call(request, parts, officer.caller, fields.one("key") or "", None)
    outcome = await call.outcome_on_notice(notice_id, AcknowledgeRequest())
    told = await told_of(parts, outcome)
    if isinstance(told, Refused):
        return refusal(request, problems.refusal_of(told))
    return see("/officer/notices")


async def _in_words(tx: Transaction, parts: Parts, notices: tuple[NoticeRow, ...]) -> tuple[Waiting, ...]:
    headings = await read_headings(tx, dict.fromkeys(one.dossier for one in notices))
    told: list[Waiting] = []
    for one in notices:
        heading = headings[one.dossier]
        procedure = await parts.catalogue.procedure(heading.procedure, heading.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        told.append(Waiting(one, heading, _words(procedure, one)))
    return tuple(told)


def _words(procedure: Procedure, notice: NoticeRow) -> str:
    what = subject_words(procedure, notice.subject)
    if notice.rung is not None:
        return f"{rung_words(procedure, notice.subject, notice.rung)}: {what}"
    return f"{_KINDS.get(notice.event_kind, 'Thông báo')}: {what}"
