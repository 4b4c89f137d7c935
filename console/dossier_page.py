"""A dossier on one page: where it stands, what may be done with it now, where its time went, and its story."""

from collections.abc import Sequence
from typing import Annotated, NamedTuple
from uuid import UUID, uuid4

from fastapi import Path, Request, Response

from agencies.roster import Officer as Colleague
from api.callers import actor_of
from api.errors import NotFound
from api.forms import Format, issued_forms, kept_sheet, printed
from api.parts import KnownParts, Parts
from api.shown import dossier_view
from api.task_queries import listed
from api.time import Journal, clocks_view, due_date_view, journal_of, ledger_view
from api.views import EventView, ListedTaskView
from api.visibility import require_officer, require_visible
from api.written import told
from console.act_forms import Circumstances, Form, forms_of
from console.deadline_face import Face, Standing, face_of
from console.names import Names, names_of
from console.pictures.clock_strip import strips
from console.pictures.timeline import GLYPHS, MANNER_WORDS, timeline
from console.rendering import page
from console.routes import pages, see
from console.sessions import SignedIn
from dossiers.clocks import ClockFace, ClockState
from dossiers.due_dates import due_date
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.offers import offers_on_dossier, offers_on_task
from dossiers.phrases import actor_words, subject_words
from dossiers.procedure import Procedure
from dossiers.rulebook import Rulebook
from dossiers.state import DossierState
from dossiers.time_words import clock_words
from dossiers.values import Subject, task_key
from store.callers import Caller
from store.filing import read_applicant, read_tracking_code
from store.petitions import read_petition
from store.register import find_by_number, read_dossier
from store.worklist import tasks_of

router = pages()


class OpenTask(NamedTuple):
    """Work that is still owed, and what may be done with it by whoever looks."""

    task: ListedTaskView
    face: Face
    label: str
    holder: str | None
    is_mine: bool
    forms: tuple[Form, ...]


class Told(NamedTuple):
    """An event in the log."""

    event: EventView
    who: str
    #: Of what it is: an act of a person or the passing of time.
    is_by_itself: bool


@router.get("/officer/dossiers/{dossier_id}")
async def show(request: Request, dossier_id: UUID, officer: SignedIn, parts: KnownParts) -> Response:
    journal = await visible(parts, officer.caller, dossier_id)
    names = await names_of(parts.directories)
    caller, rulebook, at = officer.caller, journal.rulebook, journal.at
    state = fold(journal.records)
    async with parts.database.transaction() as tx:
        row = await read_dossier(tx, dossier_id)
        assert row is not None, "a visible dossier is in the register"
        view = await dossier_view(tx, rulebook.procedure, row)
        applicant = await read_applicant(tx, dossier_id)
        tracking_code = await read_tracking_code(tx, dossier_id)
        petition = await read_petition(tx, dossier_id)
        open_rows = tuple(one for one in await tasks_of(tx, dossier_id) if one.state.is_live)
        tasks = await listed(tx, parts, open_rows)
        events = await told(tx, caller, rulebook.procedure, journal.records)
    clocks = clocks_view(dossier_id, journal)
    return page(
        request,
        "dossier.html",
        officer=officer,
        names=names,
        view=view,
        applicant=applicant,
        tracking_code=tracking_code,
        petition=petition,
        filed_at=row.filed_at,
        procedure=rulebook.procedure,
        tasks=[await _open_task(parts, caller, one, rulebook, state, journal, names) for one in tasks],
        whole=dossier_forms(caller, rulebook, state, journal, names),
        clocks=clocks,
        issued=await issued_forms(parts, dossier_id, journal),
        promise=None if clocks.promise is None else promise_face(clocks.promise),
        strips=strips(clocks, ledger_view(dossier_id, journal)),
        picture=timeline(journal.records, rulebook, at),
        glyphs=GLYPHS,
        manner_words=MANNER_WORDS,
        log=_log(events, journal.records),
        after=_after(request, events),
        at=at,
        key=uuid4(),
    )


@router.get("/officer/dossiers/{dossier_id}/forms/{sequence}/{form}")
async def show_form(
    dossier_id: UUID,
    sequence: Annotated[int, Path(ge=1, le=2**31 - 1)],
    form: Format,
    officer: SignedIn,
    parts: KnownParts,
) -> Response:
    """A form that was issued, to print or to write on."""
    journal = await visible(parts, officer.caller, dossier_id)
    return await printed(await kept_sheet(parts, dossier_id, journal, sequence), form, f"{journal.number}-{sequence}")


@router.get("/officer/dossiers/{dossier_id}/why/{subject:path}")
async def show_why(request: Request, dossier_id: UUID, subject: str, officer: SignedIn, parts: KnownParts) -> Response:
    """The arithmetic behind one deadline."""
    journal = await visible(parts, officer.caller, dossier_id)
    known = due_date(journal.records, journal.rulebook, Subject(subject))
    if known is None:
        raise NotFound
    return page(
        request,
        "why.html",
        officer=officer,
        told=due_date_view(dossier_id, journal, known),
        what=subject_words(journal.rulebook.procedure, known.subject),
    )


@router.get("/officer/find")
async def find(request: Request, officer: SignedIn, parts: KnownParts) -> Response:
    """To the dossier of that number; whatever is no number is looked for among the work."""
    number = request.query_params.get("number", "").strip()
    if number:
        async with parts.database.transaction() as tx:
            row = await find_by_number(tx, number.upper())
            if row is not None:
                await require_visible(tx, parts.directories, officer.caller, row.id)
                return see(f"/officer/dossiers/{row.id}")
    return page(request, "find.html", officer=officer, number=number)


async def visible(parts: Parts, caller: Caller, dossier: UUID) -> Journal:
    """The dossier's journal and rules, for officers who may see it. Raises `DossierUnknown`, `NotFound`."""
    require_officer(caller)
    async with parts.database.transaction() as tx:
        await require_visible(tx, parts.directories, caller, dossier)
    journal = await journal_of(parts.database, parts.catalogue, dossier, parts.now())
    if journal is None:
        raise NotFound
    return journal


async def _open_task(
    parts: Parts,
    caller: Caller,
    task: ListedTaskView,
    rulebook: Rulebook,
    state: DossierState,
    journal: Journal,
    names: Names,
) -> OpenTask:
    face, label = face_of(task), _sentence(subject_words(rulebook.procedure, Subject(task.key)))
    is_mine = task.holder in caller.hands
    holder = None if task.holder is None else names.officer(task.holder)
    forms = await task_forms(parts, caller, task, rulebook, state, journal, names)
    return OpenTask(task, face, label, holder, is_mine, forms)


async def task_forms(
    parts: Parts,
    caller: Caller,
    task: ListedTaskView,
    rulebook: Rulebook,
    state: DossierState,
    journal: Journal,
    names: Names,
) -> tuple[Form, ...]:
    """The forms of every act on a task that would be admitted from this caller now."""
    known = state.tasks.get(task_key(task.key))
    if known is None:
        return ()
    rules = rulebook.as_changed(state.calendar_changes)
    offers = offers_on_task(rules, state, actor_of(caller), known, journal.at)
    colleagues = await parts.directories.officers_of(known.seat, known.role)
    return forms_of(offers, _around(rulebook.procedure, state, names, colleagues, task))


def dossier_forms(
    caller: Caller, rulebook: Rulebook, state: DossierState, journal: Journal, names: Names
) -> tuple[Form, ...]:
    """The forms of every act on the dossier as a whole that would be admitted from this caller now."""
    rules = rulebook.as_changed(state.calendar_changes)
    offers = offers_on_dossier(rules, state, actor_of(caller), journal.at)
    return forms_of(offers, _around(rulebook.procedure, state, names, (), None))


def _around(
    procedure: Procedure,
    state: DossierState,
    names: Names,
    colleagues: Sequence[Colleague],
    task: ListedTaskView | None,
) -> Circumstances:
    assert state.filed is not None, "only what was filed is shown"
    seats = state.filed.seats
    return Circumstances(
        procedure=procedure,
        state=state,
        task=None if task is None else state.tasks[task_key(task.key)],
        colleagues=colleagues,
        participants=tuple((one.name, names.seat(seats[one.name])) for one in procedure.participants),
    )


def _after(request: Request, events: Sequence[EventView]) -> tuple[EventView, ...] | None:
    """What the act brought about after which the page is shown; nothing while it is still on its way."""
    command = request.query_params.get("after")
    return None if command is None else tuple(one for one in events if one.cause == command)


_STANDINGS: dict[ClockState, Standing] = {
    ClockState.WITHIN: Standing.WITHIN,
    ClockState.NEAR: Standing.NEAR,
    ClockState.OVERDUE: Standing.OVERDUE,
    ClockState.STOPPED: Standing.STOPPED,
    ClockState.STOPPED_OVERDUE: Standing.STOPPED_OVERDUE,
}


def promise_face(clock: ClockFace) -> Face:
    """How the promise to the applicant stands, ended or not."""
    return Face(_STANDINGS.get(clock.state, Standing.NONE), _sentence(clock_words(clock.state, clock.stopped_for)), "")


def _log(events: Sequence[EventView], records: Sequence[Record]) -> tuple[Told, ...]:
    """The newest first, as people look for what happened last."""
    told_events = [
        Told(event, actor_words(record.actor), record.actor is None)
        for event, record in zip(events, records, strict=True)
    ]
    return tuple(reversed(told_events))


def _sentence(words: str) -> str:
    words = words.removeprefix("bước ").replace("“", "").replace("”", "")
    return words[0].upper() + words[1:]
