"""How much of its limit a task used, and the grade that this earns.

A leg whose limit measures time is graded in whole units of that limit, the time used rounded up (`leg_grade`); what
ends at a named instant (a transfer, a limit in whole days) is graded on that instant. Events and ledger ask here, so
they never differ.
"""

from datetime import datetime
from decimal import ROUND_UP, Decimal
from typing import NamedTuple

from dossiers.deadlines import Grade, grade, leg_grade, used_seconds
from dossiers.limits import Counting, LimitUnit, TimeLimit
from dossiers.rulebook import Rulebook
from dossiers.state import Clock, Task

_PERCENT = Decimal("0.1")


class Measure(NamedTuple):
    """How a leg is counted."""

    limit: TimeLimit
    counting: Counting


class Used(NamedTuple):
    """Time used, and what there was; ``whole`` is null while a limit in whole days stands still."""

    measure: Measure | None
    used: int
    whole: int | None

    @property
    def share(self) -> Decimal | None:
        if not self.whole:
            return None
        return (Decimal(100 * self.used) / self.whole).quantize(_PERCENT, ROUND_UP)


def measure_of(rulebook: Rulebook, task: Task) -> Measure | None:
    """How the leg is counted; null for what has an instant and no length, and where no limit was given."""
    if task.work != "step":
        return None
    if task.consultation is not None and task.consultation.limit is not None:
        return Measure(task.consultation.limit, Counting.ELAPSED)
    step = rulebook.procedure.step(task.step)
    return Measure(step.limit, step.counting) if step.limit is not None else None


def used_of(rulebook: Rulebook, task: Task, clock: Clock, end: datetime) -> Used:
    """What a leg has used of its limit by ``end``."""
    measure = measure_of(rulebook, task)
    is_measured = measure is not None and measure.counting is Counting.ELAPSED
    unit = measure.limit.unit if measure is not None and is_measured else LimitUnit.WORKING_HOUR
    term, stops = clock.term, clock.stops
    calendar = rulebook.calendar_of(task.seat.unit)
    used = used_seconds(calendar, term.since, max(end, term.since), unit, stops)
    if measure is not None and is_measured:
        return Used(measure, used, measure.limit.seconds)
    whole = used_seconds(calendar, term.since, term.due_at, unit, stops) if term.due_at is not None else None
    return Used(measure, used, whole)


def task_grade(rulebook: Rulebook, task: Task, clock: Clock | None, ended: datetime) -> Grade | None:
    """How work that ended then went; null where no deadline ran."""
    if clock is None:
        return None
    measure = measure_of(rulebook, task)
    if measure is not None and measure.counting is Counting.ELAPSED:
        return leg_grade(used_of(rulebook, task, clock, ended).used, measure.limit)
    return grade(ended, clock.term.due_at) if clock.term.due_at is not None else None
