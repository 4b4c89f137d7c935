import asyncio
import json
import os
import signal
import socket
import sys
from contextlib import AsyncExitStack, ExitStack
from datetime import timedelta
from pathlib import Path

import asyncpg
import psutil
from temporalio.api.workflowservice.v1 import DescribeNamespaceRequest
from temporalio.client import Client

from embedded import postgres, temporal
from embedded.data_directory import DataDirectory
from embedded.ports import LOOPBACK, is_free
from embedded.stack import CHECKOUT, PREFERRED_API_PORT, Stack, end_strays
from tests.support.postgres import passable_directory

NOTHING_GIVEN: dict[str, str] = {}
KEEPER = """
import asyncio, sys
from pathlib import Path
from embedded.stack import Stack

async def keep():
    async with Stack.services_only(Path(sys.argv[1]), migrations=None, environ={}) as stack:
        print("up", flush=True)
        await stack.forever()

asyncio.run(keep())
"""


async def test_data_workflows_and_ports_survive_a_restart(data: DataDirectory, migrations: Path) -> None:
    async with Stack.services_only(data.path, migrations=migrations, environ=NOTHING_GIVEN) as first:
        environment = first.environment
        await execute(first.database_url, "INSERT INTO note VALUES ('giữ lại')")
        client = await Client.connect(first.temporal_address)
        await client.start_workflow("Dossier", id="kept", task_queue="nobody")

    async with Stack.services_only(data.path, migrations=migrations, environ=NOTHING_GIVEN) as second:
        client = await Client.connect(second.temporal_address)
        described = await client.get_workflow_handle("kept").describe()

        assert second.environment == environment
        assert await value(second.database_url, "SELECT text FROM note") == "giữ lại"
        assert described.workflow_type == "Dossier"


async def test_closed_workflows_are_kept_ninety_days(data: DataDirectory) -> None:
    async with Stack.services_only(data.path, migrations=None, environ=NOTHING_GIVEN) as stack:
        client = await Client.connect(stack.temporal_address)
        described = await client.workflow_service.describe_namespace(
            DescribeNamespaceRequest(namespace=temporal.NAMESPACE)
        )

    assert described.config.workflow_execution_retention_ttl.ToTimedelta() == timedelta(days=90)


async def test_a_taken_port_makes_the_stack_choose_and_name_another(data: DataDirectory) -> None:
    said: list[str] = []
    usual = (postgres.PREFERRED_PORT, temporal.PREFERRED_PORT, temporal.PREFERRED_UI_PORT)
    with ExitStack() as strangers:
        for port in filter(is_free, usual):
            strangers.enter_context(socket.create_server((LOOPBACK, port)))
        async with Stack.services_only(data.path, migrations=None, say=said.append, environ=NOTHING_GIVEN) as stack:
            assert await value(stack.database_url, "SELECT 1") == 1
    chosen = data.previous_ports()

    assert set(chosen) == {"postgres", "temporal", "temporal-ui"}
    assert not set(chosen.values()) & set(usual)
    assert [port for port in chosen.values() if not any(str(port) in sentence for sentence in said)] == []


async def test_two_stacks_that_start_at_once_get_a_port_each(data: DataDirectory) -> None:
    with passable_directory() as elsewhere:
        other = DataDirectory(elsewhere / "data")

        async def start(directory: DataDirectory, opened: AsyncExitStack) -> Stack:
            services = Stack.services_only(directory.path, migrations=None, environ=NOTHING_GIVEN)
            return await opened.enter_async_context(services)

        async with AsyncExitStack() as opened, AsyncExitStack() as opened_too:
            stacks = await asyncio.gather(start(data, opened), start(other, opened_too))
            answered = [await value(stack.database_url, "SELECT 1") for stack in stacks]

    assert answered == [1, 1]
    assert not set(data.previous_ports().values()) & set(other.previous_ports().values())


async def test_services_die_and_come_back_at_the_same_address(data: DataDirectory, migrations: Path) -> None:
    async with Stack.services_only(data.path, migrations=migrations, environ=NOTHING_GIVEN) as stack:
        await execute(stack.database_url, "INSERT INTO note VALUES ('trước')")
        killed = stack.pids
        for pid in killed.values():
            os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(30):
            while set(stack.pids.values()) & set(killed.values()) or len(stack.pids) < len(killed):
                await asyncio.sleep(0.05)
            while not await postgres.accepts(stack.database_url) or not await temporal.accepts(stack.temporal_address):
                await asyncio.sleep(0.05)

        assert await value(stack.database_url, "SELECT text FROM note") == "trước"
        assert json.loads((data.path / "stack.json").read_text())["pids"] == stack.pids


async def test_nothing_runs_after_the_stack_has_ended(data: DataDirectory) -> None:
    async with Stack.services_only(data.path, migrations=None, environ=NOTHING_GIVEN) as stack:
        pids = stack.pids

    assert len(pids) == 2
    assert [pid for pid in pids.values() if psutil.pid_exists(pid)] == []


async def test_what_a_killed_keeper_left_running_is_found_and_ended(data: DataDirectory) -> None:
    keeper = await asyncio.create_subprocess_exec(
        sys.executable, "-c", KEEPER, str(data.path), cwd=CHECKOUT, stdout=asyncio.subprocess.PIPE
    )
    assert keeper.stdout is not None
    assert await keeper.stdout.readline() == b"up\n"
    record = data.running()
    assert record is not None
    keeper.kill()
    await keeper.wait()

    orphaned = [pid for pid in record.pids.values() if psutil.pid_exists(pid)]
    ended = await end_strays(data)

    assert data.running() is None
    assert sorted(orphaned) == sorted(record.pids.values())
    assert set(ended) == {"postgres", "temporal"}
    async with Stack.services_only(data.path, migrations=None, environ=NOTHING_GIVEN) as stack:
        assert await value(stack.database_url, "SELECT 1") == 1


async def test_what_the_environment_names_is_used_and_not_started(data: DataDirectory) -> None:
    given = {
        "LIENTHONG_DATABASE_URL": "postgres://lienthong_app:x@db.example:5432/lienthong",
        "LIENTHONG_TEMPORAL_ADDRESS": "temporal.example:7233",
    }
    async with Stack.services_only(data.path, environ=given) as stack:
        assert stack.pids == {}
        assert stack.database_url == given["LIENTHONG_DATABASE_URL"]
        assert stack.temporal_address == given["LIENTHONG_TEMPORAL_ADDRESS"]


def test_preferred_ports_differ() -> None:
    ports = (
        postgres.PREFERRED_PORT,
        temporal.PREFERRED_PORT,
        temporal.PREFERRED_UI_PORT,
        PREFERRED_API_PORT,
    )

    assert len(set(ports)) == len(ports)


async def execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    await connection.execute(statement)
    await connection.close()


async def value(url: str, query: str) -> object:
    connection = await asyncpg.connect(url)
    answer: object = await connection.fetchval(query)
    await connection.close()
    return answer
