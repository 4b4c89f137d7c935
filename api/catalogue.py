"""What may be filed and who takes part: procedures and the directory, to read only."""

from datetime import date, time
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import WithJsonSchema

from agencies.roster import Tier
from api.callers import KnownCaller
from api.errors import NotFound
from api.openapi import read
from api.parts import KnownParts
from api.views import CallerView, View
from api.visibility import require_officer
from api.words import Code, Line
from dossiers.procedure import Channel, Procedure, Role
from dossiers.values import ProcedureCode
from store.catalogue import list_procedures, list_procedures_on

router = APIRouter(prefix="/v1", tags=["catalogue"])

#: What the store counts versions with.
MOST_VERSIONS = 2_147_483_647


class ProcedureView(View):
    """Một thủ tục được công bố, trong một phiên bản."""

    code: str
    version: int
    title: str
    field: str
    level: str
    effective_on: date
    effective_to: date | None
    limit: str
    channels: tuple[Channel, ...]


class ProcedureDefinition(Procedure):
    """Một thủ tục trọn vẹn, như đã công bố."""

    #: A time of day by the wall; the format that JSON Schema calls time has an offset.
    cutoff: Annotated[time, WithJsonSchema({"type": "string", "examples": ["15:00:00"]})] | None = None


class OfficerView(View):
    """Một cán bộ trong danh bạ, theo mã."""

    id: str
    name: str
    roles: tuple[Role, ...]


class UnitView(View):
    """Một đơn vị."""

    code: str
    name: str
    kind: str
    officers: tuple[OfficerView, ...]


class AgencyView(View):
    """Một cơ quan."""

    code: str
    identifier: str
    name: str
    kind: str
    tier: Tier
    parent: str | None
    serves: tuple[str, ...]
    units: tuple[UnitView, ...]


class DirectoryView(View):
    """Danh bạ cơ quan, đơn vị, cán bộ, trong một phiên bản."""

    version: str
    effective_from: date
    effective_to: date | None
    agencies: tuple[AgencyView, ...]


@router.get("/procedures", **read("listProcedures", "Các thủ tục đã công bố"))
async def procedures(
    parts: KnownParts,
    _: KnownCaller,
    on: Annotated[date | None, Query(description="chỉ những thủ tục nộp được vào ngày này")] = None,
) -> tuple[ProcedureView, ...]:
    async with parts.database.transaction() as tx:
        published = await (list_procedures(tx) if on is None else list_procedures_on(tx, on))
    return tuple(ProcedureView.model_validate({**one.model_dump(), "limit": str(one.limit)}) for one in published)


@router.get("/procedures/{code}", **read("showProcedure", "Một thủ tục với mọi bước, thời hạn và căn cứ"))
async def procedure(
    code: Annotated[Code, Path()],
    parts: KnownParts,
    _: KnownCaller,
    version: Annotated[int | None, Query(ge=1, le=MOST_VERSIONS, description="mặc định là phiên bản mới nhất")] = None,
) -> ProcedureDefinition:
    found = await parts.catalogue.procedure(ProcedureCode(code), version)
    if found is None:
        raise NotFound
    return ProcedureDefinition.model_validate(found.model_dump())


@router.get("/directory", **read("showDirectory", "Danh bạ cơ quan"))
async def directory(
    parts: KnownParts,
    caller: KnownCaller,
    version: Annotated[Line | None, Query(description="một phiên bản khác phiên bản có hiệu lực hôm nay")] = None,
) -> DirectoryView:
    require_officer(caller)
    known = parts.directories
    found = await (known.in_force(parts.now().date()) if version is None else known.version(version))
    if found is None:
        raise NotFound
    return DirectoryView.of(found)


@router.get("/me", **read("showCaller", "Khóa API này là của ai"))
async def me(caller: KnownCaller) -> CallerView:
    return CallerView.of(caller)
