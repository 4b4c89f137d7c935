"""Fold: what an event makes of a dossier. Total over events, never refuses, decides nothing."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol, TypeVar, assert_never

from dossiers import events as e
from dossiers import stop_events as s
from dossiers.apology_events import ApologyWeighed, AppointmentMoved
from dossiers.apology_fold import apologised
from dossiers.bundle_events import SubDossierOpened, SubDossierReported
from dossiers.calendar_events import CalendarChanged
from dossiers.calendar_fold import appointment_after, recounted
from dossiers.dispatches import DispatchesResumed, DispatchParked, DispatchReceived, Outbox
from dossiers.documents import DocumentsAttached, HeldDocument
from dossiers.escalation import Notice
from dossiers.hand_over_events import DossierReleased, HandOverAccepted, HandOverRecalled, HandOverRefused
from dossiers.outboxes import outboxes_after
from dossiers.payment_events import ChargeWaived, PaymentConfirmed, PaymentRequested
from dossiers.payment_fold import paying
from dossiers.state import Awaited, Clock, DossierState, DossierStatus, StepRun, Task, TaskState
from dossiers.stop_fold import answered, notice_ended, stopping, told_by
from dossiers.stops import Extend, Stop, StopReason
from dossiers.sub_dossiers import told
from dossiers.terms import Term
from dossiers.values import APPOINTMENT, PROMISE, StepId, Subject, TaskKey

Changes = dict[str, object]
K = TypeVar("K")
V = TypeVar("V")


class Moment(Protocol):
    """The two instants of an act, or of its record."""

    @property
    def occurred_at(self) -> datetime: ...

    @property
    def recorded_at(self) -> datetime: ...


def fold(records: Iterable[e.Record], state: DossierState | None = None) -> DossierState:
    """The state after all the records, in order."""
    folded = state or DossierState()
    for record in records:
        folded = evolve(folded, record)
    return folded


def evolve(state: DossierState, record: e.Record) -> DossierState:
    """The state after one more record."""
    after = state.model_copy(update={**_changes(state, record), "sequence": record.sequence})
    return after.model_copy(update={"outboxes": outboxes_after(state, after, record)}) if after.outboxes else after


def _changes(state: DossierState, record: e.Record) -> Changes:
    event = record.event
    match event:
        case e.DossierFiled():
            return _filed(record, event)
        case DispatchReceived() | DispatchParked() | DispatchesResumed():
            return {}
        case e.FactsRecorded() | DocumentsAttached():
            return _brought(state, record, event)
        case e.SupplementRequested() | e.SupplementReceived() | e.AnswerLapsed():
            return _applicant(state, record, event)
        case PaymentRequested() | PaymentConfirmed() | ChargeWaived():
            return paying(state, record.occurred_at, event)
        case e.ClockPaused() | e.ClockResumed() | e.DeadlineMoved():
            return _deadlines(state, record, event)
        case CalendarChanged():
            return recounted(state, event)
        case (
            s.AttendanceRequired()
            | s.DossierSuspended()
            | s.StandstillEnded()
            | s.StopNoticeSent()
            | s.ViolationRecorded()
        ):
            return stopping(state, record.occurred_at, event)
        case e.RungReached() | e.EscalationLifted() | e.ReminderSent() | e.NoticeAcknowledged():
            return _notices(state, event)
        case ApologyWeighed() | AppointmentMoved():
            return apologised(state, event)
        case e.DossierAccepted() | e.DossierRefused() | e.ResultDecided() | e.ResultReturned() | e.DossierWithdrawn():
            return _course(state, event)
        case SubDossierOpened() | SubDossierReported():
            return {"sub_dossiers": told(state.sub_dossiers, event)}
        case e.StepSkipped():
            return {"steps": _with(state.steps, event.step, _run(state, event.step, state="skipped"))}
        case e.WorkSentBack():
            return {"steps": _sent_back(state, event)}
        case _:
            return _task(state, record, event)


def _filed(record: e.Record, event: e.DossierFiled) -> Changes:
    return {
        "dossier": event.dossier,
        "status": DossierStatus.FILED,
        "filed": event,
        "filed_at": record.occurred_at,
        "facts": event.facts,
        "outboxes": {line: Outbox(interest=interest) for line, interest in event.lines.items()},
    }


def _brought(state: DossierState, record: e.Record, event: e.FactsRecorded | DocumentsAttached) -> Changes:
    match event:
        case e.FactsRecorded():
            return {"facts": {**state.facts, **event.facts}}
        case DocumentsAttached():
            agency = record.actor.seat.agency if record.actor is not None and record.actor.seat is not None else None
            held = (HeldDocument(**dict(one), attached_at=record.occurred_at, agency=agency) for one in event.documents)
            return {"documents": (*state.documents, *held)}
        case _:
            assert_never(event)


def _sent_back(state: DossierState, event: e.WorkSentBack) -> dict[StepId, StepRun]:
    steps = {**state.steps, **{step: _run(state, step, state="pending") for step in event.again}}
    target = steps[event.to]
    return _with(steps, event.to, target.model_copy(update={"sent_back": target.sent_back + 1}))


def _course(
    state: DossierState,
    event: e.DossierAccepted | e.DossierRefused | e.ResultDecided | e.ResultReturned | e.DossierWithdrawn,
) -> Changes:
    match event:
        case e.DossierAccepted():
            due = event.promise.due_at
            return {
                "status": DossierStatus.ACCEPTED,
                "clocks": _with(state.clocks, PROMISE, Clock(term=event.promise)),
                "rule_set": event.rule_set,
                "received_at": event.promise.since,
                "first_promise_at": due,
                "appointment_at": due,
            }
        case e.DossierRefused():
            return {"status": DossierStatus.REFUSED_AT_INTAKE}
        case e.ResultDecided():
            return {
                "status": DossierStatus.DECIDED,
                "result": event.result,
                "grade": event.grade,
                "clocks": _ended(_ended(state.clocks, PROMISE), APPOINTMENT),
            }
        case e.ResultReturned():
            return {"status": DossierStatus.RETURNED}
        case e.DossierWithdrawn():
            clocks = notice_ended(_ended(_ended(state.clocks, PROMISE), APPOINTMENT))
            return {"status": DossierStatus.WITHDRAWN, "awaited": None, "clocks": clocks}
        case _:
            assert_never(event)


def _task(
    state: DossierState,
    record: e.Record,
    event: e.TaskOpened
    | e.TaskAssigned
    | e.TaskCompleted
    | e.TaskCancelled
    | DossierReleased
    | HandOverAccepted
    | HandOverRefused
    | HandOverRecalled
    | e.ConsultationAnswered
    | e.ConsultationLapsed,
) -> Changes:
    match event:
        case e.TaskOpened():
            return _opened(state, record, event)
        case e.TaskAssigned():
            return {"tasks": _task_with(state, event.task, assigned=event.officer)}
        case e.TaskCompleted():
            return _finished(state, record, event.task, event.outcome)
        case e.TaskCancelled():
            return _no_longer_awaited(state, event.task, _closed(state, event.task, TaskState.CANCELLED))
        case DossierReleased() | HandOverAccepted():
            return _closed(state, event.task, TaskState.COMPLETED) if event.task in state.tasks else {}
        case HandOverRefused() | HandOverRecalled():
            return _closed(state, event.task, TaskState.CANCELLED)
        case e.ConsultationAnswered():
            return _finished(state, record, event.task, event.outcome) if event.counted else {}
        case e.ConsultationLapsed():
            return _silent(state, record, event)
        case _:
            assert_never(event)


def _opened(state: DossierState, record: e.Record, event: e.TaskOpened) -> Changes:
    task = Task(
        key=event.task,
        step=event.step,
        step_kind=event.step_kind,
        work=event.work,
        seat=event.seat,
        role=event.role,
        opened_at=record.occurred_at,
        consultation=event.consultation,
        sender=event.sender,
    )
    changes: Changes = {"tasks": _with(state.tasks, task.key, task)}
    if event.term is not None:
        changes["clocks"] = _with(state.clocks, task.key, Clock(term=event.term))
    if event.work == "apology":
        return changes
    if event.consultation is None or event.consultation.asked_by is None:
        run = state.run_of(task.step)
        starts = run.state == "pending"
        occurrence = run.occurrence + 1 if starts else run.occurrence
        opened = StepRun(
            occurrence=occurrence,
            sent_back=run.sent_back,
            state="open" if event.work == "step" else "handed_over",
            done_at_sequence=run.done_at_sequence,
        )
        changes["steps"] = _with(state.steps, task.step, opened)
    if event.work == "step" and state.status is DossierStatus.ACCEPTED:
        changes["status"] = DossierStatus.PROCESSING
    return changes


def _finished(state: DossierState, record: e.Record, key: TaskKey, outcome: str) -> Changes:
    changes = _no_longer_awaited(state, key, _closed(state, key, TaskState.COMPLETED))
    task = state.tasks[key]
    if task.work != "apology" and (task.consultation is None or task.consultation.asked_by is None):
        by = record.actor.id if record.actor is not None else None
        done = _run(state, task.step, state="done", done_at_sequence=record.sequence, done_by=by, outcome=outcome)
        changes["steps"] = _with(state.steps, task.step, done)
    return changes


def _no_longer_awaited(state: DossierState, key: TaskKey, changes: Changes) -> Changes:
    """Work that ended waits for no answer, whether or not it got one."""
    if state.awaited is None or state.awaited.task != key or state.status is DossierStatus.SUSPENDED:
        return changes
    status = {"status": DossierStatus.PROCESSING} if PROMISE in state.clocks else {}
    return {**changes, **status, "awaited": None}


def _silent(state: DossierState, record: e.Record, event: e.ConsultationLapsed) -> Changes:
    changes = _finished(state, record, event.task, f"silent_{event.on_timeout}")
    changes["tasks"] = _task_with(state, event.task, state=TaskState.LAPSED)
    return _with_notice(state, changes, event.notice)


def _applicant(
    state: DossierState, record: e.Record, event: e.SupplementRequested | e.SupplementReceived | e.AnswerLapsed
) -> Changes:
    match event:
        case e.SupplementRequested():
            awaited = Awaited(
                task=event.task,
                what=StopReason.SUPPLEMENT,
                asked_at=record.occurred_at,
                policy=event.policy,
                answer_by=event.answer_by,
            )
            changes: Changes = {
                "awaited": awaited,
                "supplements": _with(state.supplements, event.stage, state.supplements.get(event.stage, 0) + 1),
                "tasks": _task_with(state, event.task, state=TaskState.AWAITING),
            }
            if event.stage == "processing":
                changes["status"] = DossierStatus.AWAITING_SUPPLEMENT
            return changes
        case e.SupplementReceived():
            return {**answered(state), "supplied": tuple(dict.fromkeys((*state.supplied, *event.components)))}
        case e.AnswerLapsed():
            awaited = _still_awaited(state)
            changes = {"awaited": awaited.model_copy(update={"lapsed": True})}
            return _with_notice(state, changes, event.notice)
        case _:
            assert_never(event)


def _deadlines(
    state: DossierState, record: e.Record, event: e.ClockPaused | e.ClockResumed | e.DeadlineMoved
) -> Changes:
    match event:
        case e.ClockPaused():
            clocks = dict(state.clocks)
            for subject in event.subjects:
                clocks[subject] = _paused(clocks[subject], Stop(start=record.occurred_at, reason=event.reason))
            awaited = _still_awaited(state).model_copy(update={"subjects": event.subjects})
            return {"clocks": told_by(clocks, event.notice), "awaited": awaited}
        case e.ClockResumed():
            resumed = {
                subject: _resumed(state.clocks[subject], term, resumption_of(subject, record))
                for subject, term in event.terms.items()
            }
            clocks = notice_ended({**state.clocks, **resumed})
            changes: Changes = {} if state.awaited is None else answered(state)
            return {**changes, "clocks": clocks, **appointment_after(state, event.terms)}
        case e.DeadlineMoved():
            stop = Stop(start=record.occurred_at, policy=Extend(by=event.extension))
            moved = {subject: _extended(state.clocks[subject], term, stop) for subject, term in event.terms.items()}
            return {"clocks": {**state.clocks, **moved}, **appointment_after(state, event.terms)}
        case _:
            assert_never(event)


def _paused(clock: Clock, stop: Stop) -> Clock:
    return clock.model_copy(update={"stops": (*clock.stops, stop), "term": clock.term.stopped(), "is_stopped": True})


def resumption_of(subject: Subject, moment: "Moment") -> datetime:
    """When a stopped deadline goes on: the promise at the act's instant, a leg once its holder can know of it."""
    return moment.occurred_at if subject in {PROMISE, APPOINTMENT} else moment.recorded_at


def _resumed(clock: Clock, term: Term, resumed_at: datetime) -> Clock:
    if term.number > clock.term.number:
        return Clock(term=term)
    return clock.model_copy(update={"term": term, "stops": clock.stops_until(resumed_at), "is_stopped": False})


def _extended(clock: Clock, term: Term, stop: Stop) -> Clock:
    return clock.model_copy(update={"term": term, "stops": (*clock.stops, stop)})


def _notices(
    state: DossierState, event: e.RungReached | e.EscalationLifted | e.ReminderSent | e.NoticeAcknowledged
) -> Changes:
    match event:
        case e.RungReached():
            clock = state.clocks[event.subject]
            noticed = event.notice.id if event.notice is not None else clock.notice
            after = clock.model_copy(update={"fired": (*clock.fired, event.rung), "notice": noticed})
            changes: Changes = {"clocks": _with(state.clocks, event.subject, after)}
            return _with_notice(state, changes, event.notice)
        case e.EscalationLifted():
            clock = state.clocks[event.subject]
            standing = tuple(rung for rung in clock.fired if rung not in event.rungs)
            return {"clocks": _with(state.clocks, event.subject, clock.model_copy(update={"fired": standing}))}
        case e.ReminderSent():
            return _with_notice(state, {}, event.notice)
        case e.NoticeAcknowledged():
            open_ones = {notice: made for notice, made in state.notices.items() if notice != event.notice}
            return {"notices": open_ones, "acknowledged": (*state.acknowledged, event.notice)}
        case _:
            assert_never(event)


def _with_notice(state: DossierState, changes: Changes, notice: Notice | None) -> Changes:
    return changes if notice is None else {**changes, "notices": _with(state.notices, notice.id, notice)}


def _closed(state: DossierState, key: TaskKey, standing: TaskState) -> Changes:
    changes: Changes = {"tasks": _task_with(state, key, state=standing)}
    if Subject(key) in state.clocks:
        changes["clocks"] = _ended(state.clocks, Subject(key))
    return changes


def _ended(clocks: Mapping[Subject, Clock], subject: Subject) -> dict[Subject, Clock]:
    if subject not in clocks:
        return dict(clocks)
    return _with(clocks, subject, clocks[subject].model_copy(update={"is_ended": True}))


def _task_with(state: DossierState, key: TaskKey, /, **changes: object) -> dict[TaskKey, Task]:
    return _with(state.tasks, key, state.tasks[key].model_copy(update=changes))


def _run(state: DossierState, step: StepId, /, **changes: object) -> StepRun:
    return state.run_of(step).model_copy(update=changes)


def _still_awaited(state: DossierState) -> Awaited:
    assert state.awaited is not None, "the applicant owes nothing"
    return state.awaited


def _with(mapping: Mapping[K, V], key: K, value: V) -> dict[K, V]:
    return {**mapping, key: value}
