"""The forms that go to the applicant, each against the field list of its form (phụ lục TT 01/2018/TT-VPCP)."""

import pytest

from dossiers import commands as c
from dossiers.applicant_forms import Addressee, Told, filled_in
from dossiers.form_kinds import FormKind, form_name, issues
from dossiers.instants import parse_instant
from dossiers.sheets import BLANK, Line, Sheet, Signatures, Table
from printing.pdf import pdf_of
from tests.printing.test_sheets import read_pdf, squeezed, words_of
from tests.support.builders import CITIZEN, PERMIT, Run, rule_set, text

REASON = "Bản vẽ chưa có chữ ký của chủ đầu tư."
SOMEBODY = Addressee(
    full_name="Nguyễn Văn Đức",
    identity_number="022090001234",
    phone="0912345678",
    address="Số 3 phố Lê Thánh Tông, Hạ Long",
    submitter_name="Trần Thị Hà",
    submitter_identity_number="022090005678",
)
#: The fields of each form, as the annex lists them.
FIELDS = {
    FormKind.RECEIPT: (
        "Mã hồ sơ",
        "Bộ phận tiếp nhận và trả kết quả",
        "Tiếp nhận hồ sơ của",
        "Người nộp",
        "Địa chỉ",
        "Số điện thoại",
        "Email",
        "Số CMND/Căn cước/Hộ chiếu",
        "Nội dung yêu cầu giải quyết",
        "2. Số lượng hồ sơ",
        "3. Thời gian giải quyết hồ sơ theo quy định",
        "4. Thời gian nhận hồ sơ",
        "5. Thời gian trả kết quả giải quyết hồ sơ",
        "Đăng ký nhận kết quả tại",
    ),
    FormKind.SUPPLEMENT_REQUEST: (
        "Đơn vị tiếp nhận",
        "Hồ sơ của",
        "Nội dung yêu cầu giải quyết",
        "Địa chỉ",
        "Số điện thoại",
        "Email",
        "Lý do",
        "Liên hệ hướng dẫn",
    ),
    FormKind.REFUSAL: (
        "Hồ sơ của",
        "Địa chỉ",
        "Số điện thoại",
        "Email",
        "Nội dung yêu cầu giải quyết",
        "Lý do",
        "Liên hệ hướng dẫn",
    ),
    FormKind.APOLOGY: (
        "Kính gửi",
        "Địa chỉ",
        "Số điện thoại",
        "Ngày tiếp nhận",
        "Thủ tục hành chính",
        "Mã hồ sơ",
        "Thời gian hẹn trả kết quả",
        "Tình trạng hồ sơ",
        "Lý do",
        "Thời gian trả kết quả mới",
    ),
    #: Of our own: the circular's text was not found.
    FormKind.STOP_NOTICE: ("Mã hồ sơ", "Hồ sơ của", "Thời điểm yêu cầu dừng", "Lý do"),
}


FLOORS = {"floors": 2}


class Codes:
    """A directory in which everything is called by its code."""

    def agency(self, code: str | None) -> str:
        return code or "–"

    unit = officer = agency

    def above(self, agency: str) -> str:
        return f"trên {agency}"

    def place(self, agency: str) -> str:
        return f"nơi của {agency}"


def received() -> Run:
    run = Run.filed(PERMIT, "2026-03-02T08:00", **FLOORS)
    run.forward("reception", "2026-03-02T09:30")
    return run


def refused() -> Run:
    run = Run.filed(PERMIT, "2026-03-02T08:00", **FLOORS)
    run.act(c.Refuse(task=run.key("reception"), reason=text(REASON)))
    return run


def asked_for_more() -> Run:
    run = Run.filed(PERMIT, "2026-03-02T08:00", **FLOORS)
    paper = run.rules.procedure.components[0].code
    run.act(c.RequestSupplement(task=run.key("reception"), components=(paper,), reason=text(REASON)))
    return run


def reappointed() -> Run:
    run = received()
    at = parse_instant("2026-06-01T17:00")
    run.act(c.Reappoint(appointment_at=at, reason=text(REASON), number="07/XL-H49"))
    return run


def withdrawn() -> Run:
    run = received()
    run.act(c.Withdraw(), by=CITIZEN)
    return run


COURSES = {
    FormKind.RECEIPT: received,
    FormKind.SUPPLEMENT_REQUEST: asked_for_more,
    FormKind.REFUSAL: refused,
    FormKind.APOLOGY: reappointed,
    FormKind.STOP_NOTICE: withdrawn,
}


def drawn(run: Run, kind: FormKind, number: str | None = "01/2026") -> Sheet:
    (issue,) = [one for one in issues(run.records, run.rules.rule_set.code) if one.kind is kind]
    told = Told(
        records=tuple(run.records[: issue.sequence]),
        rulebook=run.rules,
        names=Codes(),
        addressee=SOMEBODY,
        texts={text(REASON).id: REASON},
        number=number,
        tracking_code="7K3MQ9XD",
    )
    return filled_in(kind, told)


@pytest.mark.parametrize("kind", list(FIELDS))
def test_a_printed_letter_has_every_field_of_its_form(kind: FormKind) -> None:
    sheet = drawn(COURSES[kind](), kind)
    printed = read_pdf(pdf_of(sheet))

    assert [field for field in FIELDS[kind] if squeezed(f"{field}:") not in printed] == []
    assert [word for word in words_of(sheet) if squeezed(word) not in printed] == []
    assert squeezed(SOMEBODY.full_name) in printed


def test_a_receipt_tells_owner_from_submitter_and_counts_the_promise() -> None:
    run = received()
    said = values(drawn(run, FormKind.RECEIPT))

    assert (said["Tiếp nhận hồ sơ của"], said["Người nộp"]) == ("Nguyễn Văn Đức", "Trần Thị Hà")
    assert said["Số CMND/Căn cước/Hộ chiếu"] == "022090005678"
    assert said["4. Thời gian nhận hồ sơ"] == "09 giờ 30 phút, ngày 02/03/2026"
    assert run.state.appointment_at is not None
    assert f"{run.state.appointment_at:%d/%m/%Y}" in said["5. Thời gian trả kết quả giải quyết hồ sơ"]
    assert (said["Email"], said["Mã tra cứu"]) == (BLANK, "7K3M-Q9XD")


def test_what_was_written_stands_on_the_letter_and_who_acted_signs_it() -> None:
    sheet = drawn(asked_for_more(), FormKind.SUPPLEMENT_REQUEST)
    (table,) = [block for block in sheet.blocks if isinstance(block, Table)]
    (signed,) = [block for block in sheet.blocks if isinstance(block, Signatures)]

    assert values(sheet)["Lý do"] == REASON
    assert [row[0] for row in table.rows] == ["1"]
    assert signed.columns[0].name != ""


def test_a_letter_without_a_number_is_a_draft() -> None:
    assert drawn(refused(), FormKind.REFUSAL, None).is_draft
    assert not drawn(refused(), FormKind.REFUSAL).is_draft


def test_the_decree_pinned_at_reception_names_the_forms() -> None:
    old, new = rule_set("ND61_2018").code, rule_set("ND118_2025").code
    run = withdrawn()

    assert form_name(old, FormKind.STOP_NOTICE) is None
    assert [one.kind for one in issues(run.records, new)] == [FormKind.RECEIPT, FormKind.STOP_NOTICE]
    under_the_old = [
        one.model_copy(update={"event": one.event.model_copy(update={"rule_set": old})})
        if one.event.kind == "dossier.accepted"
        else one
        for one in run.records
    ]
    assert [one.kind for one in issues(under_the_old, old)] == [FormKind.RECEIPT]
    for kind in FormKind:
        name = form_name(new, kind)
        assert name is not None
        assert name.unverified, "nobody has read the circular of 2025"


def values(sheet: Sheet) -> dict[str, str]:
    return {block.label: block.value for block in sheet.blocks if isinstance(block, Line)}
