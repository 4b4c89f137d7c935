"""What the applicant is asked for, answers or takes back; the clock stops with the act that asks.

NĐ 61/2018/NĐ-CP, Điều 11.2c (one request per stage), 17, 19.4 (restart).
"""

from typing import Literal

from dossiers import commands as c
from dossiers import events as e
from dossiers.closing import cancel, lift, take_back_weighing
from dossiers.deadlines import deadline
from dossiers.draft import Draft
from dossiers.errors import DossierDecided, NothingAwaited, SupplementSpent, WrongAct
from dossiers.limits import Counting
from dossiers.procedure import Supplement, SupplementPolicy
from dossiers.standstill import pause, require_no_wait, resume
from dossiers.state import Awaited, Task
from dossiers.stops import Extend, Stop, StopReason
from dossiers.terms import term_of
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE


def request_supplement(draft: Draft, command: c.RequestSupplement, task: Task) -> None:
    """Ask for more: at the counter before acceptance, or during processing through the counter."""
    stage: Literal["intake", "processing"] = "processing" if PROMISE in draft.state.clocks else "intake"
    terms = draft.step(task.step).supplement if stage == "processing" else draft.rulebook.procedure.intake_supplement
    if terms is None or not task.steers:
        message = "Bước này không được yêu cầu người nộp bổ sung hồ sơ."
        raise WrongAct(message, task=task.key)
    require_no_wait(draft)
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
        pause(draft, (task.key,), StopReason.SUPPLEMENT, terms.basis.citation, command.reason)


def _is_beyond_notice(draft: Draft, terms: Supplement) -> bool:
    promise = draft.state.clocks.get(PROMISE)
    if promise is None or terms.notice_within is None:
        return False
    last = deadline(draft.rulebook.calendar, promise.term.since, terms.notice_within, Counting.PROMISE).due
    return last is not None and draft.occurred_at > last


def _extend(draft: Draft, terms: Supplement) -> None:
    extension = terms.extension
    assert extension is not None, "the linter lets no EXTEND pass without its length"
    take_back_weighing(draft)
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


def answer_supplement(draft: Draft, command: c.AnswerSupplement) -> None:
    """The applicant has supplied: time counts again as the procedure says."""
    awaited = _require_awaited(draft, StopReason.SUPPLEMENT)
    draft.add(e.SupplementReceived(task=awaited.task, components=command.components))
    resume(draft, awaited)


def withdraw(draft: Draft, command: c.Withdraw) -> None:
    """The applicant takes the dossier back; lawful only while no result is decided (TT 03/2025, Mẫu 05)."""
    if draft.state.result is not None:
        raise DossierDecided(result=draft.state.result)
    cancel(draft, "withdrawal")
    for subject in (PROMISE, APPOINTMENT, STOP_NOTICE):
        lift(draft, subject)
    draft.add(e.DossierWithdrawn(reason=command.reason))


def _require_awaited(draft: Draft, what: StopReason) -> Awaited:
    awaited = draft.state.awaited
    if awaited is None or awaited.what != what:
        raise NothingAwaited(awaited=what)
    return awaited
