"""The legal clock once more: slow, literal, and without a line of the engine's arithmetic.

It walks time minute by minute (second by second where a minute holds an edge) and days one at a time, on the
plain JSON of a calendar. It was written from the text of the counting rules and shares no code with
`dossiers`; instants are whole seconds since 1970 on a Vietnamese clock, so that a day is 86,400 of them and
nothing is ever converted.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any

DAY = 86_400
#: Later than every instant that the calendar knows.
NEVER = 1 << 60

BEYOND_CALENDAR = "beyond-calendar"
UNIT_NOT_ALLOWED = "unit-not-allowed"
BAD_STOP = "bad-stop"

_EPOCH = date(1970, 1, 1)
_VIETNAM = timezone(timedelta(hours=7))


class Refused(Exception):
    """The oracle's own refusal; its argument is the code."""


@dataclass(frozen=True)
class OracleStop:
    """A stop in seconds; ``until`` is None while it is open."""

    since: int
    until: int | None
    policy: str
    extension: str = ""


@dataclass
class OracleCalendar:
    """Reads the JSON of a calendar day by day, as a clerk reads the wall calendar."""

    data: Mapping[str, Any]
    minutes: dict[int, bytearray] = field(default_factory=dict)
    spans: dict[int, list[tuple[int, int]]] = field(default_factory=dict)

    @property
    def first(self) -> int:
        return (date.fromisoformat(self.data["first"]) - _EPOCH).days

    @property
    def last(self) -> int:
        return (date.fromisoformat(self.data["last"]) - _EPOCH).days

    def hours(self, day: int) -> list[tuple[int, int]]:
        if day not in self.spans:
            if not self.first <= day <= self.last:
                raise Refused(BEYOND_CALENDAR)
            self.spans[day] = self._hours(_EPOCH + timedelta(days=day))
        return self.spans[day]

    def _hours(self, day: date) -> list[tuple[int, int]]:
        for exception in self.data["exceptions"]:
            if exception["on"] == day.isoformat():
                return [(start, end) for start, end in exception["periods"]]
        week = self.data["weekly"]
        for change in self.data["changes"]:
            if date.fromisoformat(change["on"]) <= day:
                week = change["weekly"]
        return [(start, end) for start, end in week[day.weekday()]]

    def works(self, instant: int) -> bool:
        day, second = divmod(instant, DAY)
        return any(start <= second < end for start, end in self.hours(day))

    def closing(self, day: int) -> int:
        hours = self.hours(day)
        return day * DAY + (hours[-1][1] if hours else DAY)

    def minute(self, instant: int) -> int:
        """0 when nobody works in the whole minute, 1 when work goes on in all of it, 2 when it holds an edge."""
        day, second = divmod(instant, DAY)
        if day not in self.minutes:
            self.minutes[day] = bytearray(DAY // 60)
            for start, end in self.hours(day):
                for minute in range(start // 60, -(-end // 60)):
                    whole = start <= minute * 60 and minute * 60 + 60 <= end
                    self.minutes[day][minute] = 1 if whole else 2
        return self.minutes[day][second // 60]


@dataclass(frozen=True)
class Case:
    """One question to the clock."""

    calendar: OracleCalendar
    received: int
    amount: Fraction
    unit: str
    counting: str
    cutoff: int | None
    stops: Sequence[OracleStop]


def answer(case: Case) -> tuple[str, object]:
    """("due", seconds), ("remaining", (unit, value)) or ("error", code)."""
    try:
        return _answer(case)
    except Refused as refusal:
        return "error", refusal.args[0]


def _answer(case: Case) -> tuple[str, object]:
    _check(case)
    case.calendar.hours(case.received // DAY)
    received: int | None = case.received
    amount = case.amount
    pauses: list[tuple[int, int | None]] = []
    for stop in sorted(case.stops, key=lambda one: one.since):
        begins = _begin(case, stop, received)
        if begins is None or not _runs(case, received, amount, pauses, begins):
            continue
        match stop.policy:
            case "extend":
                amount += Fraction(stop.extension)
            case "resume":
                pauses.append((begins, stop.until))
            case "restart":
                received, amount, pauses = stop.until, case.amount, []
    if received is None:
        return "remaining", _whole(case, amount)
    if any(until is None for _, until in pauses):
        return "remaining", _remaining(case, received, amount, pauses)
    return "due", _due(case, received, amount, pauses)


def _begin(case: Case, stop: OracleStop, received: int | None) -> int | None:
    """Where a stop begins once clipped; None when nothing is left of it."""
    if stop.policy == "extend":
        return stop.since
    if stop.policy == "resume" and received is None:
        return None
    receipt = case.received if stop.policy == "restart" or received is None else received
    begins = max(stop.since, receipt)
    return None if stop.until is not None and stop.until <= begins else begins


def _runs(
    case: Case, received: int | None, amount: Fraction, pauses: list[tuple[int, int | None]], instant: int
) -> bool:
    """Whether an instant comes before the due instant found so far."""
    if received is None or any(until is None for _, until in pauses):
        return True
    due = _due_or_never(case, received, amount, pauses)
    if due == NEVER and instant // DAY > case.calendar.last:
        raise Refused(BEYOND_CALENDAR)
    return instant < due


def _check(case: Case) -> None:
    amounts = [case.amount] + [Fraction(stop.extension) for stop in case.stops if stop.policy == "extend"]
    if case.counting == "promise":
        if case.unit not in ("wd", "d") or any(amount.denominator != 1 for amount in amounts):
            raise Refused(UNIT_NOT_ALLOWED)
    elif case.unit == "d":
        raise Refused(UNIT_NOT_ALLOWED)
    for stop in case.stops:
        if stop.policy != "extend" and stop.until is not None and stop.until < stop.since:
            raise Refused(BAD_STOP)


def _due_or_never(case: Case, received: int, amount: Fraction, pauses: list[tuple[int, int | None]]) -> int:
    try:
        return _due(case, received, amount, pauses)
    except Refused:
        return NEVER


def _due(case: Case, received: int, amount: Fraction, pauses: list[tuple[int, int | None]]) -> int:
    case.calendar.hours(received // DAY)
    if case.counting == "promise":
        return _promised(case, received, int(amount), pauses)
    if case.unit == "h":
        due = _walk(case, received, _budget(case, amount), pauses, lambda _instant: 1)[0]
        case.calendar.hours(due // DAY)
        return due
    if amount == 0:
        while not case.calendar.works(received):
            received += 1 if case.calendar.minute(received) else 60 - received % 60
        return received
    return _walk(case, received, _budget(case, amount), pauses, case.calendar.minute)[0]


def _budget(case: Case, amount: Fraction) -> int:
    seconds = amount * (8 * 3600 if case.unit == "wd" else 3600)
    assert seconds.denominator == 1
    return int(seconds)


def _walk(
    case: Case,
    received: int,
    budget: int,
    pauses: list[tuple[int, int | None]],
    kind_of_minute: Callable[[int], int],
) -> tuple[int, int]:
    """Go on until the budget is used up or the clock stands still for good: where, and what is left."""
    instant = received
    edges = sorted({edge for pause in pauses for edge in pause if edge is not None and edge > received})
    for edge in [*edges, NEVER]:
        inside = [until for since, until in pauses if since <= instant and (until is None or instant < until)]
        if None in inside:
            break
        if inside:
            instant = edge
        while budget and instant < edge:
            kind = kind_of_minute(instant)
            counts = kind == 1 or (kind == 2 and case.calendar.works(instant))
            whole = instant % 60 == 0 and kind != 2 and instant + 60 <= edge and (not counts or budget >= 60)
            step = 60 if whole else 1
            instant += step
            if counts:
                budget -= step
        if not budget:
            break
    return instant, budget


def _day_zero(case: Case, received: int) -> int:
    day, second = divmod(received, DAY)
    if case.cutoff is not None and (second > case.cutoff or not case.calendar.hours(day)):
        day += 1
        while not case.calendar.hours(day):
            day += 1
    return day


def _stands_out(case: Case, day: int, pauses: list[tuple[int, int | None]]) -> bool:
    """Whether a pause makes a day not countable."""
    for since, until in _joined(pauses):
        first, last = since // DAY, NEVER if until is None else until // DAY
        if first <= day <= last and not (day == first and since >= case.calendar.closing(day)):
            return True
    return False


def _joined(pauses: list[tuple[int, int | None]]) -> list[tuple[int, int | None]]:
    joined: list[tuple[int, int | None]] = []
    for since, until in sorted(pauses, key=lambda pause: pause[0]):
        if joined and (joined[-1][1] is None or since <= joined[-1][1]):
            before = joined[-1][1]
            end = None if before is None or until is None else max(before, until)
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((since, until))
    return joined


def _promised(case: Case, received: int, days: int, pauses: list[tuple[int, int | None]]) -> int:
    calendar = case.calendar
    day = _day_zero(case, received)
    if not days:
        while not calendar.hours(day) or received >= calendar.closing(day) or _stands_out(case, day, pauses):
            day += 1
        return calendar.closing(day)
    while days:
        day += 1
        if (case.unit == "d" or calendar.hours(day)) and not _stands_out(case, day, pauses):
            calendar.hours(day)
            days -= 1
    while not calendar.hours(day) or _stands_out(case, day, pauses):
        day += 1
    return calendar.closing(day)


def _whole(case: Case, amount: Fraction) -> tuple[str, int]:
    if case.counting == "promise":
        return case.unit, int(amount)
    return ("seconds" if case.unit == "h" else "working_seconds"), _budget(case, amount)


def _remaining(case: Case, received: int, amount: Fraction, pauses: list[tuple[int, int | None]]) -> tuple[str, int]:
    unit, left = _whole(case, amount)
    if case.counting == "elapsed":
        if left:
            kind: Callable[[int], int] = (lambda _instant: 1) if unit == "seconds" else case.calendar.minute
            left = _walk(case, received, left, pauses, kind)[1]
        return unit, left
    stopped_on = next(since for since, until in _joined(pauses) if until is None) // DAY
    day = _day_zero(case, received)
    while day < stopped_on and left:
        day += 1
        if (unit == "d" or case.calendar.hours(day)) and not _stands_out(case, day, pauses):
            left -= 1
    return unit, left


def seconds_of(instant: datetime) -> int:
    """An instant as the oracle counts."""
    local = instant.astimezone(_VIETNAM).replace(tzinfo=None)
    return (local - datetime(1970, 1, 1)) // timedelta(seconds=1)  # noqa: DTZ001
