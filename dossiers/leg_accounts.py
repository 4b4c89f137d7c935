"""What each task took of its limit: held, used, its share, and how it ended (`measures`).

Silence that decided is late: the opinion never came within its limit.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from dossiers.deadlines import Grade
from dossiers.instants import local
from dossiers.limits import TimeLimit
from dossiers.measures import task_grade, used_of
from dossiers.procedure import StepKind
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.slices import Slice
from dossiers.stays import Ending, HolderKind, Stay
from dossiers.values import Instant, OfficerId, StepId, TaskKey, Value


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
    #: In the place of whoever was named: it counts as the work of who did it.
    by_substitute: bool = False
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
        return self.ended_by if self.by_substitute else self.assigned or self.ended_by


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
    used = used_of(rulebook, task, stay.clock, end) if stay.clock is not None else None
    due = stay.clock.term.due_at if stay.clock is not None else None
    return LegAccount(
        task=task.key,
        step=task.step,
        step_kind=task.step_kind,
        work=task.work,
        seat=task.seat,
        assigned=task.assigned,
        ended_by=stay.ended_by if ended_at is not None else None,
        by_substitute=stay.by_substitute and ended_at is not None,
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
    return task_grade(rulebook, stay.task, clock, ended_at)
