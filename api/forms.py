"""The forms of a dossier: which were issued, each as PDF/A and as a document to write on.

A letter is composed when somebody first asks for it, from nothing but what was true when it was issued, and kept: every
later print is the same. The slips show where the dossier is now. Whoever filed for the applicant reads the letters
that went to him, and neither slip: those name officers.
"""

import asyncio
from enum import StrEnum
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Response
from pydantic import Field

from api.callers import KnownCaller
from api.errors import NotFound
from api.names import names_of
from api.openapi import read
from api.parts import KnownParts, Parts
from api.time import Journal, visible_journal
from api.views import Moment, View
from dossiers.applicant_forms import Addressee, Told, filled_in, rule_set_of
from dossiers.events import AnyEvent
from dossiers.evolve import fold
from dossiers.form_kinds import FormKind, form_name, form_words
from dossiers.sheets import Sheet
from dossiers.texts import TextRef
from printing.pdf import pdf_of
from printing.word import docx_of
from store.filing import read_applicant, read_tracking_code
from store.forms import IssuedForm, keep_sheet, list_forms, read_sheet
from store.texts import read_texts

router = APIRouter(prefix="/v1", tags=["forms"])

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_BINARY: dict[str, Any] = {"schema": {"type": "string", "format": "binary"}}
PRINTED: dict[int | str, dict[str, Any]] = {
    200: {"description": "Bản in", "content": {"application/pdf": _BINARY, _DOCX: _BINARY}}
}


class Format(StrEnum):
    """As what a form is wanted."""

    PDF = "pdf"
    DOCX = "docx"


class FormView(View):
    """Một biểu mẫu đã phát hành của hồ sơ."""

    sequence: int = Field(description="sự kiện phát hành biểu mẫu")
    form: FormKind
    name: str = Field(description="tên biểu mẫu")
    words: str = Field(description="mẫu số mấy, của thông tư nào")
    number: str
    agency: str
    year: int = Field(description="sổ của năm nào")
    issued_at: Moment
    unverified: str = Field(description="điều chưa đối chiếu với văn bản; rỗng nếu không có")
    pdf: str
    docx: str


class FormsView(View):
    """Các biểu mẫu đã phát hành của hồ sơ."""

    items: tuple[FormView, ...]


@router.get("/dossiers/{dossier_id}/forms", **read("listForms", "Biểu mẫu đã phát hành của hồ sơ"))
async def forms(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> FormsView:
    journal = await visible_journal(parts, caller, dossier_id)
    return FormsView(items=await issued_forms(parts, dossier_id, journal))


@router.get(
    "/dossiers/{dossier_id}/forms/{sequence}/{form}",
    response_class=Response,
    **{
        **(described := read("printForm", "Bản in của một biểu mẫu: PDF/A hoặc docx")),
        "responses": {**described["responses"], **PRINTED},
    },
)
async def form_of(
    dossier_id: UUID,
    sequence: Annotated[int, Path(ge=1, le=2**31 - 1)],
    form: Format,
    parts: KnownParts,
    caller: KnownCaller,
) -> Response:
    journal = await visible_journal(parts, caller, dossier_id)
    return await printed(await kept_sheet(parts, dossier_id, journal, sequence), form, f"{journal.number}-{sequence}")


async def issued_forms(parts: Parts, dossier: UUID, journal: Journal) -> tuple[FormView, ...]:
    """Everything that was issued, in that order."""
    async with parts.database.transaction() as tx:
        issued = await list_forms(tx, dossier)
    return tuple(_view(dossier, journal, one) for one in issued)


def _view(dossier: UUID, journal: Journal, one: IssuedForm) -> FormView:
    rule_set = rule_set_of(fold(journal.records[: one.sequence]))
    name, address = form_name(rule_set, one.form), f"/v1/dossiers/{dossier}/forms/{one.sequence}"
    assert name is not None, "only a form of the decree is issued"
    return FormView(
        sequence=one.sequence,
        form=one.form,
        name=name.title,
        words=form_words(rule_set, one.form),
        number=one.number_words,
        agency=one.agency,
        year=one.year,
        issued_at=one.issued_at,
        unverified=name.unverified,
        pdf=f"{address}/pdf",
        docx=f"{address}/docx",
    )


async def kept_sheet(parts: Parts, dossier: UUID, journal: Journal, sequence: int) -> Sheet:
    """What stands on the letter that this event issued. Raises `NotFound`."""
    names = await names_of(parts.directories)
    async with parts.database.transaction() as tx:
        kept = await read_sheet(tx, dossier, sequence)
        if kept is not None:
            return kept
        issued = next((one for one in await list_forms(tx, dossier) if one.sequence == sequence), None)
        if issued is None:
            raise NotFound
        applicant = await read_applicant(tx, dossier)
        assert applicant is not None, "a dossier is filed with its applicant"
        texts = await read_texts(tx, written_in(journal.records[sequence - 1].event))
        told = Told(
            records=journal.records[:sequence],
            rulebook=journal.rulebook,
            names=names,
            addressee=Addressee.model_validate(applicant.model_dump()),
            texts={key: one.body for key, one in texts.items()},
            number=issued.number_words,
            tracking_code=await read_tracking_code(tx, dossier),
        )
        return await keep_sheet(tx, dossier, sequence, filled_in(issued.form, told))


def written_in(event: AnyEvent) -> list[UUID]:
    """The texts that an event refers to."""
    return [value.id for _, value in event if isinstance(value, TextRef)]


async def printed(sheet: Sheet, form: Format, name: str) -> Response:
    """The sheet drawn, in a thread: the loop serves others meanwhile."""
    draw, media_type = (pdf_of, "application/pdf") if form is Format.PDF else (docx_of, _DOCX)
    headers = {
        "Content-Disposition": f'inline; filename="{name}.{form}"',
        "Cache-Control": "private, no-store",
        "ETag": f'"{sheet.digest}"',
    }
    return Response(await asyncio.to_thread(draw, sheet), media_type=media_type, headers=headers)
