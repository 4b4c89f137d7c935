"""When a dossier would be decided if everybody still took all of their time, seen from an instant of its course.

Counted are the due instants of the work under way and the limits of the steps that wait, up to the return. A step is
left out only when its condition can no longer be met; ways between agencies have no limit of a step and take none. What
runs under a stop (payment) or outside the promise takes nothing of it.
"""

from datetime import datetime
from typing import NamedTuple

from dossiers.conditions import is_ruled_out
from dossiers.deadline_errors import BeyondCalendar
from dossiers.draft import Draft
from dossiers.procedure import Step, StepKind
from dossiers.state import Task
from dossiers.terms import term_of
from dossiers.values import StepId, Subject

_TAKES_NOTHING = (StepKind.RECEPTION, StepKind.PAYMENT, StepKind.RETURN)


class Reach(NamedTuple):
    """Until when the way to somewhere lasts, and on which work under way it waits; none where all of it is done."""

    at: datetime
    through: Task | None = None


class Forecast:
    """What the limits allow, from an instant on."""

    def __init__(self, draft: Draft, at: datetime) -> None:
        self._draft = draft
        self._at = at
        self._known: dict[StepId, Reach] = {}

    def decision(self) -> Reach:
        """When the last of what the return waits for ends. Raises `BeyondCalendar` where no calendar reaches."""
        returning = self._draft.rulebook.procedure.steps_of_kind(StepKind.RETURN)
        return self._after_all([before for step in returning for before in step.after])

    def _end(self, step_id: StepId) -> Reach:
        if step_id not in self._known:
            self._known[step_id] = self._count(self._draft.step(step_id))
        return self._known[step_id]

    def _count(self, step: Step) -> Reach:
        run = self._draft.state.run_of(step.id)
        if run.state in {"done", "skipped"}:
            return Reach(self._at)
        under_way = [task for task in self._draft.state.live_tasks() if task.step == step.id and task.work != "apology"]
        if under_way:
            return max((self._work(step, task) for task in under_way), key=_at)
        before = self._after_all(step.after)
        if step.when is not None and is_ruled_out(step.when, self._draft.state.facts):
            return before
        return Reach(self._used_up(step, before.at), before.through)

    def _work(self, step: Step, task: Task) -> Reach:
        due = None if step.kind in _TAKES_NOTHING else self._draft.state.due_of(Subject(task.key))
        at = self._at if due is None else max(self._at, due)
        return Reach(at if task.work == "step" else self._used_up(step, at), task)

    def _used_up(self, step: Step, start: datetime) -> datetime:
        limits = None if step.kind in _TAKES_NOTHING else self._draft.limits_of_step(step)
        if limits is None:
            return start
        calendar = self._draft.rulebook.calendar_of(self._draft.seat(step.by).unit)
        due = term_of(limits, calendar, start).due_at
        assert due is not None, "a limit without stops has a due instant"
        return due

    def _after_all(self, steps: tuple[StepId, ...] | list[StepId]) -> Reach:
        return max((self._end(one) for one in steps), key=_at, default=Reach(self._at))


def forecast(draft: Draft, at: datetime) -> Reach | None:
    """The decision by the limits of what is left; null where the calendars of the dossier do not reach so far."""
    try:
        return Forecast(draft, at).decision()
    except BeyondCalendar:
        return None


def _at(reach: Reach) -> tuple[datetime, bool]:
    """Of two ways that last as long, the one that waits for somebody."""
    return reach.at, reach.through is not None
