"""The days between a receipt and its due instant, each told as counted, off, stopped or not yet begun.

Passages follow one another without a gap, and what they count adds up to the limit.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import groupby

from dossiers.calendar import WorkCalendar
from dossiers.counting import CalendarDays, Line, TimeLine, WorkingDays
from dossiers.deadlines import Count
from dossiers.instants import VIETNAM
from dossiers.values import Value

_DAY = timedelta(days=1)

WEEKLY_REST = "nghỉ hằng tuần"
OUT_OF_HOURS = "ngoài giờ làm việc"


class PassageKind(StrEnum):
    """What a run of days meant for a limit."""

    RECEIPT = "receipt"  # not counted: the day of receipt, and what a cut-off adds to it
    COUNTED = "counted"
    OFF = "off"
    STOPPED = "stopped"
    LAST = "last"  # the working day on which a limit ends whose last day was off, or that has no days


class Passage(Value):
    """A run of days with one meaning; ``amount`` is in days of the limit, or in seconds when time is measured."""

    kind: PassageKind
    first: date
    last: date
    amount: int = 0
    reason: str = ""


def passages(calendar: WorkCalendar, line: Line, count: Count, end: datetime) -> tuple[Passage, ...]:
    """The days of a count that began, up to its due instant or to the stop that still holds it."""
    assert count.received is not None, "a count that waits for its restart has no days"
    match line:
        case WorkingDays() | CalendarDays():
            days = _whole_days(calendar, line, count, count.received, end)
        case TimeLine():
            days = _measured_days(calendar, line, count, count.received, end)
        case _:
            raise AssertionError(line)
    return tuple(_joined(days))


def _whole_days(
    calendar: WorkCalendar, line: WorkingDays | CalendarDays, count: Count, received: datetime, end: datetime
) -> Iterator[Passage]:
    left = line.length(count.limit)
    zero = line.day_zero(received)
    first_day = zero + 1 if left else zero
    out = line.days_out(count.pauses)
    for number in range(calendar.index.day(received), calendar.index.day(end) + 1):
        day = calendar.index.date(number)
        works = bool(calendar.index.hours[number])
        if number < first_day:
            yield _one(PassageKind.RECEIPT, day)
        elif any(first <= number and (after is None or number < after) for first, after in out):
            yield _one(PassageKind.STOPPED, day)
        elif left and (works or isinstance(line, CalendarDays)):
            left -= 1
            yield _one(PassageKind.COUNTED, day, 1, _name(calendar, day))
        elif works:
            last = day == end.date()
            yield _one(PassageKind.LAST, day) if last else _one(PassageKind.OFF, day, 0, OUT_OF_HOURS)
        else:
            yield _one(PassageKind.OFF, day, 0, _name(calendar, day) or WEEKLY_REST)


def _measured_days(
    calendar: WorkCalendar, line: TimeLine, count: Count, received: datetime, end: datetime
) -> Iterator[Passage]:
    for number in range((end.date() - received.date()).days + 1):
        day = received.date() + number * _DAY
        midnight = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
        start, until = max(received, midnight), min(end, midnight + _DAY)
        stopped = [
            (max(start, pause.start), min(until, pause.end or until))
            for pause in count.pauses
            if pause.start < until and (pause.end is None or pause.end > start)
        ]
        whole = line.measure(start, until)
        amount = whole - sum(line.measure(*span) for span in stopped)
        if amount:
            yield _one(PassageKind.COUNTED, day, amount, _name(calendar, day))
        elif whole or (day == end.date() and count.is_stopped):
            yield _one(PassageKind.STOPPED, day)
        elif day == end.date():
            yield _one(PassageKind.LAST, day)
        elif calendar.is_working_day(day):
            yield _one(PassageKind.OFF, day, 0, OUT_OF_HOURS)
        else:
            yield _one(PassageKind.OFF, day, 0, _name(calendar, day) or WEEKLY_REST)


def _one(kind: PassageKind, day: date, amount: int = 0, reason: str = "") -> Passage:
    return Passage(kind=kind, first=day, last=day, amount=amount, reason=reason)


def _name(calendar: WorkCalendar, day: date) -> str:
    exception = calendar.exception_on(day)
    return exception.reason if exception else ""


def _joined(days: Iterable[Passage]) -> Iterator[Passage]:
    """Neighbouring days of one meaning as one passage."""
    for (kind, reason), run in groupby(days, key=lambda day: (day.kind, day.reason)):
        together = list(run)
        yield Passage(
            kind=kind,
            first=together[0].first,
            last=together[-1].last,
            amount=sum(day.amount for day in together),
            reason=reason,
        )
