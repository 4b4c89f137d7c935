from uuid import UUID

import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.apology_events import AppointmentMoved
from dossiers.deadlines import Grade
from dossiers.errors import (
    AlreadyAcknowledged,
    AppointmentInvalid,
    AppointmentSpent,
    ClockStopped,
    DossierDecided,
    NothingAwaited,
    NoticeUnknown,
    NotPermitted,
    OfficerUnfit,
)
from dossiers.escalation import NoticeRole
from dossiers.instants import parse_instant
from dossiers.procedure import Role, SupplementPolicy
from dossiers.seats import Actor
from dossiers.state import DossierStatus
from dossiers.values import APPOINTMENT, OfficerId
from tests.dossiers.branching import ONE_BRANCH, branching, supplementing
from tests.support.builders import CITIZEN, SUPERVISOR, Run, person, rule_set, rulebook_of, text

MORNING = "2026-03-02T08:00"
RULES = rulebook_of(branching())
SORRY = text("apology")


def at(step: str) -> Run:
    return Run.at_step(step, RULES, MORNING, **ONE_BRANCH)


def reappoint(run: Run, to: str, at: str | None = None) -> None:
    run.act(c.Reappoint(appointment_at=parse_instant(to), reason=SORRY), at)


def test_the_head_gives_a_task_to_an_officer_and_the_deadline_stays() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.1."""
    run = at("study")
    due = run.due("study#1")
    run.act(c.Assign(task=run.key("study"), officer=OfficerId("a")))
    run.act(c.Reassign(task=run.key("study"), officer=OfficerId("b"), reason=text()))

    assert [(event.officer, event.previous) for event in run.events(e.TaskAssigned)] == [("a", None), ("b", "a")]
    assert run.task("study").assigned == "b"
    assert run.due("study#1") == due


@pytest.mark.parametrize("command", [c.Assign, c.Reassign])
def test_a_task_is_not_given_to_whoever_has_it(command: type[c.Assign | c.Reassign]) -> None:
    run = at("study")
    run.act(c.Assign(task=run.key("study"), officer=OfficerId("a")))

    run.refused(OfficerUnfit, command(task=run.key("study"), officer=OfficerId("a")))


def test_a_task_is_not_given_to_whoever_may_not_do_it() -> None:
    """Four eyes: the officer who concluded cannot be made to approve."""
    run = at("conclusion")
    officer = run.holder(run.task("conclusion"))
    run.forward("conclusion", by=officer)

    run.refused(OfficerUnfit, c.Assign(task=run.key("approval"), officer=officer.id))


def test_heads_give_work_in_their_own_unit_or_agency_and_supervisors_move_it() -> None:
    run = at("study")
    key, office, leaders = run.key("study"), run.seat("office"), run.seat("leaders")
    give, move = c.Assign(task=key, officer=OfficerId("a")), c.Reassign(task=key, officer=OfficerId("b"))

    for nobody in (
        person(office, Role.OFFICER),
        person(leaders, Role.UNIT_HEAD),
        person(run.seat("police"), Role.UNIT_HEAD, Role.AGENCY_HEAD),
        SUPERVISOR,
        CITIZEN,
    ):
        run.refused(NotPermitted, give, by=nobody)
    run.refused(NotPermitted, move, by=person(leaders, Role.UNIT_HEAD))
    run.act(give, by=person(leaders, Role.AGENCY_HEAD))
    run.act(move, by=SUPERVISOR)
    assert run.task("study").assigned == "b"


def test_a_reminder_reaches_the_holder_and_can_be_acknowledged_by_him_alone() -> None:
    run = at("study")
    run.act(c.Assign(task=run.key("study"), officer=OfficerId("a")))
    run.act(c.Remind(task=run.key("study")))
    notice = run.last(e.ReminderSent).notice
    seen = c.AcknowledgeNotice(notice=notice.id)

    assert (notice.role, notice.officer, notice.unit) == (NoticeRole.HOLDER, "a", run.seat("office").unit)
    run.refused(NotPermitted, seen, by=person(run.seat("office"), Role.OFFICER))
    run.act(seen, by=Actor(id=OfficerId("a"), seat=run.seat("office"), roles=(Role.OFFICER,)))
    assert run.state.notices == {}
    run.refused(AlreadyAcknowledged, seen, by=SUPERVISOR)


def test_a_notice_the_dossier_never_made_is_unknown() -> None:
    run = at("study")

    run.refused(NoticeUnknown, c.AcknowledgeNotice(notice=UUID(int=7)), by=SUPERVISOR)


@pytest.mark.parametrize(
    ("role", "fits", "misfits"),
    [
        (NoticeRole.HOLDER, ("office", Role.OFFICER), ("leaders", Role.OFFICER)),
        (NoticeRole.UNIT_HEAD, ("office", Role.UNIT_HEAD), ("leaders", Role.UNIT_HEAD)),
        (NoticeRole.UNIT_HEAD, ("office", Role.UNIT_HEAD), ("office", Role.OFFICER)),
        (NoticeRole.AGENCY_HEAD, ("leaders", Role.AGENCY_HEAD), ("leaders", Role.UNIT_HEAD)),
        (NoticeRole.AGENCY_HEAD, ("leaders", Role.AGENCY_HEAD), ("police", Role.AGENCY_HEAD)),
        (NoticeRole.ONE_STOP_HEAD, ("counter", Role.ONE_STOP_HEAD), ("counter", Role.UNIT_HEAD)),
        (NoticeRole.SUPERVISOR, ("police", Role.SUPERVISOR), ("office", Role.UNIT_HEAD)),
    ],
)
def test_a_rung_tells_a_role_and_only_that_role_acknowledges(
    role: NoticeRole, fits: tuple[str, Role], misfits: tuple[str, Role]
) -> None:
    ladder = tuple(rung.model_copy(update={"notify": role}) for rung in branching().ladders["default"])
    told = branching().model_copy(update={"ladders": {**branching().ladders, "default": ladder}})
    run = Run.at_step("study", rulebook_of(told), MORNING, **ONE_BRANCH)
    run.tick("2026-03-04T08:00")
    notice = run.last(e.RungReached).notice
    assert notice is not None
    seen = c.AcknowledgeNotice(notice=notice.id)

    run.refused(NotPermitted, seen, by=person(run.seat(misfits[0]), misfits[1]))
    run.act(seen, by=person(run.seat(fits[0]), fits[1]))
    assert run.state.acknowledged == (notice.id,)


def test_who_may_remind() -> None:
    run = at("study")
    remind = c.Remind(task=run.key("study"))

    for nobody in (
        person(run.seat("office"), Role.OFFICER),
        person(run.seat("leaders"), Role.UNIT_HEAD),
        person(run.seat("police"), Role.ONE_STOP_HEAD),
        CITIZEN,
    ):
        run.refused(NotPermitted, remind, by=nobody)
    for somebody in (
        person(run.seat("office"), Role.UNIT_HEAD),
        person(run.seat("leaders"), Role.AGENCY_HEAD),
        person(run.seat("counter"), Role.ONE_STOP_HEAD),
        SUPERVISOR,
    ):
        run.act(remind, by=somebody)
    assert len(run.state.notices) == 4


def test_an_apology_names_a_new_date_and_the_promise_stands() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.9; TT 01/2018/TT-VPCP, Mẫu 04."""
    run = at("study")
    reappoint(run, "2026-03-20T17:00", "2026-03-13T08:00")
    moved = run.last(AppointmentMoved)

    assert (moved.previous_at, moved.appointment_at) == (
        parse_instant("2026-03-16T17:00"),
        parse_instant("2026-03-20T17:00"),
    )
    assert run.state.appointment_at == parse_instant("2026-03-20T17:00")
    assert run.due("promise") == run.state.first_promise_at == parse_instant("2026-03-16T17:00")
    run.go_to("return", "2026-03-17T08:00")
    assert run.state.grade is Grade.LATE


def test_the_new_date_has_its_own_ladder_beside_the_promise() -> None:
    run = at("study")
    reappoint(run, "2026-03-20T17:00", "2026-03-13T07:30")
    run.tick_on_time("2026-03-24T08:00")

    assert run.rungs("appointment") == [
        ("near", "2026-03-19T11:30"),
        ("overdue", "2026-03-20T17:00"),
        ("late_1d", "2026-03-23T17:00"),
    ]
    assert [code for code, _ in run.rungs("promise")] == ["near", "overdue", "late_1d"]


def test_a_second_apology_is_unlawful() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.9: không quá một lần."""
    run = at("study")
    reappoint(run, "2026-03-20T17:00", "2026-03-13T08:00")

    run.refused(AppointmentSpent, c.Reappoint(appointment_at=parse_instant("2026-03-30T17:00"), reason=SORRY))


def test_where_a_rule_set_allows_two_apologies_each_begins_a_term_of_its_own() -> None:
    twice = rule_set("ND61_2018").model_copy(update={"reappointments_max": 2})
    run = Run.at_step("study", rulebook_of(branching(), rule_set=twice), MORNING, **ONE_BRANCH)
    reappoint(run, "2026-03-20T17:00", "2026-03-13T08:00")
    run.tick_on_time("2026-03-20T17:00")
    reappoint(run, "2026-03-27T17:00", "2026-03-23T08:00")
    run.tick_on_time("2026-03-27T17:00")

    reached = [(event.term, event.rung) for event in run.events(e.RungReached) if event.subject == APPOINTMENT]
    assert reached == [(1, "near"), (1, "overdue"), (2, "near"), (2, "overdue")]


@pytest.mark.parametrize("date", ["2026-03-16T17:00", "2026-03-10T17:00"])
def test_the_new_date_is_after_the_present_one(date: str) -> None:
    run = at("study")

    run.refused(AppointmentInvalid, c.Reappoint(appointment_at=parse_instant(date), reason=SORRY))


def test_the_new_date_is_not_in_the_past() -> None:
    run = at("study")

    past = c.Reappoint(appointment_at=parse_instant("2026-03-18T17:00"), reason=SORRY)
    run.refused(AppointmentInvalid, past, "2026-03-19T08:00")


def test_there_is_no_date_to_move_before_reception() -> None:
    run = Run.filed(RULES, MORNING, **ONE_BRANCH)

    run.refused(NothingAwaited, c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=SORRY))


def test_there_is_no_date_to_move_after_the_decision() -> None:
    run = at("return")

    run.refused(DossierDecided, c.Reappoint(appointment_at=parse_instant("2026-03-30T17:00"), reason=SORRY))


def test_no_date_is_named_while_the_clock_stands_still() -> None:
    run = at("study")
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()))

    run.refused(ClockStopped, c.Reappoint(appointment_at=parse_instant("2026-03-30T17:00"), reason=SORRY))


@pytest.mark.parametrize(
    ("policy", "due"),
    [(SupplementPolicy.RESUME, "2026-03-24T17:00"), (SupplementPolicy.RESTART, "2026-03-31T17:00")],
)
def test_a_date_already_named_waits_with_the_promise_and_never_comes_before_it(
    policy: SupplementPolicy, due: str
) -> None:
    """Asked on Friday 13/3 at 07:30 with 6 working days to the named date, answered on Tuesday 17/3 at 07:30."""
    run = Run.at_step("study", rulebook_of(supplementing(policy)), MORNING, **ONE_BRANCH)
    reappoint(run, "2026-03-20T17:00", "2026-03-12T08:00")
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-13T07:30")
    assert run.due("appointment") is None
    run.act(c.AnswerSupplement(), "2026-03-17T07:30")

    assert run.due("appointment") == run.state.appointment_at == parse_instant(due)
    run.tick_on_time(due)
    assert run.rungs("appointment")[-1] == ("overdue", due)


def test_a_date_already_named_waits_alone_when_the_promise_is_missed() -> None:
    """Asked on Thursday 19/3 at 07:30 with two working days to the named date, answered on Tuesday 24/3 at 07:30."""
    run = at("study")
    reappoint(run, "2026-03-20T17:00", "2026-03-13T08:00")
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-19T07:30")
    assert run.last(e.ClockPaused).subjects == (APPOINTMENT,)
    run.act(c.AnswerSupplement(), "2026-03-24T07:30")

    assert run.due("appointment") == parse_instant("2026-03-25T17:00")
    assert run.due("promise") == parse_instant("2026-03-16T17:00")


def test_who_may_apologise() -> None:
    run = at("study")
    sorry = c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=SORRY)

    for nobody in (
        person(run.seat("office"), Role.OFFICER, Role.UNIT_HEAD),
        person(run.seat("police"), Role.AGENCY_HEAD),
        person(run.seat("office"), Role.ONE_STOP_HEAD),
        SUPERVISOR,
        CITIZEN,
    ):
        run.refused(NotPermitted, sorry, by=nobody)
    run.act(sorry, by=person(run.seat("counter"), Role.ONE_STOP_HEAD))


def test_the_applicant_withdraws_while_nothing_is_decided_and_everything_owed_is_cancelled() -> None:
    """TT 03/2025, Mẫu 05; portal status 7."""
    run = at("study")
    run.act(c.Withdraw(reason=text()))

    assert run.kinds()[-2:] == ["task.cancelled", "dossier.withdrawn"]
    assert (run.state.status, run.state.status.portal_code, run.live()) == (DossierStatus.WITHDRAWN, 7, [])


def test_nothing_is_withdrawn_after_the_decision() -> None:
    run = at("return")

    run.refused(DossierDecided, c.Withdraw())


def test_only_the_applicant_or_the_counter_withdraws() -> None:
    run = at("study")

    run.refused(NotPermitted, c.Withdraw(), by=person(run.seat("office"), Role.OFFICER))
    run.act(c.Withdraw(), by=person(run.seat("counter"), Role.COUNTER))


def test_withdrawing_during_a_wait_ends_the_wait() -> None:
    run = at("study")
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()))
    run.act(c.Withdraw())

    assert run.state.awaited is None
    assert run.tick("2026-12-01T08:00") == ()


def test_withdrawing_before_reception_is_possible() -> None:
    run = Run.filed(RULES, MORNING)
    run.act(c.Withdraw())

    assert run.state.status is DossierStatus.WITHDRAWN
