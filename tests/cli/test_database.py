import asyncio
import json
from collections.abc import AsyncIterator

import pytest

from embedded.stack import MIGRATIONS
from tests.cli.conftest import Lienthong
from tests.support.postgres import PostgresServer, passable_directory, running_postgres


@pytest.fixture
async def server() -> AsyncIterator[PostgresServer]:
    with passable_directory() as directory:
        async with running_postgres(directory) as running:
            yield running


async def test_the_schema_is_out_of_date_until_it_is_brought_up(lienthong: Lienthong, server: PostgresServer) -> None:
    given = lienthong.given(owner_database_url=server.template.owner_url)
    steps = sorted(file.name for file in MIGRATIONS.glob("*.sql"))

    before = await asyncio.to_thread(given, "db", "check")
    status = await asyncio.to_thread(given, "db", "status", "--json")
    applied = await asyncio.to_thread(given, "db", "up", "--json")
    after = await asyncio.to_thread(given, "db", "check")

    assert (before.returncode, after.returncode) == (1, 0)
    assert json.loads(status.stdout)["pending"] == steps
    assert json.loads(applied.stdout)["applied"] == steps


def test_without_a_database_it_says_how_to_get_one(lienthong: Lienthong) -> None:
    refused = lienthong("db", "status")

    assert refused.returncode == 1
    assert "lienthong up" in refused.stderr
