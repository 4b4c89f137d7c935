"""What is owed to other systems goes out beside everything else: in order, one at a time, and nothing waits for it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import pytest
from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import Worker

from activities.messages import DISPATCH, Dispatch, Dispatched
from dossiers import commands as c
from dossiers.dispatches import DispatchParked, DispatchReceived, Interest
from dossiers.lines import told
from dossiers.values import AgencyCode
from tests.support.builders import COPY, SUPERVISOR
from tests.support.carriage import Carriage, Size, Station, eventually
from workflows.addresses import line_queue

pytestmark = pytest.mark.usefixtures("workers")

MORNING = "2026-03-02T08:00"
PORTAL, MIRROR = AgencyCode("portal"), AgencyCode("mirror")

#: The activity (3), the task that takes note of it (3), the flush (3), the task that takes note of that (3).
MESSAGE = 12


class LineInMemory:
    """The other side of some lines: takes in, is away, or gives up, as a test says."""

    def __init__(self) -> None:
        self.taken: list[tuple[AgencyCode, int]] = []
        self.most_at_once = 0
        self._at_once: dict[AgencyCode, int] = {}
        self.open = {PORTAL: asyncio.Event(), MIRROR: asyncio.Event()}
        self.gives_up = False
        for gate in self.open.values():
            gate.set()

    @activity.defn(name=DISPATCH)
    async def dispatch(self, request: Dispatch) -> Dispatched:
        self._at_once[request.line] = self._at_once.get(request.line, 0) + 1
        self.most_at_once = max(self.most_at_once, self._at_once[request.line])
        try:
            await self.open[request.line].wait()
        finally:
            self._at_once[request.line] -= 1
        if self.gives_up:
            message = "given up"
            raise ApplicationError(message, type="partner-unreachable", non_retryable=True)
        self.taken.append((request.line, request.event))
        return Dispatched(digest=f"sha-256=:{request.event}:")

    def events(self, line: AgencyCode) -> list[int]:
        return [event for to, event in self.taken if to == line]

    @asynccontextmanager
    async def working(self, station: Station) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for line in self.open:
                worker = Worker(
                    station.environment.client,
                    task_queue=line_queue(station.task_queue, line),
                    activities=[self.dispatch],
                )
                await stack.enter_async_context(worker)
            yield


async def filed(station: Station, *lines: AgencyCode) -> Carriage:
    one = station.dossier(COPY, MORNING)
    await one.start()
    filing = one.run.filing(dossier=one.dossier, lines=dict.fromkeys(lines, Interest.STATUS))
    await one.act(filing)
    return one


async def test_a_line_is_told_in_order_one_message_at_a_time_and_the_dossier_ends_when_all_have_arrived(
    station: Station,
) -> None:
    side = LineInMemory()
    async with side.working(station):
        one = await filed(station, PORTAL)
        await one.finish()
        await one.ended()

    assert tuple(side.events(PORTAL)) == told(one.events, PORTAL)
    assert side.most_at_once == 1
    received = [record.event.event for record in one.events if isinstance(record.event, DispatchReceived)]
    assert received == side.events(PORTAL)


async def test_a_line_that_does_not_answer_holds_up_no_act_and_no_other_line(station: Station) -> None:
    side = LineInMemory()
    side.open[PORTAL].clear()
    async with side.working(station):
        one = await filed(station, PORTAL, MIRROR)
        await one.finish()

        async def mirror_has_all() -> bool:
            return tuple(side.events(MIRROR)) == told(one.events, MIRROR)

        await eventually(mirror_has_all)
        assert side.events(PORTAL) == []
        assert not await one.has_ended()

        side.open[PORTAL].set()
        await one.ended()

    assert side.events(PORTAL) == side.events(MIRROR)


async def test_a_line_that_is_given_up_is_parked_and_the_dossier_ends_without_it(station: Station) -> None:
    side = LineInMemory()
    side.gives_up = True
    async with side.working(station):
        one = await filed(station, PORTAL)
        await one.finish()
        await one.ended()

    assert side.taken == []
    assert one.run.state.outboxes[PORTAL].parked == told(one.events, PORTAL)
    assert [r.event.problem for r in one.events if isinstance(r.event, DispatchParked)] == ["partner-unreachable"]


async def test_what_was_parked_goes_out_in_its_order_when_a_person_says_so(station: Station) -> None:
    side = LineInMemory()
    side.gives_up = True
    async with side.working(station):
        one = await filed(station, PORTAL)

        async def is_parked() -> bool:
            return bool((await one.state()).outboxes[PORTAL].parked)

        await eventually(is_parked)
        await one.settled()
        await one.usual()
        side.gives_up = False
        await one.act(c.ResumeDispatches(line=PORTAL), by=SUPERVISOR)
        await one.settled()
        await one.finish()
        await one.ended()

    assert tuple(side.events(PORTAL)) == told(one.events, PORTAL)


async def test_a_message_costs_its_activity_its_receipt_and_one_flush(station: Station) -> None:
    side = LineInMemory()
    side.open[PORTAL].clear()
    async with side.working(station):
        one = await filed(station, PORTAL)
        before: Size = await one.size()
        tasks = (await one.happened())["workflow_task_completed"]
        side.open[PORTAL].set()

        async def is_noted() -> bool:
            return (await one.happened())["workflow_task_completed"] == tasks + 2

        await eventually(is_noted)
        # The dispatch was scheduled with the filing, before it was measured.
        assert (await one.size()).since(before).events == MESSAGE - 1
