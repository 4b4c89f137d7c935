"""`hand-over open|sheet`: what was given and nobody has taken, and a day's sheet between two units, to be printed."""

from datetime import date, datetime
from typing import Annotated

from cyclopts import App, Parameter

from api.hand_overs import HandOverView, SheetQuery, sheet_of
from cli.operation import joined
from cli.report import AsJson, report, table
from dossiers.instants import VIETNAM
from dossiers.values import AgencyCode
from store.legs import LegFilter, list_legs
from store.rendered import LegState

app = App(name="hand-over", help="Bàn giao hồ sơ giữa các cơ quan.")

Agency = Annotated[str | None, Parameter(help="Chỉ hồ sơ mà cơ quan này giao hoặc phải nhận.")]
Limit = Annotated[int, Parameter(help="Nhiều nhất bao nhiêu dòng.")]
Day = Annotated[date | None, Parameter(help="Ngày giao, ví dụ 2026-11-25; bỏ trống là hôm nay.")]

_STATES = {
    LegState.RELEASED: "chưa nhận",
    LegState.ACCEPTED: "đã nhận",
    LegState.REFUSED: "không nhận",
    LegState.RECALLED: "bên giao thu hồi",
    LegState.CANCELLED: "không còn phải nhận",
}


@app.command(name="open")
async def list_open(agency: Agency = None, *, limit: Limit = 50, json: AsJson = False) -> None:
    """Hồ sơ đã giao mà chưa ai nhận, giao sớm nhất trước, và phải nhận trước lúc nào."""
    wanted = LegFilter(agency=None if agency is None else AgencyCode(agency), state=LegState.RELEASED)
    async with joined() as product, product.database.transaction() as tx:
        rows = (await list_legs(tx, wanted, limit=limit)).items
    views = [HandOverView.of(row) for row in rows]
    cells = [
        [one.number, one.sender_unit, one.receiver_unit, _when(one.released_at), _when(one.due_at)] for one in views
    ]
    report(as_json=json).answer(
        [one.model_dump(mode="json") for one in views],
        table("hồ sơ", "giao", "nhận", "giao lúc", "nhận trước", rows=cells) if cells else "Không có.",
    )


@app.command
async def sheet(sender: str, receiver: str, /, *, day: Day = None, json: AsJson = False) -> None:
    """Phiếu bàn giao trong ngày từ đơn vị này sang đơn vị kia: từng hồ sơ, ai giao, ai nhận, lúc nào."""
    on = day or datetime.now(VIETNAM).date()
    async with joined() as product, product.database.transaction() as tx:
        asked = SheetQuery(sender=sender, receiver=receiver, day=on)
        told = await sheet_of(tx, product.catalogue.directories, asked)
    rows = [
        [
            str(place),
            one.number,
            one.title,
            f"{_when(one.released_at)} {one.released_by or ''}",
            f"{_when(one.settled_at)} {one.settled_by or ''}",
            _STATES[one.state],
        ]
        for place, one in enumerate(told.rows, start=1)
    ]
    report(as_json=json).answer(
        told.model_dump(mode="json"),
        f"PHIẾU BÀN GIAO HỒ SƠ ngày {on:%d/%m/%Y}",
        f"Bên giao: {told.sender_name} ({told.sender}). Bên nhận: {told.receiver_name} ({told.receiver}).",
        table("TT", "mã hồ sơ", "thủ tục", "giao", "nhận", "kết quả", rows=rows),
        f"Cộng {len(told.rows)} hồ sơ: nhận {told.accepted}, không nhận {told.refused}, chưa nhận {told.open}.",
    )


def _when(instant: datetime | None) -> str:
    return "–" if instant is None else f"{instant:%d/%m/%Y %H:%M}"
