"""The product in this process, on a real PostgreSQL and a real Temporal: the API, and workers that a test stops.

Nothing in it is a stand-in. A test may lend it a database that loses acknowledgements or activities that run twice.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import httpx
from temporalio.client import Client
from temporalio.worker import Interceptor

from agencies.calendars import load_calendar
from agencies.directory import load_directory
from api.app import create_app
from api.feed import Feed
from api.parts import Parts
from api.publishing import publish_shipped
from commands.delivery import Delivery
from commands.directories import Directories
from commands.documents import Documents
from commands.gate import Filing, Gate
from commands.outcomes import Done
from commands.pinning import Catalogue
from commands.sweeper import Sweeper
from documents.objects import Objects
from dossiers.calendar import CLOSED_WEEK, DayException, Period, WorkCalendar
from dossiers.conditions import FactValue
from dossiers.events import Record, RungReached
from dossiers.fast_clock import FastClock
from dossiers.instants import VIETNAM, parse_instant
from dossiers.procedure import Channel
from dossiers.seats import Actor, CallerKind
from dossiers.values import ProcedureCode, UnitCode
from store.alarms import Alarm, list_alarms
from store.catalogue import publish_procedure
from store.database import Database
from store.filing import Applicant
from store.inbox import InboxRow, read_command, retry_now
from store.journal import read_journal
from store.verification import verify
from tests.support.builders import LAND, PERMIT, procedure
from tests.support.desks import Desk, Office
from worker import activity_worker, workflow_worker

Json = dict[str, Any]

COUNTER = "ha-long-one-stop"
#: Whoever waits longer waits for something that will not come.
PATIENCE = 60.0


class Town:
    """One API and its database; workers come and go."""

    def __init__(self, office: Office, database: Database, client: Client, queue: str, catalogue: Catalogue) -> None:
        self.office = office
        self.database = database
        self.client = client
        self.queue = queue
        self.catalogue = catalogue
        self._desk = asyncio.Lock()

    @asynccontextmanager
    async def workers(self, interceptors: Sequence[Interceptor] = ()) -> AsyncIterator[None]:
        """Work goes on for as long as this lasts."""
        effects = activity_worker(self.client, self.queue, self.database, interceptors)
        async with effects, workflow_worker(self.client, self.queue):
            yield

    async def officer(self, officer: str) -> Desk:
        async with self._desk:
            return await self.office.officer(officer)

    async def resend(self, *commands: str) -> None:
        """What another API process does when the lease of one that died is over."""
        async with self.database.transaction() as tx:
            for command in commands:
                await retry_now(tx, UUID(command))
        await Sweeper(self.database, Delivery(self.database, self.client, self.queue, self.catalogue)).sweep()

    @asynccontextmanager
    async def sweeping(self) -> AsyncIterator[None]:
        """The sweeper of an API process, beside whatever else goes on."""
        stopping = asyncio.Event()
        sweeper = Sweeper(self.database, Delivery(self.database, self.client, self.queue, self.catalogue))
        task = asyncio.create_task(sweeper.run(stopping))
        try:
            yield
        finally:
            stopping.set()
            await task

    async def file(self, code: str, clock: FastClock | None = None, **facts: FactValue) -> UUID:
        """A dossier filed at the counter of Hạ Long, on any clock."""
        filer = (await self.officer("ha-long-counter-1")).caller
        given = procedure(code)
        filing = Filing(
            idempotency_key=str(uuid.uuid4()),
            request_hash="",
            actor=Actor(
                id=filer.id, kind=CallerKind.OFFICER, seat=load_directory().seat_of(filer.id), roles=filer.roles
            ),
            procedure=ProcedureCode(code),
            receiving_unit=UnitCode(COUNTER),
            channel=Channel.COUNTER,
            facts=facts,
            components=tuple(one.code for one in given.components if one.required),
            applicant=Applicant(full_name="Trần Thị Bình"),
            clock=clock,
        )
        filed = await self.office.parts.gate.file(filing)
        assert isinstance(filed, Done)
        return filed.dossier

    # -- looking ------------------------------------------------------------------------------------------------------

    async def journal(self, dossier: UUID) -> tuple[Record, ...]:
        async with self.database.transaction() as tx:
            return await read_journal(tx, dossier)

    async def command(self, command: str) -> InboxRow:
        async with self.database.transaction() as tx:
            row = await read_command(tx, UUID(command))
        assert row is not None
        return row

    async def alarms(self) -> tuple[Alarm, ...]:
        async with self.database.transaction() as tx:
            return await list_alarms(tx)

    async def differences(self, dossier: UUID) -> tuple[str, ...]:
        async with self.database.transaction() as tx:
            return await verify(tx, dossier)

    async def task(self, dossier: UUID, step: str) -> Json:
        """The open task of a step, as a supervisor sees it."""
        view = (await (await self.officer("ha-long-director")).get(f"/v1/dossiers/{dossier}")).json()
        found: Json = next(one for one in view["tasks"] if one["step"] == step)
        return found

    async def rungs(self, dossier: UUID) -> list[RungReached]:
        return [one.event for one in await self.journal(dossier) if isinstance(one.event, RungReached)]


async def publish_in_force(database: Database) -> None:
    """Those that took effect later once more, in force on every day that the town's clocks show."""
    async with database.transaction() as tx:
        for code in (PERMIT, LAND):
            in_force = procedure(code).model_copy(update={"version": 2, "effective_on": date(2025, 7, 1)})
            await publish_procedure(tx, in_force)


@asynccontextmanager
async def town(
    url: str,
    client: Client,
    *,
    database_type: type[Database] = Database,
    send_within: timedelta = timedelta(seconds=8),
) -> AsyncIterator[Town]:
    """Without workers; nobody sweeps until told."""
    queue = f"town-{uuid.uuid4()}"
    async with AsyncExitStack() as stack:
        database = await database_type.connect(url, application="town", connections=20)
        stack.push_async_callback(database.close)
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="lienthong-documents-")))
        await publish_in_force(database)
        await publish_shipped(database)
        catalogue = Catalogue(database, Directories(database))
        parts = Parts(
            documents=Documents(database, Objects.at(folder.as_uri())),
            gate=Gate(database, catalogue, Delivery(database, client, queue, catalogue, send_within=send_within)),
            database=database,
            catalogue=catalogue,
            client=client,
            feed=Feed(database, catalogue),
            now=lambda: datetime.now(VIETNAM),
            fast_clock_allowed=True,
        )
        app = create_app(parts)
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        http = await stack.enter_async_context(
            httpx.AsyncClient(transport=transport, base_url="http://api", timeout=60)
        )
        yield Town(Office(parts, app, http, queue), database, client, queue, catalogue)


def clock(origin: str, factor: int, *hours: tuple[str, str, str]) -> FastClock:
    """A clock that shows ``origin`` now. Of the days named by (day, from, until) it shows those hours only, and jumps
    over all others of them; without any it runs on the state's working calendar.
    """
    at = parse_instant(origin)
    calendar = load_calendar("vn-2026.2").between(date(at.year, 1, 1), date(at.year + 1, 12, 31))
    if hours:
        days = sorted({day for day, _, _ in hours})
        shown = tuple(
            DayException(
                on=date.fromisoformat(day),
                periods=tuple(Period(_second(first), _second(last)) for on, first, last in hours if on == day),
                reason="",
            )
            for day in days
        )
        calendar = WorkCalendar(
            version="shown", first=calendar.first, last=calendar.last, weekly=CLOSED_WEEK, exceptions=shown
        )
    return FastClock(origin_wall=datetime.now(UTC), origin=at, factor=factor, calendar=calendar)


def _second(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 3_600 + int(minute) * 60


async def until(given: FastClock, instant: str) -> None:
    """Wait for an instant of the dossier."""
    left = given.wall_time(parse_instant(instant)) - datetime.now(UTC)
    await asyncio.sleep(max(0.0, left.total_seconds()))


async def eventually(holds: Callable[[], Awaitable[bool]], *, patience: float = PATIENCE) -> None:
    """Wait for something that happens in another process."""
    async with asyncio.timeout(patience):
        while not await holds():
            await asyncio.sleep(0.05)
