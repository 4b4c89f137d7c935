"""`caller add|list|revoke`: who may call the API. A key is shown once, when it is made; nobody can read it again."""

import asyncio
from typing import Annotated

from cyclopts import App, Parameter

from api.callers import ApiKey
from cli.operation import Product, joined
from cli.report import AsJson, report, table
from commands.directories import Directories
from dossiers.seats import CallerKind
from dossiers.values import OfficerId, UnitCode
from embedded.failures import EmbeddedFailure
from store.callers import Caller, KeyHolder, add_caller, list_callers, revoke_caller

app = App(name="caller", help="Khóa API của cán bộ, hệ thống cơ quan và cổng dịch vụ công.")

_OPERATOR = "lienthong cli"


class CallerUnknown(EmbeddedFailure):
    """The directory, or the store, knows nobody of that name."""

    code = "caller-unknown"


@app.command
def add(
    caller: Annotated[str, Parameter(help="Mã cán bộ trong danh bạ, hoặc mã tự đặt cùng --system hay --portal.")],
    *,
    system: Annotated[str | None, Parameter(help="Mã đơn vị mà hệ thống này làm việc thay.")] = None,
    portal: Annotated[bool, Parameter(negative="", help="Cổng dịch vụ công, thay mặt người nộp.")] = False,
    json: AsJson = False,
) -> None:
    """Cấp khóa mới; khóa cũ của người đó hết hiệu lực ngay. Khóa chỉ hiện một lần."""
    key = ApiKey.drawn()
    known = asyncio.run(_added(OfficerId(caller), key, system=system, is_portal=portal))
    answer = {**known.model_dump(mode="json"), "key": key.secret}
    where = f"{known.agency}/{known.unit}" if known.unit else known.agency or "cổng dịch vụ công"
    report(as_json=json).answer(answer, f"{known.id} ({known.label}, {where}; {', '.join(known.roles)})", key.secret)


@app.command(name="list")
def list_all(*, json: AsJson = False) -> None:
    """Ai đang có khóa, từ bao giờ, và khóa nào đã thu hồi."""
    holders = asyncio.run(_holders())
    rows = [
        [
            one.id,
            one.kind,
            f"{one.agency or '–'}/{one.unit or '–'}",
            ", ".join(one.roles),
            one.key_prefix,
            _standing(one),
        ]
        for one in holders
    ]
    answer = [one.model_dump(mode="json") for one in holders]
    report(as_json=json).answer(answer, table("mã", "loại", "cơ quan/đơn vị", "vai trò", "khóa", "hiệu lực", rows=rows))


@app.command
def revoke(caller: str, *, json: AsJson = False) -> None:
    """Thu hồi khóa ngay lập tức."""
    if not asyncio.run(_revoked(OfficerId(caller))):
        message = f"Không có khóa nào đang hiệu lực của {caller}."
        raise CallerUnknown(message)
    report(as_json=json).answer({"revoked": caller}, f"Đã thu hồi khóa của {caller}.")


async def _described(known: Directories, caller: OfficerId, *, system: str | None, is_portal: bool) -> Caller:
    """Who the caller is: an officer's seat and roles come from the published directories and from nowhere else."""
    if is_portal:
        return Caller(id=caller, kind=CallerKind.CITIZEN, label="Cổng dịch vụ công")
    if system is not None:
        return await _system(known, caller, UnitCode(system))
    found = await known.officer(caller)
    if found is None:
        message = f"Danh bạ không có cán bộ {caller}; xem `lienthong directory show`."
        raise CallerUnknown(message)
    seat, officer = found
    return Caller(
        id=caller,
        kind=CallerKind.OFFICER,
        label=officer.name,
        agency=seat.agency,
        unit=seat.unit,
        roles=officer.roles,
    )


async def _system(known: Directories, caller: OfficerId, unit: UnitCode) -> Caller:
    directory = await known.with_unit(unit)
    if directory is None:
        message = f"Danh bạ không có đơn vị {unit}."
        raise CallerUnknown(message)
    seat = directory.seat(unit)
    label = f"Hệ thống của {directory.agency(seat.agency).name}"
    return Caller(id=caller, kind=CallerKind.SYSTEM, label=label, agency=seat.agency, unit=seat.unit)


async def _added(caller: OfficerId, key: ApiKey, *, system: str | None, is_portal: bool) -> Caller:
    async with joined() as product:
        known = await _described(product.catalogue.directories, caller, system=system, is_portal=is_portal)
        async with product.database.transaction() as tx:
            await add_caller(tx, known, key_hash=key.hash, key_prefix=key.prefix)
    return known


async def _holders() -> tuple[KeyHolder, ...]:
    async with joined() as product:
        return await _listed(product)


async def _listed(product: Product) -> tuple[KeyHolder, ...]:
    async with product.database.transaction() as tx:
        return await list_callers(tx)


async def _revoked(caller: OfficerId) -> bool:
    async with joined() as product, product.database.transaction() as tx:
        return await revoke_caller(tx, caller)


def _standing(holder: KeyHolder) -> str:
    if holder.revoked_at is not None:
        return f"thu hồi {holder.revoked_at:%d/%m/%Y %H:%M}"
    return f"từ {holder.added_at:%d/%m/%Y %H:%M}"
