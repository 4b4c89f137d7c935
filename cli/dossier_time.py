"""`dossier clocks|ledger|why`: how a dossier's clocks stand, where its time went, and why a date is due.

What is shown is what the API shows.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from cyclopts import Parameter
from rich.table import Table

from api.time import Journal, clocks_view, due_date_view, journal_of, ledger_view
from cli.dossier import Found, Which, found
from cli.report import AsJson, report, table
from dossiers.clocks import ClockFace, Clocks
from dossiers.control_slip import ControlSlip
from dossiers.counting import Remaining
from dossiers.due_dates import due_date
from dossiers.instants import VIETNAM
from dossiers.lateness import Attribution, Lateness
from dossiers.ledger import Account, Ledger
from dossiers.phrases import subject_words
from dossiers.procedure import Procedure
from dossiers.time_words import face_words, kind_words, phase_words, signed_length
from dossiers.values import PROMISE, Subject
from dossiers.wording import amount_in_words, length_in_words
from embedded.failures import EmbeddedFailure

_CAUSES = {"engine": "hệ thống chậm", "late_entry": "nhập muộn từ giấy"}


class NothingYet(EmbeddedFailure):
    """Nothing is in the dossier's journal, or nothing of that name."""

    code = "nothing-to-tell"


async def _journal(dossier: Found) -> Journal:
    product = dossier.product
    now = datetime.now(VIETNAM)
    journal = await journal_of(product.database, product.catalogue, dossier.row.id, now)
    if journal is None:
        message = f"Nhật ký của {dossier.row.number} chưa có sự kiện nào."
        raise NothingYet(message)
    return journal


async def clocks(which: Which, /, *, json: AsJson = False) -> None:
    """Ba đồng hồ: hẹn trả, từng chặng, từng lần chuyển; và khi dừng, đã báo người nộp chưa."""
    async with found(which) as dossier:
        journal = await _journal(dossier)
    view = clocks_view(dossier.row.id, journal)
    dates = [
        ["hẹn lần đầu", _instant(view.first_promise_at)],
        ["hẹn trả theo quy định", _instant(view.promise_at)],
        ["ngày hẹn trả", _instant(view.appointment_at)],
        ["tính đến", _instant(view.at)],
    ]
    if view.second_phase is not None:
        settled, promised = view.second_phase.received_at, view.second_phase.promise_at
        dates.append(["giai đoạn 2: từ, hẹn trả", f"{_instant(settled)}, {_instant(promised)}"])
    rows = [_face_cells(face, journal.rulebook.procedure) for face in _by_beginning(view)]
    report(as_json=json).answer(
        view.model_dump(mode="json"),
        table("hồ sơ", view.number, rows=dates),
        "",
        table("đồng hồ", "ở", "tình trạng", "hạn", "còn lại", rows=rows),
    )


def _by_beginning(told: Clocks) -> list[ClockFace]:
    """Those of the whole, then each task's in the order they began."""
    tasks = (*told.legs, *told.transfers, *told.apologies)
    return [*(face for face in told.faces() if face not in tasks), *sorted(tasks, key=lambda face: face.since)]


def _face_cells(face: ClockFace, procedure: Procedure) -> list[str]:
    left = "–" if face.remaining is None else _left(face.remaining)
    return [subject_words(procedure, face.subject), face.seat.unit, face_words(face), _instant(face.due_at), left]


def _left(remaining: Remaining) -> str:
    if remaining.unit == "working_seconds":
        return f"{signed_length(remaining.value)} làm việc"
    return amount_in_words(remaining.unit, remaining.value)


async def ledger(which: Which, /, *, json: AsJson = False) -> None:
    """Thời gian đã đi đâu: từng giai đoạn, từng cơ quan, từng cán bộ, phần chậm của ai, phiếu kiểm soát."""
    async with found(which) as dossier:
        journal = await _journal(dossier)
    view = ledger_view(dossier.row.id, journal)
    report(as_json=json).answer(view.model_dump(mode="json"), *_shown(view, view.slip))


def _shown(told: Ledger, slip: ControlSlip) -> Iterator[str | Table]:
    yield table("giai đoạn", "đã qua", "trong đó", rows=[*_phases(told)])
    yield ""
    headings = ("giữ", "làm việc", "đã dùng", "hạn", "tỷ lệ", "trước/đúng/quá hạn", "vượt hạn")
    yield table("cơ quan", *headings, rows=[[one.agency, *_account_cells(one)] for one in told.agencies])
    yield ""
    yield table("cán bộ", *headings, rows=[[one.officer or "", *_account_cells(one)] for one in told.officers])
    if told.lateness is not None:
        yield ""
        yield f"Trễ hẹn {length_in_words(told.lateness.working_seconds)} làm việc."
        yield table("phần chậm của", "vượt hạn", "chịu", rows=[*_lateness(told.lateness)])
    yield ""
    yield table("giao", "nhận", "giao lúc", "nhận lúc", "kết quả", "ghi chú", rows=[*_slip(slip)])


def _phases(told: Ledger) -> Iterator[list[str]]:
    for one in told.phases:
        parts = [f"{kind_words(kind)} {length_in_words(spent)}" for kind, spent in one.seconds.items() if spent]
        yield [phase_words(one.phase), length_in_words(one.elapsed_seconds), "; ".join(parts)]


def _account_cells(one: Account) -> list[str]:
    share = "–" if one.share is None else f"{one.share}%".replace(".", ",")
    grades = f"{one.early}/{one.on_time}/{one.late}"
    lengths = (one.held_seconds, one.worked_seconds, one.used_seconds, one.limit_seconds)
    return [*(length_in_words(one) for one in lengths), share, grades, length_in_words(one.overrun_seconds)]


def _lateness(late: Lateness) -> Iterator[list[str]]:
    for one in late.attributions:
        yield [_cause(one), length_in_words(one.overrun_seconds), length_in_words(one.attributed_seconds)]
    if late.unattributed_seconds:
        yield ["không do hạn của ai", "–", length_in_words(late.unattributed_seconds)]


def _cause(one: Attribution) -> str:
    return one.agency or _CAUSES[one.cause]


def _slip(slip: ControlSlip) -> Iterator[list[str]]:
    for row in slip.rows:
        times = [_instant(row.given_at), _instant(row.received_at)]
        yield [row.giver.unit, row.receiver.unit, *times, row.result_words, row.note]


async def why(
    which: Which,
    deadline: Annotated[str, Parameter(help="Hạn nào: promise, appointment, hoặc khóa của việc.")] = PROMISE,
    /,
    *,
    json: AsJson = False,
) -> None:
    """Vì sao hạn này là lúc ấy."""
    async with found(which) as dossier:
        journal = await _journal(dossier)
    told = due_date(journal.records, journal.rulebook, Subject(deadline))
    if told is None:
        message = f"{journal.number} không có hạn “{deadline}”."
        raise NothingYet(message)
    view = due_date_view(dossier.row.id, journal, told)
    report(as_json=json).answer(view.model_dump(mode="json"), *view.words)


def _instant(instant: datetime | None) -> str:
    return "–" if instant is None else f"{instant.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
