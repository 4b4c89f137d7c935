"""A calendar changed under a dossier that waits, on Temporal's own timers: each speaks when the new version says.

The instants are those that the pure function gives for the same receipt by the later calendar.
"""

from datetime import datetime, time, timedelta

from dossiers import commands as c
from dossiers.calendar import DayException, Period, WorkCalendar
from dossiers.calendar_events import CalendarChanged
from dossiers.deadlines import deadline
from dossiers.due_dates import due_dates
from dossiers.instants import VIETNAM
from dossiers.rulebook import Rulebook
from dossiers.values import PROMISE, StepId
from tests.support.builders import LAND, change_calendar, procedure, rulebook_of, text
from tests.support.carriage import Carriage, Station, in_both_runners
from tests.workflows.test_passing_time import next_friday
from workflows.messages import Carried

FRIDAY = next_friday()
SATURDAY, MONDAY = FRIDAY + timedelta(days=1), FRIDAY + timedelta(days=3)
PERIODS = (Period(27_000, 41_400), Period(46_800, 61_200))


def calendar(version: str, *exceptions: DayException) -> WorkCalendar:
    """The state's hours, and no other days than these."""
    return WorkCalendar(
        version=version,
        first=FRIDAY - timedelta(days=40),
        last=FRIDAY + timedelta(days=400),
        weekly=(*((PERIODS,) * 5), (), ()),
        exceptions=exceptions,
    )


PLAIN = calendar("plain")
MONDAY_OFF = calendar("monday-off", DayException(on=MONDAY, reason="nghỉ hoán đổi"))
SATURDAY_WORKED = calendar("saturday", DayException(on=SATURDAY, periods=PERIODS, reason="làm bù"))


def rules() -> Rulebook:
    plain = rulebook_of(procedure(LAND))
    return plain.model_copy(update={"calendars": {PLAIN.version: PLAIN}, "promise_calendar": PLAIN.version})


async def waiting(station: Station) -> Carriage:
    """A dossier received on a Friday at 16:00, with its reception still to do."""
    one = station.dossier(rules())
    await one.start()
    await one.forward_to(datetime.combine(FRIDAY, time(16), tzinfo=VIETNAM))
    await one.act(one.run.filing(calendar_version=PLAIN.version))
    return one


def due_by(by: WorkCalendar, one: Carriage) -> datetime | None:
    """What the pure function gives the reception, by that calendar."""
    limit = rules().procedure.step(StepId("reception")).limit
    clock = one.run.state.clocks[one.task.key]
    assert limit is not None
    return deadline(by, clock.term.since, limit, rules().procedure.step(StepId("reception")).counting).due


def spoken(one: Carriage) -> list[datetime]:
    return [rung.due_at for rung in one.rungs if rung.rung == "overdue" and rung.subject == one.task.key]


@in_both_runners
async def test_a_leg_that_comes_earlier_has_its_timer_armed_anew(station: Station) -> None:
    one = await waiting(station)
    await one.act(change_calendar(PLAIN, SATURDAY_WORKED))

    await one.forward(timedelta(days=6))
    await one.settled()

    expected = due_by(SATURDAY_WORKED, one)
    assert expected is not None
    assert expected.date() == SATURDAY
    assert spoken(one) == [expected]
    [overdue] = [record for record in one.events if record.occurred_at == expected and "overdue" in str(record.event)]
    assert overdue.recorded_at - expected < timedelta(minutes=2)


@in_both_runners
async def test_a_pause_a_change_and_a_restart_end_at_the_instant_of_the_pure_function(station: Station) -> None:
    """Stopped at the appraisal, recounted while it stands still, and counted anew when the applicant has answered."""
    one = station.dossier(rules(), obligation_kind="transfer_tax")
    await one.start()
    await one.forward_to(datetime.combine(FRIDAY, time(9), tzinfo=VIETNAM))
    await one.act(one.run.filing(calendar_version=PLAIN.version))
    await one.go_to("appraisal")
    await one.act(c.RequestSupplement(task=one.task.key, reason=text("thiếu hợp đồng")))
    await one.act(change_calendar(PLAIN, MONDAY_OFF))
    assert [record.event.moves for record in one.events if isinstance(record.event, CalendarChanged)] == [()]
    await one.act(c.AnswerSupplement())

    given = one.run.state.due_of(PROMISE)
    since = one.run.state.clocks[PROMISE].term.since
    limits = rules().procedure
    assert given == deadline(MONDAY_OFF, since, limits.limit, limits.counting, limits.cutoff).due
    assert given is not None
    await one.forward_to(given + timedelta(hours=1))
    await one.settled()

    assert [rung.due_at for rung in one.rungs if rung.subject == PROMISE and rung.rung == "overdue"] == [given]
    assert all(reason.agrees for reason in due_dates(one.events, rules()))


@in_both_runners
async def test_a_run_that_begins_anew_goes_on_by_the_changed_calendar(station: Station) -> None:
    """What continue-as-new and a restored journal hand on: the pinned rules, and a state that knows its changes."""
    one = station.dossier(rules())
    one.run.act(one.run.filing(dossier=one.dossier, calendar_version=PLAIN.version), f"{FRIDAY}T16:00")
    one.run.act(change_calendar(PLAIN, MONDAY_OFF), f"{FRIDAY}T16:10")
    one.journal.record(one.dossier, tuple(one.run.records))
    await one.start(Carried(state=one.run.state))

    await one.forward_to(datetime.combine(FRIDAY, time(16, 20), tzinfo=VIETNAM) + timedelta(days=6))
    await one.settled()

    assert (await one.state()).calendar == "monday-off"
    before, expected = due_by(PLAIN, one), due_by(MONDAY_OFF, one)
    assert before is not None
    assert expected == before + timedelta(days=1)
    assert spoken(one) == [expected]
