"""An office whose dossiers are shown on a portal that runs beside it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from uuid import UUID

from agencies.lines import Lines, Secrets
from agencies.retries import RetryTable
from commands.calendars import publish_directory
from commands.particulars import PublishedParticulars
from dossiers.instants import VIETNAM
from store.dispatches import DispatchFilter, DispatchRow, list_dispatches
from store.rendered import DispatchState
from tests.commands.office import Office
from tests.support.portal import CODE, Json, Portal
from worker import line_activities_of, line_worker

HASTY = RetryTable(waits=(timedelta(milliseconds=50),) * 40)


@asynccontextmanager
async def connected(office: Office, system: Portal, retries: RetryTable = HASTY) -> AsyncIterator[None]:
    """An idle office shown on that portal, and everything that works on it."""
    async with telling(office, system, retries), office.working():
        yield


@asynccontextmanager
async def telling(office: Office, system: Portal, retries: RetryTable = HASTY) -> AsyncIterator[None]:
    """A directory that names the portal, and a worker for its line."""
    async with office.database.transaction() as tx:
        await publish_directory(tx, system.directory())
    sources = PublishedParticulars(office.database, office.catalogue)
    secrets = Secrets(system.secrets_file)
    async with Lines(office.catalogue.directories, secrets, lambda: datetime.now(VIETNAM), sources) as lines:
        activities = line_activities_of(office.database, lines, retries)
        async with line_worker(office.client, office.task_queue, CODE, activities):
            yield


async def rows(office: Office, dossier: UUID) -> tuple[DispatchRow, ...]:
    async with office.database.transaction() as tx:
        return (await list_dispatches(tx, DispatchFilter(dossier=dossier), limit=200)).items


async def is_settled(office: Office, dossier: UUID) -> bool:
    return all(row.state is not DispatchState.WAITING for row in await rows(office, dossier))


async def kept_of(office: Office, system: Portal, dossier: UUID) -> Json:
    filed = (await office.folded(dossier)).filed
    assert filed is not None
    kept: Json = (await system.shows())["dossiers"][filed.number]
    return kept


async def has_arrived(office: Office, dossier: UUID) -> bool:
    found = await rows(office, dossier)
    return bool(found) and all(row.arrived_at is not None for row in found)
