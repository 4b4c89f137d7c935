# ruff: noqa: A005  (the word of the domain; nobody here imports the standard library's calendar)
"""A working calendar as a value: the hours of the week, the days that differ, and the span it is decided for.

Invariants: exceptions and changes of hours are in order of their day; nothing outside the span is ever
answered; hours of reception alone do not make a working day (QĐ 127/2007/QĐ-TTg: a counter may receive on
Saturday mornings while the back office is closed). Legal basis: Bộ luật Lao động 2019 Điều 111-112; the
yearly decisions stand in the data files.
"""

from bisect import bisect_left
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Annotated, Any, NamedTuple, Self

from pydantic import AfterValidator, Field, model_validator

from dossiers.calendar_index import CalendarIndex
from dossiers.instants import local
from dossiers.values import Value

_DAY = 86_400


class Period(NamedTuple):
    """A span of a day in seconds since midnight, its end excluded."""

    start: int
    end: int


def _ordered(periods: tuple[Period, ...]) -> tuple[Period, ...]:
    seconds = [second for period in periods for second in period]
    if seconds != sorted(set(seconds)) or (seconds and not 0 <= seconds[0] < seconds[-1] <= _DAY):
        message = "the periods of a day are in order, apart from each other and within the day"
        raise ValueError(message)
    return periods


Periods = Annotated[tuple[Period, ...], AfterValidator(_ordered)]
Week = Annotated[tuple[Periods, ...], Field(min_length=7, max_length=7)]

CLOSED_WEEK: tuple[tuple[Period, ...], ...] = ((),) * 7


class DayException(Value):
    """A day whose hours differ from those of its week: a holiday, a day in lieu, a make-up day, a closure."""

    on: date
    periods: Periods = ()
    reason: str


class HoursChange(Value):
    """New hours of the week from a day on."""

    on: date
    weekly: Week
    reception: Week = CLOSED_WEEK


class WorkCalendar(Value):
    """When an organisation unit works. Monday is the first day of a week."""

    version: str
    first: date
    last: date
    weekly: Week
    #: Hours in which a counter receives although nobody works behind it.
    reception: Week = CLOSED_WEEK
    changes: tuple[HoursChange, ...] = ()
    exceptions: tuple[DayException, ...] = ()
    #: Years whose days off are estimated, because nobody has decided them yet.
    provisional_years: tuple[int, ...] = ()
    #: Years whose days off were never checked against the decisions of the time.
    unverified_years: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        for days in ([one.on for one in self.exceptions], [one.on for one in self.changes]):
            if any(later <= earlier for earlier, later in pairwise(days)):
                message = "exceptions and changes of hours are in order of their day, one a day"
                raise ValueError(message)
        if self.last < self.first:
            message = "a calendar ends after it begins"
            raise ValueError(message)
        return self

    @cached_property
    def index(self) -> CalendarIndex:
        """The tables that answer quickly; made once per calendar value."""
        return _compiled(self)

    def model_copy(self, **changes: Any) -> Self:  # noqa: ANN401  (pydantic's signature)
        """A changed copy, which must not keep the tables of its original."""
        copy = super().model_copy(**changes)
        copy.__dict__.pop("index", None)
        return copy

    def between(self, first: date, last: date) -> "WorkCalendar":
        """The part that a dossier carries with it; what falls outside this calendar stays outside."""
        first, last = max(first, self.first), min(last, self.last)
        weekly, reception = self._week_on(first)
        return WorkCalendar(
            version=self.version,
            first=first,
            last=last,
            weekly=weekly,
            reception=reception,
            changes=tuple(change for change in self.changes if first < change.on <= last),
            exceptions=tuple(exception for exception in self.exceptions if first <= exception.on <= last),
            provisional_years=tuple(year for year in self.provisional_years if first.year <= year <= last.year),
            unverified_years=tuple(year for year in self.unverified_years if first.year <= year <= last.year),
        )

    def exception_on(self, day: date) -> DayException | None:
        position = bisect_left(self.exceptions, day, key=lambda exception: exception.on)
        found = self.exceptions[position : position + 1]
        return found[0] if found and found[0].on == day else None

    def periods_on(self, day: date) -> tuple[Period, ...]:
        """The working periods of a day."""
        return tuple(Period(*period) for period in self.index.hours[self.index.day(day)])

    def reception_on(self, day: date) -> tuple[Period, ...]:
        """The periods in which only the counter is there; none on a day that is an exception."""
        self.index.day(day)
        return () if self.exception_on(day) else self._week_on(day)[1][day.weekday()]

    def is_working_day(self, day: date) -> bool:
        return bool(self.index.hours[self.index.day(day)])

    def opening(self, day: date) -> datetime:
        """The start of the first working period; asked of working days only."""
        return self.index.opening(self.index.day(day))

    def closing(self, day: date) -> datetime:
        """The end of the last working period; of a day off, 24:00."""
        return self.index.closings[self.index.day(day)]

    def next_working_day(self, day: date) -> date:
        """The first working day after a day."""
        index = self.index
        return index.date(index.nth_working_day(index.day(day), 1))

    def last_working_day_before(self, day: date) -> date:
        """The last working day before a day."""
        index = self.index
        return index.date(index.working_day(index.working_days_before(index.day(day)) - 1))

    def is_working(self, instant: datetime) -> bool:
        return self.index.is_working(instant)

    def next_opening(self, instant: datetime) -> datetime:
        """The instant itself while work goes on, else the start of the next working period."""
        return self.index.next_opening(instant)

    def add_working(self, instant: datetime, seconds: int) -> datetime:
        """The earliest instant at which that much working time has passed."""
        assert seconds >= 0, "working time runs forward"
        index = self.index
        return index.when_worked(index.worked_before(instant) + seconds) if seconds else index.covered(local(instant))

    def latest_after(self, instant: datetime, seconds: int) -> datetime:
        """The latest instant by which no more than that has passed: a closing goes on to the next opening."""
        return self.next_opening(self.add_working(instant, seconds))

    def working_seconds(self, start: datetime, end: datetime) -> int:
        """The working time between two instants; negative when they are the other way round."""
        return self.index.worked_before(end) - self.index.worked_before(start)

    def _week_on(self, day: date) -> tuple[Week, Week]:
        weekly, reception = self.weekly, self.reception
        for change in self.changes:
            if change.on > day:
                break
            weekly, reception = change.weekly, change.reception
        return weekly, reception


@lru_cache(maxsize=128)
def _compiled(calendar: WorkCalendar) -> CalendarIndex:
    exceptions = {exception.on: exception.periods for exception in calendar.exceptions}
    starts = {change.on: change.weekly for change in calendar.changes}
    weekly = calendar.weekly
    hours = []
    for number in range((calendar.last - calendar.first).days + 1):
        day = calendar.first + timedelta(days=number)
        weekly = starts.get(day, weekly)
        hours.append(exceptions.get(day, weekly[day.weekday()]))
    return CalendarIndex(calendar.first, hours)
