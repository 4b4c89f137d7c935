"""Every published version of the directory, read once each, for they never change.

A dossier keeps the version it was filed with: its seats, their units and their calendars. Who works at a seat is asked
of the newest version that still knows the unit, for officers come and go while a dossier lives; and how an agency's own
system is reached, of the newest that knows the line.
"""

from collections.abc import Callable, Mapping
from datetime import date

from agencies.directory import by_time, in_force, officers_of
from agencies.line_terms import AnyTerms
from agencies.roster import Directory, Officer, Tier, UnitTime
from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.values import AgencyCode, OfficerId, UnitCode
from store.catalogue import directories_beyond, publish_directory, read_directory
from store.database import Database, Transaction
from store.errors import AlreadyPublished


class Directories:
    """The published versions, as far as they have been read."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: tuple[Directory, ...] = ()
        #: Gathered from so many versions.
        self._timed = 0
        self._times: Mapping[UnitCode, UnitTime] = {}

    async def all(self) -> tuple[Directory, ...]:
        """Every version published by now, the oldest first."""
        new = await directories_beyond(self._database.reading, tuple(one.version for one in self._known))
        if new:
            self._known = by_time([*self._known, *(Directory.model_validate_json(one) for one in new)])
        return self._known

    async def in_force(self, on: date) -> Directory | None:
        """The version with which a dossier is filed on a day."""
        return in_force(await self.all(), on)

    async def version(self, version: str) -> Directory | None:
        """A version by its name."""
        return self._read(version) or next((one for one in await self.all() if one.version == version), None)

    async def pinned(self, version: str) -> Directory:
        """The version of a dossier."""
        found = await self.version(version)
        assert found is not None, "a dossier is filed with a published version"
        return found

    async def officer(self, code: OfficerId) -> tuple[Seat, Officer] | None:
        """An officer where the newest version that knows them seats them."""
        await self.all()
        found = self._newest(lambda one: one.has_officer(code))
        return None if found is None else (found.seat_of(code), found.officer(code))

    async def officers_of(self, seat: Seat, role: Role) -> tuple[Officer, ...]:
        """Who may do work of a role at a seat."""
        found = await self.with_unit(seat.unit)
        return () if found is None else officers_of(found, seat, role)

    async def with_unit(self, unit: UnitCode) -> Directory | None:
        """The newest version that knows a unit."""
        await self.all()
        return self._newest(lambda one: one.has_unit(unit))

    async def working_times(self) -> Mapping[UnitCode, UnitTime]:
        """What the newest version that knows a unit says about its working time."""
        if len(await self.all()) != self._timed:
            self._times = {unit: said for one in self._known for unit, said in one.working_times().items()}
            self._timed = len(self._known)
        return self._times

    async def acquaint(self, agency: AgencyCode) -> None:
        """Look once more for an agency that no version read so far knows."""
        if self._newest(lambda one: one.has_agency(agency)) is None:
            await self.all()

    async def identifier(self, agency: AgencyCode) -> str | None:
        """An agency's identifier code, by the newest version that knows it."""
        await self.acquaint(agency)
        found = self._newest(lambda one: one.has_agency(agency))
        return None if found is None else found.agency(agency).identifier

    def tier(self, agency: AgencyCode | None) -> Tier | None:
        """Where an agency stands in the government, by the newest version that knows it."""
        found = None if agency is None else self._newest(lambda one: one.has_agency(agency))
        return None if found is None or agency is None else found.agency(agency).tier

    async def lines(self) -> tuple[AgencyCode, ...]:
        """Every agency that has, or once had, a system of its own."""
        return tuple(dict.fromkeys(line.code for one in await self.all() for line in one.lines))

    async def line(self, code: AgencyCode) -> AnyTerms | None:
        """How an agency's own system is reached: as the newest version that knows the line says."""
        await self.all()
        found = self._newest(lambda one: one.line(code) is not None)
        return None if found is None else found.line(code)

    def _newest(self, knows: Callable[[Directory], bool]) -> Directory | None:
        return next((one for one in reversed(self._known) if knows(one)), None)

    def _read(self, version: str) -> Directory | None:
        return next((one for one in self._known if one.version == version), None)


async def publish(tx: Transaction, directory: Directory) -> bool:
    """Whether it is new. Raises `AlreadyPublished` if the version has other content."""
    if await publish_directory(tx, directory.version, directory.model_dump_json()):
        return True
    published = await read_directory(tx, directory.version)
    if published is None or Directory.model_validate_json(published) != directory:
        raise AlreadyPublished(directory=directory.version)
    return False
