"""Once-only: what a person's earlier dossiers left and may stand for a component, offered instead of asked for again.

Asked at reception for a dossier that is there, or before filing for the person in front of the counter or signed in at
the portal; nobody else may look into a person's electronic store (NĐ 224/2026, Điều 15.1d, 18.4; TT 01/2023, Điều 24).
"""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.callers import KnownCaller
from api.documents import SourceView
from api.errors import NotForThisCaller, NotFound
from api.openapi import BODY_PROBLEMS, READ_PROBLEMS, body_example, problems, read
from api.parts import KnownParts
from api.pinned import pinned_procedure
from api.views import View
from api.visibility import require_visible
from api.words import Code
from dossiers.attaching import require_reusable
from dossiers.documents import USUAL_TYPES, Digest, Digitisation
from dossiers.errors import DocumentUnfit
from dossiers.paper_words import digitisation_words
from dossiers.procedure import Component, Procedure, Role
from dossiers.seats import CallerKind
from dossiers.values import ProcedureCode
from store.callers import Caller
from store.documents import ReusableRow
from store.filing import read_applicant
from store.register import read_dossier

router = APIRouter(prefix="/v1", tags=["documents"])


class ReusableRequest(BaseModel):
    """Người nộp đang ở quầy, hoặc đã đăng nhập ở cổng, sắp nộp thủ tục nào."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    procedure: Code
    identity_number: Annotated[str, Field(pattern=r"^[0-9]{9}([0-9]{3})?$")]


class ReusableView(View):
    """Một giấy tờ đã có của người nộp, dùng thay được cho một thành phần hồ sơ."""

    component: str
    title: str
    digest: Digest = Field(description="nêu mã này với reused=true để dùng lại")
    media_type: str
    size: int = Field(description="byte")
    digitisation: Digitisation
    words: str
    source: SourceView


class ReusablesView(View):
    """Giấy tờ dùng lại được, theo thứ tự thành phần hồ sơ, mới nhất trước; không phải hỏi lại người nộp."""

    procedure: str
    items: tuple[ReusableView, ...]


@router.get(
    "/dossiers/{dossier_id}/reusable-documents",
    **read("listReusableDocuments", "Giấy tờ đã có của người nộp, dùng thay được cho thành phần của hồ sơ này"),
)
async def of_dossier(dossier_id: UUID, parts: KnownParts, caller: KnownCaller) -> ReusablesView:
    async with parts.database.transaction() as tx:
        await require_visible(tx, parts.directories, caller, dossier_id)
        row, applicant = await read_dossier(tx, dossier_id), await read_applicant(tx, dossier_id)
    assert row is not None, "a visible dossier is in the register"
    procedure = await pinned_procedure(parts, row)
    if applicant is None or applicant.identity_number is None:
        return ReusablesView(procedure=procedure.code, items=())
    there = await parts.documents.reusable(applicant.identity_number, but=dossier_id)
    return ReusablesView(procedure=procedure.code, items=tuple(offered(procedure, there, parts.now().date())))


@router.post(
    "/reusable-documents",
    operation_id="findReusableDocuments",
    summary="Giấy tờ đã có của người sắp nộp, dùng thay được cho thành phần của một thủ tục",
    responses=problems(*READ_PROBLEMS, *BODY_PROBLEMS),
    openapi_extra=body_example({"procedure": "2.000815", "identity_number": "022090001234"}),
)
async def of_person(asked: ReusableRequest, parts: KnownParts, caller: KnownCaller) -> ReusablesView:
    _require_before_the_person(caller)
    today = parts.now().date()
    procedure = await parts.catalogue.procedure_on(ProcedureCode(asked.procedure), today)
    if procedure is None:
        raise NotFound
    there = await parts.documents.reusable(asked.identity_number)
    return ReusablesView(procedure=procedure.code, items=tuple(offered(procedure, there, today)))


def _require_before_the_person(caller: Caller) -> None:
    """The counter has the person's card in its hand, the portal has identified them; others have neither."""
    at_counter = caller.kind is CallerKind.OFFICER and Role.COUNTER in caller.roles
    if not at_counter and caller.kind is not CallerKind.CITIZEN:
        raise NotForThisCaller


def offered(procedure: Procedure, there: Sequence[ReusableRow], on: date) -> Iterator[ReusableView]:
    """What the core would admit that day, and nothing else."""
    newest_first = sorted(there, key=lambda row: row.attached_at, reverse=True)
    for component in procedure.components:
        for row in newest_first:
            if _may_stand(component, row, on):
                yield _view(component, row)


def _may_stand(component: Component, row: ReusableRow, on: date) -> bool:
    try:
        require_reusable(component, row.paper, row.valid_until, on)
    except DocumentUnfit:
        return False
    return row.media_type in (component.accepts or USUAL_TYPES)


def _view(component: Component, row: ReusableRow) -> ReusableView:
    digitisation = Digitisation.REUSED_COMPONENT if row.kind == "component" else Digitisation.REUSED_RESULT
    return ReusableView(
        component=component.code,
        title=component.title,
        digest=row.digest,
        media_type=row.media_type,
        size=row.size,
        digitisation=digitisation,
        words=digitisation_words(digitisation),
        source=SourceView.told(row.source),
    )
