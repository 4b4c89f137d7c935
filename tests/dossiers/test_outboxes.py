"""Who is told what, in which order, and what happens to what does not arrive; none of it touches the law."""

import pytest

from dossiers import commands as c
from dossiers.dispatches import Interest, Outbox
from dossiers.errors import NothingParked, NotPermitted
from dossiers.lines import is_owed, parked, received, told
from dossiers.seats import Actor, CallerKind
from dossiers.state import DossierState
from dossiers.values import AgencyCode, OfficerId
from tests.support.builders import CITIZEN, PERMIT, SUPERVISOR, Run

MORNING = "2026-03-02T08:00"
FIRE, PORTAL, OTHER = AgencyCode("fire_police"), AgencyCode("portal"), AgencyCode("elsewhere")
LINES = {FIRE: Interest.WORK, PORTAL: Interest.STATUS}
OPINIONS = {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": True}


def permit() -> Run:
    """A permit under consultation, whose fire police have a system of their own."""
    run = Run(PERMIT, MORNING, **OPINIONS)
    run.act(run.filing(lines=LINES))
    run.go_to("fire_consultation")
    return run


def kinds_told(run: Run, line: AgencyCode) -> list[str]:
    return [run.records[sequence - 1].event.kind for sequence in told(run.records, line)]


def settle(run: Run, line: AgencyCode) -> int:
    """The first message on the line is signed for; which event it was about."""
    event = run.state.outboxes[line].waiting[0]
    run._take(received(run.rules, run.state, line, event, "sha-256=:x:", now=run.now))
    return event


def give_up(run: Run, line: AgencyCode) -> None:
    event = run.state.outboxes[line].waiting[0]
    run._take(parked(run.rules, run.state, line, event, "partner-unreachable", now=run.now))


def without_outboxes(state: DossierState) -> dict[str, object]:
    return state.model_dump(exclude={"outboxes", "sequence", "filed"})


def test_an_agency_is_told_of_the_work_that_lies_there_and_of_no_other() -> None:
    run = permit()

    assert kinds_told(run, FIRE) == ["task.opened"]
    assert run.state.outboxes[FIRE].waiting == told(run.records, FIRE)


def test_a_portal_is_told_of_every_status_every_step_and_every_date() -> None:
    run = permit()
    run.finish()

    statuses = [1, 2, 4, 9, 10]
    kinds = kinds_told(run, PORTAL)
    assert kinds[0] == "dossier.filed"
    assert {"dossier.accepted", "result.decided", "result.returned"} <= set(kinds)
    assert len(kinds) >= len(statuses)


def test_a_system_is_not_told_what_it_did_itself_but_is_told_what_others_did() -> None:
    own, others = permit(), permit()
    task = own.key("fire_consultation")
    system = Actor(id=OfficerId("system"), kind=CallerKind.SYSTEM, seat=own.state.tasks[task].seat)
    own.act(c.AnswerConsultation(task=task, outcome="consent"), by=system)
    others.act(c.AnswerConsultation(task=task, outcome="consent"))

    assert kinds_told(own, FIRE) == ["task.opened"]
    assert kinds_told(others, FIRE) == ["task.opened", "consultation.answered"]


def test_silence_and_withdrawal_reach_a_system_that_still_has_the_work() -> None:
    silent, withdrawn = permit(), permit()
    silent.tick("2026-03-20T08:00")
    withdrawn.act(c.Withdraw())

    assert kinds_told(silent, FIRE)[-1] == "consultation.lapsed"
    assert kinds_told(withdrawn, FIRE)[-1] == "task.cancelled"


def test_a_receipt_takes_the_oldest_message_off_the_line_and_changes_nothing_else() -> None:
    run = permit()
    before = without_outboxes(run.state)
    owed = run.state.outboxes[PORTAL].waiting

    assert settle(run, PORTAL) == owed[0]
    assert run.state.outboxes[PORTAL].waiting == owed[1:]
    assert without_outboxes(run.state) == before


def test_nothing_overtakes_what_is_parked() -> None:
    run = permit()
    owed = run.state.outboxes[PORTAL].waiting
    give_up(run, PORTAL)
    run.finish()

    box = run.state.outboxes[PORTAL]
    assert box.waiting == ()
    assert box.parked[: len(owed)] == owed
    assert box.parked == told(run.records, PORTAL)


def test_what_is_parked_goes_on_in_its_order_when_a_supervisor_says_so() -> None:
    run = permit()
    give_up(run, PORTAL)
    resume = c.ResumeDispatches(line=PORTAL)
    before = run.state.outboxes[PORTAL].parked

    run.refused(NotPermitted, resume, by=CITIZEN)
    run.act(resume, by=SUPERVISOR)

    assert run.state.outboxes[PORTAL] == Outbox(interest=Interest.STATUS, waiting=before)
    run.refused(NothingParked, resume, by=SUPERVISOR)
    run.refused(NothingParked, c.ResumeDispatches(line=OTHER), by=SUPERVISOR)


def test_a_line_that_is_dead_makes_no_date_different() -> None:
    dead, plain = permit(), Run(PERMIT, MORNING, **OPINIONS)
    plain.act(plain.filing())
    plain.go_to("fire_consultation")
    give_up(dead, FIRE)
    give_up(dead, PORTAL)
    for run in (dead, plain):
        run.tick("2026-03-20T08:00")

    assert not is_owed(dead.state)
    assert {subject: clock.term for subject, clock in dead.state.clocks.items()} == {
        subject: clock.term for subject, clock in plain.state.clocks.items()
    }
    assert dead.grades() == plain.grades()


@pytest.mark.parametrize("line", [FIRE, PORTAL])
def test_every_message_has_its_position(line: AgencyCode) -> None:
    run = permit()
    early = told(run.records, line)
    while run.state.outboxes[line].waiting:
        settle(run, line)
    run.finish()

    assert told(run.records, line)[: len(early)] == early
