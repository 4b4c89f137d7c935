"""How work ends: graded against its own deadline, and freed of every rung that fired although the act was in time."""

from datetime import datetime
from typing import Literal

from dossiers import events as e
from dossiers.deadlines import Grade, grade
from dossiers.draft import Draft
from dossiers.escalation import APOLOGY
from dossiers.measures import task_grade
from dossiers.state import Task
from dossiers.texts import TextRef
from dossiers.values import APPOINTMENT, PROMISE, Result, Subject, TaskKey


def finish(draft: Draft, task: Task, outcome: str, opinion: TextRef | None = None) -> None:
    """The task is done."""
    graded = grade_now(draft, task.key)
    draft.add(e.TaskCompleted(task=task.key, outcome=outcome, opinion=opinion, grade=graded))
    lift(draft, task.key)


def grade_now(draft: Draft, subject: Subject) -> Grade | None:
    """Early, on time or late at the act's instant; null where no deadline runs."""
    clock, task = draft.state.clocks.get(subject), draft.task_of(subject)
    if task is not None:
        return task_grade(draft.rulebook, task, clock, draft.occurred_at)
    due = draft.state.due_of(subject)
    return grade(draft.occurred_at, due) if due is not None else None


def lift(draft: Draft, subject: Subject) -> None:
    """Take back the rungs that fired between an act's instant and its record."""
    clock = draft.state.clocks.get(subject)
    if clock is None:
        return
    spoken = tuple(rung.code for rung in clock.term.rungs if rung.code in clock.fired and _after(rung.at, draft))
    if spoken:
        draft.add(e.EscalationLifted(subject=subject, rungs=spoken))


def _after(at: datetime | None, draft: Draft) -> bool:
    return at is not None and at >= draft.occurred_at


def cancel(
    draft: Draft,
    cause: Literal["rework", "refusal", "withdrawal", "recall", "not_owed"],
    *,
    keys: tuple[TaskKey, ...] | None = None,
) -> None:
    """Cancel what is still owed; all of it, or the named tasks."""
    for task in draft.state.live_tasks():
        if keys is None or task.key in keys:
            draft.add(e.TaskCancelled(task=task.key, cause=cause))
            lift(draft, task.key)


def drop_apologies(draft: Draft) -> None:
    """No apology is owed any more."""
    owed = tuple(task.key for task in draft.state.live_tasks() if task.work == "apology")
    cancel(draft, "not_owed", keys=owed)


def take_back_weighing(draft: Draft) -> None:
    """What was found of the promise holds no more: it is weighed anew; never, once another date was named."""
    promise = draft.state.clocks.get(PROMISE)
    if promise is None or draft.state.reappointments:
        return
    drop_apologies(draft)
    if APOLOGY in promise.fired:
        draft.add(e.EscalationLifted(subject=PROMISE, rungs=(APOLOGY,), ground="weighed_again"))


def decide_result(draft: Draft, result: Result, reason: TextRef | None = None) -> None:
    """Processing ends here; on time or late is judged on the promise (portal status 9)."""
    drop_apologies(draft)
    draft.add(e.ResultDecided(result=result, reason=reason, grade=grade_now(draft, PROMISE)))
    lift(draft, PROMISE)
    lift(draft, APPOINTMENT)
