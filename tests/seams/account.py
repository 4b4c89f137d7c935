"""The account of a soak: our journals held against the books that the other systems wrote on their own disks.

Lost: what we owed that is in no book, and what a system was told is done that is in no journal. Doubled: what is in a
book, or was brought about in a journal, more than once. Reordered: what a book has in another place than we owed it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from uuid import UUID

from agencies.simulator_book import Acted, Taken
from dossiers.dispatches import Interest
from dossiers.events import ConsultationAnswered, Record, TaskCompleted
from dossiers.evolve import evolve
from dossiers.hand_over_events import HandOverAccepted
from dossiers.identity import task_id
from dossiers.seats import CallerKind
from dossiers.state import DossierState
from dossiers.values import AgencyCode, Value

_CARRIED_OUT = 300


class Dossier(Value):
    """A dossier as our journal has it."""

    id: UUID
    status: str
    #: For each line the events it is owed, in order.
    owed: dict[AgencyCode, tuple[int, ...]]
    #: For each agency the tasks that its own system ended, once for each time.
    ended: dict[AgencyCode, tuple[UUID, ...]]
    #: Whether each task is still to be done.
    live: dict[UUID, bool]


class Witness(Value):
    """What one system wrote down, in the order in which it wrote."""

    interest: Interest
    taken: tuple[Taken, ...]
    acted: tuple[Acted, ...] = ()


class Account(Value):
    """The sums, and a sentence for everything that is not as it should be."""

    effects: int
    lost: int
    doubled: int
    reordered: int
    faults: tuple[str, ...]

    @property
    def is_even(self) -> bool:
        return not self.faults


def dossier_of(records: Sequence[Record]) -> Dossier:
    """What a journal says."""
    state, owed, ended = DossierState(), dict[AgencyCode, tuple[int, ...]](), dict[AgencyCode, tuple[UUID, ...]]()
    for record in records:
        state = evolve(state, record)
        for line, box in state.outboxes.items():
            if record.sequence in (box.waiting + box.parked)[-1:]:
                owed[line] = (*owed.get(line, ()), record.sequence)
        actor, event = record.actor, record.event
        if actor is None or actor.kind is not CallerKind.SYSTEM or actor.seat is None or state.dossier is None:
            continue
        if isinstance(event, TaskCompleted | HandOverAccepted | ConsultationAnswered):
            agency = actor.seat.agency
            ended[agency] = (*ended.get(agency, ()), task_id(state.dossier, event.task))
    assert state.dossier is not None, "every dossier was filed"
    live = {task_id(state.dossier, key): task.state.is_live for key, task in state.tasks.items()}
    return Dossier(id=state.dossier, status=state.status, owed=owed, ended=ended, live=live)


def account(dossiers: Sequence[Dossier], witnesses: Mapping[AgencyCode, Witness]) -> Account:
    """Both sides, line by line."""
    lost, doubled, reordered, different = list[str](), list[str](), list[str](), list[str]()
    effects = 0
    for line, witness in witnesses.items():
        owed = Counter((str(one.id), event) for one in dossiers for event in one.owed.get(line, ()))
        taken = Counter((one.dossier, one.event) for one in witness.taken)
        told = Counter(one.task for one in witness.acted if one.status < _CARRIED_OUT)
        done = Counter(str(task) for one in dossiers for task in one.ended.get(line, ()))
        effects += sum(taken.values()) + sum(done.values())
        lost += [f"{line} never got {event} of {dossier}" for dossier, event in owed - taken]
        lost += [f"{line} was told that {task} is done, and it is not" for task in told.keys() - done.keys()]
        doubled += [f"{line} has {what} {times} times" for what, times in (taken + done).items() if times > 1]
        reordered += _out_of_place(line, dossiers, witness)
        different += [f"{line} has {event} of {dossier}, which nobody owed it" for dossier, event in taken - owed]
        different += [f"{line} knows nothing of having ended {task}" for task in done.keys() - told.keys()]
        different += _different(line, dossiers, witness)
    return Account(
        effects=effects,
        lost=len(lost),
        doubled=len(doubled),
        reordered=len(reordered),
        faults=(*lost, *doubled, *reordered, *different),
    )


def _out_of_place(line: AgencyCode, dossiers: Sequence[Dossier], witness: Witness) -> Iterator[str]:
    """Each once: what comes again is doubled, not out of place."""
    order: dict[str, list[int]] = {}
    for one in witness.taken:
        events = order.setdefault(one.dossier, [])
        if one.event not in events:
            events.append(one.event)
    for dossier in dossiers:
        came = order.get(str(dossier.id), [])
        meant = [event for event in dossier.owed.get(line, ()) if event in came]
        for event, place in zip(came, meant, strict=False):
            if event != place:
                yield f"{line} took {event} of {dossier.id} where {place} belongs"


def _different(line: AgencyCode, dossiers: Sequence[Dossier], witness: Witness) -> Iterator[str]:
    """The final states: of every dossier for whoever is told its status, of every task for whoever works on it."""
    match witness.interest:
        case Interest.STATUS:
            last = {one.dossier: one.status for one in witness.taken}
            for dossier in dossiers:
                if (theirs := last.get(str(dossier.id))) != dossier.status:
                    yield f"{line} has {dossier.id} as {theirs}, we as {dossier.status}"
        case Interest.WORK:
            done = {one.task: one.task_state not in ("open", "awaiting") for one in witness.taken if one.task}
            done.update({one.task: True for one in witness.acted if one.status < _CARRIED_OUT})
            live = {str(task): is_live for one in dossiers for task, is_live in one.live.items()}
            for task, is_done in done.items():
                if live.get(task) is not (not is_done):
                    yield f"{line} has {task} as {'done' if is_done else 'open'}, we have not"
