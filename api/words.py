"""The kinds of text a request may carry, each refused where it is wrong rather than repaired.

Text is composed (NFC) once, then checked: control characters, invisible and direction-changing ones could make a
record read otherwise than it was written.
"""

import unicodedata
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field

from dossiers.conditions import FactValue

_COMBINING_RUN_MAX = 4
_LINE_BREAKS = "\n\r\t"
#: Beyond what any fee, area or count needs, and within what JSON numbers keep exactly.
_WHOLE_NUMBER_MAX = 10**15
_FACT_MAX = 200


def _composed(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    _refuse_unreadable(composed)
    return composed


def _line(text: str) -> str:
    composed = _composed(text).strip()
    if any(character in _LINE_BREAKS for character in composed):
        message = "phải nằm trên một dòng"
        raise ValueError(message)
    return composed


def _passage(text: str) -> str:
    passage = _composed(text).strip()
    if len(passage) < REASON_MIN:
        message = f"phải có ít nhất {REASON_MIN} ký tự"
        raise ValueError(message)
    return passage


def _refuse_unreadable(text: str) -> None:
    run = 0
    for character in text:
        category = unicodedata.category(character)
        if category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and character not in _LINE_BREAKS:
            message = f"có ký tự điều khiển hoặc ẩn U+{ord(character):04X}"
            raise ValueError(message)
        run = run + 1 if category in {"Mn", "Me"} else 0
        if run > _COMBINING_RUN_MAX:
            message = "có quá nhiều dấu chồng lên một chữ"
            raise ValueError(message)


def _fact(given: object) -> object:
    match given:
        case bool():
            return given
        case int() if abs(given) <= _WHOLE_NUMBER_MAX:
            return given
        case str() if len(given) <= _FACT_MAX:
            return _line(given)
        case _:
            message = "phải là đúng/sai, một số nguyên hoặc một chuỗi ngắn"
            raise ValueError(message)


REASON_MIN = 10
REASON_MAX = 2_000

#: A reason, an opinion, a request: what people write to be read later.
Passage = Annotated[str, Field(min_length=REASON_MIN, max_length=REASON_MAX), AfterValidator(_passage)]
#: A name or an address, on one line.
Line = Annotated[str, Field(min_length=1, max_length=300), AfterValidator(_line)]
#: A code from the directory or from a procedure.
Code = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$")]
#: A dossier's official number.
Number = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]*$")]
#: The name of a fact.
FactName = Annotated[str, Field(max_length=60, pattern=r"^[a-z][a-z0-9_]*$")]
FactInput = Annotated[FactValue, BeforeValidator(_fact)]
