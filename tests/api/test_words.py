"""What text a request may carry."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from api.words import REASON_MAX, FactInput, Line, Passage
from dossiers.conditions import FactValue

PASSAGE: TypeAdapter[str] = TypeAdapter(Passage)
LINE: TypeAdapter[str] = TypeAdapter(Line)
FACT: TypeAdapter[FactValue] = TypeAdapter(FactInput)
SPELLINGS = ("\u1ec7", "\u1eb9\u0302", "\u00ea\u0323", "e\u0323\u0302", "e\u0302\u0323")


def test_one_letter_has_one_spelling() -> None:
    assert {PASSAGE.validate_python(f"Tỷ l{spelling} xây dựng") for spelling in SPELLINGS} == {"Tỷ lệ xây dựng"}


@pytest.mark.parametrize(
    "hidden",
    ["\x00", "\x1b", "\x7f", "\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\U000e0041", "\u2028", "\ue000"],
)
def test_what_cannot_be_seen_is_refused(hidden: str) -> None:
    for adapter in (PASSAGE, LINE):
        with pytest.raises(ValidationError, match="ký tự điều khiển hoặc ẩn"):
            adapter.validate_python(f"Thiếu bản vẽ{hidden} thiết kế")


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(ValidationError):
        PASSAGE.validate_python("Thiếu bản vẽ \ud800")


def test_marks_do_not_pile_up() -> None:
    with pytest.raises(ValidationError, match="dấu chồng"):
        PASSAGE.validate_python("Thiếu bản vẽ a" + "\u0300" * 100)


@pytest.mark.parametrize("text", ["", "ngắn", " " * 50, "x" * (REASON_MAX + 1)])
def test_a_reason_has_a_length(text: str) -> None:
    with pytest.raises(ValidationError):
        PASSAGE.validate_python(text)


def test_a_passage_has_paragraphs_and_a_name_has_one_line() -> None:
    assert PASSAGE.validate_python("Thiếu bản vẽ.\nThiếu chữ ký.") == "Thiếu bản vẽ.\nThiếu chữ ký."
    with pytest.raises(ValidationError, match="một dòng"):
        LINE.validate_python("Nguyễn\nVăn Đức")


@given(st.text())
def test_whatever_passes_is_composed_and_visible(text: str) -> None:
    try:
        passed = PASSAGE.validate_python(text)
    except ValidationError:
        return

    assert passed == unicodedata.normalize("NFC", passed)
    assert "\x00" not in passed
    assert len(passed) >= 10


@pytest.mark.parametrize("fact", [True, 0, -5, 10**15, "2026-11-23"])
def test_a_fact_keeps_its_value_and_its_type(fact: FactValue) -> None:
    kept = FACT.validate_python(fact)

    assert (kept, type(kept)) == (fact, type(fact))


@pytest.mark.parametrize("fact", [1.0, 10**16, None, [], {}, "x" * 201, "\x00"])
def test_anything_else_is_no_fact(fact: object) -> None:
    with pytest.raises(ValidationError):
        FACT.validate_python(fact)
