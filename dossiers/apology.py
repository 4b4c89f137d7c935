"""Weighing a promise on the last day for an apology, and the apology that the late agency signs (Điều 19.9, form 04).

Its task holds no dossier and stops with no clock: the apology is owed until it is signed, until the promise stands
still, moves or is met. A promise that moves is weighed anew, and one for which another date was named never again.
"""

from datetime import datetime

from dossiers.apology_events import ApologyForm, ApologyWeighed, AppointmentMoved, Finding, Lagging
from dossiers.closing import take_back_weighing
from dossiers.commands import Apologise, Reappoint
from dossiers.deadlines import told_by
from dossiers.draft import Draft
from dossiers.escalation import APOLOGY, Notice, NoticeRole
from dossiers.events import TaskOpened
from dossiers.forecast import forecast
from dossiers.instants import local
from dossiers.procedure import Role
from dossiers.route import fresh_key, occurrence
from dossiers.seats import Seat
from dossiers.state import Task
from dossiers.terms import term_until
from dossiers.values import APPOINTMENT, PROMISE, Subject

#: Whoever signs what the agency decides signs for it here too.
_SIGNS = (Role.AGENCY_HEAD, Role.APPROVER)


def weigh(draft: Draft) -> None:
    """At the draft's instant: is the promise lost? Then the late agency apologises, else its holders are warned."""
    promise, at = draft.state.clocks[PROMISE], draft.occurred_at
    due = promise.term.due_at
    assert due is not None, "a promise that stands still is not weighed"
    under_way = [task for task in draft.state.live_tasks() if task.work != "apology"]
    dues = [(due_at, task) for task in under_way if (due_at := _due_of(draft, task)) is not None]
    overdue = [task for due_at, task in sorted(dues, key=lambda one: one[0]) if at > due_at]
    reach = forecast(draft, at)
    finding = _finding(at, due, overdue, None if reach is None else reach.at)
    ends_at = None if reach is None else local(reach.at)
    if finding is Finding.FITS:
        weighed = ApologyWeighed(finding=finding, term=promise.term.number, promise_at=due, ends_at=ends_at)
        draft.add(weighed.model_copy(update={"notices": _warnings(draft, under_way)}))
        return
    through = reach.through if reach is not None else None
    late = next(iter([*overdue, *([through] if through is not None else []), *under_way]))
    seat, role = _signatory(draft, late)
    draft.add(
        ApologyWeighed(
            finding=finding,
            term=promise.term.number,
            promise_at=due,
            ends_at=ends_at,
            late=late.key,
            form=_drawn_up(draft, seat, role, ends_at),
            notices=(draft.notice(late.key, NoticeRole.AGENCY_HEAD),),
        )
    )
    _open(draft, late, seat, role)


def _finding(at: datetime, due: datetime, overdue: list[Task], ends_at: datetime | None) -> Finding:
    if at >= due:
        return Finding.OVERDUE
    if overdue:
        return Finding.LEG_OVERDUE
    return Finding.FITS if ends_at is not None and ends_at <= due else Finding.NO_LONGER_FITS


def _due_of(draft: Draft, task: Task) -> datetime | None:
    return draft.state.due_of(Subject(task.key))


def _warnings(draft: Draft, under_way: list[Task]) -> tuple[Notice, ...]:
    return tuple(draft.notice(task.key, NoticeRole.HOLDER, number=number) for number, task in enumerate(under_way))


def _signatory(draft: Draft, late: Task) -> tuple[Seat, Role]:
    """Who signs for the late agency: where the procedure has it sign, else the head of the unit that is late."""
    for step in reversed(draft.rulebook.procedure.steps):
        seat = draft.seat(step.by)
        if seat.agency == late.seat.agency and step.role in _SIGNS:
            return seat, step.role
    return late.seat, Role.UNIT_HEAD


def _open(draft: Draft, late: Task, seat: Seat, role: Role) -> None:
    """Owed on the very day: the law's instant, whenever the engine came to it."""
    calendar, at = draft.rulebook.calendar_of(seat.unit), draft.occurred_at
    draft.add(
        TaskOpened(
            task=fresh_key(draft, f"{late.step}#{occurrence(draft, late.step)}/apology"),
            step=late.step,
            step_kind=late.step_kind,
            work="apology",
            seat=seat,
            role=role,
            term=term_until(draft.ladder("apology"), calendar, at, told_by(calendar, at)),
        )
    )


def _drawn_up(draft: Draft, seat: Seat, role: Role, ends_at: datetime | None) -> ApologyForm:
    """What the journal knows of form 04."""
    state, procedure = draft.state, draft.rulebook.procedure
    assert state.filed is not None, "only a dossier that was filed owes an apology"
    assert state.received_at is not None, "only a promise that was made is lost"
    assert state.appointment_at is not None, "only a promise that runs is lost"
    return ApologyForm(
        agency=seat,
        dossier_number=state.filed.number,
        procedure=procedure.code,
        procedure_version=procedure.version,
        title=procedure.title,
        field=procedure.field,
        received_at=state.received_at,
        previous_at=state.appointment_at,
        lagging=tuple(
            Lagging(task=task.key, label=draft.step(task.step).label, seat=task.seat, due_at=_due_of(draft, task))
            for task in state.live_tasks()
            if task.work != "apology"
        ),
        ends_at=ends_at,
        role=role,
    )


def name_date(draft: Draft, named_at: datetime, command: Apologise | Reappoint, seat: Seat, role: Role) -> None:
    """The form is signed: the applicant has another date, and the counter tells it."""
    previous_at = draft.state.appointment_at
    assert previous_at is not None, "a date is moved from another"
    reach, number = forecast(draft, draft.occurred_at), draft.state.reappointments + 1
    form = _drawn_up(draft, seat, role, None if reach is None else local(reach.at))
    signed = {
        "number": command.number,
        "reason": command.reason,
        "appointment_at": named_at,
        "signed_by": draft.actor_id,
        "signed_at": draft.occurred_at,
    }
    term = term_until(draft.ladder("promise"), draft.rulebook.calendar, draft.occurred_at, named_at, number=number)
    draft.add(
        AppointmentMoved(
            appointment_at=named_at,
            previous_at=previous_at,
            reason=command.reason,
            term=term,
            form=form.model_copy(update=signed),
            notice=draft.notice(APPOINTMENT, NoticeRole.ONE_STOP_HEAD),
        )
    )


def weigh_again(draft: Draft) -> None:
    """An act that came before the weighing but was recorded after it may have changed what would be found."""
    promise = draft.state.clocks.get(PROMISE)
    if promise is None or not promise.runs or draft.state.reappointments or APOLOGY not in promise.fired:
        return
    weighed_at = next(rung.at for rung in promise.term.rungs if rung.code == APOLOGY)
    if weighed_at is not None and weighed_at >= draft.occurred_at:
        take_back_weighing(draft)
