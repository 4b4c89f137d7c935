"""The way in: a database of the test's own, the session's Temporal server, task queues nobody else polls."""

from collections.abc import AsyncIterator
from datetime import timedelta

import asyncpg
import pytest
from temporalio.testing import WorkflowEnvironment

from api.publishing import publish_shipped
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
