"""Turns a document into a value of the core, or into one fault for everything that does not fit.

Unknown keys are faults here, though running dossiers ignore them: what people write by hand is checked where
it comes in.
"""

import re
import types
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from datafiles.document import Document
from datafiles.faults import Fault, Faulty, Place
from dossiers.deadline_errors import BadLimit

Model = TypeVar("Model", bound=BaseModel)

#: What pydantic found, in the words of the person who wrote the file.
_MESSAGES = {
    "missing": "thiếu khóa “{key}”",
    "extra_forbidden": "không có khóa “{key}”",
    "string_type": "phải là chữ",
    "string_pattern_mismatch": "“{input}” không đúng mẫu {pattern}",
    "int_type": "phải là số nguyên",
    "int_parsing": "“{input}” không phải số nguyên",
    "int_from_float": "phải là số nguyên",
    "bool_type": "phải là true hoặc false",
    "bool_parsing": "“{input}” không phải true hoặc false",
    "enum": "không có giá trị “{input}”",
    "literal_error": "không có giá trị “{input}”",
    "greater_than": "phải lớn hơn {gt}",
    "greater_than_equal": "không được nhỏ hơn {ge}",
    "less_than": "phải nhỏ hơn {lt}",
    "less_than_equal": "không được lớn hơn {le}",
    "too_short": "phải có ít nhất {min_length} mục",
    "too_long": "không được quá {max_length} mục",
    "model_type": "phải là một bảng khóa: giá trị",
    "model_attributes_type": "phải là một bảng khóa: giá trị",
    "dict_type": "phải là một bảng khóa: giá trị",
    "tuple_type": "phải là danh sách",
    "decimal_type": "phải là số",
    "decimal_parsing": "“{input}” không phải số",
    "value_error": "không hợp lệ: {error}",
}
_HINTS = {
    "missing": "thêm khóa này",
    "string_type": "nếu là mã toàn chữ số, đặt trong dấu nháy",
    "too_short": "thêm mục, hoặc bỏ cả khóa nếu khóa không bắt buộc",
    "tuple_type": "mỗi mục một dòng bắt đầu bằng “- ”, hoặc [a, b]",
}
#: The families of pydantic's kinds of error that share one message.
_FAMILIES = {
    "date": ("“{input}” không phải ngày", "viết năm-tháng-ngày: 2026-07-01"),
    "time": ("“{input}” không phải giờ trong ngày", "viết giờ:phút: 15:00"),
    "bool": ("“{input}” không phải true hoặc false", "viết true hoặc false"),
    "int": ("“{input}” không phải số nguyên", ""),
    "decimal": ("“{input}” không phải số", "viết số với dấu chấm: 0.5"),
    "string": ("không đúng dạng chữ cần có", ""),
}


def validate(document: Document, model: type[Model]) -> Model:
    """The document as a value of the model; Faulty with every fault."""
    try:
        return model.model_validate(document.data, extra="forbid")
    except ValidationError as error:
        found = [one for one in error.errors(include_url=False) if not _is_echo(one)]
        raise Faulty(_fault(document, model, one) for one in found) from error


def _is_echo(error: ErrorDetails) -> bool:
    """A list counts as too short when its items are wrong, and these are reported themselves."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _fault(document: Document, model: type[BaseModel], error: ErrorDetails) -> Fault:
    kind = error["type"]
    place = _place(document.data, error["loc"])
    message, hint = _words(kind)
    context = {name: str(value) for name, value in error.get("ctx", {}).items()}
    key = error["loc"][-1] if error["loc"] else ""
    shown = str(error["input"])[:60]
    message = message.format_map({"error": error["msg"], **context, "key": key, "input": shown})
    match kind:
        case "extra_forbidden":
            hint = _nearest(str(key), _keys(model, error["loc"][:-1]))
        case "enum" | "literal_error":
            hint = _nearest(shown, tuple(re.findall(r"'([^']*)'", context.get("expected", ""))))
        case "value_error" if isinstance(error["ctx"]["error"], BadLimit):
            hint = "viết thời hạn như 5wd, 0.25wd, 4wh, 24h hoặc 30d"
        case _:
            pass
    hint = hint or "sửa giá trị cho đúng kiểu và khoảng cho phép"
    return document.fault(place, f"schema-{kind.replace('_', '-')}", message, hint)


def _words(kind: str) -> tuple[str, str]:
    if kind in _MESSAGES:
        return _MESSAGES[kind], _HINTS.get(kind, "")
    return _FAMILIES.get(kind.partition("_")[0], ("không hợp lệ: {error}", ""))


def _place(data: object, location: Place) -> Place:
    """The part of pydantic's location that was written, and the missing key; the rest names union members."""
    place: list[str | int] = []
    here: object = data
    for position, part in enumerate(location):
        match here:
            case dict() if part in here:
                here = here[part]
            case list() if isinstance(part, int) and part < len(here):
                here = here[part]
            case _ if position == len(location) - 1 and isinstance(here, dict):
                pass
            case _:
                continue
        place.append(part)
    return tuple(place)


def _nearest(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    if near:
        return f"có phải “{near[0]}”?"
    return f"dùng một trong: {', '.join(known)}" if known else "bỏ khóa này"


def _keys(model: type[BaseModel], location: Place) -> tuple[str, ...]:
    """The keys known to the model that stands at a location."""
    here: tuple[Any, ...] = (model,)
    for part in location:
        here = tuple(step for kind in here for step in _inside(kind, part))
    named = [name for kind in here for one in _models(kind) for name in _fields(one)]
    return tuple(dict.fromkeys(named))


def _inside(kind: Any, part: str | int) -> Iterator[Any]:  # noqa: ANN401  (annotations have no type of their own)
    """What an annotation holds under a key, a position or the name of a union's member."""
    for model in _models(kind):
        if model.__name__ == part:
            yield model
        elif part in (fields := _fields(model)):
            yield fields[str(part)]
    for container in _containers(kind):
        yield get_args(container)[1 if get_origin(container) is dict else 0]


def _fields(model: type[BaseModel]) -> dict[str, Any]:
    kinds = get_type_hints(model, include_extras=True)  # a model that holds itself is named by a text in its fields
    return {field.alias or name: kinds[name] for name, field in model.model_fields.items()}


def _models(kind: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401
    for member in _members(kind):
        if isinstance(member, type) and issubclass(member, BaseModel):
            yield member


def _containers(kind: Any) -> Iterator[Any]:  # noqa: ANN401
    return (member for member in _members(kind) if get_origin(member) in (dict, tuple, list))


def _members(kind: Any) -> Iterator[Any]:  # noqa: ANN401
    origin = get_origin(kind)
    if origin is Annotated:
        yield from _members(get_args(kind)[0])
    elif origin in (Union, types.UnionType):
        for member in get_args(kind):
            yield from _members(member)
    else:
        yield kind
