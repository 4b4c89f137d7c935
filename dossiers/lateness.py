"""Whose lateness it is: the working time between the promise and the end, shared among those who overran.

Each is charged in proportion to what it overran its own limits while the promise ran, and never with more than that.
The engine and late paper entries overrun by every working second in which nobody could hold the dossier. What is left
belongs to nobody's limit: steps without one, rework, limits that never fitted. All of it is working time of the
promise's calendar, whole seconds, and adds up exactly.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Literal

from dossiers.calendar import WorkCalendar
from dossiers.leg_accounts import LegAccount
from dossiers.slices import Phase, Slice, SliceKind, Span
from dossiers.values import AgencyCode, Instant, Value

_SECOND = timedelta(seconds=1)

Cause = Literal["agency", "engine", "late_entry"]
_LAGS: dict[SliceKind, Cause] = {SliceKind.ENGINE: "engine", SliceKind.LATE_ENTRY: "late_entry"}


class Attribution(Value):
    """One part of the lateness, and what its cause overran."""

    cause: Cause
    agency: AgencyCode | None = None
    overrun_seconds: int
    attributed_seconds: int


class Lateness(Value):
    """By how much the promise was missed, and by whom; ``until`` is the end of processing, or how far it has come."""

    due_at: Instant
    until: Instant
    is_open: bool
    wall_seconds: int
    working_seconds: int
    attributions: tuple[Attribution, ...]
    unattributed_seconds: int


def lateness(
    calendar: WorkCalendar,
    due: datetime | None,
    processing: Span | None,
    cut: Sequence[Slice],
    legs: Sequence[LegAccount],
) -> Lateness | None:
    """The lateness of the whole by the promise's calendar; null while it is not late."""
    if due is None or processing is None or processing.end <= due:
        return None
    late = calendar.working_seconds(due, processing.end)
    overruns = _overruns(calendar, processing, cut, legs)
    shares = _shared(late, [seconds for _, _, seconds in overruns])
    return Lateness(
        due_at=due,
        until=processing.end,
        is_open=processing.is_open,
        wall_seconds=(processing.end - due) // _SECOND,
        working_seconds=late,
        attributions=tuple(
            Attribution(cause=cause, agency=agency, overrun_seconds=overrun, attributed_seconds=share)
            for (cause, agency, overrun), share in zip(overruns, shares, strict=True)
        ),
        unattributed_seconds=late - sum(shares),
    )


def _overruns(
    calendar: WorkCalendar, processing: Span, cut: Iterable[Slice], legs: Sequence[LegAccount]
) -> list[tuple[Cause, AgencyCode | None, int]]:
    """Who overran while the promise ran, each once; an agency's parallel overruns count once."""
    found: list[tuple[Cause, AgencyCode | None, int]] = []
    for agency in dict.fromkeys(leg.seat.agency for leg in legs):
        spans = [_overrun(leg, processing) for leg in legs if leg.seat.agency == agency and leg.due_at is not None]
        found.append(("agency", agency, _covered(calendar, spans)))
    lags = [piece for piece in cut if piece.phase is Phase.PROCESSING]
    for kind, cause in _LAGS.items():
        found.append((cause, None, _covered(calendar, [(one.start, one.end) for one in lags if one.kind is kind])))
    return [one for one in found if one[2]]


def _overrun(leg: LegAccount, processing: Span) -> tuple[datetime, datetime]:
    assert leg.due_at is not None, "only what has a due instant overruns"
    return max(leg.due_at, processing.start), min(leg.ended_at or processing.end, processing.end)


def _covered(calendar: WorkCalendar, spans: Iterable[tuple[datetime, datetime]]) -> int:
    """The working time that at least one of the spans covers."""
    seconds = 0
    reached: datetime | None = None
    for start, end in sorted(spans):
        begin = start if reached is None else max(start, reached)
        if begin < end:
            seconds += calendar.working_seconds(begin, end)
            reached = end
    return seconds


def _shared(whole: int, parts: Sequence[int]) -> list[int]:
    """The whole in proportion to the parts, none above its own; the seconds left over go to the largest remainders."""
    total = sum(parts)
    if total <= whole:
        return [*parts]
    shares = [whole * part // total for part in parts]
    by_remainder = sorted(range(len(parts)), key=lambda position: -(whole * parts[position] % total))
    for position in by_remainder[: whole - sum(shares)]:
        shares[position] += 1
    return shares
