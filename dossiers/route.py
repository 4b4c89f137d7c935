"""The route: which step opens next, and which agency must hand the dossier to which (NĐ 61/2018/NĐ-CP, Điều 18, 19.6).

A step opens when everything it waits for is done or does not apply. Where nobody before it sits at its agency, the
dossier first travels: released by the one side, accepted by the other.
"""

from datetime import datetime

from dossiers import events as e
from dossiers.bundle_events import SubDossierOpened
from dossiers.closing import decide_result
from dossiers.conditions import holds
from dossiers.deadlines import transfer_due, transfer_overdue
from dossiers.draft import Draft
from dossiers.hand_over_events import DossierReleased
from dossiers.identity import sub_dossier_id
from dossiers.procedure import Duty, HandOverMode, Role, Step, StepKind, SubDossier
from dossiers.seats import Seat
from dossiers.state import DossierStatus
from dossiers.terms import Term, term_of, term_until
from dossiers.values import Result, StepId, TaskKey, task_key

#: An opinion is asked for and a sub-dossier is filed; the dossier itself stays where it is.
_TRAVELS_BY_ITSELF = (StepKind.CONSULTATION, StepKind.SUB_DOSSIER)


def open_ready(draft: Draft) -> None:
    """Open, or skip, every step whose turn has come; none comes while the whole stands still."""
    while draft.state.status is not DossierStatus.SUSPENDED and (step := _next_ready(draft)) is not None:
        _take_turn(draft, step)


def _next_ready(draft: Draft) -> Step | None:
    return next((one for one in draft.rulebook.procedure.steps if _turn_has_come(draft, one)), None)


def _turn_has_come(draft: Draft, step: Step) -> bool:
    is_pending = draft.state.run_of(step.id).state == "pending"
    return is_pending and all(draft.state.run_of(before).state in {"done", "skipped"} for before in step.after)


def _take_turn(draft: Draft, step: Step) -> None:
    if not _applies(draft, step):
        draft.add(e.StepSkipped(step=step.id))
        return
    if step.kind is StepKind.RETURN and draft.state.result is None:
        decide_result(draft, _result(draft))
    open_step(draft, step, sender=_sender(draft, step))


def _applies(draft: Draft, step: Step) -> bool:
    """An official receiver has nothing to receive where the dossier was taken in at its own counter."""
    procedure = draft.rulebook.procedure
    is_received_here = draft.seat(step.by) == draft.seat(procedure.counter.name)
    if is_received_here and procedure.participant(step.by).duty is Duty.RECEIVER:
        return False
    return step.when is None or holds(step.when, draft.state.facts)


def open_step(draft: Draft, step: Step, *, sender: Step | None) -> None:
    """Open the step's task, or first the leg from the agency of ``sender`` to its own."""
    here = draft.seat(step.by)
    if sender is None or step.kind in _TRAVELS_BY_ITSELF or draft.seat(sender.by).agency == here.agency:
        open_task(draft, step)
    elif draft.rulebook.procedure.hand_over is HandOverMode.ELECTRONIC:
        release(draft, step, draft.seat(sender.by))
    else:
        open_hand_over(draft, step, draft.seat(sender.by), sender.role)


def open_task(draft: Draft, step: Step) -> None:
    """The step's own work; its clock starts when the engine opens it, so no holder pays for the engine's delay."""
    seat = draft.seat(step.by)
    limits = draft.limits_of_step(step)
    term = None if limits is None else term_of(limits, draft.rulebook.calendar_of(seat.unit), draft.opens_at)
    terms = None
    if step.consultation is not None:
        terms = e.ConsultationTerms(on_timeout=step.consultation.on_timeout, basis=step.consultation.basis.citation)
    opened = e.TaskOpened(
        task=task_key(f"{step.id}#{occurrence(draft, step.id)}"),
        step=step.id,
        step_kind=step.kind,
        work="step",
        seat=seat,
        role=step.role,
        term=term,
        consultation=terms,
    )
    draft.add(opened, at=draft.opens_at)
    if step.sub_dossier is not None:
        _open_sub_dossier(draft, opened.task, step.sub_dossier)


def _open_sub_dossier(draft: Draft, task: TaskKey, terms: SubDossier) -> None:
    """The task only waits; the work is a dossier of its own, filed with what this one knows by now."""
    dossier = draft.state.dossier
    assert dossier is not None, "a dossier is filed before a part of it opens"
    facts = draft.state.facts
    draft.add(
        SubDossierOpened(
            task=task,
            sub_dossier=sub_dossier_id(dossier, task),
            procedure=terms.procedure,
            facts={theirs: facts[ours] for theirs, ours in terms.gives.items() if ours in facts},
            wanted=tuple(dict.fromkeys(terms.brings.values())),
            returned=terms.returned,
        ),
        at=draft.opens_at,
    )


def _result(draft: Draft) -> Result:
    """Granted unless the parts of the whole say otherwise: one that was refused holds no other."""
    parts = draft.state.sub_dossiers.values()
    granted = [one for one in parts if one.result == "granted"]
    if len(granted) == len(parts):
        return "granted"
    return "partial" if granted or any(one.result == "partial" for one in parts) else "refused"


def open_hand_over(draft: Draft, step: Step, sender: Seat, role: Role) -> None:
    """The sender still holds the paper and owes its release."""
    receiver = draft.seat(step.by)
    opened = e.TaskOpened(
        task=fresh_key(draft, f"{step.id}#{occurrence(draft, step.id)}/hand-over"),
        step=step.id,
        step_kind=step.kind,
        work="hand_over",
        seat=sender,
        role=role,
        term=transfer_term(draft, sender, receiver, draft.recorded_at),
        sender=sender,
    )
    draft.add(opened, at=draft.recorded_at)


def release(draft: Draft, step: Step, sender: Seat, task: TaskKey | None = None) -> None:
    """The dossier leaves the sender; the receiver owes its acceptance."""
    receiver = draft.seat(step.by)
    key = fresh_key(draft, f"{step.id}#{occurrence(draft, step.id)}/acceptance")
    draft.add(DossierReleased(task=task or key, sender=sender, receiver=receiver))
    opened = e.TaskOpened(
        task=key,
        step=step.id,
        step_kind=step.kind,
        work="acceptance",
        seat=receiver,
        role=step.role,
        term=transfer_term(draft, sender, receiver, draft.recorded_at),
        sender=sender,
    )
    draft.add(opened, at=draft.recorded_at)


def transfer_term(draft: Draft, sender: Seat, receiver: Seat, received: datetime, *, number: int = 1) -> Term:
    """A hand-over by the rule of the day of receipt (NĐ 61/2018/NĐ-CP, Điều 18)."""
    rules = draft.rules
    theirs = draft.rulebook.calendar_of(receiver.unit)
    due = transfer_due(received, draft.rulebook.calendar_of(sender.unit), theirs, rules.transfer_cutoff)
    counted = transfer_overdue(received, due, theirs, rules.transfer_grace)
    return term_until(draft.ladder("transfer"), theirs, received, counted, number=number)


def occurrence(draft: Draft, step: StepId) -> int:
    """The run of the step that is being opened: a leg opens it, and its task goes on with the same number."""
    run = draft.state.run_of(step)
    return run.occurrence + 1 if run.state == "pending" else run.occurrence


def fresh_key(draft: Draft, wanted: str) -> TaskKey:
    """A leg that was refused or recalled travels again under a further number; an apology is owed again under one."""
    taken = [key for key in draft.state.tasks if key == wanted or key.startswith(f"{wanted}.")]
    return task_key(f"{wanted}.{len(taken) + 1}" if taken else wanted)


def _sender(draft: Draft, step: Step) -> Step | None:
    """The step whose agency holds the dossier for this one; a step at the same agency if there is any."""
    before = _done_before(draft, step)
    here = draft.seat(step.by).agency
    at_home = [one for one in before if draft.seat(one.by).agency == here]
    return next(reversed(at_home or before), None)


def _done_before(draft: Draft, step: Step) -> list[Step]:
    """The last steps done before this one, in the order they were done.

    Seen through steps that did not apply, opinions and sub-dossiers: the dossier itself never lay with them.
    """
    found: dict[StepId, Step] = {}
    waiting = list(step.after)
    while waiting:
        before = draft.step(waiting.pop())
        if before.kind in _TRAVELS_BY_ITSELF or draft.state.run_of(before.id).state == "skipped":
            waiting.extend(before.after)
        else:
            found[before.id] = before
    procedure = draft.rulebook.procedure
    last = [one for one in found.values() if not found.keys() & set(procedure.downstream(one.id))]
    return sorted(last, key=lambda one: draft.state.run_of(one.id).done_at_sequence)
