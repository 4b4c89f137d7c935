"""Deadlines, one rule of counting at a time; the hours are 07:30–11:30 and 13:00–17:00."""

from collections.abc import Sequence
from datetime import datetime, time
from decimal import Decimal

import pytest

from agencies.calendar_layers import CalendarOverride, DayOff, WeekHours
from agencies.calendars import load_calendar, resolve_calendar
from dossiers.deadline_errors import BadLimit, BadStop, BeyondCalendar, UnitNotAllowed
from dossiers.deadlines import (
    Deadline,
    Grade,
    after_due,
    deadline,
    grade,
    leg_grade,
    overdue_from,
    share_instant,
    transfer_due,
    used_seconds,
)
from dossiers.instants import parse_instant
from dossiers.limits import Counting, LimitUnit, TimeLimit
from dossiers.stops import Stop, parse_policy

CALENDAR = load_calendar("vn-2026.2")
PROMISE, ELAPSED = Counting.PROMISE, Counting.ELAPSED


def at(text: str) -> datetime:
    """An instant of March 2026; the 2nd is a Monday and no holiday falls in it."""
    return parse_instant(f"2026-03-{text}")


def stops(*written: str) -> tuple[Stop, ...]:
    parts = [one.split("/") for one in written]
    return tuple(
        Stop(start=at(start), end=at(end) if end else None, policy=parse_policy(policy)) for start, end, policy in parts
    )


def ask(received: str, limit: str, *written: str, counting: Counting = PROMISE, cutoff: time | None = None) -> Deadline:
    return deadline(CALENDAR, at(received), TimeLimit.parse(limit), counting, cutoff, stops(*written))


def due(
    received: str, limit: str, *written: str, counting: Counting = PROMISE, cutoff: time | None = None
) -> datetime | None:
    return ask(received, limit, *written, counting=counting, cutoff=cutoff).due


def left(received: str, limit: str, *written: str, counting: Counting = PROMISE) -> tuple[str, int]:
    remaining = ask(received, limit, *written, counting=counting).remaining
    assert remaining is not None
    return remaining.unit, remaining.value


@pytest.mark.parametrize(
    ("received", "expected"),
    [("02T16:59:59", "02T17:00"), ("02T17:00", "03T17:00"), ("07T08:00", "09T17:00"), ("02T06:00", "02T17:00")],
)
def test_no_days_at_all_end_at_the_closing_still_to_come(received: str, expected: str) -> None:
    assert due(received, "0wd") == at(expected)


def test_a_cut_off_moves_a_limit_of_no_days_too() -> None:
    assert due("02T15:00:01", "0wd", cutoff=time(15)) == at("03T17:00")


@pytest.mark.parametrize(
    ("received", "limit", "expected"),
    [
        ("02T07:30", "0.25wd", "02T09:30"),
        ("02T16:00", "0.25wd", "03T08:30"),
        ("02T09:30", "2wh", "02T11:30"),
        ("02T09:30", "2.01wh", "02T13:00:36"),
        ("07T10:00", "1wd", "09T17:00"),
        ("07T10:00", "36h", "08T22:00"),
        ("02T10:00:07", "0h", "02T10:00:07"),
    ],
)
def test_elapsed_time_is_measured_to_the_second(received: str, limit: str, expected: str) -> None:
    assert due(received, limit, counting=ELAPSED) == at(expected)


@pytest.mark.parametrize(
    ("received", "expected"),
    [("02T10:00", "02T10:00"), ("02T11:30", "02T13:00"), ("02T17:00", "03T07:30"), ("07T10:00", "09T07:30")],
)
def test_a_budget_of_nothing_ends_at_once_or_at_the_next_opening(received: str, expected: str) -> None:
    assert due(received, "0wh", counting=ELAPSED) == at(expected)


def test_a_standard_day_has_eight_hours_whatever_the_hours_of_the_unit() -> None:
    mornings = CalendarOverride(name="sang", hours=WeekHours.model_validate({"monday": ["08:00-10:00"]}))
    unit = resolve_calendar("vn-2026.2", [mornings])
    found = deadline(unit, at("02T08:00"), TimeLimit.parse("1wd"), ELAPSED).due

    assert found == at("23T10:00")


@pytest.mark.parametrize(
    ("limit", "counting"), [("4wh", PROMISE), ("4h", PROMISE), ("0.5wd", PROMISE), ("1.5d", PROMISE), ("1d", ELAPSED)]
)
def test_a_unit_that_a_way_of_counting_does_not_know_is_refused(limit: str, counting: Counting) -> None:
    with pytest.raises(UnitNotAllowed):
        ask("02T10:00", limit, counting=counting)


@pytest.mark.parametrize(
    ("stop", "expected"),
    [
        ("03T09:00/03T09:01/resume", "05T17:00"),  # the day is out
        ("03T17:00/04T07:00/resume", "05T17:00"),  # the 3rd counts, the 4th does not
        ("03T17:00/03T18:00/resume", "04T17:00"),  # after the closing, within the evening
        ("03T16:59:59/04T00:00/resume", "06T17:00"),  # midnight belongs to the next day
        ("02T09:00/02T11:00/resume", "04T17:00"),  # the day of receipt is not counted anyway
        ("01T09:00/02T09:00/resume", "04T17:00"),  # before receipt
        ("01T09:00/03T09:00/resume", "05T17:00"),  # clipped to receipt
        ("04T17:00/06T09:00/resume", "04T17:00"),  # it begins at the due instant
        ("07T09:00/08T09:00/resume", "04T17:00"),
    ],
)
def test_a_day_touched_by_a_stop_does_not_count(stop: str, expected: str) -> None:
    assert due("02T10:00", "2wd", stop) == at(expected)


def test_a_day_off_closes_at_midnight_so_a_stop_that_begins_on_it_takes_it() -> None:
    assert due("05T10:00", "2d", "07T18:00/07T19:00/resume") == at("09T17:00")
    assert due("05T10:00", "3d", "07T18:00/07T19:00/resume") == at("09T17:00")


def test_the_working_day_after_a_last_day_off_must_count_too() -> None:
    assert due("05T10:00", "2d", "09T08:00/09T09:00/resume") == at("10T17:00")
    assert due("05T10:00", "2d", "08T08:00/09T09:00/resume") == at("10T17:00")


def test_stops_that_touch_are_one() -> None:
    apart = ("03T17:00/03T18:00/resume", "03T18:00/03T19:00/resume")

    assert due("02T10:00", "2wd", *apart) == at("04T17:00")


def test_two_stops_on_one_day_take_one_day() -> None:
    assert due("02T10:00", "2wd", "03T09:00/03T10:00/resume", "03T14:00/03T15:00/resume") == at("05T17:00")
    assert due("02T10:00", "2d", "03T09:00/03T10:00/resume", "03T14:00/03T15:00/resume") == at("05T17:00")
    assert left("02T10:00", "5wd", "03T09:00/03T10:00/resume", "03T14:00//resume") == ("wd", 5)


def test_elapsed_time_stands_still_in_a_stop() -> None:
    assert due("02T08:00", "4wh", "02T09:00/02T10:00/resume", counting=ELAPSED) == at("02T14:30")
    assert due("02T08:00", "4h", "02T09:00/02T10:00/resume", counting=ELAPSED) == at("02T13:00")


def test_a_restart_forgets_earlier_stops_and_extensions_even_those_that_outlast_it() -> None:
    earlier = ("03T08:00/12T09:00/resume", "03T09:00//extend(5wd)", "04T08:00/05T09:00/restart")

    assert due("02T10:00", "2wd", *earlier) == at("09T17:00")


def test_a_restart_forgets_an_earlier_restart_that_outlasts_it() -> None:
    assert due("02T10:00", "2wd", "03T08:00/12T09:00/restart", "04T08:00/05T09:00/restart") == at("09T17:00")


def test_a_restart_applies_the_cut_off_to_its_end() -> None:
    stop = "03T08:00/05T15:00:01/restart"

    assert due("02T10:00", "1wd", stop, cutoff=time(15)) == at("09T17:00")


def test_an_act_within_a_restart_extends_the_new_term() -> None:
    assert due("02T10:00", "2wd", "03T08:00/05T09:00/restart", "04T09:00//extend(1wd)") == at("10T17:00")


def test_a_stop_within_a_restart_is_clipped_to_its_end() -> None:
    assert due("02T10:00", "2wd", "03T08:00/05T09:00/restart", "04T09:00/06T09:00/resume") == at("10T17:00")
    assert due("02T10:00", "2wd", "03T08:00/05T09:00/restart", "04T09:00/05T08:00/resume") == at("09T17:00")


def test_an_extension_is_an_act_that_stops_nothing() -> None:
    assert due("02T10:00", "2wd", "03T09:00//extend(3wd)") == at("09T17:00")
    assert due("02T10:00", "2wd", "03T09:00/01T09:00/extend(3wd)") == at("09T17:00")
    assert due("02T10:00", "2wd", "01T09:00//extend(3wd)") == at("09T17:00")
    assert due("02T10:00", "2wd", "04T17:00//extend(3wd)") == at("04T17:00")


@pytest.mark.parametrize("policy", ["resume", "restart", "extend(5wd)"])
def test_a_stop_at_or_after_the_due_instant_changes_nothing(policy: str) -> None:
    assert due("02T10:00", "2wd", f"04T17:00/06T09:00/{policy}") == at("04T17:00")


def test_an_extension_lets_a_later_stop_in() -> None:
    stop = "05T09:00/05T10:00/resume"

    assert due("02T10:00", "2wd", stop) == at("04T17:00")
    assert due("02T10:00", "2wd", stop, "04T16:00//extend(1wd)") == at("06T17:00")


@pytest.mark.parametrize(
    ("received", "limit", "stop", "counting", "expected"),
    [
        ("02T10:00", "5wd", "04T17:00//resume", PROMISE, ("wd", 3)),
        ("02T10:00", "5wd", "04T16:59:59//resume", PROMISE, ("wd", 4)),
        ("02T10:00", "5wd", "04T09:00//restart", PROMISE, ("wd", 5)),
        ("02T10:00", "10d", "08T09:00//resume", PROMISE, ("d", 5)),
        ("05T10:00", "2d", "09T09:00//resume", PROMISE, ("d", 0)),
        ("02T10:00", "1wd", "02T11:30//resume", ELAPSED, ("working_seconds", 23_400)),
        ("02T10:00", "24h", "02T22:00//resume", ELAPSED, ("seconds", 43_200)),
        ("02T10:00", "24h", "02T22:00//restart", ELAPSED, ("seconds", 86_400)),
    ],
)
def test_while_the_clock_stands_still_what_remains_is_told(
    received: str, limit: str, stop: str, counting: Counting, expected: tuple[str, int]
) -> None:
    assert left(received, limit, stop, counting=counting) == expected


def test_an_extension_adds_to_what_remains() -> None:
    assert left("02T10:00", "5wd", "04T09:00//resume", "05T09:00//extend(2wd)") == ("wd", 6)


def test_a_restart_ends_an_open_stop() -> None:
    assert due("02T10:00", "2wd", "03T08:00//resume", "04T08:00/05T09:00/restart") == at("09T17:00")


@pytest.mark.parametrize("stop", ["04T09:00/03T09:00/resume", "04T09:00/03T09:00/restart", "04T09:00//extend(3d)"])
def test_a_stop_that_makes_no_sense_is_refused(stop: str) -> None:
    with pytest.raises(BadStop):
        ask("02T10:00", "2wd", stop)


def test_what_lies_beyond_the_calendar_is_refused() -> None:
    for limit, counting in (("3000wd", PROMISE), ("9999d", PROMISE), ("9999999wh", ELAPSED), ("99999999999h", ELAPSED)):
        with pytest.raises(BeyondCalendar):
            ask("02T10:00", limit, counting=counting)
    for limit, counting in (("0wd", PROMISE), ("0wh", ELAPSED), ("0h", ELAPSED), ("1h", ELAPSED)):
        with pytest.raises(BeyondCalendar):
            deadline(CALENDAR, parse_instant("2016-12-31T23:59:59"), TimeLimit.parse(limit), counting)


def test_a_stop_may_open_before_a_due_instant_that_the_calendar_does_not_reach() -> None:
    assert left("02T10:00", "3000wd", "03T17:00//resume") == ("wd", 2999)
    late = Stop(start=parse_instant("2028-01-01T00:00"))
    with pytest.raises(BeyondCalendar):
        deadline(CALENDAR, at("02T10:00"), TimeLimit.parse("3000wd"), stops=[late])


def test_a_transfer_waits_for_a_day_on_which_both_work() -> None:
    closed = CalendarOverride(name="dong-cua", days_off=(DayOff(on=at("03T00:00").date(), reason="kiểm kê"),))
    later = WeekHours.model_validate({day: ["08:00-12:00"] for day in ("monday", "tuesday", "wednesday")})
    receiver = resolve_calendar("vn-2026.2", [closed, CalendarOverride(name="gio-rieng", hours=later)])

    assert transfer_due(at("02T15:30"), CALENDAR, receiver) == at("04T08:00")
    assert transfer_due(at("03T09:00"), CALENDAR, receiver) == at("03T17:00")


@pytest.mark.parametrize(
    ("share", "written", "expected"),
    [
        ("0.5", (), "03T09:30"),
        ("0.75", (), "03T14:00"),
        ("1", (), "03T17:00"),
        ("0", (), "02T13:00"),
        ("0.3334", (), "03T07:30:02"),  # 14,402.88 of 43,200 seconds
        ("0.5", ("03T08:00/03T10:00/resume",), "03T10:30"),
    ],
)
def test_a_warning_comes_when_its_share_of_the_working_time_has_passed(
    share: str, written: Sequence[str], expected: str
) -> None:
    found = share_instant(CALENDAR, at("02T13:00"), at("03T17:00"), Decimal(share), stops(*written))

    assert found == at(expected)


def test_a_restart_begins_a_new_term_for_its_warnings() -> None:
    found = share_instant(CALENDAR, at("02T08:00"), at("06T17:00"), Decimal("0.5"), stops("03T08:00/05T07:30/restart"))

    assert found == at("05T17:00")


def test_without_working_time_a_warning_comes_with_the_due_instant() -> None:
    assert share_instant(CALENDAR, at("02T17:30"), at("03T07:30"), Decimal("0.5")) == at("03T07:30")


def test_rungs_after_the_due_instant_count_working_time() -> None:
    assert after_due(CALENDAR, at("06T17:00"), TimeLimit.parse("1wh")) == at("09T08:30")
    assert after_due(CALENDAR, at("06T17:00"), TimeLimit.parse("1wd")) == at("09T17:00")
    with pytest.raises(BadLimit):
        after_due(CALENDAR, at("06T17:00"), TimeLimit.parse("1h"))


@pytest.mark.parametrize(
    ("due_at", "expected"),
    [("09T07:30", "09T08:30"), ("09T17:00", "09T17:00"), ("09T13:00", "09T13:00"), ("08T07:30", "08T07:30")],
)
def test_a_limit_that_ends_at_an_opening_leaves_an_hour_of_grace(due_at: str, expected: str) -> None:
    assert overdue_from(CALENDAR, at(due_at), TimeLimit.parse("1wh")) == at(expected)


@pytest.mark.parametrize(
    ("unit", "written", "expected"),
    [
        ("wh", (), 12 * 3600),
        ("wd", ("03T08:00/03T10:00/resume",), 10 * 3600),
        ("wd", ("03T16:00//resume",), 11 * 3600),
        ("wh", ("02T14:00/03T08:00/restart", "03T09:00/03T10:00/resume"), 6 * 3600 + 1800),
        ("h", (), 28 * 3600),
        ("h", ("02T18:00/02T20:00/resume",), 26 * 3600),
    ],
)
def test_time_used_leaves_stops_out_and_begins_at_the_last_restart(
    unit: str, written: Sequence[str], expected: int
) -> None:
    found = used_seconds(CALENDAR, at("02T13:00"), at("03T17:00"), LimitUnit(unit), stops(*written))

    assert found == expected


@pytest.mark.parametrize(
    ("ended", "expected"),
    [
        ("05T23:59:59", Grade.EARLY),
        ("06T00:00", Grade.ON_TIME),
        ("06T17:00", Grade.ON_TIME),
        ("06T17:00:01", Grade.LATE),
    ],
)
def test_work_is_early_before_the_due_date_and_on_time_on_it(ended: str, expected: Grade) -> None:
    assert grade(at(ended), at("06T17:00")) is expected


@pytest.mark.parametrize(
    ("used", "limit", "expected"),
    [
        (8 * 3600, "2wd", Grade.EARLY),
        (8 * 3600 + 1, "2wd", Grade.ON_TIME),
        (16 * 3600, "2wd", Grade.ON_TIME),
        (16 * 3600 + 1, "2wd", Grade.LATE),
        (3600, "0.25wd", Grade.EARLY),
        (3601, "0.25wd", Grade.ON_TIME),
        (7201, "0.25wd", Grade.LATE),
        (287, "0.01wd", Grade.EARLY),
        (288, "0.01wd", Grade.ON_TIME),
    ],
)
def test_a_leg_is_graded_in_whole_units_of_its_limit(used: int, limit: str, expected: Grade) -> None:
    assert leg_grade(used, TimeLimit.parse(limit)) is expected


def test_a_leg_in_calendar_days_has_no_used_time_to_compare() -> None:
    with pytest.raises(BadLimit):
        leg_grade(1, TimeLimit.parse("1d"))
