"""A dossier's wall time cut into disjoint slices: who held it, whether time ran, stood still or was out of hours.

Three phases follow one another: intake (filing to acceptance), processing (acceptance to decision, the time that the
promise measures) and return (decision to hand-over of the result). The slices of a phase have no gap between them, so
they sum exactly to its elapsed time. Parallel branches make one slice with all its holders, never two slices; each
holder says whether it was at work by its own unit's calendar.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import groupby, pairwise
from typing import get_args

from dossiers import events as e
from dossiers.calendar import WorkCalendar
from dossiers.instants import VIETNAM, local
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.stays import Gap, Hold, HolderKind, Stay, gaps, standstills
from dossiers.stop_events import WholeStop
from dossiers.stops import Stop, StopReason
from dossiers.values import Instant, OfficerId, TaskKey, Value

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)


class Phase(StrEnum):
    """Which part of a dossier's life, each with an account of its own."""

    INTAKE = "intake"
    PROCESSING = "processing"
    RETURN = "return"


class Span(Value):
    """A phase as far as it has come; it is open until the act that ends it."""

    phase: Phase
    start: Instant
    end: Instant
    is_open: bool

    @property
    def seconds(self) -> int:
        return (self.end - self.start) // _SECOND


class SliceKind(StrEnum):
    """What became of the time."""

    RUNNING = "running"
    STOPPED = "stopped"
    OFF_HOURS = "off_hours"
    ENGINE = "engine"  # an act applied late: nobody could hold the dossier yet
    LATE_ENTRY = "late_entry"  # the same, because the act was entered late from paper


class Holder(Value):
    """Who had a strand of the dossier in hand; the applicant sits nowhere."""

    task: TaskKey
    kind: HolderKind
    seat: Seat | None = None
    officer: OfficerId | None = None
    #: In the working hours of its own unit, unless the whole stands still; an applicant keeps the promise's hours.
    works: bool


class Slice(Value):
    """A stretch of wall time with one answer to every question; its end is excluded."""

    phase: Phase
    start: Instant
    end: Instant
    kind: SliceKind
    #: Everybody at once; nobody while the engine was behind.
    holders: tuple[Holder, ...] = ()
    reason: StopReason | None = None
    basis: str = ""

    @property
    def seconds(self) -> int:
        return (self.end - self.start) // _SECOND


def spans(records: Iterable[e.Record], until: datetime) -> tuple[Span, ...]:
    """The phases that have begun by ``until``, cut there."""
    starts: list[tuple[Phase, datetime]] = []
    closed: datetime | None = None
    for record in records:
        match record.event:
            case e.DossierFiled():
                starts.append((Phase.INTAKE, record.occurred_at))
            case e.DossierAccepted():
                starts.append((Phase.PROCESSING, record.occurred_at))
            case e.ResultDecided():
                starts.append((Phase.RETURN, record.occurred_at))
            case e.DossierRefused() | e.DossierWithdrawn() | e.ResultReturned():
                closed = record.occurred_at
            case _:
                pass
    return tuple(_spans(starts, closed, local(until)))


def _spans(starts: Sequence[tuple[Phase, datetime]], closed: datetime | None, until: datetime) -> Iterator[Span]:
    """A late entry may name an end before its beginning: such a phase has no length."""
    begun: datetime | None = None
    for (phase, at), following in zip(starts, [*(at for _, at in starts[1:]), closed], strict=True):
        begun = at if begun is None else max(begun, at)
        if begun > until:
            return
        end = until if following is None else max(begun, following)
        yield Span(phase=phase, start=begun, end=min(end, until), is_open=following is None or end > until)
        begun = end


def slices(records: Sequence[e.Record], lain: Sequence[Stay], rulebook: Rulebook, until: datetime) -> tuple[Slice, ...]:
    """Every phase's slices in order; ``lain`` are the dossier's stays."""
    cutter = _Cutter(records, lain, rulebook)
    return tuple(one for span in spans(records, until) for one in cutter.cut(span))


class _Cutter:
    """Looks up what was so at an instant, and at which instants anything may change."""

    def __init__(self, records: Sequence[e.Record], lain: Sequence[Stay], rulebook: Rulebook) -> None:
        self._strands = [(stay, hold) for stay in lain for hold in stay.holds]
        self._gaps = gaps(records)
        self._stops = tuple(standstills(records))
        self._rulebook = rulebook

    def cut(self, span: Span) -> Iterator[Slice]:
        pieces = [self._piece(span.phase, start, end) for start, end in pairwise(self._edges(span))]
        for _, alike in groupby(pieces, key=_answers):
            first, *others = alike
            yield first.model_copy(update={"end": others[-1].end}) if others else first

    def _edges(self, span: Span) -> list[datetime]:
        edges = {span.start, span.end}
        strands = [(stay, hold) for stay, hold in self._strands if _overlaps(hold, span)]
        stretches: list[Hold | Gap | Stop] = [*(hold for _, hold in strands), *self._gaps, *self._stops]
        for stretch in stretches:
            edges |= {stretch.start, stretch.end or span.end}
        for calendar in self._calendars(strands):
            edges.update(_openings_and_closings(calendar, span))
        return sorted(edge for edge in edges if span.start <= edge <= span.end)

    def _calendars(self, strands: Iterable[tuple[Stay, Hold]]) -> list[WorkCalendar]:
        found = {calendar.version: calendar for calendar in (self._calendar(*strand) for strand in strands)}
        return [*found.values()]

    def _calendar(self, stay: Stay, hold: Hold) -> WorkCalendar:
        if hold.holder is HolderKind.APPLICANT:
            return self._rulebook.calendar
        return self._rulebook.calendar_of(stay.task.seat.unit)

    def _piece(self, phase: Phase, start: datetime, end: datetime) -> Slice:
        stop = _at(self._stops, start) if phase is not Phase.RETURN else None
        rests = stop is not None and stop.reason in get_args(WholeStop)
        strands = [(stay, hold) for stay, hold in self._strands if hold.covers(start)]
        holders = tuple(self._holder(stay, hold, start, rests=rests) for stay, hold in strands)
        if stop is not None:
            kind = SliceKind.STOPPED
        elif not holders:
            kind = _lag(self._gaps, start)
        else:
            kind = SliceKind.RUNNING if any(holder.works for holder in holders) else SliceKind.OFF_HOURS
        return Slice(
            phase=phase,
            start=start,
            end=end,
            kind=kind,
            holders=holders,
            reason=stop.reason if stop is not None else None,
            basis=stop.basis if stop is not None else "",
        )

    def _holder(self, stay: Stay, hold: Hold, at: datetime, *, rests: bool) -> Holder:
        works = not rests and self._calendar(stay, hold).is_working(at)
        if hold.holder is HolderKind.APPLICANT:
            return Holder(task=stay.task.key, kind=hold.holder, works=works)
        return Holder(task=stay.task.key, kind=hold.holder, seat=stay.task.seat, officer=hold.officer, works=works)


def _answers(piece: Slice) -> tuple[object, ...]:
    return piece.kind, piece.holders, piece.reason, piece.basis


def _overlaps(hold: Hold, span: Span) -> bool:
    return hold.start < span.end and (hold.end is None or hold.end > span.start)


def _openings_and_closings(calendar: WorkCalendar, span: Span) -> Iterator[datetime]:
    day, last = local(span.start).date(), local(span.end).date()
    while day <= last:
        midnight = datetime(day.year, day.month, day.day, tzinfo=VIETNAM)
        for period in calendar.periods_on(day):
            yield midnight + period.start * _SECOND
            yield midnight + period.end * _SECOND
        day += _DAY


def _at(stops: Iterable[Stop], instant: datetime) -> Stop | None:
    return next((stop for stop in stops if stop.start <= instant and (stop.end is None or instant < stop.end)), None)


def _lag(lags: Iterable[Gap], instant: datetime) -> SliceKind:
    is_late_entry = any(gap.is_late_entry and gap.start <= instant < gap.end for gap in lags)
    return SliceKind.LATE_ENTRY if is_late_entry else SliceKind.ENGINE
