"""A working calendar answers about days, hours and working time, and about nothing outside its span."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from pydantic import ValidationError

from dossiers.calendar import CLOSED_WEEK, DayException, HoursChange, Period, WorkCalendar
from dossiers.deadline_errors import BeyondCalendar
from dossiers.instants import parse_instant

MORNING, AFTERNOON = Period(27_000, 41_400), Period(46_800, 61_200)
FULL = (MORNING, AFTERNOON)
SUMMER = (Period(25_200, 41_400),)

CALENDAR = WorkCalendar(
    version="test",
    first=date(2026, 3, 2),  # a Monday
    last=date(2026, 3, 29),
    weekly=(FULL, FULL, FULL, FULL, FULL, (), ()),
    reception=(*CLOSED_WEEK[:5], (MORNING,), ()),
    changes=(HoursChange(on=date(2026, 3, 23), weekly=(SUMMER,) * 5 + ((), ())),),
    exceptions=(
        DayException(on=date(2026, 3, 4), reason="lễ"),
        DayException(on=date(2026, 3, 6), periods=(MORNING,), reason="họp cơ quan"),
        DayException(on=date(2026, 3, 14), periods=FULL, reason="làm bù"),
    ),
)


def at(text: str) -> datetime:
    return parse_instant(f"2026-03-{text}")


def test_a_working_day_has_at_least_one_working_period() -> None:
    days = {day: CALENDAR.is_working_day(date(2026, 3, day)) for day in (3, 4, 6, 7, 14, 15)}

    assert days == {3: True, 4: False, 6: True, 7: False, 14: True, 15: False}


def test_reception_hours_alone_do_not_make_a_working_day() -> None:
    saturday = date(2026, 3, 7)

    assert CALENDAR.reception_on(saturday) == (MORNING,)
    assert not CALENDAR.is_working_day(saturday)
    assert CALENDAR.next_opening(at("07T08:00")) == at("09T07:30")


def test_an_exception_closes_the_counter_too() -> None:
    assert CALENDAR.reception_on(date(2026, 3, 14)) == ()


@pytest.mark.parametrize(
    ("day", "closing"), [(3, "03T17:00"), (4, "05T00:00"), (6, "06T11:30"), (7, "08T00:00"), (24, "24T11:30")]
)
def test_a_day_closes_with_its_last_period_and_a_day_off_at_midnight(day: int, closing: str) -> None:
    assert CALENDAR.closing(date(2026, 3, day)) == at(closing)


def test_hours_change_from_a_day_on() -> None:
    assert CALENDAR.opening(date(2026, 3, 20)) == at("20T07:30")
    assert CALENDAR.opening(date(2026, 3, 23)) == at("23T07:00")


def test_neighbouring_working_days_are_found_over_days_off() -> None:
    assert CALENDAR.next_working_day(date(2026, 3, 3)) == date(2026, 3, 5)
    assert CALENDAR.next_working_day(date(2026, 3, 13)) == date(2026, 3, 14)
    assert CALENDAR.last_working_day_before(date(2026, 3, 9)) == date(2026, 3, 6)


@pytest.mark.parametrize(
    ("instant", "opening"),
    [
        ("03T07:29:59", "03T07:30"),
        ("03T07:30", "03T07:30"),
        ("03T11:29:59", "03T11:29:59"),
        ("03T11:30", "03T13:00"),
        ("03T17:00", "05T07:30"),
        ("06T11:30", "09T07:30"),
    ],
)
def test_work_goes_on_at_an_opening_and_not_at_a_closing(instant: str, opening: str) -> None:
    assert CALENDAR.next_opening(at(instant)) == at(opening)
    assert CALENDAR.is_working(at(instant)) == (instant == opening)


def test_nobody_works_after_the_last_closing_of_the_span() -> None:
    assert not CALENDAR.is_working(at("27T11:30"))


@pytest.mark.parametrize(
    ("start", "seconds", "earliest", "latest"),
    [
        ("03T07:30", 0, "03T07:30", "03T07:30"),
        ("03T07:30", 4 * 3600, "03T11:30", "03T13:00"),
        ("03T07:30", 8 * 3600, "03T17:00", "05T07:30"),
        ("03T16:59:59", 2, "05T07:30:01", "05T07:30:01"),
        ("04T10:00", 1, "05T07:30:01", "05T07:30:01"),
        ("04T10:00", 0, "04T10:00", "05T07:30"),
    ],
)
def test_time_is_added_to_the_earliest_and_the_latest_instant(
    start: str, seconds: int, earliest: str, latest: str
) -> None:
    assert CALENDAR.add_working(at(start), seconds) == at(earliest)
    assert CALENDAR.latest_after(at(start), seconds) == at(latest)


def test_working_time_between_two_instants_has_a_sign() -> None:
    assert CALENDAR.working_seconds(at("03T16:00"), at("05T08:00")) == 5400
    assert CALENDAR.working_seconds(at("05T08:00"), at("03T16:00")) == -5400


@pytest.mark.parametrize(
    "ask",
    [
        lambda: CALENDAR.is_working_day(date(2026, 3, 1)),
        lambda: CALENDAR.closing(date(2026, 3, 30)),
        lambda: CALENDAR.next_working_day(date(2026, 3, 27)),
        lambda: CALENDAR.last_working_day_before(date(2026, 3, 2)),
        lambda: CALENDAR.next_opening(at("27T11:30")),
        lambda: CALENDAR.add_working(at("27T10:00"), 90 * 60 + 1),
        lambda: CALENDAR.add_working(parse_instant("2026-04-01T10:00"), 0),
        lambda: CALENDAR.working_seconds(parse_instant("2026-02-01T10:00"), at("03T10:00")),
        lambda: CALENDAR.reception_on(date(2027, 1, 1)),
    ],
)
def test_nothing_outside_the_span_is_answered(ask: Callable[[], object]) -> None:
    with pytest.raises(BeyondCalendar):
        ask()


def test_the_last_second_of_the_span_is_answered() -> None:
    assert CALENDAR.add_working(at("27T10:00"), 90 * 60) == at("27T11:30")


def test_a_slice_begins_with_the_hours_in_force() -> None:
    part = CALENDAR.between(date(2026, 3, 24), date(2027, 1, 1))

    assert (part.first, part.last) == (date(2026, 3, 24), date(2026, 3, 29))
    assert part.opening(date(2026, 3, 24)) == at("24T07:00")
    assert (part.changes, part.exceptions) == ((), ())


def test_a_changed_copy_does_not_answer_from_the_tables_of_its_original() -> None:
    assert not CALENDAR.is_working_day(date(2026, 3, 4))
    copy = CALENDAR.model_copy(update={"exceptions": ()})

    assert copy.is_working_day(date(2026, 3, 4))


@pytest.mark.parametrize(
    "fault",
    [
        {"weekly": (FULL,) * 6},
        {"weekly": ((AFTERNOON, MORNING),) * 7},
        {"weekly": (((3600, 3600),),) * 7},
        {"weekly": (((0, 86_401),),) * 7},
        {"last": date(2026, 3, 1)},
        {"exceptions": CALENDAR.exceptions[::-1]},
        {"changes": CALENDAR.changes * 2},
    ],
)
def test_a_calendar_out_of_order_is_refused(fault: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        WorkCalendar.model_validate({**CALENDAR.model_dump(), **fault})
