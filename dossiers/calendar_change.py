"""What a later calendar version says differently, as a dossier carries it: differences, never whole calendars.

A version differs from its predecessor only after its publication day, so what it changes in a dossier's span is a few
days; a journal keeps these and not the two years around them. Laying a difference over the calendar that it was taken
from gives the later one, day by day.
"""

from collections.abc import Sequence
from datetime import date
from typing import Self

from dossiers.calendar import DayException, HoursChange, WorkCalendar
from dossiers.sharing import shared
from dossiers.values import UnitCode, Value


class CalendarDifference(Value):
    """From the calendar named ``of`` to the one named ``version``."""

    of: str
    version: str
    last: date
    #: Days that are an exception now, or another one.
    exceptions: tuple[DayException, ...] = ()
    #: Days that were an exception and are like any other now.
    usual_days: tuple[date, ...] = ()
    #: Every change of hours, when they are not the same any more.
    changes: tuple[HoursChange, ...] | None = None
    provisional_years: tuple[int, ...] = ()
    unverified_years: tuple[int, ...] = ()

    @classmethod
    def between(cls, before: WorkCalendar, after: WorkCalendar) -> Self:
        """What leads from the one to the other; both begin on the same day with the same hours."""
        started = (before.first, before.weekly, before.reception)
        assert started == (after.first, after.weekly, after.reception), "a version changes only what is to come"
        was, now = ({one.on: one for one in calendar.exceptions} for calendar in (before, after))
        return cls(
            of=before.version,
            version=after.version,
            last=after.last,
            exceptions=tuple(one for day, one in now.items() if was.get(day) != one),
            usual_days=tuple(day for day in was if day not in now),
            changes=after.changes if after.changes != before.changes else None,
            provisional_years=after.provisional_years,
            unverified_years=after.unverified_years,
        )

    @property
    def is_empty(self) -> bool:
        """Whether no day is worked differently."""
        return not self.exceptions and not self.usual_days and self.changes is None

    def laid_over(self, calendar: WorkCalendar) -> WorkCalendar:
        """The later calendar."""
        exceptions = {one.on: one for one in (*calendar.exceptions, *self.exceptions) if one.on not in self.usual_days}
        return WorkCalendar(
            version=self.version,
            first=calendar.first,
            last=self.last,
            weekly=calendar.weekly,
            reception=calendar.reception,
            changes=calendar.changes if self.changes is None else self.changes,
            exceptions=tuple(exceptions[day] for day in sorted(exceptions)),
            provisional_years=self.provisional_years,
            unverified_years=self.unverified_years,
        )


class CalendarsChange(Value):
    """One state version's successor, for every unit that has a part in the dossier."""

    version: str
    differences: tuple[CalendarDifference, ...]
    unit_calendars: dict[UnitCode, str]
    promise_calendar: str


def calendars_change(
    version: str,
    before: dict[UnitCode, WorkCalendar],
    after: dict[UnitCode, WorkCalendar],
    lead: UnitCode,
) -> CalendarsChange:
    """What leads from the calendars of the units to the later ones."""
    pairs = {(before[unit].version, after[unit].version): (before[unit], after[unit]) for unit in before}
    return CalendarsChange(
        version=version,
        differences=tuple(CalendarDifference.between(*pair) for pair in pairs.values()),
        unit_calendars={unit: one.version for unit, one in after.items()},
        promise_calendar=after[lead].version,
    )


def applied(calendars: dict[str, WorkCalendar], differences: Sequence[CalendarDifference]) -> dict[str, WorkCalendar]:
    """The calendars with those that the differences make of them; the earlier ones stay for what they counted."""
    return {**calendars, **{one.version: shared(one.laid_over(calendars[one.of])) for one in differences}}
