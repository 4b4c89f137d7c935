import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.errors import NotPermitted, TaskNotOpen, WrongAct
from dossiers.hand_over_events import DossierReleased, HandOverAccepted
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.seats import Actor, CallerKind
from dossiers.state import DossierStatus
from dossiers.values import OfficerId
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, at_branches, branching, on_paper
from tests.support.builders import CITIZEN, LAND, PERMIT, Run, changed, person, rulebook_of, text

MORNING = "2026-03-02T08:00"
ELECTRONIC = rulebook_of(branching())
PAPER = rulebook_of(on_paper())


def released() -> Run:
    """Electronic release came with the scan."""
    run = Run.filed(ELECTRONIC, MORNING, **ALL_BRANCHES)
    run.forward("reception")
    run.forward("scan")
    return run


def on_the_shelf() -> Run:
    """On paper the counter still holds it."""
    run = Run.filed(PAPER, MORNING, **ALL_BRANCHES)
    run.forward("reception")
    run.forward("scan", "2026-03-02T14:00")
    return run


def test_electronic_release_comes_with_completing_the_step_before() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 18."""
    run = released()
    release = run.last(DossierReleased)

    assert run.live() == ["study#1/acceptance"]
    assert (release.sender, release.receiver) == (run.seat("counter"), run.seat("office"))
    assert run.task("study").seat == run.seat("office")


def test_paper_is_released_by_hand_by_whoever_did_the_step_before() -> None:
    run = on_the_shelf()
    leg = run.task("study")

    assert run.live() == ["study#1/hand-over"]
    assert (leg.seat, leg.role) == (run.seat("counter"), Role.COUNTER)
    run.act(c.HandOver(task=leg.key), "2026-03-02T14:30")
    assert run.live() == ["study#1/acceptance"]
    assert run.last(DossierReleased).task == leg.key


def test_the_receivers_clock_starts_when_it_accepts() -> None:
    run = released()
    run.act(c.AcceptHandOver(task=run.key("study")), "2026-03-03T10:00")

    assert run.live() == ["study#1"]
    assert run.due("study#1") == parse_instant("2026-03-05T10:00")
    assert run.state.status is DossierStatus.PROCESSING


def test_a_transfer_is_due_the_same_day_until_fifteen_hours() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 18: trong ngày; sau 15 giờ thì đầu giờ ngày làm việc tiếp theo, thêm một giờ ân hạn."""
    run = Run.filed(ELECTRONIC, "2026-03-06T14:00", **ALL_BRANCHES)
    run.forward("reception")
    late = Run.filed(ELECTRONIC, "2026-03-06T14:00", **ALL_BRANCHES)
    late.forward("reception")
    run.forward("scan", "2026-03-06T15:00")
    late.forward("scan", "2026-03-06T15:01")

    assert run.due("study#1/acceptance") == parse_instant("2026-03-06T17:00")
    assert late.due("study#1/acceptance") == parse_instant("2026-03-09T08:30")


def test_an_acceptance_is_graded_on_the_transfer_limit() -> None:
    run = released()
    run.act(c.AcceptHandOver(task=run.key("study")), "2026-03-03T08:00")

    assert run.last(HandOverAccepted).grade is Grade.LATE


@pytest.mark.parametrize("rules", [ELECTRONIC, PAPER], ids=["electronic", "paper"])
def test_a_refused_hand_over_lies_with_the_sender_again(rules: object) -> None:
    run = released() if rules is ELECTRONIC else on_the_shelf()
    if rules is PAPER:
        run.forward("study")
    run.act(c.RefuseHandOver(task=run.key("study"), reason=text()))
    legs = [run.task("study")]

    assert [one.work for one in legs] == ["hand_over"]
    assert (legs[0].seat, legs[0].role) == (run.seat("counter"), Role.COUNTER)
    run.travel()
    assert run.live() == ["study#1"]
    assert run.state.run_of(run.task("study").step).occurrence == 1


def test_legs_that_travel_again_are_numbered() -> None:
    run = released()
    for _ in range(2):
        run.act(c.RefuseHandOver(task=run.key("study"), reason=text()))
        run.act(c.HandOver(task=run.key("study")))

    assert [key for key in run.state.tasks if key.startswith("study")] == [
        "study#1/acceptance",
        "study#1/hand-over",
        "study#1/acceptance.2",
        "study#1/hand-over.2",
        "study#1/acceptance.3",
    ]


def test_what_was_released_electronically_can_be_recalled_until_it_is_accepted() -> None:
    run = released()
    leg = run.key("study")
    run.act(c.Recall(task=leg, reason=text()))

    assert run.live() == ["study#1/hand-over"]
    run.travel()
    run.refused(TaskNotOpen, c.Recall(task=leg))


def test_a_recalled_dossier_lies_with_those_who_worked_on_it_last() -> None:
    """The unit that sends has an assigning head and an officer; the officer finished, so the officer sends again."""
    run = Run.filed(PERMIT, MORNING, floors=1, fire_opinion_needed=False, environment_opinion_needed=False)
    run.go_to("result")
    run.forward("result")
    run.act(c.Recall(task=run.key("return")), by=person(run.seat("construction"), Role.OFFICER))

    assert run.task("return").role is Role.OFFICER


def test_only_the_sender_recalls() -> None:
    run = released()

    run.refused(NotPermitted, c.Recall(task=run.key("study")), by=person(run.seat("office"), Role.OFFICER))
    run.refused(NotPermitted, c.Recall(task=run.key("study")), by=CITIZEN)


def test_only_the_receiver_accepts_or_refuses_and_only_the_sender_releases() -> None:
    run = on_the_shelf()
    run.refused(NotPermitted, c.HandOver(task=run.key("study")), by=person(run.seat("office"), Role.OFFICER))
    run.forward("study")

    for command in (c.AcceptHandOver(task=run.key("study")), c.RefuseHandOver(task=run.key("study"), reason=text())):
        run.refused(NotPermitted, command, by=person(run.seat("counter"), Role.COUNTER))
        run.refused(NotPermitted, command, by=person(run.seat("leaders"), Role.APPROVER))


def test_the_receivers_own_system_accepts() -> None:
    run = released()
    gateway = Actor(id=OfficerId("gateway"), kind=CallerKind.SYSTEM, seat=run.seat("leaders"))
    run.act(c.AcceptHandOver(task=run.key("study")), by=gateway)

    assert run.live() == ["study#1"]


def test_a_leg_is_not_work_on_the_dossier() -> None:
    """Whoever carries a dossier decides nothing about it."""
    run = released()
    leg = run.key("study")

    run.refused(WrongAct, c.HandOver(task=leg))
    for command in (
        c.Complete(task=leg, outcome="eligible"),
        c.Refuse(task=leg, reason=text()),
        c.Rework(task=leg, to=run.task("study").step, reason=text()),
        c.RequestSupplement(task=leg, reason=text()),
        c.Consult(task=leg, participants=("health",), content=text(), limit="1wd"),
    ):
        run.refused(WrongAct, command)


def test_work_on_the_dossier_is_not_a_leg() -> None:
    run = Run.filed(ELECTRONIC, MORNING)
    key = run.key("reception")

    for command in (c.HandOver(task=key), c.AcceptHandOver(task=key), c.RefuseHandOver(task=key, reason=text())):
        run.refused(WrongAct, command)
    run.refused(NotPermitted, c.Recall(task=key))


def test_a_dossier_travels_only_between_agencies() -> None:
    run = at_branches()
    run.finish()
    legs = {event.task.split("#")[0] for event in run.events(HandOverAccepted)}

    assert legs == {"study", "residence", "taxation", "conclusion", "return"}


def test_a_dossier_travels_from_the_last_step_done_past_those_that_did_not_apply() -> None:
    run = Run.filed(ELECTRONIC, MORNING, **ONE_BRANCH)
    run.finish()
    by_leg = {event.receiver.unit: event.sender for event in run.events(DossierReleased)}

    assert by_leg[run.seat("office").unit] == run.seat("police")
    assert [event.step for event in run.events(e.StepSkipped)] == ["taxation", "opinion"]


def test_a_dossier_travels_past_an_opinion_because_it_never_lay_there() -> None:
    """After a consultation the paper is where the question was asked, so another agency must receive it from there."""
    after_opinion = changed(branching(), "residence", after=("opinion",))
    run = Run.at_step("study", rulebook_of(after_opinion), MORNING, **ALL_BRANCHES)
    run.forward("study")
    run.forward("opinion")

    assert "residence#1/acceptance" in run.live()
    assert run.events(DossierReleased)[-1].sender == run.seat("office")


def test_a_join_at_an_agency_that_did_a_branch_itself_needs_no_leg() -> None:
    at_home = changed(branching(), "taxation", by="office")
    run = at_branches(rulebook_of(at_home))
    run.forward("opinion")
    run.forward("taxation")
    run.forward("residence")

    assert run.live() == ["conclusion#1"]


def test_the_same_dossier_on_paper_travels_by_released_and_accepted() -> None:
    run = Run.filed(LAND, MORNING, obligation_kind="land_use_fee", obligation_due=True)
    run.finish()

    assert len(run.events(DossierReleased)) == len(run.events(HandOverAccepted)) == 5
    assert all("/hand-over" in event.task for event in run.events(DossierReleased))


def test_a_transfer_limit_is_counted_on_the_calendars_of_both_sides() -> None:
    """A sender that works on a day its receiver does not still has its transfer counted."""
    calendar = PAPER.calendar
    closed = calendar.model_copy(
        update={
            "version": "closed-mondays",
            "weekly": (calendar.weekly[5], *calendar.weekly[1:]),
        }
    )
    assert not closed.is_working_day(parse_instant(MORNING).date())
    rules = PAPER.model_copy(
        update={
            "calendars": {**PAPER.calendars, closed.version: closed},
            "unit_calendars": {Run(PAPER, MORNING).seat("office").unit: closed.version},
        }
    )
    run = Run.filed(rules, MORNING, **ALL_BRANCHES)
    run.forward("reception")
    run.forward("scan", "2026-03-02T14:00")

    assert run.due("study#1/hand-over") == parse_instant("2026-03-02T17:00")


def test_a_transfer_due_at_the_senders_later_opening_has_its_hour_of_grace() -> None:
    calendar = ELECTRONIC.calendar
    late_opening = calendar.model_copy(
        update={"version": "from-nine", "weekly": tuple(((32_400, 61_200),) if day else () for day in calendar.weekly)}
    )
    rules = ELECTRONIC.model_copy(
        update={
            "calendars": {**ELECTRONIC.calendars, late_opening.version: late_opening},
            "unit_calendars": {Run(ELECTRONIC, MORNING).seat("counter").unit: late_opening.version},
        }
    )
    run = Run.filed(rules, MORNING, **ALL_BRANCHES)
    run.forward("reception")
    run.forward("scan", "2026-03-02T15:30")

    assert run.due("study#1/acceptance") == parse_instant("2026-03-03T10:00")
