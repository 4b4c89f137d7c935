"""`supervision refused|violations|unsent`: what supervisors must see although it changed nothing."""

from datetime import datetime
from typing import Annotated

from cyclopts import App, Parameter

from cli.operation import joined
from cli.report import AsJson, report, table
from dossiers.instants import VIETNAM
from dossiers.values import AgencyCode
from store.attempts import list_refused, list_unsent, list_violations

app = App(name="supervision", help="Điều người giám sát phải thấy: yêu cầu bị từ chối, vi phạm, dừng mà chưa báo.")

Agency = Annotated[str | None, Parameter(help="Chỉ hồ sơ mà cơ quan này tham gia.")]
Code = Annotated[str | None, Parameter(help="Chỉ một mã lỗi, ví dụ appointment-spent.")]
_RULES = {"second-reappointment": "hẹn lại lần thứ hai", "late-supplement": "yêu cầu bổ sung muộn"}

Limit = Annotated[int, Parameter(help="Nhiều nhất bao nhiêu dòng.")]


@app.command
async def refused(agency: Agency = None, *, code: Code = None, limit: Limit = 50, json: AsJson = False) -> None:
    """Yêu cầu bị từ chối, mới nhất trước."""
    async with joined() as product, product.database.transaction() as tx:
        rows = (await list_refused(tx, agency=_agency(agency), code=code, limit=limit)).items
    cells = [[_instant(one.accepted_at), one.number, one.kind, one.actor, one.code or ""] for one in rows]
    report(as_json=json).answer(
        [one.model_dump(mode="json") for one in rows],
        table("lúc", "hồ sơ", "hành vi", "ai", "bị từ chối vì", rows=cells) if rows else "Không có.",
    )


@app.command
async def violations(agency: Agency = None, *, limit: Limit = 50, json: AsJson = False) -> None:
    """Vi phạm nhập từ giấy, và yêu cầu bổ sung muộn hơn thời hạn thông báo (NĐ 61/2018, Điều 19.4)."""
    async with joined() as product, product.database.transaction() as tx:
        rows = await list_violations(tx, agency=_agency(agency), limit=limit)
    cells = [[_instant(one.occurred_at), one.number, _RULES.get(one.rule, one.rule), one.actor or ""] for one in rows]
    report(as_json=json).answer(
        [one.model_dump(mode="json") for one in rows],
        table("lúc", "hồ sơ", "vi phạm", "ai ghi", rows=cells) if rows else "Không có.",
    )


@app.command
async def unsent(agency: Agency = None, *, limit: Limit = 50, json: AsJson = False) -> None:
    """Hồ sơ dừng thời hạn mà hết ngày chưa báo người nộp."""
    async with joined() as product, product.database.transaction() as tx:
        rows = await list_unsent(tx, agency=_agency(agency), limit=limit)
    cells = [[one.number, f"{one.agency}/{one.unit}", _instant(one.stopped_at), _instant(one.due_at)] for one in rows]
    report(as_json=json).answer(
        [one.model_dump(mode="json") for one in rows],
        table("hồ sơ", "nơi phải báo", "dừng lúc", "phải báo trước", rows=cells) if rows else "Không có.",
    )


def _agency(code: str | None) -> AgencyCode | None:
    return AgencyCode(code) if code is not None else None


def _instant(instant: datetime) -> str:
    return f"{instant.astimezone(VIETNAM):%H:%M:%S %d/%m/%Y}"
