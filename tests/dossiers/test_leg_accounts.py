"""What each leg used of its limit, and how it is graded."""

from decimal import Decimal

from dossiers import commands as c
from dossiers.deadlines import Grade
from dossiers.instants import parse_instant
from dossiers.limits import Counting, TimeLimit
from dossiers.slices import SliceKind
from dossiers.stays import Ending
from dossiers.values import OfficerId
from tests.dossiers.accounts import DAY, HOUR, agency, at, land, leg, permit, told
from tests.dossiers.branching import ONE_BRANCH, at_branches, branching
from tests.support.builders import PERMIT, Run, changed, rulebook_of, text


def test_silence_that_decided_is_late_and_cost_exactly_its_limit() -> None:
    account = told(permit())
    silent, spoke = leg(account, "environment_consultation#1"), leg(account, "fire_consultation#1")

    assert (silent.ending, silent.grade, silent.overrun_seconds) == (Ending.LAPSED, Grade.LATE, 0)
    assert (silent.used_seconds, silent.share, silent.officer) == (16 * HOUR, Decimal("100.0"), None)
    # Six working hours on Monday and one and a half on Tuesday are one day of two.
    assert (spoke.used_seconds, spoke.grade, spoke.ended_by) == (
        7 * HOUR,
        Grade.EARLY,
        "fire_police.fire_appraisal.officer.1",
    )


def test_each_leg_of_a_land_transfer_is_measured_on_its_own_limit() -> None:
    account = told(land())
    tax, registration, payment = (
        leg(account, "transfer_tax#1"),
        leg(account, "registration#1"),
        leg(account, "payment#1"),
    )

    # 3 days from Wednesday 11:00: half a day and three days, and half of the fifth.
    assert (tax.held_seconds, tax.used_seconds, tax.limit_seconds) == (6 * DAY, 32 * HOUR, 24 * HOUR)
    assert (tax.share, tax.overrun_seconds, tax.grade) == (Decimal("133.4"), 8 * HOUR, Grade.LATE)
    assert (registration.used_seconds, registration.share) == (32 * HOUR, Decimal("400.0"))
    assert (leg(account, "appraisal#1").used_seconds, leg(account, "appraisal#1").grade) == (10 * HOUR, Grade.EARLY)
    assert (payment.held_seconds, payment.limit, payment.used_seconds, payment.grade) == (HOUR, None, None, None)
    assert (payment.share, payment.overrun_seconds, payment.ending) == (None, 0, Ending.COMPLETED)


def studying(limit: str, counting: Counting) -> Run:
    """The study alone is counted so; it opens on Monday 2/3/2026 at 8:00."""
    rules = rulebook_of(changed(branching(), "study", limit=TimeLimit.parse(limit), counting=counting))
    return Run.at_step("study", rules, "2026-03-02T08:00", **ONE_BRANCH)


def test_a_leg_in_whole_days_is_graded_on_its_due_date() -> None:
    """Two days after Monday end on Wednesday at 17:00: a share is of the working time up to then."""
    run = studying("2wd", Counting.PROMISE)
    run.forward("study", "2026-03-04T10:00")
    study = leg(told(run), "study#1")

    assert study.due_at == parse_instant("2026-03-04T17:00")
    assert (study.used_seconds, study.limit_seconds) == (18 * HOUR, 23 * HOUR + HOUR // 2)
    assert (study.share, study.grade) == (Decimal("76.6"), Grade.ON_TIME)


def test_a_leg_in_whole_days_that_stands_still_has_no_share() -> None:
    run = studying("2wd", Counting.PROMISE)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-03T08:00")
    study = leg(told(run, "2026-03-04T08:00"), "study#1")

    assert (study.used_seconds, study.limit_seconds, study.share) == (8 * HOUR, None, None)


def test_a_leg_in_hours_by_the_wall_uses_nights_too_and_stays_out_of_sums_of_working_time() -> None:
    run = studying("20h", Counting.ELAPSED)
    run.forward("study", "2026-03-03T08:00")
    account = told(run)
    study = leg(account, "study#1")

    assert (study.used_seconds, study.worked_seconds, study.grade) == (24 * HOUR, 8 * HOUR, Grade.LATE)
    assert study.overrun_seconds == HOUR // 2
    assert (agency(account, "commune_committee").limit_seconds, agency(account, "commune_committee").share) == (0, None)


def test_used_time_is_rounded_up_to_whole_units_before_it_is_compared() -> None:
    """Nine working hours are two days of two."""
    run = studying("2wd", Counting.ELAPSED)
    run.forward("study", "2026-03-03T09:00")

    assert leg(told(run), "study#1").grade is run.grades()["study#1"] is Grade.ON_TIME


def test_an_answer_in_time_that_the_engine_heard_after_the_silence_ended_the_stay_when_it_came() -> None:
    facts = {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": False}
    run = Run.at_step("fire_consultation", PERMIT, "2026-07-06T08:00", **facts)
    key = run.key("fire_consultation")
    run.tick("2026-07-08T09:00")
    answer = c.AnswerConsultation(task=key, outcome="consent")
    run.act(answer, "2026-07-07T16:00", recorded="2026-07-08T10:00")
    account = told(run)
    opinion = leg(account, key)

    assert (opinion.ending, opinion.ended_at) == (Ending.COMPLETED, parse_instant("2026-07-07T16:00"))
    assert (opinion.used_seconds, opinion.grade) == (14 * HOUR + HOUR // 2, Grade.ON_TIME)
    assert at(account, "2026-07-08T08:00").kind is SliceKind.ENGINE


def test_work_called_off_is_nobodys_merit_or_fault() -> None:
    run = at_branches()
    residence = run.key("residence")
    run.act(c.Complete(task=residence, outcome="false_claim", opinion=text()), "2026-03-03T08:00")
    account = told(run)
    cancelled = leg(account, "taxation#1")

    assert (cancelled.ending, cancelled.grade, cancelled.officer) == (Ending.CANCELLED, None, None)
    assert leg(account, residence).grade is Grade.EARLY


def test_time_is_charged_to_the_officer_named_at_the_time_and_the_leg_to_the_last() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.Assign(task=run.key("study"), officer=OfficerId("binh")), "2026-03-02T09:00")
    run.act(c.Reassign(task=run.key("study"), officer=OfficerId("chi"), reason=text()), "2026-03-02T11:00")
    run.forward("study", "2026-03-02T14:00")
    officers = {one.officer: one for one in told(run).officers if one.agency == "commune_committee"}

    # Nobody was named before 9:00; the acceptance took no time.
    assert {name: (one.held_seconds, one.worked_seconds) for name, one in officers.items()} == {
        "binh": (2 * HOUR, 2 * HOUR),
        "chi": (3 * HOUR, HOUR + HOUR // 2),
        "commune_committee.justice.officer.1": (0, 0),
    }
    assert agency(told(run), "commune_committee").held_seconds == 6 * HOUR
    assert (officers[OfficerId("binh")].legs, officers[OfficerId("chi")].legs) == ((), ("study#1",))
    assert officers[OfficerId("chi")].early == 1
