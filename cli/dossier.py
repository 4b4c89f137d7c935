"""`dossier show|timeline|history|rebuild|rehydrate|settle`: one dossier, read and mended by an operator.

What is shown is what the API shows; what is mended is what `doctor` names.
"""

import unicodedata
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from cyclopts import App, Parameter
from rich.console import Console
from rich.table import Table

from api.histories import WORDS as HISTORY_WORDS
from api.histories import decoded
from api.shown import dossier_view
from api.views import EventView, SubDossierView, TimelineView
from cli.operation import Product, joined
from cli.report import AsJson, report, table
from commands.finding import Finding
from commands.histories import Run, read_runs
from commands.reconciliation import Reconciliation
from commands.rehydration import NothingToRestore
from commands.rehydration import rehydrate as restore
from dossiers.instants import VIETNAM
from embedded.failures import EmbeddedFailure
from store.alarms import list_alarms, settle_alarms
from store.errors import DossierUnknown
from store.journal import read_journal
from store.journal import rebuild as rewrite
from store.register import DossierRow, find_by_number, read_dossier
from store.verification import verify
from store.worklist import TaskRow, tasks_of

app = App(
    name="dossier",
    help="Một hồ sơ: xem, và chữa. Mã thoát: 0 xong; 1 không có hồ sơ, không kết nối được, hoặc từ chối làm.",
)
# As text: they lean on this module.
app.command("cli.dossier_time:clocks")
app.command("cli.dossier_time:ledger")
app.command("cli.dossier_time:why")

Which = Annotated[str, Parameter(help="Mã số hồ sơ, hoặc mã định danh (UUID).")]

#: What a workflow restored from its journal mends.
_RESTORABLE = ("workflow-missing", "workflow-ended", "workflow-behind")
_ABOUT_WORKFLOW = (*_RESTORABLE, "workflow-silent", "journal-behind", "state-differs")
_LOOKS = 2
_RESULTS = {"granted": "được giải quyết", "partial": "một phần", "refused": "từ chối"}
_AGREED = "khôi phục"
_NOTICEABLE = timedelta(seconds=5)


class NoSuchDossier(EmbeddedFailure):
    """The register has no such dossier."""

    code = DossierUnknown.code


class NotNeeded(EmbeddedFailure):
    """The workflow agrees with its journal, or differs in a way that this would not mend."""

    code = "rehydration-not-needed"


@dataclass(frozen=True)
class Found:
    """A dossier, and the product it lives in."""

    product: Product
    row: DossierRow


@asynccontextmanager
async def found(which: str) -> AsyncIterator[Found]:
    """The dossier of that number or identity."""
    async with joined() as product:
        async with product.database.transaction() as tx:
            identity = _identity(which)
            row = await (find_by_number(tx, which) if identity is None else read_dossier(tx, identity))
        if row is None:
            message = f"Không có hồ sơ {which}."
            raise NoSuchDossier(message)
        yield Found(product, row)


def _identity(which: str) -> UUID | None:
    try:
        return UUID(which)
    except ValueError:
        return None


@app.command
async def show(which: Which, /, *, json: AsJson = False) -> None:
    """Hồ sơ đang ở đâu, hẹn khi nào, việc nào đang mở, ai giữ."""
    async with found(which) as dossier, dossier.product.database.transaction() as tx:
        row = dossier.row
        procedure = await dossier.product.catalogue.procedure(row.procedure, row.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        tasks = [task for task in await tasks_of(tx, row.id) if task.state.is_live]
        view = await dossier_view(tx, procedure, row)
    facts = [
        ["mã số", row.number],
        ["mã định danh", str(row.id)],
        ["thủ tục", f"{row.procedure}, phiên bản {row.procedure_version}"],
        ["tình trạng", f"{view.words} (mã Cổng {row.portal_code})"],
        ["hẹn trả theo quy định", _instant(row.promise_at)],
        ["hẹn lần đầu", _instant(row.first_promise_at)],
        ["ngày hẹn trả", _instant(row.appointment_at)],
        ["nhật ký đến số", str(row.last_sequence)],
    ]
    if view.parent is not None:
        facts.append(["thuộc hồ sơ", view.parent.number])
    opened = [_task_cells(task) for task in tasks]
    work = table("việc đang mở", "ở", "người giữ", "hạn", "thời hạn", rows=opened) if opened else "Không việc nào mở."
    told: list[str | Table] = [table("hồ sơ", "", rows=facts), "", work]
    if view.lines:
        lines = [[one.line, one.words, str(one.received), _instant(one.last_arrival_at)] for one in view.lines]
        told += ["", table("hệ thống khác", "đồng bộ", "đã nhận", "nhận gần nhất", rows=lines)]
    if view.sub_dossiers:
        parts = [_part_cells(part) for part in view.sub_dossiers]
        told += ["", table("hồ sơ con", "mã số", "tình trạng", "hẹn trả", "kết quả", rows=parts)]
    report(as_json=json).answer(view.model_dump(mode="json"), *told)


def _part_cells(part: SubDossierView) -> list[str]:
    result = _RESULTS.get(part.result or "", "–")
    return [part.label, part.number or "–", part.words, _instant(part.appointment_at), result]


def _task_cells(task: TaskRow) -> list[str]:
    holder = task.holder or "–"
    pending = " (đang có yêu cầu)" if task.pending else ""
    return [task.key, f"{task.agency}/{task.unit}", holder + pending, _instant(task.due_at), task.deadline_state]


@app.command
async def timeline(which: Which, /, *, json: AsJson = False) -> None:
    """Nhật ký của hồ sơ, bằng lời."""
    async with found(which) as dossier, dossier.product.database.transaction() as tx:
        row = dossier.row
        procedure = await dossier.product.catalogue.procedure(row.procedure, row.procedure_version)
        records = await read_journal(tx, row.id)
    assert procedure is not None, "a dossier is filed under a published version"
    events = tuple(EventView.told(one, procedure) for one in records)
    view = TimelineView(dossier=row.id, number=row.number, events=events)
    rows = [[str(one.sequence), _instant(one.occurred_at), one.words, _recorded(one)] for one in events]
    report(as_json=json).answer(
        view.model_dump(mode="json"), table("số", "thời điểm", "việc", "ghi nhận sau", rows=rows)
    )


def _recorded(event: EventView) -> str:
    """When it was recorded, where that was noticeably after it happened."""
    return _instant(event.recorded_at) if event.recorded_at - event.occurred_at > _NOTICEABLE else ""


@app.command
async def history(which: Which, /, *, json: AsJson = False) -> None:
    """Lịch sử kỹ thuật: của Temporal, hoặc bản lưu khi Temporal đã quên."""
    async with found(which) as dossier:
        product = dossier.product
        runs = await read_runs(dossier.row.id, product.database, product.client)
    if not runs:
        message = f"Temporal không còn lịch sử của {dossier.row.number}, và không có bản lưu."
        raise EmbeddedFailure(message)
    answer = {
        "dossier": str(dossier.row.id),
        "number": dossier.row.number,
        "runs": [{"run_id": run.run_id, "is_archived": run.is_archived, "events": decoded(run.events)} for run in runs],
    }
    report(as_json=json).answer(answer, *(part for run in runs for part in _shown(run)))


def _shown(run: Run) -> Iterator[str | Table]:
    place = "bản lưu" if run.is_archived else "Temporal"
    yield f"Lần chạy {run.run_id} ({place})"
    rows = []
    for event in run.events:
        kind = str(event["eventType"]).removeprefix("EVENT_TYPE_")
        at = datetime.fromisoformat(event["eventTime"])
        rows.append([str(event["eventId"]), _instant(at), HISTORY_WORDS.get(kind, kind), _subject(event)])
    yield table("số", "thời điểm", "sự kiện", "về", rows=rows)


def _subject(event: Mapping[str, Any]) -> str:
    """Which act it was, or which activity."""
    attributes: Mapping[str, Any] = next((part for name, part in event.items() if name.endswith("Attributes")), {})
    accepted = attributes.get("acceptedRequest", {}).get("input", {}).get("name", "")
    return str(accepted or attributes.get("activityType", {}).get("name", ""))


@app.command(name="rebuild")
async def rebuild_(which: Which, /, *, json: AsJson = False) -> None:
    """Viết lại mọi sổ sách của hồ sơ từ nhật ký, và nói điều gì đã đổi."""
    async with found(which) as dossier, dossier.product.database.transaction() as tx:
        before = await verify(tx, dossier.row.id)
        events = await rewrite(tx, dossier.row.id)
        left = await verify(tx, dossier.row.id)
    mended = [one for one in before if one not in left]
    answer = {"dossier": str(dossier.row.id), "events": events, "mended": mended, "left": list(left)}
    words = [f"Đã viết lại từ {events} sự kiện."]
    words += [f"  đã sửa: {one}" for one in mended] or ["  mọi dòng đã đúng từ trước"]
    words += [f"  còn sai, sổ sách không sửa được: {one}" for one in left]
    report(as_json=json).answer(answer, *words)


@app.command
async def rehydrate(
    which: Which,
    /,
    *,
    yes: Annotated[bool, Parameter(negative="", help="Không hỏi lại.")] = False,
    force: Annotated[
        bool, Parameter(negative="", help="Khôi phục cả khi quy trình không thiếu và không chậm so với nhật ký.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Khôi phục quy trình của hồ sơ từ nhật ký, khi Temporal đã mất nó hoặc lùi lại."""
    told = report(as_json=json)
    async with found(which) as dossier:
        product, row = dossier.product, dossier.row
        findings = await _wrong_with_workflow(product, row)
        if not force:
            _require_restorable(row, findings)
        told.say("; ".join(one.detail for one in findings) or "Quy trình khớp với nhật ký.")
        told.say(
            f"Sẽ dừng quy trình đang chạy của {row.number} và chạy lại từ {row.last_sequence} sự kiện trong nhật ký."
        )
        if not yes:
            _ask()
        try:
            sequence = await restore(
                row.id,
                database=product.database,
                client=product.client,
                catalogue=product.catalogue,
                task_queue=product.settings.task_queue,
            )
        except NothingToRestore as nothing:
            message = f"{row.number}: {nothing.__doc__}"
            raise EmbeddedFailure(message) from nothing
    told.answer(
        {"dossier": str(row.id), "number": row.number, "sequence": sequence},
        f"Đã khôi phục {row.number} tới sự kiện {sequence}; yêu cầu đang chờ sẽ được gửi lại.",
    )


@app.command
async def settle(which: Which, /, *, json: AsJson = False) -> None:
    """Khép các báo động của hồ sơ, sau khi đã xử lý; báo lại thì mở lại."""
    async with found(which) as dossier, dossier.product.database.transaction() as tx:
        kinds = sorted({alarm.kind for alarm in await list_alarms(tx, dossier=dossier.row.id)})
        settled = await settle_alarms(tx, dossier.row.id, kinds)
    words = f"Đã khép {settled} báo động của {dossier.row.number}." if settled else "Không có báo động nào đang mở."
    report(as_json=json).answer({"dossier": str(dossier.row.id), "settled": settled}, words)


async def _wrong_with_workflow(product: Product, row: DossierRow) -> tuple[Finding, ...]:
    look = await Reconciliation(product.database, product.client, looks=_LOOKS).look(row.id, row.number)
    return tuple(one for one in look.findings if one.code in _ABOUT_WORKFLOW)


def _require_restorable(row: DossierRow, findings: tuple[Finding, ...]) -> None:
    if any(one.code in _RESTORABLE for one in findings):
        return
    if row.closed_at is not None:
        why = "hồ sơ đã kết thúc, không cần quy trình nữa."
    elif findings:
        why = "; ".join(f"{one.detail} {one.remedy}" for one in findings)
    else:
        why = "quy trình đang chạy và khớp với nhật ký."
    message = f"Không khôi phục {row.number}: {why} Vẫn muốn làm: thêm --force."
    raise NotNeeded(message)


def _ask() -> None:
    answer = Console(stderr=True).input(f"Gõ “{_AGREED}” để đồng ý: ").strip().lower()
    if unicodedata.normalize("NFC", answer) != _AGREED:
        message = "Không làm gì cả."
        raise EmbeddedFailure(message)


def _instant(instant: datetime | None) -> str:
    return "–" if instant is None else f"{instant.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
