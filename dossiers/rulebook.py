"""Everything a dossier interprets: its procedure, its rule set and the calendars of its seats, as one pinned value.

It travels in the workflow's start input (at most 32 KiB), so nothing published later can change a running dossier. Only
its own `CalendarChanged` events change the calendars, and each carries its difference.
"""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Self

from dossiers.calendar import WorkCalendar
from dossiers.calendar_change import CalendarsChange, applied
from dossiers.procedure import Procedure
from dossiers.rule_set import RuleSet, in_force
from dossiers.sharing import once_in_memory
from dossiers.values import UnitCode, Value

SharedRuleSet = Annotated[RuleSet, once_in_memory(RuleSet)]


class Rulebook(Value):
    """The pinned rules of one dossier."""

    procedure: Annotated[Procedure, once_in_memory(Procedure)]
    #: The decree in force when the dossier was filed, and those that may be when it is received.
    rule_set: SharedRuleSet
    later_rule_sets: tuple[SharedRuleSet, ...] = ()
    #: The distinct calendars, by version name.
    calendars: dict[str, Annotated[WorkCalendar, once_in_memory(WorkCalendar)]]
    #: Which calendar a unit works by, where it is not the lead's.
    unit_calendars: dict[UnitCode, str]
    #: The calendar of the promise: the lead agency's.
    promise_calendar: str
    #: How many changes of calendar are in it already.
    changes: int = 0

    def rule_set_on(self, day: date) -> RuleSet:
        """The decree that a dossier received on that day follows to its end."""
        return in_force((self.rule_set, *self.later_rule_sets), day)

    def rule_set_named(self, code: str | None) -> RuleSet:
        """The decree that was pinned at reception; before there is one, that of the filing."""
        return next((one for one in self.later_rule_sets if one.code == code), self.rule_set)

    def calendar_of(self, unit: UnitCode) -> WorkCalendar:
        """The calendar by which the unit's time is counted."""
        return self.calendars[self.unit_calendars.get(unit, self.promise_calendar)]

    @property
    def calendar(self) -> WorkCalendar:
        """The calendar of the promise."""
        return self.calendars[self.promise_calendar]

    def as_changed(self, changes: Sequence[CalendarsChange]) -> Self:
        """The rules after all these changes of calendar, of which the first may be in them already."""
        rules = self
        for change in changes[self.changes :]:
            rules = rules.after(change)
        return rules

    def after(self, change: CalendarsChange) -> Self:
        """The rules after one more change of calendar."""
        return self.model_copy(
            update={
                "calendars": applied(self.calendars, change.differences),
                "unit_calendars": change.unit_calendars,
                "promise_calendar": change.promise_calendar,
                "changes": self.changes + 1,
            }
        )
