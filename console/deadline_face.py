"""How a task stands to its deadline, as the eye takes it in: six states, each with icon, word and colour.

The state follows the working time that is left at this very moment; the ladder, which speaks at its own instants, only
says from when on a deadline is near.
"""

from enum import StrEnum
from typing import NamedTuple

from api.views import ListedTaskView
from console.formats import length
from dossiers.state import TaskState
from store.rendered import DeadlineState


class Standing(StrEnum):
    """The six states; the value is the icon's name and the colour's."""

    WITHIN = "within"
    NEAR = "near"
    OVERDUE = "overdue"
    STOPPED = "stopped"
    STOPPED_OVERDUE = "stopped_overdue"
    NONE = "none"


WORDS: dict[Standing, str] = {
    Standing.WITHIN: "Trong hạn",
    Standing.NEAR: "Sắp đến hạn",
    Standing.OVERDUE: "Quá hạn",
    Standing.STOPPED: "Tạm dừng",
    Standing.STOPPED_OVERDUE: "Tạm dừng, đã quá hạn",
    Standing.NONE: "Không có hạn",
}


class Face(NamedTuple):
    """What stands on a chip, and beside it."""

    standing: Standing
    word: str
    left: str


def face_of(task: ListedTaskView) -> Face:
    standing = _standing(task)
    return Face(standing, WORDS[standing], _left(task))


def _is_late(task: ListedTaskView) -> bool:
    """Also in the night after the due instant, in which no working time passes."""
    if task.remaining_seconds is None:
        return False
    return task.remaining_seconds < 0 or task.deadline_state == DeadlineState.OVERDUE


def _standing(task: ListedTaskView) -> Standing:
    if task.due_at is None:
        return Standing.STOPPED if task.deadline_state == DeadlineState.STOPPED else Standing.NONE
    if _is_late(task):
        return Standing.STOPPED_OVERDUE if task.state is TaskState.AWAITING else Standing.OVERDUE
    return Standing.NEAR if task.deadline_state == DeadlineState.NEAR else Standing.WITHIN


def _left(task: ListedTaskView) -> str:
    if task.remaining_seconds is None:
        return "tính tiếp khi hết lý do dừng" if task.deadline_state == DeadlineState.STOPPED else ""
    if task.remaining_seconds < 0:
        return f"quá {length(task.remaining_seconds)} làm việc"
    if _is_late(task):
        return "vừa quá hạn"
    return f"còn {length(task.remaining_seconds)} làm việc"
