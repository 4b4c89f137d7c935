"""What everybody else feels while one agency's system is down: throughput of dossiers that do not need it.

Run it with `python -m tests.benchmarks.agency_down [--pairs 7] [--dossiers 40]`: a stack of its own, a system of the
social insurance as a process beside it. In turn the system answers and is dead, as often as there are pairs, every
other pair in the opposite order; meanwhile dossiers that need it keep coming at one pace, and those that do not are
carried as fast as it goes. It ends with 0 only if the median of the pairs loses no more than a tenth. The last line
is one JSON object.
"""

import argparse
import asyncio
import json
import os
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from statistics import median
from typing import Literal
from uuid import uuid4

import httpx
import uvloop

from bootstrap import Settings, configure_logging, connect_temporal, open_database
from cli.demo.stage import hand_out_keys
from commands.calendars import publish_directory
from dossiers.dispatches import Interest
from dossiers.values import AgencyCode, OfficerId, Value
from embedded.ports import free_port
from store.database import Database
from store.dispatches import LineHealth, read_health
from tests.benchmarks.__main__ import _say, _stack
from tests.benchmarks.meter import Meter
from tests.benchmarks.rounds import stretch
from tests.benchmarks.sides import OverHttp
from tests.benchmarks.way import COUNTER, Json, Keys, Way, players, post, record_way
from tests.support.partner import Partner
from tests.support.postgres import passable_directory

Standing = Literal["answers", "down"]

SYSTEM = AgencyCode("social-insurance")
CLERK = OfficerId("ha-long-counter-1")
#: A dossier that lies with the system as soon as it is received.
NEEDS_IT: Json = {
    "procedure": "BHYT-TRE-EM",
    "receiving_unit": COUNTER,
    "channel": "counter",
    "facts": {"number_assigned": True},
    "components": ["insurance"],
    "applicant": {"full_name": "Trần Thị Bình"},
}
#: One that needs it comes every so many seconds, whether it answers or not.
PACE = 0.25
AT_ONCE = 8
#: The retry table is divided by this, so that what is not taken is sent again all the while: worse than in earnest.
SCALE = 1_000
GOAL = 0.9
#: What waited is taken in within this, or parked, once the system answers; seconds.
HEALING = 120


class Measured(Value):
    """One stretch."""

    standing: Standing
    steps_per_second: float
    #: Messages that the system had not taken in at its end.
    waiting: int


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--dossiers", type=int, default=40, help="carried in each stretch")
    asked = parser.parse_args()
    configure_logging("error")
    with passable_directory() as folder:
        system = Partner(SYSTEM, folder, free_port())
        system.write_secrets()
        more = {"LIENTHONG_LINE_SECRETS": str(system.secrets_file), "LIENTHONG_RETRY_SCALE": str(SCALE)}
        with _stack(more) as environment:
            kept = uvloop.run(_measure(environment, system, asked.pairs, asked.dossiers))
    sys.stdout.flush()
    os._exit(0 if kept else 1)


async def _measure(environment: Mapping[str, str], system: Partner, pairs: int, dossiers: int) -> bool:
    async with AsyncExitStack() as stack:
        settings = Settings.from_environ(environment)
        client = await connect_temporal(settings)
        database = await open_database(settings, application="lienthong bench")
        stack.push_async_callback(database.close)
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=environment["LIENTHONG_API_URL"], timeout=30, limits=limits, trust_env=False)
        )
        keys = await hand_out_keys(environment, dict.fromkeys((*players(), CLERK)))
        way = await record_way(http, keys, database, client)
        async with database.transaction() as tx:
            await publish_directory(tx, system.directory(interest=Interest.WORK))
        stack.push_async_callback(system.kill)
        run = Run(http, keys, way, database, Meter(environment), system)
        await run.measured("answers", AT_ONCE)  # whoever comes first warms up the others
        order: tuple[Standing, ...] = ("answers", "down")
        measured = [
            tuple([await run.measured(standing, dossiers) for standing in (order if number % 2 else order[::-1])])
            for number in range(pairs)
        ]
    return _tell(measured)


class Run:
    """The stack, and the system beside it."""

    def __init__(
        self, http: httpx.AsyncClient, keys: Keys, way: Way, database: Database, meter: Meter, system: Partner
    ) -> None:
        self._http = http
        self._keys = keys
        self._way = way
        self._database = database
        self._meter = meter
        self._system = system

    async def measured(self, standing: Standing, dossiers: int) -> Measured:
        """Carry dossiers that do not need the system while it stands so."""
        await self._system.kill()
        if standing == "answers":
            await self._system.start()
            await self._healed()
        async with self._others_coming():
            side = OverHttp(self._http, self._keys, self._way)
            took = await stretch(side, dossiers=dossiers, length=self._way.length, at_once=AT_ONCE, meter=self._meter)
        health = await self._health()
        made = Measured(
            standing=standing,
            steps_per_second=took.rate,
            waiting=0 if health is None else health.waiting + health.parked,
        )
        _say(f"{made.standing:8} {made.steps_per_second:7.1f} bước/giây, {made.waiting} bản tin còn chờ")
        return made

    @asynccontextmanager
    async def _others_coming(self) -> AsyncIterator[None]:
        """Dossiers that need the system, at one pace."""

        async def come() -> None:
            run = uuid4().hex[:12]
            for number in range(1_000_000):
                filed = await post(self._http, self._keys[CLERK], "/v1/dossiers", NEEDS_IT, f"{run}-{number}")
                path = f"/v1/tasks/{filed['tasks'][0]['id']}/receive"
                await post(self._http, self._keys[CLERK], path, {}, f"{run}-{number}-receive")
                await asyncio.sleep(PACE)

        coming = asyncio.create_task(come())
        try:
            yield
        finally:
            coming.cancel()
            await asyncio.wait([coming])

    async def _healed(self) -> None:
        """What waited is no burden of the stretch to come."""
        async with asyncio.timeout(HEALING):
            while (health := await self._health()) is not None and health.waiting:
                await asyncio.sleep(0.2)

    async def _health(self) -> LineHealth | None:
        async with self._database.transaction() as tx:
            return next(iter(await read_health(tx, line=SYSTEM)), None)


def _tell(pairs: list[tuple[Measured, ...]]) -> bool:
    rates = [{one.standing: one.steps_per_second for one in pair} for pair in pairs]
    ratios = sorted(rate["down"] / rate["answers"] for rate in rates)
    answering, down = (median(rate[standing] for rate in rates) for standing in ("answers", "down"))
    ratio = median(ratios)
    waited = max(one.waiting for pair in pairs for one in pair)
    sys.stdout.write(
        f"{len(pairs)} cặp xen kẽ; thời gian chờ gửi lại được chia cho {SCALE:,}; nhiều nhất {waited} bản tin còn chờ\n"
        f"hệ thống trả lời: {answering:7.1f} bước/giây (trung vị)\n"
        f"hệ thống ngừng:   {down:7.1f} bước/giây = {ratio:.2f} lần (trung vị các cặp; mục tiêu ≥ {GOAL}), "
        f"các cặp từ {ratios[0]:.2f} đến {ratios[-1]:.2f}\n"
    )
    answer = {
        "ratio": round(ratio, 3),
        "pairs": len(pairs),
        "ratios": [round(one, 3) for one in ratios],
        "answers_steps_per_second": round(answering, 1),
        "down_steps_per_second": round(down, 1),
        "waiting_most": waited,
        "scale": SCALE,
        "machine": {"cpus": os.cpu_count(), "load": os.getloadavg()[1]},
    }
    sys.stdout.write(json.dumps(answer) + "\n")
    return ratio >= GOAL and waited > 0


if __name__ == "__main__":
    main()
