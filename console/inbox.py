"""The inbox: what a unit owes, what of it is one's own, in the order in which working time runs out.

The list is the API's worklist, read by the same functions; this module gives it names, faces and addresses.
"""

from typing import Any, NamedTuple
from uuid import UUID, uuid4

from fastapi import Request, Response

from api.callers import actor_of
from api.paging import page_of
from api.parts import KnownParts, Parts
from api.saved_views import SavedViewRequest, Sharing, may_share, saved
from api.task_queries import TaskQuery, TaskSelection, filter_of, listed, whose_work
from api.views import ListedTaskView
from api.visibility import agency_in_sight, require_officer, sees_all
from console.deadline_face import Face, face_of
from console.names import Names, names_of
from console.rendering import fragment, page
from console.routes import pages, see
from console.selection import VIEW, address, asked_fields, fields_of_selection, query_of, view_named
from console.sessions import SealedForm, SignedIn
from dossiers.phrases import task_words
from dossiers.procedure import Channel, Procedure
from dossiers.state import TaskState
from dossiers.values import OfficerId, ProcedureCode, task_key
from store import views, worklist
from store.callers import Caller
from store.database import Transaction
from store.register import Heading, read_headings
from store.rendered import DeadlineState
from store.values import Page
from store.views import ViewRow
from store.worklist import Counts, TaskFilter

router = pages()

ON_A_PAGE = 50


class Row(NamedTuple):
    """A task as the inbox shows it."""

    task: ListedTaskView
    face: Face
    heading: Heading
    #: The step's label, and what of it is to be done.
    work: str
    holder: str | None
    is_mine: bool


class Queue(NamedTuple):
    """A list that is one click away, with how much lies in it."""

    word: str
    address: str
    tasks: int
    is_shown: bool


@router.get("/officer")
async def show(request: Request, officer: SignedIn, parts: KnownParts) -> Response:
    caller = officer.caller
    require_officer(caller)
    fields = asked_fields(request)
    view_id = view_named(fields)
    names = await names_of(parts.directories)
    async with parts.database.transaction() as tx:
        kept = await views.list_views(tx, actor_of(caller))
        chosen = None if view_id is None else await views.read_view(tx, view_id, actor_of(caller))
        query = _query(caller, fields, chosen)
        mine = await whose_work(tx, caller)
        wanted = await filter_of(parts, caller, query, mine)
        found = await page_of(worklist.list_tasks(tx, wanted, query.cursor, limit=ON_A_PAGE))
        rows = await _rows(tx, parts, names, found, mine)
        queues, is_complete = await _queues(tx, parts, caller, query, mine)
    shown = fields_of_selection(query)
    return page(
        request,
        "inbox.html",
        officer=officer,
        names=names,
        rows=rows,
        queues=queues,
        is_complete=is_complete,
        query=query,
        selection=shown,
        views=kept,
        chosen=chosen,
        following=None if found.next is None else address(shown, cursor=found.next, view=view_id),
        first=None if query.cursor is None else address(shown, view=view_id),
        here=address(shown, cursor=query.cursor, view=view_id),
        choices=await _choices(parts, caller, query),
        may_share=may_share(caller),
        key=uuid4(),
    )


@router.get("/officer/queues")
async def show_queues(request: Request, officer: SignedIn, parts: KnownParts) -> Response:
    """The counts alone, for an inbox that is open."""
    fields = asked_fields(request)
    view_named(fields)
    query = _query(officer.caller, fields, None)
    async with parts.database.transaction() as tx:
        mine = await whose_work(tx, officer.caller)
        queues, is_complete = await _queues(tx, parts, officer.caller, query, mine)
    return fragment(request, "inbox.html", "queues", queues=queues, is_complete=is_complete)


@router.post("/officer/views")
async def save_view(officer: SignedIn, fields: SealedForm, parts: KnownParts) -> Response:
    selection = query_of(fields.beginning("selection."))
    asked = SavedViewRequest(
        name=fields.one("name") or "Danh sách của tôi",
        selection=TaskSelection.model_validate(fields_of_selection(selection)),
        share=_sharing(officer.caller, fields.one("share")),
    )
    kept = await saved(parts, officer.caller, asked, fields.one("key") or str(uuid4()))
    return see(address({VIEW: kept.id}))


@router.post("/officer/views/{view_id}/delete")
async def delete_view(view_id: UUID, officer: SignedIn, fields: SealedForm, parts: KnownParts) -> Response:
    del fields  # its seal was what mattered
    async with parts.database.transaction() as tx:
        await views.delete_view(tx, view_id, owner=officer.caller.id)
    return see("/officer")


def _sharing(caller: Caller, with_whom: str | None) -> Sharing | None:
    match with_whom:
        case "agency":
            return Sharing()
        case "unit":
            return Sharing(unit=caller.unit)
        case _:
            return None


def _query(caller: Caller, fields: dict[str, str], chosen: ViewRow | None) -> TaskQuery:
    """What was asked for; nothing asked for is the work of one's own unit."""
    if chosen is not None:
        return query_of({**chosen.selection, **{name: fields[name] for name in ("cursor",) if name in fields}})
    if not fields.keys() - {"cursor", "sort"} and caller.unit is not None:
        fields = {"unit": caller.unit, **fields}
    if "sort" in fields and "agency" not in fields and caller.agency is not None:
        fields = {"agency": caller.agency, **fields}  # only what is within one agency is put in order
    return query_of(fields)


async def _rows(
    tx: Transaction, parts: Parts, names: Names, found: Page[worklist.TaskRow], mine: tuple[OfficerId, ...]
) -> tuple[Row, ...]:
    tasks = await listed(tx, parts, found.items)
    headings = await read_headings(tx, dict.fromkeys(one.dossier for one in tasks))
    rows: list[Row] = []
    for task in tasks:
        heading = headings[task.dossier]
        procedure = await parts.catalogue.procedure(ProcedureCode(task.procedure), heading.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        holder = None if task.holder is None else names.officer(task.holder)
        rows.append(Row(task, face_of(task), heading, work_words(procedure, task), holder, task.holder in mine))
    return tuple(rows)


def work_words(procedure: Procedure, task: ListedTaskView) -> str:
    """“Thẩm định”, “Nhận hồ sơ: Thẩm định”."""
    told = task_words(procedure, task_key(task.key)).removeprefix("bước ").replace("“", "").replace("”", "")
    return told[0].upper() + told[1:]


async def _queues(
    tx: Transaction, parts: Parts, caller: Caller, query: TaskQuery, mine: tuple[OfficerId, ...]
) -> tuple[tuple[Queue, ...], bool]:
    """One's own, and those of one's unit."""
    agency = agency_in_sight(parts.directories, caller, None)
    of_unit = await worklist.count_tasks(tx, TaskFilter(agency=caller.agency or agency, unit=caller.unit), mine=mine)
    own = await worklist.count_tasks(tx, TaskFilter(agency=agency, officers=mine), mine=mine)
    unit = {"unit": caller.unit}
    lists: tuple[tuple[str, dict[str, Any], int], ...] = (
        ("Việc của đơn vị", unit, _sum(of_unit)),
        ("Việc của tôi", {"mine": True}, _sum(own)),
        ("Chưa ai nhận", {**unit, "free": True}, sum(one.free for one in of_unit.queues)),
        ("Sắp đến hạn", {**unit, "deadline_state": "near"}, _sum(of_unit, DeadlineState.NEAR)),
        ("Quá hạn", {**unit, "deadline_state": "overdue"}, _sum(of_unit, DeadlineState.OVERDUE)),
        ("Đang tạm dừng", {**unit, "state": "awaiting"}, _waiting(of_unit)),
    )
    shown = {name: value for name, value in fields_of_selection(query).items() if name not in {"sort", "agency"}}
    queues = tuple(Queue(word, address(fields), count, shown == fields) for word, fields, count in lists)
    return queues, of_unit.is_complete and own.is_complete


def _sum(counts: Counts, state: DeadlineState | None = None) -> int:
    return sum(one.tasks for one in counts.queues if state in (None, one.deadline_state))


def _waiting(counts: Counts) -> int:
    return sum(one.tasks for one in counts.queues if one.state is TaskState.AWAITING)


class Choices(NamedTuple):
    """What the filters offer: codes with their words."""

    agencies: tuple[tuple[str, str], ...]
    units: tuple[tuple[str, str], ...]
    officers: tuple[tuple[str, str], ...]
    channels: tuple[tuple[str, str], ...]
    states: tuple[tuple[str, str], ...]
    remaining: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]


_CHANNELS = {Channel.COUNTER: "Tại quầy", Channel.ONLINE: "Trực tuyến", Channel.POST: "Bưu chính"}
_STATES = {
    DeadlineState.WITHIN: "Trong hạn",
    DeadlineState.NEAR: "Sắp đến hạn",
    DeadlineState.OVERDUE: "Quá hạn",
    DeadlineState.STOPPED: "Tạm dừng",
    DeadlineState.NONE: "Không có hạn",
}
_REMAINING = (("PT4H", "nửa ngày làm việc"), ("PT8H", "một ngày làm việc"), ("PT24H", "ba ngày làm việc"))
_SORTS = {
    worklist.Sort.DUE: "Thời gian còn lại",
    worklist.Sort.OPENED: "Lúc đến",
    worklist.Sort.NUMBER: "Mã hồ sơ",
    worklist.Sort.PROCEDURE: "Thủ tục",
    worklist.Sort.OFFICER: "Người giữ",
}


async def _choices(parts: Parts, caller: Caller, query: TaskQuery) -> Choices:
    directories = await parts.directories.all()
    newest = directories[-1]
    agency = query.agency or caller.agency
    agencies = [one for one in newest.agencies if sees_all(parts.directories, caller) or one.code == caller.agency]
    inside = [one for one in newest.agencies if one.code == agency]
    return Choices(
        agencies=tuple((one.code, one.name) for one in agencies),
        units=tuple((unit.code, unit.name) for one in inside for unit in one.units),
        officers=tuple(
            (officer.id, officer.name)
            for one in inside
            for unit in one.units
            if query.unit in (None, unit.code)
            for officer in unit.officers
        ),
        channels=tuple(_CHANNELS.items()),
        states=tuple(_STATES.items()),
        remaining=_REMAINING,
        sorts=tuple(_SORTS.items()),
    )
