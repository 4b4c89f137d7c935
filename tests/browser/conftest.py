"""A real browser before the real application, its engine and its database."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from playwright.async_api import Browser
from temporalio.testing import WorkflowEnvironment

from tests.support.chromium import MISSING, PROGRAM, chromium, served
from tests.support.desks import Office, office
from tests.support.postgres import PostgresServer


@pytest.fixture(scope="session")
async def bureau(postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Office]:
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(postgres_server.database())
        yield await stack.enter_async_context(office(made.url, temporal_environment.client))


@pytest.fixture(scope="session")
async def site(bureau: Office) -> AsyncIterator[str]:
    async with served(bureau) as address:
        yield address


@pytest.fixture(scope="session")
async def window() -> AsyncIterator[Browser]:
    if PROGRAM is None:
        pytest.skip(MISSING)
    async with chromium() as browser:
        yield browser
