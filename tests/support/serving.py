"""The API as a process of its own, as it is run in production."""

import asyncio
import os
import subprocess
import sys
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass

import httpx
from temporalio.testing import WorkflowEnvironment

from bootstrap import CHECKOUT
from embedded.ports import free_port
from tests.support.postgres import Database


@dataclass(frozen=True)
class Served:
    """The process, and a client of it."""

    process: subprocess.Popen[bytes]
    http: httpx.AsyncClient


@asynccontextmanager
async def serving(database: Database, temporal: WorkflowEnvironment, **settings: str) -> AsyncIterator[Served]:
    """The API, ready to serve; killed at the end, if it has not stopped by then."""
    port = free_port()
    environment = {
        "LIENTHONG_DATABASE_URL": database.url,
        "LIENTHONG_TEMPORAL_ADDRESS": temporal.client.service_client.config.target_host,
        "LIENTHONG_TASK_QUEUE": f"process-{uuid.uuid4()}",
        "LIENTHONG_API_PORT": str(port),
        **{f"LIENTHONG_{name.upper()}": value for name, value in settings.items()},
    }
    with running(environment) as process:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            await ready(http)
            yield Served(process, http)


def log_of(process: subprocess.Popen[bytes]) -> str:
    """Everything it said, once it has ended."""
    assert process.stdout is not None
    return process.stdout.read().decode()


@contextmanager
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "api"],
        cwd=CHECKOUT,
        env={**known, "PYTHONPATH": str(CHECKOUT), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def ready(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await http.get("/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
