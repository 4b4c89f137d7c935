"""A procedure in the words of whoever files under it: levels, channels, conditions, changes."""

from collections.abc import Iterator, Mapping, Sequence
from typing import assert_never

from dossiers.conditions import AllOf, AnyOf, Compare, Condition, FactValue, Not
from dossiers.procedure import Channel, HandOverMode, OnTimeout, Procedure, Step, SupplementPolicy
from dossiers.wording import limit_in_words

LEVELS: Mapping[str, str] = {"province": "cấp tỉnh", "district": "cấp huyện", "commune": "cấp xã"}
CHANNELS: Mapping[Channel, str] = {
    Channel.COUNTER: "trực tiếp tại quầy",
    Channel.ONLINE: "trực tuyến",
    Channel.POST: "qua bưu chính công ích",
}
HAND_OVERS: Mapping[HandOverMode, str] = {
    HandOverMode.PAPER: "bàn giao hồ sơ giấy",
    HandOverMode.ELECTRONIC: "chuyển hồ sơ điện tử",
}
SILENCES: Mapping[OnTimeout, str] = {
    OnTimeout.NOTIFY_HEAD: "hồ sơ đi tiếp, báo người đứng đầu cơ quan không trả lời",
    OnTimeout.DEEMED_CONSENT: "coi là đã đồng ý",
    OnTimeout.ESCALATE: "tiếp tục chờ và cảnh báo lên cấp trên",
    OnTimeout.BLOCK: "hồ sơ chờ cho đến khi có trả lời",
}
POLICIES: Mapping[SupplementPolicy, str] = {
    SupplementPolicy.RESTART: "thời hạn tính lại từ đầu khi nhận đủ hồ sơ",
    SupplementPolicy.RESUME: "thời hạn dừng trong khi chờ, rồi tính tiếp",
    SupplementPolicy.EXTEND: "thời hạn được gia hạn",
}
_TESTS = {"equals": "là", "differs": "không phải là", "at_least": "từ", "at_most": "không quá"}


def condition_words(procedure: Procedure, condition: Condition) -> str:
    """“Số tầng từ 3; và Cần ý kiến về môi trường: có”."""
    match condition:
        case AllOf(all=parts):
            return "; và ".join(condition_words(procedure, one) for one in parts)
        case AnyOf(any=parts):
            return "; hoặc ".join(condition_words(procedure, one) for one in parts)
        case Not(negated=part):
            return f"không phải ({condition_words(procedure, part)})"
        case Compare():
            return _compared(procedure, condition)
        case _:
            assert_never(condition)


def _compared(procedure: Procedure, compared: Compare) -> str:
    label = next((one.label for one in procedure.facts if one.name == compared.fact), compared.fact)
    if isinstance(compared.value, bool):
        return f"{label}: {_value_words(compared.value is not (compared.test == 'differs'))}"
    return f"{label} {_TESTS[compared.test]} {_value_words(compared.value)}"


def _value_words(value: FactValue) -> str:
    match value:
        case bool():
            return "có" if value else "không"
        case _:
            return str(value)


def changes(before: Procedure, after: Procedure) -> tuple[str, ...]:
    """What a version changed for whoever files: limits, papers, fees, steps, results; a sentence each."""
    return tuple(_changes(before, after))


def _changes(before: Procedure, after: Procedure) -> Iterator[str]:
    if before.title != after.title:
        yield f"Tên cũ: {before.title}."
    if before.limit != after.limit:
        yield f"Thời hạn {limit_in_words(before.limit)} thành {limit_in_words(after.limit)}."
    if before.rule_set != after.rule_set:
        yield f"Theo {after.rule_set} thay cho {before.rule_set}."
    if before.level != after.level:
        yield f"Từ {LEVELS[before.level]} chuyển về {LEVELS[after.level]}."
    yield from _listed("giấy tờ", [one.title for one in before.components], [one.title for one in after.components])
    yield from _fees(before, after)
    yield from _listed("kết quả", [one.title for one in before.results], [one.title for one in after.results])
    yield from _listed("bước", [one.label for one in before.steps], [one.label for one in after.steps])
    kept = {one.id: one for one in before.steps}
    yield from (_limit_change(kept[one.id], one) for one in after.steps if _is_other_limit(kept.get(one.id), one))


def _listed(what: str, before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    added, gone = [one for one in after if one not in before], [one for one in before if one not in after]
    if added:
        yield f"Thêm {what}: {'; '.join(added)}."
    if gone:
        yield f"Bỏ {what}: {'; '.join(gone)}."


def _fees(before: Procedure, after: Procedure) -> Iterator[str]:
    known = {one.title: one.amount for one in before.fees}
    yield from _listed("khoản thu", [*known], [one.title for one in after.fees])
    for one in after.fees:
        if known.get(one.title, one.amount) != one.amount:
            yield f"{one.title}: {known[one.title]:,} thành {one.amount:,} đồng.".replace(",", ".")


def _is_other_limit(before: Step | None, after: Step) -> bool:
    return before is not None and before.label == after.label and before.limit != after.limit


def _limit_change(before: Step, after: Step) -> str:
    old, new = ("không có" if one.limit is None else limit_in_words(one.limit) for one in (before, after))
    return f"Bước “{after.label}”: {old} thành {new}."
