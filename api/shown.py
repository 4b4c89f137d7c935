"""A dossier as it is shown: its row, what it waits for, what is open, what it belongs to and what belongs to it.

The promise of the whole and that of each part stand side by side and are never added up.
"""

from api.paper_views import PaperSummary
from api.views import (
    AwaitedView,
    DossierLineView,
    DossierView,
    ParentView,
    SubDossierView,
    TaskView,
)
from dossiers.papers import papers
from dossiers.procedure import Procedure
from dossiers.state import DossierState
from dossiers.sub_dossiers import SubDossierState
from dossiers.values import TaskKey
from dossiers.words import status_words
from store.database import Transaction
from store.dispatches import DossierLine, LineState, read_lines_of
from store.register import DossierRow, read_state, read_sub_dossiers
from store.worklist import tasks_of

_BEING_FILED = "Đang được lập"
_LINES = {
    LineState.IN_STEP: "đã khớp",
    LineState.ON_ITS_WAY: "đang gửi",
    LineState.PARKED: "tạm để lại, chờ người xử lý",
    LineState.DRIFTING: "bên kia đang giữ khác",
}


async def dossier_view(tx: Transaction, procedure: Procedure, row: DossierRow) -> DossierView:
    """The dossier, in the words of the procedure that it is pinned to."""
    state = await read_state(tx, row.id)
    live = tuple(TaskView.of(one) for one in await tasks_of(tx, row.id) if one.state.is_live)
    return DossierView.model_validate(
        {
            **row.model_dump(exclude={"parent"}),
            "words": status_words(row.status),
            "lines": tuple(_line(one) for one in await read_lines_of(tx, row.id)),
            "awaited": AwaitedView.of(state.awaited) if state.awaited is not None else None,
            "papers": [PaperSummary.model_validate(one) for one in papers(procedure, state)],
            "tasks": live,
            "parent": _parent(state),
            "sub_dossiers": await _parts(tx, procedure, row, state),
        }
    )


def _line(line: DossierLine) -> DossierLineView:
    return DossierLineView.model_validate({**line.model_dump(), "state": line.state, "words": _LINES[line.state]})


def _parent(state: DossierState) -> ParentView | None:
    parent = state.filed.parent if state.filed is not None else None
    return None if parent is None else ParentView(id=parent.dossier, number=parent.number, task=parent.task)


async def _parts(
    tx: Transaction, procedure: Procedure, row: DossierRow, state: DossierState
) -> tuple[SubDossierView, ...]:
    if not state.sub_dossiers:
        return ()
    rows = {one.id: one for one in await read_sub_dossiers(tx, row.id)}
    return tuple(_part(procedure, state, key, part, rows.get(part.dossier)) for key, part in state.sub_dossiers.items())


def _part(
    procedure: Procedure, state: DossierState, key: TaskKey, part: SubDossierState, row: DossierRow | None
) -> SubDossierView:
    known = {"id": part.dossier, "task": key, "procedure": part.procedure, "stage": part.stage}
    label = procedure.step(state.tasks[key].step).label
    own = dict.fromkeys(SubDossierView.model_fields) if row is None else row.model_dump()
    words = _BEING_FILED if row is None else status_words(row.status)
    return SubDossierView.model_validate({**own, **known, "label": label, "words": words})
