"""What a dossier is pinned to when it is filed: one published version each of procedure, rule set, calendar, directory.

The calendars are cut to the years that the dossier can reach, so that the whole stays small enough for a start input.
What is published never changes, so it is read once.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cached_property

from pydantic import TypeAdapter

from agencies.calendars import Lineage, StateCalendar, StateCalendarAmendment, calendar_of
from agencies.roster import UnitTime
from commands.directories import Directories
from dossiers.calendar import WorkCalendar
from dossiers.calendar_change import CalendarsChange, calendars_change
from dossiers.commands import FileDossier
from dossiers.deadline_errors import UnknownCalendar
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet, in_force
from dossiers.rulebook import Rulebook
from dossiers.values import ProcedureCode, UnitCode
from store.calendars import newest_calendar, read_directory_calendar, read_lineage
from store.catalogue import list_rule_sets, read_procedure, read_procedure_on, read_rule_set
from store.database import Database

#: Beyond the limit itself: stops, restarts and lateness.
_REACH = timedelta(days=366)
_DAYS_PER_WEEK_WORKED = 5

UNIT_TIMES = TypeAdapter(dict[UnitCode, UnitTime])


class VersionCalendars:
    """The calendars of one version, for every unit and span; each is made once, and so are its tables."""

    def __init__(self, lineage: Lineage) -> None:
        self.lineage = tuple(lineage)
        self._made: dict[tuple[str, date, date], WorkCalendar] = {}

    @property
    def version(self) -> str:
        return self.lineage[-1].version

    @property
    def earlier(self) -> tuple[str, ...]:
        """The versions that it amends, one after the other."""
        return tuple(one.version for one in self.lineage[:-1])

    @cached_property
    def state(self) -> WorkCalendar:
        return calendar_of(self.lineage)

    def between(self, said: UnitTime, first: date, last: date) -> WorkCalendar:
        """The part of a unit's calendar that a dossier carries."""
        key = (said.model_dump_json(), first, last)
        if key not in self._made:
            self._made[key] = calendar_of(self.lineage, said.overrides, said.places).between(first, last)
        return self._made[key]


class Catalogue:
    """Published versions, read once: they never change."""

    def __init__(self, database: Database, directories: Directories) -> None:
        self.directories = directories
        self._database = database
        self._procedures: dict[tuple[ProcedureCode, int], Procedure] = {}
        self._rule_sets: dict[str, RuleSet] = {}
        self._versions: dict[str, VersionCalendars] = {}
        self._unit_times: dict[str, Mapping[UnitCode, UnitTime]] = {}

    async def procedure(self, code: ProcedureCode, version: int | None = None) -> Procedure | None:
        """A published procedure; the newest version unless one is named."""
        if version is not None and (code, version) in self._procedures:
            return self._procedures[code, version]
        found = await read_procedure(self._database.reading, code, version)
        if found is not None:
            self._procedures[code, found.version] = found
        return found

    async def newest_calendar(self) -> str:
        """The version by which whatever is filed now counts."""
        return await newest_calendar(self._database.reading)

    async def calendar(self, version: str) -> WorkCalendar:
        """The state calendar of a published version. Raises `UnknownCalendar`."""
        return (await self.calendars(version)).state

    async def calendars(self, version: str) -> "VersionCalendars":
        """The calendars of a published version. Raises `UnknownCalendar`."""
        if version not in self._versions:
            sources = await read_lineage(self._database.reading, version)
            if not sources:
                raise UnknownCalendar(version)
            lineage = [
                (StateCalendar if one.extends is None else StateCalendarAmendment).model_validate_json(one.source)
                for one in sources
            ]
            self._versions[version] = VersionCalendars(lineage)
        return self._versions[version]

    async def procedure_on(self, code: ProcedureCode, day: date) -> Procedure | None:
        """The version for a dossier filed that day: in force, or what comes nearest to it."""
        found = await read_procedure_on(self._database.reading, code, day)
        if found is not None:
            self._procedures[code, found.version] = found
        return found

    async def rulebook(self, filing: FileDossier, filed_on: date) -> Rulebook:
        """Everything that the dossier interpreted when it was filed; its own changes of calendar come on top."""
        procedure = await self.procedure(filing.procedure, filing.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        published = await self.calendars(filing.calendar_version)
        calendars = await self._calendars_of(filing, procedure, filed_on, published)
        return Rulebook(
            procedure=procedure,
            rule_set=await self._rule_set(filing.rule_set),
            later_rule_sets=tuple([await self._rule_set(code) for code in filing.later_rule_sets]),
            calendars={one.version: one for one in calendars.values()},
            unit_calendars={unit: one.version for unit, one in calendars.items()},
            promise_calendar=calendars[filing.seats[procedure.lead.name].unit].version,
        )

    async def working_hours(self, units: Iterable[UnitCode] | None = None) -> Mapping[UnitCode, WorkCalendar]:
        """By what units work now, every one unless named; whatever no directory knows is left out."""
        newest = await self.calendars(await self.newest_calendar())
        first, last = newest.state.first, newest.state.last
        times = await self.directories.working_times()
        asked = dict.fromkeys(times if units is None else units)
        return {unit: newest.between(times[unit], first, last) for unit in asked if unit in times}

    async def rule_sets_from(self, day: date) -> tuple[RuleSet, tuple[RuleSet, ...]]:
        """The decree in force on a day, and those that come after it."""
        known = await list_rule_sets(self._database.reading)
        now = in_force(known, day)
        return now, tuple(one for one in known if one.effective_from > max(now.effective_from, day))

    async def calendars_change(
        self, filing: FileDossier, filed_on: date, previous: str, target: "VersionCalendars"
    ) -> CalendarsChange:
        """What leads a dossier from the version it counts by to a later one, which need not be published yet."""
        procedure = await self.procedure(filing.procedure, filing.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        before = await self._calendars_of(filing, procedure, filed_on, await self.calendars(previous))
        after = await self._calendars_of(filing, procedure, filed_on, target)
        return calendars_change(target.version, before, after, filing.seats[procedure.lead.name].unit)

    async def _calendars_of(
        self, filing: FileDossier, procedure: Procedure, filed_on: date, by: "VersionCalendars"
    ) -> dict[UnitCode, WorkCalendar]:
        first, last = _span(procedure, filed_on)
        times = await self._times(filing.directory_version)
        units = dict.fromkeys(seat.unit for seat in filing.seats.values())
        return {unit: by.between(times[unit], first, last) for unit in units}

    async def _times(self, version: str) -> Mapping[UnitCode, UnitTime]:
        """What the directory said about working time in the version that the dossier was filed with."""
        if version not in self._unit_times:
            definition = await read_directory_calendar(self._database.reading, version)
            assert definition is not None, "a dossier is filed with a published directory"
            self._unit_times[version] = UNIT_TIMES.validate_json(definition)
        return self._unit_times[version]

    async def _rule_set(self, code: str) -> RuleSet:
        if code not in self._rule_sets:
            found = await read_rule_set(self._database.reading, code)
            assert found is not None, "a procedure is published after its rule set"
            self._rule_sets[code] = found
        return self._rule_sets[code]


def _span(procedure: Procedure, filed_on: date) -> tuple[date, date]:
    days = int(procedure.limit.value) * 7 // _DAYS_PER_WEEK_WORKED
    last = filed_on + timedelta(days=days) + _REACH
    return date(filed_on.year, 1, 1), date(last.year, 12, 31)
