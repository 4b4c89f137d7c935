"""No worker over a deadline: what was due comes first, and nobody is late because of it."""

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta

import pytest
from temporalio.client import WorkflowUpdateRPCTimeoutOrCancelledError
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import WorkflowRunner

from dossiers import commands as c
from dossiers.deadlines import Grade
from dossiers.events import EscalationLifted, TaskCompleted
from dossiers.fast_clock import wall_time
from dossiers.instants import parse_instant
from tests.support.builders import COPY
from tests.support.carriage import Carriage, Station, working
from tests.support.journal_in_memory import JournalInMemory

#: 40 minutes of work in a second on the wall: the hour of the reception is over after a second and a half.
FAST = 2_400
FILED = "2026-03-02T08:00"


class Outage:
    """Workers that can be stopped and started."""

    def __init__(
        self, environment: WorkflowEnvironment, task_queue: str, runner: WorkflowRunner, journal: JournalInMemory
    ) -> None:
        self._given = (environment, task_queue, runner)
        self._journal = journal

    async def filed_before_it(self, station: Station) -> Carriage:
        """A dossier that was filed while there was a worker, and its deadline passed when there was none."""
        async with self.over():
            one = await station.filed(COPY, FILED, factor=FAST)
        overdue = wall_time(one.clock, due_of(one) + timedelta(minutes=3))
        await asyncio.sleep((overdue - one.wall()).total_seconds())
        return one

    def over(self) -> AbstractAsyncContextManager[None]:
        return working(*self._given, self._journal.record_events)


@pytest.fixture
def outage(
    temporal_environment: WorkflowEnvironment, task_queue: str, runner: WorkflowRunner, journal: JournalInMemory
) -> Outage:
    return Outage(temporal_environment, task_queue, runner, journal)


async def test_what_fell_due_during_an_outage_comes_before_the_act_that_ends_it(
    station: Station, outage: Outage
) -> None:
    one = await outage.filed_before_it(station)

    waiting = asyncio.create_task(one.act(c.Receive(task=one.task.key)))
    async with outage.over():
        await waiting

        assert [record.event.kind for record in one.events] == [
            "dossier.filed",
            "task.opened",
            "rung.reached",
            "rung.reached",
            "task.completed",
            "dossier.accepted",
            "task.opened",
        ]
        assert [(rung.rung, rung.notice is not None) for rung in one.rungs] == [
            ("warning", False),
            ("overdue", True),
        ]
        assert grade_of(one) is Grade.LATE
        decided = {record.recorded_at for record in one.events[2:]}
        assert decided == {one.events[-1].recorded_at}
        assert one.events[3].occurred_at < one.events[3].recorded_at


async def test_an_act_accepted_during_an_outage_in_time_is_in_time(station: Station, outage: Outage) -> None:
    one = await outage.filed_before_it(station)
    due = due_of(one)

    act = one.envelope(c.Receive(task=one.task.key), at=due - timedelta(minutes=2))
    waiting = asyncio.create_task(one.ask(act))
    async with outage.over():
        answer = await waiting
        one.take(answer)

        assert grade_of(one) is not Grade.LATE
        assert [rung for rung in (rung.rung for rung in one.rungs) if rung not in lifted_of(one)] == ["warning"]
        accepted = [record for record in answer.events if record.cause == str(act.id)]
        assert {record.occurred_at for record in accepted[:-1]} == {act.occurred_at}
        assert accepted[0].recorded_at > due


@pytest.mark.usefixtures("workers")
async def test_an_act_accepted_at_16_58_and_applied_at_17_10_is_on_time_and_takes_the_rung_back(
    station: Station,
) -> None:
    one = await station.filed(COPY, "2026-03-02T15:59")
    await one.forward_to(parse_instant("2026-03-03T07:40"))
    await one.settled()
    assert [rung.rung for rung in one.rungs] == ["warning", "overdue"]

    act = one.envelope(c.Receive(task=one.task.key), at=parse_instant("2026-03-02T16:58"))
    answer = await one.ask(act)
    one.take(answer)

    assert grade_of(one) is not Grade.LATE
    lifted = next(record.event for record in answer.events if isinstance(record.event, EscalationLifted))
    assert lifted.rungs == ("overdue",)


async def test_a_caller_that_gave_up_sends_again_and_the_act_is_done_once(station: Station, outage: Outage) -> None:
    async with outage.over():
        one = await station.filed(COPY, FILED)
    act = one.envelope(c.Receive(task=one.task.key))

    with pytest.raises(WorkflowUpdateRPCTimeoutOrCancelledError):
        await asyncio.wait_for(one.ask(act), 0.3)
    again = asyncio.create_task(one.ask(act))
    async with outage.over():
        answer = await again

        assert (await one.state()).sequence == answer.events[-1].sequence
        assert [record.cause for record in answer.events] == [str(act.id)] * 3


def due_of(one: Carriage) -> datetime:
    """When the task that lies open is due."""
    due = one.run.state.due_of(one.task.key)
    assert due is not None
    return due


def lifted_of(one: Carriage) -> tuple[str, ...]:
    """Rungs taken back: a worker that was back before the act had reached the server fired them first."""
    return tuple(
        rung for record in one.events if isinstance(record.event, EscalationLifted) for rung in record.event.rungs
    )


def grade_of(one: Carriage) -> Grade | None:
    return next(record.event for record in one.events if isinstance(record.event, TaskCompleted)).grade
