"""What the store may refuse, and how it fails.

StoreError
├── StoreUnavailable        store-unavailable         no connection, or it broke: nothing was written
├── OutcomeUnknown          outcome-unknown           the commit was not acknowledged: look it up by its key
├── DossierUnknown          dossier-unknown           no such dossier in the register
├── TaskMissing             task-unknown              no such task in the worklist
├── CommandUnknown          command-unknown           no such row in the inbox
├── AbsenceUnknown          absence-unknown           no such absence
├── ViewUnknown             view-unknown              no such saved view, or not shown to the caller
├── IdempotencyMismatch     idempotency-mismatch      the key was used before with another body
├── TaskHeldByAnother       task-claimed              another officer holds the task (``holder``)
├── TaskChanged             task-changed              the task is not as the caller last saw it
├── TaskPending             task-pending              another command on the task is on its way
├── TaskNotReady            task-not-ready            the task has ended
├── NotHolder               not-holder                only who holds the task may give it away (``holder``)
├── JournalConflict         journal-conflict          the journal holds another event under that sequence
├── JournalGap              journal-gap               events are missing before these
└── AlreadyPublished        already-published         that version is published with other content

The class's docstring is its default message in Vietnamese; ``code`` is the one public name. Any other error of the
driver is a fault of ours and passes through.
"""

from typing import ClassVar


class StoreError(Exception):
    """Kho dữ liệu không thực hiện được yêu cầu."""

    code: ClassVar[str] = "store-error"

    def __init__(self, message: str = "", **particulars: str) -> None:
        self.message = message or (type(self).__doc__ or "")
        self.particulars = particulars
        super().__init__(self.message)


class StoreUnavailable(StoreError):
    """Kho dữ liệu tạm thời không phục vụ được, chưa có gì được ghi."""

    code = "store-unavailable"


class OutcomeUnknown(StoreError):
    """Mất kết nối khi đang ghi; cần tra lại theo khóa của yêu cầu."""

    code = "outcome-unknown"


class DossierUnknown(StoreError):
    """Không có hồ sơ này."""

    code = "dossier-unknown"


class TaskMissing(StoreError):
    """Không có công việc này."""

    code = "task-unknown"


class CommandUnknown(StoreError):
    """Không có yêu cầu này."""

    code = "command-unknown"


class AbsenceUnknown(StoreError):
    """Không có lượt vắng mặt này."""

    code = "absence-unknown"


class ViewUnknown(StoreError):
    """Không có danh sách đã lưu này."""

    code = "view-unknown"


class IdempotencyMismatch(StoreError):
    """Khóa chống gửi trùng này đã dùng cho một yêu cầu có nội dung khác."""

    code = "idempotency-mismatch"


class TaskHeldByAnother(StoreError):
    """Cán bộ khác đang giữ công việc này."""

    code = "task-claimed"

    def __init__(self, *, holder: str) -> None:
        super().__init__(holder=holder)
        self.holder = holder


class TaskChanged(StoreError):
    """Công việc đã thay đổi từ lần bên gọi đọc nó."""

    code = "task-changed"


class TaskPending(StoreError):
    """Một yêu cầu khác trên công việc này đang được xử lý."""

    code = "task-pending"


class TaskNotReady(StoreError):
    """Công việc đã kết thúc."""

    code = "task-not-ready"


class NotHolder(StoreError):
    """Chỉ người đang giữ công việc mới được trả lại hoặc chuyển cho người khác."""

    code = "not-holder"


class JournalConflict(StoreError):
    """Nhật ký đã có sự kiện khác ở cùng số thứ tự."""

    code = "journal-conflict"


class JournalGap(StoreError):
    """Nhật ký thiếu sự kiện trước những sự kiện này."""

    code = "journal-gap"


class AlreadyPublished(StoreError):
    """Phiên bản này đã được công bố với nội dung khác."""

    code = "already-published"
