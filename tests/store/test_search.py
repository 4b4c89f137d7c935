"""Finding work by words in any spelling, in any order that is asked for, and whose it may be found by."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from dossiers.procedure import Channel
from store.database import Database
from store.filing import Applicant, admit_filing
from store.worklist import Search, Sort, TaskFilter, TaskRow, count_tasks, list_tasks
from tests.support.builders import COPY, LAND, Run
from tests.support.records import FACTS, StoredDossier, filing_request


async def filed(store: Database, name: str, code: str = COPY, at: str = "2026-03-02T08:00") -> StoredDossier:
    made = StoredDossier(store, Run(code, at, **FACTS[code]), uuid4())
    async with store.transaction() as tx:
        asked = filing_request(made.run, made.id, applicant=Applicant(full_name=name))
        admission = await admit_filing(tx, asked)
    await made.record(made.apply(admission))
    return made


async def found(store: Database, **wanted: object) -> list[str]:
    async with store.transaction() as tx:
        page = await list_tasks(tx, TaskFilter.model_validate(wanted))
    return [str(one.dossier) for one in page.items]


@pytest.mark.parametrize(
    "text", ["Hòa", "Hoà", "hoa", "HOÀ", "Ho\u0300a", "nguyễn hoà", "hoa nguyen", "Thị Ho", "đức", "duc"]
)
async def test_a_name_is_found_however_its_marks_are_written(store: Database, text: str) -> None:
    wanted = await filed(store, "Nguyễn Thị Hoà Đức")
    await filed(store, "Trần Văn Minh")

    assert await found(store, search=Search(text=text)) == [str(wanted.id)]


@pytest.mark.parametrize("text", ["oa", "hoai", "nguyen minh", "!", "%", "'", "hoa & !x", ":*"])
async def test_what_begins_no_word_finds_nothing(store: Database, text: str) -> None:
    await filed(store, "Nguyễn Thị Hoà")
    await filed(store, "Trần Văn Minh")

    assert await found(store, search=Search(text=text)) == []


async def test_a_number_is_found_by_its_parts_and_a_procedure_by_its_title(store: Database, pool: asyncpg.Pool) -> None:
    copy, land = await filed(store, "Nguyễn Thị Hoà"), await filed(store, "Trần Văn Minh", LAND)
    number = str(await pool.fetchval("SELECT number FROM dossier WHERE id = $1", land.id))
    title = land.run.rules.procedure.title

    assert await found(store, search=Search(text=number)) == [str(land.id)]
    assert await found(store, search=Search(text="-".join(number.split("-")[1:]) + " minh")) == [str(land.id)]
    assert await found(store, search=Search(text=title.split()[0])) != []
    assert await found(store, search=Search(text=copy.run.rules.procedure.title)) == [str(copy.id)]


async def test_whoever_may_not_ask_for_persons_finds_by_number_and_title_only(store: Database) -> None:
    dossier = await filed(store, "Nguyễn Thị Hoà")
    title = dossier.run.rules.procedure.title

    assert await found(store, search=Search(text="hoa", by_name="not by name")) == []
    assert await found(store, search=Search(text=title, by_name="not by name")) == [str(dossier.id)]


async def test_every_order_shows_every_task_once_whatever_the_length_of_a_page(store: Database) -> None:
    for day in (2, 3, 4):
        await filed(store, "Nguyễn Thị Hoà", LAND, f"2026-03-0{day}T08:00")
        await filed(store, "Trần Văn Minh", COPY, f"2026-03-0{day}T09:00")
    keys: dict[Sort, Callable[[TaskRow], Any]] = {
        Sort.NUMBER: lambda row: row.number,
        Sort.AGENCY: lambda row: row.agency,
        Sort.UNIT: lambda row: row.unit,
        Sort.ROLE: lambda row: row.role,
        Sort.OFFICER: lambda row: row.holder or "",
        Sort.STATE: lambda row: row.state,
        Sort.PROCEDURE: lambda row: row.procedure,
        Sort.CHANNEL: lambda row: row.channel,
        Sort.OPENED: lambda row: row.opened_at,
        Sort.DUE: lambda row: row.due_at is None,
    }
    assert set(keys) == set(Sort)
    for sort, key in keys.items():
        seen: list[TaskRow] = []
        cursor: str | None = None
        while True:
            async with store.transaction() as tx:
                page = await list_tasks(tx, TaskFilter(sort=sort), cursor, limit=2)
            seen += page.items
            cursor = page.next
            if cursor is None:
                break

        assert len({row.id for row in seen}) == len(seen) == 6, sort
        assert seen == sorted(seen, key=lambda row: (key(row), row.due_at is None, row.due_at, str(row.id))), sort


async def test_the_channel_narrows_and_the_queues_are_counted(store: Database) -> None:
    dossier = await filed(store, "Nguyễn Thị Hoà")
    task = dossier.run.state.live_tasks()[0]

    assert await found(store, channel=Channel(dossier.run.filing().channel)) == [str(dossier.id)]
    assert await found(store, channel=Channel.POST) == []
    async with store.transaction() as tx:
        counted = await count_tasks(tx, TaskFilter(agency=task.seat.agency), mine=())
        nothing = await count_tasks(tx, TaskFilter(unit=task.seat.unit, agency=task.seat.agency, officers=()), mine=())

    (queue,) = counted.queues
    assert (queue.unit, queue.tasks, queue.free, queue.mine) == (task.seat.unit, 1, 1, 0)
    assert counted.is_complete
    assert nothing.queues == ()
