"""Filing online without an account: a form, a look at the answers, one filing, and a receipt to print.

Nothing of it stands in an address. The form draws its idempotency key when it is opened, and a draft keeps it, so that
whatever is sent twice files once. A draft is opened by its code alone and ends after thirty days, or with its filing.
"""

from datetime import timedelta
from http import HTTPStatus
from uuid import uuid4

from fastapi import Request, Response

from agencies.roster import Directory
from api.dossiers import FilingRequest
from api.errors import NotFound
from api.parts import KnownParts, Parts
from api.problems import refusal_of
from commands.gate import Filing
from commands.outcomes import Refused
from console.codes import code_hash, drawn_code, plain
from console.entry import APPLICANT
from console.filing_form import Wrong, fields_of_form, filing_of, sections_of, stands_against
from console.receipt import receipt
from console.rendering import page
from console.routes import pages, refusal, see
from console.sessions import Fields, OpenForm
from console.throttle import filings, guesses
from dossiers.procedure import Channel, Procedure
from dossiers.values import ProcedureCode
from procedures.catalogue import PETITION
from store.drafts import end_draft, find_draft, save_draft

router = pages()

KEPT = timedelta(days=30)
_NOT_KEPT = ("step",)


@router.get("/procedures/{code}/file")
async def show(request: Request, code: str, parts: KnownParts) -> Response:
    if code == PETITION:
        return see("/petitions")
    procedure, directory = await _filed(parts, code)
    return _form(request, procedure, directory, Fields([("key", str(uuid4()))]), {})


@router.post("/procedures/{code}/file")
async def send(request: Request, code: str, fields: OpenForm, parts: KnownParts) -> Response:
    procedure, directory = await _filed(parts, code)
    match fields.one("step"):
        case "save":
            return await _saved(request, parts, procedure, fields)
        case "edit":
            return _form(request, procedure, directory, fields, {})
    asked = filing_of(procedure, fields)
    if not isinstance(asked, FilingRequest):
        return _form(request, procedure, directory, fields, asked)
    filing = asked.of(APPLICANT, f"online/{fields.one('key') or uuid4()}")
    if fields.one("step") == "file":
        return await _file(request, parts, filing, fields)
    wrong = await stands_against(parts.gate, filing)
    if wrong:
        return _form(request, procedure, directory, fields, wrong)
    sections = sections_of(procedure, directory)
    lacking = [one.title for one in procedure.components if one.required and one.code not in asked.components]
    return page(
        request,
        "filing_check.html",
        procedure=procedure,
        sections=sections,
        sent=fields,
        lacking=lacking,
        carried=[(name, value) for name, value in fields.everything if name not in _NOT_KEPT],
    )


@router.get("/drafts")
async def ask_for_draft(request: Request) -> Response:
    return page(request, "drafts.html", is_unknown=False)


@router.post("/drafts")
async def open_draft(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    """A code that was never given and one that has ended are answered alike."""
    tries, code, now = guesses(request), plain(fields.one("code") or ""), parts.now()
    tries.require_open(request, now)
    async with parts.database.transaction() as tx:
        draft = await find_draft(tx, code_hash(code))
    if draft is None:
        tries.note(request, now)
        return page(request, "drafts.html", status=HTTPStatus.NOT_FOUND, is_unknown=True)
    procedure, directory = await _filed(parts, draft.procedure)
    return _form(request, procedure, directory, Fields([*draft.fields, ("draft", code)]), {})


async def _filed(parts: Parts, code: str) -> tuple[Procedure, Directory]:
    """What may be filed online today. Raises `NotFound`."""
    if code == PETITION:
        raise NotFound  # it has words of its own, which its own form asks for
    today = parts.now().date()
    procedure = await parts.catalogue.procedure_on(ProcedureCode(code), today)
    directory = await parts.directories.in_force(today)
    if procedure is None or directory is None or not procedure.is_in_force(today):
        raise NotFound
    if Channel.ONLINE not in procedure.channels:
        raise NotFound
    return procedure, directory


def _form(request: Request, procedure: Procedure, directory: Directory, sent: Fields, wrong: Wrong) -> Response:
    sections = sections_of(procedure, directory)
    return page(
        request,
        "filing.html",
        status=HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK,
        procedure=procedure,
        sections=sections,
        labels={field.name: field.label for field in fields_of_form(sections)},
        sent=sent,
        wrong=wrong,
    )


async def _saved(request: Request, parts: Parts, procedure: Procedure, fields: Fields) -> Response:
    code = fields.one("draft") or drawn_code()
    kept = [(name, value) for name, value in fields.everything if name not in (*_NOT_KEPT, "draft")]
    filings(request).require_open(request, parts.now())
    async with parts.database.transaction() as tx:
        draft = await save_draft(tx, code_hash(code), procedure.code, kept, lasts=KEPT)
    return page(request, "draft_saved.html", procedure=procedure, code=code, ends_at=draft.ends_at)


async def _file(request: Request, parts: Parts, filing: Filing, fields: Fields) -> Response:
    """Sent again by a reload it shows the same receipt: the key is the form's own."""
    limit, now = filings(request), parts.now()
    limit.require_open(request, now)
    outcome = await parts.gate.file(filing)
    if isinstance(outcome, Refused):
        return refusal(request, refusal_of(outcome))
    limit.note(request, now)
    if (draft := fields.one("draft")) is not None:
        async with parts.database.transaction() as tx:
            await end_draft(tx, code_hash(draft))
    return await receipt(request, parts, outcome.dossier)
