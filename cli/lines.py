"""`line list|dispatches|resume`: the lines to systems of others, what is parked on them, and sending that on."""

from datetime import datetime
from typing import Annotated

from cyclopts import App, Parameter

from api.line_views import DispatchView, LineView
from cli.operation import joined
from cli.report import AsJson, report, table
from commands.delivery import Delivery
from commands.gate import Gate
from commands.resuming import Resumed, Resumption
from dossiers.values import AgencyCode
from store.dispatches import DispatchFilter, list_dispatches, read_health
from store.rendered import DispatchState

app = App(name="line", help="Đường truyền tới hệ thống riêng của các cơ quan.")

LineName = Annotated[str, Parameter(help="Mã đường truyền: mã cơ quan trong danh bạ.")]


@app.command(name="list")
async def list_all(*, json: AsJson = False) -> None:
    """Mỗi đường truyền: còn chờ, chậm từ bao giờ, tạm để lại, đã nhận, lỗi gần nhất."""
    lines = await _health()
    rows = [
        [one.line, str(one.waiting), _when(one.oldest_waiting_at), str(one.parked), str(one.received),
         _when(one.last_arrival_at), one.last_failure or "–"]
        for one in lines
    ]  # fmt: skip
    shown = table("đường truyền", "chờ", "từ", "tạm để lại", "đã nhận", "nhận gần nhất", "lỗi gần nhất", rows=rows)
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


async def _health() -> tuple[LineView, ...]:
    async with joined() as product, product.database.transaction() as tx:
        return tuple(LineView.of(one) for one in await read_health(tx))


async def _dispatches(wanted: DispatchFilter, limit: int) -> tuple[DispatchView, ...]:
    async with joined() as product, product.database.transaction() as tx:
        page = await list_dispatches(tx, wanted, limit=limit)
        return tuple(DispatchView.of(one) for one in page.items)


async def _resumed(line: AgencyCode) -> tuple[Resumed, ...]:
    async with joined() as product:
        queue = product.settings.task_queue
        delivery = Delivery(product.database, product.client, queue, product.catalogue)
        gate = Gate(product.database, product.catalogue, delivery)
        resumption = Resumption(product.database, product.client, queue, gate)
        return tuple([one async for one in resumption.run(line)])


def _when(instant: datetime | None) -> str:
    return "–" if instant is None else f"{instant:%d/%m/%Y %H:%M:%S}"
