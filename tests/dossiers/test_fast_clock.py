"""The fast clock's one map, in both directions."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from dossiers.deadline_errors import BeyondCalendar
from dossiers.fast_clock import FastClock, dossier_time, wall_time
from dossiers.instants import VIETNAM, parse_instant
from tests.support.builders import CALENDAR

ORIGIN_WALL = datetime(2026, 11, 23, 1, 46, 7, 250_123, tzinfo=UTC)

#: Seconds of a year around Tết, holidays and weekends among them.
instants = st.integers(0, 330 * 86_400).map(
    lambda seconds: parse_instant("2026-01-05T07:30") + timedelta(seconds=seconds)
)
factors = st.integers(1, 7_200)
wall_spans = st.timedeltas(timedelta(0), timedelta(minutes=10))


def clock(origin: datetime, factor: int) -> FastClock:
    return FastClock(origin_wall=ORIGIN_WALL, origin=origin, factor=factor, calendar=CALENDAR)


@given(instants, factors, st.integers(0, 200 * 8 * 3_600))
def test_an_instant_of_work_comes_back_from_the_wall_as_itself(origin: datetime, factor: int, worked: int) -> None:
    given_clock = clock(origin, factor)
    instant = CALENDAR.next_opening(CALENDAR.add_working(origin, worked))

    assert given_clock.dossier_time(given_clock.wall_time(instant)) == instant


@given(instants, factors, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_an_instant_of_rest_comes_back_as_the_next_opening(origin: datetime, factor: int, later: timedelta) -> None:
    given_clock = clock(origin, factor)
    instant = (origin + later).replace(microsecond=0)

    assert given_clock.dossier_time(given_clock.wall_time(instant)) == CALENDAR.next_opening(instant)


@given(instants, factors, wall_spans, wall_spans)
def test_the_dossiers_time_never_goes_back(origin: datetime, factor: int, one: timedelta, other: timedelta) -> None:
    given_clock = clock(origin, factor)
    earlier, later = sorted([ORIGIN_WALL + one, ORIGIN_WALL + other])

    assert given_clock.dossier_time(earlier) <= given_clock.dossier_time(later)


@given(instants, factors, instants, instants)
def test_the_wall_never_goes_back(origin: datetime, factor: int, one: datetime, other: datetime) -> None:
    given_clock = clock(origin, factor)
    earlier, later = sorted([one, other])

    assert given_clock.wall_time(earlier) <= given_clock.wall_time(later)


@given(instants, factors, wall_spans)
def test_the_wall_time_of_an_instant_is_the_first_that_shows_it(origin: datetime, factor: int, span: timedelta) -> None:
    """A timer armed for it wakes a dossier whose deadline has come, not one that must wait another microsecond."""
    given_clock = clock(origin, factor)
    instant = given_clock.dossier_time(ORIGIN_WALL + span)
    first = given_clock.wall_time(instant)

    assert first <= ORIGIN_WALL + span
    assert given_clock.dossier_time(first) >= instant
    assert first <= ORIGIN_WALL or given_clock.dossier_time(first - timedelta(microseconds=1)) < instant


@given(instants, factors, wall_spans)
def test_it_shows_whole_seconds_of_working_time(origin: datetime, factor: int, span: timedelta) -> None:
    shown = clock(origin, factor).dossier_time(ORIGIN_WALL + span)

    assert shown.microsecond == 0
    assert CALENDAR.is_working(shown)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "2026-04-24T16:00"),
        (0.5, "2026-04-24T16:30"),
        (1, "2026-04-28T07:30"),
        (4.75, "2026-04-28T11:15"),
        (5, "2026-04-28T13:00"),
        (9, "2026-04-29T07:30"),
        (17, "2026-05-04T07:30"),
    ],
)
def test_an_hour_a_second_from_a_friday_over_two_holidays(seconds: float, shown: str) -> None:
    """Monday 27 April is off for Giỗ Tổ; Thursday 30 April and Friday 1 May are public holidays."""
    given_clock = clock(parse_instant("2026-04-24T16:00"), 3_600)

    assert given_clock.dossier_time(ORIGIN_WALL + timedelta(seconds=seconds)) == parse_instant(shown)


def test_a_closing_and_the_next_opening_share_one_instant_on_the_wall() -> None:
    given_clock = clock(parse_instant("2026-04-24T16:00"), 3_600)
    closing, opening = parse_instant("2026-04-24T17:00"), parse_instant("2026-04-28T07:30")

    assert given_clock.wall_time(closing) == given_clock.wall_time(opening) == ORIGIN_WALL + timedelta(seconds=1)


def test_before_its_origin_the_clock_stands_at_it() -> None:
    given_clock = clock(parse_instant("2026-04-24T16:00"), 3_600)

    assert given_clock.dossier_time(ORIGIN_WALL - timedelta(hours=1)) == given_clock.origin


def test_beyond_its_calendar_it_shows_nothing() -> None:
    given_clock = clock(parse_instant("2026-04-24T16:00"), 7_200)

    with pytest.raises(BeyondCalendar):
        given_clock.dossier_time(ORIGIN_WALL + timedelta(hours=2))


@pytest.mark.parametrize("factor", [0, 7_201])
def test_an_hour_of_work_lasts_half_a_second_at_the_least(factor: int) -> None:
    with pytest.raises(ValidationError):
        clock(parse_instant("2026-04-24T16:00"), factor)


def test_without_a_fast_clock_both_times_are_one_in_whole_seconds() -> None:
    wall = datetime(2026, 11, 23, 1, 46, 7, 250_123, tzinfo=UTC)

    assert dossier_time(None, wall) == datetime(2026, 11, 23, 8, 46, 7, tzinfo=VIETNAM)
    assert wall_time(None, wall) == wall
