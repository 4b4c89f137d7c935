"""Published calendars, the order that open dossiers count by a later one, and how far that has come.

A published version never changes and is amended at most once, so that there is one newest. The order is carried out by
whoever holds its lease; each dossier gets one row of the inbox, and says itself by which version it counts.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from dossiers.calendar import WorkCalendar
from dossiers.fast_clock import FastClock
from dossiers.seats import Actor
from dossiers.state import DossierState
from dossiers.values import DossierNumber
from store.database import Reading, Transaction
from store.errors import AlreadyPublished
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class CalendarSource(Row):
    """A version as it was written, as JSON; ``extends`` names the one it amends."""

    version: str
    extends: str | None
    source: str


class CalendarRow(Row):
    """A published version, and whether open dossiers were ordered to count by it."""

    version: str
    extends: str | None
    published_at: StoredInstant
    decision: str | None
    ordered_at: StoredInstant | None
    ordered_by: str | None
    #: How many open dossiers count by it now.
    open_dossiers: int


class OrderedChange(Row):
    """The latest order."""

    version: str
    decision: str
    ordered_by: Actor
    ordered_at: StoredInstant


class Behind(Row):
    """An open dossier that counts by an earlier version, with its state."""

    id: UUID
    state: DossierState
    clock: FastClock | None


class CommandCounts(Row):
    """The inbox rows of one change."""

    done: int
    pending: int
    refused: int


class Refusing(Row):
    """An open dossier that cannot count by the version it was ordered to, and why."""

    dossier: UUID
    number: DossierNumber
    version: str
    calendar: str
    code: str | None
    message: str | None


async def publish_calendar(tx: Transaction, calendar: WorkCalendar, source: CalendarSource) -> bool:
    """Whether it is new. Raises `AlreadyPublished` if the version has other content, or if another amends the same."""
    is_new = await tx.value(_SQL["publish_calendar"], calendar.version, calendar.model_dump_json()) is not None
    if not is_new and await read_calendar(tx, calendar.version) != calendar:
        raise AlreadyPublished(calendar=calendar.version)
    if source.extends is not None and await tx.value(_SQL["amended_by"], source.extends) not in {None, source.version}:
        raise AlreadyPublished(calendar=source.extends)
    await tx.value(_SQL["publish_source"], source.version, source.extends, source.source)
    return is_new


async def read_calendar(tx: Transaction, version: str) -> WorkCalendar | None:
    definition = await tx.value(_SQL["read_calendar"], version)
    return None if definition is None else WorkCalendar.model_validate_json(definition)


async def read_lineage(tx: Reading, version: str) -> tuple[CalendarSource, ...]:
    """The version with all that it amends, the one that is written in full first; nothing for an unknown one."""
    return CalendarSource.from_rows(await tx.all(_SQL["read_lineage"], version))


async def newest_calendar(tx: Reading) -> str:
    """The version by which a dossier counts that is filed now."""
    newest = await tx.value(_SQL["newest_calendar"])
    assert newest is not None, "calendars are published before anything is filed"
    return str(newest)


async def list_calendars(tx: Transaction, version: str | None = None) -> tuple[CalendarRow, ...]:
    """Every published version, or the named one."""
    return CalendarRow.from_rows(await tx.all(_SQL["list_calendars"], version))


async def publish_directory_calendar(tx: Transaction, version: str, definition: str) -> bool:
    """Whether it is new; what a version has said about working time stays."""
    return await tx.value(_SQL["publish_directory_calendar"], version, definition) is not None


async def read_directory_calendar(tx: Reading, version: str) -> str | None:
    definition = await tx.value(_SQL["read_directory_calendar"], version)
    return None if definition is None else str(definition)


async def order_change(tx: Transaction, version: str, decision: str, by: Actor) -> bool:
    """Let open dossiers count by the version; whether that is new."""
    return await tx.value(_SQL["order_change"], version, decision, by.model_dump(mode="json")) is not None


async def current_change(tx: Transaction) -> OrderedChange | None:
    row = await tx.one(_SQL["current_change"])
    return None if row is None else OrderedChange.from_row(row)


async def read_change(tx: Transaction, version: str) -> OrderedChange | None:
    row = await tx.one(_SQL["read_change"], version)
    return None if row is None else OrderedChange.from_row(row)


async def lease_change(tx: Transaction, version: str, lease: timedelta) -> bool:
    """Whether this caller is to carry the change on."""
    return await tx.value(_SQL["lease_change"], version, lease) is not None


async def renew_lease(tx: Transaction, version: str, lease: timedelta) -> None:
    await tx.run(_SQL["renew_lease"], version, lease)


async def list_behind(
    tx: Transaction, versions: Sequence[str], after: UUID | None = None, *, limit: int
) -> tuple[Behind, ...]:
    """Open dossiers that count by one of these versions, in the order of their identities."""
    rows = await tx.all(_SQL["list_behind"], list(versions), after, limit)
    return tuple(_behind(dict(row.items())) for row in rows)


def _behind(row: dict[str, Any]) -> Behind:
    clock = row["clock"]
    return Behind(
        id=row["id"],
        state=DossierState.model_validate_json(row["snapshot"]),
        clock=None if clock is None else FastClock.model_validate_json(clock),
    )


async def count_behind(tx: Transaction, versions: Sequence[str]) -> int:
    return int(await tx.value(_SQL["count_behind"], list(versions)))


async def count_commands(tx: Transaction, version: str) -> CommandCounts:
    row = await tx.one(_SQL["count_commands"], version)
    assert row is not None, "an aggregate always answers"
    return CommandCounts.from_row(row)


async def list_refusing(tx: Transaction, *, limit: int) -> tuple[Refusing, ...]:
    """Those that refused the latest order, by number."""
    return Refusing.from_rows(await tx.all(_SQL["list_refusing"], limit))
