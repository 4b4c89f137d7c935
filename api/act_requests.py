"""What a request to act may carry: one model per act, nothing more than it names, and the command it stands for.

No model names the actor: who acts is whoever holds the key. Free text is not in the command but in a `TextBook`, from
which the store keeps it; the command holds the reference.
"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from api.document_requests import Documents, Results, attachments
from api.text_book import TextBook
from api.words import Code, FactInput, FactName, Passage
from dossiers import commands as c
from dossiers.instants import LegalInstant
from dossiers.limits import TimeLimit
from dossiers.payment_commands import Charge, ConfirmPayment, RequestPayment, WaiveCharge, WaiverGround
from dossiers.procedure import OnTimeout
from dossiers.stop_events import WholeStop
from dossiers.values import AgencyCode, OfficerId, StepId, TaskKey

Facts = Annotated[dict[FactName, FactInput], Field(max_length=50)]
Components = Annotated[tuple[Code, ...], Field(max_length=100)]


class ActRequest(BaseModel):
    """What every act may carry: the time and evidence of a late paper entry, for those who may make one."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    entered_for: LegalInstant | None = Field(default=None, description="thời điểm ghi trên giấy, khi nhập muộn")
    evidence: Passage | None = Field(default=None, description="căn cứ của việc nhập muộn")

    @model_validator(mode="after")
    def _evidence_goes_with_time(self) -> Self:
        if (self.entered_for is None) != (self.evidence is None):
            message = "nhập muộn phải có cả thời điểm (entered_for) và căn cứ (evidence)"
            raise ValueError(message)
        return self


class TaskActRequest(ActRequest):
    """An act on a task."""

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        """The command that this request stands for."""
        raise NotImplementedError


class DossierActRequest(ActRequest):
    """An act on the dossier as a whole."""

    def command(self, book: TextBook) -> c.DossierCommand:
        """The command that this request stands for."""
        raise NotImplementedError


class ReceiveRequest(TaskActRequest):
    """Tiếp nhận hồ sơ."""

    facts: Facts = {}
    documents: Documents = ()

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.Receive(task=task, facts=self.facts, documents=attachments(self.documents, book))


class RefuseRequest(TaskActRequest):
    """Từ chối: tại quầy (mẫu 03) hoặc sau thẩm định."""

    reason: Passage

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.Refuse(task=task, reason=book.keep("reason", self.reason))


class HandOverRequest(TaskActRequest):
    """Bàn giao hồ sơ."""

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:  # noqa: ARG002
        return c.HandOver(task=task)


class AcceptHandOverRequest(TaskActRequest):
    """Nhận bàn giao."""

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:  # noqa: ARG002
        return c.AcceptHandOver(task=task)


class RefuseHandOverRequest(TaskActRequest):
    """Không nhận bàn giao."""

    reason: Passage

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.RefuseHandOver(task=task, reason=book.keep("reason", self.reason))


class RecallRequest(TaskActRequest):
    """Thu hồi hồ sơ đã chuyển mà chưa ai nhận."""

    reason: Passage | None = None

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.Recall(task=task, reason=book.keep_if("reason", self.reason))


class AssignRequest(TaskActRequest):
    """Phân công cán bộ."""

    officer: Code

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:  # noqa: ARG002
        return c.Assign(task=task, officer=OfficerId(self.officer))


class ReassignRequest(TaskActRequest):
    """Phân công lại."""

    officer: Code
    reason: Passage | None = None

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        reason = book.keep_if("reason", self.reason)
        return c.Reassign(task=task, officer=OfficerId(self.officer), reason=reason)


class CompleteRequest(TaskActRequest):
    """Hoàn thành một bước với một trong các kết cục của bước."""

    outcome: Code = "done"
    facts: Facts = {}
    opinion: Passage | None = None
    documents: Documents = ()
    results: Results = ()

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.Complete(
            task=task,
            outcome=self.outcome,
            facts=self.facts,
            opinion=book.keep_if("opinion", self.opinion),
            documents=attachments(self.documents, book),
            results=attachments(self.results, book),
        )


class ApproveRequest(TaskActRequest):
    """Phê duyệt."""

    facts: Facts = {}
    opinion: Passage | None = None
    results: Results = ()

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        opinion, results = book.keep_if("opinion", self.opinion), attachments(self.results, book)
        return c.Approve(task=task, facts=self.facts, opinion=opinion, results=results)


class SignRequest(TaskActRequest):
    """Ký kết quả."""

    opinion: Passage | None = None
    results: Results = ()

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        opinion, results = book.keep_if("opinion", self.opinion), attachments(self.results, book)
        return c.Sign(task=task, opinion=opinion, results=results)


class ReturnRequest(TaskActRequest):
    """Trả kết quả cho người nộp."""

    results: Results = ()

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.ReturnResult(task=task, results=attachments(self.results, book))


class DecideOnTheSpotRequest(TaskActRequest):
    """Tiếp nhận, thẩm định, phê duyệt tại chỗ."""

    facts: Facts = {}
    documents: Documents = ()
    results: Results = ()

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        documents, results = attachments(self.documents, book), attachments(self.results, book)
        return c.DecideOnTheSpot(task=task, facts=self.facts, documents=documents, results=results)


class ReworkRequest(TaskActRequest):
    """Trả lại bước trước để làm lại."""

    to: Code
    reason: Passage

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.Rework(task=task, to=StepId(self.to), reason=book.keep("reason", self.reason))


class RequestSupplementRequest(TaskActRequest):
    """Yêu cầu người nộp bổ sung, một lần, đầy đủ."""

    components: Components = ()
    reason: Passage

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        reason = book.keep("reason", self.reason)
        return c.RequestSupplement(task=task, components=self.components, reason=reason)


def _limit(text: str) -> str:
    return str(TimeLimit.parse(text))


class ConsultRequest(TaskActRequest):
    """Lấy ý kiến các cơ quan khác, nêu nội dung và thời hạn."""

    participants: Annotated[tuple[Code, ...], Field(min_length=1, max_length=20)]
    content: Passage
    limit: Annotated[str, Field(max_length=20, examples=["2wd"]), AfterValidator(_limit)]
    on_timeout: OnTimeout = OnTimeout.NOTIFY_HEAD
    basis: Annotated[str, Field(max_length=200, examples=["NĐ 217/2026/NĐ-CP, Điều 54"])] | None = Field(
        default=None, description="điều khoản cho phép coi im lặng là đồng ý; chỉ bắt buộc với deemed_consent"
    )

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.Consult(
            task=task,
            participants=self.participants,
            content=book.keep("content", self.content),
            limit=self.limit,
            on_timeout=self.on_timeout,
            basis=self.basis,
        )


class AnswerRequest(TaskActRequest):
    """Trả lời lấy ý kiến."""

    outcome: Literal["consent", "object", "comment"]
    opinion: Passage | None = None

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        opinion = book.keep_if("opinion", self.opinion)
        return c.AnswerConsultation(task=task, outcome=self.outcome, opinion=opinion)


class ChargeRequest(BaseModel):
    """Một khoản phải nộp, bằng đồng."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: Code
    amount: int = Field(ge=0, le=10**13)


class RequestPaymentRequest(TaskActRequest):
    """Thông báo nghĩa vụ tài chính."""

    charges: Annotated[tuple[ChargeRequest, ...], Field(min_length=1, max_length=20)]

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:  # noqa: ARG002
        charges = tuple(Charge(code=one.code, amount=one.amount) for one in self.charges)
        return RequestPayment(task=task, charges=charges)


class ConfirmPaymentRequest(TaskActRequest):
    """Xác nhận một khoản đã nộp."""

    charge: Code
    amount: int | None = Field(default=None, gt=0, le=10**13, description="đồng; bỏ trống là nộp hết phần còn lại")

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:  # noqa: ARG002
        return ConfirmPayment(task=task, charge=self.charge, amount=self.amount)


class WaiveChargeRequest(TaskActRequest):
    """Ghi nhận một khoản được miễn hoặc được ghi nợ."""

    charge: Code
    ground: WaiverGround = Field(description="exempted: miễn; deferred: ghi nợ")
    document: Passage = Field(description="căn cứ: số, ngày quyết định của cơ quan có thẩm quyền")

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        evidence = book.keep("document", self.document)
        return WaiveCharge(task=task, charge=self.charge, ground=self.ground, evidence=evidence)


class ApologiseRequest(TaskActRequest):
    """Ký thư xin lỗi và hẹn lại ngày trả kết quả (Mẫu số 04)."""

    appointment_at: LegalInstant
    reason: Passage

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        reason = book.keep("reason", self.reason)
        return c.Apologise(task=task, appointment_at=self.appointment_at, reason=reason)


class RemindRequest(TaskActRequest):
    """Đôn đốc người đang giữ việc."""

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:  # noqa: ARG002
        return c.Remind(task=task)


class SupplementRequest(DossierActRequest):
    """Người nộp đã bổ sung."""

    components: Components = ()
    documents: Documents = ()

    def command(self, book: TextBook) -> c.DossierCommand:
        return c.AnswerSupplement(components=self.components, documents=attachments(self.documents, book))


class WithdrawRequest(DossierActRequest):
    """Người nộp rút hồ sơ."""

    reason: Passage | None = None

    def command(self, book: TextBook) -> c.DossierCommand:
        return c.Withdraw(reason=book.keep_if("reason", self.reason))


class ReappointRequest(DossierActRequest):
    """Xin lỗi và hẹn lại ngày trả kết quả."""

    appointment_at: LegalInstant
    reason: Passage

    def command(self, book: TextBook) -> c.DossierCommand:
        return c.Reappoint(appointment_at=self.appointment_at, reason=book.keep("reason", self.reason))


class RequireAttendanceRequest(TaskActRequest):
    """Mời người nộp có mặt; thời hạn dừng cho đến khi họ đã đến."""

    attend_at: LegalInstant
    reason: Passage = Field(description="thời gian, địa điểm, thành phần, nội dung (NĐ 61/2018/NĐ-CP, Điều 19.3)")

    def command(self, task: TaskKey, book: TextBook) -> c.TaskCommand:
        return c.RequireAttendance(task=task, attend_at=self.attend_at, reason=book.keep("reason", self.reason))


class SuspendRequest(DossierActRequest):
    """Tạm dừng cả hồ sơ vì bất khả kháng hoặc theo quyết định."""

    ground: WholeStop
    document: Passage = Field(description="chứng cứ: quyết định, văn bản làm căn cứ")

    def command(self, book: TextBook) -> c.DossierCommand:
        return c.SuspendDossier(ground=self.ground, evidence=book.keep("document", self.document))


class ResumeRequest(DossierActRequest):
    """Hết lý do tạm dừng: thời hạn tính tiếp."""

    document: Passage = Field(description="chứng cứ: biên bản làm việc, quyết định phục hồi")

    def command(self, book: TextBook) -> c.DossierCommand:
        return c.ResumeDossier(evidence=book.keep("document", self.document))


class StopNoticeRequest(DossierActRequest):
    """Đã báo người nộp biết thời hạn đang dừng."""

    document: Passage | None = Field(default=None, description="số thư, mã tin báo")

    def command(self, book: TextBook) -> c.DossierCommand:
        return c.SendStopNotice(evidence=book.keep_if("document", self.document))


class ResumeDispatchesRequest(DossierActRequest):
    """Cho gửi tiếp tới hệ thống của một cơ quan."""

    line: Code

    def command(self, book: TextBook) -> c.DossierCommand:  # noqa: ARG002
        return c.ResumeDispatches(line=AgencyCode(self.line))


class AcknowledgeRequest(ActRequest):
    """Xác nhận đã xem thông báo."""
