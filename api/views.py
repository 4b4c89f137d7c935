"""What callers read: plain models over the rows of the store, every instant at +07:00, nothing personal among them."""

from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer, WithJsonSchema

from api.paper_views import PaperSummary
from dossiers.deadlines import Grade
from dossiers.drift import DriftKind
from dossiers.events import Record
from dossiers.instants import VIETNAM
from dossiers.procedure import Procedure, Role, StepKind
from dossiers.seats import CallerKind
from dossiers.state import DossierStatus, TaskState
from dossiers.words import story
from store.dispatches import LineState


def _written(instant: datetime) -> str:
    return instant.astimezone(VIETNAM).isoformat()


#: RFC 3339 with the offset of Vietnam.
Moment = Annotated[
    datetime,
    PlainSerializer(_written),
    WithJsonSchema({"type": "string", "format": "date-time", "examples": ["2026-11-23T08:00:00+07:00"]}),
]


class View(BaseModel):
    """Read from a row by the names of its fields."""

    model_config = ConfigDict(frozen=True, from_attributes=True)

    @classmethod
    def of(cls, row: object) -> Self:
        return cls.model_validate(row)


class RecordedView(View):
    """Một sự kiện trong nhật ký, không có lời của ai."""

    sequence: int
    kind: str = Field(examples=["dossier.accepted"])
    words: str = Field(examples=["Đã tiếp nhận hồ sơ; hẹn trả 17:00 ngày 30/11/2026."])
    occurred_at: Moment
    recorded_at: Moment
    actor: str | None = Field(description="mã người thực hiện; không có khi thời hạn tự phát sinh sự kiện")
    acting_for: str | None = Field(default=None, description="mã cán bộ vắng mặt mà người thực hiện thay")
    cause: str = Field(description="mã yêu cầu, hoặc due:<hạn> khi thời hạn tự phát sinh sự kiện")
    is_late_entry: bool = Field(description="được nhập muộn theo căn cứ trên giấy")
    event: dict[str, Any] = Field(description="nội dung sự kiện, chỉ có mã định danh")

    @classmethod
    def told(cls, record: Record, procedure: Procedure) -> Self:
        return cls(
            sequence=record.sequence,
            kind=record.event.kind,
            words=story(record, procedure),
            occurred_at=record.occurred_at,
            recorded_at=record.recorded_at,
            actor=record.actor.id if record.actor is not None else None,
            acting_for=record.actor.acting_for if record.actor is not None else None,
            cause=record.cause,
            is_late_entry=record.evidence is not None,
            event=record.event.model_dump(mode="json", exclude={"kind"}),
        )


class EventView(RecordedView):
    """Một sự kiện trong nhật ký."""

    texts: dict[str, str] = Field(default={}, description="lý do, ý kiến, nội dung người làm đã viết, theo tên trường")


class TaskView(View):
    """Một việc trong hàng việc."""

    id: UUID
    dossier: UUID
    number: str
    procedure: str
    key: str
    step: str
    step_kind: StepKind
    work: str
    agency: str
    unit: str
    role: Role
    state: TaskState
    assigned: str | None
    holder: str | None
    pending: UUID | None = Field(description="yêu cầu đang được xử lý trên việc này")
    opened_at: Moment
    due_at: Moment | None
    deadline_state: str
    revision: int
    channel: str


class ListedTaskView(TaskView):
    """Một việc trong danh sách, với thời gian làm việc còn lại lúc hỏi."""

    remaining_seconds: int | None = Field(
        description="số giây làm việc còn lại theo lịch của đơn vị giữ việc; âm khi quá hạn; không có khi không có hạn"
    )


class TaskPage(View):
    """Một trang của hàng việc."""

    items: tuple[ListedTaskView, ...]
    next: str | None = Field(description="con trỏ của trang sau; cùng địa chỉ ở tiêu đề Link, rel=next (RFC 8288)")


class QueueView(View):
    """Số việc đang mở của một đơn vị ở một tình trạng."""

    agency: str
    unit: str
    state: TaskState
    deadline_state: str
    tasks: int
    free: int = Field(description="chưa ai giữ")
    mine: int = Field(description="mình đang giữ, hoặc người mình đang thay")


class CountsView(View):
    """Số việc đang mở theo hàng việc."""

    queues: tuple[QueueView, ...]
    is_complete: bool = Field(description="sai khi việc nhiều hơn mức đếm: các số là của những việc đến hạn trước nhất")


class ActView(View):
    """Việc đã làm: những sự kiện nó gây ra, và những việc đang mở sau đó."""

    dossier: UUID
    number: str
    status: DossierStatus
    command: UUID
    accepted_at: Moment
    events: tuple[EventView, ...]
    tasks: tuple[TaskView, ...]
    tracking_code: str | None = Field(
        default=None, description="chỉ khi nộp: cùng mã số, để người nộp theo dõi hồ sơ mà không cần tài khoản"
    )


class AcceptedView(View):
    """Yêu cầu đã được ghi nhận với thời điểm của nó; sẽ được thực hiện."""

    dossier: UUID
    command: UUID
    accepted_at: Moment


class AwaitedView(View):
    """Điều đang chờ người nộp."""

    task: str
    what: str
    answer_by: Moment | None
    lapsed: bool


class ParentView(View):
    """Hồ sơ chung mà hồ sơ con này thuộc về."""

    id: UUID
    number: str
    task: str = Field(description="việc của hồ sơ chung đang chờ hồ sơ con này")


class SubDossierView(View):
    """Một hồ sơ con: mã số, thời hạn, kết quả của riêng nó."""

    id: UUID
    task: str
    procedure: str
    label: str = Field(examples=["Đăng ký khai sinh"])
    stage: str = Field(description="điều hồ sơ chung biết về nó: opened, received, decided, returned, withdrawn")
    number: str | None = Field(description="chưa có khi hồ sơ con đang được lập")
    status: DossierStatus | None
    words: str
    result: str | None
    first_promise_at: Moment | None
    promise_at: Moment | None
    appointment_at: Moment | None
    grade: Grade | None
    decided_at: Moment | None
    closed_at: Moment | None


class DossierLineView(View):
    """Hồ sơ đang ra sao trên một đường truyền; không ảnh hưởng tới trạng thái của hồ sơ."""

    line: str
    state: LineState
    words: str = Field(examples=["đã khớp"])
    waiting: int
    parked: int
    received: int
    last_arrival_at: Moment | None
    drift: DriftKind | None = Field(description="bên kia giữ khác thế nào, theo lần đối chiếu gần nhất")


class DossierView(View):
    """Một hồ sơ, như trong sổ theo dõi."""

    id: UUID
    number: str
    procedure: str
    procedure_version: int
    channel: str
    status: DossierStatus
    words: str = Field(description="trạng thái, như người nộp đọc", examples=["Đang giải quyết"])
    portal_code: int = Field(description="mã trạng thái của Cổng Dịch vụ công quốc gia")
    last_sequence: int
    opened_at: Moment
    first_promise_at: Moment | None
    promise_at: Moment | None
    appointment_at: Moment | None
    result: str | None = Field(description="granted, partial (một phần), refused")
    grade: Grade | None
    decided_at: Moment | None
    closed_at: Moment | None
    parent: ParentView | None
    sub_dossiers: tuple[SubDossierView, ...] = Field(description="các hồ sơ con, theo thứ tự được lập")
    lines: tuple[DossierLineView, ...] = Field(description="hệ thống khác đã được báo tới đâu")
    awaited: AwaitedView | None
    papers: tuple[PaperSummary, ...] = Field(description="thành phần hồ sơ và giấy tờ kết quả, theo thủ tục")
    tasks: tuple[TaskView, ...] = Field(description="những việc đang mở")


class TimelineView(View):
    """Câu chuyện của một hồ sơ, theo thứ tự trong nhật ký."""

    dossier: UUID
    number: str
    events: tuple[EventView, ...]


class HistoryEventView(View):
    """Một sự kiện trong lịch sử của Temporal."""

    id: int
    at: Moment
    type: str = Field(examples=["WORKFLOW_EXECUTION_UPDATE_ACCEPTED"])
    words: str
    attributes: dict[str, Any]


class HistoryRunView(View):
    """Một lần chạy của quy trình."""

    run_id: str
    url: str | None = Field(description="trang của Temporal")
    is_archived: bool
    events: tuple[HistoryEventView, ...]


class HistoryView(View):
    """Lịch sử kỹ thuật của hồ sơ, lần chạy cũ nhất trước."""

    dossier: UUID
    workflow: str
    runs: tuple[HistoryRunView, ...]


class NoticeView(View):
    """Một thông báo về thời hạn, gửi tới một vai trò hoặc một cán bộ."""

    id: UUID
    dossier: UUID
    subject: str
    event_kind: str
    rung: str | None
    agency: str
    unit: str | None
    role: str
    officer: str | None
    addressee: str | None
    made_at: Moment
    acknowledged_at: Moment | None
    acknowledged_by: str | None


class NoticePage(View):
    """Một trang thông báo."""

    items: tuple[NoticeView, ...]
    next: str | None


class EscalationView(View):
    """Một nấc cảnh báo đã đến."""

    dossier: UUID
    number: str
    agency: str
    unit: str
    sequence: int
    subject: str
    rung: str
    term: int
    is_overdue: bool
    reached_at: Moment
    decided_at: Moment
    notice: UUID | None
    previous_acknowledged: bool | None
    lifted_at: Moment | None


class EscalationPage(View):
    """Một trang cảnh báo."""

    items: tuple[EscalationView, ...]
    next: str | None


class StatisticsView(View):
    """Hồ sơ của một thủ tục đã ra sao."""

    procedure: str
    filed: int
    received: int
    early: int
    on_time: int
    late: int
    refused_at_intake: int
    withdrawn: int
    open: int
    rungs: int


class AlarmView(View):
    """Điều không được phép xảy ra, và đã xảy ra."""

    id: int
    kind: str
    dossier: UUID | None
    particulars: dict[str, str]
    times: int
    first_raised_at: Moment
    last_raised_at: Moment


class CallerView(View):
    """Bên đang gọi, theo khóa API."""

    id: str
    kind: CallerKind
    label: str
    agency: str | None
    unit: str | None
    roles: tuple[Role, ...]
    acting_for: str | None = Field(description="cán bộ vắng mặt mà lần gọi này thay")


class AbsenceView(View):
    """Một lượt vắng mặt, và người thay."""

    id: UUID
    officer: str
    substitute: str
    agency: str
    begins_at: Moment
    ends_at: Moment
    registered_by: str
    registered_at: Moment
    ended_at: Moment | None = Field(description="trở lại sớm")
    ended_by: str | None


class AbsencePage(View):
    """Một trang các lượt vắng mặt."""

    items: tuple[AbsenceView, ...]
    next: str | None


class SavedViewView(View):
    """Một danh sách việc đã lưu."""

    id: UUID
    name: str
    owner: str
    shared_with_agency: str | None
    shared_with_unit: str | None
    shared_with_role: Role | None
    selection: dict[str, Any]
    saved_at: Moment
