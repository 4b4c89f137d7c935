"""The distributed form: replaced process by process while callers go on, and killed in parts, with nothing lost."""

import asyncio
import socket
from contextlib import ExitStack
from itertools import count

import httpx
import pytest

from cli.cluster import product_processes, replace
from cli.demo.reading import read_scenario
from cli.demo.scenario import SHIPPED
from embedded.cluster import Cluster
from embedded.data_directory import DataDirectory
from embedded.ports import LOOPBACK, is_free
from embedded.temporal_server import PREFERRED_PORTS
from tests.support.chaos import PATIENCE, demonstration_under_fire, fast_clock, field, judged, plan, under_fire
from tests.support.chaos_traffic import Callers, Traffic
from tests.support.postgres import passable_directory

CLOCK = fast_clock("2026-08-21T15:30:00+07:00", 1_200)


class Witness(httpx.AsyncBaseTransport):
    """Stands between the callers and the address, and notes whatever no caller should have to see."""

    def __init__(self, wire: httpx.AsyncBaseTransport) -> None:
        self.answered = 0
        self.accepted = 0
        self.failures: list[str] = []
        self._wire = wire

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        try:
            answer = await self._wire.handle_async_request(request)
        except httpx.TransportError as broken:
            self.failures.append(f"{request.method} {request.url.path}: {broken!r}")
            raise
        self.answered += 1
        self.accepted += request.method == "POST" and answer.status_code == httpx.codes.ACCEPTED
        if answer.is_server_error:
            self.failures.append(f"{request.method} {request.url.path}: {answer.status_code}")
        return answer


@pytest.mark.long
async def test_every_worker_and_api_is_replaced_under_traffic_without_a_failed_request() -> None:
    with passable_directory() as directory:
        async with field(directory / "data", stack_type=Cluster, workers=2) as ground:
            data = DataDirectory(directory / "data")
            before = _pids(data)
            witness = Witness(ground.transport)
            traffic = Traffic(Callers(str(ground.stack.api_url), ground.keys, witness, patience=PATIENCE), 20261125)
            is_over = asyncio.Event()
            numbers = count()

            async def lane() -> None:
                while not is_over.is_set():
                    await traffic.carry(next(numbers))

            async with asyncio.TaskGroup() as group:
                for _ in range(6):
                    group.create_task(lane())
                for name in before:
                    print(f"cluster: {name} replaced after {await replace(data, name):.1f} s")  # noqa: T201
                is_over.set()
            after = _pids(data)
            judgement = await judged(ground)

    print(f"cluster: {witness.answered} answers, {witness.accepted} of them 202")  # noqa: T201
    assert witness.failures == []
    assert traffic.faults == []
    assert judgement.findings == ()
    assert witness.answered > 300
    assert {name for name in before if before[name] == after[name]} == set()


@pytest.mark.long
async def test_a_cluster_finds_other_ports_where_strangers_hold_the_usual_ones() -> None:
    with passable_directory() as directory, ExitStack() as strangers:
        for port in filter(is_free, PREFERRED_PORTS.values()):
            strangers.enter_context(socket.create_server((LOOPBACK, port)))
        async with field(directory / "data", stack_type=Cluster, workers=1) as ground:
            judgement = await under_fire(ground, plan(6, ["temporal"]), at_once=2, clock=CLOCK)
            chosen = DataDirectory(directory / "data").previous_ports()

    assert judgement.findings == ()
    assert not set(chosen.values()) & set(PREFERRED_PORTS.values())


@pytest.mark.long
async def test_workers_and_api_are_killed_in_the_middle_of_the_demonstration() -> None:
    scenario = read_scenario(SHIPPED).model_copy(update={"factor": 1_200})
    with passable_directory() as directory:
        async with field(directory / "data", stack_type=Cluster, workers=2) as ground:
            drawn = plan(5, ["workflow-worker-1", "workflow-worker-2", "activity-worker", "api-1", "api-2"])
            judgement = await demonstration_under_fire(ground, drawn, scenario)

    assert judgement.findings == ()
    assert judgement.kills == judgement.interrupting == len(drawn.kills)
    assert judgement.dossiers >= 30


def _pids(data: DataDirectory) -> dict[str, int]:
    record = data.running()
    assert record is not None
    return {name: record.pids[name] for name in product_processes(record)}
