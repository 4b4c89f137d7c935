"""What the applicant must do now, in words and with the form for doing it: supplement, pay, come, fetch the result."""

from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple

from api.views import EventView
from console.names import Names
from dossiers.events import Record, SupplementRequested
from dossiers.payment_events import PaymentRequested
from dossiers.procedure import Procedure
from dossiers.state import DossierState, DossierStatus
from dossiers.stop_events import AttendanceRequired
from dossiers.values import Instant
from store.register import DossierRow


class Duty(StrEnum):
    """What kind of thing it is."""

    NOTHING = "nothing"
    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    ATTENDANCE = "attendance"
    RESULT = "result"


class Owed(NamedTuple):
    """What the applicant must do now."""

    duty: Duty
    words: str
    #: Papers or charges that are asked for: code and what is read.
    items: tuple[tuple[str, str], ...] = ()
    until: Instant | None = None
    #: As it was written to them.
    text: str | None = None


def owed(
    row: DossierRow,
    procedure: Procedure,
    state: DossierState,
    records: Sequence[Record],
    events: Sequence[EventView],
    names: Names,
) -> Owed:
    """Of a dossier that was filed."""
    if row.status is DossierStatus.DECIDED:
        words = f"Kết quả đã có. Mời đến nhận tại {names.unit(row.counter_unit)}, mang theo giấy hẹn."
        return Owed(Duty.RESULT, words)
    if state.awaited is None:
        return Owed(Duty.NOTHING, "Ông/bà chưa cần làm gì.")
    until = state.awaited.answer_by
    asks = (SupplementRequested, PaymentRequested, AttendanceRequired)
    match next((one.event for one in reversed(records) if isinstance(one.event, asks)), None):
        case SupplementRequested(components=components) as event:
            titles = {one.code: one.title for one in procedure.components}
            items = tuple((code, titles.get(code, code)) for code in components)
            words = "Bổ sung hồ sơ: báo tại đây khi đã có đủ, hoặc đến nơi đã nộp."
            return Owed(Duty.SUPPLEMENT, words, items, until, written(records, events, event.kind))
        case PaymentRequested(task=task):
            titles = {one.code: one.title for one in procedure.fees}
            charges = state.tasks[task].charges
            items = tuple((one.code, f"{titles.get(one.code, one.code)}: {_dong(one.amount)}") for one in charges)
            return Owed(Duty.PAYMENT, "Nộp tiền theo thông báo.", items, until)
        case AttendanceRequired(attend_at=attend_at) as event:
            text = written(records, events, event.kind)
            return Owed(Duty.ATTENDANCE, "Có mặt theo giấy mời.", (), attend_at, text)
        case _:
            return Owed(Duty.NOTHING, "Hồ sơ đang tạm dừng; ông/bà chưa cần làm gì.")


def written(records: Sequence[Record], events: Sequence[EventView], kind: str) -> str | None:
    """What was last written to the applicant in an event of that kind."""
    found = [event for event, record in zip(events, records, strict=True) if record.event.kind == kind and event.texts]
    return next(iter(found[-1].texts.values())) if found else None


def _dong(amount: int) -> str:
    return f"{amount:,} đồng".replace(",", ".")
