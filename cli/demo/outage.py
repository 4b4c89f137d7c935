"""An agency's own system that is down when the play begins and comes back: what it missed reaches it, once, in order.

The social insurance has such a system in a directory of its own, in force on days of the play only, so that nothing
filed later is told to a system that is gone. The system is a process beside the stack (`lienthong simulator agency`);
its officers go on with their work meanwhile, for no act waits for a line. Only a stack that the demonstration starts
itself knows the system's secret and the retry table that is scaled down.
"""

import asyncio
import contextlib
import json
import os
import secrets
import sys
from base64 import b64encode
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx

from agencies.directory import load_directory
from agencies.line_terms import WebhookTerms
from agencies.roster import Directory
from agencies.signatures import drawn_key
from bootstrap import Settings, open_database
from cli.demo.client import Api
from cli.surroundings import data_directory
from commands.calendars import publish_directory
from dossiers.values import AgencyCode, OfficerId, Value
from embedded.ports import LOOPBACK, free_port
from embedded.stack import CHECKOUT

LINE_SECRETS = "LIENTHONG_LINE_SECRETS"
SYSTEM = AgencyCode("social-insurance")
#: The play's own days, on which this directory is the one in force.
FIRST, LAST = date(2026, 7, 2), date(2026, 9, 30)
#: For how long the system is down, seconds.
DOWN = 40.0
#: What waited has arrived, or is given up, within so many seconds after the play.
_PATIENCE = 90.0
#: The pauses before a message is sent again are divided by this: three days and more become four minutes and a half.
SCALE = 1_000
_SECRET_BYTES = 32
_LOOK_AGAIN = 0.5
_PAGE = 200

Json = dict[str, Any]


class Healed(Value):
    """What came of the outage."""

    agency: str
    down_seconds: float
    #: Messages that waited when the system came back, and how many there were in the end.
    waited: int
    messages: int
    lost: int
    doubled: int
    reordered: int
    scale: int = SCALE

    @property
    def is_whole(self) -> bool:
        return not (self.lost or self.doubled or self.reordered)


class AbsentSystem:
    """The system, its line, and what both say in the end."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._port = free_port()
        self._private, self._public = drawn_key()
        self._secret = "whsec_" + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        self._process: asyncio.subprocess.Process | None = None
        self._before: tuple[str, ...] = ()
        self._began = self._down = 0.0
        self._waited = 0

    @property
    def agency(self) -> str:
        """Whose system it is."""
        return load_directory().agency(SYSTEM).name

    @property
    def settings(self) -> dict[str, str]:
        """What the stack must be started with."""
        shared = self._folder / "line-secrets.json"
        shared.touch(mode=0o600)
        shared.write_text(json.dumps({SYSTEM: [self._secret]}), encoding="utf-8")
        return {LINE_SECRETS: str(shared), "LIENTHONG_RETRY_SCALE": str(SCALE)}

    @asynccontextmanager
    async def away(self, environment: Mapping[str, str], api: Api, watcher: OfficerId) -> AsyncIterator[None]:
        """It is down for a while, and answers from then on until the end."""
        settings = Settings.from_environ(environment)
        database = await open_database(settings, application="lienthong demo")
        try:
            async with database.transaction() as tx:
                await publish_directory(tx, self._directory())
        finally:
            await database.close()
        self._before = tuple(one["id"] for one in await _owed(api, watcher))
        self._began, is_over = asyncio.get_running_loop().time(), asyncio.Event()
        returning = asyncio.create_task(self._return(api, watcher, is_over))
        try:
            yield
            is_over.set()
            await returning
        finally:
            returning.cancel()

    async def healed(self, api: Api, watcher: OfficerId) -> Healed | None:
        """Once nothing is on its way; null where nobody had anything to tell it."""
        async with asyncio.timeout(_PATIENCE):
            while True:
                line = await _line(api, watcher)
                if not line or not line["waiting"]:
                    break
                await asyncio.sleep(_LOOK_AGAIN)
        owed = [one for one in await _owed(api, watcher) if one["id"] not in self._before]
        return _compared(owed, await self._taken(), self._down, self._waited) if owed else None

    async def end(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.terminate()
            await self._process.wait()

    def _directory(self) -> Directory:
        terms = WebhookTerms.model_validate(
            {
                "code": SYSTEM,
                "connector": "webhook",
                "url": f"http://{LOOPBACK}:{self._port}/messages",
                "networks": ["127.0.0.0/8"],
                "receipt_keys": [self._public],
                "timeout": 2,
            }
        )
        shipped = load_directory()
        version = f"{shipped.version}-demo-{datetime.now(UTC):%Y%m%d%H%M%S}"
        changed = {"version": version, "effective_from": FIRST, "effective_to": LAST, "lines": (terms,)}
        return Directory(**{**dict(shipped), **changed})

    async def _return(self, api: Api, watcher: OfficerId, is_over: asyncio.Event) -> None:
        """After its time, or when the play is over."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(is_over.wait(), DOWN)
        line = await _line(api, watcher)
        if line is None and is_over.is_set():
            return  # nobody had anything to tell it
        self._waited = line["waiting"] if line else 0
        self._down = round(asyncio.get_running_loop().time() - self._began, 1)
        known = {"SIMULATOR_SECRETS": self._secret, "SIMULATOR_RECEIPT_KEY": self._private}
        book = self._folder / f"ledger-{self._port}.jsonl"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "cli", "simulator", "agency", "--port", str(self._port), "--ledger", str(book),
            env={**os.environ, **known, "PYTHONPATH": str(CHECKOUT)},
        )  # fmt: skip

    async def _taken(self) -> list[Json]:
        async with httpx.AsyncClient(trust_env=False) as http:
            while True:
                try:
                    taken: list[Json] = (await http.get(f"http://{LOOPBACK}:{self._port}/taken")).json()["taken"]
                except httpx.TransportError:
                    await asyncio.sleep(_LOOK_AGAIN)
                else:
                    return taken


@asynccontextmanager
async def absent_system() -> AsyncIterator[AbsentSystem]:
    """For as long as this lasts."""
    system = AbsentSystem(data_directory().path / "demo")
    try:
        yield system
    finally:
        await system.end()


def _compared(owed: Sequence[Json], taken: Sequence[Json], down: float, waited: int) -> Healed:
    """What we owed against what the system wrote down, message by message and dossier by dossier."""
    times = Counter(one["id"] for one in taken)
    order: dict[str, list[int]] = {}
    for one in taken:
        order.setdefault(one["dossier"], []).append(one["position"])
    return Healed(
        agency=load_directory().agency(SYSTEM).name,
        down_seconds=down,
        waited=waited,
        messages=len(owed),
        lost=sum(1 for one in owed if one["id"] not in times),
        doubled=sum(count - 1 for count in times.values()),
        reordered=sum(1 for positions in order.values() if positions != sorted(positions)),
    )


async def _line(api: Api, watcher: OfficerId) -> Json | None:
    lines: Any = await api.read(watcher, "/v1/lines")
    return next((one for one in lines if one["line"] == SYSTEM), None)


async def _owed(api: Api, watcher: OfficerId) -> list[Json]:
    owed: list[Json] = []
    cursor: dict[str, str | int] = {}
    while True:
        page = await api.read(watcher, "/v1/dispatches", line=SYSTEM, limit=_PAGE, **cursor)
        owed += page["items"]
        if page["next"] is None:
            return owed
        cursor = {"cursor": page["next"]}
