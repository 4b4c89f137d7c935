"""One reader for all who listen: nobody listening costs nothing, whoever is slow is sent away and loses nothing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing, asynccontextmanager
from datetime import timedelta
from uuid import uuid4

import pytest

from api.errors import ListenerTooSlow, ServerStopping
from api.feed import HEARTBEAT, PAUSE, WAITING_MOST, Feed, Passed, Told
from commands.directories import Directories
from commands.pinning import Catalogue
from procedures.catalogue import shipped
from store.catalogue import publish_procedure
from store.database import Database as Store
from store.database import Transaction
from store.feed import BEGINNING, Mark, newest_mark
from tests.support.postgres import Database
from tests.support.records import StoredDossier


class CountingStore(Store):
    """Knows how often it was asked."""

    asked = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        self.asked += 1
        async with super().transaction() as tx:
            yield tx


@pytest.fixture
async def store(database: Database) -> AsyncIterator[CountingStore]:
    opened = await CountingStore.connect(database.url, application="test")
    async with opened.transaction() as tx:
        for one in shipped():
            await publish_procedure(tx, one)
    try:
        yield opened
    finally:
        await opened.close()


@asynccontextmanager
async def running(
    store: Store, *, heartbeat: timedelta = HEARTBEAT, waiting_most: int = WAITING_MOST
) -> AsyncIterator[tuple[Feed, asyncio.Event]]:
    catalogue, stopping = Catalogue(store, Directories(store)), asyncio.Event()
    made = Feed(store, catalogue, heartbeat=heartbeat, waiting_most=waiting_most)
    reading = asyncio.create_task(made.run(stopping))
    try:
        yield made, stopping
    finally:
        stopping.set()
        await reading


async def readings(count: int) -> None:
    """Time for that many."""
    await asyncio.sleep(count * PAUSE.total_seconds())


def everything(_: Told) -> bool:
    return True


async def now(store: Store) -> Mark:
    async with store.transaction() as tx:
        return await newest_mark(tx)


async def test_where_nobody_listens_nothing_is_read(store: CountingStore) -> None:
    await StoredDossier.filed(store, uuid4())
    async with running(store) as (feed, _):
        async with aclosing(feed.events(BEGINNING, everything)) as events:
            await anext(events)
        await readings(2)
        before = store.asked
        await readings(4)

        assert store.asked == before


async def test_many_listeners_are_told_the_same_from_one_reading(store: CountingStore) -> None:
    async with running(store) as (feed, _):
        ears = [feed.events(await now(store), everything) for _ in range(20)]
        waiting = [asyncio.create_task(anext(ear)) for ear in ears]
        await readings(2)
        before = store.asked
        dossier = await StoredDossier.filed(store, uuid4())
        filing = store.asked - before
        told = await asyncio.gather(*waiting)
        asked = store.asked - before - filing
        for ear in ears:
            await ear.aclose()

    assert {one.mark for one in told} == {told[0].mark}
    assert told[0].mark.dossier == dossier.id
    assert asked < len(ears)


async def test_whoever_does_not_take_what_comes_is_sent_away_and_goes_on_later(
    store: CountingStore,
) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    async with running(store, waiting_most=3) as (feed, _):
        begun = await now(store)
        slow = feed.events(begun, everything)
        first = asyncio.create_task(anext(slow))
        await readings(2)
        await dossier.usual()
        heard = [await first]
        await dossier.finish()
        await readings(3)
        with pytest.raises(ListenerTooSlow):
            await anext(slow)
        async with aclosing(feed.events(heard[-1].mark, everything)) as again:
            while heard[-1].mark.sequence < dossier.run.state.sequence:
                heard.append(await anext(again))

    sequences = [one.mark.sequence for one in heard]
    assert sequences == list(range(begun.sequence + 1, dossier.run.state.sequence + 1))


async def test_a_silent_journal_is_told_of_too(store: CountingStore) -> None:
    await StoredDossier.filed(store, uuid4())
    begun = await now(store)
    async with (
        running(store, heartbeat=timedelta(seconds=0.1)) as (feed, _),
        aclosing(feed.events(begun, everything)) as events,
    ):
        assert [await anext(events) for _ in range(2)] == [Passed(begun)] * 2


async def test_stopping_sends_everybody_away_at_once_and_nobody_comes_in(store: CountingStore) -> None:
    async with running(store) as (feed, stopping):
        waiting = asyncio.create_task(anext(feed.events(await now(store), everything)))
        await readings(2)
        stopping.set()
        with pytest.raises(ServerStopping):
            await waiting
        with pytest.raises(ServerStopping):
            await anext(feed.events(await now(store), everything))
