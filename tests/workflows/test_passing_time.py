"""A dossier nobody touches, on Temporal's own timers; a moved clock stands for the days."""

from datetime import date, datetime, time, timedelta

from dossiers import commands as c
from dossiers.calendar import DayException, WorkCalendar
from dossiers.events import TaskOpened
from dossiers.instants import VIETNAM
from dossiers.rulebook import Rulebook
from tests.support.builders import CALENDAR, COPY, LAND, procedure, rulebook_of, text
from tests.support.carriage import Carriage, Station, in_both_runners


@in_both_runners
async def test_an_untouched_dossier_climbs_every_rung_once_across_a_weekend_and_a_holiday(
    station: Station,
) -> None:
    """Received at 16:00 on the Friday before a Monday off: four working hours end on Tuesday at 10:30."""
    friday = next_friday()
    monday = friday + timedelta(days=3)
    one = station.dossier(rules_with_a_day_off(LAND, monday))
    await one.start()
    await one.forward_to(datetime.combine(friday, time(16), tzinfo=VIETNAM))
    await one.file()

    await one.forward(timedelta(days=8))
    await one.settled()

    assert [(rung.rung, rung.due_at.strftime("%a %H:%M")) for rung in one.rungs] == [
        ("warning", "Tue 09:30"),
        ("overdue", "Tue 10:30"),
        ("late_4h", "Tue 16:00"),
        ("late_1d", "Wed 10:30"),
        ("late_2d", "Thu 10:30"),
        ("late_3d", "Fri 10:30"),
    ]
    assert {rung.due_at.date() for rung in one.rungs}.isdisjoint(off_days_around(friday))
    assert [rung.due_at for rung in one.rungs] == promised_instants(one)
    assert all(rung.notice is not None for rung in one.rungs)
    for record in one.events[2:]:
        assert timedelta(0) <= record.recorded_at - record.occurred_at < timedelta(minutes=2)
    happened = await one.happened()
    assert happened["timer_started"] == happened["timer_fired"] == len(one.rungs)
    assert happened["timer_canceled"] == 0


@in_both_runners
async def test_rungs_come_at_their_literal_instants_over_the_kings_commemoration_of_2026(
    station: Station,
) -> None:
    """Giỗ Tổ Hùng Vương 2026 falls on Sunday 26 April; Monday the 27th is off in its place."""
    one = await station.filed(COPY, "2026-04-24T16:30")

    await one.forward_to(datetime(2026, 4, 29, 9, tzinfo=VIETNAM))
    await one.settled()

    assert [(rung.rung, rung.due_at.strftime("%Y-%m-%dT%H:%M")) for rung in one.rungs] == [
        ("warning", "2026-04-28T07:45"),
        ("overdue", "2026-04-28T08:00"),
        ("late_4h", "2026-04-28T13:30"),
        ("late_1d", "2026-04-29T08:00"),
    ]


@in_both_runners
async def test_acts_in_time_leave_no_rung_and_one_timer_armed(station: Station) -> None:
    one = await station.filed(COPY, "2026-03-02T08:00")

    await one.usual()
    await one.forward(timedelta(minutes=20))
    await one.usual()
    happened = await one.happened()

    assert one.rungs == []
    assert happened["timer_started"] - happened["timer_canceled"] - happened["timer_fired"] == 1


@in_both_runners
async def test_a_later_deadline_leaves_the_armed_timer_alone_until_it_fires_in_vain(station: Station) -> None:
    """Reception would have warned at 11:00; the leg that follows it warns later."""
    one = await station.filed(LAND, "2026-03-02T08:00", obligation_kind="transfer_tax")
    await one.usual()
    armed = await one.happened()

    await one.forward_to(datetime(2026, 3, 2, 11, 1, tzinfo=VIETNAM))
    fired = await one.happened()

    assert armed["timer_started"] == 1
    assert (fired - armed) == {
        "timer_fired": 1,
        "workflow_task_scheduled": 1,
        "workflow_task_started": 1,
        "workflow_task_completed": 1,
        "timer_started": 1,
    }
    assert one.journal.flushes == []


@in_both_runners
async def test_a_stopped_clock_arms_nothing(station: Station) -> None:
    """The counter guides the applicant (Điều 17.1a): reception's clock stands still, with no limit to the answer."""
    one = await station.filed(COPY, "2026-03-02T08:00")
    await one.act(c.RequestSupplement(task=one.task.key, reason=text("thiếu bản chính")))
    await one.act(c.SendStopNotice())

    await one.forward(timedelta(days=3))
    stopped = await one.happened()
    await one.act(c.AnswerSupplement())
    resumed = await one.happened()

    assert (stopped["timer_started"], stopped["timer_fired"]) == (1, 1)
    assert one.rungs == []
    assert (resumed - stopped)["timer_started"] == 1


@in_both_runners
async def test_what_the_applicant_never_supplies_lapses_by_itself(station: Station) -> None:
    """The land office waits thirty days (Điều 19.4); then its head is told."""
    one = await station.filed(LAND, "2026-03-02T08:00", obligation_kind="transfer_tax")
    await one.go_to("appraisal")
    await one.act(c.RequestSupplement(task=one.task.key, reason=text("thiếu hợp đồng")))
    await one.act(c.SendStopNotice())

    awaited = one.run.state.awaited
    assert awaited is not None
    assert awaited.answer_by is not None
    await one.forward_to(awaited.answer_by + timedelta(days=1))
    await one.settled()

    assert [record.event.kind for record in one.events][-1] == "answer.lapsed"
    assert one.rungs == []


def next_friday() -> date:
    today = datetime.now(VIETNAM).date()
    return today + timedelta(days=(4 - today.weekday()) % 7 + 7)


def off_days_around(friday: date) -> set[date]:
    return {friday + timedelta(days=days) for days in (1, 2, 3)}


def rules_with_a_day_off(code: str, day: date) -> Rulebook:
    """The state's hours, and no other day off than that one."""
    calendar = WorkCalendar(
        version="one day off",
        first=day - timedelta(days=30),
        last=day + timedelta(days=400),
        weekly=CALENDAR.weekly,
        exceptions=(DayException(on=day, reason="nghỉ lễ"),),
    )
    plain = rulebook_of(procedure(code))
    return plain.model_copy(update={"calendars": {calendar.version: calendar}, "promise_calendar": calendar.version})


def promised_instants(one: Carriage) -> list[datetime | None]:
    """What the law's arithmetic gave the reception when it opened."""
    opened = one.events[1].event
    assert isinstance(opened, TaskOpened)
    assert opened.term is not None
    return [rung.at for rung in opened.term.rungs]
