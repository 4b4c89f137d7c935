"""A transaction begins on a live connection or not at all, its body runs once, and a lost acknowledgement is said."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg
import psutil
import pytest

from dossiers import commands as c
from embedded.stack import MIGRATIONS
from store.database import Database as Store
from store.errors import OutcomeUnknown, StoreUnavailable
from store.inbox import CommandState, read_command
from store.verification import verify
from tests.support.postgres import Database, PostgresServer, migrated_postgres
from tests.support.records import StoredDossier

ALARM = "INSERT INTO alarm (kind, particulars) VALUES ('test', '{}') ON CONFLICT DO NOTHING"


async def test_an_error_undoes_everything(store: Store) -> None:
    async def fail() -> None:
        async with store.transaction() as tx:
            await tx.run(ALARM)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with store.transaction() as tx:
        left = await tx.value("SELECT count(*) FROM alarm")

    assert left == 0


async def test_connections_that_died_in_the_pool_are_replaced(store: Store, database: Database) -> None:
    async def busy() -> int:
        async with store.transaction() as tx:
            await asyncio.sleep(0.05)
            return int(await tx.value("SELECT 1"))

    await asyncio.gather(*(busy() for _ in range(10)))
    await end_sessions(database)

    assert await asyncio.gather(*(busy() for _ in range(20))) == [1] * 20


async def test_a_question_whose_connection_dies_is_asked_again(store: Store, database: Database) -> None:
    async def ask() -> int:
        return int(await store.reading.value("SELECT count(*)::integer FROM generate_series(1, 200000)"))

    asked = [asyncio.create_task(ask()) for _ in range(10)]
    await asyncio.sleep(0.01)
    await end_sessions(database)

    assert await asyncio.gather(*asked) == [200_000] * 10


async def test_a_statement_by_itself_that_breaks_is_of_unknown_outcome(store: Store, database: Database) -> None:
    async def lose_the_connection() -> None:
        async with store.at_once() as tx:
            ending = asyncio.create_task(_end_soon(database))
            await tx.run("SELECT pg_sleep(10)")
            await ending

    with pytest.raises(OutcomeUnknown):
        await lose_the_connection()


async def test_a_statement_by_itself_stands_at_once(store: Store) -> None:
    async with store.at_once() as tx:
        await tx.run(ALARM)
        left = await store.reading.value("SELECT count(*) FROM alarm")

    assert left == 1


async def test_arguments_that_do_not_fit_are_no_outage(store: Store) -> None:
    with pytest.raises(asyncpg.DataError):
        await store.reading.value("SELECT $1::integer", 2**40)


async def test_a_body_whose_connection_dies_is_not_run_again(store: Store, database: Database) -> None:
    runs = []

    async def lose_the_connection() -> None:
        async with store.transaction() as tx:
            runs.append(tx)
            await tx.run(ALARM)
            await end_sessions(database)
            await tx.run(ALARM)

    with pytest.raises(StoreUnavailable):
        await lose_the_connection()
    async with store.transaction() as tx:
        left = await tx.value("SELECT count(*) FROM alarm")

    assert len(runs) == 1
    assert left == 0


async def test_waiting_too_long_for_a_lock_is_said_as_unavailable(store: Store) -> None:
    async def wait_for_the_lock() -> None:
        async with store.transaction() as tx:
            await tx.run("SET LOCAL lock_timeout = '50ms'")
            await tx.run(ALARM)

    async with store.transaction() as tx:
        await tx.run("LOCK TABLE alarm IN EXCLUSIVE MODE")
        with pytest.raises(StoreUnavailable):
            await wait_for_the_lock()


async def test_a_server_killed_and_restarted_serves_the_same_pool() -> None:
    async with migrated_postgres(MIGRATIONS) as server:
        store = await Store.connect(server.template.url, patience=timedelta(seconds=60))
        try:
            dossier = await StoredDossier.filed(store, uuid4())
            await _killed(server)
            await dossier.usual()
            async with store.transaction() as tx:
                differences = await verify(tx, dossier.id)
            answers = await store.answers()
        finally:
            await store.close()

    assert differences == ()
    assert answers


async def _killed(server: PostgresServer) -> None:
    """Backends outlive their server for a moment, in which one of them may still begin what it cannot commit."""
    assert server.child.pid is not None
    killed = psutil.Process(server.child.pid)
    processes = [killed, *killed.children(recursive=True)]
    killed.kill()
    _, alive = await asyncio.to_thread(psutil.wait_procs, processes, timeout=30)
    assert not alive


async def test_a_server_that_is_not_there_is_said_within_patience() -> None:
    async with migrated_postgres(MIGRATIONS) as server:
        store = await Store.connect(server.template.url, patience=timedelta(seconds=0.2))
    try:
        with pytest.raises(StoreUnavailable):
            async with store.transaction():
                pytest.fail("there is nobody to begin with")
        answers = await store.answers()
    finally:
        store._pool.terminate()

    assert not answers


async def test_an_admission_whose_acknowledgement_was_lost_is_found_by_its_key(
    store: Store, database: Database
) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    request = dossier.request(dossier.run.usual(dossier.run.state.live_tasks()[0]), key="once")
    async with deaf_after(request.body_hash.encode(), database) as through_loss:
        dossier.database = through_loss
        with pytest.raises(OutcomeUnknown):
            await dossier.admit(request)
    dossier.database = store

    again = await dossier.admit(request)

    assert not again.is_new
    assert not again.sends
    assert again.row.state is CommandState.PENDING


async def test_a_record_whose_acknowledgement_was_lost_is_a_no_op_when_repeated(
    store: Store, database: Database
) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    admission = await dossier.admit(dossier.request(c.Withdraw()))
    records = dossier.apply(admission)
    async with deaf_after(b"COMMIT;", database) as through_loss:
        dossier.database = through_loss
        with pytest.raises(OutcomeUnknown):
            await dossier.record(records)
    dossier.database = store

    new = await dossier.record(records)
    async with store.transaction() as tx:
        row = await read_command(tx, admission.row.id)
        differences = await verify(tx, dossier.id)

    assert new == 0
    assert row is not None
    assert row.state is CommandState.DONE
    assert differences == ()


async def _end_soon(database: Database) -> None:
    await asyncio.sleep(0.2)
    await end_sessions(database)


async def end_sessions(database: Database) -> None:
    connection = await asyncpg.connect(database.superuser_url)
    try:
        await connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            database.name,
        )
    finally:
        await connection.close()


@asynccontextmanager
async def deaf_after(words: bytes, database: Database) -> AsyncIterator[Store]:
    """A store behind a wire that carries these words to the server and then breaks before the answer."""
    server = await asyncio.start_server(
        lambda reader, writer: _carry(reader, writer, words, database.port), host="127.0.0.1", port=0
    )
    port = server.sockets[0].getsockname()[1]
    url = urlsplit(database.url)
    address = url._replace(netloc=f"{url.username}:{url.password}@127.0.0.1:{port}").geturl()
    store = await Store.connect(address, connections=1, patience=timedelta(seconds=2))
    try:
        yield store
    finally:
        store._pool.terminate()
        server.close()
        await server.wait_closed()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, words: bytes, port: int) -> None:
    from_server, to_server = await asyncio.open_connection("127.0.0.1", port)

    async def answers() -> None:
        while part := await from_server.read(65_536):
            writer.write(part)

    listening = asyncio.create_task(answers())
    with suppress(ConnectionError):
        while part := await reader.read(65_536):
            are_said = words in part
            if are_said:
                listening.cancel()
                await asyncio.wait([listening])
            to_server.write(part)
            if are_said:
                await from_server.read(65_536)  # the server has done it, and nobody will hear it
                break
    listening.cancel()
    for end in (to_server, writer):
        end.close()
        with suppress(ConnectionError):
            await end.wait_closed()
