"""What whoever filed takes home: number, look-up code, what comes next by when, and a QR code that leads back.

Before reception it confirms the filing; once the dossier is received it says the date of return, as the receipt of the
law does (NĐ 61/2018/NĐ-CP, Điều 17.1c). The QR code holds the number and never the code.
"""

from datetime import datetime
from http import HTTPStatus
from urllib.parse import urlencode
from uuid import UUID

from fastapi import Request, Response

from api.errors import NotFound
from api.parts import KnownParts, Parts
from api.time import Journal, journal_of
from console.entry import entered
from console.names import names_of
from console.progress import masked
from console.qr import qr_of
from console.rendering import page
from console.routes import pages
from console.sessions import OpenForm
from dossiers.deadline_errors import DeadlineError
from dossiers.deadlines import deadline
from dossiers.evolve import fold
from dossiers.procedure import StepKind
from dossiers.state import DossierState
from dossiers.values import Subject
from dossiers.words import status_words
from store.filing import read_applicant, read_tracking_code
from store.register import read_dossier

router = pages()


@router.post("/receipt")
async def show(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    """Once more, for whoever has number and code."""
    row = await entered(request, parts, fields)
    if row is None or fields.one("code") is None:
        return page(request, "tracking.html", status=HTTPStatus.NOT_FOUND, number="", is_unknown=True)
    return await receipt(request, parts, row.id)


async def receipt(request: Request, parts: Parts, dossier: UUID) -> Response:
    async with parts.database.transaction() as tx:
        row = await read_dossier(tx, dossier)
        applicant = await read_applicant(tx, dossier)
        code = await read_tracking_code(tx, dossier)
    if row is None or applicant is None:
        raise NotFound
    procedure = await parts.catalogue.procedure(row.procedure, row.procedure_version)
    assert procedure is not None, "a dossier is filed under a published version"
    journal = await journal_of(parts.database, parts.catalogue, dossier, parts.now())
    state = DossierState() if journal is None else fold(journal.records)
    received_by = _reception_due(state)
    declared = state.filed.components if state.filed is not None else ()
    return page(
        request,
        "receipt.html",
        row=row,
        code=code,
        procedure=procedure,
        status_words=status_words(row.status),
        applicant=masked(applicant.full_name),
        names=await names_of(parts.directories),
        components=[one.title for one in procedure.components if one.code in declared],
        received_by=received_by,
        foreseen=None if journal is None or received_by is None else _foreseen(journal, received_by),
        qr=qr_of(f"{str(request.base_url).rstrip('/')}/tracking?{urlencode({'number': row.number})}"),
        at=parts.now(),
    )


def _reception_due(state: DossierState) -> datetime | None:
    """Until when the counter must have looked at it."""
    waiting = [task for task in state.live_tasks() if task.step_kind is StepKind.RECEPTION]
    return next((state.due_of(Subject(task.key)) for task in waiting), None)


def _foreseen(journal: Journal, received_at: datetime) -> datetime | None:
    """The date of return, were it received then; none where no calendar reaches so far."""
    procedure = journal.rulebook.procedure
    try:
        return deadline(
            journal.rulebook.calendar, received_at, procedure.limit, procedure.counting, procedure.cutoff
        ).due
    except DeadlineError:
        return None
