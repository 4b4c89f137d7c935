"""The worker as a process: it takes the work of its role, shows what it counts, and stops when told."""

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
from temporalio.api.enums.v1 import TaskQueueType
from temporalio.api.taskqueue.v1 import TaskQueue
from temporalio.api.workflowservice.v1 import DescribeTaskQueueRequest
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment

from agencies.directory import load_directory
from agencies.line_terms import WebhookTerms
from agencies.roster import Directory
from agencies.signatures import drawn_key
from bootstrap import CHECKOUT
from commands.calendars import publish_directory
from embedded.ports import free_port
from store.database import Database as Store
from tests.support.postgres import Database
from workflows.addresses import activity_queue, line_queue

WORKFLOWS = TaskQueueType.TASK_QUEUE_TYPE_WORKFLOW
ACTIVITIES = TaskQueueType.TASK_QUEUE_TYPE_ACTIVITY


@pytest.mark.parametrize(
    ("role", "takes"),
    [("all", {WORKFLOWS, ACTIVITIES}), ("workflows", {WORKFLOWS}), ("activities", {ACTIVITIES})],
)
async def test_a_worker_takes_the_work_of_its_role_and_no_other(
    database: Database, temporal_environment: WorkflowEnvironment, role: str, takes: set[int]
) -> None:
    client, queue, port = temporal_environment.client, f"role-{uuid.uuid4()}", free_port()
    environment = {
        # A database that is not there shows whether a worker that needs none opens one.
        "LIENTHONG_DATABASE_URL": "postgres://nobody:x@127.0.0.1:1/none" if role == "workflows" else database.url,
        "LIENTHONG_TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "LIENTHONG_TASK_QUEUE": queue,
        "LIENTHONG_WORKER_ROLE": role,
        "LIENTHONG_WORKER_METRICS": f"127.0.0.1:{port}",
    }
    with running(environment) as process:
        taken = await _taken(client, queue, at_least=takes)
        counted = await _counted(port)
        process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(process.wait, 20)

    assert taken == takes
    assert "temporal_num_pollers" in counted
    assert status == 0


async def test_a_line_of_a_directory_that_is_published_meanwhile_is_served_within_seconds(
    database: Database, temporal_environment: WorkflowEnvironment
) -> None:
    client, queue = temporal_environment.client, f"role-{uuid.uuid4()}"
    line = line_queue(queue, "portal")
    environment = {
        "LIENTHONG_DATABASE_URL": database.url,
        "LIENTHONG_TEMPORAL_ADDRESS": client.service_client.config.target_host,
        "LIENTHONG_TASK_QUEUE": queue,
        "LIENTHONG_WORKER_ROLE": "activities",
    }
    store = await Store.connect(database.url, application="test")
    with running(environment) as process:
        await _taken(client, queue, at_least={ACTIVITIES})
        before = await _is_polled(client, line, ACTIVITIES)
        async with store.transaction() as tx:
            await publish_directory(tx, _with_a_line())
        async with asyncio.timeout(60):
            while not await _is_polled(client, line, ACTIVITIES):
                await asyncio.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        status = await asyncio.to_thread(process.wait, 20)
    await store.close()

    assert not before
    assert status == 0


def _with_a_line() -> Directory:
    terms = WebhookTerms.model_validate(
        {
            "code": "portal",
            "connector": "webhook",
            "interest": "status",
            "url": "http://127.0.0.1:1/messages",
            "networks": ["127.0.0.0/8"],
            "receipt_keys": [drawn_key()[1]],
        }
    )
    return load_directory().model_copy(update={"lines": (terms,)})


@contextmanager
def running(environment: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    known = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "worker"],
        cwd=CHECKOUT,
        env={**known, "PYTHONPATH": str(CHECKOUT), **environment},
        stdout=subprocess.DEVNULL,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


async def _taken(client: Client, queue: str, *, at_least: set[int]) -> set[int]:
    """The kinds of work somebody asks for, once those expected are among them."""
    async with asyncio.timeout(60):
        while not at_least <= (taken := await _polled(client, queue)):
            await asyncio.sleep(0.1)
    return taken


async def _polled(client: Client, queue: str) -> set[int]:
    places = ((queue, WORKFLOWS), (activity_queue(queue), ACTIVITIES))
    return {int(kind) for name, kind in places if await _is_polled(client, name, kind)}


async def _is_polled(client: Client, queue: str, kind: "TaskQueueType.ValueType") -> bool:
    request = DescribeTaskQueueRequest(
        namespace=client.namespace, task_queue=TaskQueue(name=queue), task_queue_type=kind
    )
    return bool((await client.workflow_service.describe_task_queue(request)).pollers)


async def _counted(port: int) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(f"http://127.0.0.1:{port}/metrics")).text
