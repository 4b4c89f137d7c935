"""A soak: dossiers go through lines to other systems' processes, which fail in every way and are killed meanwhile.

Both phases are drawn from one seed. While dossiers are filed, systems are killed and started again; then everything
must come to its end on both sides, and is held against each other (`tests.seams.account`).
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from time import perf_counter
from typing import NamedTuple, TypeVar
from uuid import UUID, uuid4

import asyncpg

from agencies.directory import load_directory
from agencies.simulator_book import Acted, Taken, acts_beside
from bootstrap import Settings, connect_temporal, open_database
from cli.demo.client import Api
from cli.demo.stage import hand_out_keys
from commands.calendars import publish_directory
from commands.delivery import Delivery
from commands.directories import Directories
from commands.gate import Gate
from commands.pinning import Catalogue
from commands.resuming import Resumption
from dossiers.values import AgencyCode, OfficerId, Value
from embedded.data_directory import DataDirectory
from embedded.stack import Stack
from store.database import Database
from store.dispatches import read_health
from store.journal import read_journal
from tests.seams.account import Account, Dossier, Witness, account, dossier_of
from tests.seams.clerks import Clerks
from tests.seams.parties import PARTIES, Neighbour, Party, directory_with, secrets
from tests.support.chaos import take_quiet_ports

Say = Callable[[str], None]
V = TypeVar("V", bound=Value)

#: The retry table is divided by this: three days and more become less than a minute.
SCALE = 5_000
#: Seconds within which something must move.
PATIENCE = 180.0
#: How long a system stays dead before it is started, seconds.
_DEAD = (0.2, 1.5)
_LOOK_AGAIN, _SETTLING = 0.3, 1.0

_ARRIVALS = """
SELECT p.line, v.recorded_at AS queued_at, p.arrived_at, p.attempts
FROM dispatch p JOIN dossier_event v ON v.dossier = p.dossier AND v.sequence = p.event
"""


class Kill(NamedTuple):
    """When so many dossiers are filed, this system is killed, and started again after so long."""

    filed: int
    line: AgencyCode
    dead: float


class Outage(NamedTuple):
    """A kill that happened."""

    line: AgencyCode
    back_at: datetime


class Arrival(NamedTuple):
    """A message that was signed for."""

    line: AgencyCode
    queued_at: datetime
    arrived_at: datetime


class Soaked(Value):
    """What came of it."""

    dossiers: int
    account: Account
    kills: int
    #: Messages, and attempts to send them.
    messages: int
    attempts: int
    #: Messages that were given up, and sent on by hand.
    resumed: int
    recovery_s: float
    seconds: float

    @property
    def is_even(self) -> bool:
        return self.account.is_even

    def line(self) -> str:
        """For programs."""
        kept = self.account.model_dump(include={"effects", "lost", "doubled", "reordered"})
        return json.dumps({"dossiers": self.dossiers, **kept, "recovery_s": self.recovery_s})


def plan(seed: int, dossiers: int, kills: int, parties: Sequence[Party] = PARTIES) -> tuple[Kill, ...]:
    """Every system about as often as every other, at drawn places of the run."""
    chance = Random(seed)
    lines = [parties[number % len(parties)].code for number in range(kills)]
    chance.shuffle(lines)
    places = sorted(chance.randrange(1, max(2, dossiers * 9 // 10)) for _ in lines)
    return tuple(Kill(filed, line, round(chance.uniform(*_DEAD), 2)) for filed, line in zip(places, lines, strict=True))


def recovery(outages: Sequence[Outage], arrivals: Sequence[Arrival]) -> float:
    """Seconds from the return of a system until all that waited for it had arrived, the longest of all outages."""
    taken = [
        (one.arrived_at - outage.back_at).total_seconds()
        for outage in outages
        for one in arrivals
        if one.line == outage.line and one.queued_at < outage.back_at < one.arrived_at
    ]
    return round(max(taken, default=0.0), 1)


class Seams:
    """A stack, the systems beside it, and everybody who may call."""

    def __init__(
        self, stack: Stack, database: Database, neighbours: Mapping[AgencyCode, Neighbour], queue: str
    ) -> None:
        assert stack.api_url is not None
        self.api_url = stack.api_url
        self.database = database
        self.neighbours = neighbours
        self._stack = stack
        self._queue = queue

    async def keys(self) -> Mapping[OfficerId, str]:
        """One for every officer."""
        return await hand_out_keys(self._stack.environment, [one.id for _, one in load_directory().members()])

    async def resumption(self) -> Resumption:
        client = await connect_temporal(Settings.from_environ(self._stack.environment))
        catalogue = Catalogue(self.database, Directories(self.database))
        delivery = Delivery(self.database, client, self._queue, catalogue)
        return Resumption(self.database, client, self._queue, Gate(self.database, catalogue, delivery))


@asynccontextmanager
async def seams(
    folder: Path, seed: int, environ: Mapping[str, str], say: Say, parties: Sequence[Party] = PARTIES
) -> AsyncIterator[Seams]:
    """Everything that is needed, in processes of its own; the services that ``environ`` names are used as they are."""
    data, shared, queue = DataDirectory(folder / "data"), folder / "secrets.json", f"seams-{uuid4()}"
    take_quiet_ports(data)
    shared.write_text(json.dumps(secrets(parties)), encoding="utf-8")
    settings = {
        **environ,
        "LIENTHONG_LINE_SECRETS": str(shared),
        "LIENTHONG_RETRY_SCALE": str(SCALE),
        "LIENTHONG_TASK_QUEUE": queue,
    }
    neighbours = {one.code: Neighbour(one, folder / one.code, seed) for one in parties}
    async with AsyncExitStack() as held:
        stack = await held.enter_async_context(Stack.start(data.path, say=say, environ=settings))
        database = await open_database(Settings.from_environ(stack.environment), application="seams")
        held.push_async_callback(database.close)
        async with database.transaction() as tx:
            await publish_directory(tx, directory_with(neighbours))
            for one in neighbours.values():
                await one.may_call(tx)
        made = Seams(stack, database, neighbours, queue)
        for one in neighbours.values():
            held.push_async_callback(one.kill)
        await asyncio.gather(*(one.start(made.api_url) for one in neighbours.values()))
        yield made


async def soak(ground: Seams, *, dossiers: int, kills: int, seed: int, say: Say) -> Soaked:
    """Carry dossiers to their end while systems are killed, then hold both sides against each other."""
    began, run, parties = perf_counter(), uuid4().hex[:12], [one.party for one in ground.neighbours.values()]
    async with Api.at(ground.api_url, await ground.keys(), patience=PATIENCE) as api:
        clerks = Clerks(api, load_directory(), run, seed)
        async with asyncio.TaskGroup() as group:
            killing = group.create_task(_kill(ground, clerks, plan(seed, dossiers, kills, parties)))
            watching = group.create_task(_tell(clerks, dossiers, say))
            await clerks.carry(dossiers)
            watching.cancel()
    outages = await killing
    resumed = await _all_arrived(ground)
    async with asyncio.timeout(PATIENCE):
        while any([await one.is_at_work() for one in ground.neighbours.values()]):
            await asyncio.sleep(_LOOK_AGAIN)
    arrivals, messages, attempts = await _arrivals(ground.database)
    return Soaked(
        dossiers=clerks.closed,
        account=account(await _ours(ground.database), {code: _witness(one) for code, one in ground.neighbours.items()}),
        kills=len(outages),
        messages=messages,
        attempts=attempts,
        resumed=resumed,
        recovery_s=recovery(outages, arrivals),
        seconds=round(perf_counter() - began, 1),
    )


async def _kill(ground: Seams, clerks: Clerks, drawn: Sequence[Kill]) -> tuple[Outage, ...]:
    outages: list[Outage] = []
    for kill in drawn:
        while clerks.filed < kill.filed:
            await asyncio.sleep(0.05)
        victim = ground.neighbours[kill.line]
        await victim.kill()
        await asyncio.sleep(kill.dead)
        await victim.start(ground.api_url)
        outages.append(Outage(kill.line, datetime.now(UTC)))
    return tuple(outages)


async def _tell(clerks: Clerks, dossiers: int, say: Say) -> None:
    while True:
        await asyncio.sleep(15)
        say(f"{clerks.filed}/{dossiers} hồ sơ đã nộp, {clerks.closed} đã kết thúc")


async def _all_arrived(ground: Seams) -> int:
    """Wait until nothing is on its way; whoever watches the lines sends on what was given up. How much that was."""
    resumption, resumed, arrived = await ground.resumption(), 0, -1
    loop = asyncio.get_running_loop()
    async with asyncio.timeout(PATIENCE) as patience:
        while True:
            async with ground.database.transaction() as tx:
                health = await read_health(tx)
            if not any(one.waiting or one.parked for one in health):
                return resumed
            if (now_arrived := sum(one.received for one in health)) > arrived:
                arrived = now_arrived
                patience.reschedule(loop.time() + PATIENCE)
            for line in (one for one in health if one.parked and not one.waiting):
                resumed += line.parked
                _ = [one async for one in resumption.run(line.line)]
            await asyncio.sleep(_SETTLING)


async def _ours(database: Database) -> list[Dossier]:
    async with database.transaction() as tx:
        found: list[UUID] = [row["id"] for row in await tx.all("SELECT id FROM dossier ORDER BY id")]
    made: list[Dossier] = []
    for one in found:
        async with database.transaction() as tx:
            made.append(dossier_of(await read_journal(tx, one)))
    return made


async def _arrivals(database: Database) -> tuple[list[Arrival], int, int]:
    async with database.transaction() as tx:
        rows: list[asyncpg.Record] = list(await tx.all(_ARRIVALS))
    arrivals = [Arrival(one["line"], one["queued_at"], one["arrived_at"]) for one in rows if one["arrived_at"]]
    return arrivals, len(rows), sum(one["attempts"] for one in rows)


def _witness(neighbour: Neighbour) -> Witness:
    return Witness(
        interest=neighbour.party.interest,
        taken=tuple(_lines(neighbour.book, Taken)),
        acted=tuple(_lines(acts_beside(neighbour.book), Acted)),
    )


def _lines(file: Path, entry: type[V]) -> list[V]:
    if not file.exists():
        return []
    return [entry.model_validate_json(line) for line in file.read_text(encoding="utf-8").splitlines()]
