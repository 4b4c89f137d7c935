"""Where an instant lies on a picture of working time.

A working day is as wide as any other and filled by its office hours alone; a day off is narrow and grey; nights have no
width. So a bar is as long as the working time that it took, and "7 of 5 days" can be seen.
"""

from datetime import date, datetime, timedelta
from itertools import accumulate
from typing import NamedTuple

from dossiers.calendar import WorkCalendar
from dossiers.instants import VIETNAM, local

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
_OFF_WIDTH = 0.45
#: Dates closer than this cannot be read.
_APART = 44.0


class Band(NamedTuple):
    """Days off, one after the other."""

    x: float
    width: float
    first: date
    last: date


class Tick(NamedTuple):
    """A date under the picture."""

    x: float
    day: date


class Scale:
    """From one day to another, across a width."""

    def __init__(self, calendar: WorkCalendar, first: date, last: date, *, left: float, width: float) -> None:
        first, last = max(first, calendar.first), min(last, calendar.last)
        self._first = first
        self._days = [first + count * _DAY for count in range((last - first).days + 1)]
        self._hours = [_office_hours(calendar, day) for day in self._days]
        weights = [1.0 if hours is not None else _OFF_WIDTH for hours in self._hours]
        self._unit = width / sum(weights)
        self._starts = [left + self._unit * before for before in accumulate(weights, initial=0.0)]

    def x(self, instant: datetime) -> float:
        """Clipped to the picture."""
        instant = local(instant.replace(microsecond=0))
        position = (instant.date() - self._first).days
        if position < 0:
            return self._starts[0]
        if position >= len(self._days):
            return self._starts[-1]
        midnight = datetime(instant.year, instant.month, instant.day, tzinfo=VIETNAM)
        opening, closing = self._hours[position] or (0, 86_400)
        share = ((instant - midnight) / _SECOND - opening) / (closing - opening)
        return self._starts[position] + (self._starts[position + 1] - self._starts[position]) * min(
            1.0, max(0.0, share)
        )

    def bands(self) -> tuple[Band, ...]:
        found: list[Band] = []
        for position, day in enumerate(self._days):
            if self._hours[position] is not None:
                continue
            width = self._starts[position + 1] - self._starts[position]
            if found and found[-1].last == day - _DAY:
                found[-1] = found[-1]._replace(width=found[-1].width + width, last=day)
            else:
                found.append(Band(self._starts[position], width, day, day))
        return tuple(found)

    def ticks(self) -> tuple[Tick, ...]:
        """Working days, as many as can be read."""
        working = [position for position, hours in enumerate(self._hours) if hours is not None]
        found: list[Tick] = []
        for position in working:
            x = self._starts[position] + self._unit / 2
            if not found or x - found[-1].x >= _APART:
                found.append(Tick(x, self._days[position]))
        return tuple(found)


def _office_hours(calendar: WorkCalendar, day: date) -> tuple[int, int] | None:
    """From the first opening to the last closing, in seconds since midnight; null on a day off."""
    periods = calendar.periods_on(day)
    return (periods[0].start, periods[-1].end) if periods else None
