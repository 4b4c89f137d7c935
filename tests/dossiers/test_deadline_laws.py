"""Laws of the legal clock that hold for every question, whatever the calendar, the limit and the stops."""

import ast
from datetime import date, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from agencies.calendars import load_calendar
from dossiers.calendar import WorkCalendar
from dossiers.deadlines import deadline
from dossiers.explanation import explain
from dossiers.explanation_text import in_words
from dossiers.instants import VIETNAM, format_instant, parse_instant
from dossiers.limits import Counting, TimeLimit
from dossiers.passages import PassageKind
from dossiers.stops import RESTART, RESUME, Extend, Restart, Resume, Stop
from tests.support.sources import tree_of

CALENDAR = load_calendar("vn-2026.2").between(date(2025, 6, 1), date(2027, 12, 31))
NEVER = datetime(9000, 1, 1, tzinfo=VIETNAM)

COUNTED = {
    (Counting.PROMISE, "wd"): [f"{days}wd" for days in (0, 1, 2, 3, 5, 8, 13)],
    (Counting.PROMISE, "d"): [f"{days}d" for days in (1, 2, 3, 7, 10, 30)],
    (Counting.ELAPSED, "wd"): ["0wd", "0.01wd", "0.25wd", "1wd", "1.5wd", "4wd"],
    (Counting.ELAPSED, "wh"): ["0wh", "0.5wh", "1wh", "3.33wh", "8wh", "20wh"],
    (Counting.ELAPSED, "h"): ["0h", "0.25h", "1h", "12h", "24h", "100h"],
}

kinds = some.sampled_from(list(COUNTED))
policies_that_stop: some.SearchStrategy[Resume | Restart] = some.sampled_from([RESUME, RESTART])
cutoffs = some.sampled_from([None, time(15), time(11, 30)])


@some.composite
def instants(draw: some.DrawFn) -> datetime:
    day = date(2025, 12, 20) + timedelta(days=draw(some.integers(0, 70)))
    edges = [hour * 3600 for hour in (0, 13, 15, 17)] + [27_000, 41_400, 86_399]
    second = draw(some.sampled_from(edges) | some.integers(0, 86_399))
    return datetime(day.year, day.month, day.day, tzinfo=VIETNAM) + timedelta(seconds=second)


@some.composite
def stops_of(draw: some.DrawFn, counting: Counting, unit: str) -> tuple[Stop, ...]:
    stops = []
    for _ in range(draw(some.integers(0, 3))):
        start, other = draw(instants()), draw(instants())
        extension = Extend(by=TimeLimit.parse(draw(some.sampled_from(COUNTED[counting, unit]))))
        policies: list[Resume | Restart | Extend] = [RESUME, RESUME, RESTART, extension]
        policy = draw(some.sampled_from(policies))
        end = draw(some.sampled_from([None, max(start, other), max(start, other)]))
        stops.append(Stop(start=start, end=end, policy=policy))
    return tuple(stops)


def due(
    received: datetime,
    limit: str,
    counting: Counting,
    cutoff: time | None = None,
    stops: tuple[Stop, ...] = (),
) -> datetime:
    """The due instant; later than all others while the clock stands still."""
    return deadline(CALENDAR, received, TimeLimit.parse(limit), counting, cutoff, stops).due or NEVER


@given(kind=kinds, received=instants(), cutoff=cutoffs, data=some.data())
def test_a_longer_limit_never_ends_earlier(
    kind: tuple[Counting, str], received: datetime, cutoff: time | None, data: some.DataObject
) -> None:
    stops = data.draw(stops_of(*kind))
    ends = [due(received, limit, kind[0], cutoff, stops) for limit in COUNTED[kind]]

    assert all(earlier <= later for earlier, later in pairwise(ends))


@given(kind=kinds, receipts=some.tuples(instants(), instants()), cutoff=cutoffs, data=some.data())
def test_a_later_receipt_never_ends_earlier(
    kind: tuple[Counting, str],
    receipts: tuple[datetime, datetime],
    cutoff: time | None,
    data: some.DataObject,
) -> None:
    limit = data.draw(some.sampled_from(COUNTED[kind]))
    stops = data.draw(stops_of(*kind)) if TimeLimit.parse(limit).value >= 1 else ()

    assert due(min(receipts), limit, kind[0], cutoff, stops) <= due(max(receipts), limit, kind[0], cutoff, stops)


@given(kind=kinds, received=instants(), cutoff=cutoffs, at=instants(), data=some.data())
def test_a_stop_without_length_changes_nothing(
    kind: tuple[Counting, str], received: datetime, cutoff: time | None, at: datetime, data: some.DataObject
) -> None:
    limit, stops = data.draw(some.sampled_from(COUNTED[kind])), data.draw(stops_of(*kind))
    empty = Stop(start=at, end=at, policy=data.draw(policies_that_stop))
    position = data.draw(some.integers(0, len(stops)))
    asked = (CALENDAR, received, TimeLimit.parse(limit), kind[0], cutoff)

    assert deadline(*asked, (*stops[:position], empty, *stops[position:])) == deadline(*asked, stops)


@given(kind=kinds, received=instants(), cutoff=cutoffs, cuts=some.lists(instants(), min_size=3, max_size=3))
def test_splitting_a_stop_that_resumes_changes_nothing(
    kind: tuple[Counting, str], received: datetime, cutoff: time | None, cuts: list[datetime]
) -> None:
    first, middle, last = sorted(cuts)
    whole = (Stop(start=first, end=last),)
    halves = (Stop(start=first, end=middle), Stop(start=middle, end=last))

    for limit in COUNTED[kind]:
        assert due(received, limit, kind[0], cutoff, whole) == due(received, limit, kind[0], cutoff, halves)


@given(kind=kinds, received=instants(), cutoff=cutoffs, data=some.data())
def test_what_is_explained_is_what_is_computed(
    kind: tuple[Counting, str], received: datetime, cutoff: time | None, data: some.DataObject
) -> None:
    limit, stops = data.draw(some.sampled_from(COUNTED[kind])), data.draw(stops_of(*kind))
    asked = (CALENDAR, received, TimeLimit.parse(limit), kind[0], cutoff, stops)
    told, found = explain(*asked), deadline(*asked)

    assert (told.due, told.remaining) == (found.due, found.remaining)
    left = told.remaining.value if told.remaining else 0
    counted = sum(passage.amount for passage in told.passages if passage.kind is PassageKind.COUNTED)
    whole = told.counted_limit.count if kind[0] is Counting.PROMISE else told.counted_limit.seconds
    assert counted + left == whole
    for before, after in pairwise(told.passages):
        assert after.first - before.last == timedelta(days=1)
    if told.due is not None:
        assert told.passages[-1].last == told.due.date()
        assert format_instant(told.due)[11:16] in in_words(told)[-2] + in_words(told)[-1]


@given(received=instants(), limit=some.sampled_from(COUNTED[Counting.PROMISE, "wd"]))
def test_a_slice_of_the_calendar_counts_like_the_whole(received: datetime, limit: str) -> None:
    slice_ = CALENDAR.between(received.date(), received.date() + timedelta(days=60))

    assert deadline(slice_, received, TimeLimit.parse(limit)).due == due(received, limit, Counting.PROMISE)


@pytest.mark.parametrize("version", ["vn-2026.1", "vn-2026.2"])
def test_a_calendar_survives_its_journey_through_json(version: str) -> None:
    calendar = load_calendar(version)
    read = WorkCalendar.model_validate_json(calendar.model_dump_json())

    assert read == calendar
    assert read.index is calendar.index


@given(instants())
def test_an_instant_reads_as_it_was_written(instant: datetime) -> None:
    assert parse_instant(format_instant(instant)) == instant


@given(start=instants(), seconds=some.integers(0, 400_000))
def test_working_time_added_is_the_working_time_between(start: datetime, seconds: int) -> None:
    earliest, latest = CALENDAR.add_working(start, seconds), CALENDAR.latest_after(start, seconds)

    assert CALENDAR.working_seconds(start, earliest) == seconds
    assert CALENDAR.working_seconds(start, latest) == seconds
    assert earliest <= latest
    if seconds:
        assert CALENDAR.working_seconds(start, earliest - timedelta(seconds=1)) == seconds - 1
    assert CALENDAR.working_seconds(start, latest + timedelta(seconds=1)) == seconds + 1


CLOCK = [
    path
    for name in (
        "calendar",
        "calendar_index",
        "counting",
        "deadline_errors",
        "deadline_questions",
        "deadlines",
        "explanation",
        "explanation_text",
        "instants",
        "limits",
        "passages",
        "stops",
    )
    for path in [Path(__file__).parents[2] / "dossiers" / f"{name}.py"]
]


@pytest.mark.parametrize("path", CLOCK, ids=lambda path: path.stem)
def test_no_part_of_the_clock_knows_a_float(path: Path) -> None:
    """No float literal, no true division, no call that returns one; `float` appears only where it is refused."""
    for node in ast.walk(tree_of(path)):
        assert not (isinstance(node, ast.Constant) and isinstance(node.value, float)), ast.unparse(node)
        assert not isinstance(node, ast.Div), path
        if isinstance(node, ast.Call):
            assert ast.unparse(node.func).rpartition(".")[2] not in FLOATING, ast.unparse(node)


FLOATING = ("float", "total_seconds", "timestamp", "fromtimestamp", "fsum", "round")
