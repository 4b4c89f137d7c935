"""Whose lateness it is."""

from dossiers import commands as c
from dossiers.deadlines import Grade
from dossiers.instants import parse_instant
from dossiers.lateness import Attribution
from dossiers.procedure import Role
from tests.dossiers.accounts import HOUR, told
from tests.dossiers.branching import ONE_BRANCH, at_branches, branching
from tests.support.builders import LAND, PERMIT, Run, person, rulebook_of, text


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
