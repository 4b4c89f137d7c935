"""The whole product under fire: a real stack, real traffic, and somebody who kills its processes by a written plan.

Two phases: while killings go on nothing may become wrong, and after them everything must come to its end. The plan is
drawn from a seed and printed before the first kill, so that a run which failed can be told to others.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from random import Random, SystemRandom
from typing import NamedTuple

import httpx

from agencies.directory import load_directory
from cli.demo.client import Api
from cli.demo.player import PORTAL, DossierPlay, Part, Performance, parts_of
from cli.demo.scenario import Scenario
from cli.demo.stage import hand_out_keys
from dossiers.values import OfficerId
from embedded.data_directory import DataDirectory
from embedded.ports import free_port
from embedded.stack import Stack
from tests.support.chaos_checker import Judgement, judge
from tests.support.chaos_log import Killed, Log, LoggedTransport, Returned
from tests.support.chaos_traffic import Callers, Json, Traffic

#: Nobody waits longer than this for a server to be back, or for a dossier to move.
PATIENCE = 150.0


class Kill(NamedTuple):
    """One entry of the plan."""

    after: float
    name: str


class Plan(NamedTuple):
    """What will be killed, in which order; each so long after the one before is back."""

    seed: int
    kills: tuple[Kill, ...]

    def told(self) -> str:
        written = ", ".join(f"{kill.name} +{kill.after:.2f}s" for kill in self.kills)
        return f"seed {self.seed}: {written}"


def plan(seed: int, names: Sequence[str], *, pauses: tuple[float, float] = (0.3, 1.2)) -> Plan:
    """Every one of these names once, in a drawn order, after drawn pauses."""
    chance = Random(seed)
    order = list(names)
    chance.shuffle(order)
    return Plan(seed, tuple(Kill(round(chance.uniform(*pauses), 2), name) for name in order))


class Field:
    """A stack with its callers, and what they write down."""

    def __init__(self, stack: Stack, log: Log, transport: LoggedTransport, keys: Mapping[str, str]) -> None:
        self.stack = stack
        self.log = log
        self.transport = transport
        self.keys = keys
        assert stack.api_url is not None
        self.callers = Callers(stack.api_url, keys, transport, patience=PATIENCE)

    async def kill(self, kill: Kill) -> None:
        """Kill -9, as soon as a request is under way; then wait until somebody has started it again."""
        await asyncio.sleep(kill.after)
        async with asyncio.timeout(PATIENCE):
            while not self.transport.in_flight:
                await asyncio.sleep(0.005)
        victim = self.stack.pids[kill.name]
        self.log.write(Killed(at=time.monotonic(), name=kill.name))
        os.kill(victim, signal.SIGKILL)
        async with asyncio.timeout(PATIENCE):
            while self.stack.pids.get(kill.name) in (victim, None) or not await self._is_ready():
                await asyncio.sleep(0.05)
        self.log.write(Returned(at=time.monotonic(), name=kill.name))

    async def _is_ready(self) -> bool:
        async with httpx.AsyncClient(base_url=str(self.stack.api_url), trust_env=False, timeout=5) as http:
            try:
                return (await http.get("/readyz")).is_success
            except httpx.TransportError:
                return False


@asynccontextmanager
async def field(data: Path, *, stack_type: type[Stack] = Stack, workers: int = 1) -> AsyncIterator[Field]:
    """The embedded stack in a directory of its own, with a key for everybody."""
    unset = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    environ = {**unset, "LIENTHONG_FAST_CLOCK_ALLOWED": "true"}
    take_quiet_ports(DataDirectory(data))
    async with AsyncExitStack() as held:
        stack = await held.enter_async_context(stack_type.start(data, workers=workers, environ=environ))
        everybody = (PORTAL, *(one.id for _, one in load_directory().members()))
        keys = {str(who): key for who, key in (await hand_out_keys({**stack.environment}, everybody)).items()}
        log = Log(data / "operations.jsonl")
        held.callback(log.close)
        wire = httpx.AsyncHTTPTransport(limits=httpx.Limits(max_connections=64))
        made = Field(stack, log, LoggedTransport(log, keys, wire), keys)
        held.push_async_callback(made.callers.close)
        yield made


def take_quiet_ports(data: DataDirectory) -> None:
    """Ports that no other stack of this machine wants, and no outgoing connection is given: while a process is dead
    nobody else must take its place.
    """
    data.prepare()
    for name in ("postgres", "temporal", "temporal-ui", "api"):
        if name not in data.previous_ports():
            data.remember_port(name, free_port(preferred=[SystemRandom().randrange(12_000, 30_000)]))


async def under_fire(
    ground: Field, drawn: Plan, *, at_once: int, clock: Json | None = None, limit: float = 600.0
) -> Judgement:
    """New dossiers keep coming for as long as there is killing; then all are carried to their ends and judged. What has
    not got there within the limit is judged as it stands.
    """
    print(f"chaos: {drawn.told()}")  # noqa: T201  (the plan belongs to the report)
    traffic = Traffic(ground.callers, drawn.seed, clock=clock)
    is_over = asyncio.Event()

    async def lane(first: int) -> None:
        number = first
        while not is_over.is_set() or number == first:
            await traffic.carry(number)
            number += at_once

    with suppress(TimeoutError):
        async with asyncio.timeout(limit), asyncio.TaskGroup() as group:
            for first in range(at_once):
                group.create_task(lane(first))
            for kill in drawn.kills:
                await ground.kill(kill)
            is_over.set()
    judgement = await judged(ground)
    return judgement._replace(findings=(*traffic.faults, *judgement.findings))


async def demonstration_under_fire(ground: Field, drawn: Plan, scenario: Scenario) -> Judgement:
    """The demonstration's own officers, from its own file. An ending whose officers came too late for what it tells is
    carried on to some end by others.
    """
    print(f"chaos: {drawn.told()}")  # noqa: T201
    http = httpx.AsyncClient(base_url=str(ground.stack.api_url), transport=ground.transport, timeout=20)
    keys = {OfficerId(who): key for who, key in ground.keys.items()}
    api = Api(http, keys, patience=PATIENCE, at_once=32)
    performance = Performance(run=str(drawn.seed), seed=drawn.seed, patience=PATIENCE)
    traffic = Traffic(ground.callers, drawn.seed)

    async def to_its_end(part: Part) -> None:
        play = DossierPlay(api, scenario, part, performance, lambda _: None)
        await traffic.finish_for_others((await play.outcome()).dossier)

    async def all_begin(group: asyncio.TaskGroup) -> None:
        for part in parts_of(scenario):
            await api.calm()
            group.create_task(to_its_end(part))

    async with api, asyncio.TaskGroup() as group:
        group.create_task(all_begin(group))
        for kill in drawn.kills:
            await ground.kill(kill)
    return await judged(ground)


async def judged(ground: Field) -> Judgement:
    judgement = await judge(ground.log.path, ground.stack.database_url, ground.stack.temporal_address)
    print(f"chaos: {judgement._replace(findings=())}")  # noqa: T201
    return judgement


def fast_clock(origin: str, factor: int) -> Json:
    """A clock to file a dossier with, beginning now."""
    return {"origin": origin, "factor": factor}
