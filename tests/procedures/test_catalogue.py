from datetime import date, time
from itertools import groupby, pairwise

import pytest

from dossiers.limits import TimeLimit
from dossiers.procedure import Duty, HandOverMode, OnTimeout, Procedure, StepKind, SupplementPolicy
from dossiers.values import ProcedureCode, StepId
from procedures.catalogue import CATALOGUE, RULE_SETS, in_force, shipped, shipped_rule_sets

BY_CODE: dict[str, Procedure] = {procedure.code: procedure for procedure in shipped()}
COPY, PERMIT, LAND = (BY_CODE[code] for code in ("2.000815", "1.013225", "TTHC-TINH-08"))


def test_every_file_of_the_catalogue_is_shipped() -> None:
    assert len({(one.code, one.version) for one in shipped()}) == len(list(CATALOGUE.iterdir()))
    assert len(shipped_rule_sets()) == len(list(RULE_SETS.iterdir()))


@pytest.mark.parametrize("procedure", shipped(), ids=lambda one: f"{one.code}.{one.version}")
def test_a_shipped_procedure_travels_through_json_unchanged(procedure: Procedure) -> None:
    assert Procedure.model_validate_json(procedure.model_dump_json()) == procedure


@pytest.mark.parametrize("procedure", shipped(), ids=lambda one: f"{one.code}.{one.version}")
def test_a_start_input_leaves_room_for_the_calendars(procedure: Procedure) -> None:
    assert len(procedure.model_dump_json().encode()) < 20 * 1024


@pytest.mark.parametrize("procedure", shipped(), ids=lambda one: f"{one.code}.{one.version}")
def test_what_nobody_confirmed_is_named(procedure: Procedure) -> None:
    assert procedure.unverified
    assert any(basis.verified for basis in procedure.basis)
    assert procedure.rule_set in {one.code for one in shipped_rule_sets()}


def test_there_are_a_dozen_procedures_in_the_town_of_today_and_nearly_as_many_in_that_of_2022() -> None:
    assert len(in_force(shipped(), date(2026, 8, 24))) >= 12
    assert len(in_force(shipped(), date(2022, 3, 1))) >= 9


def test_the_versions_of_a_procedure_follow_each_other_and_never_overlap() -> None:
    for _, group in groupby(shipped(), key=lambda one: one.code):
        for earlier, later in pairwise(sorted(group, key=lambda one: one.version)):
            assert earlier.effective_to is not None
            assert earlier.effective_to < later.effective_on


def test_a_birth_has_the_version_of_each_decree() -> None:
    """TTLT 05/2015; NĐ 63/2024; NĐ 301/2026 from 1 September 2026."""
    days = (date(2022, 3, 1), date(2026, 8, 31), date(2026, 9, 1))
    versions = [in_force(shipped(), day)[ProcedureCode("2.000986")] for day in days]

    assert [(one.version, str(one.limit)) for one in versions] == [(1, "20wd"), (2, "3wd"), (4, "8wd")]
    assert versions[0].hand_over is HandOverMode.PAPER
    branches = {step.id for step in versions[1].followers(StepId("birth_approval"))}
    assert branches == {"residence", "insurance"}, "both need the child's number first"


def test_a_certified_copy_is_decided_at_the_counter_on_the_same_day() -> None:
    assert COPY.limit == TimeLimit.parse("0wd")
    assert COPY.cutoff == time(15)
    assert [one.duty for one in COPY.participants] == [Duty.COUNTER]
    assert COPY.on_the_spot is not None


def test_a_certified_copy_received_at_the_cutoff_can_still_be_done_that_day() -> None:
    """From 15:00 to 17:00 there are two working hours."""
    inner = [step.limit.seconds for step in COPY.steps if step.limit and step.kind is not StepKind.RECEPTION]

    assert sum(inner) <= 2 * 3600


def test_a_house_permit_takes_silence_for_consent_after_two_working_days() -> None:
    """NĐ 217/2026/NĐ-CP, Điều 54.2c."""
    consultations = PERMIT.steps_of_kind(StepKind.CONSULTATION)

    assert len(consultations) == 2
    assert all(step.after == ("appraisal",) for step in consultations), "they run side by side"
    assert all(step.limit == TimeLimit.parse("2wd") for step in consultations)
    assert all(step.consultation and step.consultation.on_timeout is OnTimeout.DEEMED_CONSENT for step in consultations)


def test_a_house_permit_is_appraised_within_three_of_its_seven_working_days() -> None:
    """NĐ 217/2026/NĐ-CP, Điều 54.1b, 54.2a."""
    before_opinions = [step.limit for step in PERMIT.steps if step.id in {"assignment", "appraisal"}]

    assert TimeLimit.parse("7wd") == PERMIT.limit
    assert sum(limit.seconds for limit in before_opinions if limit) == TimeLimit.parse("3wd").seconds


def test_a_house_permit_asks_for_more_once_and_gives_two_working_days() -> None:
    """NĐ 217/2026/NĐ-CP, Điều 54.2b."""
    supplement = PERMIT.step(PERMIT.steps_of_kind(StepKind.APPRAISAL)[0].id).supplement

    assert supplement is not None
    assert supplement.requests_max == 1
    assert supplement.answer_limit == TimeLimit.parse("2wd")


def test_a_land_transfer_waits_thirty_days_for_the_money_between_its_phases() -> None:
    """NĐ 252/2026/NĐ-CP."""
    (payment,) = LAND.steps_of_kind(StepKind.PAYMENT)

    assert payment.payment is not None
    assert payment.payment.answer_limit == TimeLimit.parse("30d")
    assert LAND.downstream(payment.id) == ("registration", "approval", "result", "return")
    assert {LAND.step(step).limit for step in payment.after} == {TimeLimit.parse("3wd"), TimeLimit.parse("5wd")}


def test_a_supplement_to_a_land_transfer_restarts_its_clock_on_paper() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.4, 19.6a."""
    supplement = LAND.step(LAND.steps[1].id).supplement

    assert supplement is not None
    assert supplement.policy is SupplementPolicy.RESTART
    assert supplement.notice_within == TimeLimit.parse("3wd")
    assert LAND.hand_over is HandOverMode.PAPER


def test_rule_sets_follow_each_other_without_gap_or_overlap() -> None:
    earlier, later = shipped_rule_sets()

    assert (earlier.code, later.code) == ("ND61_2018", "ND118_2025")
    assert earlier.effective_to is not None
    assert (later.effective_from - earlier.effective_to).days == 1
    assert all(basis.verified for basis in earlier.basis)
    assert not any(basis.verified for basis in later.basis)
    assert (earlier.transfer_cutoff, earlier.reappointments_max) == (time(15), 1)
