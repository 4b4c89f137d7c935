"""What time does to a dossier that nobody touches, and what an act in time takes back."""

from datetime import timedelta

from dossiers import commands as c
from dossiers import events as e
from dossiers.advance import next_deadline
from dossiers.deadlines import Grade
from dossiers.errors import JournalAhead
from dossiers.escalation import NoticeRole
from dossiers.instants import parse_instant
from dossiers.values import PROMISE, Subject
from tests.dossiers.branching import ONE_BRANCH, branching
from tests.support.builders import PERMIT, Run, person, rulebook_of, text

RULES = rulebook_of(branching())
FACTS = {"floors": 3, "fire_opinion_needed": False, "environment_opinion_needed": False}


def abandoned(filed: str, until: str) -> Run:
    """Received at once, then nobody assigns it."""
    run = Run.at_step("assignment", PERMIT, filed, **FACTS)
    run.tick_on_time(until)
    return run


def test_a_dossier_nobody_touches_climbs_every_rung_across_a_weekend_and_the_april_holidays() -> None:
    """Thursday 30/4 and Friday 1/5/2026 are off, then a weekend: four hours late on Wednesday is Monday morning."""
    run = abandoned("2026-04-29T10:00", "2026-06-01T08:00")

    assert run.rungs("assignment#1") == [
        ("warning", "2026-04-29T14:30"),
        ("overdue", "2026-04-29T15:30"),
        ("late_4h", "2026-05-04T10:00"),
        ("late_1d", "2026-05-04T15:30"),
        ("late_2d", "2026-05-05T15:30"),
        ("late_3d", "2026-05-06T15:30"),
    ]
    assert run.rungs("promise") == [
        ("warning", "2026-05-11T08:07"),
        ("overdue", "2026-05-12T17:00"),
        ("late_4h", "2026-05-13T11:30"),
        ("late_1d", "2026-05-13T17:00"),
    ]


def test_a_dossier_nobody_touches_climbs_every_rung_across_the_lunar_new_year() -> None:
    """Tết 14–22/2/2026 is off: what is due on the afternoon of Friday 13/2 is four hours late ten days later."""
    run = abandoned("2026-02-13T13:00", "2026-03-20T08:00")

    assert run.rungs("assignment#1") == [
        ("warning", "2026-02-13T16:00"),
        ("overdue", "2026-02-13T17:00"),
        ("late_4h", "2026-02-23T11:30"),
        ("late_1d", "2026-02-23T17:00"),
        ("late_2d", "2026-02-24T17:00"),
        ("late_3d", "2026-02-25T17:00"),
    ]


def test_each_rung_fires_once_and_names_whom_it_tells() -> None:
    run = abandoned("2026-03-02T08:00", "2026-06-01T08:00")
    reached = [event for event in run.events(e.RungReached) if event.subject == "assignment#1"]
    lead, counter = run.seat("construction"), run.seat("counter")

    assert [event.rung for event in reached] == ["warning", "overdue", "late_4h", "late_1d", "late_2d", "late_3d"]
    told = [(event.notice.role, event.notice.agency, event.notice.unit) for event in reached if event.notice]
    assert told == [
        (NoticeRole.HOLDER, lead.agency, lead.unit),
        (NoticeRole.HOLDER, lead.agency, lead.unit),
        (NoticeRole.UNIT_HEAD, lead.agency, lead.unit),
        (NoticeRole.AGENCY_HEAD, lead.agency, None),
        (NoticeRole.ONE_STOP_HEAD, counter.agency, None),
        (NoticeRole.SUPERVISOR, lead.agency, None),
    ]
    assert next_deadline(run.state) is None
    assert run.tick("2027-06-01T08:00") == ()


def test_a_rung_caught_at_its_instant_carries_when_it_was_due_and_when_it_was_decided() -> None:
    run = Run.at_step("assignment", PERMIT, "2026-03-02T08:00", **FACTS)
    due = next_deadline(run.state)
    assert due == parse_instant("2026-03-02T11:00")
    assert run.tick(due - timedelta(seconds=1)) == ()
    (reached,) = run.tick("2026-03-02T11:00")

    assert (reached.occurred_at, reached.recorded_at) == (due, due)
    assert (reached.cause, reached.actor) == ("due:assignment#1", None)


def test_of_several_rungs_caught_up_at_once_all_are_recorded_and_only_the_highest_tells() -> None:
    run = Run.at_step("assignment", PERMIT, "2026-03-02T08:00", **FACTS)
    run.tick("2026-03-04T13:29")
    reached = [event for event in run.events(e.RungReached) if event.subject == "assignment#1"]

    assert [(event.rung, event.notice is not None) for event in reached] == [
        ("warning", False),
        ("overdue", False),
        ("late_4h", False),
        ("late_1d", True),
    ]
    assert {record.recorded_at for record in run.records if record.event in reached} == {
        parse_instant("2026-03-04T13:29")
    }


def test_the_next_rung_says_whether_the_last_notice_was_acknowledged() -> None:
    run = Run.at_step("assignment", PERMIT, "2026-03-02T08:00", **FACTS)
    run.tick("2026-03-02T11:00")
    first = run.last(e.RungReached)
    assert first.notice is not None
    run.act(c.AcknowledgeNotice(notice=first.notice.id))
    run.tick_on_time("2026-03-03T08:00")

    said = [event.previous_acknowledged for event in run.events(e.RungReached)]
    assert said == [None, True, False]


def test_the_timer_counts_what_is_due_now_and_an_act_only_what_was_due_before_it() -> None:
    by_timer = Run.at_step("assignment", PERMIT, "2026-03-02T08:00", **FACTS)
    by_act = Run.at_step("assignment", PERMIT, "2026-03-02T08:00", **FACTS)
    assert by_act.due("assignment#1") == parse_instant("2026-03-02T13:30")
    by_timer.tick("2026-03-02T13:30")
    by_act.forward("assignment", "2026-03-02T13:30")

    assert by_timer.rungs("assignment#1") == [("warning", "2026-03-02T11:00"), ("overdue", "2026-03-02T13:30")]
    assert by_act.rungs("assignment#1") == [("warning", "2026-03-02T11:00")]
    assert by_act.grades()["assignment#1"] is Grade.ON_TIME


def test_overdue_precedes_the_act_that_came_after_it() -> None:
    """The worker was down over the deadline; the act advances the dossier first."""
    run = Run.at_step("assignment", PERMIT, "2026-03-02T08:00", **FACTS)
    records = run.act(c.Complete(task=run.key("assignment")), "2026-03-02T14:00")

    assert [record.event.kind for record in records][:3] == ["rung.reached", "rung.reached", "task.completed"]
    assert [record.occurred_at for record in records[:3]] == [
        parse_instant("2026-03-02T11:00"),
        parse_instant("2026-03-02T13:30"),
        parse_instant("2026-03-02T14:00"),
    ]
    assert {record.recorded_at for record in records} == {parse_instant("2026-03-02T14:00")}
    assert records[0].cause == "due:assignment#1"
    assert run.grades()["assignment#1"] is Grade.LATE


def test_an_act_accepted_at_16_58_and_recorded_at_17_10_is_on_time_and_takes_back_the_rungs_between() -> None:
    run = Run.at_step("signing", RULES, "2026-03-16T13:00", **ONE_BRANCH)
    run.tick_on_time("2026-03-16T17:00")
    assert run.rungs("signing#1")[-1] == ("overdue", "2026-03-16T17:00")
    run.act(c.Sign(task=run.key("signing")), "2026-03-16T16:58", recorded="2026-03-16T17:10")

    assert run.grades()["signing#1"] is Grade.ON_TIME
    assert run.events(e.EscalationLifted) == [e.EscalationLifted(subject=Subject("signing#1"), rungs=("overdue",))]
    assert run.state.clocks[Subject("signing#1")].fired == ("near",)


def test_the_promise_kept_at_16_58_is_kept_although_it_was_recorded_overdue() -> None:
    run = Run.at_step("signing", RULES, "2026-03-02T08:00", **ONE_BRANCH)
    run.tick_on_time("2026-03-16T17:00")
    run.act(c.Sign(task=run.key("signing")), "2026-03-16T16:58", recorded="2026-03-16T17:10")

    assert run.state.grade is Grade.ON_TIME
    assert e.EscalationLifted(subject=PROMISE, rungs=("overdue",)) in run.events(e.EscalationLifted)


def test_whatever_else_ends_in_time_takes_back_its_rungs_too() -> None:
    """A withdrawal, a refusal in another branch, a stop: all at 16:58, recorded at 17:10."""
    withdrawn = Run.at_step("study", RULES, "2026-03-02T08:00", **ONE_BRANCH)
    withdrawn.tick_on_time("2026-03-16T17:00")
    withdrawn.act(c.Withdraw(), "2026-03-16T16:58", recorded="2026-03-16T17:10")
    stopped = Run.at_step("study", RULES, "2026-03-02T08:00", **ONE_BRANCH)
    stopped.tick_on_time("2026-03-16T17:00")
    request = c.RequestSupplement(task=stopped.key("study"), reason=text())
    stopped.act(request, "2026-03-16T16:58", recorded="2026-03-16T17:10")

    for run in (withdrawn, stopped):
        assert e.EscalationLifted(subject=PROMISE, rungs=("overdue",)) in run.events(e.EscalationLifted)
    cancelled = Run.at_step("study", RULES, "2026-03-12T17:00", **ONE_BRANCH)
    cancelled.tick_on_time("2026-03-16T17:00")
    cancelled.act(c.Withdraw(), "2026-03-16T16:58", recorded="2026-03-16T17:10")
    assert e.EscalationLifted(subject=Subject("study#1"), rungs=("overdue",)) in cancelled.events(e.EscalationLifted)


def test_the_next_legs_clock_starts_when_the_late_act_is_recorded_and_the_promise_when_it_occurred() -> None:
    """The gap is the engine's: neither the next holder nor the applicant pays for it."""
    run = Run.filed(PERMIT, "2026-03-02T08:00", **FACTS)
    run.act(run.usual(run.task("reception")), "2026-03-02T14:30", recorded="2026-03-03T08:00")

    assert run.due("promise") == parse_instant("2026-03-11T17:00")
    assert run.due("assignment#1/acceptance") == parse_instant("2026-03-03T17:00")
    assert [record.occurred_at for record in run.records[-3:]] == [
        parse_instant("2026-03-02T14:30"),
        parse_instant("2026-03-02T14:30"),
        parse_instant("2026-03-03T08:00"),
    ]


def test_a_command_that_saw_more_than_this_state_ever_made_is_refused() -> None:
    run = Run.filed(PERMIT, "2026-03-02T08:00", **FACTS)

    refusal = run.refused(JournalAhead, c.Withdraw(), journalled=3)

    assert refusal.particulars == {"journalled": "3", "sequence": "2"}


def test_a_holder_who_was_assigned_is_told_by_name() -> None:
    run = Run.at_step("assignment", PERMIT, "2026-03-02T08:00", **FACTS)
    officer = person(run.seat("construction"), run.task("assignment").role, number=3)
    run.act(c.Assign(task=run.key("assignment"), officer=officer.id))
    run.tick("2026-03-02T11:00")
    notice = run.last(e.RungReached).notice

    assert notice is not None
    assert notice.officer == officer.id


def test_a_procedure_without_the_ladder_just_has_no_rungs() -> None:
    quiet = branching().model_copy(update={"ladders": {}})
    run = Run.at_step("study", rulebook_of(quiet), "2026-03-02T08:00", **ONE_BRANCH)

    assert run.due("study#1") == parse_instant("2026-03-04T08:00")
    # What the decree itself asks for stays: whether the promise can be kept, and whether the apology was signed.
    run.tick_on_time("2026-04-30T17:00")
    assert next_deadline(run.state) is None
    assert {event.subject for event in run.events(e.RungReached)} == {"study#1/apology"}
