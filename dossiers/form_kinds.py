"""Which forms there are, which event issues one, and under which number the circular in force knows it.

TT 01/2018/TT-VPCP has forms 01 to 06; TT 03/2025/TT-VPCP has 01 to 07 and names the apology anew. A letter belongs to
the event that has its effect: the event cannot be in the journal without the letter, nor the letter without the event.
"""

from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from dossiers import events as e
from dossiers.apology_events import AppointmentMoved
from dossiers.instants import local
from dossiers.values import AgencyCode, Value


class FormKind(StrEnum):
    """A form, whatever number it has."""

    RECEIPT = "receipt"
    SUPPLEMENT_REQUEST = "supplement_request"
    REFUSAL = "refusal"
    APOLOGY = "apology"
    STOP_NOTICE = "stop_notice"
    CONTROL_SLIP = "control_slip"
    TRACKING_BOOK = "tracking_book"


class FormName(NamedTuple):
    """How a circular names a form."""

    number: str
    title: str
    #: What is not taken from the circular's text; empty where it is.
    unverified: str = ""


_OLD = "TT 01/2018/TT-VPCP"
_NEW = "TT 03/2025/TT-VPCP"
_UNREAD = f"Chưa đối chiếu với văn bản {_NEW}."
_OURS = f"Nội dung do hệ thống đề xuất, chưa đối chiếu với văn bản {_NEW}."

_RECEIPT = "GIẤY TIẾP NHẬN HỒ SƠ VÀ HẸN TRẢ KẾT QUẢ"
_SUPPLEMENT = "PHIẾU YÊU CẦU BỔ SUNG, HOÀN THIỆN HỒ SƠ"
_REFUSAL = "PHIẾU TỪ CHỐI TIẾP NHẬN GIẢI QUYẾT HỒ SƠ"
_SLIP = "PHIẾU KIỂM SOÁT QUÁ TRÌNH GIẢI QUYẾT HỒ SƠ"
_BOOK = "SỔ THEO DÕI HỒ SƠ"

_SETS: Mapping[str, Mapping[FormKind, FormName]] = {
    "ND61_2018": {
        FormKind.RECEIPT: FormName("01", _RECEIPT),
        FormKind.SUPPLEMENT_REQUEST: FormName("02", _SUPPLEMENT),
        FormKind.REFUSAL: FormName("03", _REFUSAL),
        FormKind.APOLOGY: FormName("04", "PHIẾU XIN LỖI VÀ HẸN LẠI NGÀY TRẢ KẾT QUẢ"),
        FormKind.CONTROL_SLIP: FormName("05", _SLIP),
        FormKind.TRACKING_BOOK: FormName("06", _BOOK),
    },
    "ND118_2025": {
        FormKind.RECEIPT: FormName("01", _RECEIPT, _UNREAD),
        FormKind.SUPPLEMENT_REQUEST: FormName("02", _SUPPLEMENT, _UNREAD),
        FormKind.REFUSAL: FormName("03", _REFUSAL, _UNREAD),
        FormKind.APOLOGY: FormName("04", "VĂN BẢN XIN LỖI VÀ ĐỀ NGHỊ GIA HẠN THỜI GIAN GIẢI QUYẾT", _UNREAD),
        FormKind.STOP_NOTICE: FormName("05", "THÔNG BÁO DỪNG GIẢI QUYẾT HỒ SƠ", _OURS),
        FormKind.CONTROL_SLIP: FormName("06", _SLIP, _UNREAD),
        FormKind.TRACKING_BOOK: FormName("07", _BOOK, _UNREAD),
    },
}
_CIRCULARS = {"ND61_2018": _OLD, "ND118_2025": _NEW}


def form_name(rule_set: str, kind: FormKind) -> FormName | None:
    """How the forms of that decree name it; none where they have no such form."""
    return _SETS[rule_set].get(kind)


def form_words(rule_set: str, kind: FormKind) -> str:
    """“Mẫu số 01 (TT 01/2018/TT-VPCP)”; KeyError where the decree has no such form."""
    return f"Mẫu số {_SETS[rule_set][kind].number} ({_CIRCULARS[rule_set]})"


class Issue(Value):
    """A form that an event issued."""

    sequence: int
    kind: FormKind
    #: Whose book it stands in; none where it is the counter's.
    agency: AgencyCode | None = None
    #: The year of the book, as the office's clock has it.
    year: int
    #: Where the number was given with the act.
    number: str | None = None


def issues(records: Iterable[e.Record], rule_set: str) -> Iterator[Issue]:
    """The forms that these records issue; ``rule_set`` is that of the filing, until one was pinned at reception."""
    for record in records:
        year = local(record.occurred_at).year
        match record.event:
            case e.DossierAccepted():
                rule_set = record.event.rule_set or rule_set
                yield Issue(sequence=record.sequence, kind=FormKind.RECEIPT, year=year)
            case e.SupplementRequested():
                yield Issue(sequence=record.sequence, kind=FormKind.SUPPLEMENT_REQUEST, year=year)
            case e.DossierRefused() | e.ResultDecided(result="refused"):
                yield Issue(sequence=record.sequence, kind=FormKind.REFUSAL, year=year)
            case AppointmentMoved(form=form):
                yield Issue(
                    sequence=record.sequence,
                    kind=FormKind.APOLOGY,
                    agency=form.agency.agency,
                    year=year,
                    number=form.number,
                )
            case e.DossierWithdrawn() if form_name(rule_set, FormKind.STOP_NOTICE) is not None:
                yield Issue(sequence=record.sequence, kind=FormKind.STOP_NOTICE, year=year)
            case _:
                pass
