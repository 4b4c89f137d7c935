"""The one protocol of a line to an agency's system: a message goes out, and comes back signed for.

LineFailure
├── PartnerUnreachable      partner-unreachable       no connection, no answer in time, or it broke off
├── PartnerRefuses          partner-refuses           an answer that says no (``status``)
├── ReceiptMissing          receipt-missing           it answered, but signed for nothing
├── ReceiptInvalid          receipt-invalid           the receipt is of another body, or nobody we know signed it
├── PartnerBusy             partner-busy              it answers that it cannot now
├── SessionLost             session-lost              it lets nobody in with what we have, or shuts us out at once
├── LineSilent              line-silent               it tells nobody what it holds, so nothing can be compared
├── MessageRejected         message-rejected          it will never take this in: no use in saying it again
└── LineUnknown             line-unknown              no terms or no secret for this line here

Only `MessageRejected` says whether the message was taken in; after any other it is sent again, the same.
"""

from typing import ClassVar, Protocol, runtime_checkable
from uuid import UUID

from dossiers.dispatches import DispatchEvent
from dossiers.drift import Standing
from dossiers.events import Record
from dossiers.identity import dispatch_id, task_id
from dossiers.lines import tellings
from dossiers.state import DossierState, DossierStatus
from dossiers.values import AgencyCode, DossierNumber, Instant, TaskKey, Value


class LineFailure(Exception):
    """Chưa gửi được bản tin tới hệ thống của cơ quan."""

    code: ClassVar[str] = "line-failure"
    #: Whether the same message can only fail again: it is parked at once, for a person to look at.
    is_final: ClassVar[bool] = False


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


class PartnerBusy(LineFailure):
    """Hệ thống của cơ quan báo chưa làm được lúc này."""

    code = "partner-busy"


class SessionLost(LineFailure):
    """Không đăng nhập được, hoặc phiên vừa mở đã hết hiệu lực."""

    code = "session-lost"


class LineSilent(LineFailure):
    """Hệ thống của cơ quan không cho biết nó đang giữ gì, nên không đối chiếu được."""

    code = "line-silent"
    is_final = True


class MessageRejected(LineFailure):
    """Hệ thống của cơ quan không bao giờ nhận bản tin này."""

    code = "message-rejected"
    is_final = True


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

    async def tell(self, journal: tuple[Record, ...], event: int) -> str:
        """Tell the other system of an event of the journal, in its own words, as of that event however late it goes.

        The digest of what was said and taken in. Raises `LineFailure`.
        """
        ...


@runtime_checkable
class Comparable(Protocol):
    """Our side of a line whose other side tells what it holds."""

    async def compare(self, journal: tuple[Record, ...]) -> Standing:
        """What it holds of a dossier against everything that it was told, or will be. Raises `LineFailure`."""
        ...


def compose(records: tuple[Record, ...], line: AgencyCode, event: int) -> Message:
    """The message about an event, from the journal up to it: always the same, whenever it is sent."""
    told = tellings(records, line)
    position = next(at for at, one in enumerate(told, start=1) if one.record.sequence == event)
    record, state = told[position - 1]
    assert state.dossier is not None, "a dossier is filed before anybody is told"
    assert state.filed is not None, "a dossier is filed before anybody is told"
    return Message(
        id=dispatch_id(state.dossier, line, event),
        line=line,
        dossier=state.dossier,
        number=state.filed.number,
        kind=record.event.kind,
        position=position,
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
