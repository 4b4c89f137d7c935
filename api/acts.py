"""Every act of a dossier's life over HTTP, one address each; the rules are in the core, not here."""

from typing import Any
from uuid import UUID

from fastapi import APIRouter, Response

from api import act_requests as asked
from api.call import KnownCall
from api.openapi import act

router = APIRouter(prefix="/v1", tags=["acts"])

_REASON: dict[str, Any] = {"reason": "Thiếu bản chính giấy chứng nhận quyền sử dụng đất."}


@router.post("/tasks/{task_id}/receive", **act("receive", "Tiếp nhận hồ sơ", {"facts": {}}))
async def receive(task_id: UUID, request: asked.ReceiveRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/refuse", **act("refuse", "Từ chối", _REASON))
async def refuse(task_id: UUID, request: asked.RefuseRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/hand-over", **act("handOver", "Bàn giao", {}))
async def hand_over(task_id: UUID, request: asked.HandOverRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/accept", **act("acceptHandOver", "Nhận bàn giao", {}))
async def accept_hand_over(task_id: UUID, request: asked.AcceptHandOverRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/refuse-hand-over", **act("refuseHandOver", "Không nhận bàn giao", _REASON))
async def refuse_hand_over(task_id: UUID, request: asked.RefuseHandOverRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/recall", **act("recall", "Thu hồi hồ sơ đã chuyển", _REASON))
async def recall(task_id: UUID, request: asked.RecallRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/assign", **act("assign", "Phân công", {"officer": "ha-long-land-officer-1"}))
async def assign(task_id: UUID, request: asked.AssignRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/reassign", **act("reassign", "Phân công lại", {"officer": "ha-long-land-officer-2"}))
async def reassign(task_id: UUID, request: asked.ReassignRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/complete", **act("complete", "Hoàn thành bước", {"outcome": "eligible"}))
async def complete(task_id: UUID, request: asked.CompleteRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/approve", **act("approve", "Phê duyệt", {"opinion": "Đồng ý với ý kiến thẩm định."}))
async def approve(task_id: UUID, request: asked.ApproveRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/sign", **act("sign", "Ký kết quả", {}))
async def sign(task_id: UUID, request: asked.SignRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/return", **act("returnResult", "Trả kết quả", {}))
async def return_result(task_id: UUID, request: asked.ReturnRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/decide-on-the-spot", **act("decideOnTheSpot", "Giải quyết tại chỗ", {"facts": {}}))
async def decide_on_the_spot(task_id: UUID, request: asked.DecideOnTheSpotRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/rework", **act("rework", "Trả lại để làm lại", {"to": "appraisal", **_REASON}))
async def rework(task_id: UUID, request: asked.ReworkRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post(
    "/tasks/{task_id}/request-supplement",
    **act("requestSupplement", "Yêu cầu bổ sung", {"components": ["drawings"], **_REASON}),
)
async def request_supplement(task_id: UUID, request: asked.RequestSupplementRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post(
    "/tasks/{task_id}/consult",
    **act(
        "consult",
        "Lấy ý kiến",
        {"participants": ["fire_police"], "content": "Đề nghị cho ý kiến về thoát nạn.", "limit": "2wd"},
    ),
)
async def consult(task_id: UUID, request: asked.ConsultRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/answer", **act("answerConsultation", "Trả lời lấy ý kiến", {"outcome": "consent"}))
async def answer(task_id: UUID, request: asked.AnswerRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post(
    "/tasks/{task_id}/request-payment",
    **act("requestPayment", "Thông báo nộp tiền", {"charges": [{"code": "registration_fee", "amount": 2500000}]}),
)
async def request_payment(task_id: UUID, request: asked.RequestPaymentRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post(
    "/tasks/{task_id}/confirm-payment", **act("confirmPayment", "Xác nhận đã nộp", {"charge": "registration_fee"})
)
async def confirm_payment(task_id: UUID, request: asked.ConfirmPaymentRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post(
    "/tasks/{task_id}/waive-charge",
    **act(
        "waiveCharge",
        "Ghi nhận một khoản được miễn, ghi nợ",
        {"charge": "registration_fee", "ground": "exempted", "document": "Thông báo 12/TB-TCS ngày 3/12/2026."},
    ),
)
async def waive_charge(task_id: UUID, request: asked.WaiveChargeRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post(
    "/tasks/{task_id}/require-attendance",
    **act(
        "requireAttendance",
        "Mời người nộp có mặt",
        {"attend_at": "2026-12-04T09:00:00+07:00", "reason": "9 giờ ngày 4/12 tại thửa đất, xác minh ranh giới."},
    ),
)
async def require_attendance(task_id: UUID, request: asked.RequireAttendanceRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post(
    "/tasks/{task_id}/apologise",
    **act(
        "apologise",
        "Ký thư xin lỗi và hẹn lại (Mẫu số 04)",
        {"appointment_at": "2026-12-04T17:00:00+07:00", "reason": "Cán bộ thẩm định nghỉ ốm, xin lỗi và hẹn lại."},
    ),
)
async def apologise(task_id: UUID, request: asked.ApologiseRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/tasks/{task_id}/remind", **act("remind", "Đôn đốc", {}))
async def remind(task_id: UUID, request: asked.RemindRequest, call: KnownCall) -> Response:
    return await call.on_task(task_id, request)


@router.post("/dossiers/{dossier_id}/supplement", **act("answerSupplement", "Đã bổ sung", {"components": ["drawings"]}))
async def supplement(dossier_id: UUID, request: asked.SupplementRequest, call: KnownCall) -> Response:
    return await call.on_dossier(dossier_id, request)


@router.post(
    "/dossiers/{dossier_id}/suspend",
    **act(
        "suspendDossier",
        "Tạm dừng giải quyết",
        {"ground": "suspension", "document": "Quyết định số 12/QĐ-TĐC ngày 2/12/2026 về tạm đình chỉ giải quyết."},
    ),
)
async def suspend(dossier_id: UUID, request: asked.SuspendRequest, call: KnownCall) -> Response:
    return await call.on_dossier(dossier_id, request)


@router.post(
    "/dossiers/{dossier_id}/resume",
    **act("resumeDossier", "Hết lý do tạm dừng", {"document": "Biên bản làm việc ngày 4/12/2026."}),
)
async def resume(dossier_id: UUID, request: asked.ResumeRequest, call: KnownCall) -> Response:
    return await call.on_dossier(dossier_id, request)


@router.post(
    "/dossiers/{dossier_id}/stop-notice",
    **act("sendStopNotice", "Đã báo người nộp biết thời hạn đang dừng", {"document": "Thư số 31/TB-MC."}),
)
async def stop_notice(dossier_id: UUID, request: asked.StopNoticeRequest, call: KnownCall) -> Response:
    return await call.on_dossier(dossier_id, request)


@router.post("/dossiers/{dossier_id}/withdraw", **act("withdraw", "Rút hồ sơ", {}))
async def withdraw(dossier_id: UUID, request: asked.WithdrawRequest, call: KnownCall) -> Response:
    return await call.on_dossier(dossier_id, request)


@router.post(
    "/dossiers/{dossier_id}/reappoint",
    **act(
        "reappoint",
        "Xin lỗi và hẹn lại",
        {
            "appointment_at": "2026-12-04T17:00:00+07:00",
            "reason": "Cơ quan được lấy ý kiến trả lời chậm, xin lỗi và hẹn lại.",
        },
    ),
)
async def reappoint(dossier_id: UUID, request: asked.ReappointRequest, call: KnownCall) -> Response:
    return await call.on_dossier(dossier_id, request)


@router.post("/notices/{notice_id}/acknowledge", **act("acknowledgeNotice", "Xác nhận đã xem thông báo", {}))
async def acknowledge(notice_id: UUID, request: asked.AcknowledgeRequest, call: KnownCall) -> Response:
    return await call.on_notice(notice_id, request)
