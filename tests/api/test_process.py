"""The API as a process: it serves, sweeps, and stops when told, with everything closed."""

import asyncio
import signal

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.postgres import Database
from tests.support.serving import log_of, running, serving


@pytest.mark.parametrize("signum", [signal.SIGTERM, signal.SIGINT])
async def test_it_serves_until_told_to_stop(
    database: Database, temporal_environment: WorkflowEnvironment, signum: signal.Signals
) -> None:
    async with serving(database, temporal_environment) as served:
        served.process.send_signal(signum)
        status = await asyncio.to_thread(served.process.wait, 10)
        log = log_of(served.process)

    assert status == 0, log
    assert '"event": "api.stopping"' in log
    assert "Traceback" not in log


async def test_where_others_serve_beside_it_it_serves_on_while_it_says_that_it_will_stop(
    database: Database, temporal_environment: WorkflowEnvironment
) -> None:
    async with serving(database, temporal_environment, api_drain="60") as served:
        served.process.send_signal(signal.SIGTERM)
        async with asyncio.timeout(30):
            while (told := await served.http.get("/readyz")).is_success:
                await asyncio.sleep(0.02)
        answered = await served.http.get("/v1/procedures")
        served.process.send_signal(signal.SIGINT)  # and this ends the waiting
        status = await asyncio.to_thread(served.process.wait, 30)
        log = log_of(served.process)

    assert told.status_code == 503
    assert told.json() == {"postgresql": True, "temporal": True, "draining": True}
    assert answered.status_code in (200, 401)
    assert status == 0, log
    assert '"event": "api.draining"' in log


def test_a_setting_that_is_missing_is_named() -> None:
    with running({}) as process:
        assert process.stdout is not None
        log = process.stdout.read().decode()

        assert process.wait(10) == 1
    assert "LIENTHONG_DATABASE_URL" in log
    assert "LIENTHONG_TEMPORAL_ADDRESS" in log
