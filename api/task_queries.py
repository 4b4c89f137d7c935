"""Which tasks a caller asks for, as a request says it and as the store understands it.

The same selection is a query of the list, the body of a saved view and what a saved view runs as.
"""

from datetime import timedelta
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from api.errors import RequestInvalid
from api.parts import Parts
from api.views import ListedTaskView
from api.visibility import agency_in_sight, may_ask_by_name
from api.words import Code, Line
from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import BeyondCalendar
from dossiers.errors import Violation
from dossiers.fast_clock import dossier_time
from dossiers.instants import LegalInstant, floor_to_second, local
from dossiers.procedure import Channel, Role
from dossiers.state import TaskState
from dossiers.values import Instant, OfficerId, ProcedureCode, UnitCode
from store.absences import stands_in_for
from store.callers import Caller
from store.database import Transaction
from store.rendered import DeadlineState
from store.worklist import LIVE, Search, Sort, TaskFilter, TaskRow, fast_clocks

_SECOND = timedelta(seconds=1)


class TaskSelection(BaseModel):
    """Những việc nào, theo thứ tự nào."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    agency: Code | None = None
    unit: Code | None = None
    role: Role | None = None
    officer: Code | None = Field(default=None, description="cán bộ đang giữ việc")
    mine: bool = Field(default=False, description="chỉ việc mình đang giữ, và việc của người mình đang thay")
    free: bool | None = Field(default=None, description="chỉ việc chưa ai giữ, hoặc chỉ việc đã có người giữ")
    state: TaskState | None = Field(default=None, description="mặc định là mọi việc đang mở")
    due_before: LegalInstant | None = None
    remaining_within: timedelta | None = Field(
        default=None,
        ge=timedelta(0),
        le=timedelta(days=60),
        description="còn không quá chừng ấy giờ làm việc theo lịch của đơn vị giữ việc, ví dụ PT4H, kể cả quá hạn",
    )
    deadline_state: DeadlineState | None = None
    procedure: Code | None = None
    channel: Channel | None = None
    dossier: UUID | None = None
    text: Line | None = Field(
        default=None,
        max_length=100,
        description="tìm không cần dấu: mỗi từ là đầu một từ trong tên người nộp, mã số hồ sơ hoặc tên thủ tục",
    )
    sort: Sort = Field(default=Sort.DUE, description="xếp theo; trong cùng một giá trị, việc đến hạn trước đứng trước")


class TaskQuery(TaskSelection):
    """Một trang của những việc ấy."""

    cursor: str | None = Field(default=None, max_length=600)
    limit: int = Field(default=50, ge=1, le=200)


async def whose_work(tx: Transaction, caller: Caller) -> tuple[OfficerId, ...]:
    """The caller's own, and that of everybody who is away and has left it to the caller."""
    return tuple(dict.fromkeys([*caller.hands, *await stands_in_for(tx, caller.id)]))


async def filter_of(parts: Parts, caller: Caller, asked: TaskSelection, mine: tuple[OfficerId, ...]) -> TaskFilter:
    """What the store is asked for; ``mine`` are those whose work is the caller's.

    Raises `NotForThisCaller`, `RequestInvalid`.
    """
    _require_narrow(asked)
    named = (OfficerId(asked.officer),) if asked.officer is not None else None
    unit = UnitCode(asked.unit) if asked.unit is not None else None
    return TaskFilter(
        agency=agency_in_sight(parts.directories, caller, asked.agency),
        unit=unit,
        role=asked.role,
        officers=mine if asked.mine else named,
        states=LIVE if asked.state is None else (asked.state,),
        due_before=asked.due_before,
        due_before_at=await _bounds(parts, asked.remaining_within, unit),
        deadline_state=asked.deadline_state,
        procedure=ProcedureCode(asked.procedure) if asked.procedure is not None else None,
        channel=asked.channel,
        dossier=asked.dossier,
        is_free=asked.free,
        search=_search(caller, asked.text),
        sort=asked.sort,
    )


def _require_narrow(asked: TaskSelection) -> None:
    """Sorting looks at everything that is asked for; what is not in order already must be within one agency."""
    is_narrow = asked.agency is not None or asked.officer is not None or asked.mine or asked.dossier is not None
    if asked.sort not in (Sort.DUE, Sort.AGENCY) and not is_narrow:
        message = "chỉ xếp được khi chọn một cơ quan, một cán bộ, việc của mình hoặc một hồ sơ"
        raise RequestInvalid(violations=[Violation(pointer="?sort", message=message)])


def _search(caller: Caller, text: str | None) -> Search | None:
    if text is None:
        return None
    return Search(text=text, by_name="by name" if may_ask_by_name(caller) else "not by name")


async def _bounds(parts: Parts, within: timedelta | None, unit: UnitCode | None) -> dict[UnitCode, Instant] | None:
    """By when a task of each unit must be due so that no more than that working time is left of it now."""
    if within is None:
        return None
    now, seconds = floor_to_second(parts.now()), int(within.total_seconds())
    hours = await parts.catalogue.working_hours(None if unit is None else [unit])
    return {one: calendar.latest_after(now, seconds) + _SECOND for one, calendar in sorted(hours.items())}


async def listed(tx: Transaction, parts: Parts, rows: tuple[TaskRow, ...]) -> tuple[ListedTaskView, ...]:
    """The tasks, each with the working time that is left of it by its own unit's calendar and its dossier's clock."""
    clocks = await fast_clocks(tx, {row.dossier: None for row in rows})
    hours = await parts.catalogue.working_hours(row.unit for row in rows)
    now = floor_to_second(parts.now())
    return tuple(
        ListedTaskView.model_validate(
            {
                **row.model_dump(),
                "remaining_seconds": _remaining(
                    hours.get(row.unit), row, local(dossier_time(clocks.get(row.dossier), now))
                ),
            }
        )
        for row in rows
    )


def _remaining(calendar: WorkCalendar | None, row: TaskRow, at: Instant) -> int | None:
    if calendar is None or row.due_at is None or not row.state.is_live:
        return None
    try:
        return calendar.working_seconds(at, row.due_at)
    except BeyondCalendar:
        return None  # no calendar has been decided for one of the instants
