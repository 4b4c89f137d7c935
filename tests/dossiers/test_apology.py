"""The apology: weighed on the last working day before the due date, signed once by the agency that will be late.

NĐ 61/2018/NĐ-CP, Điều 19.9; Mẫu số 04. `domain.md` §9.1, scenario 8: where the day before is a Sunday, it is owed on
the Friday.
"""

from dossiers import commands as c
from dossiers import events as e
from dossiers.apology_events import ApologyWeighed, Finding
from dossiers.calendar import DayException
from dossiers.deadlines import Grade
from dossiers.due_dates import due_dates
from dossiers.escalation import APOLOGY, NoticeRole
from dossiers.instants import parse_instant
from dossiers.limits import TimeLimit
from dossiers.procedure import Role, SupplementPolicy
from dossiers.state import TaskState
from dossiers.stops import StopReason
from dossiers.values import PROMISE
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, branching, supplementing
from tests.dossiers.late import MORNING, OPENING, concluding, owed, untouched, weighed
from tests.support.builders import (
    CALENDAR,
    Run,
    change_calendar,
    changed,
    rulebook_of,
    text,
)

# -- what is found ----------------------------------------------------------------------------------------------------


def test_where_the_day_before_is_a_sunday_the_late_agency_owes_an_apology_on_friday() -> None:
    """`domain.md` §1.4 and §9.1, scenario 8."""
    run = untouched()
    task = run.apology()

    assert weighed(run) == [(OPENING, Finding.LEG_OVERDUE)]
    assert (task.key, task.work, task.state) == ("study#1/apology", "apology", TaskState.OPEN)
    assert task.opened_at == parse_instant(OPENING)
    assert run.due(task.key) == parse_instant("2026-03-13T17:00")


def test_the_head_of_the_late_agency_signs_and_is_told() -> None:
    """The study lies with the justice unit; the leaders of the same agency approve and sign."""
    run = untouched()
    told = run.last(ApologyWeighed)

    assert told.late == "study#1"
    assert (run.apology().seat, run.apology().role) == (run.seat("leaders"), Role.APPROVER)
    [notice] = told.notices
    assert (notice.role, notice.agency) == (NoticeRole.AGENCY_HEAD, run.seat("office").agency)


def test_an_agency_that_signs_nothing_in_the_procedure_has_the_head_of_its_late_unit_sign() -> None:
    run = Run.at_step("study", rulebook_of(branching()), MORNING, **ALL_BRANCHES)
    run.forward("study", "2026-03-09T08:00")
    run.travel("2026-03-09T08:00")
    run.forward("residence", "2026-03-09T09:00")
    run.forward("opinion", "2026-03-09T09:00")
    run.tick_on_time(OPENING)

    assert run.last(ApologyWeighed).late == "taxation#1"
    assert (run.apology().seat, run.apology().role) == (run.seat("tax"), Role.UNIT_HEAD)


def test_of_several_that_are_late_the_one_that_was_due_first_apologises() -> None:
    run = Run.at_step("study", rulebook_of(branching()), MORNING, **ALL_BRANCHES)
    run.forward("study", "2026-03-09T08:00")
    run.travel("2026-03-09T08:00")
    run.tick_on_time(OPENING)

    assert run.last(ApologyWeighed).late == "opinion#1"


def test_what_no_longer_fits_is_owed_although_nothing_is_overdue_yet() -> None:
    """Concluded by Friday 15:00, approved by Monday 15:00, signed by Tuesday 09:30: a day late."""
    run = concluding("2026-03-12T15:00")
    run.tick_on_time(OPENING)

    assert weighed(run) == [(OPENING, Finding.NO_LONGER_FITS)]
    assert run.last(ApologyWeighed).ends_at == parse_instant("2026-03-17T09:30")
    assert owed(run) == ["conclusion#1/apology"]


def test_what_still_fits_warns_whoever_holds_it_and_nothing_is_owed() -> None:
    """Approved by Friday 16:00 it is signed by Monday 10:30 in the worst case, and promised for Monday 17:00."""
    run = concluding("2026-03-11T16:00")
    run.go_to("approval", "2026-03-12T16:00")
    run.tick_on_time(OPENING)
    told = run.last(ApologyWeighed)

    assert weighed(run) == [(OPENING, Finding.FITS)]
    assert (told.late, told.form, told.ends_at) == (None, None, parse_instant("2026-03-16T10:30"))
    assert [(one.subject, one.role) for one in told.notices] == [("approval#1", NoticeRole.HOLDER)]
    assert owed(run) == []
    run.act(c.AcknowledgeNotice(notice=told.notices[0].id), "2026-03-13T08:00")


def test_every_holder_of_parallel_work_is_warned() -> None:
    """Verified by Friday 08:15, concluded by Monday 08:15, approved an hour later and signed by 14:45."""
    quick = branching()
    for step in ("residence", "taxation", "approval"):
        quick = changed(quick, step, limit=TimeLimit.parse("1wh"))
    run = Run.at_step("study", rulebook_of(quick), MORNING, taxable=True, doubtful=False)
    run.forward("study", "2026-03-12T16:45")
    run.travel("2026-03-12T16:45")
    run.tick_on_time(OPENING)

    assert run.last(ApologyWeighed).ends_at == parse_instant("2026-03-16T14:45")
    assert weighed(run) == [(OPENING, Finding.FITS)]
    assert [one.subject for one in run.last(ApologyWeighed).notices] == ["residence#1", "taxation#1"]
    assert len({one.id for one in run.last(ApologyWeighed).notices}) == 2


def test_what_no_calendar_reaches_does_not_fit() -> None:
    endless = changed(branching(), "conclusion", limit=TimeLimit.parse("900wd"))
    run = Run.at_step("study", rulebook_of(endless), MORNING, **ONE_BRANCH)
    run.go_to("residence", "2026-03-12T16:45")
    run.tick_on_time(OPENING)

    assert weighed(run) == [(OPENING, Finding.NO_LONGER_FITS)]
    assert (run.last(ApologyWeighed).ends_at, run.last(ApologyWeighed).late) == (None, "residence#1")


# -- when it is weighed -----------------------------------------------------------------------------------------------


def test_with_no_working_day_between_receipt_and_due_instant_being_overdue_opens_it() -> None:
    """One working day: due on Tuesday at closing; signed by the closing of the Wednesday."""
    short = branching().model_copy(update={"limit": TimeLimit.parse("1wd")})
    run = Run.at_step("study", rulebook_of(short), MORNING, **ONE_BRANCH)
    run.tick_on_time("2026-03-03T16:59")
    assert weighed(run) == []
    run.tick_on_time("2026-03-03T17:00")

    assert weighed(run) == [("2026-03-03T17:00", Finding.OVERDUE)]
    assert owed(run) == ["study#1/apology"]
    assert run.due("study#1/apology") == parse_instant("2026-03-04T17:00")


def test_a_promise_that_stands_still_is_weighed_on_the_new_day() -> None:
    """Stopped from Tuesday to Thursday: three days later, on Thursday 19 March, it is due; weighed the day before."""
    run = Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-10T09:00")
    run.act(c.SendStopNotice())
    run.act(c.AnswerSupplement(), "2026-03-12T09:00")
    run.tick_on_time("2026-03-18T07:29")
    assert weighed(run) == []
    run.tick_on_time("2026-03-18T07:30")

    assert run.due(PROMISE) == parse_instant("2026-03-19T17:00")
    assert weighed(run) == [("2026-03-18T07:30", Finding.LEG_OVERDUE)]


def test_a_stop_calls_the_apology_off_and_it_is_weighed_anew_when_its_day_comes_again() -> None:
    run = untouched()
    run.act(c.SuspendDossier(ground=StopReason.FORCE_MAJEURE, evidence=text()), "2026-03-13T09:00")
    run.act(c.SendStopNotice())
    assert owed(run) == []
    assert run.state.tasks[run.events(e.TaskOpened)[-1].task].state is TaskState.CANCELLED
    run.act(c.ResumeDossier(evidence=text()), "2026-03-16T10:00")
    run.tick_on_time("2026-03-18T17:00")

    # Friday to Monday do not count: due on Wednesday 18 March.
    assert run.due(PROMISE) == parse_instant("2026-03-18T17:00")
    assert weighed(run) == [(OPENING, Finding.LEG_OVERDUE), ("2026-03-17T07:30", Finding.LEG_OVERDUE)]
    assert owed(run) == ["study#1/apology.2"]
    assert [one.ground for one in run.events(e.EscalationLifted) if one.rungs == (APOLOGY,)] == ["weighed_again"]


def test_a_stop_that_ends_after_the_day_had_come_is_weighed_when_it_ends() -> None:
    """Stopped after closing and resumed that evening, no day is lost: the promise stands, and so does its Friday."""
    run = untouched()
    run.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text()), "2026-03-13T17:30")
    run.act(c.SendStopNotice())
    run.act(c.ResumeDossier(evidence=text()), "2026-03-13T19:00")
    run.tick_on_time("2026-03-13T20:00")

    assert run.due(PROMISE) == parse_instant("2026-03-16T17:00")
    assert weighed(run) == [(OPENING, Finding.LEG_OVERDUE), ("2026-03-13T19:00", Finding.LEG_OVERDUE)]


def test_a_restart_begins_a_term_that_is_weighed_in_its_turn() -> None:
    run = Run.at_step("study", rulebook_of(supplementing(SupplementPolicy.RESTART)), MORNING, **ONE_BRANCH)
    run.tick_on_time(OPENING)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-13T10:00")
    run.act(c.SendStopNotice())
    run.act(c.AnswerSupplement(), "2026-03-16T10:00")
    run.tick_on_time("2026-03-30T17:00")

    assert [(one.term, one.finding) for one in run.events(ApologyWeighed)] == [
        (1, Finding.LEG_OVERDUE),
        (2, Finding.LEG_OVERDUE),
    ]
    assert weighed(run)[-1][0] == "2026-03-27T07:30"


def test_an_extension_moves_the_day_too() -> None:
    longer = supplementing(SupplementPolicy.EXTEND, extension=TimeLimit.parse("3wd"))
    run = Run.at_step("study", rulebook_of(longer), MORNING, **ONE_BRANCH)
    run.tick_on_time(OPENING)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-13T10:00")
    assert owed(run) == []
    run.tick_on_time("2026-03-18T08:00")

    assert run.due(PROMISE) == parse_instant("2026-03-19T17:00")
    assert weighed(run)[-1] == ("2026-03-18T07:30", Finding.LEG_OVERDUE)


def test_what_is_decided_before_is_never_weighed() -> None:
    run = Run.at_step("return", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    run.tick_on_time("2026-03-20T17:00")

    assert weighed(run) == []


def test_what_is_decided_afterwards_owes_no_apology_any_more() -> None:
    run = untouched()
    run.go_to("return", "2026-03-13T16:00")

    assert run.state.grade is Grade.EARLY
    assert owed(run) == []
    cancelled = [one for one in run.events(e.TaskCancelled) if one.task == "study#1/apology"]
    assert [one.cause for one in cancelled] == ["not_owed"]


def test_withdrawal_and_refusal_end_it_too() -> None:
    withdrawn, refused = untouched(), untouched()
    withdrawn.act(c.Withdraw(), "2026-03-13T10:00")
    refused.act(c.Refuse(task=refused.key("study"), reason=text()), "2026-03-13T10:00")

    assert owed(withdrawn) == owed(refused) == []


def test_an_act_accepted_before_the_weighing_and_recorded_after_it_is_weighed_with_it() -> None:
    """The conclusion was overdue by what the engine knew on Friday; it had been handed in on Thursday."""
    run = concluding("2026-03-11T15:00")
    run.tick_on_time("2026-03-13T07:45")
    assert weighed(run) == [(OPENING, Finding.LEG_OVERDUE)]
    run.act(run.usual(run.task("conclusion")), "2026-03-12T14:00", recorded="2026-03-13T07:50")
    run.tick("2026-03-13T07:50")

    assert weighed(run)[-1] == (OPENING, Finding.FITS)
    assert owed(run) == []


# -- a calendar that changes under way --------------------------------------------------------------------------------


def test_a_calendar_change_that_moves_the_promise_has_it_weighed_anew() -> None:
    run = untouched()
    days = (*CALENDAR.exceptions, DayException(on=parse_instant("2026-03-16T00:00").date(), reason="nghỉ"))
    later = CALENDAR.model_copy(update={"version": "later", "exceptions": tuple(sorted(days, key=lambda one: one.on))})
    run.act(change_calendar(CALENDAR, later), "2026-03-13T10:00")
    assert owed(run) == []
    run.tick_on_time("2026-03-17T17:00")

    # Due on Tuesday now; the Monday before is off and the weekend too, so it is still the Friday, which is now.
    assert run.due(PROMISE) == parse_instant("2026-03-17T17:00")
    assert weighed(run) == [(OPENING, Finding.LEG_OVERDUE)] * 2
    assert owed(run) == ["study#1/apology.2"]
    assert all(one.agrees for one in due_dates(run.records, run.rules))


def test_a_calendar_change_that_leaves_the_promise_leaves_what_is_owed_and_counts_it_anew() -> None:
    run = untouched()
    days = (*CALENDAR.exceptions, DayException(on=parse_instant("2026-04-01T00:00").date(), reason="nghỉ"))
    later = CALENDAR.model_copy(update={"version": "later", "exceptions": tuple(sorted(days, key=lambda one: one.on))})
    run.act(change_calendar(CALENDAR, later), "2026-03-13T10:00")

    assert owed(run) == ["study#1/apology"]
    assert run.due("study#1/apology") == parse_instant("2026-03-13T17:00")
