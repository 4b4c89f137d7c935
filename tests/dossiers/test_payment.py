import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.errors import ClockStopped, FactsInvalid, NothingAwaited, NotPermitted, OutcomeNotAllowed, WrongAct
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.state import DossierStatus
from dossiers.stops import StopReason
from dossiers.values import task_key
from tests.support.builders import CITIZEN, LAND, Run, person, text

TAX = c.Charge(code="tax", amount=12_000_000)
FEE = c.Charge(code="fee", amount=500_000)
KEY = task_key("payment#1")


def at_payment(at: str = "2026-03-02T08:00") -> Run:
    return Run.at_step("payment", LAND, at, obligation_kind="transfer_tax", obligation_due=True)


def billed(at: str = "2026-03-03T08:00") -> Run:
    run = at_payment()
    run.act(c.RequestPayment(task=KEY, charges=(TAX, FEE)), at)
    return run


def test_the_clock_stops_while_the_applicant_owes_money() -> None:
    """NĐ 252/2026/NĐ-CP; portal status 6. The payment step itself has no limit."""
    run = billed()
    pause = run.last(e.ClockPaused)

    assert (pause.subjects, pause.reason) == (("promise",), StopReason.PAYMENT)
    assert run.state.status is DossierStatus.AWAITING_PAYMENT
    assert run.state.status.portal_code == 6
    assert run.last(e.PaymentRequested).answer_by == parse_instant("2026-04-02T17:00")


def test_several_notices_are_paid_one_by_one_and_the_last_ends_the_step() -> None:
    run = billed()
    run.act(c.ConfirmPayment(task=KEY, charge="fee"), "2026-03-09T08:00")
    assert run.state.status.portal_code == 6
    assert run.last(e.PaymentConfirmed).outstanding == ("tax",)
    run.act(c.ConfirmPayment(task=KEY, charge="tax"), "2026-03-10T08:00")

    assert run.last(e.PaymentConfirmed).outstanding == ()
    assert run.due("promise") == parse_instant("2026-03-24T17:00")
    assert run.state.run_of(run.state.tasks[KEY].step).outcome == "paid"
    assert run.live() == ["registration#1/hand-over"]
    assert run.state.status is DossierStatus.PROCESSING


@pytest.mark.parametrize("charge", ["fee", "unheard"])
def test_what_is_paid_or_was_never_owed_is_not_paid_again(charge: str) -> None:
    run = billed()
    run.act(c.ConfirmPayment(task=KEY, charge="fee"))

    refusal = run.refused(NothingAwaited, c.ConfirmPayment(task=KEY, charge=charge))
    assert "tax" in refusal.message


def test_a_notice_has_its_own_code() -> None:
    run = at_payment()

    run.refused(FactsInvalid, c.RequestPayment(task=KEY, charges=(TAX, TAX.model_copy(update={"amount": 1}))))


def test_notices_are_handed_out_once() -> None:
    run = billed()

    run.refused(ClockStopped, c.RequestPayment(task=KEY, charges=(FEE,)))


def test_money_is_confirmed_only_where_it_is_awaited() -> None:
    run = at_payment()

    run.refused(NothingAwaited, c.ConfirmPayment(task=KEY, charge="tax"))
    run.refused(WrongAct, c.Complete(task=KEY))
    run.refused(NothingAwaited, c.AnswerSupplement())


def test_only_the_counter_deals_with_the_money() -> None:
    run = billed()

    for nobody in (CITIZEN, person(run.seat("tax"), Role.OFFICER), person(run.seat("counter"), Role.APPROVER)):
        run.refused(NotPermitted, c.ConfirmPayment(task=KEY, charge="tax"), by=nobody)


def test_money_that_never_comes_lapses_and_may_still_come() -> None:
    run = billed()
    run.tick_on_time("2026-05-11T08:00")

    assert [event.due_at for event in run.events(e.AnswerLapsed)] == [parse_instant("2026-04-02T17:00")]
    assert run.rungs("promise") == []
    run.refused(OutcomeNotAllowed, c.Refuse(task=KEY, reason=text()))
    for charge in ("tax", "fee"):
        run.act(c.ConfirmPayment(task=KEY, charge=charge))
    assert run.due("promise") == parse_instant("2026-05-25T17:00")


def test_money_is_never_confirmed_before_it_was_asked_for() -> None:
    run = billed()
    run.act(c.ConfirmPayment(task=KEY, charge="tax"), "2026-03-02T16:00", recorded="2026-03-03T09:00")

    assert run.records[-1].occurred_at == parse_instant("2026-03-03T08:00")


def test_the_applicant_may_withdraw_instead_of_paying() -> None:
    run = billed()
    run.act(c.Withdraw())

    assert run.state.status is DossierStatus.WITHDRAWN
    assert run.state.awaited is None
    assert run.tick("2026-12-01T08:00") == ()


def test_a_promise_already_missed_goes_on_while_the_applicant_pays() -> None:
    run = at_payment()
    run.act(c.RequestPayment(task=KEY, charges=(TAX,)), "2026-03-17T08:00")
    run.act(c.ConfirmPayment(task=KEY, charge="tax"), "2026-03-18T08:00")

    assert run.events(e.ClockPaused) == []
    assert run.due("promise") == parse_instant("2026-03-16T17:00")
    assert run.live() == ["registration#1/hand-over"]
