"""How clocks stop with an act and go on after it; the applicant must be told by the closing of that day.

A deadline already missed goes on, for nothing may hide its lateness. A stop without length changes nothing.
"""

from collections.abc import Iterable
from datetime import datetime

from dossiers import events as e
from dossiers.closing import lift, take_back_weighing
from dossiers.deadlines import told_by
from dossiers.draft import Draft
from dossiers.errors import ClockStopped
from dossiers.evolve import resumption_of
from dossiers.procedure import SupplementPolicy
from dossiers.route import transfer_term
from dossiers.state import Awaited
from dossiers.stops import StopReason
from dossiers.terms import Term, term_of, term_until
from dossiers.texts import TextRef
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE, Subject, TaskKey


def require_no_wait(draft: Draft) -> None:
    """One stop at a time: what stands still already cannot be stopped again."""
    if draft.state.awaited is not None:
        raise ClockStopped(task=draft.state.awaited.task)


def pause(
    draft: Draft, tasks: Iterable[TaskKey], reason: StopReason, basis: str, evidence: TextRef | None = None
) -> None:
    """Stop the promise, the date named with an apology, and the deadlines of these tasks."""
    subjects = tuple(subject for subject in (PROMISE, APPOINTMENT, *tasks) if _may_stop(draft, subject))
    if PROMISE in subjects:
        take_back_weighing(draft)
    for subject in subjects:
        lift(draft, subject)
    if subjects:
        notice = None if reason is StopReason.PAYMENT else _notice_term(draft)
        draft.add(e.ClockPaused(subjects=subjects, reason=reason, basis=basis, evidence=evidence, notice=notice))


def _may_stop(draft: Draft, subject: Subject) -> bool:
    clock = draft.state.clocks.get(subject)
    return clock is not None and clock.runs and clock.term.due_at is not None and draft.occurred_at < clock.term.due_at


def _notice_term(draft: Draft) -> Term:
    """By when the applicant must know; what was handed over to be paid has told it already."""
    calendar = draft.rulebook.calendar
    due = told_by(calendar, draft.occurred_at)
    before = draft.state.clocks.get(STOP_NOTICE)
    number = 1 if before is None else before.term.number + 1
    return term_until(draft.ladder("stop_notice"), calendar, draft.occurred_at, due, number=number)


def end_wait(draft: Draft, tasks: tuple[TaskKey, ...]) -> None:
    """If one of these tasks waits for the applicant, the wait is over unanswered: time counts on where it stood."""
    awaited = draft.state.awaited
    if awaited is not None and awaited.task in tasks:
        resume(draft, awaited.model_copy(update={"policy": SupplementPolicy.RESUME}))


def resume(draft: Draft, awaited: Awaited) -> None:
    """Time counts again for everything that stood still."""
    if not awaited.subjects:
        return
    counted = [subject for subject in awaited.subjects if subject != APPOINTMENT]
    terms = {subject: _resumed(draft, subject, awaited) for subject in counted}
    if APPOINTMENT in awaited.subjects:
        terms[APPOINTMENT] = _appointment_resumed(draft, terms.get(PROMISE))
    draft.add(e.ClockResumed(terms=terms))


def _resumed(draft: Draft, subject: Subject, awaited: Awaited) -> Term:
    clock = draft.state.clocks[subject]
    resumed_at = resumption_of(subject, draft)
    has_length = clock.stops[-1].start < resumed_at
    if subject != PROMISE and draft.task(subject).work != "step":
        return _transfer_resumed(draft, subject, resumed_at)
    limits = draft.limits_of(subject)
    if awaited.policy is SupplementPolicy.RESTART and has_length:
        return term_of(limits, draft.newest_calendar_of(subject), resumed_at, number=clock.term.number + 1)
    stops, calendar = clock.stops_until(resumed_at), draft.calendar_of(subject)
    resumed = term_of(limits, calendar, clock.term.since, stops=stops, number=clock.term.number)
    return resumed.by(clock.term.calendar)


def _transfer_resumed(draft: Draft, subject: Subject, resumed_at: datetime) -> Term:
    """A transfer has no length of which something could be left: it is as if received when the stop ended."""
    task, clock = draft.task(subject), draft.state.clocks[subject]
    assert task.sender is not None, "a leg has a sender"
    receiver = draft.seat(draft.step(task.step).by)
    if clock.stops[-1].start < resumed_at:
        return transfer_term(draft, task.sender, receiver, resumed_at, number=clock.term.number + 1)
    return transfer_term(draft, task.sender, receiver, clock.term.since, number=clock.term.number)


def _appointment_resumed(draft: Draft, promise: Term | None) -> Term:
    """The date named with the apology goes on where it stood, and never before the promise."""
    clock, named_at = draft.state.clocks[APPOINTMENT], draft.state.appointment_at
    assert named_at is not None, "an appointment that was moved has a date"
    calendar, stops = draft.rulebook.calendar, clock.stops_until(draft.occurred_at)
    left = calendar.working_seconds(clock.stops[-1].start, named_at)
    due = calendar.add_working(draft.occurred_at, left)
    if promise is not None and promise.due_at is not None:
        due = max(due, promise.due_at)
    since, number = clock.term.since, clock.term.number
    return term_until(draft.ladder("promise"), calendar, since, due, stops=stops, number=number)
