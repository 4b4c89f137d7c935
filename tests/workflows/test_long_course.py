"""One dossier through a pause, a change of calendar, a restart, another pause and an apology, on Temporal's own timers.

Every instant at which a timer must speak is worked out here from the receipts, the stops and the calendar, by the pure
functions of the legal clock; the journal must have it at that instant, written down at once.
"""

from collections.abc import Iterable
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

from dossiers import commands as c
from dossiers.apology_events import ApologyWeighed, Finding
from dossiers.deadlines import after_due, apology_opens, deadline, share_instant
from dossiers.events import AnswerLapsed, AnyEvent, Record, RungReached
from dossiers.instants import VIETNAM
from dossiers.limits import TimeLimit
from dossiers.stops import RESUME, Stop, StopReason
from dossiers.values import APPOINTMENT, PROMISE
from tests.support.builders import change_calendar, text
from tests.support.carriage import Carriage, Station, in_both_runners
from tests.workflows.test_calendar_change import FRIDAY, MONDAY_OFF, PLAIN, rules

PROCEDURE = rules().procedure
_PROMPT = timedelta(minutes=2)

E = TypeVar("E", bound=AnyEvent)


def on(days: int, hour: int, minute: int = 0) -> datetime:
    """So many days after the Friday on which the dossier is filed."""
    return datetime.combine(FRIDAY + timedelta(days=days), time(hour, minute), tzinfo=VIETNAM)


@in_both_runners
async def test_each_timer_of_a_long_course_speaks_at_the_instant_of_the_pure_function(station: Station) -> None:
    one = station.dossier(rules(), obligation_kind="transfer_tax")
    await filed_and_recounted_in_a_pause(one)
    restarted = await restarted_on_tuesday(one)
    stop = await waited_for_on_thursday(one)
    due = promised(restarted, [stop])
    assert one.run.state.due_of(PROMISE) == due

    opens = apology_opens(MONDAY_OFF, restarted, due)
    assert opens is not None
    signed_by = MONDAY_OFF.closing(opens.date())
    await one.forward_to(opens + timedelta(hours=1))
    await one.settled()
    assert [(at, one.finding) for at, one in spoken(one.events, ApologyWeighed)] == [(opens, Finding.LEG_OVERDUE)]
    [owed] = [task for task in one.run.state.live_tasks() if task.work == "apology"]
    assert one.run.state.due_of(owed.key) == signed_by

    await one.forward_to(after_due(MONDAY_OFF, signed_by, TimeLimit.parse("4wh")) + timedelta(minutes=5))
    named_at = due + timedelta(days=7)
    await one.act(c.Apologise(task=owed.key, appointment_at=named_at, reason=text("xin lỗi")))
    named_since = one.run.state.clocks[APPOINTMENT].term.since
    await one.forward_to(named_at + timedelta(hours=1))
    await one.settled()

    reached = {(rung.subject, rung.rung): at for at, rung in spoken(one.events, RungReached)}
    ladder = {rung.code: rung for rung in PROCEDURE.ladders["promise"]}
    expected = {
        (PROMISE, "half"): share_instant(MONDAY_OFF, restarted, due, share_of(ladder["half"].share), [stop]),
        (PROMISE, "warning"): share_instant(MONDAY_OFF, restarted, due, share_of(ladder["warning"].share), [stop]),
        (PROMISE, "overdue"): due,
        (PROMISE, "late_1d"): after_due(MONDAY_OFF, due, TimeLimit.parse("1wd")),
        (owed.key, "unsigned"): signed_by,
        (owed.key, "unsigned_4h"): after_due(MONDAY_OFF, signed_by, TimeLimit.parse("4wh")),
        (APPOINTMENT, "warning"): share_instant(MONDAY_OFF, named_since, named_at, share_of(ladder["warning"].share)),
        (APPOINTMENT, "overdue"): named_at,
    }
    assert {key: reached.get(key) for key in expected} == expected
    assert (owed.key, "unsigned_1d") not in reached
    for record in by_themselves(one.events):
        assert timedelta(0) <= record.recorded_at - record.occurred_at < _PROMPT


async def filed_and_recounted_in_a_pause(one: Carriage) -> None:
    """Received on Friday at 09:00; stopped at the appraisal; meanwhile the Monday becomes a day off."""
    await one.start()
    await one.forward_to(on(0, 9))
    await one.act(one.run.filing(calendar_version=PLAIN.version))
    await one.go_to("appraisal")
    await one.act(c.RequestSupplement(task=one.task.key, reason=text("thiếu hợp đồng")))
    await one.act(c.SendStopNotice())
    await one.act(change_calendar(PLAIN, MONDAY_OFF))


async def restarted_on_tuesday(one: Carriage) -> datetime:
    """From when the limit runs anew."""
    await one.forward_to(on(4, 10))
    await one.act(c.AnswerSupplement())
    since = one.run.state.clocks[PROMISE].term.since
    assert one.run.state.due_of(PROMISE) == promised(since, [])
    return since


async def waited_for_on_thursday(one: Carriage) -> Stop:
    """The applicant is called for Thursday 09:00, is late, and is there at 09:30."""
    await one.forward_to(on(5, 10))
    attend_at = on(6, 9)
    await one.act(c.RequireAttendance(task=one.task.key, reason=text("xem thửa đất"), attend_at=attend_at))
    await one.act(c.SendStopNotice())
    await one.forward_to(on(6, 9, 30))
    assert [at for at, _ in spoken(one.events, AnswerLapsed)] == [attend_at]
    await one.act(c.ResumeDossier(evidence=text("biên bản")))
    [stop] = one.run.state.clocks[PROMISE].stops
    assert (stop.reason, stop.policy) == (StopReason.ATTENDANCE, RESUME)
    return stop


def promised(since: datetime, stops: list[Stop]) -> datetime:
    due = deadline(MONDAY_OFF, since, PROCEDURE.limit, PROCEDURE.counting, PROCEDURE.cutoff, stops).due
    assert due is not None
    return due


def share_of(percent: Decimal | None) -> Decimal:
    assert percent is not None
    return percent / 100


def spoken(events: Iterable[Record], kind: type[E]) -> list[tuple[datetime, E]]:
    """What time itself said of that kind, with the instant of each."""
    return [(record.occurred_at, record.event) for record in events if isinstance(record.event, kind)]


def by_themselves(events: Iterable[Record]) -> list[Record]:
    return [record for record in events if record.cause.startswith("due:")]
