"""Following the whole journal: nothing is skipped that commits late, nothing comes twice, a dossier keeps its order."""

import re
from uuid import UUID, uuid4

import pytest

from dossiers import commands as c
from store.database import Database
from store.feed import BEGINNING, Happened, Mark, is_settled, newest_mark, read_feed
from store.journal import read_journal, record
from tests.support.builders import CITIZEN, COPY, PERMIT, text
from tests.support.records import StoredDossier

NOBODY = UUID(int=0)


async def followed(store: Database, after: Mark = BEGINNING, *, page: int = 1_000) -> list[Happened]:
    """Everything after a mark, page by page."""
    found: list[Happened] = []
    async with store.transaction() as tx:
        while events := await read_feed(tx, found[-1].mark if found else after, limit=page):
            found += events
    return found


def where(events: list[Happened]) -> list[tuple[UUID, int]]:
    return [(one.mark.dossier, one.record.sequence) for one in events]


async def test_a_transaction_that_began_first_and_commits_last_is_never_skipped(store: Database) -> None:
    slow, quick = await StoredDossier.filed(store, uuid4()), await StoredDossier.filed(store, uuid4())
    begun = (await followed(store))[-1].mark
    # A refusal, for two receipts of one counter would wait for one another: their book has no gap.
    refusal = c.Refuse(task=slow.run.state.live_tasks()[0].key, reason=text())
    records = slow.apply(await slow.admit(slow.request(refusal)))

    async with store.transaction() as late:
        await record(late, slow.id, records, run_id="run-1")
        overtaking = await quick.usual()  # begun later, committed now
        meanwhile = await followed(store, begun)
        async with store.transaction() as tx:
            newest_meanwhile = await newest_mark(tx)
    afterwards = await followed(store, begun)

    # Whoever took the newer transaction now would never go back for the older one.
    assert (meanwhile, newest_meanwhile) == ([], begun)
    assert where(afterwards) == [
        *((slow.id, one.sequence) for one in records),
        *((quick.id, one.sequence) for one in overtaking),
    ]


@pytest.mark.parametrize("page", [1, 2, 1_000])
async def test_whatever_the_page_every_event_comes_once_and_a_dossiers_in_their_order(
    store: Database, page: int
) -> None:
    first, second = await StoredDossier.filed(store, uuid4(), COPY), await StoredDossier.filed(store, uuid4(), PERMIT)
    while not first.run.state.status.is_closed:
        await second.usual()
        await first.usual()
    async with store.transaction() as tx:
        journals = {one.id: await read_journal(tx, one.id) for one in (first, second)}

    events = await followed(store, page=page)

    assert [one.mark for one in events] == sorted(one.mark for one in events)
    for dossier, journal in journals.items():
        assert tuple(one.record for one in events if one.mark.dossier == dossier) == journal


async def test_a_mark_is_where_one_goes_on(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    await dossier.usual()
    events = await followed(store)
    async with store.transaction() as tx:
        newest = await newest_mark(tx)

    assert newest == events[-1].mark
    for place, one in enumerate(events, start=1):
        assert await followed(store, Mark.parse(str(one.mark))) == events[place:]


async def test_an_event_says_whom_it_concerns(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4(), PERMIT)
    (one, *_) = await followed(store)

    assert one.procedure == PERMIT
    assert one.participation.filed_by == CITIZEN.id
    assert dossier.run.seat("counter").agency in one.participation.agencies


async def test_a_mark_of_a_transaction_yet_to_come_is_none_of_ours(store: Database) -> None:
    await StoredDossier.filed(store, uuid4())
    async with store.transaction() as tx:
        newest = await newest_mark(tx)

        assert await is_settled(tx, newest)
        assert not await is_settled(tx, newest._replace(transaction=newest.transaction + 1_000_000))


async def test_an_empty_journal_is_followed_from_its_beginning(store: Database) -> None:
    async with store.transaction() as tx:
        assert await newest_mark(tx) == BEGINNING


@pytest.mark.parametrize(
    "text",
    [
        "",
        "7",
        f"7-{NOBODY}",
        f"-1-{NOBODY}-1",
        f"7-{NOBODY}-1 ",
        f"7-{NOBODY}-１",
        f"{2**64}-{NOBODY}-1",
        f"7-{NOBODY}-{10**10}",
        f"7-{'g' * 8}-0000-0000-0000-000000000000-1",
    ],
)
def test_what_is_not_a_mark_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        Mark.parse(text)
