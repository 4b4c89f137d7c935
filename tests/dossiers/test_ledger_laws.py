"""What holds of every ledger, whatever happened to the dossier."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from dossiers import events as e
from dossiers.hand_over_events import HandOverAccepted
from dossiers.ledger import Account, Ledger, ledger
from dossiers.limits import Counting, LimitUnit
from dossiers.slices import Slice, SliceKind, spans
from dossiers.stays import HolderKind, gaps
from dossiers.stop_events import WholeStop
from tests.dossiers.courses import any_run
from tests.dossiers.test_any_course import MANY

HOUR = timedelta(hours=1)


@MANY
@given(st.data(), st.integers(min_value=0, max_value=100))
def test_slices_are_disjoint_and_sum_exactly_to_the_elapsed_time(data: st.DataObject, later: int) -> None:
    run = any_run(data)
    told = ledger(run.records, run.rules, run.now + later * HOUR)

    for account in told.phases:
        cut = [piece for piece in told.slices if piece.phase is account.phase]

        assert sum(piece.seconds for piece in cut) == account.elapsed_seconds == sum(account.seconds.values())
        assert all(piece.seconds > 0 for piece in cut)
        assert all(piece.end == following.start for piece, following in pairwise(cut))
        assert not cut or (cut[0].start, cut[-1].end) == (account.start, account.end)
    assert [one.end for one in told.phases[:-1]] == [one.start for one in told.phases[1:]]


@MANY
@given(st.data())
def test_neighbouring_slices_differ(data: st.DataObject) -> None:
    run = any_run(data)
    cut = ledger(run.records, run.rules, run.now).slices

    assert all(_answers(one) != _answers(two) for one, two in pairwise(cut))


def _answers(piece: Slice) -> dict[str, object]:
    return piece.model_dump(exclude={"start", "end"})


@MANY
@given(st.data())
def test_nobody_holds_a_dossier_only_while_an_act_waits_for_its_record(data: st.DataObject) -> None:
    run = any_run(data)
    behind = gaps(run.records)

    for piece in ledger(run.records, run.rules, run.now).slices:
        lags = [gap for gap in behind if gap.start <= piece.start < gap.end]
        if piece.kind in (SliceKind.ENGINE, SliceKind.LATE_ENTRY):
            assert piece.holders == ()
            assert lags
            assert (piece.kind is SliceKind.LATE_ENTRY) == any(gap.is_late_entry for gap in lags)
        elif piece.kind is not SliceKind.STOPPED:
            assert piece.holders


@MANY
@given(st.data())
def test_accounts_are_sums_over_slices(data: st.DataObject) -> None:
    run = any_run(data)
    told = ledger(run.records, run.rules, run.now)

    for account in told.agencies:
        theirs = [
            (piece, [one for one in piece.holders if one.seat and one.seat.agency == account.agency])
            for piece in told.slices
        ]
        _is_sum_of(account, [(piece, [one.kind for one in holders if one.works]) for piece, holders in theirs])
        assert account.held_seconds == sum(
            piece.seconds for piece, holders in theirs if any(one.kind is HolderKind.AGENCY for one in holders)
        )
        assert account.legs == tuple(leg.task for leg in told.legs if leg.seat.agency == account.agency)
    for officer in told.officers:
        agency = next(one for one in told.agencies if one.agency == officer.agency)

        assert officer.held_seconds <= agency.held_seconds
        assert officer.worked_seconds <= agency.worked_seconds
        assert set(officer.legs) <= set(agency.legs)


def _is_sum_of(account: Account, working: Sequence[tuple[Slice, list[HolderKind]]]) -> None:
    worked = sum(piece.seconds for piece, kinds in working if HolderKind.AGENCY in kinds)

    assert account.worked_seconds == worked <= account.held_seconds


@MANY
@given(st.data())
def test_what_a_leg_used_is_the_working_time_it_was_held(data: st.DataObject) -> None:
    """Two ways to the same number: the slices, and the legal clock of the limit."""
    run = any_run(data)
    told = ledger(run.records, run.rules, run.now)
    # A leg that was late already goes on using its time while everything else stands still.
    waited = {
        one.task
        for piece in told.slices
        for one in piece.holders
        if one.kind is HolderKind.APPLICANT or piece.reason in get_args(WholeStop)
    }

    for leg in told.legs:
        if leg.limit is None or leg.limit.unit is LimitUnit.HOUR or leg.used_seconds is None:
            continue
        if leg.task not in waited and run.rules.procedure.step(leg.step).counting is Counting.ELAPSED:
            assert leg.used_seconds == leg.worked_seconds
        if leg.ended_at is not None and leg.limit_seconds is not None and leg.due_at is not None:
            assert leg.overrun_seconds == max(0, leg.used_seconds - leg.limit_seconds)


@MANY
@given(st.data())
def test_lateness_is_shared_out_exactly_and_nobody_bears_more_than_he_overran(data: st.DataObject) -> None:
    run = any_run(data)
    late = ledger(run.records, run.rules, run.now + 1000 * HOUR).lateness
    if late is None:
        return
    shares = [one.attributed_seconds for one in late.attributions]

    assert sum(shares) + late.unattributed_seconds == late.working_seconds
    assert late.unattributed_seconds >= 0
    assert all(0 <= one.attributed_seconds <= one.overrun_seconds for one in late.attributions)
    assert late.unattributed_seconds == 0 or shares == [one.overrun_seconds for one in late.attributions]
    assert late.wall_seconds > 0


@MANY
@given(st.data())
def test_the_journal_carries_the_grade_that_the_ledger_gives(data: st.DataObject) -> None:
    run = any_run(data)
    events = [record.event for record in run.records]
    # Whoever owes an apology does not hold the dossier, so the ledger has no line for it.
    apologies = [one.task for one in events if isinstance(one, e.TaskOpened) and one.work == "apology"]
    carried = {
        one.task: one.grade
        for one in events
        if (isinstance(one, e.TaskCompleted) and one.task not in apologies)
        or isinstance(one, HandOverAccepted)
        or (isinstance(one, e.ConsultationAnswered) and one.counted)
    }
    told = {leg.task: leg.grade for leg in ledger(run.records, run.rules, run.now).legs}

    assert carried == {task: told[task] for task in carried}


@MANY
@given(st.data(), st.integers(min_value=0, max_value=200))
def test_the_ledger_of_a_prefix_extends(data: st.DataObject, cut_at: int) -> None:
    """What was cut up to an instant stays cut so, whatever happens after it."""
    run = any_run(data)
    known, later = _whole_acts(run.records, cut_at)
    until = min((record.occurred_at for record in later), default=run.now)
    before, after = ledger(known, run.rules, until), ledger(run.records, run.rules, run.now)

    assert before.slices == _up_to(after, before)
    assert before.slices == ledger(run.records, run.rules, until).slices


def _whole_acts(records: list[e.Record], cut_at: int) -> tuple[list[e.Record], list[e.Record]]:
    """The records up to a boundary between acts, and those after it."""
    at = min(cut_at % len(records) + 1, len(records))
    while at < len(records) and records[at].cause == records[at - 1].cause:
        at += 1
    return records[:at], records[at:]


def _up_to(after: Ledger, before: Ledger) -> tuple[Slice, ...]:
    return tuple(
        piece.model_copy(update={"end": min(piece.end, before.until)})
        for piece in after.slices
        if piece.start < before.until
    )


@MANY
@given(st.data())
def test_a_ledger_reads_back_from_its_json(data: st.DataObject) -> None:
    run = any_run(data)
    told = ledger(run.records, run.rules, run.now)

    assert Ledger.model_validate_json(told.model_dump_json()) == told
    assert all(span.start <= span.end for span in spans(run.records, run.now))
