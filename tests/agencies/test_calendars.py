"""The shipped calendars against the library they were seeded from, and the calendars of units that grow out
of them.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import holidays
import pytest
from pydantic import ValidationError

from agencies.calendar_layers import CalendarLayer, CalendarOverride, DayOff, MakeUpDay, ShortDay, WeekHours
from agencies.calendars import (
    StateCalendarAmendment,
    calendar_of,
    calendar_versions,
    load_calendar,
    read_calendar,
    resolve_calendar,
    shipped_lineage,
)
from datafiles.faults import Faulty
from dossiers.calendar import Period, WorkCalendar
from dossiers.deadline_errors import UnknownCalendar
from dossiers.deadlines import deadline
from dossiers.instants import format_instant, parse_instant
from dossiers.limits import Counting, TimeLimit

FIRST, LAST = date(2017, 1, 1), date(2027, 12, 31)
SWAP = {date(2026, 1, 2), date(2026, 1, 10)}

#: Weekend days that the decisions name as part of a run of days off, and the library does not.
NAMED_WEEKENDS = [
    *(date(2025, 1, day) for day in (25, 26)),
    date(2025, 2, 2),
    *(date(2025, 8, day) for day in (30, 31)),
    *(date(2026, 2, day) for day in (14, 15, 21, 22)),
]


def days() -> Iterator[date]:
    return (FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1))


def test_the_first_version_is_the_library_with_the_reviewed_weekends() -> None:
    seed = holidays.country_holidays("VN", years=range(2017, 2028))
    off = {exception.on for exception in load_calendar("vn-2026.1").exceptions if not exception.periods}

    assert off == {*(day for day in seed if FIRST <= day <= LAST), *NAMED_WEEKENDS}


def test_the_make_up_days_are_those_of_the_library() -> None:
    seed = holidays.country_holidays("VN", years=range(2017, 2028))
    calendar = load_calendar("vn-2026.1")
    worked = {exception.on for exception in calendar.exceptions if exception.periods}

    assert worked == {day for day in seed.weekend_workdays if FIRST <= day <= LAST}
    assert all(calendar.periods_on(day) == calendar.periods_on(date(2026, 3, 2)) for day in worked)


def test_the_second_version_knows_the_swap_that_was_decided_late() -> None:
    before, after = load_calendar("vn-2026.1"), load_calendar("vn-2026.2")

    assert {day for day in days() if before.periods_on(day) != after.periods_on(day)} == SWAP
    assert not after.is_working_day(date(2026, 1, 2))
    assert after.is_working_day(date(2026, 1, 10))


@pytest.mark.parametrize("version", calendar_versions())
def test_every_version_spans_the_decade_and_says_what_nobody_checked(version: str) -> None:
    calendar = load_calendar(version)

    assert calendar.version == version
    assert (calendar.first, calendar.last) == (FIRST, LAST)
    assert calendar.unverified_years == tuple(range(2017, 2025))
    assert calendar.provisional_years == (2027,)


@pytest.mark.parametrize("version", calendar_versions())
def test_two_years_of_a_calendar_fit_into_a_workflows_input(version: str) -> None:
    for year in range(2017, 2027):
        part = load_calendar(version).between(date(year, 1, 1), date(year + 1, 12, 31))

        assert len(part.model_dump_json().encode()) < 4096


def test_every_day_off_says_why() -> None:
    assert all(exception.reason for exception in load_calendar("vn-2026.2").exceptions)


@pytest.mark.parametrize("version", ["", "vn-2025.1", "../vn-2026.1", "vn-2026.1.yaml"])
def test_an_unknown_version_is_refused(version: str) -> None:
    with pytest.raises(UnknownCalendar):
        load_calendar(version)


def test_a_version_is_read_once() -> None:
    assert load_calendar("vn-2026.2") is load_calendar("vn-2026.2")


PROVINCE = CalendarOverride(
    name="H01",
    hours=WeekHours.model_validate(
        {day: ["07:00-11:30", "13:30-17:00"] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}
    ),
    days_off=(DayOff(on=date(2026, 3, 10), reason="Ngày truyền thống của tỉnh"),),
)
COUNTER = CalendarOverride(
    name="mot-cua",
    reception=WeekHours.model_validate({"saturday": ["07:30-11:30"]}),
    make_up_days=(MakeUpDay(on=date(2026, 3, 10), instead_of=date(2026, 3, 11), reason="Trực"),),
)


def unit() -> WorkCalendar:
    return resolve_calendar("vn-2026.2", [PROVINCE, COUNTER])


def test_a_unit_inherits_from_its_province_and_the_state() -> None:
    assert unit().version == "vn-2026.2/H01/mot-cua"
    assert unit().periods_on(date(2026, 3, 2)) == (Period(25_200, 41_400), Period(48_600, 61_200))
    assert not unit().is_working_day(date(2026, 4, 30))
    assert unit().provisional_years == (2027,)


def test_the_last_layer_wins() -> None:
    province = resolve_calendar("vn-2026.2", [PROVINCE])

    assert not province.is_working_day(date(2026, 3, 10))
    assert unit().is_working_day(date(2026, 3, 10))


def test_a_make_up_day_works_the_hours_of_the_unit() -> None:
    assert unit().periods_on(date(2026, 8, 22)) == unit().periods_on(date(2026, 3, 2))


def test_a_counter_receives_on_saturday_mornings_that_are_no_holiday() -> None:
    assert unit().reception_on(date(2026, 3, 7)) == (Period(27_000, 41_400),)
    assert not unit().is_working_day(date(2026, 3, 7))
    assert unit().reception_on(date(2026, 2, 14)) == ()


def test_hours_may_change_from_a_day_on() -> None:
    summer = CalendarOverride(
        name="he",
        hours=WeekHours.model_validate({"monday": ["06:30-12:30"]}),
        hours_from=date(2026, 6, 1),
    )
    calendar = resolve_calendar("vn-2026.2", [PROVINCE, summer])

    assert calendar.periods_on(date(2026, 5, 25)) == (Period(25_200, 41_400), Period(48_600, 61_200))
    assert calendar.periods_on(date(2026, 6, 1)) == (Period(23_400, 45_000),)
    assert not calendar.is_working_day(date(2026, 6, 2))


def test_own_hours_replace_every_change_below_them() -> None:
    summer = CalendarOverride(
        name="he", hours=WeekHours.model_validate({"monday": ["06:30-12:30"]}), hours_from=date(2026, 6, 1)
    )
    own = CalendarOverride(name="rieng", hours=WeekHours.model_validate({"monday": ["08:00-12:00"]}))
    calendar = resolve_calendar("vn-2026.2", [summer, own])

    assert calendar.changes == ()
    assert calendar.periods_on(date(2026, 6, 1)) == (Period(28_800, 43_200),)


def test_an_exception_below_can_be_a_usual_day_after_all() -> None:
    open_day = CalendarOverride(name="mo", usual_days=(date(2026, 3, 10),))

    assert resolve_calendar("vn-2026.2", [PROVINCE, open_day]).exception_on(date(2026, 3, 10)) is None


def test_half_a_day_is_a_working_day_that_closes_early() -> None:
    half = ShortDay.model_validate({"on": date(2026, 12, 31), "hours": ["07:30-11:30"], "reason": "nghỉ chiều"})
    calendar = resolve_calendar("vn-2026.2", [CalendarOverride(name="nua-ngay", short_days=(half,))])
    received = parse_instant("2026-12-30T10:00")

    assert calendar.is_working_day(date(2026, 12, 31))
    assert format_instant(calendar.closing(date(2026, 12, 31))) == "2026-12-31T11:30:00+07:00"
    assert deadline(calendar, received, TimeLimit.parse("1wd")).due == calendar.closing(date(2026, 12, 31))
    elapsed = deadline(calendar, received, TimeLimit.parse("1wd"), Counting.ELAPSED).due
    assert elapsed is not None
    assert format_instant(elapsed) == "2026-12-31T10:00:00+07:00"


def test_what_a_later_version_says_of_a_place_concerns_whoever_stands_under_it() -> None:
    storm = CalendarLayer(days_off=(DayOff(on=date(2026, 9, 9), reason="bão"),))
    lineage = (
        *shipped_lineage("vn-2026.2"),
        StateCalendarAmendment(
            version="vn-2026.3", extends="vn-2026.2", published_on=date(2026, 9, 8), places={"ha-long-committee": storm}
        ),
    )
    here = calendar_of(lineage, (), ("ha-long-committee", "ha-long-justice"))
    elsewhere = calendar_of(lineage, (), ("mong-cai-committee", "mong-cai-justice"))

    assert (here.version, elsewhere.version) == ("vn-2026.3/ha-long-committee", "vn-2026.3")
    assert not here.is_working_day(date(2026, 9, 9))
    assert elsewhere.is_working_day(date(2026, 9, 9))


def test_a_place_is_changed_backwards_no_more_than_the_state() -> None:
    with pytest.raises(ValidationError, match="sau ngày công bố"):
        StateCalendarAmendment(
            version="vn-2026.3",
            extends="vn-2026.2",
            published_on=date(2026, 9, 9),
            places={"ha-long-land": CalendarLayer(days_off=(DayOff(on=date(2026, 9, 9), reason="bão"),))},
        )


@pytest.mark.parametrize("hours", ["07:30", "11:30-07:30", "07:30-25:00", "7h30-11h30", "07:30-07:30"])
def test_hours_that_are_no_span_of_a_day_are_refused(hours: str) -> None:
    with pytest.raises(ValidationError):
        resolve_calendar("vn-2026.2", [CalendarOverride(name="x", hours=WeekHours(monday=[hours]))])  # type: ignore[arg-type]


def test_a_later_version_may_not_change_what_was_counted_before_it() -> None:
    with pytest.raises(ValidationError, match="sau ngày công bố"):
        StateCalendarAmendment(
            version="vn-2026.3",
            extends="vn-2026.2",
            published_on=date(2026, 4, 1),
            days_off=(DayOff(on=date(2026, 4, 1), reason="muộn"),),
        )


def test_a_later_version_may_not_change_hours_backwards() -> None:
    with pytest.raises(ValidationError, match="sau ngày công bố"):
        StateCalendarAmendment(
            version="vn-2026.3", extends="vn-2026.2", published_on=date(2026, 4, 1), hours=WeekHours()
        )


def test_a_file_with_an_unknown_key_is_refused_with_its_line(tmp_path: Path) -> None:
    file = tmp_path / "vn-9.yaml"
    file.write_text("version: vn-9\nextends: vn-8\npublished_on: 2026-01-01\nday_off: []\n")

    with pytest.raises(Faulty) as refused:
        read_calendar(file)
    assert [fault.line for fault in refused.value.faults] == [4]
