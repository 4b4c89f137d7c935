"""An agency's own system as a process of its own, killed and started again as a test likes, and the line to it."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx

from agencies.directory import load_directory
from agencies.line_terms import AnyTerms, WebhookTerms
from agencies.lines import Lines, Secrets
from agencies.roster import Directory
from agencies.signatures import drawn_key
from dossiers.dispatches import Interest
from dossiers.instants import VIETNAM
from dossiers.values import AgencyCode
from embedded.ports import free_port

SECRET = "whsec_" + "c2VjcmV0" * 4


class Partner:
    """The process and its directory entry."""

    def __init__(self, code: str, folder: Path, port: int) -> None:
        self._private, public = drawn_key()
        self._folder = folder
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        self.book = folder / "ledger.jsonl"
        self.secrets_file = folder / "secrets.json"
        self.rotate(SECRET)
        self.terms = WebhookTerms.model_validate(
            {
                "code": AgencyCode(code),
                "connector": "webhook",
                "url": f"http://127.0.0.1:{port}/messages",
                "networks": ["127.0.0.0/8"],
                "receipt_keys": [public],
                "timeout": 1,
            }
        )

    def rotate(self, *secrets: str) -> None:
        """From now on we sign with these."""
        self._code_secrets = list(secrets)

    def write_secrets(self) -> None:
        self.secrets_file.write_text(json.dumps({self.terms.code: self._code_secrets}), encoding="utf-8")

    async def start(self, *options: str, api_key: str = "") -> None:
        """``api_key`` is the agency's own, for a system that is given an ``--api``."""
        environ = {
            **os.environ,
            "SIMULATOR_SECRETS": SECRET,
            "SIMULATOR_RECEIPT_KEY": self._private,
            "SIMULATOR_API_KEY": api_key,
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "cli", "simulator", "agency",
            "--port", str(self._port), "--ledger", str(self.book), *options,
            env=environ,
        )  # fmt: skip
        async with asyncio.timeout(120):
            while not await self._answers():
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def taken(self) -> list[dict[str, Any]]:
        taken: list[dict[str, Any]] = (await self._looked())["taken"]
        return taken

    async def is_at_work(self) -> bool:
        """Whether it still has something to say."""
        return bool((await self._looked())["under_way"])

    def directory(self, *, interest: Interest = Interest.STATUS, version: str = "quang-ninh-2026.2") -> Directory:
        """The shipped province, later: now it knows of this system."""
        terms = self.terms.model_copy(update={"interest": interest})
        # Made anew: a copy would keep what the other one has looked up already.
        return Directory(**{**dict(load_directory()), "version": version, "lines": (terms,)})

    @asynccontextmanager
    async def lines(self, **changes: object) -> AsyncIterator[Lines]:
        """Our side, as the worker opens it."""
        self.write_secrets()
        terms = self.terms.model_copy(update=changes)
        async with Lines(_Entry(terms), Secrets(self.secrets_file), lambda: datetime.now(VIETNAM)) as lines:
            yield lines

    async def _looked(self) -> dict[str, Any]:
        async with httpx.AsyncClient(trust_env=False) as client:
            answer: dict[str, Any] = (await client.get(f"http://127.0.0.1:{self._port}/taken")).json()
        return answer

    async def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, "the simulator ended by itself"
        try:
            await self.taken()
        except httpx.HTTPError:
            return False
        return True


class _Entry:
    """A directory that knows one line."""

    def __init__(self, terms: AnyTerms) -> None:
        self._terms = terms

    async def line(self, code: AgencyCode) -> AnyTerms | None:
        return self._terms if code == self._terms.code else None


@asynccontextmanager
async def partner(code: str, folder: Path, *options: str) -> AsyncIterator[Partner]:
    made = Partner(code, folder, free_port())
    await made.start(*options)
    try:
        yield made
    finally:
        await made.kill()
