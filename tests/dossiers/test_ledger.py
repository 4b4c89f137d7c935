"""Ledgers worked out by hand: land and its tax, a permit with two opinions, lateness, Tết, late entries."""

from decimal import Decimal

from dossiers import commands as c
from dossiers.control_slip import control_slip
from dossiers.deadlines import Grade
from dossiers.instants import parse_instant
from dossiers.lateness import Attribution
from dossiers.ledger import Account, Ledger, PhaseAccount, ledger
from dossiers.leg_accounts import LegAccount
from dossiers.procedure import Role
from dossiers.slices import Phase, Slice, SliceKind
from dossiers.stays import Ending
from dossiers.stops import StopReason
from dossiers.values import OfficerId
from tests.dossiers.branching import ONE_BRANCH, at_branches, branching, on_paper
from tests.support.builders import LAND, PERMIT, Run, person, rulebook_of, text

HOUR = 3600
DAY = 24 * HOUR


def told(run: Run, until: str | None = None) -> Ledger:
    return ledger(run.records, run.rules, run.now if until is None else parse_instant(until))


def phase(told: Ledger, phase: Phase) -> PhaseAccount:
    found = told.phase(phase)
    assert found is not None
    return found


def leg(told: Ledger, task: str) -> LegAccount:
    return next(one for one in told.legs if one.task == task)


def agency(told: Ledger, code: str) -> Account:
    return next(one for one in told.agencies if one.agency == code)


def at(told: Ledger, instant: str) -> Slice:
    return next(piece for piece in told.slices if piece.start <= parse_instant(instant) < piece.end)


def holders(piece: Slice) -> list[str]:
    return [f"{one.kind}:{one.task}" for one in piece.holders]


def land() -> Run:
    """A transfer of land, from Monday 6/7/2026 to Monday 27/7: two agencies over their limits, a week unpaid."""
    run = Run.filed(LAND, "2026-07-06T08:00", obligation_kind="transfer_tax", obligation_due=True)
    for step, instant in (
        ("reception", "2026-07-06T09:00"),
        ("appraisal", "2026-07-06T10:00"),  # released
        ("appraisal", "2026-07-06T14:00"),  # accepted
        ("appraisal", "2026-07-07T16:00"),
        ("tax_transfer", "2026-07-08T09:00"),
        ("transfer_tax", "2026-07-08T10:00"),
        ("transfer_tax", "2026-07-08T11:00"),
        ("transfer_tax", "2026-07-14T11:00"),
        ("payment", "2026-07-14T13:30"),
        ("payment", "2026-07-14T14:00"),
        ("payment", "2026-07-14T15:00"),  # the notices go out
        ("payment", "2026-07-20T10:00"),  # paid
        ("registration", "2026-07-20T11:00"),
        ("registration", "2026-07-20T13:00"),
        ("registration", "2026-07-24T13:00"),
    ):
        run.forward(step, instant)
    run.go_to("return", "2026-07-24T16:00")
    run.finish("2026-07-27T09:00")
    return run


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


def test_a_dossier_whose_agencies_overran_may_still_be_on_time() -> None:
    account = told(land())

    assert (account.grade, account.lateness) == (Grade.EARLY, None)


def test_the_control_slip_grades_the_giver_of_every_hand_over() -> None:
    run = land()
    slip = control_slip(run.records, run.rules)

    assert (slip.lead, slip.coordinating) == ("land_registration_branch", ("tax_office",))
    assert (slip.filed_at, slip.received_at) == (parse_instant("2026-07-06T08:00"), parse_instant("2026-07-06T09:00"))
    assert slip.appointment_at == parse_instant("2026-07-27T17:00")
    assert [(one.giver.agency, one.receiver.agency, one.result_words, one.note) for one in slip.rows] == [
        ("one_stop_centre", "land_registration_branch", "trước hạn", ""),
        ("land_registration_branch", "tax_office", "trước hạn", ""),
        ("tax_office", "one_stop_centre", "quá hạn", ""),
        ("one_stop_centre", "land_registration_branch", "đúng hạn", ""),
        ("land_registration_branch", "one_stop_centre", "quá hạn", ""),
    ]
    assert (slip.rows[1].given_at, slip.rows[1].received_at) == (
        parse_instant("2026-07-08T10:00"),
        parse_instant("2026-07-08T11:00"),
    )
    assert slip.rows[1].received_by == "tax_office.property_tax.officer.1"


def permit() -> Run:
    """A house permit on which two agencies are asked at once: one answers, the other is silent."""
    facts = {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": True}
    run = Run.at_step("appraisal", PERMIT, "2026-07-06T08:00", **facts)
    run.forward("appraisal", "2026-07-06T10:00")
    run.tick_on_time("2026-07-07T09:00")
    run.act(c.AnswerConsultation(task=run.key("fire_consultation"), outcome="object"), "2026-07-07T09:00")
    run.tick_on_time("2026-07-08T14:00")
    run.go_to("return", "2026-07-08T16:00")
    return run


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


def test_lateness_is_charged_to_the_agency_that_overran() -> None:
    """Ten days from Monday 2/3 end on Monday 16/3; the police's two end on Wednesday 4/3 at 8:00."""
    run = Run.at_step("residence", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    run.forward("residence", "2026-03-17T09:30")
    run.go_to("return", "2026-03-17T13:30")
    account = told(run)
    late = account.lateness
    assert late is not None

    assert (account.grade, late.due_at, late.until) == (
        Grade.LATE,
        parse_instant("2026-03-16T17:00"),
        parse_instant("2026-03-17T13:30"),
    )
    assert (late.working_seconds, late.wall_seconds) == (4 * HOUR + HOUR // 2, 20 * HOUR + HOUR // 2)
    assert late.attributions == (
        Attribution(
            cause="agency",
            agency=run.seat("police").agency,
            overrun_seconds=9 * 8 * HOUR + HOUR + HOUR // 2,
            attributed_seconds=4 * HOUR + HOUR // 2,
        ),
    )
    assert late.unattributed_seconds == 0


def test_two_agencies_that_overran_share_the_lateness_in_proportion() -> None:
    """Both branches open at 8:00 on Monday 2/3; the police overrun their 2 days, the tax office its 3."""
    run = at_branches()
    run.forward("opinion", "2026-03-02T09:00")
    run.forward("taxation", "2026-03-11T08:00")
    run.forward("residence", "2026-03-17T09:30")
    run.go_to("return", "2026-03-17T09:30")
    late = told(run).lateness
    assert late is not None
    shares = {one.agency: (one.overrun_seconds, one.attributed_seconds) for one in late.attributions}

    assert late.working_seconds == 2 * HOUR
    # 73.5 and 32 working hours: two hours in that proportion, the second left over to the larger remainder.
    assert shares == {"provincial_police": (264_600, 5_016), "tax_office": (115_200, 2_184)}


def test_lateness_that_no_limit_explains_is_nobodys() -> None:
    """The payment has no limit of its own."""
    run = Run.at_step("payment", LAND, "2026-07-06T08:00", obligation_kind="transfer_tax", obligation_due=True)
    run.forward("payment", "2026-07-21T09:00")
    late = told(run).lateness
    assert late is not None

    assert (late.is_open, late.attributions, late.unattributed_seconds) == (True, (), late.working_seconds)


def test_an_agency_that_overran_little_is_charged_with_little() -> None:
    """The tax office two hours; approval, due on Monday 9/3 at 10:00, still lies there on Wednesday 18/3."""
    run = at_branches()
    run.forward("opinion", "2026-03-02T09:00")
    run.forward("residence", "2026-03-02T09:00")
    run.forward("taxation", "2026-03-05T10:00")
    run.forward("conclusion", "2026-03-05T10:00")
    run.forward("conclusion", "2026-03-06T10:00")
    late = told(run, "2026-03-18T17:00").lateness
    assert late is not None

    assert (late.is_open, late.working_seconds) == (True, 16 * HOUR)
    assert {one.agency: (one.overrun_seconds, one.attributed_seconds) for one in late.attributions} == {
        "commune_committee": (61 * HOUR + HOUR // 2, 55_786),
        "tax_office": (2 * HOUR, 1_814),
    }


def test_what_overruns_do_not_explain_stays_unattributed() -> None:
    """The tax office was an hour late; then the dossier lay at a counter whose step has no limit."""
    run = Run.at_step("transfer_tax", LAND, "2026-07-06T08:00", obligation_kind="transfer_tax", obligation_due=True)
    run.forward("transfer_tax", "2026-07-09T09:00")
    run.travel()
    late = told(run, "2026-07-21T09:30").lateness
    assert late is not None

    assert [(one.agency, one.overrun_seconds, one.attributed_seconds) for one in late.attributions] == [
        ("tax_office", HOUR, HOUR)
    ]
    assert late.unattributed_seconds == HOUR


def test_an_act_applied_late_costs_the_engine_and_not_the_next_holder() -> None:
    run = Run.at_step("scan", rulebook_of(on_paper()), "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.Complete(task=run.key("scan")), "2026-03-02T09:00", recorded="2026-03-02T10:30")
    account = told(run, "2026-03-02T11:00")
    gap = at(account, "2026-03-02T09:00")

    assert (gap.kind, gap.holders, gap.seconds) == (SliceKind.ENGINE, (), 90 * 60)
    assert phase(account, Phase.PROCESSING).seconds[SliceKind.ENGINE] == 90 * 60
    assert holders(at(account, "2026-03-02T10:30")) == ["agency:study#1/hand-over"]
    assert leg(account, "study#1/hand-over").held_seconds == HOUR // 2


def test_the_engines_gap_bears_its_part_of_the_lateness() -> None:
    """Silence decided on Wednesday 8/7; the engine came back on Thursday 16/7, the promise was for the day before."""
    facts = {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": False}
    run = Run.at_step("fire_consultation", PERMIT, "2026-07-06T08:00", **facts)
    run.tick("2026-07-16T09:30")
    run.go_to("return", "2026-07-16T09:30")
    late = told(run).lateness
    assert late is not None

    assert late.working_seconds == 2 * HOUR
    assert [(one.cause, one.agency, one.attributed_seconds) for one in late.attributions] == [
        ("engine", None, 2 * HOUR)
    ]


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


def test_the_gap_of_a_late_entry_bears_its_part_of_the_lateness() -> None:
    run = Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    clerk = person(run.task("study").seat, Role.OFFICER, Role.LATE_ENTRY)
    study = c.Complete(task=run.key("study"), outcome="eligible", facts={"doubtful": False})
    run.act(study, "2026-03-17T09:30", by=clerk, entered_for="2026-03-03T09:00", evidence=text("sổ giấy"))
    run.go_to("return", "2026-03-17T09:30")
    late = told(run).lateness
    assert late is not None

    assert [(one.cause, one.agency, one.attributed_seconds) for one in late.attributions] == [
        ("late_entry", None, 2 * HOUR)
    ]


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


def test_work_called_off_is_nobodys_merit_or_fault() -> None:
    run = at_branches()
    residence = run.key("residence")
    run.act(c.Complete(task=residence, outcome="false_claim", opinion=text()), "2026-03-03T08:00")
    account = told(run)
    cancelled = leg(account, "taxation#1")

    assert (cancelled.ending, cancelled.grade, cancelled.officer) == (Ending.CANCELLED, None, None)
    assert leg(account, residence).grade is Grade.EARLY


def test_a_refused_or_recalled_leg_stands_on_the_slip_with_why() -> None:
    run = Run.at_step("scan", rulebook_of(on_paper()), "2026-03-02T08:00", **ONE_BRANCH)
    run.forward("scan")
    run.forward("study")
    run.act(c.RefuseHandOver(task=run.key("study"), reason=text()), "2026-03-02T09:00")
    run.forward("study", "2026-03-02T10:00")
    run.act(c.Recall(task=run.key("study")), "2026-03-02T11:00")
    run.forward("study", "2026-03-04T10:00")
    on_its_way = control_slip(run.records, run.rules).rows
    run.forward("study", "2026-03-06T10:00")
    received = control_slip(run.records, run.rules).rows
    account = told(run)

    assert [one.note for one in on_its_way] == ["Bên nhận không nhận", "Bên giao thu hồi", "Chưa nhận"]
    assert [one.received_at for one in on_its_way] == [None, None, None]
    assert received[2].note == "Nhận chậm"
    assert [one.result for one in received] == [Grade.EARLY, Grade.ON_TIME, Grade.LATE]
    assert leg(account, "study#1/acceptance").ending is Ending.REFUSED
    assert leg(account, "study#1/acceptance.2").grade is None


def test_a_dossier_that_never_travelled_has_an_empty_slip() -> None:
    run = Run.filed(rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    slip = control_slip(run.records, run.rules)

    assert (slip.rows, slip.received_at, slip.appointment_at) == ((), None, None)
