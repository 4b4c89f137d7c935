"""What the read side shows of a dossier: a pure rendering of its folded state and the records that led there.

``render`` is given the state before and after some records and answers the rows that changed; from the empty state and
the whole journal it answers every row. So the read side is the fold by construction, and whoever doubts it compares.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from dossiers import events as e
from dossiers.apology_events import ApologyWeighed, AppointmentMoved
from dossiers.calendar_events import CalendarChanged
from dossiers.deadlines import Grade
from dossiers.escalation import Notice
from dossiers.form_kinds import issues
from dossiers.hand_over_events import DossierReleased, HandOverAccepted, HandOverRecalled, HandOverRefused
from dossiers.identity import task_id
from dossiers.state import Clock, DossierState, Task
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE, OfficerId, Subject, TaskKey
from store.dispatch_projection import render_dispatches
from store.rendered import (
    Acknowledgement,
    ClockState,
    DeadlineState,
    LegState,
    Lifting,
    Projection,
    RenderedDeadline,
    RenderedDocument,
    RenderedEscalation,
    RenderedForm,
    RenderedLeg,
    RenderedNotice,
    RenderedRegister,
    RenderedTask,
)

Records = Sequence[e.Record]


def render(before: DossierState, after: DossierState, records: Records) -> Projection:
    """The rows that ``records`` change; ``after`` is the fold of them over ``before``, and they are whole acts."""
    escalations, lifted = _escalations(records)
    notices, acknowledged = _notices(records)
    return Projection(
        dossier=_register(after, records),
        tasks=_tasks(before, after, records),
        given=tuple(record.event.task for record in records if isinstance(record.event, e.TaskAssigned)),
        legs=_legs(after, records),
        deadlines=_deadlines(before, after, records),
        escalations=escalations,
        lifted=lifted,
        notices=notices,
        acknowledged=acknowledged,
        dispatches=render_dispatches(before, after, records),
        documents=_documents(before, after),
        forms=_forms(after, records),
    )


def _documents(before: DossierState, after: DossierState) -> tuple[RenderedDocument, ...]:
    return tuple(
        RenderedDocument.model_validate(one, from_attributes=True) for one in after.documents[len(before.documents) :]
    )


def _forms(state: DossierState, records: Records) -> tuple[RenderedForm, ...]:
    if state.filed is None:
        return ()
    when = {record.sequence: record.occurred_at for record in records}
    return tuple(
        RenderedForm(
            sequence=one.sequence,
            form=one.kind,
            agency=one.agency,
            year=one.year,
            number=one.number,
            issued_at=when[one.sequence],
        )
        for one in issues(records, state.rule_set or state.filed.rule_set)
    )


def _register(state: DossierState, records: Records) -> RenderedRegister:
    late = {record.cause for record in records if record.evidence is not None}
    seats = state.filed.seats.values() if state.filed is not None else ()
    return RenderedRegister(
        status=state.status,
        portal_code=state.status.portal_code,
        last_sequence=state.sequence,
        filed_at=state.filed_at,
        received_at=_when(records, e.DossierAccepted),
        first_promise_at=state.first_promise_at,
        promise_at=state.due_of(PROMISE),
        appointment_at=state.appointment_at,
        calendar=state.calendar,
        reappointments=state.reappointments,
        result=state.result,
        grade=state.grade,
        decided_at=_when(records, e.ResultDecided),
        closed_at=_when(records, e.DossierRefused, e.DossierWithdrawn, e.ResultReturned),
        late_entries=len(late),
        agencies=tuple(sorted({seat.agency for seat in seats})),
    )


def _when(records: Records, *events: type[e.AnyEvent]) -> datetime | None:
    return next((record.occurred_at for record in records if isinstance(record.event, events)), None)


def _tasks(before: DossierState, after: DossierState, records: Records) -> tuple[RenderedTask, ...]:
    ended = _ends(after, records)
    return tuple(
        _task(after, task, ended.get(task.key))
        for task in after.tasks.values()
        if task is not before.tasks.get(task.key)
        or after.clocks.get(Subject(task.key)) is not before.clocks.get(Subject(task.key))
    )


def _task(state: DossierState, task: Task, closed_at: datetime | None) -> RenderedTask:
    assert state.dossier is not None, "a dossier is filed before a task opens"
    assert state.filed is not None, "a dossier is filed before a task opens"
    return RenderedTask(
        id=task_id(state.dossier, task.key),
        key=task.key,
        number=state.filed.number,
        procedure=state.filed.procedure,
        channel=state.filed.channel,
        step=task.step,
        step_kind=task.step_kind,
        work=task.work,
        agency=task.seat.agency,
        unit=task.seat.unit,
        role=task.role,
        sender_agency=None if task.sender is None else task.sender.agency,
        sender_unit=None if task.sender is None else task.sender.unit,
        state=task.state,
        assigned=task.assigned,
        opened_at=task.opened_at,
        closed_at=closed_at,
        due_at=state.due_of(task.key),
        deadline_state=_deadline_state(state.clocks.get(task.key)),
    )


def _deadline_state(clock: Clock | None) -> DeadlineState:
    if clock is None:
        return DeadlineState.NONE
    if clock.is_stopped:
        return DeadlineState.STOPPED
    fired = [rung for rung in clock.term.rungs if rung.code in clock.fired]
    if any(rung.is_overdue for rung in fired):
        return DeadlineState.OVERDUE
    return DeadlineState.NEAR if fired else DeadlineState.WITHIN


def _ends(state: DossierState, records: Records) -> dict[TaskKey, datetime]:
    """When which task ended, of those that these records end."""
    ended: dict[TaskKey, datetime] = {}
    for record in records:
        match record.event:
            case (
                e.TaskCompleted()
                | e.TaskCancelled()
                | HandOverAccepted()
                | HandOverRefused()
                | HandOverRecalled()
                | e.ConsultationLapsed()
                | e.ConsultationAnswered(counted=True)
            ) as event:
                ended[event.task] = record.occurred_at
            case DossierReleased(task=key) if state.tasks[key].work == "hand_over":
                ended[key] = record.occurred_at
            case _:
                pass
    return {key: at for key, at in ended.items() if not state.tasks[key].state.is_live}


class _Settled(NamedTuple):
    """How a leg ended."""

    state: LegState
    record: e.Record
    grade: Grade | None = None


def _legs(state: DossierState, records: Records) -> tuple[RenderedLeg, ...]:
    released: dict[TaskKey, e.Record] = {}
    settled: dict[TaskKey, _Settled] = {}
    previous: e.Record | None = None
    for record in records:
        match record.event:
            case e.TaskOpened(work="acceptance", task=key):
                is_released = previous is not None and isinstance(previous.event, DossierReleased)
                released[key] = previous if previous is not None and is_released else record
            case HandOverAccepted(task=key, grade=grade):
                settled[key] = _Settled(LegState.ACCEPTED, record, grade)
            case HandOverRefused(task=key):
                settled[key] = _Settled(LegState.REFUSED, record)
            case HandOverRecalled(task=key):
                settled[key] = _Settled(LegState.RECALLED, record)
            case e.TaskCancelled(task=key) if state.tasks[key].work == "acceptance":
                settled[key] = _Settled(LegState.CANCELLED, record)
            case _:
                pass
        previous = record
    return tuple(
        _leg(state.tasks[key], released.get(key), settled.get(key)) for key in dict.fromkeys([*released, *settled])
    )


def _leg(task: Task, released: e.Record | None, settled: _Settled | None) -> RenderedLeg:
    """Without its release in these records the row exists already, and keeps it."""
    assert task.sender is not None, "a leg has a sender"
    return RenderedLeg(
        task=task.key,
        step=task.step,
        sender_agency=task.sender.agency,
        sender_unit=task.sender.unit,
        receiver_agency=task.seat.agency,
        receiver_unit=task.seat.unit,
        state=settled.state if settled else LegState.RELEASED,
        released_at=released.occurred_at if released else task.opened_at,
        released_by=_actor(released),
        settled_at=settled.record.occurred_at if settled else None,
        settled_by=_actor(settled.record) if settled else None,
        grade=settled.grade if settled else None,
    )


def _deadlines(before: DossierState, after: DossierState, records: Records) -> tuple[RenderedDeadline, ...]:
    first = _first_dues(records)
    return tuple(
        RenderedDeadline(
            subject=subject,
            term=clock.term.number,
            since=clock.term.since,
            due_at=clock.term.due_at,
            first_due_at=first.get(subject),
            state=_clock_state(clock),
            next_rung_at=_next_rung(clock),
        )
        for subject, clock in after.clocks.items()
        if clock is not before.clocks.get(subject)
    )


def _first_dues(records: Records) -> dict[Subject, datetime]:
    """The due instant that each deadline had when it began, of those that begin in these records."""
    first: dict[Subject, datetime] = {}
    for record in records:
        match record.event:
            case e.TaskOpened(task=key, term=term) if term is not None and term.due_at is not None:
                first[key] = term.due_at
            case e.DossierAccepted(promise=term) if term.due_at is not None:
                first[PROMISE] = term.due_at
            case e.ClockPaused(notice=term) if term is not None and term.due_at is not None:
                first.setdefault(STOP_NOTICE, term.due_at)
            case AppointmentMoved(term=term) if term.due_at is not None:
                first.setdefault(APPOINTMENT, term.due_at)
            case _:
                pass
    return first


def _clock_state(clock: Clock) -> ClockState:
    if clock.is_ended:
        return ClockState.ENDED
    return ClockState.STOPPED if clock.is_stopped else ClockState.RUNNING


def _next_rung(clock: Clock) -> datetime | None:
    if not clock.runs:
        return None
    waiting = (rung.at for rung in clock.term.rungs if rung.at is not None and rung.code not in clock.fired)
    return min(waiting, default=None)


def _escalations(records: Records) -> tuple[tuple[RenderedEscalation, ...], tuple[Lifting, ...]]:
    reached: list[RenderedEscalation] = []
    lifted: list[Lifting] = []
    for record in records:
        match record.event:
            case e.RungReached() as event:
                reached.append(_escalation(record, event))
            case e.EscalationLifted(subject=subject, rungs=rungs):
                taken_back = [
                    Lifting(subject=subject, rung=rung, before=record.sequence, lifted_at=record.recorded_at)
                    for rung in rungs
                ]
                reached = [_lifted(row, taken_back) for row in reached]
                lifted += taken_back
            case _:
                pass
    return tuple(reached), tuple(lifted)


def _escalation(record: e.Record, event: e.RungReached) -> RenderedEscalation:
    return RenderedEscalation(
        sequence=record.sequence,
        subject=event.subject,
        rung=event.rung,
        term=event.term,
        is_overdue=event.is_overdue,
        reached_at=record.occurred_at,
        decided_at=record.recorded_at,
        notice=None if event.notice is None else event.notice.id,
        previous_acknowledged=event.previous_acknowledged,
        lifted_at=None,
    )


def _lifted(row: RenderedEscalation, lifted: Sequence[Lifting]) -> RenderedEscalation:
    for one in lifted:
        if row.lifted_at is None and (row.subject, row.rung) == (one.subject, one.rung):
            return row.model_copy(update={"lifted_at": one.lifted_at})
    return row


def _notices(records: Records) -> tuple[tuple[RenderedNotice, ...], tuple[Acknowledgement, ...]]:
    made: dict[object, RenderedNotice] = {}
    seen: list[Acknowledgement] = []
    for record in records:
        match record.event:
            case (e.RungReached() | e.AnswerLapsed() | e.ConsultationLapsed() | e.ReminderSent()) as event:
                if event.notice is not None:
                    made[event.notice.id] = _notice(record, event, event.notice)
            case (CalendarChanged() | ApologyWeighed()) as event:
                made.update({notice.id: _notice(record, event, notice) for notice in event.notices})
            case AppointmentMoved(notice=notice) as event:
                made[notice.id] = _notice(record, event, notice)
            case e.NoticeAcknowledged(notice=seen_id):
                acknowledgement = Acknowledgement(
                    id=seen_id, acknowledged_at=record.occurred_at, acknowledged_by=_actor(record)
                )
                seen.append(acknowledgement)
                if seen_id in made:
                    made[seen_id] = made[seen_id].model_copy(update=acknowledgement.model_dump(exclude={"id"}))
            case _:
                pass
    return tuple(made.values()), tuple(seen)


def _notice(
    record: e.Record,
    event: e.RungReached
    | e.AnswerLapsed
    | e.ConsultationLapsed
    | e.ReminderSent
    | CalendarChanged
    | ApologyWeighed
    | AppointmentMoved,
    notice: Notice,
) -> RenderedNotice:
    return RenderedNotice(
        id=notice.id,
        sequence=record.sequence,
        subject=notice.subject,
        event_kind=event.kind,
        rung=event.rung if isinstance(event, e.RungReached) else None,
        agency=notice.agency,
        unit=notice.unit,
        role=notice.role,
        officer=notice.officer,
        made_at=record.occurred_at,
        decided_at=record.recorded_at,
        acknowledged_at=None,
        acknowledged_by=None,
    )


def _actor(record: e.Record | None) -> OfficerId | None:
    return record.actor.id if record is not None and record.actor is not None else None
