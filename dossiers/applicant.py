"""What the applicant is asked for, answers, pays or takes back; the clock stops with the act that asks.

NĐ 61/2018/NĐ-CP, Điều 11.2c (one request per stage), 17, 19.4 (restart), 22 (fees).
"""

from typing import Literal

from dossiers import commands as c
from dossiers import events as e
from dossiers.closing import cancel, finish, lift
from dossiers.deadlines import deadline
from dossiers.draft import Draft
from dossiers.errors import ClockStopped, DossierDecided, FactsInvalid, NothingAwaited, SupplementSpent, WrongAct
from dossiers.evolve import resumption_of
from dossiers.limits import Counting
from dossiers.procedure import StepKind, Supplement, SupplementPolicy
from dossiers.route import open_ready
from dossiers.state import Awaited, Task
from dossiers.stops import Extend, Stop, StopReason
from dossiers.terms import Term, term_of, term_until
from dossiers.values import APPOINTMENT, PROMISE, Subject, TaskKey


def request_supplement(draft: Draft, command: c.RequestSupplement, task: Task) -> None:
    """Ask for more: at the counter before acceptance, or during processing through the counter."""
    stage: Literal["intake", "processing"] = "processing" if PROMISE in draft.state.clocks else "intake"
    terms = draft.step(task.step).supplement if stage == "processing" else draft.rulebook.procedure.intake_supplement
    if terms is None or not task.steers:
        message = "Bước này không được yêu cầu người nộp bổ sung hồ sơ."
        raise WrongAct(message, task=task.key)
    if draft.state.awaited is not None:
        raise ClockStopped(task=draft.state.awaited.task)
    if draft.state.supplements.get(stage, 0) >= terms.requests_max:
        raise SupplementSpent(stage=stage)
    draft.add(
        e.SupplementRequested(
            task=task.key,
            stage=stage,
            policy=terms.policy,
            components=command.components,
            reason=command.reason,
            answer_by=draft.answer_by(terms.answer_limit),
            beyond_notice=_is_beyond_notice(draft, terms),
        )
    )
    if terms.policy is SupplementPolicy.EXTEND and stage == "processing":
        _extend(draft, terms)
    else:
        _pause(draft, task, StopReason.SUPPLEMENT, terms.basis.citation)


def _is_beyond_notice(draft: Draft, terms: Supplement) -> bool:
    promise = draft.state.clocks.get(PROMISE)
    if promise is None or terms.notice_within is None:
        return False
    last = deadline(draft.rulebook.calendar, promise.term.since, terms.notice_within, Counting.PROMISE).due
    return last is not None and draft.occurred_at > last


def _extend(draft: Draft, terms: Supplement) -> None:
    extension = terms.extension
    assert extension is not None, "the linter lets no EXTEND pass without its length"
    lift(draft, PROMISE)
    clock = draft.state.clocks[PROMISE]
    stop = Stop(start=draft.occurred_at, policy=Extend(by=extension))
    moved = term_of(
        draft.limits_of(PROMISE),
        draft.calendar_of(PROMISE),
        clock.term.since,
        stops=(*clock.stops, stop),
        number=clock.term.number,
    ).by(clock.term.calendar)
    draft.add(e.DeadlineMoved(extension=extension, terms={PROMISE: moved}, basis=terms.basis.citation))


def _pause(draft: Draft, task: Task, reason: StopReason, basis: str) -> None:
    """Stop the promise and the asking task; a deadline already missed goes on, for nothing may hide its lateness."""
    subjects = tuple(subject for subject in (PROMISE, APPOINTMENT, task.key) if _may_stop(draft, subject))
    for subject in subjects:
        lift(draft, subject)
    if subjects:
        draft.add(e.ClockPaused(subjects=subjects, reason=reason, basis=basis))


def _may_stop(draft: Draft, subject: Subject) -> bool:
    clock = draft.state.clocks.get(subject)
    return clock is not None and clock.runs and clock.term.due_at is not None and draft.occurred_at < clock.term.due_at


def answer_supplement(draft: Draft, command: c.AnswerSupplement) -> None:
    """The applicant has supplied: time counts again as the procedure says."""
    awaited = _require_awaited(draft, "supplement")
    draft.add(e.SupplementReceived(task=awaited.task, components=command.components))
    _resume(draft, awaited)


def request_payment(draft: Draft, command: c.RequestPayment, task: Task) -> None:
    """Hand the notices to the applicant and wait for the money."""
    terms = draft.step(task.step).payment
    if task.step_kind is not StepKind.PAYMENT or terms is None or task.work != "step":
        raise WrongAct(task=task.key, act="request_payment")
    if draft.state.awaited is not None:
        raise ClockStopped(task=draft.state.awaited.task)
    if len({charge.code for charge in command.charges}) != len(command.charges):
        message = "Mỗi thông báo nộp tiền phải có mã riêng."
        raise FactsInvalid(message, task=task.key)
    answer_by = draft.answer_by(terms.answer_limit)
    draft.add(e.PaymentRequested(task=task.key, charges=command.charges, answer_by=answer_by))
    _pause(draft, task, StopReason.PAYMENT, terms.basis.citation)


def confirm_payment(draft: Draft, command: c.ConfirmPayment, task: Task) -> None:
    """One notice is paid; with the last one the step is done and time counts again."""
    awaited = _require_awaited(draft, "payment")
    owed = tuple(charge.code for charge in task.charges)
    if command.charge not in owed:
        message = f"Không còn khoản “{command.charge}” chưa nộp; còn: {', '.join(owed)}."
        raise NothingAwaited(message, charge=command.charge)
    outstanding = tuple(code for code in owed if code != command.charge)
    draft.add(e.PaymentConfirmed(task=task.key, charge=command.charge, outstanding=outstanding))
    if not outstanding:
        _resume(draft, awaited)
        finish(draft, draft.state.tasks[task.key], "paid")
        open_ready(draft)


def withdraw(draft: Draft, command: c.Withdraw) -> None:
    """The applicant takes the dossier back; lawful only while no result is decided (TT 03/2025, Mẫu 05)."""
    if draft.state.result is not None:
        raise DossierDecided(result=draft.state.result)
    cancel(draft, "withdrawal")
    for subject in (PROMISE, APPOINTMENT):
        lift(draft, subject)
    draft.add(e.DossierWithdrawn(reason=command.reason))


def end_wait(draft: Draft, tasks: tuple[TaskKey, ...]) -> None:
    """If one of these tasks waits for the applicant, the wait is over unanswered: time counts on where it stood."""
    awaited = draft.state.awaited
    if awaited is not None and awaited.task in tasks:
        _resume(draft, awaited.model_copy(update={"policy": SupplementPolicy.RESUME}))


def _resume(draft: Draft, awaited: Awaited) -> None:
    if not awaited.subjects:
        return
    counted = [subject for subject in awaited.subjects if subject != APPOINTMENT]
    terms = {subject: _resumed(draft, subject, awaited) for subject in counted}
    if APPOINTMENT in awaited.subjects:
        terms[APPOINTMENT] = _appointment_resumed(draft, terms.get(PROMISE))
    draft.add(e.ClockResumed(terms=terms))


def _resumed(draft: Draft, subject: Subject, awaited: Awaited) -> Term:
    """The deadline as it goes on; a stop without length changes nothing, whatever was announced."""
    clock = draft.state.clocks[subject]
    limits = draft.limits_of(subject)
    resumed_at = resumption_of(subject, draft)
    if awaited.policy is SupplementPolicy.RESTART and clock.stops[-1].start < resumed_at:
        return term_of(limits, draft.newest_calendar_of(subject), resumed_at, number=clock.term.number + 1)
    stops, calendar = clock.stops_until(resumed_at), draft.calendar_of(subject)
    resumed = term_of(limits, calendar, clock.term.since, stops=stops, number=clock.term.number)
    return resumed.by(clock.term.calendar)


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


def _require_awaited(draft: Draft, what: str) -> Awaited:
    awaited = draft.state.awaited
    if awaited is None or awaited.what != what:
        raise NothingAwaited(awaited=what)
    return awaited
