"""What the passing of time does to a dossier: rungs, silence that decides, answers that never came.

Every command first advances the dossier to its own instant, and the timer is one more caller, so a worker that was away
over a deadline changes nothing. Of several rungs of one deadline caught up at once only the highest makes a notice.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from dossiers import events as e
from dossiers.apology import weigh
from dossiers.draft import Draft
from dossiers.escalation import APOLOGY, NoticeRole
from dossiers.procedure import OnTimeout
from dossiers.route import open_ready
from dossiers.rulebook import Rulebook
from dossiers.state import Clock, DossierState, Task, TaskState
from dossiers.terms import RungTime
from dossiers.values import Subject

#: Silence of these kinds ends the wait; the others go on climbing their ladder.
_DECIDED_BY_SILENCE = {OnTimeout.NOTIFY_HEAD, OnTimeout.DEEMED_CONSENT}


class Due(NamedTuple):
    """Something that comes due by itself. Silence decides before the rungs of the same instant would fire."""

    at: datetime
    order: int
    subject: Subject
    what: RungTime | Task | e.AnswerLapsed


def next_deadline(state: DossierState) -> datetime | None:
    """When time next does something to the dossier; null while nothing runs."""
    return min((due.at for due in _dues(state)), default=None)


def advance(
    rulebook: Rulebook, state: DossierState, *, until: datetime, recorded_at: datetime, inclusive: bool
) -> tuple[e.Record, ...]:
    """All that has come due: up to and including ``until`` for the timer, strictly before it for an act."""
    records: list[e.Record] = []
    current = state
    while True:
        due = min(_dues(current), default=None, key=lambda one: one[:3])
        if due is None or due.at > until or (due.at == until and not inclusive):
            return tuple(records)
        draft = Draft(
            rulebook, current, cause=f"due:{due.subject}", occurred_at=due.at, recorded_at=max(due.at, recorded_at)
        )
        _speak(draft, due, until, inclusive=inclusive)
        records += draft.records
        current = draft.state


def _dues(state: DossierState) -> Iterator[Due]:
    if state.status.is_closed:
        return
    for subject, clock in state.clocks.items():
        if clock.runs:
            yield from (
                Due(rung.at, 1, subject, rung)
                for rung in clock.term.rungs
                if rung.at is not None and rung.code not in clock.fired and not _is_settled(state, rung)
            )
    for task in state.tasks.values():
        due = state.due_of(task.key)
        if due is not None and _silence_decides(task):
            yield Due(due, 0, task.key, task)
    awaited = state.awaited
    if awaited is not None and awaited.answer_by is not None and not awaited.lapsed:
        lapsed = e.AnswerLapsed(task=awaited.task, awaited=awaited.what, due_at=awaited.answer_by)
        yield Due(awaited.answer_by, 2, awaited.task, lapsed)


def _is_settled(state: DossierState, rung: RungTime) -> bool:
    """Whether nobody asks any more if the promise can be kept: another date was named."""
    return rung.code == APOLOGY and state.reappointments > 0


def _silence_decides(task: Task) -> bool:
    terms = task.consultation
    return terms is not None and task.state is TaskState.OPEN and terms.on_timeout in _DECIDED_BY_SILENCE


def _speak(draft: Draft, due: Due, until: datetime, *, inclusive: bool) -> None:
    match due.what:
        case RungTime(code=code) if code == APOLOGY:
            weigh(draft)
        case RungTime() as rung:
            _reach(draft, due, rung, until, inclusive=inclusive)
        case Task() as task:
            _lapse(draft, task, due.at)
        case e.AnswerLapsed() as lapsed:
            notice = draft.notice(due.subject, NoticeRole.UNIT_HEAD)
            draft.add(lapsed.model_copy(update={"notice": notice}))


def _reach(draft: Draft, due: Due, rung: RungTime, until: datetime, *, inclusive: bool) -> None:
    clock = draft.state.clocks[due.subject]
    is_highest = not any(
        later.at is not None and (later.at < until or (inclusive and later.at == until))
        for later in _rungs_after(clock, rung)
    )
    draft.add(
        e.RungReached(
            subject=due.subject,
            rung=rung.code,
            term=clock.term.number,
            is_overdue=rung.is_overdue,
            due_at=due.at,
            notice=draft.notice(due.subject, rung.notify) if is_highest else None,
            previous_acknowledged=clock.notice in draft.state.acknowledged if clock.notice else None,
        )
    )


def _rungs_after(clock: Clock, rung: RungTime) -> tuple[RungTime, ...]:
    codes = [one.code for one in clock.term.rungs]
    return clock.term.rungs[codes.index(rung.code) + 1 :]


def _lapse(draft: Draft, task: Task, due: datetime) -> None:
    terms = task.consultation
    assert terms is not None, "only a consultation lapses"
    tells_head = terms.on_timeout is OnTimeout.NOTIFY_HEAD
    draft.add(
        e.ConsultationLapsed(
            task=task.key,
            on_timeout=terms.on_timeout,
            basis=terms.basis,
            due_at=due,
            notice=draft.notice(task.key, NoticeRole.ONE_STOP_HEAD) if tells_head else None,
        )
    )
    open_ready(draft)
