"""The form by which anybody files: made from the procedure, read by the very model by which the API reads a filing."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from agencies.directory import SeatVacant, counters, resolve_seats
from agencies.roster import Directory
from api.dossiers import FilingRequest
from api.problems import fault_words
from commands.gate import Filing, Gate
from console.act_forms import Choice, Field, fact_field, sent_facts
from console.sessions import Fields
from dossiers.conditions import FactType
from dossiers.errors import FilingRejected
from dossiers.procedure import Channel, Procedure
from dossiers.values import UnitCode

#: What is wrong, by the name of the field.
Wrong = Mapping[str, str]

_EMPTY = "chưa điền"
_TYPES = {
    FactType.BOOLEAN: "chọn có hoặc không",
    FactType.INTEGER: "phải là một số nguyên",
    FactType.CHOICE: "chọn một trong các mục đã cho",
    FactType.DATE: "phải là một ngày",
}
_WRITTEN = {
    "string_pattern_mismatch": "không đúng dạng; xem ví dụ bên dưới",
    "string_too_long": "quá dài",
    "missing": _EMPTY,
}


class Section(NamedTuple):
    """Some fields under a heading."""

    name: str
    title: str
    fields: tuple[Field, ...]
    #: Few need it: it is folded until somebody opens it, or has filled it in.
    is_folded: bool = False


def sections_of(procedure: Procedure, directory: Directory) -> tuple[Section, ...]:
    """Everything that whoever files is asked for."""
    return (
        Section("place", "Nơi nộp", _place(procedure, directory)),
        Section("applicant", "Người đứng tên hồ sơ", _applicant()),
        Section("submitter", "Nộp thay người khác", _submitter(), is_folded=True),
        Section("content", "Nội dung", (*_facts(procedure), *_components(procedure))),
    )


def fields_of_form(sections: Sequence[Section]) -> tuple[Field, ...]:
    return tuple(field for section in sections for field in section.fields)


def _place(procedure: Procedure, directory: Directory) -> tuple[Field, ...]:
    places = tuple((one.code, one.name) for one in directory.territories if one.parent is not None)
    return (
        Field("receiving_unit", "Nộp tại", "choice", is_needed=True, choices=receiving_units(procedure, directory)),
        Field(
            "territory",
            "Nơi có việc, nếu khác nơi nộp",
            "choice",
            is_needed=False,
            hint="Thửa đất, công trình, nơi cư trú ở đâu; để trống nếu cùng địa bàn với nơi nộp.",
            choices=(("", "Cùng nơi nộp"), *places),
        ),
    )


def receiving_units(procedure: Procedure, directory: Directory) -> tuple[Choice, ...]:
    """The counters at which every part of the procedure finds somebody to do it."""
    found = [seat for seat in counters(directory) if _is_filled(procedure, directory, seat.unit)]
    return tuple(
        (seat.unit, f"{directory.unit(seat.unit).name}, {directory.agency(seat.agency).name}") for seat in found
    )


def _is_filled(procedure: Procedure, directory: Directory, unit: UnitCode) -> bool:
    try:
        resolve_seats(directory, procedure, unit)
    except SeatVacant:
        return False
    return True


def _applicant() -> tuple[Field, ...]:
    return (
        Field("applicant.full_name", "Họ và tên, hoặc tên tổ chức", "line", is_needed=True, autocomplete="name"),
        Field("applicant.identity_number", "Số căn cước", "line", is_needed=False, hint="12 số, hoặc 9 số cũ."),
        Field("applicant.phone", "Điện thoại", "tel", is_needed=True, hint="Ví dụ 0912345678.", autocomplete="tel"),
        Field("applicant.email", "Thư điện tử", "email", is_needed=False, autocomplete="email"),
        Field("applicant.address", "Địa chỉ", "line", is_needed=False, autocomplete="street-address"),
    )


def _submitter() -> tuple[Field, ...]:
    return (
        Field("applicant.submitter_name", "Họ và tên người nộp thay", "line", is_needed=False),
        Field("applicant.submitter_identity_number", "Số căn cước của người nộp thay", "line", is_needed=False),
    )


def _facts(procedure: Procedure) -> tuple[Field, ...]:
    return tuple(fact_field(one) for one in procedure.facts if one.required)


def _components(procedure: Procedure) -> tuple[Field, ...]:
    choices = tuple((one.code, one.title if one.required else f"{one.title} (khi có)") for one in procedure.components)
    if not choices:
        return ()
    hint = "Đánh dấu những giấy tờ ông/bà có và sẽ nộp; nơi tiếp nhận đối chiếu khi nhận hồ sơ."
    return (Field("components", "Giấy tờ nộp kèm", "many", is_needed=False, hint=hint, choices=choices),)


def filing_of(procedure: Procedure, sent: Fields) -> FilingRequest | Wrong:
    """The request that the form stands for; or what is wrong with it."""
    wrong = dict(_wrong_facts(procedure, sent))
    if sent.one("applicant.phone") is None:
        wrong["applicant.phone"] = _EMPTY
    try:
        asked = FilingRequest.model_validate(_body(procedure, sent))
    except ValidationError as error:
        return {".".join(str(part) for part in one["loc"]): _words(one) for one in error.errors()} | wrong
    return wrong or asked


def _wrong_facts(procedure: Procedure, sent: Fields) -> Iterator[tuple[str, str]]:
    """Reception would ask for them, so whoever files says them now."""
    given = sent_facts("facts", sent, procedure) or {}
    for fact in procedure.facts:
        if fact.required and fact.name not in given:
            yield f"facts.{fact.name}", _EMPTY
        elif fact.name in given and not fact.accepts(given[fact.name]):
            yield f"facts.{fact.name}", _TYPES[fact.type]


def _body(procedure: Procedure, sent: Fields) -> dict[str, Any]:
    """What was sent, as the body of the request would say it."""
    optional = {"receiving_unit": sent.one("receiving_unit"), "territory": sent.one("territory")}
    return {
        "procedure": procedure.code,
        "channel": Channel.ONLINE,
        "facts": sent_facts("facts", sent, procedure) or {},
        "components": list(sent.all("components")),
        "applicant": dict(sent.beginning("applicant.")),
        **{name: value for name, value in optional.items() if value is not None},
    }


def _words(fault: Mapping[str, Any]) -> str:
    return _WRITTEN.get(fault["type"]) or fault_words(fault)


async def stands_against(gate: Gate, filing: Filing) -> Wrong:
    """What the gate would refuse it for."""
    try:
        await gate.rehearse(filing)
    except FilingRejected as rejected:
        return {one.pointer.removeprefix("/").replace("/", "."): one.message for one in rejected.violations}
    except SeatVacant:
        return {"receiving_unit": "Nơi này không giải quyết được việc ở địa bàn đã chọn; hãy chọn nơi khác."}
    return {}
