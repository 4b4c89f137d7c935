"""What a portal holds against what we hold: found by asking, sent again in order, and no matter of the law."""

from pathlib import Path
from uuid import UUID

import httpx

from commands.line_reconciliation import Compared, LineReconciliation
from commands.resuming import Resumption
from dossiers.drift import DriftKind
from store.database import Database as Store
from store.dispatches import LineState, read_health, read_lines_of
from store.drift import DriftRow, list_drift
from tests.commands.office import Office
from tests.support.carriage import eventually
from tests.support.portal import CODE, Portal, portal
from tests.support.shown_on_portal import connected, has_arrived, kept_of


def reconciliation(office: Office) -> LineReconciliation:
    resumption = Resumption(office.database, office.client, office.task_queue, office.gate)
    return LineReconciliation(office.database, office.client, office.task_queue, resumption)


async def compared(office: Office) -> dict[UUID, Compared]:
    return {one.dossier: one async for one in reconciliation(office).run(CODE)}


async def drift_of(store: Store) -> tuple[DriftRow, ...]:
    async with store.transaction() as tx:
        return (await list_drift(tx, CODE)).items


async def state_of(store: Store, dossier: UUID) -> LineState:
    async with store.transaction() as tx:
        [line] = await read_lines_of(tx, dossier)
    return line.state


async def number_of(office: Office, dossier: UUID) -> str:
    filed = (await office.folded(dossier)).filed
    assert filed is not None
    return filed.number


async def shown(office: Office) -> UUID:
    """A dossier that ended, all of which the portal has."""
    dossier = await office.file()
    await office.finish(dossier)
    await eventually(lambda: has_arrived(office, dossier))
    return dossier


async def test_what_a_portal_lost_is_found_and_sent_again_in_order_and_the_dossier_knows_nothing_of_it(
    idle_office: Office, store: Store, tmp_path: Path
) -> None:
    office = idle_office
    async with portal(tmp_path) as system, connected(office, system):
        behind, missing = await shown(office), await shown(office)
        in_step = await compared(office)
        whole = [await kept_of(office, system, one) for one in (behind, missing)]
        journals = [await office.journal(one) for one in (behind, missing)]
        await system.lose(await number_of(office, behind), keep=3)
        await system.lose(await number_of(office, missing), keep=0)

        found = await compared(office)
        listed, states = await drift_of(store), [await state_of(store, one) for one in (behind, missing)]
        mended = [await reconciliation(office).mended(one) for one in found.values()]
        again = [await kept_of(office, system, one) for one in (behind, missing)]

    assert {one.standing.kind for one in in_step.values() if one.standing} == {DriftKind.IN_STEP}
    assert _standing(found[behind]) == (DriftKind.BEHIND, 3)
    assert _standing(found[missing]) == (DriftKind.MISSING, 0)
    assert {(one.dossier, one.kind) for one in listed} == {(behind, DriftKind.BEHIND), (missing, DriftKind.MISSING)}
    assert states == [LineState.DRIFTING, LineState.DRIFTING]
    assert [one.drifts for one in mended] == [False, False]
    assert again == whole
    assert await drift_of(store) == ()
    assert await state_of(store, behind) is LineState.IN_STEP
    assert [await office.journal(one) for one in (behind, missing)] == journals


async def test_where_the_portal_stands_where_we_never_stood_a_person_looks_and_where_it_is_away_nothing_is_known(
    idle_office: Office, store: Store, tmp_path: Path
) -> None:
    office = idle_office
    async with portal(tmp_path) as system, connected(office, system):
        dossier = await shown(office)
        await tampered(system, await number_of(office, dossier))
        found = (await compared(office))[dossier]
        mended = await reconciliation(office).mended(found)
        [row] = await drift_of(store)
        await system.kill()
        unknown = (await compared(office))[dossier]
        async with store.transaction() as tx:
            [health] = await read_health(tx)

    assert _standing(found) == _standing(mended) == (DriftKind.DIFFERENT, 0)
    assert row.theirs == {"NgayHenTra": "20300101000000"}
    assert (unknown.standing, unknown.problem, unknown.drifts) == (None, "partner-unreachable", False)
    assert await drift_of(store) == (row,)
    assert (health.drifting, health.compared_at is not None) == (1, True)


async def tampered(system: Portal, number: str) -> None:
    """Somebody at the portal moved the date."""
    async with httpx.AsyncClient(trust_env=False) as client:
        words = {"username": "h49", "password": "mật khẩu"}
        session = (await client.post(f"{system.address}/mapi/login", json=words)).json()["session"]
        shown = (await system.shows())["dossiers"][number]
        sheet = {name: value for name, value in shown.items() if name not in ("QuaTrinhXuLy", "codes")}
        body = {"isUpdating": "True", "service": "DongBoHoSoMC", "data": [{**sheet, "NgayHenTra": "20300101000000"}]}
        answer = await client.post(f"{system.address}/mapi/g", json={"session": session, "madonvi": "H49", **body})
    assert answer.json()["error_code"] == 0, answer.text


def _standing(one: Compared) -> tuple[DriftKind, int] | None:
    return None if one.standing is None else (one.standing.kind, one.standing.has)
