"""Counting a time limit from a receipt, pauses left out.

Whatever the unit, the limit is laid on a line of whole numbers (working days, calendar days, working seconds
or wall seconds of the calendar); pauses are gaps in that line, and the end is the goal, pushed behind every
gap that begins before it. PROMISE counts whole days and ends at a closing (Bộ luật Dân sự 2015, Điều 147-148:
the day of receipt is not counted, a last day off moves to the next working day); ELAPSED measures time, to
the second.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Literal, Protocol

from dossiers.calendar_index import CalendarIndex
from dossiers.deadline_errors import BadLimit, BeyondCalendar, UnitNotAllowed
from dossiers.instants import VIETNAM
from dossiers.limits import Counting, LimitUnit, TimeLimit
from dossiers.stops import Pause
from dossiers.values import Value

_EPOCH = datetime(1970, 1, 1, tzinfo=VIETNAM)
_SECOND = timedelta(seconds=1)

#: A span of a line that does not count; one without an end goes on for ever.
Gap = tuple[int, int | None]

RemainingUnit = Literal["wd", "d", "working_seconds", "seconds"]


class Remaining(Value):
    """What is left of a limit while its clock stands still."""

    unit: RemainingUnit
    value: int


class Line(Protocol):
    """One way of laying time on a line of whole numbers."""

    unit: RemainingUnit

    def length(self, limit: TimeLimit) -> int:
        """How long a limit is on this line."""

    def origin(self, received: datetime) -> int:
        """Where counting begins."""

    def gaps(self, pauses: Sequence[Pause]) -> list[Gap]:
        """Where pauses lie, in order and apart."""

    def end(self, goal: int, pauses: Sequence[Pause], /) -> datetime:
        """The instant at which a goal is reached."""

    def at_once(self, received: datetime, pauses: Sequence[Pause], /) -> datetime:
        """When a limit of nothing ends."""

    def reaches(self, instant: datetime) -> bool:
        """Whether the calendar reaches as far as an instant."""


def line_of(index: CalendarIndex, unit: LimitUnit, counting: Counting, cutoff: time | None) -> Line:
    """The line on which a unit is counted."""
    return _LINES[counting, unit](index, cutoff)


def require_unit(limit: TimeLimit, counting: Counting) -> None:
    """Refuse a limit that this way of counting does not know; a promise is made in whole days."""
    if (counting, limit.unit) not in _LINES or (counting is Counting.PROMISE and limit.count is None):
        raise UnitNotAllowed(limit)


def end_of(line: Line, received: datetime, limit: TimeLimit, pauses: Sequence[Pause] = ()) -> datetime:
    """The instant at which a limit ends, every pause having ended."""
    length = line.length(limit)
    if not length:
        return line.at_once(received, pauses)
    origin = line.origin(received)
    return line.end(pushed(origin, length, line.gaps(pauses)) if pauses else origin + length, pauses)


def left_of(line: Line, received: datetime, limit: TimeLimit, pauses: Sequence[Pause]) -> Remaining:
    """What is left of a limit whose last pause is still open."""
    length = line.length(limit)
    if not length:
        return Remaining(unit=line.unit, value=0)
    origin = line.origin(received)
    *closed, (stopped_at, _) = line.gaps(pauses)
    left = pushed(origin, length, closed) - max(stopped_at, origin)
    return Remaining(unit=line.unit, value=max(0, left))


def pushed(origin: int, length: int, gaps: Iterable[Gap]) -> int:
    """Where a length laid down from an origin ends, when nothing counts inside the gaps."""
    goal = origin + length
    for start, end in gaps:
        if start >= goal:
            break
        assert end is not None, "a limit whose clock stands still has no end"
        goal += max(0, end - max(start, origin))
    return goal


class DayLine:
    """What working days and calendar days have in common: whole days, each counted or not."""

    def __init__(self, index: CalendarIndex, cutoff: time | None) -> None:
        self._index = index
        self._cutoff = cutoff

    def length(self, limit: TimeLimit) -> int:
        assert limit.count is not None, "a promise is made in whole days"
        return limit.count

    def reaches(self, instant: datetime) -> bool:
        return self._index.reaches(instant)

    def day_zero(self, received: datetime) -> int:
        """The day that is not counted: that of receipt or, by a cut-off, the next working day."""
        day = self._index.day(received)
        cutoff = self._cutoff
        if cutoff is not None and (received.time() > cutoff or not self._index.hours[day]):
            return self._index.nth_working_day(day, 1)
        return day

    def days_out(self, pauses: Sequence[Pause]) -> list[Gap]:
        """The days that each pause touches; one that begins after a closing spares its first day."""
        spans: list[Gap] = []
        free_from = 0
        for pause in pauses:
            first = self._index.day(pause.start)
            if pause.start >= self._index.closings[first]:
                first += 1
            first = max(first, free_from)
            if pause.end is None:
                return [*spans, (first, None)]
            free_from = max(free_from, self._index.day_or_after(pause.end) + 1)
            spans.append((first, max(first, free_from)))
        return spans


class WorkingDays(DayLine):
    """A promise in working days: the line has one number for every working day."""

    unit: RemainingUnit = "wd"

    def origin(self, received: datetime) -> int:
        return self._index.working_days_before(self.day_zero(received) + 1)

    def gaps(self, pauses: Sequence[Pause]) -> list[Gap]:
        before = self._index.working_days_before
        return [(before(first), None if end is None else before(end)) for first, end in self.days_out(pauses)]

    def end(self, goal: int, _pauses: Sequence[Pause], /) -> datetime:
        return self._index.closings[self._index.working_day(goal - 1)]

    def at_once(self, received: datetime, pauses: Sequence[Pause], /) -> datetime:
        """The closing of the first day that counts and whose closing is still to come."""
        first = self.day_zero(received)
        if received >= self._index.closings[first]:
            first += 1
        origin = self._index.working_days_before(first)
        return self.end(pushed(origin, 1, self.gaps(pauses)), pauses)


class CalendarDays(DayLine):
    """A promise in calendar days: the line has one number for every day."""

    unit: RemainingUnit = "d"

    def origin(self, received: datetime) -> int:
        return self.day_zero(received) + 1

    def gaps(self, pauses: Sequence[Pause]) -> list[Gap]:
        return self.days_out(pauses)

    def end(self, goal: int, pauses: Sequence[Pause], /) -> datetime:
        """The closing of the last day, or of the next working day that counts when that is a day off."""
        last = self._index.within(goal - 1)
        if self._index.hours[last]:
            return self._index.closings[last]
        line = WorkingDays(self._index, self._cutoff)
        return line.end(pushed(self._index.working_days_before(last), 1, line.gaps(pauses)), pauses)

    def at_once(self, _received: datetime, _pauses: Sequence[Pause], /) -> datetime:
        raise BadLimit(self.unit)


class TimeLine:
    """What working time and wall time have in common: whole seconds, on a scale of instants."""

    def __init__(self, index: CalendarIndex, cutoff: time | None) -> None:
        del cutoff  # time used runs from the receipt itself
        self._index = index

    def length(self, limit: TimeLimit) -> int:
        return limit.seconds

    def gaps(self, pauses: Sequence[Pause]) -> list[Gap]:
        return [(self.origin(pause.start), None if pause.end is None else self.origin(pause.end)) for pause in pauses]

    def reaches(self, instant: datetime) -> bool:
        return self._index.reaches(instant)

    def measure(self, start: datetime, end: datetime) -> int:
        """The seconds between two instants that this line counts."""
        return self.origin(end) - self.origin(start)

    def origin(self, received: datetime) -> int:
        raise NotImplementedError


class WorkingTime(TimeLine):
    """Working seconds of the calendar."""

    unit: RemainingUnit = "working_seconds"

    def origin(self, received: datetime) -> int:
        return self._index.worked_before(received)

    def end(self, goal: int, _pauses: Sequence[Pause], /) -> datetime:
        return self._index.when_worked(goal)

    def at_once(self, received: datetime, _pauses: Sequence[Pause], /) -> datetime:
        return self._index.next_opening(received)


class WallTime(TimeLine):
    """Seconds by the clock on the wall."""

    unit: RemainingUnit = "seconds"

    def origin(self, received: datetime) -> int:
        return (self._index.covered(received) - _EPOCH) // _SECOND

    def end(self, goal: int, _pauses: Sequence[Pause], /) -> datetime:
        try:
            return self._index.covered(_EPOCH + goal * _SECOND)
        except OverflowError as error:
            raise BeyondCalendar(goal) from error

    def at_once(self, received: datetime, _pauses: Sequence[Pause], /) -> datetime:
        return self._index.covered(received)


_LINES: Mapping[tuple[Counting, LimitUnit], Callable[[CalendarIndex, time | None], Line]] = {
    (Counting.PROMISE, LimitUnit.WORKING_DAY): WorkingDays,
    (Counting.PROMISE, LimitUnit.DAY): CalendarDays,
    (Counting.ELAPSED, LimitUnit.WORKING_DAY): WorkingTime,
    (Counting.ELAPSED, LimitUnit.WORKING_HOUR): WorkingTime,
    (Counting.ELAPSED, LimitUnit.HOUR): WallTime,
}
