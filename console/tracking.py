"""Following a dossier without an account: by its number how far it is, with its code where it is and what to do.

Number and code are sent in the body of a form, so neither stands in an address, a history or a log. Officers
are named to nobody, nor are their units; the applicant's name is masked (TT 01/2018/TT-VPCP, Điều 16.2d).
"""

from collections.abc import Sequence
from http import HTTPStatus
from uuid import UUID, uuid4

from fastapi import Request, Response

from api.callers import actor_of
from api.errors import NotFound
from api.parts import KnownParts, Parts
from api.time import Journal, journal_of
from api.written import told
from console.entry import APPLICANT, entered, number_in
from console.names import names_of
from console.owed import owed, written
from console.petitions import answer_of
from console.progress import masked, progress
from console.rendering import page
from console.routes import pages
from console.satisfaction import SCORES, may_rate
from console.sessions import OpenForm
from console.usual import usual_words
from dossiers.commands import Withdraw
from dossiers.evolve import fold
from dossiers.offers import offers_on_dossier
from dossiers.state import DossierState
from dossiers.words import status_words
from store.filing import read_applicant
from store.ratings import read_rating
from store.register import read_dossier, read_sub_dossiers

router = pages()


@router.get("/tracking")
async def show(request: Request) -> Response:
    """The number may stand in the address of a receipt's QR code; the code never does."""
    return page(request, "tracking.html", number=request.query_params.get("number", "").strip()[:60], is_unknown=False)


@router.post("/tracking")
async def follow(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    number, row = number_in(fields), await entered(request, parts, fields)
    if row is None:
        return page(request, "tracking.html", status=HTTPStatus.NOT_FOUND, number=number, is_unknown=True)
    code = fields.one("code")
    if code is not None:
        return await in_full(request, parts, row.id, code)
    journal = await journal_of(parts.database, parts.catalogue, row.id, parts.now())
    if journal is None:
        raise NotFound
    degree = progress(journal.rulebook.procedure, fold(journal.records), journal.records)
    return page(request, "tracked_degree.html", number=row.number, status_words=status_words(row.status), degree=degree)


async def in_full(request: Request, parts: Parts, dossier: UUID, code: str, *, done: Sequence[str] = ()) -> Response:
    """Everything that number and code open; ``done`` is what an act just brought about."""
    journal = await journal_of(parts.database, parts.catalogue, dossier, parts.now())
    if journal is None:
        raise NotFound
    state, procedure = fold(journal.records), journal.rulebook.procedure
    names = await names_of(parts.directories)
    async with parts.database.transaction() as tx:
        row = await read_dossier(tx, dossier)
        applicant = await read_applicant(tx, dossier)
        events = await told(tx, APPLICANT, procedure, journal.records)
        parts_of_it = await read_sub_dossiers(tx, dossier)
        usual = await usual_words(tx, procedure.code)
        rating = await read_rating(tx, dossier)
        answer = await answer_of(tx, procedure, journal.records)
    assert row is not None, "whoever asks has found it"
    assert applicant is not None, "a dossier is filed with its applicant"
    return page(
        request,
        "tracked.html",
        row=row,
        code=code,
        key=uuid4(),
        done=done,
        names=names,
        title=procedure.title,
        applicant=masked(applicant.full_name),
        status_words=status_words(row.status),
        degree=progress(procedure, state, journal.records),
        usual=usual,
        owed=owed(row, procedure, state, journal.records, events, names),
        is_paid_online=parts.payment_secret is not None,
        rating=rating,
        may_rate=rating is None and may_rate(row),
        scores=SCORES,
        answer=answer,
        may_withdraw=_may_withdraw(journal, state),
        apology=written(journal.records, events, "appointment.moved"),
        refusal=written(journal.records, events, "dossier.refused")
        or written(journal.records, events, "result.decided"),
        sub_dossiers=[(one, status_words(one.status)) for one in parts_of_it],
        at=journal.at,
    )


def _may_withdraw(journal: Journal, state: DossierState) -> bool:
    """By the rules that would decide it."""
    rules = journal.rulebook.as_changed(state.calendar_changes)
    return any(isinstance(one, Withdraw) for one in offers_on_dossier(rules, state, actor_of(APPLICANT), journal.at))
