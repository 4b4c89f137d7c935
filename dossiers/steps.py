"""The acts of the route itself: file, receive, work, decide, return, send back (NĐ 61/2018/NĐ-CP, Điều 17-20)."""

from collections.abc import Mapping
from typing import assert_never

from dossiers import commands as c
from dossiers import events as e
from dossiers.attaching import attach
from dossiers.closing import cancel, decide_result, finish
from dossiers.conditions import FactValue
from dossiers.draft import Draft, check_facts
from dossiers.errors import (
    ConsultationPending,
    FilingRejected,
    FourEyes,
    OutcomeNotAllowed,
    ReasonMissing,
    ReworkSpent,
    Violation,
    WrongAct,
)
from dossiers.procedure import Effect, Outcome, Returned, Step, StepKind
from dossiers.route import open_ready, open_step
from dossiers.standstill import end_wait
from dossiers.state import Task
from dossiers.terms import term_of
from dossiers.texts import TextRef
from dossiers.values import PROMISE, StepId

_DONE = Outcome(code="done", label="Hoàn thành")
#: Kinds that end by an act of their own.
_OWN_ACTS = {
    StepKind.RECEPTION: "receive",
    StepKind.APPROVAL: "approve",
    StepKind.SIGNING: "sign",
    StepKind.CONSULTATION: "answer_consultation",
    StepKind.PAYMENT: "request_payment",
    StepKind.RETURN: "return_result",
    StepKind.SUB_DOSSIER: "report_sub_dossier",
}
#: What one officer may do in one call after receiving (TT 01/2018/TT-VPCP, Điều 6); money and return have own acts.
_DECIDED_ON_THE_SPOT = (StepKind.APPRAISAL, StepKind.APPROVAL)


def file_dossier(draft: Draft, command: c.FileDossier) -> None:
    """The dossier exists; its reception opens."""
    if draft.state.filed is not None:
        message = "Hồ sơ này đã được nộp."
        raise WrongAct(message, number=draft.state.filed.number)
    _require_seats(draft, command)
    filed = command.model_dump(exclude={"kind", "documents"})
    draft.add(e.DossierFiled(**{**filed, "facts": check_facts(draft.rulebook, command.facts)}))
    attach(draft, command, None)
    if command.parent is None:
        open_ready(draft)
    else:
        _receive_with_parent(draft)


def _receive_with_parent(draft: Draft) -> None:
    """The counter has received the whole, so it has received its parts: nobody does it twice."""
    draft.opens_at = draft.occurred_at
    open_ready(draft)
    reception = draft.state.live_tasks()[0]
    draft.opens_at = draft.recorded_at
    receive(draft, c.Receive(task=reception.key), reception)


def _require_seats(draft: Draft, command: c.FileDossier) -> None:
    """Every part of the procedure is filled, so no step can ever lie with nobody."""
    vacant = [one.name for one in draft.rulebook.procedure.participants if one.name not in command.seats]
    if vacant:
        raise FilingRejected(
            [Violation(pointer=f"/seats/{name}", message=f"Chưa có cơ quan nào giữ phần “{name}”.") for name in vacant]
        )


def receive(draft: Draft, command: c.Receive, task: Task) -> None:
    """The receipt is issued, the promise begins, the route opens."""
    _require_kind(task, StepKind.RECEPTION, "receive")
    required = tuple(fact.name for fact in draft.rulebook.procedure.facts if fact.required)
    draft.record_facts(command.facts, required)
    finish(draft, task, "accepted")
    promise = term_of(draft.limits_of(PROMISE), draft.rulebook.calendar, draft.occurred_at)
    rules = draft.rulebook.rule_set_on(draft.occurred_at.date())
    draft.add(e.DossierAccepted(promise=promise, rule_set=rules.code))
    open_ready(draft)


def refuse(draft: Draft, command: c.Refuse, task: Task) -> None:
    """Form 03: at the counter it ends the dossier; later it is the result and goes back through the counter."""
    if not task.steers:
        raise WrongAct(task=task.key, act="refuse")
    if task.step_kind is StepKind.RECEPTION:
        finish(draft, task, "refused")
        draft.add(e.DossierRefused(reason=command.reason))
        return
    step = draft.step(task.step)
    outcome = next((one for one in step.outcomes if one.effect is Effect.REFUSE), None)
    if outcome is None:
        raise OutcomeNotAllowed(step=step.id, outcome="refuse")
    _end_with_refusal(draft, task, outcome.code, command.reason)


def complete(draft: Draft, command: c.Complete, task: Task) -> None:
    """End a step that has no act of its own, with one of its outcomes."""
    if task.work != "step" or task.step_kind in _OWN_ACTS:
        raise WrongAct(task=task.key, act=_OWN_ACTS.get(task.step_kind, "hand_over"))
    outcome = _outcome_named(draft.step(task.step), command.outcome)
    if outcome.reason and command.opinion is None:
        raise ReasonMissing(step=task.step, outcome=outcome.code)
    match outcome.effect:
        case Effect.FORWARD:
            go_forward(draft, task, outcome.code, command.facts, command.opinion)
        case Effect.REFUSE:
            _end_with_refusal(draft, task, outcome.code, _reason(command.opinion, task, outcome))
        case Effect.REWORK:
            assert outcome.back_to is not None, "the linter lets no rework pass without its target"
            rework(draft, task, outcome.back_to, _reason(command.opinion, task, outcome))
        case _:
            assert_never(outcome.effect)


def approve(draft: Draft, command: c.Approve, task: Task) -> None:
    """The head approves."""
    _require_kind(task, StepKind.APPROVAL, "approve")
    go_forward(draft, task, _forward(draft.step(task.step)).code, command.facts, command.opinion)


def sign(draft: Draft, command: c.Sign, task: Task) -> None:
    """The result is signed."""
    _require_kind(task, StepKind.SIGNING, "sign")
    go_forward(draft, task, _forward(draft.step(task.step)).code, {}, command.opinion)


def return_result(draft: Draft, task: Task) -> None:
    """The applicant has the result; the dossier ends."""
    _require_kind(task, StepKind.RETURN, "return_result")
    assert draft.state.filed is not None, "a dossier is filed before it is returned"
    parent = draft.state.filed.parent
    if parent is not None and parent.returned is Returned.WITH_PARENT:
        message = f"Kết quả này trả cùng hồ sơ {parent.number}."
        raise WrongAct(message, task=task.key, parent=str(parent.dossier))
    finish(draft, task, "returned")
    draft.add(e.ResultReturned())


def decide_on_the_spot(draft: Draft, command: c.DecideOnTheSpot, task: Task) -> None:
    """Reception, appraisal and approval by one officer in one call, up to the return."""
    declared = draft.rulebook.procedure.on_the_spot
    if declared is None:
        message = "Thủ tục này không được giải quyết ngay tại bộ phận Một cửa."
        raise WrongAct(message, procedure=draft.rulebook.procedure.code)
    # One officer did it all at the act's instant: no work of his opens after he has ended it.
    draft.opens_at = draft.occurred_at
    receive(draft, c.Receive(task=task.key, facts=command.facts), task)
    while (following := _next_on_the_spot(draft, task)) is not None:
        step = draft.step(following.step)
        is_decision = step.kind is StepKind.APPROVAL
        draft.record_facts({}, step.records)
        finish(draft, following, declared.outcome if is_decision else _forward(step).code)
        open_ready(draft)


def rework(draft: Draft, task: Task, to: StepId, reason: TextRef) -> None:
    """An earlier step is done again, and everything that followed from it."""
    if not task.steers:
        raise WrongAct(task=task.key, act="rework")
    _require_way_back(draft, task, to)
    procedure = draft.rulebook.procedure
    again = (to, *procedure.downstream(to))
    finish(draft, task, "rework", reason)
    live = [one for one in draft.state.live_tasks() if one.work != "apology"]
    withdrawn = tuple(one.key for one in live if one.step in again)
    end_wait(draft, withdrawn)
    cancel(draft, "rework", keys=withdrawn)
    draft.add(e.WorkSentBack(task=task.key, to=to, again=again, reason=reason))
    open_step(draft, procedure.step(to), sender=procedure.step(task.step))


def _require_way_back(draft: Draft, task: Task, to: StepId) -> None:
    """The procedure says where work may be sent back to, and how often."""
    step = draft.step(task.step)
    declared = tuple(one.back_to for one in step.outcomes if one.effect is Effect.REWORK)
    if to not in declared:
        message = f"Bước “{step.label}” không được trả lại cho “{to}”."
        raise OutcomeNotAllowed(message, step=step.id, to=to)
    run = draft.state.run_of(to)
    if run.state != "done":
        message = f"Bước “{draft.step(to).label}” chưa làm nên không làm lại được."
        raise OutcomeNotAllowed(message, step=step.id, to=to)
    if run.sent_back >= draft.step(to).rework_max:
        raise ReworkSpent(step=to, limit=str(draft.step(to).rework_max))


def go_forward(draft: Draft, task: Task, outcome: str, facts: Mapping[str, FactValue], opinion: TextRef | None) -> None:
    """A step ends well and the route goes on."""
    step = draft.step(task.step)
    _require_four_eyes(draft, step)
    _require_answers(draft, task)
    draft.record_facts(facts, step.records)
    finish(draft, task, outcome, opinion)
    open_ready(draft)


def _end_with_refusal(draft: Draft, task: Task, outcome: str, reason: TextRef) -> None:
    _require_four_eyes(draft, draft.step(task.step))
    end_wait(draft, tuple(one.key for one in draft.state.live_tasks()))
    finish(draft, task, outcome, reason)
    cancel(draft, "refusal")
    decide_result(draft, "refused", reason)
    returning = draft.rulebook.procedure.steps_of_kind(StepKind.RETURN)[-1]
    open_step(draft, returning, sender=draft.step(task.step))


def _next_on_the_spot(draft: Draft, reception: Task) -> Task | None:
    return next(
        (
            one
            for one in draft.state.live_tasks()
            if one.work == "step" and one.seat == reception.seat and one.step_kind in _DECIDED_ON_THE_SPOT
        ),
        None,
    )


def _require_kind(task: Task, kind: StepKind, act: str) -> None:
    if task.work != "step" or task.step_kind is not kind:
        raise WrongAct(task=task.key, act=act)


def _require_four_eyes(draft: Draft, step: Step) -> None:
    actor = draft.actor_id
    same = draft.done_before_by(step.id, actor) if actor is not None else ()
    if same:
        message = f"Người đã làm bước “{same[0].label}” không được làm bước “{step.label}”."
        raise FourEyes(message, officer=str(actor), step=step.id)


def _require_answers(draft: Draft, task: Task) -> None:
    pending = [
        one.seat.agency
        for one in draft.state.live_tasks()
        if one.consultation is not None and one.consultation.asked_by == task.key
    ]
    if pending:
        message = f"Còn chờ ý kiến của: {', '.join(pending)}."
        raise ConsultationPending(message, agencies=", ".join(pending))


def _outcome_named(step: Step, code: str) -> Outcome:
    outcomes = step.outcomes or (_DONE,)
    for outcome in outcomes:
        if outcome.code == code:
            return outcome
    message = f"Bước “{step.label}” chỉ có thể kết thúc bằng: {', '.join(one.code for one in outcomes)}."
    raise OutcomeNotAllowed(message, step=step.id, outcome=code)


def _forward(step: Step) -> Outcome:
    return next((one for one in step.outcomes if one.effect is Effect.FORWARD), _DONE)


def _reason(opinion: TextRef | None, task: Task, outcome: Outcome) -> TextRef:
    if opinion is None:
        raise ReasonMissing(step=task.step, outcome=outcome.code)
    return opinion
