"""Time limits, instants and stops as they are written."""

from decimal import Decimal

import pytest
from pydantic import ValidationError

from dossiers.deadline_errors import BadInstant, BadLimit, BadStop
from dossiers.instants import floor_to_second, format_instant, local, parse_instant
from dossiers.limits import LimitUnit, TimeLimit
from dossiers.stops import RESTART, RESUME, Extend, parse_policy


@pytest.mark.parametrize("written", ["5wd", "0.25wd", "4wh", "30d", "36.5h", "0wd", "0h", "100d"])
def test_a_limit_is_written_as_it_was_read(written: str) -> None:
    assert str(TimeLimit.parse(written)) == written


def test_zeros_behind_the_point_say_nothing() -> None:
    assert str(TimeLimit.parse("5.00wd")) == "5wd"
    assert TimeLimit.parse("5.00wd").count == 5
    assert str(TimeLimit.parse("0.50wd")) == "0.5wd"


@pytest.mark.parametrize(
    "written",
    ["", "5", "wd", "5 wd", "-1wd", "+1wd", "0d", "0.00d", "1.234wd", "1.wd", ".5wd", "1,5wd", "5WD", "1e2wd", "٥wd"],
)
def test_what_is_not_a_limit_is_refused(written: str) -> None:
    with pytest.raises(BadLimit):
        TimeLimit.parse(written)


def test_a_limit_travels_as_its_short_text() -> None:
    limit = TimeLimit(value=Decimal("0.25"), unit=LimitUnit.WORKING_DAY)

    assert limit.model_dump_json() == '"0.25wd"'
    assert TimeLimit.model_validate_json('"0.25wd"') == limit


@pytest.mark.parametrize(
    "given", ["0d", {"value": "0", "unit": "d"}, {"value": 0.25, "unit": "wd"}, {"value": "0.123", "unit": "wd"}, 5]
)
def test_a_limit_that_is_inexact_or_has_no_last_day_does_not_travel(given: object) -> None:
    with pytest.raises(ValidationError):
        TimeLimit.model_validate(given)


@pytest.mark.parametrize(("written", "seconds"), [("1wd", 28_800), ("0.01wd", 288), ("0.01wh", 36), ("1.5h", 5400)])
def test_every_measured_limit_is_whole_seconds(written: str, seconds: int) -> None:
    assert TimeLimit.parse(written).seconds == seconds


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-05-07T17:00", "2026-05-07T17:00:00+07:00"),
        ("2026-05-07 17:00:01", "2026-05-07T17:00:01+07:00"),
        ("2026-05-07T10:00:00Z", "2026-05-07T17:00:00+07:00"),
        ("2026-05-07T10:00:00.000z", "2026-05-07T17:00:00+07:00"),
        ("2026-05-07T20:30+10:30", "2026-05-07T17:00:00+07:00"),
        ("2026-05-06T23:00-1100", "2026-05-07T17:00:00+07:00"),
    ],
)
def test_an_instant_is_vietnamese_unless_it_says_otherwise(written: str, instant: str) -> None:
    assert format_instant(parse_instant(written)) == instant


@pytest.mark.parametrize(
    "written",
    [
        "",
        "2026-05-07",
        "20260507",
        "2026-05-07T",
        "2026-05-07T17",
        "2026-05-07T17:00:00.5",
        "2026-05-07T17:00:00.0000001",
        "2026-05-07T24:00",
        "2026-02-30T10:00",
        "2026-05-07T17:00+25:00",
        "2026-W19-4T17:00",
        "9999-12-31T23:00-05:00",
        "17:00",
    ],
)
def test_what_is_not_a_whole_second_of_a_named_day_is_refused(written: str) -> None:
    with pytest.raises(BadInstant):
        parse_instant(written)


def test_a_clock_reading_is_floored_before_it_is_legal() -> None:
    reading = parse_instant("2026-05-07T17:00").replace(microsecond=999_999)
    with pytest.raises(BadInstant):
        local(reading)

    assert floor_to_second(reading) == parse_instant("2026-05-07T17:00")


def test_a_time_of_day_without_an_offset_is_no_instant() -> None:
    with pytest.raises(BadInstant):
        local(parse_instant("2026-05-07T17:00").replace(tzinfo=None))


def test_policies_are_read_as_they_are_written() -> None:
    extension = Extend(by=TimeLimit.parse("3wd"))

    assert [parse_policy(text) for text in ("resume", "restart", "extend(3wd)")] == [RESUME, RESTART, extension]
    assert [str(policy) for policy in (RESUME, RESTART, extension)] == ["resume", "restart", "extend(3wd)"]


@pytest.mark.parametrize(
    "written", ["", "RESUME", "Resume", "pause", "extend", "extend()", "extend(3)", "extend(0d)", "extend(3wd"]
)
def test_an_unknown_policy_is_refused(written: str) -> None:
    with pytest.raises(BadStop):
        parse_policy(written)
