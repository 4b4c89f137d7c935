import asyncio
import os
import signal
from collections.abc import AsyncIterator

import asyncpg
import pytest

from embedded import postgres
from embedded.data_directory import DataDirectory
from tests.support.postgres import Database, PostgresServer, passable_directory, running_postgres


@pytest.fixture(scope="module")
async def server() -> AsyncIterator[PostgresServer]:
    with passable_directory() as directory:
        async with running_postgres(directory) as running:
            yield running


async def test_what_was_committed_survives_a_kill(server: PostgresServer) -> None:
    killed = server.child.pid
    assert killed is not None
    await execute(server.template, "CREATE TABLE kept AS SELECT 1 AS value")

    os.kill(killed, signal.SIGKILL)
    await until_another_answers(server, killed)

    assert await value(server.template, "SELECT value FROM kept") == 1


async def test_a_lock_file_naming_a_living_stranger_keeps_nobody_out(data: DataDirectory) -> None:
    async with running_postgres(data.path):
        lock = (data.postgres / "postmaster.pid").read_text(encoding="utf-8")
    stranger = await asyncio.create_subprocess_exec("sleep", "600")
    (data.postgres / "postmaster.pid").write_text(
        "\n".join([str(stranger.pid), *lock.splitlines()[1:]]), encoding="utf-8"
    )

    async with running_postgres(data.path) as server:
        answer = await value(server.template, "SELECT 1")
    stranger.kill()
    await stranger.wait()

    assert answer == 1


async def test_a_making_that_was_interrupted_is_begun_again(data: DataDirectory) -> None:
    (data.path / "postgres.new").mkdir()
    (data.path / "postgres.new" / "half").write_text("written")

    async with running_postgres(data.path) as server:
        assert await value(server.template, "SELECT 1") == 1


async def test_neither_role_stands_above_policies_or_triggers(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.template.superuser_url)
    roles = await connection.fetch(
        "SELECT rolname, rolsuper OR rolbypassrls OR rolcreaterole OR rolreplication OR rolcreatedb AS above"
        " FROM pg_roles WHERE rolname LIKE 'lienthong%' ORDER BY rolname"
    )
    await connection.close()

    assert [tuple(role) for role in roles] == [("lienthong_app", False), ("lienthong_owner", False)]


async def test_the_application_makes_no_tables(server: PostgresServer) -> None:
    connection = await asyncpg.connect(server.template.url)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await connection.execute("CREATE TABLE mine (value int)")
    await connection.close()


async def test_a_wrong_password_is_refused(server: PostgresServer) -> None:
    guessed = postgres.url(postgres.APP, "guess", port=server.port)

    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(guessed)


@pytest.mark.parametrize(("setting", "expected"), [("fsync", "on"), ("server_encoding", "UTF8"), ("lc_collate", "C")])
async def test_the_server_is_durable_and_plain(server: PostgresServer, setting: str, expected: str) -> None:
    query = "SELECT datcollate FROM pg_database WHERE datname = current_database()"

    assert await value(server.template, query if setting == "lc_collate" else f"SHOW {setting}") == expected


async def execute(database: Database, statement: str) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    await connection.execute(statement)
    await connection.close()


async def value(database: Database, query: str) -> object:
    connection = await asyncpg.connect(database.superuser_url)
    answer: object = await connection.fetchval(query)
    await connection.close()
    return answer


async def until_another_answers(server: PostgresServer, killed: int) -> None:
    async with asyncio.timeout(20):
        while server.child.pid in (None, killed) or not await postgres.accepts(server.template.superuser_url):
            await asyncio.sleep(0.05)
