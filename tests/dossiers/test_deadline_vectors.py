"""The worked examples of the domain research, `domain.md` §1.4 and §9.1, on the calendar of §6."""

from datetime import datetime, time

import pytest

from agencies.calendars import load_calendar
from dossiers.deadlines import apology_opens, deadline, transfer_due
from dossiers.instants import format_instant, parse_instant
from dossiers.limits import TimeLimit
from dossiers.stops import Stop, parse_policy

CALENDAR = load_calendar("vn-2026.2")
BEFORE_THE_SWAP = load_calendar("vn-2026.1")


def due(received: str, limit: str, *stops: Stop) -> str:
    found = deadline(CALENDAR, parse_instant(received), TimeLimit.parse(limit), stops=stops).due
    assert found is not None
    return format_instant(found)


def stop(start: str, end: str, policy: str) -> Stop:
    return Stop(start=parse_instant(start), end=parse_instant(end), policy=parse_policy(policy))


def test_days_off_around_liberation_day_are_skipped() -> None:
    """§1.4 row 1: 30/4, 1/5 off."""
    assert due("2026-04-28T10:00", "5wd") == "2026-05-07T17:00:00+07:00"


def test_the_lunar_new_year_is_skipped() -> None:
    """§1.4 row 2: Tết 14–22/2."""
    assert due("2026-02-12T16:00", "5wd") == "2026-02-26T17:00:00+07:00"


def test_a_transfer_after_fifteen_hours_is_due_at_the_next_opening() -> None:
    """§1.4 row 2: transfer due Fri 13/2 start of day."""
    at = transfer_due(parse_instant("2026-02-12T16:00"), CALENDAR, CALENDAR)

    assert format_instant(at) == "2026-02-13T07:30:00+07:00"


def test_a_make_up_saturday_is_a_working_day() -> None:
    """§1.4 row 3: not Mon 24/8."""
    assert due("2026-08-19T09:00", "3wd") == "2026-08-22T17:00:00+07:00"


def test_the_day_swapped_before_national_day_is_skipped() -> None:
    """§1.4 row 4: 31/8 swapped, 1–2/9 off."""
    assert due("2026-08-28T09:00", "2wd") == "2026-09-04T17:00:00+07:00"


def test_the_late_swap_of_new_year_counts_once_it_is_decided() -> None:
    """§1.4 row 5: 1/1 off, 2/1 swapped with Sat 10/1."""
    assert due("2025-12-30T09:00", "3wd") == "2026-01-06T17:00:00+07:00"


def test_before_the_late_swap_was_decided_the_same_dossier_was_due_earlier() -> None:
    """§9.1 scenario 10: the calendar changed under open dossiers."""
    before = deadline(BEFORE_THE_SWAP, parse_instant("2025-12-30T09:00"), TimeLimit.parse("3wd")).due

    assert before == parse_instant("2026-01-05T17:00")


def test_culture_day_is_skipped() -> None:
    """§1.4 row 6: 24/11 new holiday from 2026."""
    assert due("2026-11-20T09:00", "3wd") == "2026-11-26T17:00:00+07:00"


@pytest.mark.parametrize("start", ["2026-03-05T08:00", "2026-03-05T17:00"])
def test_a_supplement_counts_from_zero(start: str) -> None:
    """§1.4 row 7, scenario 3: returned Thu 05/3, complete again Tue 10/3 (NĐ 61/2018, Điều 19.4)."""
    assert due("2026-03-02T09:00", "10wd") == "2026-03-16T17:00:00+07:00"
    restarted = due("2026-03-02T09:00", "10wd", stop(start, "2026-03-10T10:00", "restart"))

    assert restarted == "2026-03-24T17:00:00+07:00"


def test_a_wait_for_payment_leaves_what_was_not_used() -> None:
    """§1.4 row 8: notice at the end of Fri 06/3 (4 used), paid Wed 25/3, resume 6 wd."""
    notice = stop("2026-03-06T17:00", "2026-03-25T09:00", "resume")

    assert due("2026-03-02T09:00", "10wd", notice) == "2026-04-02T17:00:00+07:00"


def test_while_payment_is_awaited_there_is_no_due_instant_but_six_days_are_left() -> None:
    """§1.4 row 8, before the payment."""
    notice = Stop(start=parse_instant("2026-03-06T17:00"))
    found = deadline(CALENDAR, parse_instant("2026-03-02T09:00"), TimeLimit.parse("10wd"), stops=[notice])

    assert found.due is None
    assert found.remaining is not None
    assert (found.remaining.unit, found.remaining.value) == ("wd", 6)


def test_the_apology_is_due_on_the_last_working_day_before_the_due_date() -> None:
    """§1.4 row 9, scenario 8: due Mon 16/3, D−1 is a Sunday, so Fri 13/3 (NĐ 61/2018, Điều 19.9)."""
    opens = apology_opens(CALENDAR, parse_instant("2026-03-02T09:00"), parse_instant("2026-03-16T17:00"))

    assert opens == parse_instant("2026-03-13T07:30")


def test_without_a_working_day_between_receipt_and_due_there_is_no_time_for_an_apology() -> None:
    opens = apology_opens(CALENDAR, parse_instant("2026-03-13T07:00"), parse_instant("2026-03-16T17:00"))

    assert opens is None


def test_a_friday_reception_before_the_lunar_new_year_is_handed_on_after_it() -> None:
    """§9.1 scenario 1: Fri 13/2/2026 15:20 → Mon 23/2."""
    at = transfer_due(parse_instant("2026-02-13T15:20"), CALENDAR, CALENDAR)

    assert format_instant(at) == "2026-02-23T07:30:00+07:00"


@pytest.mark.parametrize(
    ("received", "expected"),
    [
        ("2026-03-02T15:00:00", "2026-03-02T17:00:00+07:00"),
        ("2026-03-02T15:00:01", "2026-03-03T07:30:00+07:00"),
        ("2026-03-07T08:00:00", "2026-03-09T07:30:00+07:00"),
    ],
)
def test_fifteen_hours_sharp_is_in_time_for_the_transfer(received: str, expected: str) -> None:
    """NĐ 61/2018, Điều 18.1: nhận sau 15 giờ thì chuyển vào đầu giờ ngày làm việc tiếp theo."""
    assert format_instant(transfer_due(parse_instant(received), CALENDAR, CALENDAR)) == expected


@pytest.mark.parametrize(
    ("received", "cutoff", "expected"),
    [
        ("2026-03-02T15:00:00", time(15), "2026-03-03T17:00"),
        ("2026-03-02T15:00:01", time(15), "2026-03-04T17:00"),
        ("2026-03-02T15:00:01", None, "2026-03-03T17:00"),
        ("2026-03-07T08:00:00", None, "2026-03-09T17:00"),
        ("2026-03-07T08:00:00", time(15), "2026-03-10T17:00"),
    ],
)
def test_a_cut_off_moves_the_day_that_is_not_counted(received: str, cutoff: time | None, expected: str) -> None:
    """§1.4 "15:00 cut-off" and §6: a Saturday receipt counts from the next working day."""
    found = deadline(CALENDAR, parse_instant(received), TimeLimit.parse("1wd"), cutoff=cutoff).due

    assert found == parse_instant(expected)


def test_calendar_days_end_on_a_working_day() -> None:
    """§1.4 "first day": a last day off ends at the next working day."""
    saturday: datetime = parse_instant("2026-03-14T00:00")
    assert not CALENDAR.is_working_day(saturday.date())

    assert due("2026-03-04T09:00", "10d") == "2026-03-16T17:00:00+07:00"
