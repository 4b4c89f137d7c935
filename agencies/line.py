"""The one protocol of a line to an agency's system: a message goes out, and comes back signed for.

LineFailure
├── PartnerUnreachable      partner-unreachable       no connection, no answer in time, or it broke off
├── PartnerRefuses          partner-refuses           an answer that says no (``status``)
├── ReceiptMissing          receipt-missing           it answered, but signed for nothing
├── ReceiptInvalid          receipt-invalid           the receipt is of another body, or nobody we know signed it
└── LineUnknown             line-unknown              no terms or no secret for this line here

None of them says whether the message was taken in: it is sent again under the same identity.
"""

from typing import ClassVar, Protocol
from uuid import UUID

from dossiers.dispatches import DispatchEvent
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.identity import dispatch_id, task_id
from dossiers.lines import told
from dossiers.state import DossierState, DossierStatus
from dossiers.values import AgencyCode, DossierNumber, Instant, TaskKey, Value


class LineFailure(Exception):
    """Chưa gửi được bản tin tới hệ thống của cơ quan."""

    code: ClassVar[str] = "line-failure"


class PartnerUnreachable(LineFailure):
    """Không kết nối được, hoặc không có trả lời trong thời gian cho phép."""

    code = "partner-unreachable"


class PartnerRefuses(LineFailure):
    """Hệ thống của cơ quan trả lời không nhận."""

    code = "partner-refuses"

    def __init__(self, status: int) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status


class ReceiptMissing(LineFailure):
    """Có trả lời nhưng không có biên nhận ký số."""

    code = "receipt-missing"


class ReceiptInvalid(LineFailure):
    """Biên nhận không đúng nội dung đã gửi, hoặc không phải cơ quan đó ký."""

    code = "receipt-invalid"


class LineUnknown(LineFailure):
    """Đường truyền chưa được khai báo hoặc chưa có bí mật dùng chung ở máy này."""

    code = "line-unknown"


class MessageTask(Value):
    """The work that the message is about."""

    id: UUID
    key: TaskKey
    step: str
    work: str
    state: str
    due_at: Instant | None


class Message(Value):
    """What a line is told of one event. Nothing in it is personal: the partner fetches what it may see with its key."""

    id: UUID
    line: AgencyCode
    dossier: UUID
    number: DossierNumber
    kind: str
    #: 1, 2, 3 … for each dossier on each line, so a gap or a reversal shows.
    position: int
    event: int
    occurred_at: Instant
    status: DossierStatus
    portal_code: int
    task: MessageTask | None


class Line(Protocol):
    """Our side of a line."""

    async def send(self, message: Message) -> str:
        """The digest that the partner signed for. Raises `LineFailure`."""
        ...


def compose(records: tuple[Record, ...], line: AgencyCode, event: int) -> Message:
    """The message about an event, from the journal up to it: always the same, whenever it is sent."""
    until = tuple(record for record in records if record.sequence <= event)
    state, record = fold(until), until[-1]
    assert state.dossier is not None, "a dossier is filed before anybody is told"
    assert state.filed is not None, "a dossier is filed before anybody is told"
    return Message(
        id=dispatch_id(state.dossier, line, event),
        line=line,
        dossier=state.dossier,
        number=state.filed.number,
        kind=record.event.kind,
        position=told(until, line).index(event) + 1,
        event=event,
        occurred_at=record.occurred_at,
        status=state.status,
        portal_code=state.status.portal_code,
        task=_task(state, record),
    )


def _task(state: DossierState, record: Record) -> MessageTask | None:
    key = None if isinstance(record.event, DispatchEvent) else getattr(record.event, "task", None)
    task = None if key is None else state.tasks.get(key)
    if task is None or state.dossier is None:
        return None
    return MessageTask(
        id=task_id(state.dossier, task.key),
        key=task.key,
        step=task.step,
        work=task.work,
        state=task.state,
        due_at=state.due_of(task.key),
    )
