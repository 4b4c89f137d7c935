"""Connections and transactions: the one door to PostgreSQL, and nobody else holds its pool.

Beginning a transaction is retried while the server is away, and so is a question outside of any; the body of a
transaction never is, because a commit whose acknowledgement was lost may have happened. Whoever runs a body twice looks
up by key first. Every transaction reads what is committed when each of its statements begins, so one that only reads
would pay for BEGIN and COMMIT and get nothing: whoever only reads asks `Database.reading`.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from typing import Any, LiteralString, Protocol, Self, TypeAlias, TypeVar

import asyncpg
from asyncpg.pool import PoolConnectionProxy
from asyncpg.transaction import Transaction as DriverTransaction

from store.errors import OutcomeUnknown, StoreUnavailable

#: How long a caller waits for a server that is away before hearing so.
PATIENCE = timedelta(seconds=5)
_PAUSE = 0.05

#: A restarting server, a connection it closed, no room for one more.
_AWAY = (
    OSError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server's last words came in the middle of something
)
#: The server gave up waiting, for a lock or for the end of a statement.
_BUSY = (TimeoutError, asyncpg.LockNotAvailableError, asyncpg.QueryCanceledError, asyncpg.DeadlockDetectedError)


_T = TypeVar("_T")
_Connection: TypeAlias = "PoolConnectionProxy[asyncpg.Record]"


class Reading(Protocol):
    """What a module of the store needs that only reads: a transaction, or `Database.reading`."""

    async def all(self, statement: LiteralString, *arguments: object) -> list[asyncpg.Record]: ...

    async def one(self, statement: LiteralString, *arguments: object) -> asyncpg.Record | None: ...

    async def value(self, statement: LiteralString, *arguments: object) -> Any: ...  # noqa: ANN401 - the driver's own


class Transaction:
    """What the modules of the store may do inside a transaction."""

    def __init__(self, connection: _Connection) -> None:
        self._connection = connection

    async def all(self, statement: LiteralString, *arguments: object) -> list[asyncpg.Record]:
        return await self._connection.fetch(statement, *arguments)

    async def one(self, statement: LiteralString, *arguments: object) -> asyncpg.Record | None:
        return await self._connection.fetchrow(statement, *arguments)

    async def value(self, statement: LiteralString, *arguments: object) -> Any:  # noqa: ANN401 - the driver's own type
        return await self._connection.fetchval(statement, *arguments)

    async def run(self, statement: LiteralString, *arguments: object) -> None:
        await self._connection.execute(statement, *arguments)


class _Questions:
    """Each takes a connection of its own for as long as it lasts."""

    def __init__(self, ask: "Callable[[Callable[[_Connection], Awaitable[Any]]], Awaitable[Any]]") -> None:
        self._ask = ask

    async def all(self, statement: LiteralString, *arguments: object) -> list[asyncpg.Record]:
        rows: list[asyncpg.Record] = await self._ask(lambda connection: connection.fetch(statement, *arguments))
        return rows

    async def one(self, statement: LiteralString, *arguments: object) -> asyncpg.Record | None:
        row: asyncpg.Record | None = await self._ask(lambda connection: connection.fetchrow(statement, *arguments))
        return row

    async def value(self, statement: LiteralString, *arguments: object) -> Any:  # noqa: ANN401 - the driver's own type
        return await self._ask(lambda connection: connection.fetchval(statement, *arguments))


class Database:
    """A pool of connections in the role of the application."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", patience: timedelta) -> None:
        self._pool = pool
        self._patience = patience

    @classmethod
    async def connect(
        cls, url: str, *, application: str = "lienthong", connections: int = 10, patience: timedelta = PATIENCE
    ) -> Self:
        """Every statement has a limit, here and on the server."""
        pool = await asyncpg.create_pool(
            url,
            min_size=min(2, connections),
            max_size=connections,
            init=_speak_json,
            reset=_leave_as_is,
            timeout=10,
            command_timeout=15,
            max_inactive_connection_lifetime=300,
            server_settings={
                "application_name": application,
                "timezone": "UTC",
                "statement_timeout": "15s",
                "lock_timeout": "10s",
                "idle_in_transaction_session_timeout": "30s",
            },
        )
        return cls(pool, patience)

    async def close(self) -> None:
        await self._pool.close()

    async def answers(self) -> bool:
        """Whether the server can be reached now."""
        try:
            async with asyncio.timeout(2):
                await self._pool.fetchval("SELECT 1")
        except _AWAY:
            return False
        return True

    @property
    def reading(self) -> Reading:
        """Questions outside of any transaction, each asked again while the server is away."""
        return _Questions(self._ask)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Commits at the end."""
        connection, begun = await self._patiently(self._begin)
        try:
            async with _kept_or_undone(connection, begun):
                yield Transaction(connection)
        finally:
            await self._take_back(connection)

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[Transaction]:
        """For one statement that is a transaction of itself; lost on its way, nobody knows whether it was done."""
        connection = await self._patiently(self._acquire)
        try:
            async with _done_or_unknown(connection):
                yield Transaction(connection)
        finally:
            await self._take_back(connection)

    async def _patiently(self, attempt: Callable[[], Awaitable[_T]]) -> _T:
        """The pool replaces a connection that turns out dead, and a server that restarts comes back."""
        last = asyncio.get_running_loop().time() + self._patience.total_seconds()
        while True:
            try:
                return await attempt()
            except _AWAY as error:
                if asyncio.get_running_loop().time() >= last:
                    raise StoreUnavailable from error
            await asyncio.sleep(_PAUSE)

    async def _acquire(self) -> _Connection:
        return await self._pool.acquire(timeout=self._patience.total_seconds())

    async def _begin(self) -> tuple[_Connection, DriverTransaction]:
        connection = await self._acquire()
        begun = connection.transaction()
        try:
            await begun.start()
        except BaseException:
            _drop(connection)
            await self._take_back(connection)
            raise
        return connection, begun

    async def _ask(self, question: Callable[[_Connection], Awaitable[_T]]) -> _T:
        last = asyncio.get_running_loop().time() + self._patience.total_seconds()
        while True:
            connection = await self._patiently(self._acquire)
            try:
                return await question(connection)
            except _BUSY as error:
                raise StoreUnavailable from error
            except _AWAY as error:
                if not _is_away(error, connection):
                    raise
                if asyncio.get_running_loop().time() >= last:
                    raise StoreUnavailable from error
            finally:
                await self._take_back(connection)
            await asyncio.sleep(_PAUSE)

    async def _take_back(self, connection: _Connection) -> None:
        """What happened in the transaction stands, even if the connection breaks while it is put in order again."""
        with suppress(*_AWAY):  # the pool has closed it by then, and makes a new one in its place
            await self._pool.release(connection)


@asynccontextmanager
async def _kept_or_undone(connection: _Connection, begun: DriverTransaction) -> AsyncIterator[None]:
    try:
        yield
    except BaseException as error:
        try:
            await begun.rollback()
        except _AWAY:
            _drop(connection)  # the server has rolled back by itself
        if isinstance(error, _BUSY) or (isinstance(error, _AWAY) and _is_lost(connection)):
            raise StoreUnavailable from error
        raise
    try:
        await begun.commit()
    except _AWAY as error:
        _drop(connection)
        raise OutcomeUnknown from error


@asynccontextmanager
async def _done_or_unknown(connection: _Connection) -> AsyncIterator[None]:
    try:
        yield
    except TimeoutError as error:  # ours: what the server did meanwhile nobody heard
        raise OutcomeUnknown from error
    except _BUSY as error:
        raise StoreUnavailable from error
    except _AWAY as error:
        if not _is_away(error, connection):
            raise
        _drop(connection)
        raise OutcomeUnknown from error


def _is_away(error: BaseException, connection: _Connection) -> bool:
    """The driver complains in the same class about a connection that is gone and about arguments that do not fit."""
    return not isinstance(error, asyncpg.InterfaceError) or _is_lost(connection)


def _drop(connection: _Connection) -> None:
    """Leave a broken connection to the pool, which makes a new one in its place."""
    with suppress(asyncpg.InterfaceError):
        connection.terminate()


def _is_lost(connection: _Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True  # the pool has taken the dead connection back by itself


async def _speak_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    for kind in ("json", "jsonb"):
        await connection.set_type_codec(kind, schema="pg_catalog", encoder=_json, decoder=json.loads)


async def _leave_as_is(_: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Settings of ours end with their transaction, so the round trip that clears a connection clears nothing."""


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
