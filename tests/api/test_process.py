"""The API as a process: it serves, sweeps, and stops when told, with everything closed."""

import asyncio
import os
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from bootstrap import CHECKOUT
from embedded.ports import free_port
from tests.support.postgres import Database


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


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_told_to_stop(
    database: Database, temporal_environment: WorkflowEnvironment, signum: signal.Signals
) -> None:
    port = free_port()
    environment = {
        "LIENTHONG_DATABASE_URL": database.url,
        "LIENTHONG_TEMPORAL_ADDRESS": temporal_environment.client.service_client.config.target_host,
        "LIENTHONG_TASK_QUEUE": f"process-{uuid.uuid4()}",
        "LIENTHONG_API_PORT": str(port),
    }
    with running(environment) as process:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            await _ready(http)
            process.send_signal(signum)
            status = await asyncio.to_thread(process.wait, 10)
        assert process.stdout is not None
        log = process.stdout.read().decode()

    assert status == 0, log
    assert '"event": "api.stopping"' in log
    assert "Traceback" not in log


async def test_where_others_serve_beside_it_it_serves_on_while_it_says_that_it_will_stop(
    database: Database, temporal_environment: WorkflowEnvironment
) -> None:
    port = free_port()
    environment = {
        "LIENTHONG_DATABASE_URL": database.url,
        "LIENTHONG_TEMPORAL_ADDRESS": temporal_environment.client.service_client.config.target_host,
        "LIENTHONG_TASK_QUEUE": f"process-{uuid.uuid4()}",
        "LIENTHONG_API_PORT": str(port),
        "LIENTHONG_API_DRAIN": "60",
    }
    with running(environment) as process:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False) as http:
            await _ready(http)
            process.send_signal(signal.SIGTERM)
            async with asyncio.timeout(30):
                while (told := await http.get("/readyz")).is_success:
                    await asyncio.sleep(0.02)
            served = await http.get("/v1/procedures")
            process.send_signal(signal.SIGINT)  # and this ends the waiting
            status = await asyncio.to_thread(process.wait, 30)
        assert process.stdout is not None
        log = process.stdout.read().decode()

    assert told.status_code == 503
    assert told.json() == {"postgresql": True, "temporal": True, "draining": True}
    assert served.status_code in (200, 401)
    assert status == 0, log
    assert '"event": "api.draining"' in log


def test_a_setting_that_is_missing_is_named() -> None:
    with running({}) as process:
        assert process.stdout is not None
        log = process.stdout.read().decode()

        assert process.wait(10) == 1
    assert "LIENTHONG_DATABASE_URL" in log
    assert "LIENTHONG_TEMPORAL_ADDRESS" in log


async def _ready(http: httpx.AsyncClient) -> None:
    async with asyncio.timeout(30):
        while True:
            try:
                if (await http.get("/readyz")).is_success:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.1)
