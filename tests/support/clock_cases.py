"""Random questions to the legal clock, crowded around the instants where counting rules meet."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from fractions import Fraction
from random import Random
from typing import Any

from agencies.calendars import load_calendar
from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import DeadlineError
from dossiers.deadlines import deadline
from dossiers.instants import VIETNAM
from dossiers.limits import Counting, TimeLimit
from dossiers.stops import Stop, parse_policy
from tests.support.oracle import Case, OracleCalendar, OracleStop, seconds_of

_DAYS: Sequence[list[tuple[int, int]]] = (
    [(27_000, 41_400), (46_800, 61_200)],
    [(27_000, 41_400), (46_800, 61_200)],
    [(25_200, 41_400), (48_600, 61_200)],
    [(27_000, 41_400)],
    [(46_800, 61_200)],
    [(27_003, 41_399), (46_801, 61_201)],
    [(0, 86_400)],
    [(28_800, 30_000), (30_000 + 1, 30_060), (61_200, 86_400)],
)
_AMOUNTS = {
    ("promise", "wd"): ("0", "1", "2", "3", "5", "10", "15"),
    ("promise", "d"): ("1", "2", "3", "7", "15", "30"),
    ("elapsed", "wd"): ("0", "0.01", "0.25", "0.5", "1", "1.5", "2.25"),
    ("elapsed", "wh"): ("0", "0.01", "0.5", "1", "3.33", "8", "12"),
    ("elapsed", "h"): ("0", "0.01", "1", "24", "36.5", "72"),
    ("promise", "wh"): ("1",),
    ("elapsed", "d"): ("1",),
}
_KINDS = [*list(_AMOUNTS)[:5]] * 8 + [*list(_AMOUNTS)[5:]]


@dataclass(frozen=True)
class Question:
    """One question, in the words of the engine; `as_case` says it in those of the oracle."""

    calendar: WorkCalendar
    oracle: OracleCalendar
    received: datetime
    limit: TimeLimit
    counting: Counting
    cutoff: time | None
    stops: tuple[Stop, ...]

    def answer(self) -> tuple[str, object]:
        """What the engine says, in the form of the oracle's answers."""
        try:
            found = deadline(self.calendar, self.received, self.limit, self.counting, self.cutoff, self.stops)
        except DeadlineError as error:
            return "error", error.code
        if found.due is not None:
            return "due", seconds_of(found.due)
        assert found.remaining is not None
        return "remaining", (found.remaining.unit, found.remaining.value)

    def as_case(self) -> Case:
        cutoff = self.cutoff
        return Case(
            calendar=self.oracle,
            received=seconds_of(self.received),
            amount=Fraction(self.limit.value),
            unit=str(self.limit.unit),
            counting=str(self.counting),
            cutoff=None if cutoff is None else cutoff.hour * 3600 + cutoff.minute * 60 + cutoff.second,
            stops=tuple(_oracle_stop(stop) for stop in self.stops),
        )


def _oracle_stop(stop: Stop) -> OracleStop:
    kind, _, extension = str(stop.policy).rstrip(")").partition("(")
    until = None if stop.end is None else seconds_of(stop.end)
    return OracleStop(seconds_of(stop.start), until, kind, extension.rstrip("wdh"))


def questions(seed: int, count: int) -> Iterator[Question]:
    """That many questions; the same seed asks the same ones."""
    random = Random(seed)
    calendars: list[tuple[WorkCalendar, OracleCalendar]] = []
    for number in range(count):
        if number % 50 == 0:
            data = _shipped(random) if random.random() < 0.3 else _invented(random)
            calendars = [*calendars[-5:], (WorkCalendar.model_validate(data), OracleCalendar(data))]
        yield _question(random, *random.choice(calendars))


def _shipped(random: Random) -> dict[str, Any]:
    first = date(random.randint(2024, 2026), random.randint(1, 12), random.randint(1, 28))
    shipped = load_calendar(random.choice(["vn-2026.1", "vn-2026.2"]))
    return shipped.between(first, first + timedelta(days=200)).model_dump(mode="json")


def _invented(random: Random) -> dict[str, Any]:
    first = date(2026, 1, 1) + timedelta(days=random.randint(0, 100))
    days = [first + timedelta(days=number) for number in range(random.choice([20, 60, 150, 150]))]
    return {
        "version": "invented",
        "first": days[0].isoformat(),
        "last": days[-1].isoformat(),
        "weekly": _week(random),
        "changes": [{"on": days[15].isoformat(), "weekly": _week(random)}] if random.random() < 0.3 else [],
        "exceptions": [
            {"on": day.isoformat(), "periods": random.choice([[], [], random.choice(_DAYS)]), "reason": "khác"}
            for day in days
            if random.random() < 0.08
        ],
    }


def _week(random: Random) -> list[list[tuple[int, int]]]:
    usual = random.choice(_DAYS)
    return [usual if random.random() < 0.8 else random.choice(_DAYS) for _ in range(5)] + [
        random.choice(_DAYS) if random.random() < 0.2 else [] for _ in range(2)
    ]


def _question(random: Random, calendar: WorkCalendar, oracle: OracleCalendar) -> Question:
    counting, unit = random.choice(_KINDS)
    length = (calendar.last - calendar.first).days
    received = _instant(random, calendar, calendar.first + timedelta(days=random.randint(-1, length // 2)))
    return Question(
        calendar=calendar,
        oracle=oracle,
        received=received,
        limit=TimeLimit.parse(random.choice(_AMOUNTS[counting, unit]) + unit),
        counting=Counting(counting),
        cutoff=random.choice([None, time(15), time(15), time(11, 30), time(16, 59, 59)]),
        stops=tuple(_stops(random, calendar, received, counting, unit)),
    )


def _stops(random: Random, calendar: WorkCalendar, received: datetime, counting: str, unit: str) -> Iterator[Stop]:
    touched = received
    for _ in range(random.choice([0, 0, 1, 1, 2, 3, 4])):
        day = received.date() + timedelta(days=random.choice([-2, -1, 0, 0, 0, 1, 1, 2, 3, 5, 8, 13]))
        later = touched + timedelta(seconds=random.choice([1, 1800, 14_400]))
        start = random.choice([touched, later, _instant(random, calendar, day), _instant(random, calendar, day)])
        kind = random.choice(["resume", "resume", "resume", "restart", "extend"])
        if kind == "extend":
            kind = f"extend({random.choice(_AMOUNTS[counting, unit])}{unit})"
        end = _end(random, calendar, start)
        touched = end or start
        yield Stop(start=start, end=end, policy=parse_policy(kind))


def _end(random: Random, calendar: WorkCalendar, start: datetime) -> datetime | None:
    match random.choice(["open", "zero", "short", "edge", "edge", "long", "backwards"][: random.choice([6, 6, 6, 7])]):
        case "open":
            return None
        case "zero":
            return start
        case "short":
            return start + timedelta(seconds=random.choice([1, 59, 60, 3600]))
        case "backwards":
            return start - timedelta(seconds=random.choice([1, 3600]))
        case "long":
            return _instant(random, calendar, start.date() + timedelta(days=random.randint(10, 60)))
        case _:
            end = _instant(random, calendar, start.date() + timedelta(days=random.choice([0, 0, 1, 2, 4])))
            return max(start, end)


def _instant(random: Random, calendar: WorkCalendar, day: date) -> datetime:
    edges = [0, 15 * 3600, 86_399, random.randrange(86_400), random.randrange(7 * 3600, 18 * 3600)]
    if calendar.first <= day <= calendar.last:
        edges += [edge for period in calendar.periods_on(day) for edge in period] * 2
    second = random.choice(edges) + random.choice([0, 0, 0, -1, 1])
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(seconds=second)
