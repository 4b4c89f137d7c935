"""Receiving, appraising and approving at the counter: one officer, one call, three recorded acts."""

from dossiers import commands as c
from dossiers import events as e
from dossiers.errors import FactsInvalid, WrongAct
from dossiers.instants import parse_instant
from dossiers.state import DossierStatus
from dossiers.values import StepId
from tests.dossiers.branching import branching
from tests.support.builders import COPY, PERMIT, Run, changed, rulebook_of

MORNING = "2026-03-02T08:00"


def test_the_certified_copy_is_decided_on_the_spot_in_one_act_with_three_completions() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 17.5; TT 01/2018/TT-VPCP, Điều 6: a declared exception to four eyes."""
    run = Run.filed(COPY, MORNING)
    records = run.act(c.DecideOnTheSpot(task=run.key("reception")))

    assert [(event.task, event.outcome) for event in run.events(e.TaskCompleted)] == [
        ("reception#1", "accepted"),
        ("appraisal#1", "eligible"),
        ("approval#1", "certified"),
    ]
    assert len({record.cause for record in records}) == 1
    assert run.live() == ["return#1"]
    assert run.state.result == "granted"
    run.forward("return")
    assert run.state.status is DossierStatus.RETURNED


def test_on_the_spot_nothing_opens_after_it_was_done_however_late_the_record() -> None:
    run = Run.filed(COPY, MORNING)
    filed = len(run.records)
    run.act(c.DecideOnTheSpot(task=run.key("reception")), MORNING, recorded="2026-03-02T11:10")

    assert {record.occurred_at for record in run.records[filed:]} == {parse_instant(MORNING)}


def test_on_the_spot_ends_by_the_declared_outcome_and_leaves_what_is_not_a_decision() -> None:
    given = Run(COPY, MORNING).rules.procedure
    assert given.on_the_spot is not None
    outcomes = given.step(StepId("approval")).outcomes
    first = outcomes[0].model_copy(update={"code": "other"})
    filing_away = given.step(StepId("return")).model_copy(
        update={"id": "archive", "kind": "result", "after": ("approval",)}
    )
    spot = changed(
        changed(given, "approval", outcomes=(first, *outcomes)), "return", after=("approval", filing_away.id)
    )
    spot = spot.model_copy(update={"steps": (*spot.steps[:-1], filing_away, spot.steps[-1])})
    run = Run.filed(rulebook_of(spot), MORNING)
    run.act(c.DecideOnTheSpot(task=run.key("reception")))

    assert run.state.run_of(StepId("approval")).outcome == "certified"
    assert run.live() == ["archive#1"]


def test_on_the_spot_still_establishes_what_its_steps_must() -> None:
    copy = Run(COPY, MORNING).rules.procedure
    needs = changed(copy.model_copy(update={"facts": branching().facts[1:]}), "appraisal", records=("doubtful",))
    run = Run.filed(rulebook_of(needs), MORNING)

    run.refused(FactsInvalid, c.DecideOnTheSpot(task=run.key("reception")))
    run.act(c.DecideOnTheSpot(task=run.key("reception"), facts={"doubtful": False}))
    assert run.live() == ["return#1"]


def test_what_the_procedure_does_not_declare_is_not_decided_on_the_spot() -> None:
    run = Run.filed(PERMIT, MORNING, floors=1)

    run.refused(WrongAct, c.DecideOnTheSpot(task=run.key("reception"), facts={"floors": 1}))
