"""How an organisation unit's calendar grows out of the state's: layers, the last one winning.

The state calendar lies at the bottom, each later version of it is a layer, and so are what the province and
the unit say about themselves: hours, closures, Saturday mornings on which only the counter receives. Make-up
days work the hours of the day they stand for, so a unit with hours of its own makes up with these.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from typing import Annotated

from pydantic import BeforeValidator

from dossiers.calendar import DayException, HoursChange, Period, Week, WorkCalendar
from dossiers.values import Value


def _period(written: object) -> object:
    """A span of the day as people write it: 07:30-11:30."""
    if not isinstance(written, str):
        return written
    opens, _, closes = written.partition("-")
    return Period(_second_of_day(opens), _second_of_day(closes))


def _second_of_day(written: str) -> int:
    clock = time.fromisoformat(written)
    return clock.hour * 3600 + clock.minute * 60 + clock.second


Hours = tuple[Annotated[Period, BeforeValidator(_period)], ...]


class WeekHours(Value):
    """The hours of each day of the week; a day that is not named is off."""

    monday: Hours = ()
    tuesday: Hours = ()
    wednesday: Hours = ()
    thursday: Hours = ()
    friday: Hours = ()
    saturday: Hours = ()
    sunday: Hours = ()

    @property
    def days(self) -> Week:
        """The days in their order."""
        return (
            self.monday,
            self.tuesday,
            self.wednesday,
            self.thursday,
            self.friday,
            self.saturday,
            self.sunday,
        )


class DayOff(Value):
    """A holiday, a day in lieu, a day swapped away, or a closure of a unit."""

    on: date
    reason: str


class MakeUpDay(Value):
    """A day worked in place of another, with that day's hours."""

    on: date
    instead_of: date
    reason: str


class ShortDay(Value):
    """A day with hours of its own: half a holiday, a unit that closes early."""

    on: date
    hours: Hours
    reason: str


class CalendarLayer(Value):
    """What somebody says about working time; what is not said is inherited."""

    hours: WeekHours | None = None
    #: Hours in which the counter receives although the back office is closed.
    reception: WeekHours | None = None
    #: The day from which these hours hold; the first of the calendar when absent.
    hours_from: date | None = None
    days_off: tuple[DayOff, ...] = ()
    make_up_days: tuple[MakeUpDay, ...] = ()
    short_days: tuple[ShortDay, ...] = ()
    #: Days that a layer below took for an exception and that are like any other after all.
    usual_days: tuple[date, ...] = ()

    def days_touched(self) -> Iterator[date]:
        """The days from which, or on which, this layer may differ from those below."""
        yield from (day.on for day in self.days_off)
        yield from (day.on for day in self.make_up_days)
        yield from (day.on for day in self.short_days)
        yield from self.usual_days
        if self.hours is not None or self.reception is not None:
            yield self.hours_from or date.min


class CalendarOverride(CalendarLayer):
    """What a province or a unit says; its name becomes part of the version of the calendar that results."""

    name: str


#: Weeks by the day from which they hold.
Weeks = Mapping[date, WeekHours]


def laid_over(first: date, layers: Sequence[CalendarLayer]) -> tuple[Weeks, Weeks]:
    """The hours of work and the hours of reception alone."""
    work, reception = {first: WeekHours()}, {first: WeekHours()}
    for layer in layers:
        begin = max(first, layer.hours_from or first)
        for weeks, said in ((work, layer.hours), (reception, layer.reception)):
            if said is not None:
                for later in [day for day in weeks if day > begin]:
                    del weeks[later]
                weeks[begin] = said
    return work, reception


def resolved(version: str, first: date, last: date, layers: Sequence[CalendarLayer]) -> WorkCalendar:
    """The calendar that the layers make together."""
    work, reception = laid_over(first, layers)
    return WorkCalendar(
        version=version,
        first=first,
        last=last,
        weekly=work[first].days,
        reception=reception[first].days,
        changes=tuple(
            HoursChange(on=day, weekly=_in_force(work, day).days, reception=_in_force(reception, day).days)
            for day in sorted({*work, *reception})
            if first < day <= last
        ),
        exceptions=_exceptions(first, last, layers, work),
    )


def _exceptions(first: date, last: date, layers: Sequence[CalendarLayer], work: Weeks) -> tuple[DayException, ...]:
    exceptions: dict[date, DayException] = {}
    for layer in layers:
        for off in layer.days_off:
            exceptions[off.on] = DayException(on=off.on, reason=off.reason)
        for extra in layer.make_up_days:
            periods = _in_force(work, extra.on).days[extra.instead_of.weekday()]
            exceptions[extra.on] = DayException(on=extra.on, periods=periods, reason=extra.reason)
        for short in layer.short_days:
            exceptions[short.on] = DayException(on=short.on, periods=short.hours, reason=short.reason)
        for day in layer.usual_days:
            exceptions.pop(day, None)
    return tuple(exceptions[day] for day in sorted(exceptions) if first <= day <= last)


def _in_force(weeks: Weeks, day: date) -> WeekHours:
    return weeks[max(start for start in weeks if start <= day)]
