"""Whether a dossier can be filed at all: every fault at once, each with the place where it is (Điều 16-17)."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from dossiers.conditions import FactValue
from dossiers.errors import Violation
from dossiers.procedure import Channel, Procedure


def violations(
    procedure: Procedure, *, on: date, channel: Channel, facts: Mapping[str, FactValue], components: Sequence[str]
) -> tuple[Violation, ...]:
    """Everything that stands against filing this on that day."""
    return (
        *_force(procedure, on),
        *_channel(procedure, channel),
        *_facts(procedure, facts),
        *_components(procedure, components),
    )


def _force(procedure: Procedure, on: date) -> Iterator[Violation]:
    if on < procedure.effective_on:
        message = f"Thủ tục này có hiệu lực từ {procedure.effective_on:%d/%m/%Y}."
        yield Violation(pointer="/procedure", message=message)
    elif procedure.effective_to is not None and on > procedure.effective_to:
        message = f"Thủ tục này hết hiệu lực từ sau ngày {procedure.effective_to:%d/%m/%Y}."
        yield Violation(pointer="/procedure", message=message)


def _channel(procedure: Procedure, channel: Channel) -> Iterator[Violation]:
    if channel not in procedure.channels:
        allowed = ", ".join(procedure.channels)
        yield Violation(pointer="/channel", message=f"Thủ tục này chỉ nhận qua: {allowed}.")


def _facts(procedure: Procedure, facts: Mapping[str, FactValue]) -> Iterator[Violation]:
    declared = {fact.name: fact for fact in procedure.facts}
    for name, value in facts.items():
        if name not in declared:
            yield Violation(pointer=f"/facts/{name}", message=f"Thủ tục không có thông tin “{name}”.")
        elif not declared[name].accepts(value):
            kind = declared[name].type
            yield Violation(
                pointer=f"/facts/{name}", message=f"“{declared[name].label}” không đúng kiểu {kind}: {value!r}."
            )


def _components(procedure: Procedure, components: Sequence[str]) -> Iterator[Violation]:
    declared = {one.code for one in procedure.components}
    for position, code in enumerate(components):
        if code not in declared:
            yield Violation(
                pointer=f"/components/{position}", message=f"Thành phần hồ sơ “{code}” không có trong thủ tục."
            )
