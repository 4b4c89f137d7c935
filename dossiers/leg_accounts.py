"""What each task took of its limit: held, used, its share, and how it ended.

A leg whose limit measures time is graded in whole units of that limit, the time used rounded up (`leg_grade`); what
ends at a named instant (a transfer, a limit in whole days) is graded on that instant. Silence that decided is late:
the opinion never came within its limit.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from dossiers.calendar import WorkCalendar
from dossiers.deadlines import Grade, grade, leg_grade, used_seconds
from dossiers.instants import local
from dossiers.limits import HOUR, STANDARD_DAY, Counting, LimitUnit, TimeLimit
from dossiers.procedure import StepKind
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.slices import Slice
from dossiers.state import Clock, Task
from dossiers.stays import Ending, HolderKind, Stay
from dossiers.values import Instant, OfficerId, StepId, TaskKey, Value

_PERCENT = Decimal("0.1")
_SECOND = timedelta(seconds=1)
#: A hundredth of an hour, in seconds: no limit is written more finely.
_FINEST = 36


class Measure(NamedTuple):
    """How a leg is counted."""

    limit: TimeLimit
    counting: Counting
    #: Worked back from the due instant: the journal does not say what the asking officer wrote.
    is_inferred: bool = False


class LegAccount(Value):
    """One task's account. ``held`` is wall time in the hands of its unit, ``worked`` what of it was working time."""

    task: TaskKey
    step: StepId
    step_kind: StepKind
    work: str
    seat: Seat
    #: Whom the head named last, and who did it in the end.
    assigned: OfficerId | None
    ended_by: OfficerId | None
    opened_at: Instant
    ended_at: Instant | None
    ending: Ending | None
    due_at: Instant | None
    limit: TimeLimit | None
    held_seconds: int
    worked_seconds: int
    #: Counted on the limit, in its own measure: wall time for h, else working time; null where there is no limit.
    used_seconds: int | None
    limit_seconds: int | None
    #: In percent, rounded up: more than 100 as soon as a second is too much.
    share: Decimal | None
    #: Working time past the due instant.
    overrun_seconds: int
    grade: Grade | None

    @property
    def officer(self) -> OfficerId | None:
        """Whose work it counts as."""
        return self.assigned or self.ended_by


def measure_of(rulebook: Rulebook, task: Task, clock: Clock) -> Measure | None:
    """How the leg is counted; null for a transfer, which has an instant and no length."""
    if task.work != "step":
        return None
    if task.consultation is not None and task.consultation.asked_by is not None:
        return _inferred(rulebook.calendar_of(task.seat.unit), clock)
    step = rulebook.procedure.step(task.step)
    assert step.limit is not None, "only a step with a limit has a clock"
    return Measure(step.limit, step.counting)


def _inferred(calendar: WorkCalendar, clock: Clock) -> Measure:
    since, due = clock.term.since, clock.term.due_at
    assert due is not None, "the clock of an opinion asked for is never stopped"
    worked = calendar.working_seconds(since, due)
    if worked % _FINEST or calendar.add_working(since, worked) != due:
        length, unit, of_one = (due - since) // _SECOND, LimitUnit.HOUR, HOUR
    elif worked % STANDARD_DAY == 0:
        length, unit, of_one = worked, LimitUnit.WORKING_DAY, STANDARD_DAY
    else:
        length, unit, of_one = worked, LimitUnit.WORKING_HOUR, HOUR
    limit = TimeLimit(value=Decimal(length) / of_one, unit=unit)
    return Measure(limit, Counting.ELAPSED, is_inferred=True)


def leg_accounts(
    rulebook: Rulebook, lain: Iterable[Stay], cut: Sequence[Slice], until: datetime
) -> tuple[LegAccount, ...]:
    """An account for every task, in the order they opened; time is taken up to ``until``."""
    return tuple(_account(rulebook, stay, cut, local(until)) for stay in lain if stay.opened_at <= until)


def _account(rulebook: Rulebook, stay: Stay, cut: Sequence[Slice], until: datetime) -> LegAccount:
    task, calendar = stay.task, rulebook.calendar_of(stay.task.seat.unit)
    ended_at = stay.ended_at if stay.ended_at is not None and stay.ended_at <= until else None
    end = max(ended_at or until, stay.opened_at)
    held, worked = _held(task.key, cut)
    used = Used.of(rulebook, stay, end)
    due = stay.clock.term.due_at if stay.clock is not None else None
    return LegAccount(
        task=task.key,
        step=task.step,
        step_kind=task.step_kind,
        work=task.work,
        seat=task.seat,
        assigned=task.assigned,
        ended_by=stay.ended_by if ended_at is not None else None,
        opened_at=stay.opened_at,
        ended_at=ended_at,
        ending=stay.ending if ended_at is not None else None,
        due_at=due,
        limit=used.measure.limit if used is not None and used.measure is not None else None,
        held_seconds=held,
        worked_seconds=worked,
        used_seconds=used.used if used is not None else None,
        limit_seconds=used.whole if used is not None else None,
        share=used.share if used is not None else None,
        overrun_seconds=max(0, calendar.working_seconds(due, end)) if due is not None else 0,
        grade=grade_of(rulebook, stay) if ended_at is not None else None,
    )


def _held(task: TaskKey, cut: Iterable[Slice]) -> tuple[int, int]:
    held = worked = 0
    for piece in cut:
        for holder in piece.holders:
            if holder.task == task and holder.kind is not HolderKind.APPLICANT:
                held += piece.seconds
                worked += piece.seconds if holder.works else 0
    return held, worked


class Used(NamedTuple):
    """Time used, and what there was; ``whole`` is null while a limit in whole days stands still."""

    measure: Measure | None
    used: int
    whole: int | None

    @classmethod
    def of(cls, rulebook: Rulebook, stay: Stay, end: datetime) -> "Used | None":
        """What a leg has used of its limit by ``end``."""
        if stay.clock is None:
            return None
        measure = measure_of(rulebook, stay.task, stay.clock)
        is_measured = measure is not None and measure.counting is Counting.ELAPSED
        unit = measure.limit.unit if measure is not None and is_measured else LimitUnit.WORKING_HOUR
        term, stops = stay.clock.term, stay.clock.stops
        calendar = rulebook.calendar_of(stay.task.seat.unit)
        used = used_seconds(calendar, term.since, max(end, term.since), unit, stops)
        if measure is not None and is_measured:
            return cls(measure, used, measure.limit.seconds)
        whole = used_seconds(calendar, term.since, term.due_at, unit, stops) if term.due_at is not None else None
        return cls(measure, used, whole)

    @property
    def share(self) -> Decimal | None:
        if not self.whole:
            return None
        return (Decimal(100 * self.used) / self.whole).quantize(_PERCENT, ROUND_UP)


def grade_of(rulebook: Rulebook, stay: Stay) -> Grade | None:
    """How an ended leg went; null where no deadline ran, and for what was called off."""
    clock, ended_at = stay.clock, stay.ended_at
    if clock is None or ended_at is None:
        return None
    match stay.ending:
        case Ending.CANCELLED | Ending.RECALLED:
            return None
        case Ending.LAPSED:
            return Grade.LATE
    used = Used.of(rulebook, stay, ended_at)
    if used is not None and used.measure is not None and used.measure.counting is Counting.ELAPSED:
        return leg_grade(used.used, used.measure.limit)
    return grade(ended_at, clock.term.due_at) if clock.term.due_at is not None else None
