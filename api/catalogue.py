"""What may be filed and who takes part: procedures and the directory, to read only."""

from datetime import time
from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import WithJsonSchema

from agencies.roster import Tier
from api.callers import KnownCaller
from api.errors import NotFound
from api.openapi import read
from api.parts import KnownParts
from api.views import CallerView, View
from api.visibility import require_officer
from api.words import Code
from dossiers.procedure import Channel, Procedure, Role
from dossiers.values import ProcedureCode
from store.catalogue import list_procedures

router = APIRouter(prefix="/v1", tags=["Danh mục"])


class ProcedureView(View):
    """Một thủ tục được công bố, phiên bản mới nhất."""

    code: str
    version: int
    title: str
    field: str
    level: str
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
    agencies: tuple[AgencyView, ...]


@router.get("/procedures", **read("listProcedures", "Các thủ tục đã công bố"))
async def procedures(parts: KnownParts, _: KnownCaller) -> tuple[ProcedureView, ...]:
    async with parts.database.transaction() as tx:
        published = await list_procedures(tx)
    return tuple(ProcedureView.model_validate({**one.model_dump(), "limit": str(one.limit)}) for one in published)


@router.get("/procedures/{code}", **read("showProcedure", "Một thủ tục với mọi bước, thời hạn và căn cứ"))
async def procedure(code: Annotated[Code, Path()], parts: KnownParts, _: KnownCaller) -> ProcedureDefinition:
    found = await parts.catalogue.procedure(ProcedureCode(code))
    if found is None:
        raise NotFound
    return ProcedureDefinition.model_validate(found.model_dump())


@router.get("/directory", **read("showDirectory", "Danh bạ cơ quan"))
async def directory(parts: KnownParts, caller: KnownCaller) -> DirectoryView:
    require_officer(caller)
    return DirectoryView.of(parts.directory)


@router.get("/me", **read("showCaller", "Khóa API này là của ai"))
async def me(caller: KnownCaller) -> CallerView:
    return CallerView.of(caller)
