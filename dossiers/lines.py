"""What becomes of a message on its way to another system, as events; the workflow sends, this decides.

Invariants: one message at a time on a line, in the order of the events; nothing overtakes what is parked.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from dossiers import events as e
from dossiers.dispatches import DispatchesResumed, DispatchParked, DispatchReceived
from dossiers.draft import Draft
from dossiers.errors import NothingParked
from dossiers.evolve import evolve
from dossiers.rulebook import Rulebook
from dossiers.state import DossierState
from dossiers.values import AgencyCode


def received(
    rulebook: Rulebook, state: DossierState, line: AgencyCode, event: int, digest: str, *, now: datetime
) -> tuple[e.Record, ...]:
    """The other system has signed for the message."""
    draft = _draft(rulebook, state, line, event, now)
    draft.add(DispatchReceived(line=line, event=event, digest=digest))
    return tuple(draft.records)


def parked(
    rulebook: Rulebook, state: DossierState, line: AgencyCode, event: int, problem: str, *, now: datetime
) -> tuple[e.Record, ...]:
    """The message is given up, and with it whatever waits behind it."""
    draft = _draft(rulebook, state, line, event, now)
    draft.add(DispatchParked(line=line, events=state.outboxes[line].waiting, problem=problem))
    return tuple(draft.records)


def resume(draft: Draft, line: AgencyCode) -> None:
    """Send on what is parked. Raises `NothingParked`."""
    box = draft.state.outboxes.get(line)
    if box is None or not box.parked:
        raise NothingParked(line=line)
    draft.add(DispatchesResumed(line=line))


def is_owed(state: DossierState) -> bool:
    """Whether anything is still on its way to another system."""
    return any(box.waiting for box in state.outboxes.values())


class Telling(NamedTuple):
    """An event that a line is told, and the dossier once it was folded."""

    record: e.Record
    state: DossierState


def tellings(records: Iterable[e.Record], line: AgencyCode) -> tuple[Telling, ...]:
    """Every event that a line is told, in order: the first message of a dossier on a line has position 1."""
    state, found = DossierState(), list[Telling]()
    for record in records:
        state = evolve(state, record)
        box = state.outboxes.get(line)
        if box is not None and record.sequence in (box.waiting + box.parked)[-1:]:
            found.append(Telling(record, state))
    return tuple(found)


def told(records: Iterable[e.Record], line: AgencyCode) -> tuple[int, ...]:
    """The sequences of those events."""
    return tuple(one.record.sequence for one in tellings(records, line))


def _draft(rulebook: Rulebook, state: DossierState, line: AgencyCode, event: int, now: datetime) -> Draft:
    return Draft(rulebook, state, cause=f"dispatch:{line}/{event}", occurred_at=now, recorded_at=now)
