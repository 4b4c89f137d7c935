"""Letting open dossiers count by a later calendar: what it would move, and carrying it out without anybody noticing.

Runs in every API process beside the sweeper; one of them holds the lease. Each dossier gets one inbox row, sent like
any other act, so a crash leaves nothing half done: whoever goes on finds the dossiers that still count by an earlier
version.
Between two dossiers it rests a multiple of what the last one took, so a busy engine is asked less.
"""

import asyncio
import hashlib
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import structlog

from commands.gate import Gate, Submission
from commands.outcomes import Done
from commands.pinning import Catalogue, VersionCalendars
from dossiers.calendar_events import CalendarChanged, CalendarMove
from dossiers.commands import Act, ChangeCalendar, FileDossier
from dossiers.deadline_errors import DeadlineError
from dossiers.decide import perform
from dossiers.errors import DossierError
from dossiers.fast_clock import dossier_time
from dossiers.instants import local
from dossiers.seats import Actor
from dossiers.values import DossierNumber, Value
from store.calendars import (
    Behind,
    OrderedChange,
    count_behind,
    count_commands,
    current_change,
    lease_change,
    list_behind,
    read_change,
    renew_lease,
)
from store.database import Database
from store.errors import StoreError

#: How long the holder of the change may be silent before another process takes it.
LEASE = timedelta(seconds=30)
#: Between two dossiers, as a multiple of the time the last one took: an officer meets the change one time in five.
REST = 4
_LEAST_REST = 0.02
#: Few enough to be changed well within a lease.
_PAGE = 10
_PREVIEWED = 200
_PAUSE = timedelta(seconds=5)

_log = structlog.get_logger("calendar")


class Moved(Value):
    """What a later version does to one open dossier."""

    dossier: UUID
    number: DossierNumber
    calendar: str
    moves: tuple[CalendarMove, ...]
    #: Why the dossier cannot count by it.
    refusal: str | None = None


class Progress(Value):
    """How far the open dossiers have come."""

    version: str
    decision: str
    ordered_at: datetime
    #: Open dossiers that still count by an earlier version.
    behind: int
    done: int
    pending: int
    refused: int


async def preview(
    database: Database,
    catalogue: Catalogue,
    target: VersionCalendars,
    now: datetime,
    by: Actor,
    after: UUID | None = None,
) -> AsyncIterator[Moved]:
    """Every open dossier that counts by an earlier version, with what would move; nothing is changed."""
    while True:
        async with database.transaction() as tx:
            page = await list_behind(tx, target.earlier, after, limit=_PREVIEWED)
        for one in page:
            yield await _moved(catalogue, target, one, now, by)
            await asyncio.sleep(0)  # whoever else is served by this process comes first
        if len(page) < _PREVIEWED:
            return
        after = page[-1].id


async def _moved(catalogue: Catalogue, target: VersionCalendars, one: Behind, now: datetime, by: Actor) -> Moved:
    command = await command_for(catalogue, target, one, decision="")
    at = dossier_time(one.clock, local(now.replace(microsecond=0)))
    act = Act(id=uuid5(one.id, "preview"), actor=by, occurred_at=at, command=command)
    rulebook = await catalogue.rulebook(_filing(one), _filed_at(one).date())
    refusal: str | None = None
    moves: tuple[CalendarMove, ...] = ()
    try:
        records = perform(rulebook, one.state, act, recorded_at=at)
    except (DossierError, DeadlineError) as error:
        refusal = error.code
    else:
        moves = next(record.event.moves for record in records if isinstance(record.event, CalendarChanged))
    return Moved(dossier=one.id, number=_filing(one).number, calendar=command.previous, moves=moves, refusal=refusal)


async def command_for(catalogue: Catalogue, target: VersionCalendars, one: Behind, decision: str) -> ChangeCalendar:
    """The act by which an open dossier counts by the version."""
    previous = one.state.calendar
    assert previous is not None, "a dossier is filed by some calendar"
    change = await catalogue.calendars_change(_filing(one), _filed_at(one).date(), previous, target)
    return ChangeCalendar(previous=previous, decision=decision, change=change)


async def progress_of(database: Database, catalogue: Catalogue, version: str) -> Progress | None:
    """How far the open dossiers have come to a version; null when they were never ordered to count by it."""
    target = await catalogue.calendars(version)
    async with database.transaction() as tx:
        ordered = await read_change(tx, version)
        if ordered is None:
            return None
        behind = await count_behind(tx, target.earlier)
        counts = await count_commands(tx, version)
    return Progress(
        version=version,
        decision=ordered.decision,
        ordered_at=ordered.ordered_at,
        behind=behind,
        **counts.model_dump(),
    )


class CalendarRollout:
    """Carries out the latest order, one dossier after the other."""

    def __init__(self, database: Database, catalogue: Catalogue, gate: Gate) -> None:
        self._database = database
        self._catalogue = catalogue
        self._gate = gate

    async def run(self, stopping: asyncio.Event) -> None:
        """Go on until told to stop; what fails is logged and tried again."""
        while not stopping.is_set():
            try:
                async for spent in self.changes():
                    if await _stops_within(stopping, max(_LEAST_REST, REST * spent)):
                        return
            except (StoreError, OSError, TimeoutError) as error:
                _log.warning("calendar.failed", error=type(error).__name__)
            if await _stops_within(stopping, _PAUSE.total_seconds()):
                return

    async def changes(self) -> AsyncIterator[float]:
        """One pass over the dossiers that are behind; after each, the seconds that it took."""
        async with self._database.transaction() as tx:
            ordered = await current_change(tx)
        if ordered is None:
            return
        target = await self._catalogue.calendars(ordered.version)
        async with self._database.transaction() as tx:
            is_ours = bool(await count_behind(tx, target.earlier)) and await lease_change(tx, ordered.version, LEASE)
        after: UUID | None = None
        while is_ours:
            async with self._database.transaction() as tx:
                await renew_lease(tx, ordered.version, LEASE)
                page = await list_behind(tx, target.earlier, after, limit=_PAGE)
            for one in page:
                begun = time.monotonic()
                await self._change(ordered, target, one)
                yield time.monotonic() - begun
            if len(page) < _PAGE:
                break
            after = page[-1].id
        if is_ours:
            async with self._database.transaction() as tx:
                await renew_lease(tx, ordered.version, timedelta(0))

    async def _change(self, ordered: OrderedChange, target: VersionCalendars, one: Behind) -> None:
        """One row of the inbox; the same key for the same step, so whoever goes on repeats nothing."""
        command = await command_for(self._catalogue, target, one, ordered.decision)
        submission = Submission(
            dossier=one.id,
            idempotency_key=f"calendar/{command.previous}/{target.version}",
            request_hash=hashlib.sha256(command.model_dump_json().encode()).hexdigest(),
            actor=ordered.ordered_by,
            command=command,
        )
        outcome = await self._gate.submit(submission)
        if not isinstance(outcome, Done):
            # Kept PENDING for the sweeper, closed meanwhile, or refused: `calendar show` counts each.
            _log.warning("calendar.not_changed", dossier=str(one.id), outcome=type(outcome).__name__)


def _filing(one: Behind) -> FileDossier:
    assert one.state.filed is not None, "only a filed dossier counts by a calendar"
    return FileDossier.model_validate(one.state.filed.model_dump(exclude={"kind"}))


def _filed_at(one: Behind) -> datetime:
    assert one.state.filed_at is not None, "only a filed dossier counts by a calendar"
    return local(one.state.filed_at)


async def _stops_within(stopping: asyncio.Event, seconds: float) -> bool:
    """Whether it is time to stop; waits that long otherwise."""
    try:
        await asyncio.wait_for(stopping.wait(), seconds)
    except TimeoutError:
        return False
    return True
