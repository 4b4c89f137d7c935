"""The time ledger of a dossier: a pure function of its journal, its rulebook and an instant.

The slices of each phase sum exactly to its elapsed wall time; the accounts of agencies and officers are sums over
slices, so nobody is charged with time that the dossier did not have. Agencies and officers of parallel branches are
charged side by side: their accounts may add up to more than the whole (TT 01/2018/TT-VPCP, Điều 13, index 2: the time
of each agency, coordinating ones included).
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from dossiers import events as e
from dossiers.deadlines import Grade
from dossiers.evolve import fold
from dossiers.instants import local
from dossiers.lateness import Lateness, lateness
from dossiers.leg_accounts import LegAccount, leg_accounts
from dossiers.limits import LimitUnit
from dossiers.rulebook import Rulebook
from dossiers.slices import Holder, Phase, Slice, SliceKind, Span, slices, spans
from dossiers.stays import HolderKind, stays
from dossiers.values import PROMISE, AgencyCode, Instant, OfficerId, TaskKey, UnitCode, Value

_PERCENT = Decimal("0.1")


class PhaseAccount(Value):
    """One phase: its length, and what became of every second of it."""

    phase: Phase
    start: Instant
    end: Instant
    is_open: bool
    elapsed_seconds: int
    seconds: dict[SliceKind, int]
    #: While the applicant had the dossier in hand, whether or not the clock stood still for it.
    applicant_seconds: int


class Account(Value):
    """What one agency, or one officer of it, had and used. Every measure is in seconds."""

    agency: AgencyCode
    unit: UnitCode | None = None
    officer: OfficerId | None = None
    #: Wall time in which it had at least one strand in hand, and what of it was its working time.
    held_seconds: int
    worked_seconds: int
    #: Wall time in which a dossier released to it lay unaccepted.
    transit_seconds: int
    #: Of limits in working time: used, given, and the share in percent.
    used_seconds: int
    limit_seconds: int
    share: Decimal | None
    early: int
    on_time: int
    late: int
    overrun_seconds: int
    legs: tuple[TaskKey, ...]


class Ledger(Value):
    """Where the time of a dossier went, up to ``until`` or to its end."""

    until: Instant
    phases: tuple[PhaseAccount, ...]
    slices: tuple[Slice, ...]
    legs: tuple[LegAccount, ...]
    agencies: tuple[Account, ...]
    officers: tuple[Account, ...]
    #: How the whole ended, judged on the promise.
    grade: Grade | None
    lateness: Lateness | None

    def phase(self, phase: Phase) -> PhaseAccount | None:
        return next((one for one in self.phases if one.phase is phase), None)


def ledger(records: Sequence[e.Record], rulebook: Rulebook, until: datetime) -> Ledger:
    """The ledger of a journal; ``until`` is now, or any instant since the filing."""
    until = local(until)
    state = fold(records)
    rulebook = rulebook.as_changed(state.calendar_changes)
    lain = stays(records, state)
    cut = slices(records, lain, rulebook, until)
    legs = leg_accounts(rulebook, lain, cut, until)
    phases = spans(records, until)
    processing = next((span for span in phases if span.phase is Phase.PROCESSING), None)
    return Ledger(
        until=until,
        phases=tuple(_phase(span, cut) for span in phases),
        slices=cut,
        legs=legs,
        agencies=_by_agency(legs, cut),
        officers=_by_officer(legs, cut),
        grade=state.grade,
        lateness=lateness(rulebook.calendar, state.due_of(PROMISE), processing, cut, legs),
    )


def _phase(span: Span, cut: Iterable[Slice]) -> PhaseAccount:
    pieces = [piece for piece in cut if piece.phase is span.phase]
    return PhaseAccount(
        phase=span.phase,
        start=span.start,
        end=span.end,
        is_open=span.is_open,
        elapsed_seconds=span.seconds,
        seconds={kind: sum(piece.seconds for piece in pieces if piece.kind is kind) for kind in SliceKind},
        applicant_seconds=sum(
            piece.seconds for piece in pieces if any(one.kind is HolderKind.APPLICANT for one in piece.holders)
        ),
    )


def _by_agency(legs: Sequence[LegAccount], cut: Sequence[Slice]) -> tuple[Account, ...]:
    def held_by(agency: AgencyCode) -> Callable[[Holder], bool]:
        return lambda holder: holder.seat is not None and holder.seat.agency == agency

    agencies = dict.fromkeys(leg.seat.agency for leg in legs)
    return tuple(
        _account(_Whose(agency), [leg for leg in legs if leg.seat.agency == agency], cut, held_by(agency))
        for agency in agencies
    )


def _by_officer(legs: Sequence[LegAccount], cut: Sequence[Slice]) -> tuple[Account, ...]:
    """Time is charged to whoever was named at the time; of a task for which nobody ever was, to who did it.

    A leg is graded for one officer: the last one named, else who ended it. Where a substitute ended it for the one who
    was named, it is graded for the substitute, and the time it lay is the unit's alone: nobody answers for his leave.
    """
    doers = {leg.task: None if leg.assigned else leg.ended_by for leg in legs}

    def held_by(whose: _Whose) -> Callable[[Holder], bool]:
        return lambda holder: (
            holder.seat is not None
            and (holder.seat.agency, holder.seat.unit) == (whose.agency, whose.unit)
            and (holder.officer or doers[holder.task]) == whose.officer
        )

    named = [
        _Whose(holder.seat.agency, holder.seat.unit, officer)
        for piece in cut
        for holder in piece.holders
        if holder.seat is not None and (officer := holder.officer or doers[holder.task]) is not None
    ]
    ended = [_Whose(leg.seat.agency, leg.seat.unit, leg.officer) for leg in legs if leg.officer is not None]
    return tuple(
        _account(
            whose, [leg for leg in legs if whose == (leg.seat.agency, leg.seat.unit, leg.officer)], cut, held_by(whose)
        )
        for whose in dict.fromkeys([*named, *ended])
    )


class _Whose(NamedTuple):
    """Whose account it is."""

    agency: AgencyCode
    unit: UnitCode | None = None
    officer: OfficerId | None = None


def _account(
    whose: _Whose, legs: Sequence[LegAccount], cut: Iterable[Slice], is_theirs: Callable[[Holder], bool]
) -> Account:
    held = worked = transit = 0
    for piece in cut:
        theirs = [holder for holder in piece.holders if is_theirs(holder)]
        kept = [holder for holder in theirs if holder.kind is HolderKind.AGENCY]
        held += piece.seconds if kept else 0
        worked += piece.seconds if any(holder.works for holder in kept) else 0
        transit += piece.seconds if any(holder.kind is HolderKind.TRANSIT for holder in theirs) else 0
    measured = [
        leg for leg in legs if leg.limit is not None and leg.limit.unit is not LimitUnit.HOUR and leg.limit_seconds
    ]
    used = sum(leg.used_seconds or 0 for leg in measured)
    limit = sum(leg.limit_seconds or 0 for leg in measured)
    grades = [leg.grade for leg in legs]
    return Account(
        agency=whose.agency,
        unit=whose.unit,
        officer=whose.officer,
        held_seconds=held,
        worked_seconds=worked,
        transit_seconds=transit,
        used_seconds=used,
        limit_seconds=limit,
        share=(Decimal(100 * used) / limit).quantize(_PERCENT, ROUND_UP) if limit else None,
        early=grades.count(Grade.EARLY),
        on_time=grades.count(Grade.ON_TIME),
        late=grades.count(Grade.LATE),
        overrun_seconds=sum(leg.overrun_seconds for leg in legs),
        legs=tuple(leg.task for leg in legs),
    )
