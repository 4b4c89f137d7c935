"""From a filed dossier to an agency's own process: signed for once and in order, parked, sent on by hand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from temporalio.testing import ActivityEnvironment

from activities.dispatching import DispatchActivities
from activities.messages import Dispatch
from agencies.lines import Lines, Secrets
from agencies.retries import RetryTable
from commands.calendars import publish_directory
from commands.resuming import Resumed, Resumption
from dossiers.instants import VIETNAM
from dossiers.lines import told
from dossiers.values import AgencyCode
from store.database import Database as Store
from store.dispatches import DispatchFilter, DispatchRow, list_dispatches, read_health
from store.rendered import DispatchState
from store.verification import verify
from tests.commands.office import Office
from tests.support.carriage import eventually
from tests.support.partner import Partner, partner
from worker import line_activities_of, line_worker

PORTAL = AgencyCode("portal")
HASTY = RetryTable(waits=(timedelta(milliseconds=100),) * 20)
AT_ONCE = RetryTable(waits=())


@asynccontextmanager
async def connected(office: Office, system: Partner, retries: RetryTable) -> AsyncIterator[Lines]:
    """The office with that line in its directory, and everything that works on it."""
    async with office.database.transaction() as tx:
        await publish_directory(tx, system.directory())
    system.write_secrets()
    secrets = Secrets(system.secrets_file)
    async with Lines(office.catalogue.directories, secrets, lambda: datetime.now(VIETNAM)) as lines:
        activities = line_activities_of(office.database, lines, retries)
        async with office.working(), line_worker(office.client, office.task_queue, PORTAL, activities):
            yield lines


async def rows(office: Office, dossier: UUID) -> tuple[DispatchRow, ...]:
    async with office.database.transaction() as tx:
        return (await list_dispatches(tx, DispatchFilter(dossier=dossier), limit=200)).items


async def is_settled(office: Office, dossier: UUID) -> bool:
    return all(row.state is not DispatchState.WAITING for row in await rows(office, dossier))


async def test_every_message_is_taken_in_once_and_in_order_whatever_goes_wrong(
    office: Office, store: Store, tmp_path: Path
) -> None:
    faults = ("--broken", "0.3", "--dropped", "0.3", "--unsigned", "0.2", "--seed", "7")
    async with partner(PORTAL, tmp_path, *faults) as system, connected(office, system, HASTY) as lines:
        dossier = await office.file()
        await office.finish(dossier)
        await eventually(lambda: is_settled(office, dossier))
        taken = [one for one in await system.taken() if one["dossier"] == str(dossier)]
        sent = await rows(office, dossier)

        again = DispatchActivities(store, lines, HASTY)
        request = Dispatch(dossier=dossier, line=PORTAL, event=sent[0].event)
        digests = [await ActivityEnvironment().run(again.dispatch, request) for _ in range(2)]
        after = [one for one in await system.taken() if one["dossier"] == str(dossier)]

    assert tuple(row.event for row in sorted(sent, key=lambda row: row.event)) == told(
        await office.journal(dossier), PORTAL
    )
    assert {row.state for row in sent} == {DispatchState.RECEIVED}
    assert [one["position"] for one in taken] == list(range(1, len(sent) + 1))
    assert sorted(one["id"] for one in taken) == sorted(str(row.id) for row in sent)
    assert digests[0] == digests[1]
    assert after == taken
    async with store.transaction() as tx:
        assert await verify(tx, dossier) == ()
        (health,) = await read_health(tx)
    assert (health.waiting, health.parked, health.received) == (0, 0, len(sent))


async def test_what_a_dead_system_did_not_get_is_parked_seen_and_sent_on_by_hand(
    office: Office, store: Store, tmp_path: Path
) -> None:
    async with partner(PORTAL, tmp_path) as system, connected(office, system, AT_ONCE):
        await system.kill()
        ended = await office.file()
        await office.finish(ended)
        going_on = await office.file()
        await eventually(lambda: is_settled(office, ended))
        await eventually(lambda: is_settled(office, going_on))
        parked = await rows(office, ended)
        await eventually(lambda: has_ended(office, ended))

        await system.start()
        resumption = Resumption(store, office.client, office.task_queue, office.gate)
        resumed = [one async for one in resumption.run(PORTAL)]
        await eventually(lambda: has_arrived(office, going_on))
        taken = await system.taken()
        rest = [one async for one in resumption.run(PORTAL)]

    assert {row.state for row in parked} == {DispatchState.PARKED}
    assert {row.failure for row in parked} <= {"partner-unreachable", None}
    assert sorted(resumed, key=lambda one: one.arrived) == [
        Resumed(dossier=going_on, arrived=0),
        Resumed(dossier=ended, arrived=len(parked)),
    ]
    assert [one["position"] for one in taken if one["dossier"] == str(ended)] == list(range(1, len(parked) + 1))
    assert [one["position"] for one in taken if one["dossier"] == str(going_on)] == [1]
    assert rest == []


async def has_ended(office: Office, dossier: UUID) -> bool:
    return all(row.is_closed for row in await rows(office, dossier))


async def has_arrived(office: Office, dossier: UUID) -> bool:
    return all(row.arrived_at is not None for row in await rows(office, dossier))
