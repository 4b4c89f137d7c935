import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from embedded.data_directory import DataDirectory
from embedded.failures import EmbeddedFailure
from embedded.migrations import migrate, pending_migrations
from tests.support.postgres import PostgresServer, running_postgres


@pytest.fixture
async def server(data: DataDirectory) -> AsyncIterator[PostgresServer]:
    async with running_postgres(data.path) as running:
        yield running


async def test_many_processes_may_bring_the_schema_up_to_date_at_once(server: PostgresServer, migrations: Path) -> None:
    owner = server.template.owner_url
    before = await pending_migrations(owner, migrations)

    await asyncio.gather(*(migrate(owner, migrations) for _ in range(4)))

    assert before == ("0001_note.sql",)
    assert await pending_migrations(owner, migrations) == ()


async def test_a_faulty_migration_says_what_the_database_said(server: PostgresServer, migrations: Path) -> None:
    (migrations / "0002_faulty.sql").write_text("-- migrate:up\nALTER TABLE absent ADD x int;\n-- migrate:down\n")

    with pytest.raises(EmbeddedFailure, match="absent"):
        await migrate(server.template.owner_url, migrations)


async def test_the_application_may_use_what_the_owner_granted(server: PostgresServer, migrations: Path) -> None:
    await migrate(server.template.owner_url, migrations)
    connection = await asyncpg.connect(server.template.url)
    await connection.execute("INSERT INTO note VALUES ('x')")
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("DROP TABLE note")
    await connection.close()
