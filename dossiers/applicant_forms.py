"""The forms that go to the applicant, 01 to 05, each a pure function of the journal, the rules and what is told beside.

NĐ 61/2018/NĐ-CP, Điều 17, 19.4, 19.8, 19.9; the fields are those of the phụ lục to TT 01/2018/TT-VPCP. What no event
says is a blank to be written by hand, never a guess. Names and texts are personal: they are arguments, and leave with
the sheet.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol, assert_never
from uuid import UUID

from dossiers import events as e
from dossiers.apology_events import ApologyForm, AppointmentMoved
from dossiers.evolve import fold
from dossiers.form_kinds import FormKind, form_name, form_words
from dossiers.instants import local
from dossiers.procedure import StepKind
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.sheets import BLANK, Block, Line, Paragraph, Sheet, Signature, Signatures, Table
from dossiers.state import DossierState
from dossiers.texts import TextRef
from dossiers.values import OfficerId, Value
from dossiers.wording import limit_in_words


class Addressee(Value):
    """The applicant, and who brought the dossier in the applicant's place."""

    full_name: str
    identity_number: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    submitter_name: str | None = None
    submitter_identity_number: str | None = None


class Names(Protocol):
    """Reads the codes of the directory aloud."""

    def agency(self, code: str | None) -> str: ...

    def unit(self, code: str | None) -> str: ...

    def officer(self, code: str | None) -> str: ...

    def above(self, agency: str) -> str:
        """The agency over it; its own name where it has none."""

    def place(self, agency: str) -> str:
        """Where its letters are dated."""


class Told(NamedTuple):
    """What a letter is written from; the last record is the one that issues it."""

    records: tuple[e.Record, ...]
    rulebook: Rulebook
    names: Names
    addressee: Addressee
    #: What people wrote, by its reference.
    texts: Mapping[UUID, str]
    #: “01/2026”; null on a draft.
    number: str | None
    tracking_code: str | None = None

    @property
    def issuing(self) -> e.Record:
        return self.records[-1]


def filled_in(kind: FormKind, told: Told) -> Sheet:
    """The form that the last record issues."""
    match kind:
        case FormKind.RECEIPT:
            return _receipt(told)
        case FormKind.SUPPLEMENT_REQUEST:
            return _supplement_request(told)
        case FormKind.REFUSAL:
            return _refusal(told)
        case FormKind.APOLOGY:
            return _apology(told)
        case FormKind.STOP_NOTICE:
            return _stop_notice(told)
        case FormKind.CONTROL_SLIP | FormKind.TRACKING_BOOK:
            message = f"{kind} is no letter"
            raise ValueError(message)
        case _:
            assert_never(kind)


def _receipt(told: Told) -> Sheet:
    state, procedure = fold(told.records), told.rulebook.procedure
    assert state.filed is not None, "a dossier is filed before it is received"
    received_at = told.issuing.occurred_at
    blocks: list[Block] = [
        Line(label="Mã hồ sơ", value=state.filed.number),
        Line(label="Mã tra cứu", value=_code(told.tracking_code)),
        Line(label="Bộ phận tiếp nhận và trả kết quả", value=told.names.unit(_counter(told).unit)),
        *_people(told),
        Line(label="Nội dung yêu cầu giải quyết", value=procedure.title),
        Paragraph(text="1. Thành phần hồ sơ nộp gồm:"),
        _components(told, state.filed.components),
        Line(label="2. Số lượng hồ sơ", value="01 (bộ)"),
        Line(label="3. Thời gian giải quyết hồ sơ theo quy định", value=limit_in_words(procedure.limit)),
        Line(label="4. Thời gian nhận hồ sơ", value=moment(received_at)),
        Line(label="5. Thời gian trả kết quả giải quyết hồ sơ", value=moment(state.appointment_at)),
    ]
    if procedure.steps_of_kind(StepKind.PAYMENT):
        # Known once the notices are settled: written on the applicant's copy then.
        blocks += [
            Line(label="6. Thời gian nhận hồ sơ giai đoạn 2 (nếu có)", value=BLANK),
            Line(label="7. Thời gian trả kết quả giai đoạn 2 (nếu có)", value=BLANK),
        ]
    blocks += [
        Line(label="Đăng ký nhận kết quả tại", value=told.names.unit(_counter(told).unit)),
        Signatures(
            columns=(
                Signature(title="NGƯỜI NỘP HỒ SƠ", name=told.addressee.submitter_name or told.addressee.full_name),
                Signature(title="NGƯỜI TIẾP NHẬN HỒ SƠ", name=_actor(told)),
            )
        ),
    ]
    return _sheet(told, FormKind.RECEIPT, _counter(told), blocks)


def _supplement_request(told: Told) -> Sheet:
    state, event = fold(told.records), told.issuing.event
    assert isinstance(event, e.SupplementRequested), "the request issues it"
    counter = _counter(told)
    blocks: list[Block] = [
        Line(label="Mã hồ sơ", value=_number(state)),
        Line(label="Đơn vị tiếp nhận", value=told.names.unit(counter.unit)),
        *_asking(told),
        Paragraph(text="Yêu cầu hoàn thiện hồ sơ gồm những nội dung sau:"),
        _components(told, event.components),
        Line(label="Lý do", value=_text(told, event.reason)),
        Line(label="Nộp bổ sung trước", value=moment(event.answer_by)),
        _contact(told, counter),
        Signatures(columns=(Signature(title="NGƯỜI HƯỚNG DẪN", name=_actor(told)),)),
    ]
    return _sheet(told, FormKind.SUPPLEMENT_REQUEST, counter, blocks)


def _refusal(told: Told) -> Sheet:
    state, event = fold(told.records), told.issuing.event
    assert isinstance(event, e.DossierRefused | e.ResultDecided), "a refusal issues it"
    counter = _counter(told)
    blocks: list[Block] = [
        Line(label="Mã hồ sơ", value=_number(state)),
        Line(label="Bộ phận tiếp nhận và trả kết quả", value=told.names.unit(counter.unit)),
        *_asking(told),
        Paragraph(
            text="Qua xem xét, Bộ phận Tiếp nhận và Trả kết quả thông báo không tiếp nhận, giải quyết hồ sơ này "
            "với lý do cụ thể như sau:"
        ),
        Line(label="Lý do", value=_text(told, event.reason)),
        _contact(told, counter),
        Signatures(
            columns=(
                Signature(title="NGƯỜI NỘP HỒ SƠ", name=told.addressee.submitter_name or told.addressee.full_name),
                Signature(title="NGƯỜI TỪ CHỐI HỒ SƠ", name=_actor(told)),
            )
        ),
    ]
    return _sheet(told, FormKind.REFUSAL, counter, blocks)


def _apology(told: Told) -> Sheet:
    event = told.issuing.event
    assert isinstance(event, AppointmentMoved), "the new date issues it"
    form, addressee = event.form, told.addressee
    blocks: list[Block] = [
        Line(label="Kính gửi", value=addressee.full_name),
        Line(label="Địa chỉ", value=addressee.address or BLANK),
        Line(label="Số điện thoại", value=addressee.phone or BLANK),
        Line(label="Ngày tiếp nhận", value=moment(form.received_at)),
        Line(label="Thủ tục hành chính", value=f"{form.title} (lĩnh vực {form.field})"),
        Line(label="Mã hồ sơ", value=form.dossier_number),
        Line(label="Thời gian hẹn trả kết quả", value=moment(form.previous_at)),
        Line(label="Tình trạng hồ sơ", value=_standing(told, form)),
        Line(label="Lý do", value=_text(told, event.reason)),
        Paragraph(
            text=f"{told.names.agency(form.agency.agency)} xin lỗi ông/bà, tổ chức vì sự chậm trễ này và hẹn lại "
            "thời gian trả kết quả như sau:"
        ),
        Line(label="Thời gian trả kết quả mới", value=moment(event.appointment_at)),
        Paragraph(text="Nơi nhận: như trên; Bộ phận Tiếp nhận và Trả kết quả; lưu."),
        Signatures(
            columns=(
                Signature(
                    title="THỦ TRƯỞNG CƠ QUAN GIẢI QUYẾT", hint="(ký, đóng dấu)", name=_officer(told, form.signed_by)
                ),
            )
        ),
    ]
    return _sheet(told, FormKind.APOLOGY, form.agency, blocks)


def _standing(told: Told, form: ApologyForm) -> str:
    lagging = [
        f"{one.label} tại {told.names.unit(one.seat.unit)}"
        + (f" (hạn {moment(one.due_at)})" if one.due_at is not None else "")
        for one in form.lagging
    ]
    return "; ".join(lagging) or "đang giải quyết"


def _stop_notice(told: Told) -> Sheet:
    state, event = fold(told.records), told.issuing.event
    assert isinstance(event, e.DossierWithdrawn), "the withdrawal issues it"
    counter = _counter(told)
    blocks: list[Block] = [
        Line(label="Mã hồ sơ", value=_number(state)),
        Line(label="Đơn vị tiếp nhận", value=told.names.unit(counter.unit)),
        *_asking(told),
        Line(label="Thời gian nhận hồ sơ", value=moment(state.received_at)),
        Line(label="Thời gian hẹn trả kết quả", value=moment(state.appointment_at)),
        Line(label="Thời điểm yêu cầu dừng", value=moment(told.issuing.occurred_at)),
        Line(label="Lý do", value=_text(told, event.reason)),
        Paragraph(
            text="Theo yêu cầu của người nộp, hồ sơ được dừng giải quyết từ thời điểm trên khi chưa có quyết định về "
            "kết quả; giấy tờ bản chính được trả lại người nộp."
        ),
        Signatures(
            columns=(
                Signature(title="NGƯỜI NỘP HỒ SƠ", name=told.addressee.submitter_name or told.addressee.full_name),
                Signature(title="NGƯỜI THÔNG BÁO", name=_actor(told)),
            )
        ),
    ]
    return _sheet(told, FormKind.STOP_NOTICE, counter, blocks)


def _sheet(told: Told, kind: FormKind, seat: Seat, blocks: Iterable[Block]) -> Sheet:
    state = fold(told.records)
    rule_set = rule_set_of(state)
    name = form_name(rule_set, kind)
    assert name is not None, "only a form of the decree is issued"
    return Sheet(
        form=form_words(rule_set, kind),
        authority=told.names.above(seat.agency),
        issuer=told.names.agency(seat.agency),
        number="" if told.number is None else f"Số: {told.number}",
        dated=f"{told.names.place(seat.agency)}, {day(told.issuing.occurred_at)}",
        title=name.title,
        code=_number(state),
        blocks=tuple(blocks),
        unverified=name.unverified,
        is_draft=told.number is None,
    )


def rule_set_of(state: DossierState) -> str:
    """The decree pinned at reception; before there is one, that of the filing."""
    assert state.filed is not None, "only what was filed has a decree"
    return state.rule_set or state.filed.rule_set


def _people(told: Told) -> list[Block]:
    """Whose dossier it is, and who brought it: two persons, or one."""
    one = told.addressee
    return [
        Line(label="Tiếp nhận hồ sơ của", value=one.full_name),
        Line(label="Người nộp", value=one.submitter_name or one.full_name),
        *_ways(one),
        Line(
            label="Số CMND/Căn cước/Hộ chiếu",
            value=(one.submitter_identity_number if one.submitter_name else one.identity_number) or BLANK,
        ),
    ]


def _asking(told: Told) -> list[Block]:
    title = told.rulebook.procedure.title
    asked = Line(label="Nội dung yêu cầu giải quyết", value=title)
    return [Line(label="Hồ sơ của", value=told.addressee.full_name), asked, *_ways(told.addressee)]


def _ways(one: Addressee) -> list[Block]:
    return [
        Line(label="Địa chỉ", value=one.address or BLANK),
        Line(label="Số điện thoại", value=one.phone or BLANK),
        Line(label="Email", value=one.email or BLANK),
    ]


def _components(told: Told, codes: tuple[str, ...]) -> Table:
    """How many of each the procedure asks for; what is certified is told apart by hand."""
    known = {one.code: one for one in told.rulebook.procedure.components}
    rows = [
        (str(place), known[code].title, _count(known[code].originals), "", _count(known[code].copies))
        for place, code in enumerate((code for code in codes if code in known), start=1)
    ]
    heads = ("TT", "Tên thành phần hồ sơ", "Bản chính", "Bản chứng thực", "Bản photo")
    return Table(heads=heads, widths=(1, 8, 2, 2, 2), rows=tuple(rows))


def _count(number: int) -> str:
    return str(number) if number else ""


def _contact(told: Told, counter: Seat) -> Line:
    whom = f"{_actor(told) or BLANK}, {told.names.unit(counter.unit)}, điện thoại {BLANK}"
    return Line(label="Liên hệ hướng dẫn", value=whom)


def _actor(told: Told) -> str:
    """The officer who acted; an applicant who did signs as such."""
    actor = told.issuing.actor
    return "" if actor is None or actor.seat is None else told.names.officer(actor.id)


def _officer(told: Told, officer: OfficerId | None) -> str:
    return "" if officer is None else told.names.officer(officer)


def _text(told: Told, ref: TextRef | None) -> str:
    return BLANK if ref is None else told.texts.get(ref.id, BLANK)


def _counter(told: Told) -> Seat:
    """Whoever took the dossier in speaks to the applicant (NĐ 61/2018/NĐ-CP, Điều 5.1e)."""
    filed = fold(told.records).filed
    assert filed is not None, "only what was filed has a counter"
    return filed.seats[told.rulebook.procedure.counter.name]


def _number(state: DossierState) -> str:
    assert state.filed is not None, "only what was filed has a number"
    return state.filed.number


def _code(code: str | None) -> str:
    return BLANK if code is None else f"{code[:4]}-{code[4:]}"


def moment(instant: datetime | None) -> str:
    """“09 giờ 30 phút, ngày 02/3/2026”; a blank where there is none."""
    if instant is None:
        return BLANK
    at = local(instant)
    return f"{at:%H} giờ {at:%M} phút, ngày {at:%d/%m/%Y}"


def day(instant: datetime) -> str:
    """“ngày 02 tháng 03 năm 2026”."""
    at = local(instant)
    return f"ngày {at:%d} tháng {at:%m} năm {at:%Y}"
