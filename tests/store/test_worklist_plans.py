"""Every question officers ask all day can be answered from the index made for it, in order, without sorting.

With so few rows a planner may rightly prefer to sort them; it is kept from that here, as their number keeps it at size.
"""

import json
from collections.abc import AsyncIterator
from uuid import uuid4

import asyncpg
import pytest

from dossiers.state import TaskState
from store.statements import statements_of
from store.worklist import LIVE
from tests.support.postgres import PostgresServer

_STATEMENTS = statements_of("store/worklist.py")

#: 20 000 open tasks of forty units and 4 000 ended ones of 2 000 dossiers, as COPY would bring them.
FILL = """
INSERT INTO dossier (id, number, procedure, procedure_version, channel, counter_agency, counter_unit, lead_agency,
    lead_unit, opened_at, snapshot, filed_by)
SELECT md5(n::text)::uuid, 'H49-' || n, 'p' || n % 12, 1, 'online', 'a', 'u', 'a', 'u', now(), '{}', 'portal'
FROM generate_series(1, 2000) n;
INSERT INTO applicant (dossier, number, title, full_name)
SELECT md5(n::text)::uuid, 'H49-' || n, 'thủ tục ' || n % 12, (ARRAY['Nguyễn', 'Trần', 'Lê'])[n % 3 + 1] || ' Văn ' || n
FROM generate_series(1, 2000) n;
INSERT INTO task (id, dossier, key, number, procedure, channel, step, step_kind, work, agency, unit, role, state,
    opened_at, due_at, deadline_state, holder, claimed_at)
SELECT gen_random_uuid(), md5((n % 2000 + 1)::text)::uuid, 'k' || n, 'H49-' || n % 2000 + 1, 'p' || n % 12, 'online',
    's', 'appraisal', 'step', 'agency-' || n % 20, 'unit-' || n % 40, 'officer',
    CASE WHEN n % 6 = 0 THEN 'completed' ELSE 'open' END, now(), now() + n * interval '1 minute', 'within',
    CASE WHEN n % 6 <> 0 AND n % 4 = 0 THEN 'officer-' || n % 96 END,
    CASE WHEN n % 6 <> 0 AND n % 4 = 0 THEN now() END
FROM generate_series(1, 24000) n ORDER BY md5(n::text); -- work does not come in the order in which it is due
ANALYZE;
"""


@pytest.fixture(scope="module")
async def full(postgres_server: PostgresServer) -> AsyncIterator[asyncpg.Connection]:
    async with postgres_server.database() as made:
        owner = await asyncpg.connect(made.owner_url)
        await owner.execute(FILL)
        await owner.close()
        yield await asyncpg.connect(made.url)


def arguments(**given: object) -> list[object]:
    names = [
        *("states", "agency", "unit", "role", "officers", "is_free", "due_before", "units", "bounds", "deadline_state"),
        *("procedure", "channel", "dossier", "text", "weights", "sort", "place", "due", "last", "limit"),
    ]
    assert set(given) <= set(names)
    usual = {"states": [str(one) for one in LIVE], "sort": "due", "limit": 51, "bounds": []}
    return [given.get(name, usual.get(name)) for name in names]


async def plan_of(connection: asyncpg.Connection, statement: str, *asked: object, sorting: str = "off") -> str:
    async with connection.transaction():
        await connection.execute(_STATEMENTS["plan_for_these"])
        await connection.execute(f"SET LOCAL enable_sort = {sorting}; SET LOCAL enable_seqscan = off")
        if statement == "take_next" or dict(enumerate(asked)).get(13) is None:
            await connection.execute("SET LOCAL enable_bitmapscan = off")  # the words have no other way
        answer = await connection.fetchval("EXPLAIN (FORMAT JSON) " + _STATEMENTS[statement], *asked)
    return json.dumps(json.loads(answer))


LISTS: list[tuple[dict[str, object], str]] = [
    ({"agency": "agency-1", "unit": "unit-1"}, "task_of_unit"),
    ({"agency": "agency-1", "unit": "unit-1", "role": "officer", "procedure": "p1"}, "task_of_unit"),
    ({"agency": "agency-1"}, "task_of_agency"),
    ({"agency": "agency-1", "unit": "unit-1", "is_free": True}, "task_free"),
    ({"agency": "agency-1", "unit": "unit-1", "states": [str(TaskState.COMPLETED)]}, "task_ended"),
    ({}, "task_due"),
    ({"sort": "agency"}, "task_of_agency"),
    ({"place": "", "due": "2027-01-01T00:00:00+07:00", "last": uuid4(), "agency": "agency-1"}, "task_of_agency"),
]


@pytest.mark.parametrize(("asked", "index"), LISTS, ids=[f"{one[1]} {sorted(one[0])}" for one in LISTS])
async def test_a_list_comes_from_its_index_in_order(
    full: asyncpg.Connection, asked: dict[str, object], index: str
) -> None:
    plan = await plan_of(full, "list_tasks", *arguments(**asked))

    assert f'"Index Name": "{index}"' in plan
    assert '"Node Type": "Sort"' not in plan
    assert '"Node Type": "Seq Scan"' not in plan


async def test_ones_own_work_is_found_by_its_holder_and_is_little_enough_to_sort(full: asyncpg.Connection) -> None:
    plan = await plan_of(full, "list_tasks", *arguments(officers=["officer-8"]), sorting="on")

    assert '"Index Name": "task_held"' in plan


async def test_a_rare_name_is_found_by_its_words(full: asyncpg.Connection) -> None:
    plan = await plan_of(full, "list_tasks", *arguments(text="1234", weights="ABC"))

    assert '"Index Name": "applicant_words"' in plan


async def test_the_next_task_is_the_first_free_one_of_its_index(full: asyncpg.Connection) -> None:
    plan = await plan_of(full, "take_next", "officer-1", "agency-1", "unit-1", ["officer"])

    assert '"Index Name": "task_free"' in plan
    assert '"Node Type": "Sort"' not in plan


async def test_the_page_after_begins_where_the_last_one_ended(full: asyncpg.Connection) -> None:
    """The place of a cursor is a bound of the index, not a filter of what lies before it."""
    plan = await plan_of(
        full,
        "list_tasks",
        *arguments(place="", due="2027-01-01T00:00:00+07:00", last=uuid4(), agency="agency-1", unit="unit-1"),
    )

    assert "ROW(COALESCE(" in plan.split('"Index Cond"')[1].split('"')[1]
