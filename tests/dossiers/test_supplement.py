import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.errors import ClockStopped, NothingAwaited, NotPermitted, WrongAct
from dossiers.instants import parse_instant
from dossiers.limits import TimeLimit
from dossiers.payment_commands import Charge, RequestPayment
from dossiers.procedure import Effect, Role, StepKind, SupplementPolicy
from dossiers.rulebook import Rulebook
from dossiers.state import DossierStatus, TaskState
from dossiers.stops import StopReason
from dossiers.values import PROMISE, StepId, task_key
from tests.dossiers.branching import ONE_BRANCH, at_branches, branching, supplementing
from tests.support.builders import CITIZEN, LAND, Run, changed, person, procedure, rulebook_of, text

MORNING = "2026-03-02T08:00"
REASON = text("missing")
RESUME = rulebook_of(branching())
RESTART = rulebook_of(supplementing(SupplementPolicy.RESTART))
EXTEND = rulebook_of(supplementing(SupplementPolicy.EXTEND, extension=TimeLimit.parse("2wd")))


def asked(rules: Rulebook, at: str = "2026-03-03T08:00", filed: str = MORNING) -> Run:
    """The study has asked the applicant for more."""
    run = Run.at_step("study", rules, filed, **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("study"), components=("form",), reason=REASON), at)
    return run


def test_a_request_stops_the_promise_and_the_asking_task_with_its_act() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.4; portal status 5."""
    run = asked(RESUME)
    pause = run.last(e.ClockPaused)

    assert run.state.status is DossierStatus.AWAITING_SUPPLEMENT
    assert run.state.status.portal_code == 5
    assert (pause.subjects, pause.reason) == (("promise", "study#1"), StopReason.SUPPLEMENT)
    assert (run.due("promise"), run.due("study#1")) == (None, None)
    assert run.task("study").state is TaskState.AWAITING


def test_a_stopped_clock_fires_nothing() -> None:
    run = asked(RESUME)
    run.act(c.SendStopNotice())
    run.tick("2026-12-31T08:00")

    assert run.events(e.RungReached) == []


def test_resuming_goes_on_where_the_clock_stood_in_the_same_term() -> None:
    run = asked(RESUME)
    run.act(c.AnswerSupplement(components=("form",)), "2026-03-05T08:00")
    terms = run.last(e.ClockResumed).terms

    assert run.due("promise") == parse_instant("2026-03-19T17:00")
    assert run.due("study#1") == parse_instant("2026-03-06T08:00")
    assert {subject: term.number for subject, term in terms.items()} == {"promise": 1, "study#1": 1}
    assert run.state.status is DossierStatus.PROCESSING
    assert run.state.appointment_at == run.due("promise")
    assert run.state.first_promise_at == parse_instant("2026-03-16T17:00")


def test_restarting_counts_from_zero_in_a_new_term() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.4: thời hạn được tính lại từ đầu sau khi nhận đủ hồ sơ."""
    run = asked(RESTART)
    run.act(c.AnswerSupplement(), "2026-03-05T08:00")
    terms = run.last(e.ClockResumed).terms

    assert run.due("promise") == parse_instant("2026-03-19T17:00")
    assert run.due("study#1") == parse_instant("2026-03-09T08:00")
    assert {subject: term.number for subject, term in terms.items()} == {"promise": 2, "study#1": 2}


def test_extending_stops_nothing_and_moves_the_promise_at_once() -> None:
    run = asked(EXTEND)

    assert run.events(e.ClockPaused) == []
    assert run.due("promise") == parse_instant("2026-03-18T17:00")
    assert run.due("study#1") == parse_instant("2026-03-04T08:00")
    assert run.state.status.portal_code == 5
    run.act(c.AnswerSupplement(), "2026-03-05T08:00")
    assert run.due("promise") == parse_instant("2026-03-18T17:00")
    assert run.state.status is DossierStatus.PROCESSING
    assert run.events(e.ClockResumed) == []


def test_a_restarted_promise_climbs_its_ladder_again() -> None:
    run = asked(RESTART, at="2026-03-12T08:00")
    run.tick_on_time("2026-03-12T08:00")
    run.act(c.AnswerSupplement(), "2026-03-12T09:00")
    run.tick_on_time("2026-03-26T17:00")

    assert run.rungs("promise") == [("near", "2026-03-24T09:52"), ("overdue", "2026-03-26T17:00")]
    assert {event.term for event in run.events(e.RungReached) if event.subject == "promise"} == {2}


def test_a_rung_that_fired_before_the_stop_does_not_fire_again_after_it_resumes() -> None:
    run = Run.at_step("study", RESUME, MORNING, **ONE_BRANCH)
    run.tick_on_time("2026-03-13T08:00")
    run.act(c.RequestSupplement(task=run.key("study"), reason=REASON), "2026-03-13T08:00")
    run.act(c.AnswerSupplement(), "2026-03-16T08:00")
    run.tick_on_time("2026-03-30T08:00")

    assert run.rungs("promise") == [
        ("near", "2026-03-12T09:37"),
        ("overdue", "2026-03-18T17:00"),
        ("late_1d", "2026-03-19T17:00"),
    ]


def test_a_stop_cannot_hide_a_lateness_that_is_already_there() -> None:
    """The study is late when it asks, the promise is not: only the promise stops."""
    run = asked(RESUME, at="2026-03-05T08:00")

    assert run.last(e.ClockPaused).subjects == ("promise",)
    run.tick_on_time("2026-03-30T08:00")
    run.act(c.AnswerSupplement(), "2026-03-30T08:00")
    run.forward("study", "2026-03-30T09:00")
    assert run.grades()["study#1"] is Grade.LATE


def test_when_every_deadline_is_missed_nothing_stops() -> None:
    run = asked(RESUME, at="2026-04-01T08:00")

    assert run.events(e.ClockPaused) == []
    run.act(c.AnswerSupplement(), "2026-04-06T08:00")
    assert run.events(e.ClockResumed) == []
    assert run.state.status is DossierStatus.PROCESSING
    assert run.due("promise") == parse_instant("2026-03-16T17:00")


def test_the_asking_task_waits() -> None:
    """Completing is refused until the answer; assigning and reminding are not."""
    run = asked(RESUME)
    key = run.key("study")

    for command in (
        c.Complete(task=key, outcome="eligible", facts={"doubtful": False}),
        c.Refuse(task=key, reason=REASON),
        c.RequestSupplement(task=key, reason=REASON),
        c.Consult(task=key, participants=("health",), content=REASON, limit="1wd"),
    ):
        run.refused(ClockStopped, command)
    run.act(c.Remind(task=key))
    run.act(c.Assign(task=key, officer=run.holder(run.task("study"), 2).id))


@pytest.mark.parametrize("step", ["scan", "conclusion", "approval", "return"])
def test_a_step_without_terms_for_it_does_not_ask_the_applicant(step: str) -> None:
    run = Run.at_step(step, RESUME, MORNING, **ONE_BRANCH)

    run.refused(WrongAct, c.RequestSupplement(task=run.key(step), reason=REASON))


def test_an_answer_nobody_waits_for_is_refused() -> None:
    run = Run.at_step("study", RESUME, MORNING, **ONE_BRANCH)

    run.refused(NothingAwaited, c.AnswerSupplement())


def test_the_counter_enters_the_answer_and_nobody_else_but_the_applicant() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 5.1e."""
    run = asked(RESUME)

    run.refused(NotPermitted, c.AnswerSupplement(), by=person(run.seat("office"), Role.OFFICER))
    run.refused(NotPermitted, c.AnswerSupplement(), by=person(run.seat("counter"), Role.APPROVER))
    run.act(c.AnswerSupplement(), by=person(run.seat("counter"), Role.COUNTER))
    assert run.state.awaited is None


def test_a_request_later_than_the_decree_allows_is_marked() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.4: notice within three working days of reception."""
    on_the_third_day = Run.at_step("appraisal", LAND, MORNING, obligation_kind="transfer_tax")
    on_the_fourth = Run.at_step("appraisal", LAND, MORNING, obligation_kind="transfer_tax")
    on_the_third_day.act(c.RequestSupplement(task=task_key("appraisal#1"), reason=REASON), "2026-03-05T17:00")
    on_the_fourth.act(c.RequestSupplement(task=task_key("appraisal#1"), reason=REASON), "2026-03-06T08:00")

    assert not on_the_third_day.last(e.SupplementRequested).beyond_notice
    assert on_the_fourth.last(e.SupplementRequested).beyond_notice


def test_a_request_the_applicant_never_answers_lapses_once_and_tells_the_head() -> None:
    run = asked(RESUME)
    run.tick_on_time("2026-04-01T08:00")
    lapses = run.events(e.AnswerLapsed)

    assert [lapse.due_at for lapse in lapses] == [parse_instant("2026-03-10T17:00")]
    assert lapses[0].notice is not None
    assert lapses[0].notice.unit == run.seat("office").unit
    assert run.state.status is DossierStatus.AWAITING_SUPPLEMENT


def test_a_lapsed_request_may_still_be_answered() -> None:
    run = asked(RESUME)
    run.tick("2026-03-20T08:00")
    run.act(c.AnswerSupplement())

    assert run.due("promise") == parse_instant("2026-04-03T17:00")


def test_a_lapsed_request_may_be_refused_and_time_counts_again_for_the_grade() -> None:
    run = asked(RESUME)
    run.tick("2026-03-20T08:00")
    before = len(run.records)
    run.act(c.Refuse(task=run.key("study"), reason=REASON))

    assert run.kinds(before)[:3] == ["clock.resumed", "task.completed", "result.decided"]
    assert run.state.grade is Grade.EARLY
    assert run.state.awaited is None


def branches_asking(policy: SupplementPolicy) -> Run:
    """Residence waits for the applicant since Tuesday 08:00; taxation goes on, and may ask or refuse too."""
    extension = TimeLimit.parse("2wd") if policy is SupplementPolicy.EXTEND else None
    terms = supplementing(policy, extension=extension).steps[2].supplement
    refusing = next(one for one in branching().steps[3].outcomes if one.effect is Effect.REFUSE)
    outcomes = (*branching().steps[4].outcomes, refusing)
    given = changed(branching(), "residence", supplement=terms)
    run = at_branches(rulebook_of(changed(given, "taxation", supplement=terms, outcomes=outcomes)))
    run.act(c.RequestSupplement(task=run.key("residence"), reason=REASON), "2026-03-03T08:00")
    return run


WITHOUT_RESTART = [SupplementPolicy.RESUME, SupplementPolicy.EXTEND]


def test_only_one_thing_is_awaited_of_the_applicant_at_a_time() -> None:
    run = branches_asking(SupplementPolicy.RESUME)

    run.refused(ClockStopped, c.RequestSupplement(task=run.key("taxation"), reason=REASON))


def test_no_money_is_asked_for_while_a_supplement_is_awaited() -> None:
    terms = procedure(LAND).step(StepId("payment")).payment
    at_counter = {"kind": StepKind.PAYMENT, "by": "counter", "role": Role.COUNTER, "outcomes": (), "payment": terms}
    run = at_branches(rulebook_of(changed(branching(), "taxation", **at_counter)))
    run.act(c.RequestSupplement(task=run.key("residence"), reason=REASON))

    charges = (Charge(code="tax", amount=1),)
    run.refused(ClockStopped, RequestPayment(task=run.key("taxation"), charges=charges))


def test_another_branch_goes_on_while_one_waits() -> None:
    run = branches_asking(SupplementPolicy.RESUME)
    run.forward("taxation", "2026-03-04T08:00")
    run.forward("opinion")

    assert run.live() == ["residence#1"]
    assert run.state.status is DossierStatus.AWAITING_SUPPLEMENT


@pytest.mark.parametrize("policy", WITHOUT_RESTART)
def test_a_refusal_in_another_branch_ends_the_wait(policy: SupplementPolicy) -> None:
    run = branches_asking(policy)
    run.act(c.Complete(task=run.key("taxation"), outcome="false_claim", opinion=REASON), "2026-03-04T08:00")

    assert run.state.awaited is None
    assert run.state.grade is Grade.EARLY
    run.tick("2026-12-01T08:00")
    assert run.events(e.AnswerLapsed) == []
    run.finish()
    assert run.state.status is DossierStatus.RETURNED


@pytest.mark.parametrize("policy", WITHOUT_RESTART)
def test_sending_back_from_another_branch_ends_the_wait(policy: SupplementPolicy) -> None:
    run = branches_asking(policy)
    run.act(c.Complete(task=run.key("taxation"), outcome="unclear", opinion=REASON), "2026-03-03T16:00")

    assert run.state.awaited is None
    assert run.state.status is DossierStatus.PROCESSING
    later = "2026-03-17T17:00" if policy is SupplementPolicy.RESUME else "2026-03-18T17:00"
    assert run.due("promise") == parse_instant(later)


def test_an_answer_is_never_before_the_request() -> None:
    run = asked(RESUME)
    run.act(c.AnswerSupplement(), "2026-03-02T09:00", recorded="2026-03-03T08:00:05")

    assert run.records[-1].occurred_at == parse_instant("2026-03-03T08:00")
    assert run.due("promise") == parse_instant("2026-03-16T17:00")


def test_a_leg_resumes_when_its_holder_can_know_and_the_promise_when_the_applicant_came() -> None:
    """An answer recorded an hour late costs the officer nothing and the applicant nothing."""
    run = asked(RESTART)
    run.act(c.AnswerSupplement(), "2026-03-04T15:00", recorded="2026-03-05T08:00")

    assert run.due("promise") == parse_instant("2026-03-18T17:00")
    assert run.due("study#1") == parse_instant("2026-03-09T08:00")
    resumed = asked(RESUME)
    resumed.act(c.AnswerSupplement(), "2026-03-04T08:00", recorded="2026-03-05T08:00")
    assert resumed.due("promise") == parse_instant("2026-03-18T17:00")
    assert resumed.due("study#1") == parse_instant("2026-03-06T08:00")


def test_an_extension_asked_in_time_takes_back_the_overdue_recorded_meanwhile() -> None:
    run = Run.at_step("study", EXTEND, MORNING, **ONE_BRANCH)
    run.tick_on_time("2026-03-16T17:00")
    assert run.rungs("promise")[-1] == ("overdue", "2026-03-16T17:00")
    run.act(c.RequestSupplement(task=run.key("study"), reason=REASON), "2026-03-16T16:58", recorded="2026-03-16T17:10")

    assert e.EscalationLifted(subject=PROMISE, rungs=("overdue",)) in run.events(e.EscalationLifted)
    run.tick_on_time("2026-03-18T17:00")
    assert run.rungs("promise")[-1] == ("overdue", "2026-03-18T17:00")


def test_an_extension_asked_at_the_counter_before_the_promise_only_stops_the_counters_clock() -> None:
    intake = branching().intake_supplement
    assert intake is not None
    extending = intake.model_copy(update={"policy": SupplementPolicy.EXTEND, "extension": TimeLimit.parse("2wd")})
    run = Run.filed(rulebook_of(branching().model_copy(update={"intake_supplement": extending})), MORNING, **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("reception"), reason=REASON))

    assert run.last(e.ClockPaused).subjects == ("reception#1",)
    run.act(c.AnswerSupplement(), "2026-03-03T08:00", by=CITIZEN)
    assert run.due("reception#1") == parse_instant("2026-03-03T13:30")
