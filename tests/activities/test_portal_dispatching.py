"""From a filed dossier to the portal's own process, by the couriers that carry every message."""

from itertools import groupby
from pathlib import Path

from agencies.portal_codes import shipped_table
from agencies.retries import RetryTable
from dossiers.events import TaskCompleted
from dossiers.evolve import fold
from store.rendered import DispatchState
from tests.commands.office import Office
from tests.support.carriage import eventually
from tests.support.portal import portal
from tests.support.shown_on_portal import connected, has_arrived, is_settled, kept_of, rows


async def test_the_portal_shows_every_status_and_every_step_once_and_in_order_whatever_goes_wrong(
    office: Office, tmp_path: Path
) -> None:
    faults = ("--broken", "0.1", "--dropped", "0.2", "--expired", "0.3", "--busy", "0.1", "--seed", "11")
    async with portal(tmp_path, *faults) as system, connected(office, system):
        dossier = await office.file()
        await office.finish(dossier)
        await eventually(lambda: is_settled(office, dossier))
        kept = await kept_of(office, system, dossier)
        shown = await system.shows()
        sent = await rows(office, dossier)
        journal = await office.journal(dossier)
    states = [fold(journal[:length]) for length in range(1, len(journal) + 1)]
    codes = [shipped_table().code_of(one.status, one.result) for one in states]

    assert {row.state for row in sent} == {DispatchState.RECEIVED}
    assert sum(row.attempts for row in sent) > len(sent)
    assert kept["codes"] == [code for code, _ in groupby(codes)]
    assert len(kept["QuaTrinhXuLy"]) == len([one for one in journal if isinstance(one.event, TaskCompleted)])
    assert kept["ChuHoSo"] == "Nguyễn Thị Ánh"
    # What was done and not answered came again, and was known; nothing came out of turn.
    assert set(shown["refused"]) <= {"repeated"}
    assert shown["signed_in"] > 1


async def test_a_portal_that_lost_a_dossier_holds_up_nothing_and_what_it_will_not_take_is_parked_at_once(
    office: Office, tmp_path: Path
) -> None:
    """The retry table has days left: no use in them."""
    patient = RetryTable()
    async with portal(tmp_path) as system, connected(office, system, patient):
        dossier = await office.file()
        await eventually(lambda: has_arrived(office, dossier))
        filed = (await office.folded(dossier)).filed
        assert filed is not None
        await system.lose(filed.number, keep=0)
        await office.finish(dossier)
        await eventually(lambda: is_settled(office, dossier))
        parked = [row for row in await rows(office, dossier) if row.state is DispatchState.PARKED]

    assert (await office.folded(dossier)).status.is_closed
    assert parked[0].problem == "message-rejected"
    assert parked[0].attempts == 1
