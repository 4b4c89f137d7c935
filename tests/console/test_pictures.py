"""The pictures as geometry: what lies where, and that nothing is lost between the picture and its table."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from console.pictures.clock_strip import WIDTH as STRIP
from console.pictures.clock_strip import strips
from console.pictures.scale import Scale
from console.pictures.timeline import APPLICANT, WIDTH, Manner, timeline
from dossiers import commands as c
from dossiers.clocks import clocks
from dossiers.instants import parse_instant
from dossiers.ledger import ledger
from dossiers.values import PROMISE
from tests.support.builders import CALENDAR, COPY, PERMIT, Run, text

MONDAY = "2026-03-02T08:00"
NO_OPINIONS = {"floors": 3, "fire_opinion_needed": False, "environment_opinion_needed": False}
REASON = text("reason")


def scale(first: str = "2026-03-02", last: str = "2026-03-15") -> Scale:
    return Scale(CALENDAR, date.fromisoformat(first), date.fromisoformat(last), left=100, width=1000)


def test_a_later_instant_never_lies_before_an_earlier_one() -> None:
    measured = scale()
    hours = [parse_instant(MONDAY) + timedelta(hours=count) for count in range(24 * 13)]
    places = [measured.x(one) for one in hours]

    assert places == sorted(places)
    assert 100 <= places[0] < places[-1] <= 1100


def test_nights_have_no_width_and_days_off_are_narrow_and_grey() -> None:
    measured = scale()
    monday_night, tuesday_morning = parse_instant("2026-03-02T20:00"), parse_instant("2026-03-03T06:00")
    (weekend, next_weekend) = measured.bands()
    working_day = measured.x(parse_instant("2026-03-03T23:00")) - measured.x(tuesday_morning)

    assert measured.x(monday_night) == pytest.approx(measured.x(tuesday_morning))
    assert (weekend.first, weekend.last) == (date(2026, 3, 7), date(2026, 3, 8))
    assert next_weekend.last == date(2026, 3, 15)
    assert weekend.width == pytest.approx(2 * 0.45 * working_day)


def test_dates_are_written_only_as_close_as_they_can_be_read() -> None:
    ticks = scale("2026-01-05", "2026-12-20").ticks()

    assert 10 < len(ticks) < 25
    assert min(later.x - earlier.x for earlier, later in pairwise(ticks)) >= 44


def test_an_instant_outside_the_picture_lies_at_its_edge() -> None:
    measured = scale()

    assert measured.x(parse_instant("2025-03-02T08:00")) == pytest.approx(100)
    assert measured.x(parse_instant("2027-03-02T08:00")) == pytest.approx(1100)


def at(run: Run, instant: str) -> datetime:
    run.tick(instant)
    return run.now


def waiting() -> Run:
    """Received on Monday, stopped on Tuesday for a supplement, late by nobody."""
    run = Run.at_step("appraisal", PERMIT, MONDAY, **NO_OPINIONS)
    run.act(c.RequestSupplement(task=run.key("appraisal"), reason=REASON), "2026-03-03T09:00")
    return run


def test_every_bar_lies_within_its_lane_and_none_covers_another() -> None:
    run = waiting()
    picture = timeline(run.records, run.rules, at(run, "2026-03-05T10:00"))
    lanes = {lane.code: lane for lane in picture.lanes}
    for bar in picture.bars:
        lane = lanes[bar.stretch.lane]
        assert lane.y < bar.y < bar.y + bar.height < lane.y + lane.height
        assert 0 <= bar.x < bar.x + bar.width <= WIDTH + 0.1
    for one in picture.bars:
        for other in picture.bars:
            apart = (
                one is other
                or one.y != other.y
                or one.x + one.width <= other.x + 4.1
                or other.x + other.width <= one.x + 4.1
            )
            assert apart, (one, other)
    assert picture.height > max(bar.y + bar.height for bar in picture.bars)


def test_while_the_clock_stands_still_the_applicant_has_a_lane_of_their_own() -> None:
    run = waiting()
    picture = timeline(run.records, run.rules, at(run, "2026-03-05T10:00"))
    stopped = [one for one in picture.stretches if one.manner is Manner.STOPPED]

    assert picture.lanes[-1].code == APPLICANT
    assert [(one.start, one.lasts) for one in stopped] == [(parse_instant("2026-03-03T09:00"), True)]
    assert picture.due is None


def test_what_is_late_looks_late_and_what_was_planned_stays_to_be_seen() -> None:
    run = Run.at_step("appraisal", PERMIT, MONDAY, **NO_OPINIONS)
    due = run.due(run.key("appraisal"))
    assert due is not None
    run.tick_on_time("2026-03-12T10:00")
    picture = timeline(run.records, run.rules, run.now)
    (late,) = [one for one in picture.bars if one.stretch.manner is Manner.OVERDUE]

    assert late.stretch.due == due
    assert late.planned is not None
    assert late.planned[1] < late.x + late.width


def test_what_is_still_to_come_follows_in_the_order_of_the_procedure() -> None:
    run = Run.at_step("appraisal", PERMIT, MONDAY, **NO_OPINIONS)
    picture = timeline(run.records, run.rules, at(run, "2026-03-02T10:00"))
    coming = [one for one in picture.stretches if one.manner is Manner.FORECAST]

    assert len(coming) > 2
    assert coming[0].label == run.rules.procedure.step(run.task("appraisal").step).label
    assert coming[0].end == run.due(run.key("appraisal"))
    assert all(one.start >= run.now for one in coming)


def test_a_closed_dossier_has_no_now_and_nothing_to_come() -> None:
    run = Run.filed(COPY, MONDAY)
    run.finish("2026-03-02T09:00")
    picture = timeline(run.records, run.rules, run.now + timedelta(days=30))

    assert picture.now is None
    assert Manner.FORECAST not in picture.manners
    assert not any(one.lasts for one in picture.stretches)


def test_a_dossier_refused_in_the_second_of_its_filing_still_has_a_picture() -> None:
    run = Run.filed(COPY, MONDAY)
    run.act(c.Refuse(task=run.key("reception"), reason=REASON), MONDAY)

    assert len(timeline(run.records, run.rules, run.now).bars) == 1


def test_the_strip_adds_up_to_what_was_given() -> None:
    run = Run.at_step("appraisal", PERMIT, MONDAY, **NO_OPINIONS)
    moment = at(run, "2026-03-03T10:00")
    told, account = clocks(run.records, run.rules, moment), ledger(run.records, run.rules, moment)
    promise, *agencies = strips(told, account)
    left = told.promise.remaining.value if told.promise is not None and told.promise.remaining is not None else 0

    assert promise.agency is None
    assert (promise.left, promise.limit) == (left, promise.used + left)
    assert [one.agency for one in agencies] == [one.agency for one in account.agencies]
    for one in (promise, *agencies):
        assert sum(piece.width for piece in one.pieces) == pytest.approx(STRIP)


def test_what_was_used_beyond_the_promise_is_told_apart() -> None:
    run = Run.at_step("appraisal", PERMIT, MONDAY, **NO_OPINIONS)
    run.tick_on_time("2026-03-30T10:00")
    told, account = clocks(run.records, run.rules, run.now), ledger(run.records, run.rules, run.now)
    promise = strips(told, account)[0]

    assert run.state.due_of(PROMISE) is not None
    assert promise.over > 0
    assert [piece.kind for piece in promise.pieces] == ["used", "over"]
