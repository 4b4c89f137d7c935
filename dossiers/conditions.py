"""Conditions over the typed facts of a dossier: what a step's ``when:`` may say.

A fact that nobody has recorded yet satisfies no comparison, so a step never opens on a guess.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, assert_never

from pydantic import Discriminator, Field, Tag

from dossiers.values import Value

#: The value of a fact: yes/no, a whole number, one of the declared choices, or an ISO date.
FactValue = bool | int | str


class FactType(StrEnum):
    """How a fact is typed."""

    BOOLEAN = "boolean"
    INTEGER = "integer"
    CHOICE = "choice"
    DATE = "date"


class Fact(Value):
    """A typed fact that a dossier of the procedure may carry; never personal data."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    type: FactType
    label: str
    choices: tuple[str, ...] = ()
    #: Needed at filing; otherwise recorded by a step.
    required: bool = False

    def accepts(self, value: FactValue) -> bool:
        """Whether ``value`` is of this fact's type."""
        match self.type:
            case FactType.BOOLEAN:
                return isinstance(value, bool)
            case FactType.INTEGER:
                return isinstance(value, int) and not isinstance(value, bool)
            case FactType.CHOICE:
                return value in self.choices
            case FactType.DATE:
                return isinstance(value, str) and _is_iso_date(value)
            case _:
                assert_never(self.type)


def _is_iso_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


class Compare(Value):
    """One fact compared with a value."""

    fact: str
    test: Literal["equals", "differs", "at_least", "at_most"] = "equals"
    value: FactValue


class AllOf(Value):
    """Every part holds."""

    all: tuple["Condition", ...] = Field(min_length=1)


class AnyOf(Value):
    """At least one part holds."""

    any: tuple["Condition", ...] = Field(min_length=1)


class Not(Value):
    """The part does not hold."""

    negated: "Condition" = Field(alias="not")

    model_config = {"populate_by_name": True, "serialize_by_alias": True}


def _shape(value: object) -> str:
    if isinstance(value, Value):
        return type(value).__name__
    named = next(iter(value), "") if isinstance(value, Mapping) else ""
    return {"all": "AllOf", "any": "AnyOf", "not": "Not", "negated": "Not"}.get(named, "Compare")


Condition = Annotated[
    Annotated[AllOf, Tag("AllOf")]
    | Annotated[AnyOf, Tag("AnyOf")]
    | Annotated[Not, Tag("Not")]
    | Annotated[Compare, Tag("Compare")],
    Discriminator(_shape),
]


def holds(condition: Condition, facts: Mapping[str, FactValue]) -> bool:
    """Whether the condition is met by what is known of the dossier."""
    match condition:
        case AllOf():
            return all(holds(part, facts) for part in condition.all)
        case AnyOf():
            return any(holds(part, facts) for part in condition.any)
        case Not():
            return not holds(condition.negated, facts)
        case Compare():
            return _compare(condition, facts.get(condition.fact))
        case _:
            assert_never(condition)


def _compare(condition: Compare, value: FactValue | None) -> bool:
    if value is None:
        return False
    match condition.test:
        case "equals":
            return value == condition.value
        case "differs":
            return value != condition.value
        case "at_least":
            return isinstance(value, int) and isinstance(condition.value, int) and value >= condition.value
        case "at_most":
            return isinstance(value, int) and isinstance(condition.value, int) and value <= condition.value
        case _:
            assert_never(condition.test)


def is_ruled_out(condition: Condition, facts: Mapping[str, FactValue]) -> bool:
    """Whether it will never be met, whatever is still recorded."""
    match condition:
        case AllOf():
            return any(is_ruled_out(part, facts) for part in condition.all)
        case AnyOf():
            return all(is_ruled_out(part, facts) for part in condition.any)
        case Not():
            return _is_certain(condition.negated, facts)
        case Compare():
            return condition.fact in facts and not _compare(condition, facts[condition.fact])
        case _:
            assert_never(condition)


def _is_certain(condition: Condition, facts: Mapping[str, FactValue]) -> bool:
    match condition:
        case AllOf():
            return all(_is_certain(part, facts) for part in condition.all)
        case AnyOf():
            return any(_is_certain(part, facts) for part in condition.any)
        case Not():
            return is_ruled_out(condition.negated, facts)
        case Compare():
            return _compare(condition, facts.get(condition.fact))
        case _:
            assert_never(condition)


def facts_named(condition: Condition) -> tuple[str, ...]:
    """The facts that a condition reads, in the order they are written."""
    return tuple(test.fact for test in comparisons(condition))


def comparisons(condition: Condition) -> Iterator[Compare]:
    """The comparisons that a condition makes, in the order they are written."""
    match condition:
        case AllOf(all=parts) | AnyOf(any=parts):
            for part in parts:
                yield from comparisons(part)
        case Not(negated=part):
            yield from comparisons(part)
        case Compare():
            yield condition
        case _:
            assert_never(condition)
