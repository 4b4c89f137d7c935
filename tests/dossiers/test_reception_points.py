"""Reception away from where the matter lies: point of reception, official receiver and competent agency are three."""

from dossiers import commands as c
from dossiers import events as e
from dossiers.errors import WrongAct
from dossiers.hand_over_events import DossierReleased, HandOverAccepted, HandOverRefused
from dossiers.instants import parse_instant
from dossiers.procedure import Duty
from dossiers.seats import Seat
from dossiers.values import AgencyCode, StepId, UnitCode
from tests.support.builders import Run, procedure, seats_of, text

BUSINESS = procedure("1.001612")
RECEIVER = next(one.name for one in BUSINESS.participants if one.duty is Duty.RECEIVER)
COMPETENT = Seat(agency=AgencyCode("centre-b"), unit=UnitCode("centre-b.one_stop"))


def received_elsewhere(at: str = "2026-03-02T08:00") -> Run:
    """Filed and received at A, for a matter of B."""
    run = Run("1.001612", at)
    run.act(run.filing(seats={**seats_of(BUSINESS), RECEIVER: COMPETENT}))
    run.forward("reception", at)
    return run


def test_the_counter_that_is_competent_receives_what_another_one_took_in() -> None:
    """`Domain` acceptance case 14, NĐ 61/2018/NĐ-CP, Điều 18.3: handed over to it by the rule of the day."""
    run = received_elsewhere("2026-03-02T15:20")
    [released] = run.events(DossierReleased)

    assert (released.sender, released.receiver) == (run.seat("counter"), COMPETENT)
    assert run.live() == ["official_reception#1/acceptance"]
    # Received after 15:00: at the start of the next working day, with the half hour that the decree's rule set grants.
    assert run.due("official_reception#1/acceptance") == parse_instant("2026-03-03T08:30")
    run.travel()
    assert run.events(HandOverAccepted)
    assert run.task("official_reception").seat == COMPETENT
    run.forward("official_reception")

    assert run.last(DossierReleased).sender == COMPETENT
    assert run.last(DossierReleased).receiver == run.seat("economy")
    run.finish()
    assert next(one for one in run.state.tasks.values() if one.step == "return").seat == run.seat("counter")


def test_the_promise_is_the_receipts_whoever_is_competent() -> None:
    """One number and one date for the applicant, given where the dossier was taken in."""
    elsewhere, here = received_elsewhere(), Run.filed("1.001612", "2026-03-02T08:00")
    here.forward("reception")

    assert elsewhere.due("promise") == here.due("promise") is not None
    assert elsewhere.state.filed is not None
    assert here.state.filed is not None
    assert elsewhere.state.filed.number == here.state.filed.number


def test_a_counter_that_is_competent_itself_receives_nothing_twice() -> None:
    run = Run.filed("1.001612", "2026-03-02T08:00")
    run.forward("reception")

    assert run.last(e.StepSkipped).step == "official_reception"
    assert run.state.run_of(StepId("official_reception")).state == "skipped"
    assert run.live() == ["appraisal#1/acceptance"]


def test_what_the_competent_counter_does_not_take_lies_with_the_point_of_reception_again() -> None:
    run = received_elsewhere()
    leg = run.key("official_reception")
    run.act(c.RefuseHandOver(task=leg, reason=text("thiếu trang")))

    assert run.last(HandOverRefused).reason == text("thiếu trang")
    assert run.live() == ["official_reception#1/hand-over"]
    assert run.task("official_reception").seat == run.seat("counter")
    run.refused(WrongAct, c.AcceptHandOver(task=run.key("official_reception")))
