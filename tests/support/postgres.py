"""A real PostgreSQL for a test session, and a migrated database of its own for each test that asks."""

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from embedded import postgres
from embedded.migrations import migrate
from embedded.ports import free_port
from embedded.processes import Child

PASSWORDS = {postgres.SUPERUSER: "superuser", postgres.OWNER: "owner", postgres.APP: "app"}
TEMPLATE = "lienthong"


@dataclass(frozen=True)
class Database:
    """One database, seen by each of its roles."""

    name: str
    port: int

    @property
    def url(self) -> str:
        return self._url(postgres.APP)

    @property
    def owner_url(self) -> str:
        return self._url(postgres.OWNER)

    @property
    def superuser_url(self) -> str:
        return self._url(postgres.SUPERUSER)

    def _url(self, role: str) -> str:
        return postgres.url(role, PASSWORDS[role], port=self.port, database=self.name)


class PostgresServer:
    """A server whose template database is migrated once; every other database is a copy of it."""

    def __init__(self, port: int, child: Child) -> None:
        self.port = port
        self.child = child
        self._made = 0

    @property
    def template(self) -> Database:
        return Database(TEMPLATE, self.port)

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        self._made += 1
        made = Database(f"test_{self._made}", self.port)
        await self._execute(f"CREATE DATABASE {made.name} TEMPLATE {TEMPLATE} OWNER {postgres.OWNER}")
        try:
            yield made
        finally:
            await self._execute(f"DROP DATABASE {made.name} WITH (FORCE)")

    async def _execute(self, statement: str) -> None:
        connection = await asyncpg.connect(Database("postgres", self.port).superuser_url)
        try:
            await connection.execute(statement)
        finally:
            await connection.close()


@asynccontextmanager
async def running_postgres(directory: Path) -> AsyncIterator[PostgresServer]:
    """Without a schema, on a port nobody else was promised."""
    data = await postgres.initialised(directory / "postgres", superuser_password=PASSWORDS[postgres.SUPERUSER])
    port = free_port()
    child = Child(postgres.server(data, port=port, log=directory / "postgres.log"), on_restart=lambda _: None)
    superuser = Database("postgres", port).superuser_url
    await child.start(ready=lambda: postgres.accepts(superuser), within=60)
    try:
        await postgres.provide_database(port, passwords=PASSWORDS, database=TEMPLATE)
        yield PostgresServer(port, child)
    finally:
        await child.stop(grace=10)


@asynccontextmanager
async def migrated_postgres(migrations: Path) -> AsyncIterator[PostgresServer]:
    with passable_directory() as directory:
        async with running_postgres(directory) as server:
            await migrate(server.template.owner_url, migrations)
            yield server


@contextmanager
def passable_directory() -> Iterator[Path]:
    """A directory that PostgreSQL's account can pass through when the tests are run by root."""
    with tempfile.TemporaryDirectory(prefix="lienthong-") as name:
        directory = Path(name)
        directory.chmod(0o711)
        yield directory
