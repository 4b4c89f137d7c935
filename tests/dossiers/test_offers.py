"""What may be done now is what the rules would admit: the way forward always, and nothing that they refuse."""

import pytest

from dossiers import commands as c
from dossiers.offers import offers_on_dossier, offers_on_task
from dossiers.procedure import Role
from dossiers.seats import Actor
from dossiers.state import Task
from dossiers.values import OfficerId
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, branching
from tests.support.builders import CITIZEN, COPY, PERMIT, SUPERVISOR, Run, person, rulebook_of, text

MORNING = "2026-03-02T08:00"
RULES = rulebook_of(branching())
REASON = text("reason")


def on_task(run: Run, task: Task, by: Actor | None = None) -> list[str]:
    """The kinds of acts that are offered to the task's holder, or to somebody else."""
    offers = offers_on_task(run.rules, run.state, by or run.holder(task), task, run.now)
    return list(dict.fromkeys(one.kind for one in offers))


def on_dossier(run: Run, by: Actor) -> list[str]:
    return list(dict.fromkeys(one.kind for one in offers_on_dossier(run.rules, run.state, by, run.now)))


@pytest.mark.parametrize("facts", [ONE_BRANCH, ALL_BRANCHES])
def test_the_usual_act_is_always_offered_to_whoever_holds_the_task(facts: dict[str, bool | int | str]) -> None:
    run = Run.filed(RULES, MORNING, **facts)
    steps = 0
    while not run.state.status.is_closed:
        task = run.state.live_tasks()[0]
        usual = run.usual(task)

        assert usual.kind in on_task(run, task), task.key

        run.act(usual)
        steps += 1
    assert steps > 5


def test_nothing_is_offered_that_would_then_be_refused() -> None:
    """Each specimen is an act: whatever needs no more than it holds is admitted as it is."""
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
    task = run.task("study")
    holder = run.holder(task)
    for offer in offers_on_task(run.rules, run.state, holder, task, run.now):
        again = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
        if not isinstance(offer, c.Complete):  # the facts that it must record are not known yet
            again.act(offer, by=holder)


def test_every_way_of_completing_and_of_sending_back_is_offered_by_itself() -> None:
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
    task = run.task("study")
    offers = offers_on_task(run.rules, run.state, run.holder(task), task, run.now)
    outcomes = [one.outcome for one in offers if isinstance(one, c.Complete)]

    assert outcomes == [one.code for one in run.rules.procedure.step(task.step).outcomes]


def test_what_is_still_missing_in_a_form_stands_against_no_act() -> None:
    run = Run.at_step("appraisal", PERMIT, MORNING, floors=3)

    assert "complete" in on_task(run, run.task("appraisal"))


def test_a_stranger_is_offered_nothing() -> None:
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
    stranger = person(run.seat("counter"), Role.APPROVER)

    assert on_task(run, run.task("study"), stranger) == []
    assert on_dossier(run, stranger) == []


def test_heads_are_offered_to_assign_and_supervisors_to_remind() -> None:
    run = Run.at_step("study", RULES, MORNING, **ONE_BRANCH)
    task = run.task("study")

    assert on_task(run, task, person(task.seat, Role.UNIT_HEAD)) == ["assign", "remind"]
    assert on_task(run, task, SUPERVISOR) == ["remind"]

    run.act(c.Assign(task=task.key, officer=OfficerId("a")))

    assert "reassign" in on_task(run, run.task("study"), person(task.seat, Role.UNIT_HEAD))


def test_while_the_applicant_is_waited_for_only_the_wait_can_be_ended() -> None:
    run = Run.filed(PERMIT, MORNING, floors=3)
    counter = run.holder(run.task("reception"))
    run.act(c.RequestSupplement(task=run.key("reception"), reason=REASON))

    assert on_task(run, run.task("reception")) == []
    assert "answer_supplement" in on_dossier(run, counter)


def test_what_one_officer_may_do_at_the_counter_is_offered_where_the_procedure_says_so() -> None:
    copy, permit = Run.filed(COPY, MORNING), Run.filed(PERMIT, MORNING, floors=3)

    assert "decide_on_the_spot" in on_task(copy, copy.task("reception"))
    assert "decide_on_the_spot" not in on_task(permit, permit.task("reception"))


def test_the_applicant_may_withdraw_until_the_result_is_decided() -> None:
    run = Run.filed(COPY, MORNING)

    assert on_dossier(run, CITIZEN) == ["withdraw"]

    run.finish()

    assert on_dossier(run, CITIZEN) == []
