"""Towns for the tests that need one."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from temporalio.testing import WorkflowEnvironment

from tests.acceptance.town import Town, town
from tests.support.postgres import Database


@pytest.fixture
async def place(database: Database, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Town]:
    """A town whose senders give up after a second, as if their process had died."""
    async with town(database.url, temporal_environment.client, send_within=timedelta(seconds=1)) as made:
        yield made
