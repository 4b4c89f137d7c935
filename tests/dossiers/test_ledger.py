"""Ledgers worked out by hand: land and its tax, a permit with two opinions, Tết, what the engine applied late."""

from decimal import Decimal

from dossiers import commands as c
from dossiers.deadlines import Grade
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.slices import Phase, SliceKind
from dossiers.stops import StopReason
from dossiers.values import OfficerId
from tests.dossiers.accounts import DAY, HOUR, agency, at, holders, land, leg, permit, phase, told
from tests.dossiers.branching import ONE_BRANCH, at_branches, branching, on_paper
from tests.support.builders import CALENDAR, Run, person, rulebook_of, seats_of, text


def test_each_phase_of_a_land_transfer_sums_to_its_elapsed_time() -> None:
    account = told(land())

    assert [(one.phase, one.elapsed_seconds, one.is_open) for one in account.phases] == [
        (Phase.INTAKE, HOUR, False),
        (Phase.PROCESSING, 18 * DAY + 7 * HOUR, False),
        (Phase.RETURN, 2 * DAY + 17 * HOUR, False),
    ]
    # Stopped from 15:00 on the 14th to 10:00 on the 20th; of the rest, thirteen whole and broken working days.
    assert phase(account, Phase.PROCESSING).seconds == {
        SliceKind.RUNNING: 89 * HOUR,
        SliceKind.STOPPED: 5 * DAY + 19 * HOUR,
        SliceKind.OFF_HOURS: 18 * DAY + 7 * HOUR - 89 * HOUR - 5 * DAY - 19 * HOUR,
        SliceKind.ENGINE: 0,
        SliceKind.LATE_ENTRY: 0,
    }
    assert phase(account, Phase.PROCESSING).applicant_seconds == 5 * DAY + 19 * HOUR


def test_a_slice_says_who_held_a_land_transfer_and_why_its_clock_stood_still() -> None:
    account = told(land())
    waiting, travelling, resting = (
        at(account, "2026-07-16T03:00"),
        at(account, "2026-07-06T10:00"),
        at(account, "2026-07-07T12:00"),
    )

    assert (waiting.kind, waiting.reason, holders(waiting)) == (
        SliceKind.STOPPED,
        StopReason.PAYMENT,
        ["applicant:payment#1"],
    )
    assert waiting.holders[0].seat is None
    assert waiting.basis == "NĐ 252/2026/NĐ-CP"
    assert (travelling.kind, holders(travelling)) == (SliceKind.RUNNING, ["transit:appraisal#1/acceptance"])
    assert (resting.kind, holders(resting)) == (SliceKind.OFF_HOURS, ["agency:appraisal#1"])
    assert (resting.start, resting.end) == (parse_instant("2026-07-07T11:30"), parse_instant("2026-07-07T13:00"))


def test_an_agency_answers_for_its_own_time_and_no_other() -> None:
    account = told(land())
    tax, counter = agency(account, "tax_office"), agency(account, "one_stop_centre")

    assert (tax.held_seconds, tax.worked_seconds, tax.transit_seconds) == (
        6 * DAY + 2 * HOUR + HOUR // 2,
        33 * HOUR,
        HOUR,
    )
    assert (tax.early, tax.on_time, tax.late, tax.share) == (0, 2, 1, Decimal("133.4"))
    assert counter.legs == (
        "reception#1",
        "appraisal#1/hand-over",
        "payment#1/acceptance",
        "payment#1",
        "registration#1/hand-over",
        "return#1/acceptance",
        "return#1",
    )


def test_an_officer_has_an_account_of_the_same_measures() -> None:
    """The tax office's one limit of three days, of which it took four; handing on has no length to take a share of."""
    account = told(land())
    (tax,) = (one for one in account.officers if one.agency == "tax_office")

    assert (tax.unit, tax.officer) == ("tax_office.property_tax", "tax_office.property_tax.officer.1")
    assert (tax.used_seconds, tax.limit_seconds, tax.share) == (32 * HOUR, 24 * HOUR, Decimal("133.4"))
    assert (tax.early, tax.on_time, tax.late, tax.overrun_seconds) == (0, 2, 1, 8 * HOUR)
    assert tax.legs == tuple(one.task for one in account.legs if one.seat.agency == "tax_office")
    assert {one.agency for one in account.officers} == {one.agency for one in account.agencies}
    for agency_account in account.agencies:
        officers = [one for one in account.officers if one.agency == agency_account.agency]
        assert sum(one.late for one in officers) == agency_account.late
        assert sum(one.used_seconds for one in officers) == agency_account.used_seconds


def test_a_dossier_whose_agencies_overran_may_still_be_on_time() -> None:
    account = told(land())

    assert (account.grade, account.lateness) == (Grade.EARLY, None)


def test_parallel_holders_share_one_slice_and_each_has_an_account() -> None:
    account = told(permit())

    assert holders(at(account, "2026-07-06T11:00")) == [
        "agency:fire_consultation#1",
        "agency:environment_consultation#1",
    ]
    assert holders(at(account, "2026-07-07T09:00")) == ["agency:environment_consultation#1"]
    assert agency(account, "fire_police").held_seconds == 23 * HOUR
    # Two working days from Monday 10:00 end on Wednesday at 10:00.
    assert agency(account, "agriculture_environment_department").held_seconds == 2 * DAY
    assert phase(account, Phase.PROCESSING).elapsed_seconds == 2 * DAY + 8 * HOUR


def test_an_act_applied_late_costs_the_engine_and_not_the_next_holder() -> None:
    run = Run.at_step("scan", rulebook_of(on_paper()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.Complete(task=run.key("scan")), "2026-03-02T09:00", recorded="2026-03-02T10:30")
    account = told(run, "2026-03-02T11:00")
    gap = at(account, "2026-03-02T09:00")

    assert (gap.kind, gap.holders, gap.seconds) == (SliceKind.ENGINE, (), 90 * 60)
    assert phase(account, Phase.PROCESSING).seconds[SliceKind.ENGINE] == 90 * 60
    assert holders(at(account, "2026-03-02T10:30")) == ["agency:study#1/hand-over"]
    assert leg(account, "study#1/hand-over").held_seconds == HOUR // 2


def test_nobody_holds_work_before_it_opened_whatever_paper_says() -> None:
    run = Run.filed(rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.go_to("study", "2026-03-02T10:00")
    head = person(run.task("study").seat, Role.UNIT_HEAD, Role.AGENCY_HEAD, Role.LATE_ENTRY)
    named = c.Assign(task=run.key("study"), officer=OfficerId("lan"))
    run.act(named, "2026-03-02T11:00", by=head, entered_for="2026-03-02T09:00", evidence=text("sổ giấy"))
    study = leg(told(run, "2026-03-02T11:00"), "study#1")

    assert (study.assigned, study.opened_at) == ("lan", parse_instant("2026-03-02T10:00"))
    assert study.used_seconds == study.worked_seconds == study.held_seconds == HOUR


def test_a_paper_act_entered_late_is_not_the_next_holders_time_either() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    clerk = person(run.task("study").seat, Role.OFFICER, Role.LATE_ENTRY)
    study = c.Complete(task=run.key("study"), outcome="eligible", facts={"doubtful": False})
    run.act(study, "2026-03-05T08:00", by=clerk, entered_for="2026-03-03T09:00", evidence=text("sổ giấy"))
    account = told(run, "2026-03-05T09:00")
    gap = at(account, "2026-03-04T09:00")

    assert (gap.kind, gap.start, gap.end) == (
        SliceKind.LATE_ENTRY,
        parse_instant("2026-03-03T09:00"),
        parse_instant("2026-03-05T08:00"),
    )
    assert leg(account, "study#1").ended_at == parse_instant("2026-03-03T09:00")
    # Seven and a half hours on Monday, one and a half on Tuesday.
    assert leg(account, "study#1").used_seconds == 9 * HOUR
    assert agency(account, "commune_committee").held_seconds == 25 * HOUR


def test_over_tet_nobody_works_and_nothing_is_used() -> None:
    """Received on Thursday 12/2/2026 at 16:00; Tết is from the 14th to the 22nd."""
    run = Run.at_step("study", rulebook_of(branching()), "2026-02-12T16:00", **ONE_BRANCH)
    account = told(run, "2026-02-24T07:30")
    tet = at(account, "2026-02-17T09:00")

    assert (tet.kind, tet.start, tet.end) == (
        SliceKind.OFF_HOURS,
        parse_instant("2026-02-13T17:00"),
        parse_instant("2026-02-23T07:30"),
    )
    assert leg(account, "study#1").used_seconds == 17 * HOUR
    assert (leg(account, "study#1").held_seconds, leg(account, "study#1").overrun_seconds) == (
        11 * DAY + 15 * HOUR + HOUR // 2,
        HOUR,
    )
    assert leg(account, "study#1").grade is None


def test_before_acceptance_there_is_an_account_of_the_intake_alone() -> None:
    run = Run.filed(rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("reception"), reason=text()), "2026-03-02T09:00")
    waiting = told(run, "2026-03-02T10:00")
    run.act(c.AnswerSupplement(), "2026-03-03T09:00", recorded="2026-03-03T10:00")
    account = told(run, "2026-03-03T11:00")

    assert [one.phase for one in waiting.phases] == [Phase.INTAKE]
    assert at(waiting, "2026-03-02T09:30").kind is SliceKind.STOPPED
    assert at(account, "2026-03-03T09:30").kind is SliceKind.ENGINE
    assert phase(account, Phase.INTAKE).applicant_seconds == DAY
    assert leg(account, "reception#1").held_seconds == 2 * HOUR
    assert account.phase(Phase.PROCESSING) is None
    assert account.lateness is None


def test_nothing_has_happened_before_the_filing() -> None:
    run = Run.filed(rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    account = told(run, "2026-03-02T07:00")

    assert (account.phases, account.slices, account.legs, account.agencies) == ((), (), (), ())


def test_a_clock_that_was_late_is_not_stopped_by_asking_the_applicant() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-17T08:00")
    account = told(run, "2026-03-18T08:00")
    waiting = at(account, "2026-03-17T09:00")

    assert (waiting.kind, holders(waiting)) == (SliceKind.RUNNING, ["applicant:study#1"])
    assert at(account, "2026-03-17T20:00").kind is SliceKind.OFF_HOURS


def test_each_holder_keeps_the_hours_of_its_own_unit() -> None:
    """The police work on Saturday morning; the tax office does not."""
    saturday = CALENDAR.weekly[0][:1]
    police = CALENDAR.model_copy(
        update={"version": "police", "weekly": (*CALENDAR.weekly[:5], saturday, CALENDAR.weekly[6])}
    )
    unit = seats_of(branching())["police"].unit
    rules = rulebook_of(
        branching(), calendars={CALENDAR.version: CALENDAR, "police": police}, unit_calendars={unit: "police"}
    )
    run = at_branches(rules, "2026-03-06T08:00")
    account = told(run, "2026-03-08T12:00")
    morning = at(account, "2026-03-07T09:00")

    assert morning.kind is SliceKind.RUNNING
    assert {one.task: one.works for one in morning.holders} == {
        "residence#1": True,
        "taxation#1": False,
        "opinion#1": False,
    }
    assert (morning.start, morning.end) == (parse_instant("2026-03-07T07:30"), parse_instant("2026-03-07T11:30"))
    assert leg(account, "residence#1").used_seconds == 11 * HOUR + HOUR // 2
    assert leg(account, "taxation#1").used_seconds == 7 * HOUR + HOUR // 2
