"""What happened on paper while the system was away (TT 01/2018/TT-VPCP, Điều 10.2; NĐ 61/2018/NĐ-CP, Điều 39)."""

from dossiers import commands as c
from dossiers.deadlines import Grade
from dossiers.errors import NotPermitted, ReasonMissing
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.seats import Actor
from dossiers.values import Subject
from tests.dossiers.branching import ONE_BRANCH, branching
from tests.support.builders import Run, person, rulebook_of, text

RULES = rulebook_of(branching())
PAPER = text("scanned receipt")
TODAY = "2026-03-04T08:00"


def clerk(run: Run) -> Actor:
    return person(run.seat("counter"), Role.COUNTER, Role.LATE_ENTRY)


def test_a_receipt_written_on_paper_starts_the_promise_when_it_was_written() -> None:
    run = Run(RULES, TODAY, **ONE_BRANCH)
    run.act(run.filing(), by=clerk(run), entered_for="2026-03-02T09:00", evidence=PAPER)
    run.act(run.usual(run.task("reception")), by=clerk(run), entered_for="2026-03-02T09:30", evidence=PAPER)

    assert run.state.filed_at == parse_instant("2026-03-02T09:00")
    assert run.due("promise") == parse_instant("2026-03-16T17:00")
    assert run.grades()["reception#1"] is Grade.EARLY
    assert run.due("scan#1") == parse_instant("2026-03-04T10:00")


def test_a_late_entry_is_marked_by_its_evidence_and_nothing_else_is() -> None:
    run = Run(RULES, TODAY, **ONE_BRANCH)
    late = run.act(run.filing(), by=clerk(run), entered_for="2026-03-02T09:00", evidence=PAPER)
    prompt = run.act(run.usual(run.task("reception")), evidence=PAPER)

    assert {record.evidence for record in late} == {PAPER}
    assert {record.evidence for record in prompt} == {None}


def test_late_entry_is_a_permission_of_its_own() -> None:
    run = Run(RULES, TODAY, **ONE_BRANCH)

    counter = person(run.seat("counter"), Role.COUNTER)
    run.refused(NotPermitted, run.filing(), by=counter, entered_for="2026-03-02T09:00", evidence=PAPER)


def test_the_permission_to_enter_late_is_not_the_permission_to_act() -> None:
    run = Run.filed(RULES, TODAY, **ONE_BRANCH)

    only_late = person(run.seat("counter"), Role.LATE_ENTRY)
    command = run.usual(run.task("reception"))
    run.refused(NotPermitted, command, by=only_late, entered_for="2026-03-04T07:45", evidence=PAPER)


def test_a_late_entry_needs_its_evidence() -> None:
    run = Run(RULES, TODAY, **ONE_BRANCH)

    run.refused(ReasonMissing, run.filing(), by=clerk(run), entered_for="2026-03-02T09:00")


def test_a_late_entry_is_never_before_the_filing_nor_after_its_own_acceptance() -> None:
    run = Run.filed(RULES, TODAY, **ONE_BRANCH)
    command = run.usual(run.task("reception"))
    run.act(command, by=clerk(run), entered_for="2026-03-02T09:30", evidence=PAPER)
    scanned = c.Complete(task=run.key("scan"))
    done = run.act(
        scanned, "2026-03-04T09:00", by=clerk(run), recorded="2026-03-04T10:00",
        entered_for="2026-03-04T09:30", evidence=PAPER,
    )  # fmt: skip

    assert run.due("promise") == parse_instant("2026-03-18T17:00")
    assert done[0].occurred_at == parse_instant("2026-03-04T09:00")


def test_work_done_in_time_on_paper_takes_back_what_was_said_of_it_since() -> None:
    run = Run.at_step("scan", RULES, "2026-03-02T08:00", **ONE_BRANCH)
    run.tick_on_time("2026-03-04T08:00")
    assert [code for code, _ in run.rungs("scan#1")] == ["near", "overdue", "late_4h"]
    run.act(c.Complete(task=run.key("scan")), by=clerk(run), entered_for="2026-03-02T09:00", evidence=PAPER)

    assert run.grades()["scan#1"] is Grade.EARLY
    assert run.state.clocks[Subject("scan#1")].fired == ()
    assert run.kinds()[-4:-2] == ["task.completed", "escalation.lifted"]
