import pytest

from datafiles.document import parse_document
from datafiles.faults import Fault, Faulty
from datafiles.validation import validate
from dossiers.procedure import Procedure
from tests.procedures.sound import TRAVELLING, changed


def faults_in(text: str) -> tuple[Fault, ...]:
    with pytest.raises(Faulty) as caught:
        validate(parse_document(text, "x.yaml"), Procedure)
    return caught.value.faults


WRONG = (
    ("field: Thử nghiệm\n", "", "schema-missing", "field", "thiếu khóa “field”"),
    ("effective_on:", "efective_on:", "schema-extra-forbidden", "efective_on", "không có khóa “efective_on”"),
    ("    limit: 8wh", "    limit: 8 giờ", "schema-value-error", "steps[4].limit", "không hợp lệ"),
    ("version: 1\n", "version: 1.5\n", "schema-int-parsing", "version", "“1.5” không phải số nguyên"),
    ("version: 1\n", "version: 0\n", "schema-greater-than-equal", "version", "không được nhỏ hơn 1"),
    ("field: Thử nghiệm", "field: 5", "schema-string-type", "field", "phải là chữ"),
    ("kind: consultation", "kind: consulting", "schema-enum", "steps[2].kind", "không có giá trị “consulting”"),
    ("2026-01-01", "ngày 1", "schema-date-from-datetime-parsing", "effective_on", "“ngày 1” không phải ngày"),
    ("after: [payment]", "after: payment", "schema-tuple-type", "steps[4].after", "phải là danh sách"),
    ("test: at_least", "test: least", "schema-literal-error", "steps[2].when.all[1].test", "không có giá trị “least”"),
    ("{any: [{fact: use", "{any: [{fac: use", "schema-missing", "steps[3].when.not.any[0].fact", "thiếu khóa"),
    ("share: 75", "share: 750", "schema-less-than-equal", "ladders.default[0].share", "không được lớn hơn 100"),
    ("share: 75", "share: nhiều", "schema-decimal-parsing", "ladders.default[0].share", "“nhiều” không phải số"),
    ("id: approval", "id: Approval", "schema-string-pattern-mismatch", "steps[4].id", "không đúng mẫu"),
    ("    basis: {citation: Điều 4, verified: true}", "    basis: Điều 4", "schema-model-type", None, "bảng khóa"),
)


@pytest.mark.parametrize(("old", "new", "rule", "path", "message"), WRONG, ids=[row[2] for row in WRONG])
def test_what_does_not_fit_the_model_is_said_in_words(
    old: str, new: str, rule: str, path: str | None, message: str
) -> None:
    faults = faults_in(changed(TRAVELLING, old, new))

    (fault,) = [one for one in faults if one.rule == rule]
    assert message in fault.message
    assert fault.hint
    assert path is None or fault.path == path


def test_a_fault_stands_on_the_line_of_the_value() -> None:
    text = changed(TRAVELLING, "kind: consultation", "kind: consulting")

    (fault,) = faults_in(text)

    assert text.splitlines()[fault.line - 1].strip() == "kind: consulting"


def test_an_unknown_key_is_answered_with_the_nearest_one_of_that_very_place() -> None:
    (fault,) = faults_in(changed(TRAVELLING, "on_timeout: deemed_consent", "on_timeout: block\n      contents: x"))

    assert fault.hint == "có phải “content”?"


def test_an_unknown_value_is_answered_with_the_nearest_or_with_all() -> None:
    (near,) = faults_in(changed(TRAVELLING, "on_timeout: deemed_consent", "on_timeout: deemed_concent"))
    (far,) = faults_in(changed(TRAVELLING, "on_timeout: deemed_consent", "on_timeout: xyz"))

    assert near.hint == "có phải “deemed_consent”?"
    assert far.hint == "dùng một trong: notify_head, deemed_consent, escalate, block"


def test_an_unknown_key_inside_a_condition_names_the_keys_of_a_comparison() -> None:
    (fault,) = faults_in(changed(TRAVELLING, "{fact: use, value: home}", "{fact: use, value: home, valeu: 1}"))

    assert fault.path == "steps[3].when.not.any[0].valeu"
    assert fault.hint == "có phải “value”?"


def test_everything_that_does_not_fit_is_reported_together() -> None:
    text = changed(changed(TRAVELLING, "kind: approval", "kind: aproval"), "limit: 5wd", "limit: five")

    assert [fault.path for fault in faults_in(text)] == ["limit", "steps[4].kind"]


def test_a_rung_without_a_moment_is_a_fault_of_its_own_line() -> None:
    text = changed(TRAVELLING, "share: 75, ", "")

    (fault,) = faults_in(text)

    assert fault.rule == "schema-value-error"
    assert "code: near" in text.splitlines()[fault.line - 1]


def test_a_limit_that_cannot_be_read_is_answered_with_how_limits_are_written() -> None:
    (fault,) = faults_in(changed(TRAVELLING, "limit: 8wh", "limit: 8"))
    (worded,) = faults_in(changed(TRAVELLING, "limit: 8wh", "limit: 8 giờ"))

    assert fault.path == worded.path == "steps[4].limit"
    assert worded.hint == "viết thời hạn như 5wd, 0.25wd, 4wh, 24h hoặc 30d"
