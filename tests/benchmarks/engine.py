"""The engine measured: both ways in against the bare workflow, what Temporal keeps of a step, what a dossier weighs."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import fmean, median
from uuid import uuid4

import httpx
from temporalio.client import Client

from agencies.directory import load_directory
from bootstrap import Settings, connect_temporal, open_database
from cli.demo.stage import hand_out_keys
from commands.delivery import Delivery
from commands.directories import Directories
from commands.gate import Gate
from commands.pinning import Catalogue
from dossiers.seats import Actor
from dossiers.values import Value
from embedded.stack import CHECKOUT, Say
from tests.benchmarks import bare
from tests.benchmarks.bare import BareSide
from tests.benchmarks.machine import Machine
from tests.benchmarks.meter import Meter
from tests.benchmarks.rounds import Side, Stretch, alternate, percentile, ratio, stretch
from tests.benchmarks.sides import InProcess, OverHttp
from tests.benchmarks.way import players, record_way

AT_ONCE = 16
_KIB = 1024
_LOOKED_AT = 5


class Extent(Value):
    """How much is measured."""

    rounds: int
    #: Dossiers of one side in one round.
    dossiers: int
    #: Dossiers kept open at once to be weighed.
    weighed: int
    #: Open tasks in the store, and how often each question is put to it.
    tasks: int
    questions: int


class SideFigures(Value):
    """One side over all rounds."""

    steps_per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: dict[str, float]
    events_per_step: float
    transitions_per_step: float
    statements_per_step: dict[str, float]


class EngineFigures(Value):
    """What a step costs."""

    ratio_in_process: float
    ratio_http: float
    rounds: int
    steps_per_dossier: int
    sides: dict[str, SideFigures]
    memory_kib_per_dossier: float


async def measure_engine(environment: Mapping[str, str], extent: Extent, say: Say) -> EngineFigures:
    """Everything about steps, on a stack that runs."""
    async with AsyncExitStack() as stack:
        settings = Settings.from_environ(environment)
        client = await connect_temporal(settings)
        database = await open_database(settings, application="lienthong bench")
        stack.push_async_callback(database.close)
        http = await stack.enter_async_context(_http(environment["LIENTHONG_API_URL"]))
        keys = await hand_out_keys(environment, players())
        way = await record_way(http, keys, database, client)
        catalogue = Catalogue(database, Directories(database))
        gate = Gate(database, catalogue, Delivery(database, client, settings.task_queue, catalogue))
        filer = Actor(
            id=way.filer,
            seat=load_directory().seat_of(way.filer),
            roles=load_directory().officer(way.filer).roles,
        )
        await stack.enter_async_context(_bare_workers(environment, Machine(environment).count("worker")))
        plain = await bare.connect(settings.temporal_address, settings.temporal_namespace)
        sides = BareSide(plain, way), InProcess(gate, way, filer), OverHttp(http, keys, way)
        meter = Meter(environment)
        say(f"Một hồ sơ là {way.length} bước; {extent.rounds} vòng, mỗi vòng {extent.dossiers} hồ sơ mỗi bên…")
        for side in sides:
            await stretch(side, dossiers=min(AT_ONCE, extent.dossiers), length=way.length, at_once=AT_ONCE, meter=meter)
        rounds = await alternate(
            sides, rounds=extent.rounds, dossiers=extent.dossiers, length=way.length, at_once=AT_ONCE, meter=meter
        )
        say(f"Mở {extent.weighed} hồ sơ để cân…")
        weight = await _weight(sides[1], Machine(environment), extent.weighed)
        return EngineFigures(
            ratio_in_process=ratio(rounds, "in_process", "bare"),
            ratio_http=ratio(rounds, "http", "bare"),
            rounds=len(rounds),
            steps_per_dossier=way.length,
            sides={side.name: await _figures(side, rounds, way.length, client) for side in sides},
            memory_kib_per_dossier=weight,
        )


async def _figures(side: Side, rounds: Sequence[Sequence[Stretch]], length: int, client: Client) -> SideFigures:
    mine = [one for stretches in rounds for one in stretches if one.side == side.name]
    taken = [value for one in mine for value in one.milliseconds]
    kept = [await _kept(side.workflow_of(name), client) for name in mine[-1].dossiers[:_LOOKED_AT]]
    return SideFigures(
        steps_per_second=median(one.rate for one in mine),
        p50_ms=percentile(taken, 50),
        p99_ms=percentile(taken, 99),
        cpu_ms={name: median(one.cpu[name] for one in mine) for name in mine[0].cpu},
        events_per_step=fmean(events for events, _ in kept) / length,
        transitions_per_step=fmean(transitions for _, transitions in kept) / length,
        statements_per_step={
            name: median(one.statements.get(name, 0.0) for one in mine) for name in mine[-1].statements
        },
    )


async def _kept(workflow: str, client: Client) -> tuple[int, int]:
    """Events in the history, and how often Temporal wrote the workflow's state."""
    described = await client.get_workflow_handle(workflow).describe()
    return described.history_length, described.raw_description.workflow_execution_info.state_transition_count


async def _weight(side: Side, machine: Machine, dossiers: int) -> float:
    """KiB of the workers' memory for each dossier that lies there and waits."""
    run, before = uuid4().hex[:12], machine.memory_bytes("worker")
    turn = asyncio.Semaphore(AT_ONCE)

    async def open_one(number: int) -> None:
        async with turn:
            await side.step(f"{run}-{number}", 0)

    await asyncio.gather(*(open_one(number) for number in range(dossiers)))
    return (machine.memory_bytes("worker") - before) / dossiers / _KIB


def _http(url: str) -> httpx.AsyncClient:
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    return httpx.AsyncClient(base_url=url, timeout=30, limits=limits, trust_env=False)


@asynccontextmanager
async def _bare_workers(environment: Mapping[str, str], number: int) -> AsyncIterator[None]:
    """As many as the engine has."""
    command = (sys.executable, "-P", "-m", "tests.benchmarks.bare")
    joined = {**os.environ, **environment, "PYTHONPATH": str(CHECKOUT)}
    processes = [await asyncio.create_subprocess_exec(*command, env=joined, cwd=CHECKOUT) for _ in range(number)]
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        await asyncio.gather(*(process.wait() for process in processes))
