from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datafiles.document import DEEPEST, LARGEST, parse_document, read_document
from datafiles.faults import Faulty

FORBIDDEN = (
    ("yaml-anchor", "a: &x 1\nb: 2\n", 1),
    ("yaml-anchor", "a: 1\nb: [*x]\n", 2),
    ("yaml-anchor", "a: &x\n  b: 1\nc:\n  <<: *x\n", 4),
    ("yaml-tag", "a: 1\nb: !!python/object:os.system 3\n", 2),
    ("yaml-tab", "a:\n\tb: 1\n", 2),
    ("yaml-duplicate-key", "a: 1\nb: 2\na: 3\n", 3),
    ("yaml-duplicate-key", "a:\n  - b: 1\n    b: 2\n", 3),
    ("yaml-key", "a: 1\n? [x]\n: 2\n", 2),
    ("yaml-key", "a: 1\n2: 2\n", 2),
    ("yaml-root", "- a\n- b\n", 1),
    ("yaml-root", "", 1),
    ("yaml-root", "just text", 1),
    ("yaml-syntax", "a: 1\nb: [1, 2\n", 3),
    ("yaml-syntax", 'a: "\\q"\n', 1),
    ("yaml-syntax", "a: \x00\n", 1),
    ("yaml-documents", "a: 1\n---\nb: 2\n", 2),
    ("yaml-directive", "%YAML 1.1\n---\na: yes\n", 2),
    ("yaml-depth", "a: " + "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1), 1),
    ("yaml-depth", "a: " + "[" * 5000, 1),
    ("yaml-size", "a: " + "x" * LARGEST, 1),
)


@pytest.mark.parametrize(("rule", "text", "line"), FORBIDDEN, ids=[row[0] for row in FORBIDDEN])
def test_what_repeats_or_hides_data_is_refused_with_its_line(rule: str, text: str, line: int) -> None:
    with pytest.raises(Faulty) as caught:
        parse_document(text, "x.yaml")

    assert (rule, "x.yaml", line) in [(fault.rule, fault.file, fault.line) for fault in caught.value.faults]
    assert all(fault.message and fault.hint for fault in caught.value.faults)


def test_a_thousand_million_laughs_are_refused_at_once() -> None:
    bomb = "a: &a [x, x]\n" + "".join(f"{b}: &{b} [*{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True))

    with pytest.raises(Faulty) as caught:
        parse_document(bomb, "x.yaml")

    assert {fault.rule for fault in caught.value.faults} == {"yaml-anchor"}


def test_numbers_with_a_point_dates_times_and_codes_stay_as_they_were_written() -> None:
    document = parse_document("a: 2.000815\nb: 1.10\nc: 2026-07-01\nd: 15:00\ne: 007\nf: 0x1F\ng: .inf\nh: yes\n", "x")

    assert document.data == {
        "a": "2.000815",
        "b": "1.10",
        "c": "2026-07-01",
        "d": "15:00",
        "e": "007",
        "f": "0x1F",
        "g": ".inf",
        "h": "yes",
    }


def test_whole_numbers_truth_and_nothing_are_read() -> None:
    document = parse_document("a: 12\nb: -3\nc: true\nd: False\ne:\nf: '12'\ng: {}\nh: 0\n", "x")

    assert document.data == {"a": 12, "b": -3, "c": True, "d": False, "e": None, "f": "12", "g": {}, "h": 0}


def test_every_part_knows_its_line() -> None:
    document = parse_document("a:\n  - b: 1\n    c: 2\n  - d\n# why\ne: {f: 1,\n    g: 2}\n", "x")

    assert document.line_of(("a", 0, "c")) == 3
    assert document.line_of(("a", 1)) == 4
    assert document.line_of(("e", "g")) == 7
    assert document.line_of(("a", 0, "missing", 4)) == 2
    assert document.line_of(("nowhere",)) == 1


def test_a_fault_says_file_line_message_place_rule_and_hint() -> None:
    document = parse_document("a:\n  - b: 1\n", "x.yaml")

    fault = document.fault(("a", 0, "b"), "some-rule", "sai", "sửa")

    assert str(fault) == "x.yaml:2: sai (a[0].b) [some-rule]\n    → sửa"


def test_a_file_that_is_not_utf_8_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes(b"a: 1\nb: \xff\n")

    with pytest.raises(Faulty) as caught:
        read_document(path)

    assert [(fault.rule, fault.line) for fault in caught.value.faults] == [("yaml-encoding", 2)]


@given(st.text(alphabet="ab:-[]{}&*!%@#|>?'\"\\,. \t\n012~", max_size=60))
def test_any_text_is_read_or_refused_with_faults(text: str) -> None:
    try:
        lines = [*parse_document(text, "x.yaml").lines.values()]
    except Faulty as error:
        lines = [fault.line for fault in error.faults]

    assert all(line >= 1 for line in lines)
