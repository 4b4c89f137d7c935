"""The real store behind the activities, and dossiers that come in by the product's own way."""

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
    opened = await Store.connect(database.url, application="test", patience=timedelta(seconds=2))
    await publish_shipped(opened)
    try:
        yield opened
    finally:
        await opened.close()


@pytest.fixture
async def office(
    store: Store, temporal_environment: WorkflowEnvironment, task_queue: str, database: Database
) -> AsyncIterator[Office]:
    """Its workers are for the test to start."""
    async with asyncpg.create_pool(database.owner_url, min_size=1, max_size=2) as owner:
        yield Office(store, temporal_environment.client, task_queue, owner)
