"""Officers take, give back and pass on; nobody's task is taken twice, and every change is logged."""

import asyncio
from uuid import uuid4

import asyncpg
import pytest

from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.state import TaskState
from dossiers.values import OfficerId, UnitCode
from store.database import Database
from store.errors import NotHolder, TaskHeldByAnother, TaskMissing, TaskNotReady, TaskPending
from store.rendered import DeadlineState
from store.values import cursor_of
from store.worklist import (
    TaskFilter,
    TaskRow,
    WorklistAct,
    claim,
    get_next,
    list_tasks,
    read_log,
    read_task,
    release,
    transfer,
)
from tests.support.builders import LAND
from tests.support.records import StoredDossier

LAN, MINH = OfficerId("lan"), OfficerId("minh")


async def reception(store: Database) -> StoredDossier:
    return await StoredDossier.filed(store, uuid4())


def seat_of(dossier: StoredDossier) -> Seat:
    return dossier.run.state.live_tasks()[0].seat


async def all_tasks(store: Database, wanted: TaskFilter, *, limit: int = 50) -> list[TaskRow]:
    found: list[TaskRow] = []
    cursor = None
    async with store.transaction() as tx:
        while True:
            page = await list_tasks(tx, wanted, cursor, limit=limit)
            found += page.items
            if page.next is None:
                return found
            cursor = page.next


async def test_a_claimed_task_cannot_be_claimed_by_another(store: Database) -> None:
    task = (await reception(store)).first_task

    async with store.transaction() as tx:
        row = await claim(tx, task, officer=LAN)
        with pytest.raises(TaskHeldByAnother) as refused:
            await claim(tx, task, officer=MINH)

    assert row.holder == LAN
    assert row.claimed_at is not None
    assert refused.value.holder == LAN


async def test_claiming_ones_own_task_again_changes_nothing(store: Database) -> None:
    task = (await reception(store)).first_task

    async with store.transaction() as tx:
        first = await claim(tx, task, officer=LAN)
        again = await claim(tx, task, officer=LAN)
        log = await read_log(tx, task)

    assert again == first
    assert [entry.act for entry in log] == [WorklistAct.CLAIM]


async def test_twenty_officers_claim_one_task_and_one_has_it(store: Database) -> None:
    task = (await reception(store)).first_task

    async def try_to_claim(number: int) -> TaskRow:
        async with store.transaction() as tx:
            return await claim(tx, task, officer=OfficerId(f"officer {number}"))

    outcomes = await asyncio.gather(*(try_to_claim(number) for number in range(20)), return_exceptions=True)

    (winner,) = [one for one in outcomes if isinstance(one, TaskRow)]
    assert sum(isinstance(one, TaskHeldByAnother) and one.holder == winner.holder for one in outcomes) == 19


async def test_only_the_holder_gives_a_task_away(store: Database) -> None:
    task = (await reception(store)).first_task

    async with store.transaction() as tx:
        with pytest.raises(NotHolder):
            await release(tx, task, officer=LAN)
        await claim(tx, task, officer=LAN)
        with pytest.raises(NotHolder):
            await release(tx, task, officer=MINH)
        with pytest.raises(NotHolder):
            await transfer(tx, task, officer=MINH, to=MINH)
        given = await transfer(tx, task, officer=LAN, to=MINH)
        free = await release(tx, task, officer=MINH)
        log = await read_log(tx, task)

    assert given.holder == MINH
    assert (free.holder, free.claimed_at) == (None, None)
    assert [(entry.act, entry.actor, entry.holder_before, entry.holder_after) for entry in log] == [
        (WorklistAct.CLAIM, LAN, None, LAN),
        (WorklistAct.TRANSFER, LAN, LAN, MINH),
        (WorklistAct.RELEASE, MINH, MINH, None),
    ]


async def test_a_task_with_a_command_on_its_way_stays_where_it_is(store: Database) -> None:
    dossier = await reception(store)
    admission = await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0])))
    holder = admission.row.actor.id

    async with store.transaction() as tx:
        with pytest.raises(TaskPending):
            await release(tx, dossier.first_task, officer=holder)
        with pytest.raises(TaskPending):
            await transfer(tx, dossier.first_task, officer=holder, to=LAN)
        with pytest.raises(TaskHeldByAnother):
            await claim(tx, dossier.first_task, officer=LAN)


async def test_an_ended_task_is_not_ready(store: Database) -> None:
    dossier = await reception(store)
    ended = dossier.first_task
    await dossier.usual()

    async with store.transaction() as tx:
        with pytest.raises(TaskNotReady):
            await claim(tx, ended, officer=LAN)
        with pytest.raises(TaskMissing):
            await claim(tx, uuid4(), officer=LAN)


async def test_twenty_officers_get_twenty_different_tasks(store: Database) -> None:
    dossiers = [await reception(store) for _ in range(20)]
    seat = seat_of(dossiers[0])

    async def take(number: int) -> TaskRow | None:
        async with store.transaction() as tx:
            return await get_next(tx, officer=OfficerId(f"officer {number}"), seat=seat, roles=(Role.COUNTER,))

    taken = await asyncio.gather(*(take(number) for number in range(25)))

    assert sum(row is None for row in taken) == 5
    assert len({row.id for row in taken if row is not None}) == 20
    assert {row.holder for row in taken if row is not None} <= {f"officer {number}" for number in range(25)}


async def test_the_next_task_is_the_one_due_first_of_ones_own_unit_and_roles(store: Database) -> None:
    late = await StoredDossier.filed(store, uuid4(), LAND, "2026-03-04T08:00")
    early = await StoredDossier.filed(store, uuid4(), LAND, "2026-03-02T08:00")
    for dossier in (late, early):
        await dossier.go_to("appraisal")
    task = early.run.state.live_tasks()[0]
    elsewhere = task.seat.model_copy(update={"unit": UnitCode("elsewhere")})

    async with store.transaction() as tx:
        wrong_unit = await get_next(tx, officer=LAN, seat=elsewhere, roles=(task.role,))
        wrong_role = await get_next(tx, officer=LAN, seat=task.seat, roles=(Role.SUPERVISOR,))
        first = await get_next(tx, officer=LAN, seat=task.seat, roles=(task.role,))
        second = await get_next(tx, officer=LAN, seat=task.seat, roles=(task.role,))
        log = await read_log(tx, early.first_task)

    assert wrong_unit is None
    assert wrong_role is None
    assert first is not None
    assert second is not None
    assert (first.id, second.id) == (early.first_task, late.first_task)
    assert [entry.act for entry in log] == [WorklistAct.GET_NEXT]


async def test_get_next_passes_over_tasks_with_a_command_on_its_way(store: Database) -> None:
    busy, free = await reception(store), await reception(store)
    remind = busy.run.usual(busy.run.state.live_tasks()[0])
    await busy.admit(busy.request(remind).model_copy(update={"is_held": False}))

    async with store.transaction() as tx:
        row = await get_next(tx, officer=LAN, seat=seat_of(free), roles=(Role.COUNTER,))
        nothing = await get_next(tx, officer=LAN, seat=seat_of(free), roles=(Role.COUNTER,))

    assert row is not None
    assert row.id == free.first_task
    assert nothing is None


async def test_pages_show_every_task_once_with_what_has_no_deadline_last(store: Database) -> None:
    dossiers = [await StoredDossier.filed(store, uuid4(), LAND) for _ in range(3)]
    for dossier in dossiers:
        await dossier.go_to("return")  # the one step without a limit
    for day in (5, 3, 4):
        dossier = await StoredDossier.filed(store, uuid4(), LAND, f"2026-03-0{day}T08:00")
        await dossier.usual()
        dossiers.append(dossier)

    tasks = await all_tasks(store, TaskFilter(), limit=2)

    assert sorted(task.id for task in tasks) == sorted(dossier.first_task for dossier in dossiers)
    dues = [task.due_at for task in tasks if task.due_at is not None]
    assert dues == sorted(dues)
    assert [task.due_at is None for task in tasks] == [False] * 3 + [True] * 3


async def test_filters_pick_by_place_holder_state_and_deadline(store: Database) -> None:
    copy, land = await reception(store), await StoredDossier.filed(store, uuid4(), LAND)
    await land.usual()
    await land.usual()
    await land.tick("2026-03-20T16:00")
    async with store.transaction() as tx:
        await claim(tx, land.first_task, officer=LAN)
        row = await read_task(tx, land.first_task)
    assert row is not None
    assert row.due_at is not None

    async def found(**wanted: object) -> list[str]:
        return [task.key for task in await all_tasks(store, TaskFilter.model_validate(wanted))]

    assert row.deadline_state is DeadlineState.OVERDUE
    # By then its promise was lost too, and the same agency owes an apology for it.
    assert sorted(await found(agency=row.agency)) == [row.key, "appraisal#1/apology"]
    assert await found(unit=row.unit, role=row.role) == [row.key]
    assert await found(officers=(LAN,)) == [row.key]
    assert await found(officers=(MINH,)) == []
    assert await found(is_free=True, dossier=copy.id) == ["reception#1"]
    assert await found(is_free=False) == [row.key]
    assert sorted(await found(deadline_state=DeadlineState.OVERDUE)) == [row.key, "appraisal#1/apology"]
    assert await found(due_before=row.due_at, procedure=LAND) == []
    assert sorted(await found(procedure=LAND)) == [row.key, "appraisal#1/apology"]
    assert await found(states=(TaskState.COMPLETED,), dossier=land.id) == [
        task.key for task in land.run.state.tasks.values() if task.state is TaskState.COMPLETED
    ]


@pytest.mark.parametrize("forged", ["2026-W01-1", "2026-03-02T08:00:00", "0001-01-01T00:00:00+14:00", "x"])
async def test_a_cursor_with_an_instant_that_is_not_ours_is_refused(store: Database, forged: str) -> None:
    cursor = cursor_of("", forged, "00000000-0000-0000-0000-000000000000")

    async with store.transaction() as tx:
        with pytest.raises(ValueError, match=r".+") as refused:
            await list_tasks(tx, TaskFilter(), cursor)

    # The driver refuses such arguments too, by an error that is both; it must not come that far.
    assert not isinstance(refused.value, asyncpg.InterfaceError)


async def test_a_cursor_that_is_not_ours_is_refused(store: Database) -> None:
    async with store.transaction() as tx:
        for cursor in ("", "bm90aGluZw", "WyJhIiwgImIiXQ", "WzFd", "\u1ec7"):
            with pytest.raises(ValueError, match=r".+"):
                await list_tasks(tx, TaskFilter(), cursor)


async def test_every_change_of_a_row_counts_in_its_revision(store: Database) -> None:
    dossier = await reception(store)
    task = dossier.first_task

    async def revision() -> int:
        async with store.transaction() as tx:
            row = await read_task(tx, task)
        assert row is not None
        return row.revision

    seen = [await revision()]
    async with store.transaction() as tx:
        await claim(tx, task, officer=dossier.run.holder(dossier.run.state.live_tasks()[0]).id)
    seen.append(await revision())
    admission = await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0])))
    seen.append(await revision())
    await dossier.record(dossier.apply(admission))
    seen.append(await revision())
    await dossier.record(dossier.run.records)
    seen.append(await revision())

    assert seen == [1, 2, 3, 4, 4]
