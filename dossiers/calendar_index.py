"""The tables behind a working calendar: every question about days and working time is a look-up or a
bisection.

Days are numbered from the first day of the span; working time is a prefix sum in whole seconds. Nothing
outside the span is answered, because a guess about an undecided year would become a promise.
"""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate

from dossiers.deadline_errors import BeyondCalendar
from dossiers.instants import VIETNAM, local

_DAY = 86_400

#: The working periods of one day as (start, end) in seconds since midnight.
Hours = Sequence[tuple[int, int]]


class CalendarIndex:
    """Look-up tables of one calendar; ``hours`` holds the working periods of each day of the span."""

    __slots__ = ("_base", "_midnights", "_worked", "_working_before", "_working_days", "closings", "hours")

    def __init__(self, first: date, hours: Sequence[Hours]) -> None:
        """Lay out the tables of a span that begins on a day."""
        self.hours = hours
        self._base = first.toordinal()
        midnight = datetime(first.year, first.month, first.day, tzinfo=VIETNAM)
        self._midnights = [midnight + timedelta(days=number) for number in range(len(hours))]
        self._working_days = [number for number, periods in enumerate(hours) if periods]
        self._working_before = list(accumulate((bool(periods) for periods in hours), initial=0))
        self._worked = list(accumulate((sum(end - start for start, end in periods) for periods in hours), initial=0))
        self.closings = [
            midnight + timedelta(seconds=periods[-1][1] if periods else _DAY)
            for midnight, periods in zip(self._midnights, hours, strict=True)
        ]

    def day(self, day: date) -> int:
        """The number of a day; of an instant, that of its local day."""
        number = day.toordinal() - self._base
        if 0 <= number < len(self.hours):
            return number
        raise BeyondCalendar(day.isoformat())

    def day_or_after(self, day: date) -> int:
        """The number of a day; of any day after the span, that of the day after its last."""
        return min(day.toordinal() - self._base, len(self.hours))

    def reaches(self, day: date) -> bool:
        """Whether a day comes no later than the last of the span."""
        return self.day_or_after(day) < len(self.hours)

    def date(self, number: int) -> date:
        return date.fromordinal(self._base + self.within(number))

    def within(self, number: int) -> int:
        """The number itself, when the span has such a day."""
        if 0 <= number < len(self.hours):
            return number
        raise BeyondCalendar(number)

    def covered(self, instant: datetime) -> datetime:
        """The instant itself, when it lies in the span."""
        self.day(instant)
        return instant

    def opening(self, number: int) -> datetime:
        return self._at(number, self.hours[number][0][0])

    def working_days_before(self, number: int) -> int:
        """How many working days the span has before a day."""
        return self._working_before[min(number, len(self.hours))]

    def working_day(self, position: int) -> int:
        """The working day that has that many working days before it."""
        if 0 <= position < len(self._working_days):
            return self._working_days[position]
        raise BeyondCalendar(position)

    def nth_working_day(self, number: int, count: int) -> int:
        """The ``count``-th working day after a day."""
        return self.working_day(self._working_before[number + 1] + count - 1)

    def worked_before(self, instant: datetime) -> int:
        """The working time of the span before an instant."""
        instant = local(instant)
        number = self.day(instant)
        second = instant.hour * 3600 + instant.minute * 60 + instant.second
        worked = self._worked[number]
        for start, end in self.hours[number]:
            if second <= start:
                break
            worked += min(second, end) - start
        return worked

    def when_worked(self, goal: int) -> datetime:
        """The earliest instant before which that much working time of the span lies; more than none."""
        number = bisect_left(self._worked, goal) - 1
        if number >= len(self.hours):
            raise BeyondCalendar(goal)
        left = goal - self._worked[number]
        for start, end in self.hours[number]:
            if left <= end - start:
                return self._at(number, start + left)
            left -= end - start
        raise AssertionError(goal)

    def is_working(self, instant: datetime) -> bool:
        instant = local(instant)
        second = instant.hour * 3600 + instant.minute * 60 + instant.second
        return any(start <= second < end for start, end in self.hours[self.day(instant)])

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself while work goes on, else the start of the next period."""
        instant = local(instant)
        number = self.day(instant)
        second = instant.hour * 3600 + instant.minute * 60 + instant.second
        for start, end in self.hours[number]:
            if second < end:
                return instant if start <= second else self._at(number, start)
        return self.opening(self.nth_working_day(number, 1))

    def _at(self, number: int, second: int) -> datetime:
        return self._midnights[number] + timedelta(seconds=second)
