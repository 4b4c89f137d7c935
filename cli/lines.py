"""`line list|dispatches|resume|reconcile|drift`: the lines to systems of others, what is parked, what differs."""

import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from cyclopts import App, Parameter

from api.line_views import DispatchView, DriftView, LineView
from cli.operation import Product, joined
from cli.report import AsJson, report, table
from commands.delivery import Delivery
from commands.gate import Gate
from commands.line_reconciliation import Compared, LineReconciliation
from commands.resuming import Resumed, Resumption
from dossiers.values import AgencyCode
from store.dispatches import DispatchFilter, list_dispatches, read_health
from store.drift import list_drift
from store.rendered import DispatchState

app = App(name="line", help="Đường truyền tới hệ thống riêng của các cơ quan.")

LineName = Annotated[str, Parameter(help="Mã đường truyền: mã cơ quan trong danh bạ.")]


@app.command(name="list")
async def list_all(*, json: AsJson = False) -> None:
    """Mỗi đường truyền: còn chờ, chậm từ bao giờ, tạm để lại, đã nhận, lỗi gần nhất, lệch bao nhiêu hồ sơ."""
    lines = await _health()
    rows = [
        [one.line, str(one.waiting), _when(one.oldest_waiting_at), str(one.parked), str(one.received),
         _when(one.last_arrival_at), one.last_failure or "–", str(one.drifting), _when(one.compared_at)]
        for one in lines
    ]  # fmt: skip
    shown = table(
        "đường truyền",
        "chờ",
        "từ",
        "tạm để lại",
        "đã nhận",
        "nhận gần nhất",
        "lỗi gần nhất",
        "lệch",
        "đối chiếu",
        rows=rows,
    )
    report(as_json=json).answer([one.model_dump(mode="json") for one in lines], shown)


@app.command
async def dispatches(
    line: LineName,
    *,
    state: Annotated[DispatchState, Parameter(help="waiting, received hoặc parked.")] = DispatchState.PARKED,
    limit: Annotated[int, Parameter(help="Nhiều nhất bao nhiêu dòng.")] = 100,
    json: AsJson = False,
) -> None:
    """Bản tin của một đường truyền, cũ nhất trước; mặc định là những bản tin tạm để lại."""
    found = await _dispatches(DispatchFilter(line=AgencyCode(line), state=state), limit)
    rows = [
        [one.number, str(one.event), one.kind, one.state, str(one.attempts), one.failure or one.problem or "–"]
        for one in found
    ]
    shown = table("hồ sơ", "sự kiện", "loại", "trạng thái", "lần gửi", "lỗi", rows=rows)
    report(as_json=json).answer([one.model_dump(mode="json") for one in found], shown)


@app.command
async def resume(line: LineName, *, json: AsJson = False) -> None:
    """Gửi tiếp mọi bản tin tạm để lại, đúng thứ tự, giữ nguyên mã bản tin; bên nhận không làm hai lần."""
    resumed = await _resumed(AgencyCode(line))
    rows = [[str(one.dossier), str(one.arrived), one.problem or "–"] for one in resumed]
    answer = [one.model_dump(mode="json") for one in resumed]
    report(as_json=json).answer(answer, table("hồ sơ", "đã tới nơi", "vướng", rows=rows))


@app.command
async def reconcile(
    line: LineName,
    *,
    send: Annotated[bool, Parameter(negative="", help="Gửi lại những gì bên kia thiếu.")] = False,
    json: AsJson = False,
) -> None:
    """Đối chiếu từng hồ sơ với hệ thống bên kia; chỉ nói những hồ sơ lệch hoặc không hỏi được. Mã thoát 1 nếu còn."""
    found = await _reconciled(AgencyCode(line), send=send)
    rows = [[one.number, *_standing(one), str(one.parked), one.problem or "–"] for one in found]
    shown = table("hồ sơ", "lệch", "đã có", "tạm để lại", "vướng", rows=rows) if found else "Hai bên khớp nhau."
    report(as_json=json).answer([one.model_dump(mode="json") for one in found], shown)
    if found:
        sys.exit(1)


@app.command
async def drift(
    line: LineName, *, limit: Annotated[int, Parameter(help="Nhiều nhất bao nhiêu dòng.")] = 100, json: AsJson = False
) -> None:
    """Hồ sơ mà bên kia đang giữ khác, theo lần đối chiếu gần nhất, lệch lâu nhất trước."""
    async with joined() as product, product.database.transaction() as tx:
        page = await list_drift(tx, AgencyCode(line), limit=limit)
    views = [DriftView.of(one) for one in page.items]
    rows = [
        [one.number, one.kind, f"{one.has}/{one.told}", _pairs(one.ours), _pairs(one.theirs), _when(one.first_found_at)]
        for one in views
    ]
    shown = table("hồ sơ", "lệch", "đã có", "ta có", "bên kia có", "từ", rows=rows) if rows else "Không có."
    report(as_json=json).answer([one.model_dump(mode="json") for one in views], shown)


async def _reconciled(line: AgencyCode, *, send: bool) -> list[Compared]:
    """The dossiers that differ, or of which nothing was heard, when all is done."""
    async with joined() as product:
        resumption = _resumption(product)
        queue = product.settings.task_queue
        reconciliation = LineReconciliation(product.database, product.client, queue, resumption)
        found = [one async for one in reconciliation.run(line) if one.drifts or one.problem is not None]
        after = [await reconciliation.mended(one) for one in found] if send else found
    return [one for one in after if one.drifts or one.problem is not None]


def _resumption(product: Product) -> Resumption:
    queue = product.settings.task_queue
    delivery = Delivery(product.database, product.client, queue, product.catalogue)
    return Resumption(product.database, product.client, queue, Gate(product.database, product.catalogue, delivery))


def _standing(one: Compared) -> tuple[str, str]:
    found = one.standing
    return ("–", "–") if found is None else (found.kind, f"{found.has}/{found.of}")


def _pairs(shown: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value or '–'}" for name, value in shown.items())


async def _health() -> tuple[LineView, ...]:
    async with joined() as product, product.database.transaction() as tx:
        return tuple(LineView.of(one) for one in await read_health(tx))


async def _dispatches(wanted: DispatchFilter, limit: int) -> tuple[DispatchView, ...]:
    async with joined() as product, product.database.transaction() as tx:
        page = await list_dispatches(tx, wanted, limit=limit)
        return tuple(DispatchView.of(one) for one in page.items)


async def _resumed(line: AgencyCode) -> tuple[Resumed, ...]:
    async with joined() as product:
        return tuple([one async for one in _resumption(product).run(line)])


def _when(instant: datetime | None) -> str:
    return "–" if instant is None else f"{instant:%d/%m/%Y %H:%M:%S}"
