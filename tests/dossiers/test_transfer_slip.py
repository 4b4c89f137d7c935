"""The slip says who does what, in which part and within which limit, on paper and electronically alike."""

from dossiers.procedure import Duty, HandOverMode
from dossiers.transfer_slip import SlipWork, TransferSlip, transfer_slip
from dossiers.values import StepId
from tests.support.builders import LAND, PERMIT, Run


def slip(run: Run) -> TransferSlip:
    return transfer_slip(run.records, run.rules)


def work(told: TransferSlip) -> dict[str, SlipWork]:
    return {one.step: one for part in told.parts for one in part.work}


def test_on_paper_every_agency_reads_its_work_and_its_limit() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.6a; the tax office has three working days for the transfer tax (NĐ 252/2026)."""
    run = Run.at_step("tax_transfer", LAND, "2026-03-02T08:00", obligation_kind="transfer_tax", obligation_due=True)
    told = slip(run)
    tax = next(part for part in told.parts if part.duty is Duty.COORDINATING)

    assert (told.mode, told.number) == (HandOverMode.PAPER, "H49-260302-0001")
    assert [part.duty for part in told.parts].count(Duty.COUNTER) == 1
    assert {part.seat.agency for part in told.parts if part.duty is Duty.LEAD} == {told.lead}
    assert tax.seat == run.seat("tax")
    assert [(one.step, str(one.limit)) for one in tax.work] == [("transfer_tax", "3wd"), ("land_use_fee", "5wd")]
    assert all(one.is_conditional and not one.is_done for one in tax.work)
    assert work(told)["appraisal"].is_done


def test_what_turned_out_not_to_be_needed_is_on_the_slip_no_longer() -> None:
    run = Run.at_step("payment", LAND, "2026-03-02T08:00", obligation_kind="transfer_tax", obligation_due=True)
    told = work(slip(run))

    assert "land_use_fee" not in told
    assert told["transfer_tax"].is_done
    assert told["payment"].after == (StepId("transfer_tax"), StepId("tax_transfer"))
    assert not told["payment"].is_conditional


def test_electronically_it_shows_who_waits_for_whose_result_and_who_for_nobody() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.6b: in parallel, but for what needs the result of another."""
    run = Run.filed(PERMIT, "2026-03-02T08:00", floors=3)
    told = slip(run)
    asked = [one for part in told.parts if part.duty is Duty.CONSULTED for one in part.work]

    assert told.mode is HandOverMode.ELECTRONIC
    assert {one.after for one in asked} == {(StepId("appraisal"),)}
    assert set(work(told)["conclusion"].after) >= {one.step for one in asked}
    assert {str(one.limit) for one in asked} == {"2wd"}
