"""When a limit ends, when it is time to warn, and whether work ended early, on time or late.

Pure functions of receipt, limit, calendar and stops (NĐ 61/2018/NĐ-CP, Điều 18-19; Bộ luật Dân sự 2015, Điều
147-148): a due date is never a field that somebody edits. Stops are taken in order of their start, and one
that begins at or after the due instant found so far changes nothing: being late gives no power to stop the
clock afterwards.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from dossiers.calendar import WorkCalendar
from dossiers.counting import Line, Remaining, end_of, left_of, line_of, pushed, require_unit
from dossiers.deadline_errors import BadLimit, BadStop, BeyondCalendar
from dossiers.instants import local
from dossiers.limits import HOUR, STANDARD_DAY, Counting, LimitUnit, TimeLimit
from dossiers.stops import Extend, Pause, Restart, Resume, Stop, in_order, merged

TRANSFER_CUTOFF = time(15)


class Deadline(NamedTuple):
    """The due instant, or while the clock stands still what remains; exactly one of them."""

    due: datetime | None = None
    remaining: Remaining | None = None


class Grade(StrEnum):
    """How work ended, measured on its deadline."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"


class Count(NamedTuple):
    """One run of a limit as the stops have made it; without a receipt it waits for its restart to end."""

    received: datetime | None
    limit: TimeLimit
    pauses: tuple[Pause, ...] = ()

    @property
    def is_stopped(self) -> bool:
        """Whether the clock stands still, with no end in sight."""
        return self.received is None or (bool(self.pauses) and self.pauses[-1].end is None)


def deadline(
    calendar: WorkCalendar,
    received: datetime,
    limit: TimeLimit,
    counting: Counting = Counting.PROMISE,
    cutoff: time | None = None,
    stops: Sequence[Stop] = (),
) -> Deadline:
    """The deadline of a limit that began with a receipt."""
    require_unit(limit, counting)
    received = local(received)
    line = line_of(calendar.index, limit.unit, counting, cutoff)
    if not stops:
        return Deadline(due=end_of(line, received, limit))
    return deadline_of(line, counted(line, received, limit, counting, stops))


def deadline_of(line: Line, count: Count) -> Deadline:
    if count.received is None:
        return Deadline(remaining=Remaining(unit=line.unit, value=line.length(count.limit)))
    if count.is_stopped:
        return Deadline(remaining=left_of(line, count.received, count.limit, count.pauses))
    return Deadline(due=end_of(line, count.received, count.limit, count.pauses))


def counted(line: Line, received: datetime, limit: TimeLimit, counting: Counting, stops: Sequence[Stop]) -> Count:
    """What the stops make of a limit."""
    run = list(counts(line, received, limit, counting, stops))
    return run[-1][1] if run else Count(received, limit)


def counts(
    line: Line, received: datetime, limit: TimeLimit, counting: Counting, stops: Sequence[Stop]
) -> Iterator[tuple[Stop, Count]]:
    """The stops in order, each with the count after it; one that begins after the due instant leaves it."""
    ordered = in_order(stops)
    for stop in ordered:
        if isinstance(stop.policy, Extend):
            _require_extension(stop.policy, limit, counting)
    line.origin(received)  # refuses a receipt that the calendar does not reach
    count = Count(received, limit)
    for stop in ordered:
        count = _after(line, count, stop, received, limit)
        yield stop, count


def _after(line: Line, count: Count, stop: Stop, received: datetime, limit: TimeLimit) -> Count:
    match stop.policy:
        case Extend(by=by):
            return count._replace(limit=count.limit.extended_by(by)) if _runs(line, count, stop.start) else count
        case Restart():
            start = max(stop.start, received)
            if _is_over(stop, start) or not _runs(line, count, start):
                return count
            return Count(stop.end, limit)
        case Resume():
            if count.received is None:
                return count
            start = max(stop.start, count.received)
            if _is_over(stop, start) or not _runs(line, count, start):
                return count
            return count._replace(pauses=merged(count.pauses, Pause(start, stop.end)))


def _is_over(stop: Stop, start: datetime) -> bool:
    return stop.end is not None and stop.end <= start


def _runs(line: Line, count: Count, instant: datetime) -> bool:
    """Whether an instant lies before the due instant found so far; a stopped clock has none."""
    if count.received is None or count.is_stopped:
        return True
    try:
        return instant < end_of(line, count.received, count.limit, count.pauses)
    except BeyondCalendar:
        if line.reaches(instant):
            return True
        raise


def _require_extension(extension: Extend, limit: TimeLimit, counting: Counting) -> None:
    if extension.by.unit is not limit.unit:
        raise BadStop(extension)
    require_unit(extension.by, counting)


def transfer_due(
    received: datetime, sender: WorkCalendar, receiver: WorkCalendar, cutoff: time = TRANSFER_CUTOFF
) -> datetime:
    """By when a dossier is handed on: the same working day, after the cut-off the next day of both."""
    received = local(received)
    day = received.date()
    if sender.is_working_day(day) and received.time() <= cutoff:
        return sender.closing(day)
    while not (sender.is_working_day(day := day + timedelta(days=1)) and receiver.is_working_day(day)):
        pass
    return max(sender.opening(day), receiver.opening(day))


def share_instant(
    calendar: WorkCalendar, received: datetime, due: datetime, share: Decimal, stops: Sequence[Stop] = ()
) -> datetime:
    """When a share of the working time up to due has passed, stops left out; without any, the due instant."""
    index = calendar.index
    start, pauses = _last_term(local(received), due, stops)
    begun = index.worked_before(start)
    gaps = [(index.worked_before(pause.start), index.worked_before(pause.end or due)) for pause in pauses]
    whole = index.worked_before(due) - begun - sum(end - start for start, end in gaps)
    if whole <= 0:
        return due
    passed = int(share * whole)
    if not passed:
        return calendar.next_opening(start)
    return index.when_worked(pushed(begun, passed, gaps))


def _last_term(received: datetime, due: datetime, stops: Sequence[Stop]) -> tuple[datetime, tuple[Pause, ...]]:
    """From when the limit that ends at the due instant runs, and when it stood still."""
    begun = received
    pauses: tuple[Pause, ...] = ()
    for stop in in_order(stops):
        end = due if stop.end is None else min(stop.end, due)
        match stop.policy:
            case Restart() if max(stop.start, received) < end:
                begun, pauses = end, ()
            case Resume() if max(stop.start, begun) < end:
                pauses = merged(pauses, Pause(max(stop.start, begun), end))
            case _:
                continue
    return begun, pauses


def after_due(calendar: WorkCalendar, due: datetime, limit: TimeLimit) -> datetime:
    """The instant of a rung that comes some working time after the due instant."""
    if limit.unit not in (LimitUnit.WORKING_HOUR, LimitUnit.WORKING_DAY):
        raise BadLimit(limit)
    return calendar.add_working(due, limit.seconds)


def told_by(calendar: WorkCalendar, stopped: datetime) -> datetime:
    """By when the applicant must know of a stop: the closing of that day, after it that of the next working day."""
    closing = calendar.closing(local(stopped).date())
    return closing if stopped < closing else calendar.closing(calendar.next_working_day(local(stopped).date()))


def overdue_from(calendar: WorkCalendar, due: datetime, grace: TimeLimit) -> datetime:
    """From when work counts as overdue: a limit that ends at an opening leaves some working time of grace."""
    due = local(due)
    day = due.date()
    if calendar.is_working_day(day) and due == calendar.opening(day):
        return after_due(calendar, due, grace)
    return due


def transfer_overdue(received: datetime, due: datetime, receiver: WorkCalendar, grace: TimeLimit) -> datetime:
    """From when a transfer counts as overdue: nobody hands over in the first minute of a later day."""
    return due if due.date() == received.date() else after_due(receiver, due, grace)


def apology_opens(calendar: WorkCalendar, received: datetime, due: datetime) -> datetime | None:
    """The opening of the last working day before the due date; None if there is none after receipt.

    NĐ 61/2018/NĐ-CP, Điều 19.9: not later than one day before the due date.
    """
    index = calendar.index
    before_due = index.working_days_before(index.day(local(due).date()))
    by_receipt = index.working_days_before(index.day(local(received).date()) + 1)
    return index.opening(index.working_day(before_due - 1)) if before_due > by_receipt else None


def apology_weighed(calendar: WorkCalendar, received: datetime, due: datetime, stops: Sequence[Stop] = ()) -> datetime:
    """When a promise is weighed: as its apology opens, with no day for one at the due instant; never in a stop."""
    begun, pauses = _last_term(local(received), due, stops)
    opens = apology_opens(calendar, begun, due) or local(due)
    ended = pauses[-1].end if pauses else None
    return opens if ended is None else max(opens, ended)


def grade(ended: datetime, due: datetime) -> Grade:
    """After the due instant late; before it, on time on the due date and early before."""
    ended, due = local(ended), local(due)
    if ended > due:
        return Grade.LATE
    return Grade.ON_TIME if ended.date() == due.date() else Grade.EARLY


def used_seconds(
    calendar: WorkCalendar, received: datetime, ended: datetime, unit: LimitUnit, stops: Sequence[Stop] = ()
) -> int:
    """The time that work took: wall time for h, else working time; stops out, and from the last restart on."""
    line = line_of(calendar.index, unit, Counting.ELAPSED, None)
    start, pauses = _last_term(local(received), local(ended), stops)
    stopped = sum(line.origin(pause.end or ended) - line.origin(pause.start) for pause in pauses)
    return line.origin(local(ended)) - line.origin(start) - stopped


def leg_grade(used_seconds: int, limit: TimeLimit) -> Grade:
    """A leg's grade by time used, rounded up to the unit in which its limit is whole: wd, wh or seconds."""
    whole, unit = _whole_units(limit)
    used = -(-used_seconds // unit)  # rounded up
    if used > whole:
        return Grade.LATE
    return Grade.ON_TIME if used == whole else Grade.EARLY


def _whole_units(limit: TimeLimit) -> tuple[int, int]:
    """A limit as a whole number of units, and the seconds of one."""
    if limit.unit is LimitUnit.DAY:
        raise BadLimit(limit)
    if limit.count is not None:
        return limit.count, STANDARD_DAY if limit.unit is LimitUnit.WORKING_DAY else HOUR
    return (limit.seconds // HOUR, HOUR) if limit.seconds % HOUR == 0 else (limit.seconds, 1)
