"""The journal only grows, in order and once; the read side is rendered from its fold, and can be made anew from it."""

import asyncio
from uuid import UUID, uuid4

import asyncpg
import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.evolve import fold
from dossiers.identity import task_id
from dossiers.procedure import Role
from dossiers.state import DossierStatus, TaskState
from store.alarms import list_alarms
from store.database import Database
from store.errors import DossierUnknown, JournalConflict, JournalGap
from store.filing import admit_filing
from store.inbox import CommandState, read_command, refuse
from store.journal import last_sequence, read_journal, rebuild, record
from store.register import read_dossier, read_state
from store.verification import verify
from store.worklist import TaskRow, claim, read_task, tasks_of
from tests.support.builders import COPY, LAND, PERMIT, Run, person, text
from tests.support.records import StoredDossier, filing_request


async def differences(store: Database, dossier: UUID) -> tuple[str, ...]:
    async with store.transaction() as tx:
        return await verify(tx, dossier)


@pytest.mark.parametrize("code", [COPY, PERMIT, LAND])
async def test_every_row_is_the_fold_after_every_act(store: Database, code: str) -> None:
    dossier = await StoredDossier.filed(store, uuid4(), code)

    while not dossier.run.state.status.is_closed:
        await dossier.usual()
        assert await differences(store, dossier.id) == ()
    async with store.transaction() as tx:
        state = await read_state(tx, dossier.id)
        journal = await read_journal(tx, dossier.id)
        register = await read_dossier(tx, dossier.id)
        tasks = await tasks_of(tx, dossier.id)

    assert state == dossier.run.state == fold(journal)
    assert list(state.tasks) == list(dossier.run.state.tasks)
    assert journal == tuple(dossier.run.records)
    assert register is not None
    assert register.status is DossierStatus.RETURNED
    assert register.closed_at is not None
    assert register.grade is not None
    assert all(task.holder is None and task.pending is None for task in tasks)


async def test_instants_of_the_journal_are_on_a_vietnamese_clock(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    async with store.transaction() as tx:
        journal = await read_journal(tx, dossier.id)

    assert {one.occurred_at.isoformat()[-6:] for one in journal} == {"+07:00"}


async def test_reading_on_from_a_sequence_gives_what_came_after(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    seen = dossier.run.state.sequence
    later = await dossier.usual()

    async with store.transaction() as tx:
        found = await read_journal(tx, dossier.id, after=seen)
        last = await last_sequence(tx, dossier.id)

    assert found == later
    assert last == later[-1].sequence


async def test_recording_twice_changes_nothing(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    records = await dossier.usual()
    async with store.transaction() as tx:
        before = await tasks_of(tx, dossier.id)

    new = await dossier.record(records)
    async with store.transaction() as tx:
        after = await tasks_of(tx, dossier.id)

    assert new == 0
    assert after == before


async def test_recording_at_the_same_time_writes_once(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    records = dossier.apply(await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0]))))

    news = await asyncio.gather(*(dossier.record(records) for _ in range(8)))

    assert sorted(news) == [0] * 7 + [len(records)]
    assert await differences(store, dossier.id) == ()


async def test_a_batch_that_overlaps_adds_only_what_is_new(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    first = await dossier.usual()
    second = dossier.apply(await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0]))))

    new = await dossier.record((*first, *second))

    assert new == len(second)
    assert await differences(store, dossier.id) == ()


async def test_another_event_under_a_known_sequence_is_a_conflict_and_writes_nothing(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    admission = await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0])))
    filed = dossier.run.records[0].model_copy(update={"cause": str(uuid4())})
    records = dossier.apply(admission)

    with pytest.raises(JournalConflict) as conflict:
        await dossier.record((filed, *dossier.run.records[1:]))
    async with store.transaction() as tx:
        row = await read_command(tx, admission.row.id)
        last = await last_sequence(tx, dossier.id)

    assert conflict.value.particulars["sequence"] == "1"
    assert row is not None
    assert row.state is CommandState.PENDING
    assert last == records[0].sequence - 1


async def test_events_out_of_order_wait_for_those_before(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    first = dossier.apply(await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0]))))
    second = dossier.run.act(dossier.run.usual(dossier.run.state.live_tasks()[0]))

    with pytest.raises(JournalGap):
        await dossier.record(second)
    await dossier.record(first)
    await dossier.record(second)

    assert await differences(store, dossier.id) == ()


async def test_a_dossier_that_was_never_filed_has_no_journal(store: Database) -> None:
    with pytest.raises(DossierUnknown):
        async with store.transaction() as tx:
            await record(tx, uuid4(), (), run_id="run-1")


async def test_recording_settles_every_command_it_names_and_frees_its_task(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    command = dossier.run.usual(dossier.run.state.live_tasks()[0])
    admission = await dossier.admit(dossier.request(command))
    task = dossier.first_task

    await dossier.record(dossier.apply(admission))
    async with store.transaction() as tx:
        row = await read_command(tx, admission.row.id)
        worked = await read_task(tx, task)

    assert row is not None
    assert row.state is CommandState.DONE
    assert worked is not None
    assert (worked.state, worked.holder, worked.pending) == (TaskState.COMPLETED, None, None)
    assert worked.closed_at is not None


async def test_an_act_that_changes_no_task_frees_its_task_all_the_same(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4(), PERMIT)
    await dossier.usual()
    task = dossier.run.state.live_tasks()[0]

    await dossier.act(c.Remind(task=task.key))
    async with store.transaction() as tx:
        row = await read_task(tx, dossier.task_id(task.key))

    assert row is not None
    assert row.pending is None
    assert row.state is TaskState.OPEN


async def test_the_flush_settles_a_command_whose_caller_is_gone(store: Database) -> None:
    """What a caller could not journal comes with the next batch; the command is done all the same."""
    dossier = await StoredDossier.filed(store, uuid4())
    lost = await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0])))
    unjournalled = dossier.apply(lost)
    following = await dossier.admit(dossier.request(c.Withdraw()))

    await dossier.record((*unjournalled, *dossier.apply(following)))
    async with store.transaction() as tx:
        rows = [await read_command(tx, one.row.id) for one in (lost, following)]

    assert [row is not None and row.state for row in rows] == [CommandState.DONE, CommandState.DONE]


async def test_an_act_applied_after_its_refusal_raises_an_alarm(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    admission = await dossier.admit(dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0])))
    async with store.transaction() as tx:
        await refuse(tx, admission.row.id, {"code": "dossier-closed"})

    await dossier.record(dossier.apply(admission))
    async with store.transaction() as tx:
        (alarm,) = await list_alarms(tx, dossier=dossier.id)
        row = await read_command(tx, admission.row.id)

    assert alarm.kind == "applied-after-refused"
    assert alarm.particulars == {"command": str(admission.row.id)}
    assert row is not None
    assert row.state is CommandState.REFUSED


async def test_an_assignment_makes_the_officer_the_holder(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    task = dossier.run.state.live_tasks()[0]
    officer = dossier.run.holder(task, 7)

    await dossier.act(c.Assign(task=task.key, officer=officer.id), by=person(task.seat, Role.UNIT_HEAD))
    async with store.transaction() as tx:
        row = await read_task(tx, dossier.task_id(task.key))

    assert row is not None
    assert (row.assigned, row.holder, row.pending) == (officer.id, officer.id, None)
    assert row.claimed_at is not None


async def test_rebuilding_gives_what_was_there_and_keeps_claims(store: Database, pool: asyncpg.Pool) -> None:
    dossier = await StoredDossier.filed(store, uuid4(), PERMIT)
    await dossier.usual()
    await dossier.tick("2026-04-20T16:00")
    held = dossier.first_task
    async with store.transaction() as tx:
        await claim(tx, held, officer=dossier.run.holder(dossier.run.state.live_tasks()[0]).id)
    before = await rows_of(pool, dossier.id)

    async with store.transaction() as tx:
        count = await rebuild(tx, dossier.id)

    assert count == len(dossier.run.records)
    assert await rows_of(pool, dossier.id) == before
    assert before["escalation"]
    assert before["notice"]


async def test_rebuilding_mends_what_was_changed_by_hand(store: Database, pool: asyncpg.Pool) -> None:
    dossier = await StoredDossier.filed(store, uuid4(), PERMIT)
    await dossier.usual()
    await dossier.tick("2026-04-20T16:00")
    before = await rows_of(pool, dossier.id)
    await pool.execute("DELETE FROM deadline")
    await pool.execute("DELETE FROM notice")
    await pool.execute("UPDATE task SET state = 'completed', closed_at = now() WHERE state = 'open'")
    await pool.execute("UPDATE dossier SET status = 'returned', closed_at = now(), late_entries = 3, snapshot = '{}'")
    await pool.execute("UPDATE escalation SET lifted_at = now()")

    async with store.transaction() as tx:
        await rebuild(tx, dossier.id)

    assert await differences(store, dossier.id) == ()
    assert await rows_of(pool, dossier.id) == before


async def rows_of(pool: asyncpg.Pool, dossier: UUID) -> dict[str, list[str]]:
    """Every row of the read side, but for the count of its changes."""
    shown: dict[str, list[str]] = {}
    for table in ("dossier", "task", "leg", "deadline", "escalation", "notice"):
        key = "id" if table == "dossier" else "dossier"
        statement = f"SELECT (to_jsonb(t) - 'revision')::text AS row FROM {table} t WHERE {key} = $1 ORDER BY 1"  # noqa: S608
        shown[table] = [row["row"] for row in await pool.fetch(statement, dossier)]
    return shown


async def test_a_dossier_whose_filing_is_still_on_its_way_is_in_order(store: Database) -> None:
    dossier = uuid4()
    async with store.transaction() as tx:
        await admit_filing(tx, filing_request(Run(COPY, "2026-03-02T08:00"), dossier))
        before = await read_dossier(tx, dossier)
        count = await rebuild(tx, dossier)
        after = await read_dossier(tx, dossier)
        found = await verify(tx, dossier)

    assert count == 0
    assert before == after
    assert found == ()


async def test_the_end_of_a_dossier_ends_every_claim(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    task = dossier.run.state.live_tasks()[0]
    async with store.transaction() as tx:
        await claim(tx, dossier.first_task, officer=dossier.run.holder(task).id)

    await dossier.act(c.Withdraw())
    async with store.transaction() as tx:
        row = await read_task(tx, dossier.task_id(task.key))

    assert row is not None
    assert (row.state, row.holder, row.claimed_at) == (TaskState.CANCELLED, None, None)


async def test_a_late_entry_is_counted_once_for_each_act(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    task = dossier.run.state.live_tasks()[0]
    clerk = dossier.run.holder(task)
    late = clerk.model_copy(update={"roles": (*clerk.roles, Role.LATE_ENTRY)})
    request = dossier.request(dossier.run.usual(task), by=late, entered_for=dossier.run.now, evidence=text("sổ giấy"))

    records = dossier.apply(await dossier.admit(request))
    await dossier.record(records)
    async with store.transaction() as tx:
        row = await read_dossier(tx, dossier.id)

    assert len(records) > 1
    assert row is not None
    assert row.late_entries == 1


@pytest.mark.parametrize("seed", range(6))
async def test_any_partition_into_acts_gives_the_same_rows(store: Database, seed: int) -> None:
    """The flush takes any number of acts at once; what the lists show does not depend on how many."""
    kept = await StoredDossier.filed(store, uuid4(), LAND)
    batches: list[tuple[e.Record, ...]] = []
    run: Run = kept.run
    while not run.state.status.is_closed:
        task = run.state.live_tasks()[0]
        batches.append(run.tick(run.now.replace(hour=16)))
        batches.append(run.act(run.usual(task), by=run.holder(task, 2 if "approv" in task.step else 1)))
    waiting: tuple[e.Record, ...] = ()
    for number, batch in enumerate(batches):
        waiting += batch
        if (number + seed) % (seed + 1) == 0:
            await kept.record(waiting)
            waiting = ()
    await kept.record(waiting)

    assert await differences(store, kept.id) == ()
    assert {row.id for row in await _tasks(store, kept.id)} == {task_id(kept.id, key) for key in run.state.tasks}


async def _tasks(store: Database, dossier: UUID) -> tuple[TaskRow, ...]:
    async with store.transaction() as tx:
        return await tasks_of(tx, dossier)
