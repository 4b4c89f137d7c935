"""The written apology of a dossier (Mẫu số 04), as data: owed or signed."""

from uuid import UUID

from fastapi import APIRouter
from pydantic import Field

from api.callers import KnownCaller
from api.errors import NotFound
from api.openapi import read
from api.parts import KnownParts
from api.time import visible_journal
from dossiers.apology_events import ApologyForm
from dossiers.apology_forms import apology_of

router = APIRouter(prefix="/v1", tags=["time"])


class ApologyView(ApologyForm):
    """Thư xin lỗi và hẹn lại ngày trả kết quả (Mẫu số 04): phần mà nhật ký biết, không có dữ liệu cá nhân."""

    dossier: UUID
    task: str | None = Field(description="việc ký thư; không có khi cơ quan tự xin lỗi")
    is_signed: bool


@router.get("/dossiers/{dossier_id}/apology", **read("dossierApology", "Thư xin lỗi và hẹn lại (Mẫu số 04)"))
async def show_apology(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> ApologyView:
    journal = await visible_journal(parts, caller, dossier_id)
    told = apology_of(journal.records)
    if told is None:
        raise NotFound
    return ApologyView(dossier=dossier_id, task=told.task, is_signed=told.is_signed, **dict(told.form))
