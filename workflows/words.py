"""What a supervisor reads in Temporal's own web pages; none of it is written to history as an event."""

from datetime import datetime

from dossiers.procedure import Procedure
from dossiers.state import DossierState, Task
from dossiers.values import PROMISE


def details(procedure: Procedure, state: DossierState) -> str:
    """The dossier on one page of Markdown: status, promise, and who must act by when."""
    number = state.filed.number if state.filed is not None else ""
    lines = [
        f"**{number}** · {procedure.title}",
        "",
        f"Trạng thái: `{state.status}` (mã Cổng {state.status.portal_code})",
    ]
    lines.append(f"Hẹn trả: {_written(state.due_of(PROMISE))}")
    lines += [f"- {_line(procedure, state, task)}" for task in state.live_tasks()]
    return "\n".join(lines)


def _line(procedure: Procedure, state: DossierState, task: Task) -> str:
    label = procedure.step(task.step).label
    return f"`{task.key}` {label} — {task.seat.agency}/{task.seat.unit}, hạn {_written(state.due_of(task.key))}"


def timer_words(state: DossierState, due: datetime) -> str:
    """Which deadline a timer waits for."""
    waiting = next(
        (
            f"{subject}: {rung.code}"
            for subject, clock in state.clocks.items()
            for rung in clock.term.rungs
            if rung.at == due
        ),
        "hạn kế tiếp",
    )
    return f"{waiting} {_written(due)}"


def _written(instant: datetime | None) -> str:
    return "chưa có hoặc đang tạm dừng" if instant is None else instant.strftime("%d/%m/%Y %H:%M:%S")
