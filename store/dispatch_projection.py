"""What the read side shows of the messages to other systems: the rendering of the outboxes and their outcomes."""

from collections.abc import Sequence

from dossiers.dispatches import DispatchesResumed, DispatchParked, DispatchReceived, Outbox
from dossiers.events import Record
from dossiers.identity import dispatch_id
from dossiers.state import DossierState
from dossiers.values import AgencyCode
from store.rendered import DispatchState, RenderedDispatch

Rows = dict[tuple[AgencyCode, int], RenderedDispatch]


def render_dispatches(
    before: DossierState, after: DossierState, records: Sequence[Record]
) -> tuple[RenderedDispatch, ...]:
    """The messages whose row these records change."""
    rows: Rows = {}
    for record in records:
        match record.event:
            case DispatchReceived(line=line, event=event, digest=digest):
                row = _row(after, line, event, DispatchState.RECEIVED)
                rows[line, event] = row.model_copy(update={"settled_at": record.recorded_at, "digest": digest})
            case DispatchParked(line=line, events=events, problem=problem):
                for event in events:
                    row = _row(after, line, event, DispatchState.PARKED)
                    rows[line, event] = row.model_copy(update={"settled_at": record.recorded_at, "problem": problem})
            case DispatchesResumed(line=line):
                rows = {key: row for key, row in rows.items() if key[0] != line or _is_settled(row)}
            case _:
                pass
    for line, box in after.outboxes.items():
        earlier = before.outboxes.get(line, Outbox(interest=box.interest))
        for state, events, known in (
            (DispatchState.WAITING, box.waiting, earlier.waiting),
            (DispatchState.PARKED, box.parked, earlier.parked),
        ):
            for event in events:
                if event not in known:
                    rows.setdefault((line, event), _row(after, line, event, state))
    return tuple(rows.values())


def _is_settled(row: RenderedDispatch) -> bool:
    return row.state is DispatchState.RECEIVED


def _row(state: DossierState, line: AgencyCode, event: int, standing: DispatchState) -> RenderedDispatch:
    assert state.dossier is not None, "a dossier is filed before anybody is told"
    return RenderedDispatch(
        id=dispatch_id(state.dossier, line, event),
        line=line,
        event=event,
        state=standing,
        settled_at=None,
        digest=None,
        problem=None,
    )
