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

from bootstrap import CHECKOUT
from embedded.ports import free_port
from tests.support.postgres import Database
from workflows.addresses import activity_queue

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
    found = set()
    for name, kind in ((queue, WORKFLOWS), (activity_queue(queue), ACTIVITIES)):
        request = DescribeTaskQueueRequest(
            namespace=client.namespace, task_queue=TaskQueue(name=name), task_queue_type=kind
        )
        if (await client.workflow_service.describe_task_queue(request)).pollers:
            found.add(int(kind))
    return found


async def _counted(port: int) -> str:
    async with httpx.AsyncClient(trust_env=False) as http:
        return (await http.get(f"http://127.0.0.1:{port}/metrics")).text
