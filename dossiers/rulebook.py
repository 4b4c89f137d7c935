"""Everything a dossier interprets: its procedure, its rule set and the calendars of its seats, as one pinned value.

It travels in the workflow's start input (at most 32 KiB), so nothing published later can change a running dossier.
"""

from dossiers.calendar import WorkCalendar
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet
from dossiers.values import UnitCode, Value


class Rulebook(Value):
    """The pinned rules of one dossier."""

    procedure: Procedure
    rule_set: RuleSet
    #: The distinct calendars, by version name.
    calendars: dict[str, WorkCalendar]
    #: Which calendar a unit works by, where it is not the lead's.
    unit_calendars: dict[UnitCode, str]
    #: The calendar of the promise: the lead agency's.
    promise_calendar: str

    def calendar_of(self, unit: UnitCode) -> WorkCalendar:
        """The calendar by which the unit's time is counted."""
        return self.calendars[self.unit_calendars.get(unit, self.promise_calendar)]

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar of the promise."""
        return self.calendars[self.promise_calendar]
