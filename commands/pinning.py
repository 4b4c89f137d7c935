"""What a dossier is pinned to when it is filed: one published version each of procedure, rule set and calendar.

The calendars are cut to the years that the dossier can reach, so that the whole stays small enough for a start input.
"""

from datetime import date, timedelta

from agencies.calendars import resolve_calendar
from agencies.roster import Directory
from dossiers.calendar import WorkCalendar
from dossiers.commands import FileDossier
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet, in_force
from dossiers.rulebook import Rulebook
from dossiers.values import ProcedureCode, UnitCode
from store.catalogue import list_rule_sets, read_procedure, read_rule_set
from store.database import Database

#: Beyond the limit itself: stops, restarts and lateness.
_REACH = timedelta(days=366)
_DAYS_PER_WEEK_WORKED = 5


class Catalogue:
    """Published versions, read once: they never change."""

    def __init__(self, database: Database, directory: Directory, calendar_version: str) -> None:
        self.directory = directory
        self.calendar_version = calendar_version
        self._database = database
        self._procedures: dict[tuple[ProcedureCode, int], Procedure] = {}
        self._rule_sets: dict[str, RuleSet] = {}

    async def procedure(self, code: ProcedureCode, version: int | None = None) -> Procedure | None:
        """A published procedure; the newest version unless one is named."""
        if version is not None and (code, version) in self._procedures:
            return self._procedures[code, version]
        async with self._database.transaction() as tx:
            found = await read_procedure(tx, code, version)
        if found is not None:
            self._procedures[code, found.version] = found
        return found

    async def rulebook(self, filing: FileDossier, filed_on: date) -> Rulebook:
        """Everything that the dossier will interpret."""
        procedure = await self.procedure(filing.procedure, filing.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        first, last = _span(procedure, filed_on)
        calendars = {seat.unit: self._calendar(filing, seat.unit) for seat in filing.seats.values()}
        return Rulebook(
            procedure=procedure,
            rule_set=await self._rule_set(filing.rule_set),
            later_rule_sets=tuple([await self._rule_set(code) for code in filing.later_rule_sets]),
            calendars={one.version: one.between(first, last) for one in calendars.values()},
            unit_calendars={unit: one.version for unit, one in calendars.items()},
            promise_calendar=calendars[filing.seats[procedure.lead.name].unit].version,
        )

    async def rule_sets_from(self, day: date) -> tuple[RuleSet, tuple[RuleSet, ...]]:
        """The decree in force on a day, and those that come after it."""
        async with self._database.transaction() as tx:
            known = await list_rule_sets(tx)
        now = in_force(known, day)
        return now, tuple(one for one in known if one.effective_from > max(now.effective_from, day))

    def _calendar(self, filing: FileDossier, unit: UnitCode) -> WorkCalendar:
        return resolve_calendar(filing.calendar_version, self.directory.calendar_overrides(unit))

    async def _rule_set(self, code: str) -> RuleSet:
        if code not in self._rule_sets:
            async with self._database.transaction() as tx:
                found = await read_rule_set(tx, code)
            assert found is not None, "a procedure is published after its rule set"
            self._rule_sets[code] = found
        return self._rule_sets[code]


def _span(procedure: Procedure, filed_on: date) -> tuple[date, date]:
    days = int(procedure.limit.value) * 7 // _DAYS_PER_WEEK_WORKED
    last = filed_on + timedelta(days=days) + _REACH
    return date(filed_on.year, 1, 1), date(last.year, 12, 31)
