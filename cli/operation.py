"""The product as an operator's command reaches it: joined to the services that run, and let go at the end."""

import unicodedata
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass

import asyncpg
from rich.console import Console
from temporalio.client import Client
from temporalio.service import RPCError

from bootstrap import Settings, SettingsFaulty, connect_temporal, open_database
from cli.surroundings import joined_environment
from commands.directories import Directories
from commands.pinning import Catalogue
from embedded.failures import EmbeddedFailure
from store.database import Database
from store.errors import OutcomeUnknown, StoreError, StoreUnavailable

_AGREED = "công bố"


class NothingRuns(EmbeddedFailure):
    """Neither a stack of this checkout nor services named by the environment."""

    code = "nothing-runs"


class NoAnswer(EmbeddedFailure):
    """PostgreSQL or Temporal is named and does not answer."""

    code = "no-answer"


class NotAgreed(EmbeddedFailure):
    """Whoever was asked did not agree."""

    code = "not-agreed"


class StoreRefused(EmbeddedFailure):
    """The store does not do that, and says why."""

    def __init__(self, refused: StoreError) -> None:
        particulars = "; ".join(f"{name} {value}" for name, value in refused.particulars.items())
        super().__init__(f"{refused.message} {particulars}".strip())
        self.code = refused.code


@dataclass(frozen=True)
class Product:
    """What an operator's command works on."""

    settings: Settings
    database: Database
    client: Client
    catalogue: Catalogue


def operator_agrees(*, yes: bool) -> None:
    """Ask before something is published for ever. Raises `NotAgreed`."""
    if yes:
        return
    answer = Console(stderr=True).input(f"Gõ “{_AGREED}” để đồng ý: ").strip().lower()
    if unicodedata.normalize("NFC", answer) != _AGREED:
        message = "Chưa công bố, không thay đổi gì."
        raise NotAgreed(message)


def joined_settings(environ: Mapping[str, str]) -> Settings:
    """The settings of this environment. Raises `NothingRuns` where they name no services."""
    try:
        return Settings.from_environ(environ)
    except SettingsFaulty as faulty:
        message = (
            "Chưa biết hệ thống nào: chạy `lienthong up`, hoặc đặt LIENTHONG_DATABASE_URL và "
            f"LIENTHONG_TEMPORAL_ADDRESS.\n{faulty}"
        )
        raise NothingRuns(message) from faulty


@asynccontextmanager
async def joined(environ: Mapping[str, str] | None = None) -> AsyncIterator[Product]:
    """The running product; a service that does not answer, at first or meanwhile, is named."""
    settings = joined_settings(joined_environment() if environ is None else environ)
    database = await _database(settings)
    try:
        client = await _client(settings)
        yield Product(settings, database, client, Catalogue(database, Directories(database)))
    except (StoreUnavailable, OutcomeUnknown) as away:
        raise NoAnswer(_silent("PostgreSQL", settings.masked()["database_url"])) from away
    except StoreError as refused:
        raise StoreRefused(refused) from refused
    except RPCError as away:
        message = f"{_silent('Temporal', settings.temporal_address)} ({away.status.name})"
        raise NoAnswer(message) from away
    finally:
        await database.close()


async def _database(settings: Settings) -> Database:
    try:
        return await open_database(settings, application="lienthong cli")
    except (OSError, TimeoutError, asyncpg.PostgresError) as away:
        raise NoAnswer(_silent("PostgreSQL", settings.masked()["database_url"])) from away


async def _client(settings: Settings) -> Client:
    try:
        return await connect_temporal(settings)
    except (RuntimeError, OSError) as away:
        raise NoAnswer(_silent("Temporal", settings.temporal_address)) from away


def _silent(service: str, address: str | None) -> str:
    return f"{service} không trả lời ở {address}; xem `lienthong doctor`."
