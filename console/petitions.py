"""Complaints and proposals (phản ánh, kiến nghị): filed by anybody, answered within a deadline like any other dossier.

A petition is a dossier under a procedure of its own, so it has a number, a look-up code, a promise, a ladder, a holder
and a place on the board without a rule or a timer more. Its words stand beside it in the store; the answer is what the
head wrote when he signed, and of all opinions that one alone is told to whoever asked.
"""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Annotated
from uuid import uuid4

from fastapi import Request, Response
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from agencies.roster import Directory
from api.call import request_hash
from api.callers import actor_of
from api.dossiers import ApplicantRequest
from api.errors import NotFound
from api.parts import KnownParts, Parts
from api.problems import fault_words, refusal_of
from api.words import Code, Number, Passage
from commands.gate import Filing
from commands.outcomes import Refused
from console.act_forms import Field as FormField
from console.entry import APPLICANT
from console.filing_form import receiving_units
from console.receipt import receipt
from console.rendering import page
from console.routes import pages, refusal
from console.sessions import Fields, OpenForm
from console.throttle import filings
from dossiers.events import Record, TaskCompleted
from dossiers.identity import dossier_id
from dossiers.phrases import step_of
from dossiers.procedure import Channel, Procedure, StepKind
from dossiers.values import UnitCode
from procedures.catalogue import PETITION
from store.database import Transaction
from store.filing import Applicant
from store.petitions import Petition, PetitionKind, write_petition
from store.texts import read_texts

router = pages()

KINDS: Mapping[PetitionKind, str] = {"complaint": "Phản ánh", "proposal": "Kiến nghị"}


class PetitionRequest(BaseModel):
    """Một phản ánh hoặc kiến nghị."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: PetitionKind
    receiving_unit: Code
    about: Annotated[Number, AfterValidator(str.upper)] | None = None
    body: Annotated[Passage, Field(description="nội dung")]
    applicant: ApplicantRequest


@router.get("/petitions")
async def show(request: Request, parts: KnownParts) -> Response:
    procedure, directory = await _known(parts)
    start = [("key", str(uuid4())), ("kind", "complaint"), ("about", request.query_params.get("about", "")[:60])]
    return _form(request, procedure, directory, Fields(start), {})


@router.post("/petitions")
async def send(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    """Sent again by a reload it shows the same receipt: the key is the form's own."""
    procedure, directory = await _known(parts)
    asked = _asked(fields)
    if not isinstance(asked, PetitionRequest):
        return _form(request, procedure, directory, fields, asked)
    limit, now = filings(request), parts.now()
    limit.require_open(request, now)
    filing = _filing(asked, f"petition/{fields.one('key') or uuid4()}")
    petition = Petition(kind=asked.kind, about=asked.about, body=asked.body)
    await parts.gate.rehearse(filing)
    async with parts.database.transaction() as tx:
        await write_petition(tx, dossier_id(filing.actor.id, filing.idempotency_key), petition)
    outcome = await parts.gate.file(filing)
    if isinstance(outcome, Refused):
        return refusal(request, refusal_of(outcome))
    limit.note(request, now)
    return await receipt(request, parts, outcome.dossier)


async def answer_of(tx: Transaction, procedure: Procedure, records: Sequence[Record]) -> str | None:
    """What was written when the answer was signed; null for what is no petition, and until then."""
    if procedure.code != PETITION:
        return None
    signings = [step.id for step in procedure.steps_of_kind(StepKind.APPROVAL)]
    signed = next(
        (
            one.event.opinion
            for one in reversed(records)
            if isinstance(one.event, TaskCompleted)
            and step_of(one.event.task) in signings
            and one.event.outcome != "rework"
        ),
        None,
    )
    if signed is None:
        return None
    texts = await read_texts(tx, [signed.id])
    return texts[signed.id].body if signed.id in texts else None


async def _known(parts: Parts) -> tuple[Procedure, Directory]:
    """Raises `NotFound` where nobody takes petitions in."""
    today = parts.now().date()
    procedure = await parts.catalogue.procedure_on(PETITION, today)
    directory = await parts.directories.in_force(today)
    if procedure is None or directory is None or not procedure.is_in_force(today):
        raise NotFound
    return procedure, directory


def _fields(procedure: Procedure, directory: Directory) -> tuple[FormField, ...]:
    return (
        FormField("kind", "Đây là", "one", is_needed=True, choices=tuple(KINDS.items())),
        FormField("receiving_unit", "Gửi đến", "choice", is_needed=True, choices=receiving_units(procedure, directory)),
        FormField("about", "Mã số hồ sơ có liên quan", "line", is_needed=False, hint="Để trống nếu không có."),
        FormField("body", "Nội dung", "text", is_needed=True, hint="Ít nhất 10 ký tự: việc gì, ở đâu, khi nào."),
        FormField("applicant.full_name", "Họ và tên, hoặc tên tổ chức", "line", is_needed=True, autocomplete="name"),
        FormField("applicant.phone", "Điện thoại", "tel", is_needed=False, autocomplete="tel"),
        FormField("applicant.email", "Thư điện tử", "email", is_needed=False, autocomplete="email"),
    )


def _form(
    request: Request, procedure: Procedure, directory: Directory, sent: Fields, wrong: Mapping[str, str]
) -> Response:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if wrong else HTTPStatus.OK
    fields = _fields(procedure, directory)
    return page(request, "petition.html", status=status, procedure=procedure, fields=fields, sent=sent, wrong=wrong)


def _asked(fields: Fields) -> PetitionRequest | Mapping[str, str]:
    """The request; or what is wrong with it, by field."""
    sent = {name: fields.one(name) for name in ("kind", "receiving_unit", "about", "body")}
    body = {name: value.replace("\r\n", "\n") for name, value in sent.items() if value is not None}
    try:
        return PetitionRequest.model_validate({**body, "applicant": dict(fields.beginning("applicant."))})
    except ValidationError as error:
        return {".".join(str(part) for part in one["loc"]): fault_words(one) for one in error.errors()}


def _filing(asked: PetitionRequest, key: str) -> Filing:
    return Filing(
        idempotency_key=key,
        request_hash=request_hash("petition", APPLICANT.id, asked),
        actor=actor_of(APPLICANT),
        procedure=PETITION,
        receiving_unit=UnitCode(asked.receiving_unit),
        channel=Channel.ONLINE,
        applicant=Applicant(**asked.applicant.model_dump()),
    )
