import pytest

from dossiers import commands as c
from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.errors import FactsInvalid, NothingAwaited, NotPermitted, OutcomeNotAllowed, WrongAct
from dossiers.instants import parse_instant
from dossiers.ledger import ledger
from dossiers.payment import SecondPhase, second_phase
from dossiers.payment_commands import Charge, ConfirmPayment, RequestPayment, WaiveCharge, WaiverGround
from dossiers.payment_events import ChargeWaived, PaymentConfirmed, PaymentRequested
from dossiers.procedure import Role
from dossiers.state import DossierStatus
from dossiers.stays import HolderKind, stays, stops_of
from dossiers.stops import StopReason
from dossiers.values import PROMISE, task_key
from tests.support.builders import CITIZEN, LAND, Run, person, text

TAX = Charge(code="tax", amount=12_000_000)
FEE = Charge(code="fee", amount=500_000)
LATER = Charge(code="later", amount=100_000)
KEY = task_key("payment#1")


def at_payment(at: str = "2026-03-02T08:00") -> Run:
    return Run.at_step("payment", LAND, at, obligation_kind="transfer_tax", obligation_due=True)


def billed(at: str = "2026-03-03T08:00") -> Run:
    run = at_payment()
    run.act(RequestPayment(task=KEY, charges=(TAX, FEE)), at)
    return run


def test_the_clock_stops_while_the_applicant_owes_money() -> None:
    """NĐ 252/2026/NĐ-CP; portal status 6. The payment step itself has no limit."""
    run = billed()
    pause = run.last(e.ClockPaused)

    assert (pause.subjects, pause.reason) == (("promise",), StopReason.PAYMENT)
    assert run.state.status is DossierStatus.AWAITING_PAYMENT
    assert run.state.status.portal_code == 6
    assert run.last(PaymentRequested).answer_by == parse_instant("2026-04-02T17:00")


def test_several_notices_are_paid_one_by_one_and_the_last_ends_the_step() -> None:
    run = billed()
    run.act(ConfirmPayment(task=KEY, charge="fee"), "2026-03-09T08:00")
    assert run.state.status.portal_code == 6
    assert run.last(PaymentConfirmed).outstanding == ("tax",)
    run.act(ConfirmPayment(task=KEY, charge="tax"), "2026-03-10T08:00")

    assert run.last(PaymentConfirmed).outstanding == ()
    assert run.due("promise") == parse_instant("2026-03-24T17:00")
    assert run.state.run_of(run.state.tasks[KEY].step).outcome == "paid"
    assert run.live() == ["registration#1/hand-over"]
    assert run.state.status is DossierStatus.PROCESSING


@pytest.mark.parametrize("charge", ["fee", "unheard"])
def test_what_is_paid_or_was_never_owed_is_not_paid_again(charge: str) -> None:
    run = billed()
    run.act(ConfirmPayment(task=KEY, charge="fee"))

    refusal = run.refused(NothingAwaited, ConfirmPayment(task=KEY, charge=charge))
    assert "tax" in refusal.message


def test_a_notice_has_its_own_code() -> None:
    run = at_payment()

    run.refused(FactsInvalid, RequestPayment(task=KEY, charges=(TAX, TAX.model_copy(update={"amount": 1}))))


def test_the_same_notice_is_not_handed_out_twice() -> None:
    run = billed()

    run.refused(FactsInvalid, RequestPayment(task=KEY, charges=(FEE,)))


def test_a_further_notice_while_others_are_unpaid_prolongs_the_same_wait() -> None:
    run = billed()
    run.act(RequestPayment(task=KEY, charges=(LATER,)), "2026-03-06T08:00")
    answer_by = run.last(PaymentRequested).answer_by
    assert answer_by is not None
    assert answer_by > parse_instant("2026-04-02T17:00")
    assert run.state.awaited is not None
    assert run.state.awaited.answer_by == answer_by
    assert len(run.events(e.ClockPaused)) == 1
    assert stops_of(run.records, PROMISE)[-1].evidence == "tax, fee, later"

    for code in ("fee", "tax"):
        run.act(ConfirmPayment(task=KEY, charge=code), "2026-03-09T08:00")
    assert run.state.status.portal_code == 6
    run.act(ConfirmPayment(task=KEY, charge="later"), "2026-03-10T08:00")

    assert run.due("promise") == parse_instant("2026-03-24T17:00")
    assert run.state.status is DossierStatus.PROCESSING
    (stay,) = [one for one in stays(run.records, run.state) if one.task.key == KEY]
    waits = [(hold.start, hold.end) for hold in stay.holds if hold.holder is HolderKind.APPLICANT]
    assert waits == [(parse_instant("2026-03-03T08:00"), parse_instant("2026-03-10T08:00"))]


def test_a_notice_handed_over_after_the_limit_of_the_first_has_a_limit_of_its_own() -> None:
    run = billed()
    run.tick_on_time("2026-04-03T08:00")
    assert len(run.events(e.AnswerLapsed)) == 1
    run.act(RequestPayment(task=KEY, charges=(LATER,)))
    run.tick_on_time("2026-05-01T08:00")
    assert len(run.events(e.AnswerLapsed)) == 1
    run.tick_on_time("2026-05-08T08:00")

    assert len(run.events(e.AnswerLapsed)) == 2


def test_money_is_confirmed_only_where_it_is_awaited() -> None:
    run = at_payment()

    run.refused(NothingAwaited, ConfirmPayment(task=KEY, charge="tax"))
    run.refused(WrongAct, c.Complete(task=KEY))
    run.refused(NothingAwaited, c.AnswerSupplement())


def test_only_the_counter_deals_with_the_money() -> None:
    run = billed()

    for nobody in (CITIZEN, person(run.seat("tax"), Role.OFFICER), person(run.seat("counter"), Role.APPROVER)):
        run.refused(NotPermitted, ConfirmPayment(task=KEY, charge="tax"), by=nobody)


def test_money_that_never_comes_lapses_and_may_still_come() -> None:
    run = billed()
    run.tick_on_time("2026-05-11T08:00")

    assert [event.due_at for event in run.events(e.AnswerLapsed)] == [parse_instant("2026-04-02T17:00")]
    assert run.rungs("promise") == []
    run.refused(OutcomeNotAllowed, c.Refuse(task=KEY, reason=text()))
    for charge in ("tax", "fee"):
        run.act(ConfirmPayment(task=KEY, charge=charge))
    assert run.due("promise") == parse_instant("2026-05-25T17:00")


def test_money_is_never_confirmed_before_it_was_asked_for() -> None:
    run = billed()
    run.act(ConfirmPayment(task=KEY, charge="tax"), "2026-03-02T16:00", recorded="2026-03-03T09:00")

    assert run.records[-1].occurred_at == parse_instant("2026-03-03T08:00")


def test_the_applicant_may_withdraw_instead_of_paying() -> None:
    run = billed()
    run.act(c.Withdraw())

    assert run.state.status is DossierStatus.WITHDRAWN
    assert run.state.awaited is None
    assert run.tick("2026-12-01T08:00") == ()


def test_a_promise_already_missed_goes_on_while_the_applicant_pays() -> None:
    run = at_payment()
    run.act(RequestPayment(task=KEY, charges=(TAX,)), "2026-03-17T08:00")
    run.act(ConfirmPayment(task=KEY, charge="tax"), "2026-03-18T08:00")

    assert run.events(e.ClockPaused) == []
    assert run.due("promise") == parse_instant("2026-03-16T17:00")
    assert run.live() == ["registration#1/hand-over"]


def test_a_notice_is_paid_in_parts_and_what_is_left_of_it_stays_owed() -> None:
    run = billed()
    run.act(ConfirmPayment(task=KEY, charge="tax", amount=5_000_000), "2026-03-09T08:00")
    paid = run.last(PaymentConfirmed)

    assert (paid.amount, paid.outstanding) == (5_000_000, ("tax", "fee"))
    assert [(one.code, one.amount) for one in run.state.tasks[KEY].charges] == [("tax", 7_000_000), ("fee", 500_000)]
    assert run.state.status.portal_code == 6

    refusal = run.refused(FactsInvalid, ConfirmPayment(task=KEY, charge="tax", amount=7_000_001))
    assert "7.000.000 đồng" in refusal.message
    run.act(ConfirmPayment(task=KEY, charge="tax", amount=7_000_000))
    assert run.last(PaymentConfirmed).outstanding == ("fee",)
    run.refused(NothingAwaited, ConfirmPayment(task=KEY, charge="tax", amount=1))
    run.act(ConfirmPayment(task=KEY, charge="fee"))

    assert run.state.status is DossierStatus.PROCESSING
    assert run.state.tasks[KEY].charges == ()


@pytest.mark.parametrize("ground", ["exempted", "deferred"])
def test_what_the_applicant_is_let_off_is_waited_for_no_longer(ground: WaiverGround) -> None:
    """Released only when every notice is paid, exempted or recorded as a debt."""
    run = billed()
    run.act(ConfirmPayment(task=KEY, charge="tax", amount=1), "2026-03-04T08:00")
    run.act(WaiveCharge(task=KEY, charge="tax", ground=ground, evidence=text()), "2026-03-05T08:00")
    assert run.last(ChargeWaived).outstanding == ("fee",)
    assert run.state.status is DossierStatus.AWAITING_PAYMENT
    run.refused(NothingAwaited, ConfirmPayment(task=KEY, charge="tax"))
    run.act(WaiveCharge(task=KEY, charge="fee", ground=ground, evidence=text()), "2026-03-10T08:00")

    assert run.last(ChargeWaived).outstanding == ()
    assert run.state.run_of(run.state.tasks[KEY].step).outcome == "waived"
    assert run.due("promise") == parse_instant("2026-03-24T17:00")
    assert run.live() == ["registration#1/hand-over"]


def test_nothing_is_let_off_that_is_not_owed_and_only_the_counter_records_it() -> None:
    run = at_payment()
    waive = WaiveCharge(task=KEY, charge="tax", ground="exempted", evidence=text())
    run.refused(NothingAwaited, waive)
    run.act(RequestPayment(task=KEY, charges=(TAX, FEE)))

    run.refused(NothingAwaited, waive.model_copy(update={"charge": "unheard"}))
    for nobody in (CITIZEN, person(run.seat("tax"), Role.OFFICER)):
        run.refused(NotPermitted, waive, by=nobody)


def test_the_second_phase_is_promised_when_the_last_notice_is_settled() -> None:
    """`Domain` acceptance case 6: two tax notices, one paid, then the other."""
    run = billed()
    assert second_phase(run.records) is None
    run.act(ConfirmPayment(task=KEY, charge="fee"), "2026-03-09T08:00")
    assert second_phase(run.records) is None
    run.act(ConfirmPayment(task=KEY, charge="tax"), "2026-03-10T08:00")
    phase = second_phase(run.records)

    assert phase == SecondPhase(
        received_at=parse_instant("2026-03-10T08:00"), promise_at=parse_instant("2026-03-24T17:00")
    )
    run.finish()
    assert second_phase(run.records) == phase


def test_a_promise_already_missed_gives_the_second_phase_no_other() -> None:
    run = at_payment()
    run.act(RequestPayment(task=KEY, charges=(TAX,)), "2026-03-17T08:00")
    run.act(WaiveCharge(task=KEY, charge="tax", ground="deferred", evidence=text()), "2026-03-18T08:00")

    assert second_phase(run.records) == SecondPhase(received_at=parse_instant("2026-03-18T08:00"), promise_at=None)


def test_nobody_is_charged_for_the_time_that_the_applicant_takes_to_pay() -> None:
    """Forty days pass between the notice and the money, and no agency is late."""
    run = billed()
    run.act(ConfirmPayment(task=KEY, charge="fee"), "2026-04-13T08:00")
    run.act(WaiveCharge(task=KEY, charge="tax", ground="deferred", evidence=text()), "2026-04-13T08:00")
    run.finish()
    told = ledger(run.records, run.rules, run.now)

    assert run.state.grade is not Grade.LATE
    assert told.lateness is None
    assert [one.agency for one in told.agencies if one.late] == []
