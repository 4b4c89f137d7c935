"""What every act is called on its button and what it brings about, and the names of the fields it asks for."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Tone(StrEnum):
    """How a button looks: the way forward, something beside it, or an ending."""

    FORWARD = "primary"
    BESIDE = "outline"
    ENDING = "danger"


class ActWords(NamedTuple):
    """An act in words."""

    button: str
    effect: str
    tone: Tone
    #: Whether what was filled in is shown once more before it is sent.
    is_checked: bool = False


_WORDS: Mapping[str, ActWords] = {
    "receive": ActWords(
        "Tiếp nhận", "Cấp giấy tiếp nhận và hẹn trả; thời hạn giải quyết bắt đầu tính.", Tone.FORWARD, is_checked=True
    ),
    "decide_on_the_spot": ActWords(
        "Giải quyết tại chỗ", "Tiếp nhận, thẩm định và phê duyệt ngay tại quầy.", Tone.FORWARD, is_checked=True
    ),
    "complete": ActWords("Hoàn thành bước", "Kết thúc bước này; hồ sơ đi tiếp.", Tone.FORWARD, is_checked=True),
    "approve": ActWords("Phê duyệt", "Người đứng đầu phê duyệt; hồ sơ đi tiếp.", Tone.FORWARD, is_checked=True),
    "sign": ActWords("Ký kết quả", "Kết quả được ký.", Tone.FORWARD, is_checked=True),
    "answer_consultation": ActWords(
        "Trả lời lấy ý kiến", "Gửi ý kiến cho cơ quan đã hỏi.", Tone.FORWARD, is_checked=True
    ),
    "return_result": ActWords(
        "Trả kết quả", "Người nộp đã nhận kết quả; hồ sơ kết thúc.", Tone.FORWARD, is_checked=True
    ),
    "accept_hand_over": ActWords("Nhận bàn giao", "Hồ sơ đã đến; thời hạn của bước bắt đầu tính.", Tone.FORWARD),
    "hand_over": ActWords("Bàn giao", "Hồ sơ rời đơn vị, chuyển đến cơ quan làm bước sau.", Tone.FORWARD),
    "confirm_payment": ActWords("Xác nhận đã nộp", "Nộp đủ thì thời hạn tính tiếp.", Tone.FORWARD),
    "waive_charge": ActWords(
        "Ghi nhận miễn, ghi nợ",
        "Khoản này không phải chờ nộp nữa; hết khoản thì thời hạn tính tiếp.",
        Tone.BESIDE,
        is_checked=True,
    ),
    "request_payment": ActWords(
        "Thông báo nộp tiền", "Thời hạn dừng cho đến khi người nộp nộp đủ.", Tone.FORWARD, is_checked=True
    ),
    "answer_supplement": ActWords("Đã nhận bổ sung", "Thời hạn tính tiếp hoặc tính lại theo thủ tục.", Tone.FORWARD),
    "resume": ActWords("Hết lý do tạm dừng", "Thời hạn tính tiếp từ chỗ đã dừng.", Tone.FORWARD),
    "send_stop_notice": ActWords("Đã báo người nộp", "Ghi nhận đã báo người nộp biết thời hạn đang dừng.", Tone.BESIDE),
    "assign": ActWords("Phân công", "Giao việc cho một cán bộ của đơn vị.", Tone.BESIDE),
    "reassign": ActWords("Phân công lại", "Chuyển việc cho cán bộ khác; hạn của đơn vị không đổi.", Tone.BESIDE),
    "request_supplement": ActWords(
        "Yêu cầu bổ sung", "Một lần, đầy đủ, bằng văn bản (Mẫu 02); thời hạn dừng.", Tone.BESIDE, is_checked=True
    ),
    "consult": ActWords("Lấy ý kiến", "Hỏi cơ quan khác, nêu nội dung và thời hạn.", Tone.BESIDE, is_checked=True),
    "require_attendance": ActWords(
        "Mời người nộp có mặt", "Thời hạn dừng cho đến khi họ đã đến.", Tone.BESIDE, is_checked=True
    ),
    "apologise": ActWords(
        "Ký thư xin lỗi",
        "Xin lỗi và hẹn lại một lần (Mẫu 04); Bộ phận Một cửa báo người nộp.",
        Tone.FORWARD,
        is_checked=True,
    ),
    "remind": ActWords("Đôn đốc", "Nhắc người đang giữ việc; họ phải xác nhận đã xem.", Tone.BESIDE),
    "suspend": ActWords("Tạm dừng hồ sơ", "Cả hồ sơ đứng yên theo căn cứ đã nêu.", Tone.BESIDE, is_checked=True),
    "reappoint": ActWords(
        "Xin lỗi và hẹn lại",
        "Một lần (Mẫu 04); việc đúng hạn vẫn tính theo ngày hẹn đầu.",
        Tone.BESIDE,
        is_checked=True,
    ),
    "rework": ActWords(
        "Trả lại để làm lại", "Bước đã chọn và mọi bước sau nó phải làm lại.", Tone.ENDING, is_checked=True
    ),
    "refuse_hand_over": ActWords("Không nhận bàn giao", "Hồ sơ trở lại nơi gửi.", Tone.ENDING),
    "recall": ActWords("Thu hồi", "Lấy lại hồ sơ đã chuyển mà chưa ai nhận.", Tone.ENDING),
    "refuse": ActWords("Từ chối", "Bằng văn bản, nêu rõ lý do (Mẫu 03).", Tone.ENDING, is_checked=True),
    "withdraw": ActWords("Rút hồ sơ", "Theo đề nghị của người nộp; hồ sơ kết thúc.", Tone.ENDING, is_checked=True),
}

#: By act and field; under no act, what a field is called wherever nothing else is said.
FIELD_WORDS: Mapping[tuple[str, str], str] = {
    ("", "reason"): "Lý do",
    ("", "opinion"): "Ý kiến",
    ("", "content"): "Nội dung hỏi",
    ("", "document"): "Căn cứ: số, ngày của văn bản",
    ("", "attend_at"): "Giờ hẹn có mặt",
    ("", "appointment_at"): "Hẹn trả lại vào",
    ("confirm_payment", "charge"): "Khoản đã nộp",
    ("waive_charge", "charge"): "Khoản được miễn, ghi nợ",
    ("request_supplement", "components"): "Giấy tờ phải bổ sung",
    ("answer_supplement", "components"): "Giấy tờ đã nhận",
    ("request_supplement", "reason"): "Nội dung yêu cầu, ghi đầy đủ một lần",
    ("require_attendance", "reason"): "Thời gian, địa điểm, thành phần, nội dung",
}


def words_of(kind: str) -> ActWords:
    return _WORDS[kind]
