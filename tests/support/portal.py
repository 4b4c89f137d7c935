"""The National Public Service Portal as a process of its own, killed and started again as a test likes."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx

from agencies.directory import load_directory
from agencies.line_terms import PortalTerms
from agencies.roster import Directory
from dossiers.values import AgencyCode
from embedded.ports import free_port

CODE = AgencyCode("portal")
WORDS = {"username": "h49", "password": "mật khẩu"}

Json = dict[str, Any]


class Portal:
    """The process and its directory entry."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port
        self._process: asyncio.subprocess.Process | None = None
        self.secrets_file = folder / "secrets.json"
        self.secrets_file.write_text(json.dumps({CODE: WORDS}), encoding="utf-8")
        self.address = f"http://127.0.0.1:{port}"
        self.terms = PortalTerms.model_validate(
            {
                "code": CODE,
                "connector": "portal",
                "url": f"{self.address}/mapi/g",
                "networks": ["127.0.0.0/8"],
                "organisation": "H49",
                "timeout": 1,
            }
        )

    async def start(self, *options: str) -> None:
        environ = {
            **os.environ,
            "SIMULATOR_USERNAME": WORDS["username"],
            "SIMULATOR_PASSWORD": WORDS["password"],
        }
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", "cli", "simulator", "portal",
            "--port", str(self._port), "--ledger", str(self._folder / "portal.jsonl"), *options,
            env=environ,
        )  # fmt: skip
        async with asyncio.timeout(60):
            while not await self._answers():
                await asyncio.sleep(0.05)

    async def kill(self) -> None:
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
            await self._process.wait()

    async def shows(self) -> Json:
        """Everything that it keeps, what it refused, how often somebody signed in."""
        async with httpx.AsyncClient(trust_env=False) as client:
            shown: Json = (await client.get(f"{self.address}/held")).json()
        return shown

    async def lose(self, number: str, *, keep: int) -> None:
        """All but the first calls of a dossier are gone, as after a restored backup."""
        async with httpx.AsyncClient(trust_env=False) as client:
            await client.post(f"{self.address}/lose", json={"MaHoSo": number, "keep": keep})

    async def fail(self, **faults: float) -> None:
        """From now on these faults, and no others."""
        async with httpx.AsyncClient(trust_env=False) as client:
            (await client.post(f"{self.address}/faults", json=faults)).raise_for_status()

    def directory(self, version: str = "quang-ninh-2026.2") -> Directory:
        """The shipped province, later: now it is shown on the portal."""
        return Directory(**{**dict(load_directory()), "version": version, "lines": (self.terms,)})

    async def _answers(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, "the simulator ended by itself"
        try:
            await self.shows()
        except httpx.HTTPError:
            return False
        return True


@asynccontextmanager
async def portal(folder: Path, *options: str) -> AsyncIterator[Portal]:
    made = Portal(folder, free_port())
    await made.start(*options)
    try:
        yield made
    finally:
        await made.kill()
