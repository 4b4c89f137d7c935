"""The way in: a database of the test's own, the session's Temporal server, task queues nobody else polls."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from google.protobuf.duration_pb2 import Duration
from temporalio.api.workflowservice.v1 import RegisterNamespaceRequest
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.testing import WorkflowEnvironment

from api.publishing import publish_shipped
from commands.absence import says_absent
from store.database import Database as Store
from tests.commands.office import Office
from tests.support.postgres import Database


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    opened = await Store.connect(database.url, application="test", connections=12, patience=timedelta(seconds=2))
    await publish_shipped(opened)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Pool]:
    async with asyncpg.create_pool(database.owner_url, min_size=1, max_size=2) as connections:
        yield connections


@pytest.fixture
async def superuser(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        yield connection
    finally:
        await connection.close()


@pytest.fixture(scope="session")
async def forgetful(temporal_environment: WorkflowEnvironment) -> Client:
    """The same server where it knows no workflow: what is left of one after its retention."""
    config = temporal_environment.client.config()
    config["namespace"] = "forgetful"
    client = Client(**config)
    retention = Duration()
    retention.FromTimedelta(timedelta(days=90))
    await client.workflow_service.register_namespace(
        RegisterNamespaceRequest(namespace=client.namespace, workflow_execution_retention_period=retention)
    )
    async with asyncio.timeout(30):
        while not await _is_usable(client):
            await asyncio.sleep(0.1)
    return client


async def _is_usable(client: Client) -> bool:
    try:
        await client.get_workflow_handle("nobody's").describe()
    except RPCError as error:
        return says_absent(error)
    return True


@pytest.fixture
def idle_office(
    store: Store, temporal_environment: WorkflowEnvironment, task_queue: str, owner: asyncpg.Pool
) -> Office:
    """An office whose workers are away."""
    return Office(store, temporal_environment.client, task_queue, owner)


@pytest.fixture
async def office(idle_office: Office) -> AsyncIterator[Office]:
    async with idle_office.working():
        yield idle_office
