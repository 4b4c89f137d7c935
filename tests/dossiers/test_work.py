"""Working on a dossier: completing, approving, signing, refusing, sending back."""

import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.errors import (
    DossierClosed,
    FactsInvalid,
    FourEyes,
    NotPermitted,
    OutcomeNotAllowed,
    ReasonMissing,
    ReworkSpent,
    TaskNotOpen,
    WrongAct,
)
from dossiers.instants import parse_instant
from dossiers.payment_commands import Charge, RequestPayment
from dossiers.payment_events import PaymentRequested
from dossiers.procedure import Role
from dossiers.state import DossierStatus, TaskState
from dossiers.values import StepId, task_key
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, at_branches, branching
from tests.support.builders import CITIZEN, COPY, LAND, PERMIT, Run, changed, person, rulebook_of, text

MORNING = "2026-03-02T08:00"
RULES = rulebook_of(branching())
REASON = text("reason")


def at(step: str, at: str = MORNING) -> Run:
    return Run.at_step(step, RULES, at, **ONE_BRANCH)


def test_completing_a_step_opens_the_next_and_is_graded_on_its_own_limit() -> None:
    run = at("scan")
    run.forward("scan", "2026-03-02T10:00")
    late = at("scan")
    late.forward("scan", "2026-03-02T10:01")

    assert run.live() == ["study#1/acceptance"]
    assert (run.grades()["scan#1"], late.grades()["scan#1"]) == (Grade.ON_TIME, Grade.LATE)


def test_a_step_ends_only_by_its_declared_outcomes() -> None:
    run = at("study")

    refusal = run.refused(OutcomeNotAllowed, c.Complete(task=run.key("study"), outcome="done"))

    assert "eligible, ineligible" in refusal.message


def test_a_step_without_declared_outcomes_ends_by_being_done() -> None:
    run = at("scan")

    run.refused(OutcomeNotAllowed, c.Complete(task=run.key("scan"), outcome="eligible"))
    run.act(c.Complete(task=run.key("scan")))
    assert run.state.run_of(StepId("scan")).outcome == "done"


def test_the_facts_a_step_must_establish_are_required_of_it() -> None:
    run = at("study")

    refusal = run.refused(FactsInvalid, c.Complete(task=run.key("study"), outcome="eligible"))

    assert refusal.particulars == {"facts": "doubtful"}


def test_a_done_task_cannot_be_done_again() -> None:
    run = at("scan")
    key = run.key("scan")
    run.forward("scan")

    assert run.refused(TaskNotOpen, c.Complete(task=key)).particulars["state"] == "completed"


@pytest.mark.parametrize("step", ["reception", "approval", "signing", "return"])
def test_a_step_with_an_act_of_its_own_is_not_simply_completed(step: str) -> None:
    run = at(step)

    run.refused(WrongAct, c.Complete(task=run.key(step)))


@pytest.mark.parametrize("command", [c.Receive, c.Approve, c.Sign, c.ReturnResult, c.DecideOnTheSpot])
def test_the_act_of_another_step_is_the_wrong_act(
    command: type[c.Receive | c.Approve | c.Sign | c.ReturnResult | c.DecideOnTheSpot],
) -> None:
    run = at("study")

    run.refused(WrongAct, command(task=run.key("study")))


def test_acts_that_concern_others_are_the_wrong_act_on_a_step() -> None:
    run = at("study")

    run.refused(WrongAct, c.AnswerConsultation(task=run.key("study"), outcome="consent"))
    run.refused(WrongAct, RequestPayment(task=run.key("study"), charges=(Charge(code="a", amount=1),)))


@pytest.mark.parametrize("step", ["scan", "study", "approval", "signing", "return"])
def test_only_somebody_of_that_unit_with_that_role_works_on_a_task(step: str) -> None:
    run = at(step)
    task = run.task(step)
    other_role = Role.COUNTER if task.role is not Role.COUNTER else Role.OFFICER
    other_seat = run.seat("tax")

    for nobody in (person(task.seat, other_role), person(task.seat), person(other_seat, task.role), CITIZEN):
        run.refused(NotPermitted, run.usual(task), by=nobody)


def test_the_head_approves_and_the_result_is_signed_decided_and_returned() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.7, 20."""
    run = at("approval")
    before = len(run.records)
    run.act(c.Approve(task=run.key("approval"), opinion=text()))
    run.act(c.Sign(task=run.key("signing")))

    assert run.kinds(before)[:4] == ["task.completed", "task.opened", "task.completed", "result.decided"]
    assert (run.state.status, run.state.result, run.state.grade) == (DossierStatus.DECIDED, "granted", Grade.EARLY)
    run.finish()
    assert run.kinds()[-2:] == ["task.completed", "result.returned"]
    assert run.state.status is DossierStatus.RETURNED
    run.refused(DossierClosed, c.ReturnResult(task=task_key("return#1")))


def test_lateness_is_judged_when_the_result_is_decided_not_when_it_is_fetched() -> None:
    run = at("signing")
    run.act(c.Sign(task=run.key("signing")), "2026-03-16T16:59:59")
    run.finish("2026-04-20T08:00")
    late = at("signing")
    late.act(c.Sign(task=late.key("signing")), "2026-03-16T17:00:01")

    assert run.state.grade is Grade.ON_TIME
    assert late.state.grade is Grade.LATE


@pytest.mark.parametrize("done_before", ["study", "conclusion"])
def test_whoever_worked_on_it_does_not_approve_it(done_before: str) -> None:
    run = at(done_before)
    worker = person(run.task(done_before).seat, run.task(done_before).role, number=7)
    run.forward(done_before, by=worker)
    run.go_to("approval")
    same_hands = person(run.task("approval").seat, Role.APPROVER).model_copy(update={"id": worker.id})

    run.refused(FourEyes, c.Approve(task=run.key("approval")), by=same_hands)
    run.refused(FourEyes, c.Refuse(task=run.key("approval"), reason=REASON), by=same_hands)
    run.act(c.Rework(task=run.key("approval"), to=StepId("conclusion"), reason=REASON), by=same_hands)


def test_an_outcome_that_needs_a_reason_needs_one() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.4, 19.8."""
    run = at("study")

    run.refused(ReasonMissing, c.Complete(task=run.key("study"), outcome="ineligible"))


@pytest.mark.parametrize(
    ("effect", "outcome"), [("refuse", "ineligible"), ("rework", "unclear")], ids=["refuse", "rework"]
)
def test_refusing_and_sending_back_need_a_reason_even_where_the_procedure_forgot_it(effect: str, outcome: str) -> None:
    step = "study" if effect == "refuse" else "residence"
    outcomes = tuple(one.model_copy(update={"reason": False}) for one in branching().step(StepId(step)).outcomes)
    run = Run.at_step(step, rulebook_of(changed(branching(), step, outcomes=outcomes)), MORNING, **ONE_BRANCH)

    run.refused(ReasonMissing, c.Complete(task=run.key(step), outcome=outcome))


@pytest.mark.parametrize("by_outcome", [True, False])
def test_a_refusal_after_appraisal_is_the_result_and_goes_to_the_return(by_outcome: bool) -> None:  # noqa: FBT001
    """NĐ 61/2018/NĐ-CP, Điều 19.8: Phiếu từ chối giải quyết; the counter returns it like any result."""
    run = at("study")
    key = run.key("study")
    if by_outcome:
        run.act(c.Complete(task=key, outcome="ineligible", opinion=REASON))
    else:
        run.act(c.Refuse(task=key, reason=REASON))

    assert (run.state.status, run.state.result) == (DossierStatus.DECIDED, "refused")
    assert run.last(e.ResultDecided).reason == REASON
    assert run.live() == ["return#1/acceptance"]
    run.finish()
    assert run.state.status is DossierStatus.RETURNED


def test_a_step_that_cannot_refuse_does_not_refuse() -> None:
    run = at("scan")

    run.refused(OutcomeNotAllowed, c.Refuse(task=run.key("scan"), reason=REASON))


def test_a_refusal_in_one_branch_ends_all_the_others() -> None:
    run = at_branches()
    run.act(c.Complete(task=run.key("residence"), outcome="false_claim", opinion=REASON))

    assert [event.task for event in run.events(e.TaskCancelled)] == ["opinion#1", "taxation#1"]
    assert run.live() == ["return#1/acceptance"]
    run.finish()
    assert run.state.status is DossierStatus.RETURNED


def test_branches_run_beside_each_other_and_join() -> None:
    run = at_branches()

    assert sorted(run.live()) == ["opinion#1", "residence#1", "taxation#1"]
    run.forward("taxation")
    run.forward("opinion")
    assert run.live() == ["residence#1"]
    run.forward("residence")
    assert run.live() == ["conclusion#1/acceptance"]


def test_work_is_sent_back_to_a_declared_step_and_everything_after_it_is_done_again() -> None:
    run = at("approval")
    run.act(c.Rework(task=run.key("approval"), to=StepId("study"), reason=REASON))

    assert run.last(e.WorkSentBack).again == (
        "study",
        "residence",
        "taxation",
        "opinion",
        "conclusion",
        "approval",
        "signing",
        "return",
    )
    assert run.live() == ["study#2"]
    run.facts["doubtful"] = True
    run.go_to("approval")
    assert "opinion#1" in run.state.tasks
    assert {"residence#2", "conclusion#2", "approval#2"} <= set(run.state.tasks)
    run.finish()
    assert run.state.status is DossierStatus.RETURNED


def test_sending_back_across_agencies_makes_the_dossier_travel() -> None:
    run = at("residence")
    run.act(c.Complete(task=run.key("residence"), outcome="unclear", opinion=REASON))
    leg = run.task("study")

    assert (leg.key, leg.sender, leg.seat) == ("study#2/acceptance", run.seat("police"), run.seat("office"))
    run.travel()
    assert run.live() == ["study#2"]


def test_sending_back_from_one_branch_withdraws_the_others() -> None:
    run = at_branches()
    run.act(c.Complete(task=run.key("residence"), outcome="unclear", opinion=REASON))

    assert {(event.task, event.cause) for event in run.events(e.TaskCancelled)} == {
        ("opinion#1", "rework"),
        ("taxation#1", "rework"),
    }
    assert run.live() == ["study#2/acceptance"]
    run.go_to("approval")
    assert {"opinion#2", "taxation#2", "residence#2"} <= set(run.state.tasks)


def test_sending_back_leaves_a_branch_that_does_not_depend_on_it() -> None:
    """Taxation waits for the scan alone here, so what is studied again does not touch it."""
    outcomes = branching().step(StepId("residence")).outcomes
    beside = changed(changed(branching(), "taxation", after=("scan",)), "residence", outcomes=outcomes)
    run = Run.filed(rulebook_of(beside), MORNING, **ALL_BRANCHES)
    for step in ("reception", "scan", "study", "study"):
        run.forward(step)
    run.go_to("residence")
    waiting = run.key("taxation")
    run.act(c.Complete(task=run.key("residence"), outcome="unclear", opinion=REASON))

    assert waiting in run.live()
    assert "study#2/acceptance" in run.live()


def test_work_already_sent_back_starts_unassigned() -> None:
    run = at("study")
    run.act(c.Assign(task=run.key("study"), officer=person(run.seat("office"), Role.OFFICER).id))
    run.go_to("approval")
    run.act(c.Rework(task=run.key("approval"), to=StepId("study"), reason=REASON))

    assert run.task("study").assigned is None


@pytest.mark.parametrize("to", ["residence", "scan", "reception", "signing", "approval", "nowhere"])
def test_work_is_sent_back_only_where_the_procedure_says(to: str) -> None:
    run = at("approval")

    run.refused(OutcomeNotAllowed, c.Rework(task=run.key("approval"), to=StepId(to), reason=REASON))


def test_work_is_not_sent_back_to_a_step_that_did_not_apply() -> None:
    """Otherwise a tax would be determined where none is due."""
    run = at("approval")

    run.refused(OutcomeNotAllowed, c.Rework(task=run.key("approval"), to=StepId("taxation"), reason=REASON))


def test_a_decided_dossier_is_not_sent_back() -> None:
    run = at("return")

    run.refused(OutcomeNotAllowed, c.Rework(task=run.key("return"), to=StepId("study"), reason=REASON))


def test_sending_back_to_a_step_has_a_budget() -> None:
    run = at("approval")
    for _ in range(2):
        run.act(c.Rework(task=run.key("approval"), to=StepId("study"), reason=REASON))
        run.go_to("approval")

    refusal = run.refused(ReworkSpent, c.Rework(task=run.key("approval"), to=StepId("study"), reason=REASON))
    assert refusal.particulars == {"step": "study", "limit": "2"}


def test_a_step_done_again_because_of_another_keeps_its_own_budget() -> None:
    once = changed(branching(), "conclusion", rework_max=1)
    run = Run.at_step("approval", rulebook_of(once), MORNING, **ONE_BRANCH)
    for _ in range(2):
        run.act(c.Rework(task=run.key("approval"), to=StepId("study"), reason=REASON))
        run.go_to("approval")
    run.act(c.Rework(task=run.key("approval"), to=StepId("conclusion"), reason=REASON))
    run.go_to("approval")

    run.refused(ReworkSpent, c.Rework(task=run.key("approval"), to=StepId("conclusion"), reason=REASON))


def test_the_clock_of_a_step_done_again_starts_afresh_while_the_promise_goes_on() -> None:
    run = at("approval")
    promised = run.due("promise")
    run.act(c.Rework(task=run.key("approval"), to=StepId("study"), reason=REASON), "2026-03-05T08:00")

    assert run.due("study#2") == parse_instant("2026-03-09T08:00")
    assert run.due("promise") == promised


def test_a_task_is_never_done_before_it_opened() -> None:
    """An instant from before the task opened is a clock that ran ahead of the engine; the task's opening counts."""
    run = at("scan", "2026-03-02T09:00")
    run.act(c.Complete(task=run.key("scan")), "2026-03-02T08:00", recorded="2026-03-02T09:30")

    assert run.records[-1].occurred_at == parse_instant("2026-03-02T09:30")
    done = next(
        record for record in run.records if getattr(record.event, "task", "") == "scan#1" and record.sequence > 6
    )
    assert done.occurred_at == parse_instant("2026-03-02T09:00")


def test_an_act_is_never_recorded_before_it_occurred() -> None:
    run = at("scan")
    run.act(c.Complete(task=run.key("scan")), "2026-03-02T09:00", recorded="2026-03-02T08:30")

    assert all(record.occurred_at <= record.recorded_at for record in run.records)


def test_an_optional_step_of_the_land_transfer_is_skipped_either_way() -> None:
    """TTHC-TINH-08: either taxes or land-use fee; nothing due, no payment."""
    run = Run.filed(LAND, MORNING, obligation_kind="land_use_fee", obligation_due=False)
    run.finish()

    assert [event.step for event in run.events(e.StepSkipped)] == ["transfer_tax", "payment"]
    assert run.events(PaymentRequested) == []


def test_cancelled_work_cannot_be_done() -> None:
    run = at_branches()
    withdrawn = run.key("taxation")
    run.act(c.Complete(task=run.key("residence"), outcome="unclear", opinion=REASON))

    assert run.state.tasks[withdrawn].state is TaskState.CANCELLED
    run.refused(TaskNotOpen, c.Complete(task=withdrawn, outcome="determined"))


def test_all_three_shipped_procedures_end_on_time_when_nobody_waits() -> None:
    facts = {"floors": 2, "fire_opinion_needed": True, "environment_opinion_needed": True}
    runs = [
        Run.filed(COPY, MORNING),
        Run.filed(PERMIT, MORNING, **facts),
        Run.filed(LAND, MORNING, obligation_kind="transfer_tax", obligation_due=True),
        Run.filed(RULES, MORNING, **ALL_BRANCHES),
    ]
    for run in runs:
        run.finish()

    assert [run.state.status for run in runs] == [DossierStatus.RETURNED] * 4
    assert [run.state.grade for run in runs] == [Grade.ON_TIME, Grade.EARLY, Grade.EARLY, Grade.EARLY]
    assert not [run.live() for run in runs if run.live()]
