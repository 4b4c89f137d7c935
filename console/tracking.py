"""Following a dossier without an account: by its number how far it is, with its code where it is and what to do.

Number and code are sent in the body of a form, so neither stands in an address, a history or a log. Officers
are named to nobody, nor are their units; the applicant's name is masked (TT 01/2018/TT-VPCP, Điều 16.2d).
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import NamedTuple

from fastapi import Request, Response

from api.parts import KnownParts, Parts
from api.time import Journal, journal_of
from api.views import EventView
from api.written import told
from console.entry import entered, number_in
from console.names import Names, names_of
from console.progress import masked, progress
from console.rendering import page
from console.routes import pages
from console.sessions import OpenForm
from dossiers.events import Record, SupplementRequested
from dossiers.evolve import fold
from dossiers.payment_events import PaymentRequested
from dossiers.procedure import Procedure
from dossiers.seats import CallerKind
from dossiers.state import DossierState, DossierStatus
from dossiers.stop_events import AttendanceRequired
from dossiers.values import Instant, OfficerId
from dossiers.words import status_words
from store.callers import Caller
from store.filing import read_applicant
from store.register import DossierRow, read_sub_dossiers

router = pages()

#: Reads what is written to the applicant, and nothing else.
_APPLICANT = Caller(id=OfficerId("applicant"), kind=CallerKind.CITIZEN, label="")


class Owed(NamedTuple):
    """What the applicant must do now."""

    words: str
    items: tuple[str, ...] = ()
    until: Instant | None = None
    #: As it was written to them.
    text: str | None = None


@router.get("/tracking")
async def show(request: Request) -> Response:
    """The number may stand in the address of a receipt's QR code; the code never does."""
    return page(request, "tracking.html", number=request.query_params.get("number", "").strip()[:60], is_unknown=False)


@router.post("/tracking")
async def follow(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    number, row = number_in(fields), await entered(request, parts, fields)
    if row is None:
        return page(request, "tracking.html", status=HTTPStatus.NOT_FOUND, number=number, is_unknown=True)
    journal = await journal_of(parts.database, parts.catalogue, row.id, parts.now())
    if journal is None:
        return page(request, "tracking.html", status=HTTPStatus.NOT_FOUND, number=number, is_unknown=True)
    state = fold(journal.records)
    degree = progress(journal.rulebook.procedure, state, journal.records)
    code = fields.one("code")
    if code is None:
        return page(
            request, "tracked_degree.html", number=row.number, status_words=status_words(row.status), degree=degree
        )
    return await _in_full(request, parts, row, code, journal, state)


async def _in_full(
    request: Request, parts: Parts, row: DossierRow, code: str, journal: Journal, state: DossierState
) -> Response:
    procedure, names = journal.rulebook.procedure, await names_of(parts.directories)
    async with parts.database.transaction() as tx:
        applicant = await read_applicant(tx, row.id)
        events = await told(tx, _APPLICANT, procedure, journal.records)
        parts_of_it = await read_sub_dossiers(tx, row.id)
    assert applicant is not None, "a dossier is filed with its applicant"
    return page(
        request,
        "tracked.html",
        row=row,
        code=code,
        names=names,
        title=procedure.title,
        applicant=masked(applicant.full_name),
        status_words=status_words(row.status),
        degree=progress(procedure, state, journal.records),
        owed=_owed(row, procedure, state, journal.records, events, names),
        apology=_written(journal.records, events, "appointment.moved"),
        refusal=_written(journal.records, events, "dossier.refused")
        or _written(journal.records, events, "result.decided"),
        sub_dossiers=[(one, status_words(one.status)) for one in parts_of_it],
        at=journal.at,
    )


def _owed(
    row: DossierRow,
    procedure: Procedure,
    state: DossierState,
    records: Sequence[Record],
    events: Sequence[EventView],
    names: Names,
) -> Owed:
    if row.status is DossierStatus.DECIDED:
        return Owed(f"Kết quả đã có. Mời đến nhận tại {names.unit(row.counter_unit)}, mang theo giấy hẹn.")
    if state.awaited is None:
        return Owed("Ông/bà chưa cần làm gì.")
    until = state.awaited.answer_by
    asked = next(
        (
            one
            for one in reversed(records)
            if isinstance(one.event, SupplementRequested | PaymentRequested | AttendanceRequired)
        ),
        None,
    )
    match asked.event if asked is not None else None:
        case SupplementRequested(components=components) as event:
            titles = {one.code: one.title for one in procedure.components}
            items = tuple(titles.get(code, code) for code in components)
            return Owed("Bổ sung hồ sơ tại nơi đã nộp.", items, until, _written(records, events, event.kind))
        case PaymentRequested(task=task):
            charges = state.tasks[task].charges
            titles = {one.code: one.title for one in procedure.fees}
            items = tuple(f"{titles.get(one.code, one.code)}: {one.amount:,} đồng".replace(",", ".") for one in charges)
            return Owed("Nộp tiền theo thông báo.", items, until)
        case AttendanceRequired(attend_at=attend_at) as event:
            return Owed("Có mặt theo giấy mời.", (), attend_at, _written(records, events, event.kind))
        case _:
            return Owed("Hồ sơ đang tạm dừng; ông/bà chưa cần làm gì.")


def _written(records: Sequence[Record], events: Sequence[EventView], kind: str) -> str | None:
    """What was last written to the applicant in an event of that kind."""
    found = [event for event, record in zip(events, records, strict=True) if record.event.kind == kind and event.texts]
    return next(iter(found[-1].texts.values())) if found else None
