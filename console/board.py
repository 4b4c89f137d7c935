"""The board of what is late: by rung, and as a map of agencies and kinds of step; every number leads to the work."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import uuid4

from fastapi import Request, Response
from pydantic import ValidationError

from api.parts import KnownParts, Parts
from api.problems import refused_for
from api.task_queries import listed
from api.views import ListedTaskView
from api.visibility import agency_in_sight, require_officer
from console.deadline_face import Face, face_of
from console.inbox import work_words
from console.names import Names, names_of
from console.rendering import page
from console.routes import pages
from console.selection import asked_fields
from console.sessions import SignedIn
from dossiers.escalation import NoticeRole
from dossiers.procedure import StepKind
from dossiers.values import AgencyCode, ProcedureCode
from procedures.catalogue import PETITION
from store.database import Transaction
from store.overdue import Heat, OverdueFilter, OverdueRow, Told, count_by_rung, heat, list_overdue
from store.register import Heading, read_headings

router = pages()

_ON_THE_BOARD, _OF_ONE_RUNG = 60, 200

#: From the lowest rung to the highest.
RUNGS: dict[Told, str] = {
    "none": "Chưa báo ai",
    NoticeRole.HOLDER: "Đã nhắc người giữ việc",
    NoticeRole.UNIT_HEAD: "Đã báo trưởng đơn vị",
    NoticeRole.AGENCY_HEAD: "Đã báo thủ trưởng",
    NoticeRole.ONE_STOP_HEAD: "Đã báo trưởng Một cửa",
    NoticeRole.SUPERVISOR: "Đã báo người giám sát",
}
KINDS: dict[StepKind, str] = {
    StepKind.RECEPTION: "Tiếp nhận",
    StepKind.DIGITISATION: "Số hóa",
    StepKind.ASSIGNMENT: "Phân công",
    StepKind.APPRAISAL: "Thẩm định",
    StepKind.VERIFICATION: "Xác minh",
    StepKind.CONSULTATION: "Lấy ý kiến",
    StepKind.APPROVAL: "Phê duyệt",
    StepKind.SIGNING: "Ký",
    StepKind.PAYMENT: "Nộp tiền",
    StepKind.RESULT: "Kết quả",
    StepKind.RETURN: "Trả kết quả",
    StepKind.SUB_DOSSIER: "Hồ sơ con",
}


class Card(NamedTuple):
    """Late work as the board shows it."""

    row: OverdueRow
    task: ListedTaskView
    face: Face
    heading: Heading
    work: str


class Column(NamedTuple):
    """A rung, with how much has come to it and the worst of that."""

    told: Told
    word: str
    tasks: int
    cards: tuple[Card, ...]


class Cell(NamedTuple):
    """What lies at one agency of one kind of step; ``warmth`` is from 0 to 4."""

    kind: StepKind
    open: int
    overdue: int
    near: int
    warmth: int


class HeatRow(NamedTuple):
    """An agency."""

    agency: AgencyCode
    name: str
    cells: tuple[Cell, ...]
    overdue: int


@router.get("/officer/board")
async def show(request: Request, officer: SignedIn, parts: KnownParts) -> Response:
    require_officer(officer.caller)
    wanted = _wanted(asked_fields(request))
    names = await names_of(parts.directories)
    in_sight = agency_in_sight(parts.directories, officer.caller, wanted.agency)
    wanted = wanted.model_copy(update={"agency": in_sight})
    most = _ON_THE_BOARD if wanted.told is None else _OF_ONE_RUNG
    async with parts.database.transaction() as tx:
        counts = {one.told: one.tasks for one in await count_by_rung(tx, wanted)}
        rows = await list_overdue(tx, wanted, limit=most)
        found = await heat(tx, agency_in_sight(parts.directories, officer.caller, None))
        cards = await _cards(tx, parts, rows)
    return page(
        request,
        "board.html",
        officer=officer,
        names=names,
        wanted=wanted,
        columns=_columns(wanted, counts, cards),
        total=sum(counts.values()),
        kinds=_kinds(found),
        heat=heat_rows(found, names),
        kind_words=KINDS,
        rungs=RUNGS,
        petitions=PETITION,
        key=uuid4(),
        here=str(request.url.path) + (f"?{request.url.query}" if request.url.query else ""),
    )


def _wanted(fields: dict[str, str]) -> OverdueFilter:
    try:
        return OverdueFilter.model_validate(fields)
    except ValidationError as error:
        raise refused_for([{**one, "loc": ("query", *one["loc"])} for one in error.errors()]) from error


async def _cards(tx: Transaction, parts: Parts, rows: Sequence[OverdueRow]) -> tuple[Card, ...]:
    tasks = await listed(tx, parts, tuple(rows))
    headings = await read_headings(tx, dict.fromkeys(one.dossier for one in rows))
    cards: list[Card] = []
    for row, task in zip(rows, tasks, strict=True):
        heading = headings[row.dossier]
        procedure = await parts.catalogue.procedure(ProcedureCode(row.procedure), heading.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        cards.append(Card(row, task, face_of(task), heading, work_words(procedure, task)))
    return tuple(cards)


def _columns(wanted: OverdueFilter, counts: dict[Told, int], cards: Sequence[Card]) -> tuple[Column, ...]:
    """The highest rung first, for that is where somebody has to look."""
    shown = [told for told in RUNGS if wanted.told in (None, told)]
    return tuple(
        Column(told, RUNGS[told], counts.get(told, 0), tuple(one for one in cards if (one.row.told or "none") == told))
        for told in reversed(shown)
    )


def heat_rows(found: Sequence[Heat], names: Names) -> tuple[HeatRow, ...]:
    """The agencies with open work, the most late first; the hottest cell of all is as hot as it gets."""
    worst = max((one.overdue for one in found), default=0)
    kinds, by_place = _kinds(found), {(one.agency, one.step_kind): one for one in found}
    rows = [
        HeatRow(agency, names.agency(agency), cells, sum(cell.overdue for cell in cells))
        for agency in dict.fromkeys(one.agency for one in found)
        for cells in (tuple(_cell(kind, by_place.get((agency, kind)), worst) for kind in kinds),)
    ]
    return tuple(sorted(rows, key=lambda row: (-row.overdue, row.name)))


def _kinds(found: Sequence[Heat]) -> tuple[StepKind, ...]:
    present = {one.step_kind for one in found}
    return tuple(kind for kind in KINDS if kind in present)


def _cell(kind: StepKind, found: Heat | None, worst: int) -> Cell:
    if found is None:
        return Cell(kind, 0, 0, 0, 0)
    warmth = -(-4 * found.overdue // worst) if worst else 0
    return Cell(kind, found.tasks, found.overdue, found.near, warmth)
