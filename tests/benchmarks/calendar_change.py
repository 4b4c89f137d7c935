"""What officers feel while open dossiers are moved to a later calendar: their p95 at work, idle and meanwhile.

Run it with `python -m tests.benchmarks.calendar_change [--dossiers 10000]`: a stack of its own, that many open
dossiers, officers who act and think in turn; first alone, then while a version is rolled out, then alone again. It
ends with 0 only if the p95 meanwhile is at most twice the idle one and no dossier is left behind.
"""

import argparse
import asyncio
import os
import sys
import tempfile
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from time import perf_counter
from uuid import uuid4

import httpx
import uvloop

from agencies.calendars import StateCalendarAmendment, read_calendar
from bootstrap import Settings, configure_logging, connect_temporal, open_database
from cli.calendar import OPERATOR
from cli.demo.stage import hand_out_keys
from commands.calendar_rollout import Progress, preview, progress_of
from commands.calendars import amended, publish_and_order
from commands.directories import Directories
from commands.pinning import Catalogue
from dossiers.instants import VIETNAM
from store.database import Database
from tests.benchmarks.__main__ import _say, _stack
from tests.benchmarks.rounds import percentile
from tests.benchmarks.sides import OverHttp
from tests.benchmarks.way import Way, players, record_way

OFFICERS = 4
THINKING = 0.25
FILING_AT_ONCE = 16
GOAL = 2.0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dossiers", type=int, default=1_000)
    parser.add_argument("--seconds", type=int, default=60, help="how long each stretch lasts at most")
    asked = parser.parse_args()
    configure_logging("error")
    with _stack() as environment:
        kept = uvloop.run(_measure(environment, asked.dossiers, asked.seconds))
    sys.stdout.flush()
    os._exit(0 if kept else 1)


async def _measure(environment: Mapping[str, str], dossiers: int, seconds: int) -> bool:
    async with AsyncExitStack() as stack:
        settings = Settings.from_environ(environment)
        client = await connect_temporal(settings)
        database = await open_database(settings, application="lienthong bench")
        stack.push_async_callback(database.close)
        limits = httpx.Limits(max_connections=32, max_keepalive_connections=32)
        http = await stack.enter_async_context(
            httpx.AsyncClient(base_url=environment["LIENTHONG_API_URL"], timeout=30, limits=limits, trust_env=False)
        )
        keys = await hand_out_keys(environment, players())
        way = await record_way(http, keys, database, client)
        side = OverHttp(http, keys, way)
        await _file(side, dossiers)
        catalogue = Catalogue(database, Directories(database))
        amendment = _amendment()
        looked = await _look_ahead(database, catalogue, amendment)
        before = await _at_work(side, way, seconds)
        async with database.transaction() as tx:
            await publish_and_order(catalogue, tx, amendment, OPERATOR)
        began, first = perf_counter(), await _progress(database, catalogue, amendment)
        meanwhile = await _at_work(side, way, seconds, until=lambda: _is_done(database, catalogue, amendment))
        passed, last = perf_counter() - began, await _progress(database, catalogue, amendment)
        while not await _is_done(database, catalogue, amendment):
            await asyncio.sleep(1)
        whole = perf_counter() - began
        end = await _progress(database, catalogue, amendment)
        after = await _at_work(side, way, seconds)
    idle, busy = percentile([*before, *after], 95), percentile(meanwhile, 95)
    moved = last.done - first.done
    sys.stdout.write(
        f"{dossiers} hồ sơ đang mở, {OFFICERS} cán bộ; xem trước: {looked:.1f} s\n"
        f"p95 rảnh:      {idle:8.1f} ms ({len(before) + len(after)} việc)\n"
        f"p95 đang đổi:  {busy:8.1f} ms ({len(meanwhile)} việc) = {busy / idle:.2f} lần (mục tiêu ≤ {GOAL:.0f})\n"
        f"tốc độ khi cán bộ làm việc: {moved / passed:.1f} hồ sơ/giây; cả đợt {whole:.0f} s; "
        f"đã đổi {end.done}, còn {end.behind}, từ chối {end.refused}\n"
    )
    return busy <= GOAL * idle and not end.behind


async def _file(side: OverHttp, dossiers: int) -> None:
    _say(f"Nộp {dossiers} hồ sơ…")
    run, turn = uuid4().hex[:12], asyncio.Semaphore(FILING_AT_ONCE)

    async def file(number: int) -> None:
        async with turn:
            await side.step(f"{run}-open-{number}", 0)

    await asyncio.gather(*(file(number) for number in range(dossiers)))


async def _look_ahead(database: Database, catalogue: Catalogue, amendment: StateCalendarAmendment) -> float:
    """Seconds that the preview of every open dossier takes."""
    began = perf_counter()
    target = await amended(catalogue, amendment)
    async for _ in preview(database, catalogue, target, datetime.now(VIETNAM), OPERATOR):
        pass
    return perf_counter() - began


async def _at_work(
    side: OverHttp, way: Way, seconds: int, until: Callable[[], Awaitable[bool]] | None = None
) -> list[float]:
    """Milliseconds of every act of officers who go on for that long, or until something is done."""
    taken: list[float] = []
    end, run = perf_counter() + seconds, uuid4().hex[:12]
    over = asyncio.Event()

    async def officer(number: int) -> None:
        for turn in range(1_000_000):
            for step in range(way.length):
                if over.is_set() or perf_counter() >= end:
                    return
                began = perf_counter()
                await side.step(f"{run}-{number}-{turn}", step)
                taken.append((perf_counter() - began) * 1000)
                await asyncio.sleep(THINKING)

    async def watch() -> None:
        while until is not None and perf_counter() < end and not over.is_set():
            await asyncio.sleep(1)
            if await until():
                over.set()

    watching = asyncio.create_task(watch())
    await asyncio.gather(*(officer(number) for number in range(OFFICERS)))
    over.set()
    await watching
    return taken


async def _is_done(database: Database, catalogue: Catalogue, amendment: StateCalendarAmendment) -> bool:
    progress = await _progress(database, catalogue, amendment)
    return progress.behind <= OFFICERS


async def _progress(database: Database, catalogue: Catalogue, amendment: StateCalendarAmendment) -> Progress:
    progress = await progress_of(database, catalogue, amendment.version)
    assert progress is not None, "the change was ordered"
    return progress


def _amendment() -> StateCalendarAmendment:
    """Ten days off from tomorrow on: every open dossier moves."""
    today = datetime.now(VIETNAM).date()
    days = "\n".join(f"  - {{on: {today + timedelta(days=day)}, reason: nghỉ}}" for day in range(1, 11))
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "vn-2026.3.yaml"
        written = f"version: vn-2026.3\nextends: vn-2026.2\npublished_on: {today}\ndays_off:\n{days}\n"
        file.write_text(written, encoding="utf-8")
        read = read_calendar(file)
    assert isinstance(read, StateCalendarAmendment), "it extends another"
    return read


if __name__ == "__main__":
    main()
