"""The servers a test session shares, and how its process ends."""

import os
import sys
import uuid
from collections.abc import AsyncIterator

import asyncpg
import pytest
from temporalio.testing import WorkflowEnvironment

from embedded.stack import MIGRATIONS
from tests.support.postgres import Database, PostgresServer, migrated_postgres
from tests.support.temporal import running_temporal


@pytest.fixture(scope="session")
async def postgres_server() -> AsyncIterator[PostgresServer]:
    """One for each test process: under xdist, one for each of its workers."""
    async with migrated_postgres(MIGRATIONS) as server:
        yield server


@pytest.fixture
async def database(postgres_server: PostgresServer) -> AsyncIterator[Database]:
    """A migrated database nobody else uses."""
    async with postgres_server.database() as made:
        yield made


@pytest.fixture
async def pool(database: Database) -> AsyncIterator[asyncpg.Pool]:
    """Connections to the test's own database, in the role the product runs in."""
    async with asyncpg.create_pool(database.url, min_size=1, max_size=10) as connections:
        yield connections


@pytest.fixture(scope="session")
async def temporal_environment() -> AsyncIterator[WorkflowEnvironment]:
    """One for each test process, as PostgreSQL; clocks move only when a test moves them."""
    async with running_temporal() as environment:
        yield environment


@pytest.fixture
def task_queue() -> str:
    """A task queue nobody else polls."""
    return f"test-{uuid.uuid4()}"


_EXIT_STATUS = pytest.StashKey[int]()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    session.config.stash[_EXIT_STATUS] = int(exitstatus)


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    """The Temporal SDK may abort while the interpreter is torn down; the report has been written by now."""
    if _EXIT_STATUS in config.stash and not hasattr(config, "workerinput"):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(config.stash[_EXIT_STATUS])
