"""A long history is cut: the next run goes on with everything that matters."""

import asyncio
from datetime import datetime, timedelta

import pytest

from dossiers import commands as c
from tests.support.builders import COPY
from tests.support.carriage import Carriage, Station, eventually
from workflows.messages import Carried, DossierStart
from workflows.options import HISTORY_SOFT_LIMIT, REMEMBERED_COMMANDS, WORKFLOW_TASK_TIMEOUT

pytestmark = pytest.mark.usefixtures("workers")

MORNING = "2026-03-02T08:00"
EVENTS_OF_AN_ACT = 5
#: So many acts that change nothing but the journal fill a history.
FULL = HISTORY_SOFT_LIMIT // EVENTS_OF_AN_ACT


async def test_a_full_history_goes_on_in_a_new_run_with_nothing_lost_and_nothing_applied_twice(
    station: Station,
) -> None:
    """Temporal forgets the ids of a run's updates with the run; no journal has seen a single one of these."""
    one = await station.filed(COPY, MORNING)
    before = await run_of(one)
    acts = [reminder(one, journalled=2) for _ in range(FULL)]
    with one.journal.held():
        answers = [await one.ask(act) for act in acts]
        await has_renewed(one, before)
        start = await start_of(one)

        again = await one.ask(acts[0])
        shown = await one.ask(acts[-1].model_copy(update={"journalled": 2 + FULL}))

    assert [record.sequence for record in answers[-1].events] == list(range(3, 3 + FULL))
    assert start.carried.unjournalled == answers[-1].events
    assert set(start.carried.applied) >= {str(act.id) for act in acts}
    assert len(start.carried.applied) > REMEMBERED_COMMANDS
    assert (start.rulebook, start.clock) == (one.rules, one.clock)
    assert again.events == answers[-1].events, "everything after the caller's watermark, its own event among it"
    assert shown.events == ()
    assert start.carried.state.sequence == 2 + FULL
    await one.settled()
    assert await one.state() == start.carried.state


async def test_a_run_remembers_the_newest_commands_and_no_more_once_all_is_journalled(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    before = await run_of(one)
    acts = [reminder(one) for _ in range(FULL)]
    for act in acts:
        one.take(await one.ask(act.model_copy(update={"journalled": len(one.events)})))
    await has_renewed(one, before)

    start = await start_of(one)

    assert start.carried.applied == tuple(str(act.id) for act in acts[-REMEMBERED_COMMANDS:])
    assert [record.sequence for record in start.carried.unjournalled] == [2 + FULL]


async def test_no_run_ends_while_a_flush_is_under_way(station: Station) -> None:
    one = station.dossier(COPY, MORNING)
    one.run.act(one.run.filing(dossier=one.dossier))
    with one.journal.held():
        await one.start(Carried(state=one.run.state, unjournalled=tuple(one.run.records)))

        async def is_flushing() -> bool:
            return bool(one.journal.flushes)

        await eventually(is_flushing)
        before = await run_of(one)
        for _ in range(FULL + 10):
            one.take(await one.ask(reminder(one)))
        size = await one.size()

        assert await run_of(one) == before
        assert size.events > HISTORY_SOFT_LIMIT

    await has_renewed(one, before)
    await one.settled()
    assert [record.sequence for record in one.events] == list(range(1, len(one.events) + 1))
    assert one.journal.most_at_once == 1


async def test_the_next_run_has_the_page_the_deadlines_and_the_time_out_of_the_last(station: Station) -> None:
    """A short workflow task time-out lets go of a dead worker soon."""
    one = await station.filed(COPY, MORNING)
    page = await one.details()
    before = await run_of(one)
    for _ in range(FULL):
        one.take(await one.ask(reminder(one)))
    await has_renewed(one, before)
    started = (await one.history()).events[0].workflow_execution_started_event_attributes

    assert started.workflow_task_timeout.ToTimedelta() == WORKFLOW_TASK_TIMEOUT
    assert one.run.filing().number in page
    assert await one.details() == page

    await one.forward_to(due_of(one) + timedelta(minutes=1))
    await one.settled()
    assert [rung.rung for rung in one.rungs] == ["warning", "overdue"]


async def test_acts_that_meet_the_change_of_runs_are_each_applied_once(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    before = await run_of(one)

    acts = [reminder(one) for _ in range(2 * FULL)]
    for first in range(0, len(acts), 5):
        await all_at_once(one, acts[first : first + 5])
    await has_renewed(one, before)
    await one.settled()

    assert sorted(record.cause for record in one.events[2:]) == sorted(str(act.id) for act in acts)


async def all_at_once(one: Carriage, acts: list[c.Act]) -> None:
    """Five senders, who journal what they are answered in whichever order."""
    found = len(one.events)
    for answer in await asyncio.gather(*(one.ask(act.model_copy(update={"journalled": found})) for act in acts)):
        one.take(answer)


async def run_of(one: Carriage) -> str:
    return (await one.handle.describe()).run_id


async def has_renewed(one: Carriage, before: str) -> None:
    async def is_another_run() -> bool:
        return await run_of(one) != before

    await eventually(is_another_run)


async def start_of(one: Carriage) -> DossierStart:
    """What the newest run was started with."""
    started = (await one.history()).events[0].workflow_execution_started_event_attributes
    decoded = await one.environment.client.data_converter.decode(started.input.payloads, [DossierStart])
    start: DossierStart = decoded[0]
    return start


def due_of(one: Carriage) -> datetime:
    due = one.run.state.due_of(one.task.key)
    assert due is not None
    return due


def reminder(one: Carriage, *, journalled: int | None = None) -> c.Act:
    """An act that changes nothing but the journal."""
    return one.envelope(c.Remind(task=one.task.key), journalled=journalled)
