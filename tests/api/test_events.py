"""The live stream as its listeners hear it: a real process, a real PostgreSQL, connections that break and come back."""

import asyncio
import signal
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from api.callers import ApiKey
from dossiers.commands import Refuse
from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import AgencyCode, OfficerId, UnitCode
from store.callers import Caller, add_caller, revoke_caller
from store.database import Database as Store
from store.feed import BEGINNING
from store.journal import read_journal, record
from tests.support.builders import CITIZEN, text
from tests.support.desks import problem
from tests.support.listening import Heard, listening
from tests.support.postgres import Database, PostgresServer
from tests.support.records import StoredDossier
from tests.support.serving import Served, log_of, serving

SUPERVISOR = Caller(
    id=OfficerId("quang-ninh-supervisor-1"),
    kind=CallerKind.OFFICER,
    label="Giám sát",
    agency=AgencyCode("quang-ninh-office"),
    unit=UnitCode("quang-ninh-supervision"),
    roles=(Role.SUPERVISOR,),
)

NOBODY = UUID(int=0)


class Street:
    """The process, and the store behind it, in which things happen."""

    def __init__(self, served: Served, store: Store) -> None:
        self.served = served
        self.store = store

    @property
    def http(self) -> httpx.AsyncClient:
        return self.served.http

    async def key(self, caller: Caller) -> str:
        """A fresh key of a caller."""
        drawn = ApiKey.drawn()
        async with self.store.transaction() as tx:
            await add_caller(tx, caller, key_hash=drawn.hash, key_prefix=drawn.prefix)
        return drawn.secret

    async def filed(self) -> StoredDossier:
        return await StoredDossier.filed(self.store, uuid4())

    async def journal(self, *dossiers: StoredDossier) -> list[tuple[str, int]]:
        """Which events there are."""
        async with self.store.transaction() as tx:
            return [(str(one.id), event.sequence) for one in dossiers for event in await read_journal(tx, one.id)]


@pytest.fixture(scope="module")
async def street(postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Street]:
    async with postgres_server.database() as made, serving(made, temporal_environment) as served:
        store = await Store.connect(made.url, application="tests")
        try:
            yield Street(served, store)
        finally:
            await store.close()


def places(heard: list[Heard]) -> list[tuple[str, int]]:
    return [one.place for one in heard]


async def test_what_is_recorded_is_heard_at_once_in_words_and_as_a_cloud_event(street: Street) -> None:
    key = await street.key(SUPERVISOR)
    async with listening(street.http, key) as ear:
        dossier = await street.filed()
        expected = await street.journal(dossier)
        heard = await ear.until(lambda heard: len([one for one in heard if one.place in expected]) == len(expected))

    ours = [one for one in heard if one.place in expected]
    assert places(ours) == expected
    first = ours[0].data
    assert (ear.answer.headers["content-type"].split(";")[0], ear.retry) == ("text/event-stream", "2000")
    assert (first["specversion"], first["type"]) == ("1.0", "vn.lienthong.dossier.filed.v1")
    assert first["source"] == f"/v1/dossiers/{dossier.id}"
    assert first["subject"] == first["data"]["number"]
    assert first["data"]["words"]
    assert first["time"].endswith("+07:00")
    assert "texts" not in first["data"]


async def test_a_transaction_that_commits_late_is_heard_before_the_one_that_overtook_it(street: Street) -> None:
    slow, quick = await street.filed(), await street.filed()
    key = await street.key(SUPERVISOR)
    # A refusal, for two receipts of one counter would wait for one another: their book has no gap.
    refusal = Refuse(task=slow.run.state.live_tasks()[0].key, reason=text())
    records = slow.apply(await slow.admit(slow.request(refusal)))
    async with listening(street.http, key) as ear:
        async with street.store.transaction() as late:
            await record(late, slow.id, records, run_id="run-1")
            overtaking = await quick.usual()
            await asyncio.sleep(1)  # several readings: a reader by the newest number would be past it by now
        expected = [*((str(slow.id), one.sequence) for one in records)]
        expected += [(str(quick.id), one.sequence) for one in overtaking]
        heard = await ear.until(lambda heard: set(expected) <= set(places(heard)))

    assert [one for one in places(heard) if one in expected] == expected


async def test_whoever_comes_back_hears_every_event_once(street: Street) -> None:
    """Four dossiers grow while a listener breaks off after every third event and comes back with its last id."""
    key = await street.key(SUPERVISOR)
    dossiers = [await street.filed() for _ in range(4)]
    last_of_all = (str(uuid4()), len(await street.journal(dossiers[0])))

    async def grow() -> None:
        async with asyncio.TaskGroup() as growing:
            for one in dossiers:
                growing.create_task(one.finish())
        await StoredDossier.filed(street.store, UUID(last_of_all[0]))

    heard: list[Heard] = []
    last = str(BEGINNING)
    async with asyncio.TaskGroup() as beside:
        beside.create_task(grow())
        while last_of_all not in places(heard):
            async with listening(street.http, key, last=last) as ear:
                heard += await ear.until(lambda part: len(part) == 3 or last_of_all in places(part))
                last = ear.last

    every = places(heard)
    assert len(set(every)) == len(every)
    for dossier in dossiers:
        assert [one for one in every if one[0] == str(dossier.id)] == await street.journal(dossier)


async def test_each_hears_what_concerns_it_and_nothing_else(street: Street) -> None:
    dossier = await street.filed()
    await street.filed()
    ours = await street.journal(dossier)
    stranger = SUPERVISOR.model_copy(
        update={"id": OfficerId("co-to-counter-1"), "agency": AgencyCode("co-to-committee"), "roles": (Role.COUNTER,)}
    )
    colleague = stranger.model_copy(update={"id": OfficerId("colleague"), "agency": dossier.run.seat("counter").agency})
    portal = Caller(id=CITIZEN.id, kind=CallerKind.CITIZEN, label="Cổng")
    elsewhere = portal.model_copy(update={"id": OfficerId("other-portal")})

    async def heard_by(caller: Caller, **query: str) -> list[tuple[str, int]]:
        """Everything from the beginning up to our dossier's newest event."""
        async with listening(street.http, await street.key(caller), last=str(BEGINNING), **query) as ear:
            return places(await ear.until(lambda heard: heard[-1:] != [] and heard[-1].place == ours[-1]))

    async def heard_until_revoked(caller: Caller) -> list[str]:
        """What is heard from the beginning until the key has ended and the stream with it."""
        async with listening(street.http, await street.key(caller), last=str(BEGINNING)) as ear:
            async with street.store.transaction() as tx:
                await revoke_caller(tx, caller.id)
            heard = await ear.until(lambda heard: heard[-1:] != [] and heard[-1].event == "closing")
            assert await ear.next() is None
        return [str(one.data.get("code", one.event)) for one in heard]

    assert set(ours) <= set(await heard_by(colleague))
    assert set(ours) <= set(await heard_by(portal))
    assert await heard_by(SUPERVISOR, dossier=str(dossier.id), agency=str(colleague.agency)) == ours
    async with asyncio.TaskGroup() as beside:
        ended = [beside.create_task(heard_until_revoked(caller)) for caller in (stranger, elsewhere)]
        beside.create_task(_quiet(street))
    assert [one.result() for one in ended] == [["unauthenticated"], ["unauthenticated"]]


async def _quiet(street: Street) -> None:
    """Whom nothing concerns comes back from where the journal was, not from where it last heard something."""
    agency = AgencyCode("dong-trieu-committee")
    quiet = SUPERVISOR.model_copy(update={"id": OfficerId("quiet"), "agency": agency, "roles": (Role.COUNTER,)})
    ids: list[str] = []
    async with listening(street.http, await street.key(quiet)) as ear, asyncio.timeout(30):
        await street.filed()
        async for line in ear.lines:
            ids += [line] if line.startswith("id: ") else []
            if len(set(ids)) == 2:
                return


async def test_what_a_caller_may_not_see_cannot_be_listened_to(street: Street) -> None:
    dossier = await street.filed()
    caller = SUPERVISOR.model_copy(
        update={"id": OfficerId("co-to-counter-2"), "agency": AgencyCode("co-to-committee"), "roles": (Role.COUNTER,)}
    )
    headers = {"Authorization": f"Bearer {await street.key(caller)}"}
    hidden = await street.http.get("/v1/events", params={"dossier": str(dossier.id)}, headers=headers)
    other = await street.http.get("/v1/events", params={"agency": "ha-long-centre"}, headers=headers)

    problem(hidden, 404, "dossier-unknown")
    problem(other, 403, "not-for-this-caller")


@pytest.mark.parametrize("last", ["7", "x", f"7-{NOBODY}", f"{2**62}-{NOBODY}-1"])
async def test_an_id_that_was_never_sent_is_refused(street: Street, last: str) -> None:
    headers = {"Authorization": f"Bearer {await street.key(SUPERVISOR)}", "Last-Event-ID": last}
    refused = problem(await street.http.get("/v1/events", headers=headers), 422, "request-invalid")

    assert [one["pointer"] for one in refused["errors"]] == ["Last-Event-ID"]


async def test_stopping_ends_every_stream_within_the_grace_and_none_is_cut(
    database: Database, temporal_environment: WorkflowEnvironment
) -> None:
    async with serving(database, temporal_environment) as served:
        store = await Store.connect(database.url, application="tests")
        street = Street(served, store)
        key = await street.key(SUPERVISOR)
        async with listening(served.http, key) as one, listening(served.http, key) as other:
            dossier = await street.filed()
            expected = await street.journal(dossier)
            heard = await one.until(lambda heard: places(heard) == expected)
            served.process.send_signal(signal.SIGTERM)
            closing = await one.next()
            ended = await one.next()
            also = await other.until(lambda heard: heard[-1:] != [] and heard[-1].event == "closing")
        await store.close()
        status = await asyncio.to_thread(served.process.wait, 10)
        log = log_of(served.process)

    assert closing is not None
    assert (closing.event, closing.data["code"], closing.id) == ("closing", "server-stopping", heard[-1].id)
    assert ended is None
    assert also[-1].data["code"] == "server-stopping"
    assert status == 0, log
    assert "Cancel" not in log
    assert "Traceback" not in log
