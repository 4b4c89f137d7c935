"""Pages as people get them: the real application over real parts, read as HTML and without any script."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.support.desks import Office, office
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
async def bureau(postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Office]:
    """One for all tests of the console: each files dossiers of its own."""
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(postgres_server.database())
        yield await stack.enter_async_context(office(made.url, temporal_environment.client))
