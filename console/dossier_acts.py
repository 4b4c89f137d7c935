"""An act from a form: read by the API's own model, shown once more where it decides something, then sent.

What is refused comes back with everything that was filled in. After an act the dossier is shown with what it brought
about, by the command's identity, so that a reload sends nothing and says the same.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import NamedTuple
from uuid import UUID

from fastapi import Request, Response
from pydantic import ValidationError

from api import problems
from api.act_requests import DossierActRequest, TaskActRequest
from api.call import Call, told_of
from api.errors import NotFound
from api.parts import KnownParts, Parts
from api.problems import Problem, fault_words
from api.task_queries import listed
from api.time import Journal
from api.views import AcceptedView, ActView
from api.visibility import visible_task
from commands.outcomes import Outcome, Refused
from console.act_forms import Form, read, request_of
from console.act_words import words_of
from console.dossier_page import dossier_forms, task_forms, visible
from console.names import names_of
from console.rendering import page
from console.routes import is_ours, pages, see
from console.sessions import SEAL, Fields, Officer, SealedForm, SignedIn
from dossiers.errors import WrongAct
from dossiers.evolve import fold

router = pages()

_CARRIED = (SEAL, "checked")


class Sent(NamedTuple):
    """A form on its way: on which dossier, where it is sent, and what it holds."""

    dossier: UUID
    address: str
    journal: Journal
    form: Form
    fields: Fields


@router.post("/officer/tasks/{task_id}/acts/{act}")
async def on_task(
    request: Request, task_id: UUID, act: str, officer: SignedIn, fields: SealedForm, parts: KnownParts
) -> Response:
    kind = act.replace("-", "_")
    async with parts.database.transaction() as tx:
        row = await visible_task(tx, parts.directories, officer.caller, task_id)
        (task,) = await listed(tx, parts, (row,))
    journal = await visible(parts, officer.caller, row.dossier)
    asked = _asked(kind, fields, journal)
    if isinstance(asked, TaskActRequest) and _is_sent(kind, fields):
        call = _call(request, parts, officer, fields)
        outcome = await call.outcome_on_task(task_id, asked, call.key, call.revision)
        return await _told(request, parts, officer, fields, outcome)
    names = await names_of(parts.directories)
    forms = await task_forms(parts, officer.caller, task, journal.rulebook, fold(journal.records), journal, names)
    sent = Sent(row.dossier, f"/officer/tasks/{task_id}/acts/{act}", journal, _offered(forms, kind), fields)
    return _shown_again(request, officer, sent, asked)


@router.post("/officer/dossiers/{dossier_id}/acts/{act}")
async def on_dossier(
    request: Request, dossier_id: UUID, act: str, officer: SignedIn, fields: SealedForm, parts: KnownParts
) -> Response:
    kind = act.replace("-", "_")
    journal = await visible(parts, officer.caller, dossier_id)
    asked = _asked(kind, fields, journal)
    if isinstance(asked, DossierActRequest) and _is_sent(kind, fields):
        call = _call(request, parts, officer, fields)
        return await _told(request, parts, officer, fields, await call.outcome_on_dossier(dossier_id, asked))
    names = await names_of(parts.directories)
    forms = dossier_forms(officer.caller, journal.rulebook, fold(journal.records), journal, names)
    sent = Sent(dossier_id, f"/officer/dossiers/{dossier_id}/acts/{act}", journal, _offered(forms, kind), fields)
    return _shown_again(request, officer, sent, asked)


Asked = TaskActRequest | DossierActRequest | Mapping[str, str]


def _asked(kind: str, fields: Fields, journal: Journal) -> Asked:
    """The request; or what is wrong with it, by field."""
    model = request_of(kind)
    if model is None or not issubclass(model, TaskActRequest | DossierActRequest):
        raise NotFound
    try:
        return model.model_validate(read(kind, fields, journal.rulebook.procedure))
    except ValidationError as error:
        return {".".join(str(part) for part in one["loc"]): fault_words(one) for one in error.errors()}


def _is_sent(kind: str, fields: Fields) -> bool:
    """Whether it was seen once more, or need not be."""
    from_check = fields.one("checked")
    return from_check == "yes" or (from_check is None and not words_of(kind).is_checked)


def _call(request: Request, parts: Parts, officer: Officer, fields: Fields) -> Call:
    revision = fields.one("revision")
    return Call(
        request,
        parts,
        officer.caller,
        fields.one("key") or "",
        int(revision) if revision is not None and revision.isdecimal() else None,
    )


def _offered(forms: tuple[Form, ...], kind: str) -> Form:
    found = next((one for one in forms if one.kind == kind), None)
    if found is None:
        message = "Lúc này không còn làm được việc đó; hồ sơ đã thay đổi từ khi mở trang."
        raise WrongAct(message, act=kind)
    return found


def _shown_again(request: Request, officer: Officer, sent: Sent, asked: Asked) -> Response:
    """To be checked, or to be corrected."""
    is_wrong = isinstance(asked, Mapping)
    is_edited = sent.fields.one("checked") == "edit"
    return page(
        request,
        "act.html" if is_wrong or is_edited else "check.html",
        officer=officer,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK,
        dossier=sent.dossier,
        number=sent.journal.number,
        address=sent.address,
        form=sent.form,
        sent=sent.fields,
        carried=[(name, value) for name, value in sent.fields.everything if name not in _CARRIED],
        wrong=asked if is_wrong else {},
    )


async def _told(request: Request, parts: Parts, officer: Officer, fields: Fields, outcome: Outcome) -> Response:
    match await told_of(parts, outcome):
        case (ActView() | AcceptedView()) as told:
            back = fields.one("back") or ""
            return see(back if is_ours(back) else f"/officer/dossiers/{told.dossier}?after={told.command}")
        case Refused() as refused:
            return _refused(request, officer, outcome.dossier, problems.refusal_of(refused))


def _refused(request: Request, officer: Officer, dossier: UUID, problem: Problem) -> Response:
    return page(
        request,
        "act_refused.html",
        officer=officer,
        status=HTTPStatus(problem.status),
        problem=problem,
        dossier=dossier,
    )
