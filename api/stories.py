"""What an event says to people, in one line."""

from dossiers.events import Record

#: By the kind of the event; a test proves that no kind is missing.
WORDS = {
    "dossier.filed": "Hồ sơ được nộp",
    "dossier.accepted": "Tiếp nhận hồ sơ, cấp giấy hẹn",
    "dossier.refused": "Từ chối tiếp nhận hồ sơ",
    "result.decided": "Có kết quả giải quyết",
    "result.returned": "Trả kết quả cho người nộp",
    "dossier.withdrawn": "Người nộp rút hồ sơ",
    "appointment.moved": "Xin lỗi và hẹn lại ngày trả kết quả",
    "facts.recorded": "Ghi nhận thông tin",
    "task.opened": "Mở việc",
    "task.assigned": "Phân công cán bộ",
    "task.completed": "Hoàn thành việc",
    "task.cancelled": "Huỷ việc",
    "step.skipped": "Bỏ qua bước không áp dụng",
    "work.sent_back": "Trả lại để làm lại",
    "dossier.released": "Chuyển hồ sơ",
    "hand_over.accepted": "Nhận bàn giao",
    "hand_over.refused": "Không nhận bàn giao",
    "hand_over.recalled": "Thu hồi hồ sơ đã chuyển",
    "supplement.requested": "Yêu cầu bổ sung hồ sơ",
    "supplement.received": "Người nộp đã bổ sung",
    "answer.lapsed": "Hết hạn chờ người nộp",
    "payment.requested": "Thông báo nghĩa vụ tài chính",
    "payment.confirmed": "Xác nhận đã nộp tiền",
    "clock.paused": "Tạm dừng tính thời hạn",
    "clock.resumed": "Tiếp tục tính thời hạn",
    "deadline.moved": "Gia hạn theo luật",
    "consultation.answered": "Cơ quan được lấy ý kiến trả lời",
    "consultation.lapsed": "Cơ quan được lấy ý kiến không trả lời",
    "rung.reached": "Đến một nấc cảnh báo",
    "escalation.lifted": "Xoá cảnh báo vì đã làm đúng hạn",
    "reminder.sent": "Đôn đốc",
    "notice.acknowledged": "Xác nhận đã xem thông báo",
}


def words_of(record: Record) -> str:
    return WORDS[record.event.kind]
