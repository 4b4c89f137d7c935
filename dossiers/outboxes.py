"""Which line is told what: every event is looked at once, and owed to those whom it concerns."""

from dossiers import events as e
from dossiers.dispatches import DispatchesResumed, DispatchParked, DispatchReceived, Interest, Outbox
from dossiers.hand_over_events import HandOverAccepted, HandOverRecalled, HandOverRefused
from dossiers.seats import CallerKind
from dossiers.state import DossierState
from dossiers.values import APPOINTMENT, PROMISE, AgencyCode


def outboxes_after(before: DossierState, after: DossierState, record: e.Record) -> dict[AgencyCode, Outbox]:
    """Every outbox once the record is folded; ``after`` has all of it but the outboxes."""
    outboxes = dict(after.outboxes)
    match record.event:
        case DispatchReceived(line=line, event=event):
            box = outboxes[line]
            outboxes[line] = box.model_copy(update={"waiting": tuple(one for one in box.waiting if one != event)})
        case DispatchParked(line=line):
            box = outboxes[line]
            outboxes[line] = box.model_copy(update={"waiting": (), "parked": box.parked + box.waiting})
        case DispatchesResumed(line=line):
            box = outboxes[line]
            outboxes[line] = box.model_copy(update={"waiting": box.parked + box.waiting, "parked": ()})
        case _:
            for line, box in after.outboxes.items():
                if _concerns(line, box.interest, before, after, record):
                    outboxes[line] = _owed(box, record.sequence)
    return outboxes


def _owed(box: Outbox, sequence: int) -> Outbox:
    """Behind what is parked nothing goes by itself."""
    if box.parked:
        return box.model_copy(update={"parked": (*box.parked, sequence)})
    return box.model_copy(update={"waiting": (*box.waiting, sequence)})


def _concerns(
    line: AgencyCode, interest: Interest, before: DossierState, after: DossierState, record: e.Record
) -> bool:
    match interest:
        case Interest.WORK:
            return _is_work_of(line, after, record)
        case Interest.STATUS:
            return _shows(before, after, record)


def _is_work_of(line: AgencyCode, state: DossierState, record: e.Record) -> bool:
    """Work that opens at the agency, always; work that ends there, unless its own system ended it and so knows."""
    match record.event:
        case e.TaskOpened(seat=seat):
            return seat.agency == line
        case (
            e.TaskCompleted()
            | e.TaskCancelled()
            | HandOverAccepted()
            | HandOverRefused()
            | HandOverRecalled()
            | e.ConsultationAnswered()
            | e.ConsultationLapsed()
        ) as event:
            own = record.actor is not None and record.actor.kind is CallerKind.SYSTEM and record.actor.is_of(line)
            return not own and event.task in state.tasks and state.tasks[event.task].seat.agency == line
        case _:
            return False


def _shows(before: DossierState, after: DossierState, record: e.Record) -> bool:
    """What a portal shows the applicant: the status, the dates, each step done."""
    if isinstance(record.event, e.TaskCompleted) or before.status is not after.status:
        return True
    return any(before.due_of(subject) != after.due_of(subject) for subject in (PROMISE, APPOINTMENT))
