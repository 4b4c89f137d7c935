"""The small values on which everything rests: conditions over facts, rungs, terms, identities."""

from decimal import Decimal
from uuid import UUID

import pytest
from pydantic import TypeAdapter, ValidationError

from dossiers import identity
from dossiers.commands import Reappoint
from dossiers.conditions import Condition, Fact, FactType, FactValue, facts_named, holds
from dossiers.escalation import NoticeRole, Rung
from dossiers.instants import parse_instant
from dossiers.limits import Counting, TimeLimit
from dossiers.procedure import StepKind
from dossiers.seats import Actor
from dossiers.stops import Stop
from dossiers.terms import Limits, term_of
from dossiers.values import AgencyCode, OfficerId, StepId
from tests.support.builders import CALENDAR, PERMIT, procedure

CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)


@pytest.mark.parametrize(
    ("written", "facts", "met"),
    [
        ({"fact": "a", "value": True}, {"a": True}, True),
        ({"fact": "a", "value": True}, {"a": False}, False),
        ({"fact": "a", "value": True}, {}, False),
        ({"fact": "a", "test": "differs", "value": "x"}, {"a": "y"}, True),
        ({"fact": "a", "test": "differs", "value": "x"}, {}, False),
        ({"fact": "n", "test": "at_least", "value": 3}, {"n": 3}, True),
        ({"fact": "n", "test": "at_least", "value": 3}, {"n": 2}, False),
        ({"fact": "n", "test": "at_least", "value": 3}, {"n": "4"}, False),
        ({"fact": "n", "test": "at_most", "value": 3}, {"n": 3}, True),
        ({"fact": "n", "test": "at_most", "value": 3}, {"n": 4}, False),
        ({"not": {"fact": "a", "value": True}}, {}, True),
        ({"all": [{"fact": "a", "value": True}, {"fact": "n", "value": 1}]}, {"a": True, "n": 2}, False),
        ({"any": [{"fact": "a", "value": True}, {"fact": "n", "value": 2}]}, {"a": False, "n": 2}, True),
    ],
)
def test_a_condition_over_facts(written: dict[str, object], facts: dict[str, FactValue], met: bool) -> None:  # noqa: FBT001
    condition = CONDITION.validate_python(written)

    assert holds(condition, facts) is met
    assert CONDITION.validate_json(CONDITION.dump_json(condition)) == condition


def test_the_facts_a_condition_reads_are_named_in_the_order_they_are_written() -> None:
    either = {"any": [{"fact": "a", "value": 1}, {"fact": "c", "value": 1}]}
    written = {"all": [{"fact": "b", "value": 1}, {"not": either}]}

    assert facts_named(CONDITION.validate_python(written)) == ("b", "a", "c")


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (FactType.BOOLEAN, [True, False], [1, "true"]),
        (FactType.INTEGER, [0, -3], [True, "3"]),
        (FactType.CHOICE, ["x"], ["y", True]),
        (FactType.DATE, ["2026-03-02"], ["2/3/2026", "2026-3-2", 20260302, "２０２６-03-02"]),
    ],
)
def test_a_fact_accepts_values_of_its_type(kind: FactType, good: list[FactValue], bad: list[FactValue]) -> None:
    fact = Fact(name="f", type=kind, label="F", choices=("x",))

    assert all(fact.accepts(value) for value in good)
    assert not any(fact.accepts(value) for value in bad)


@pytest.mark.parametrize("given", [{}, {"share": Decimal(50), "after": "4wh"}])
def test_a_rung_is_either_a_share_or_a_length(given: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Rung.model_validate({"code": "r", "label": "R", "notify": "holder", **given})


def test_a_term_whose_clock_stands_still_has_no_instants() -> None:
    ladder = (Rung(code="overdue", label="Quá hạn", share=Decimal(100), notify=NoticeRole.HOLDER),)
    limits = Limits(limit=TimeLimit.parse("5wd"), counting=Counting.PROMISE, ladder=ladder)
    since, stopped = parse_instant("2026-03-02T08:00"), parse_instant("2026-03-03T08:00")
    running = term_of(limits, CALENDAR, since)

    assert term_of(limits, CALENDAR, since, stops=(Stop(start=stopped),)) == running.stopped()
    assert [rung.at for rung in running.stopped().rungs] == [None]


def test_a_procedure_knows_its_steps_by_name_and_kind() -> None:
    permit = procedure(PERMIT)

    assert [step.id for step in permit.steps_of_kind(StepKind.CONSULTATION)] == [
        "fire_consultation",
        "environment_consultation",
    ]
    assert [step.id for step in permit.followers(StepId("conclusion"))] == ["approval"]
    with pytest.raises(KeyError):
        permit.step(StepId("unheard"))


def test_an_instant_needs_its_offset() -> None:
    with pytest.raises(ValidationError):
        Reappoint.model_validate(
            {"appointment_at": "2026-03-02T08:00:00", "reason": {"id": str(UUID(int=1)), "digest": "0" * 64}}
        )


def test_identities_are_derived_and_differ() -> None:
    dossier = identity.dossier_id("caller", "key")
    made = [
        dossier,
        identity.dossier_id("caller", "other"),
        identity.command_id(dossier, "key"),
        identity.task_id(dossier, "key"),
        identity.notice_id(dossier, 1),
        identity.notice_id(dossier, 2),
    ]

    assert len(set(made)) == len(made)
    assert identity.dossier_id("caller", "key") == dossier


def test_an_actor_without_a_seat_is_of_no_agency() -> None:
    assert not Actor(id=OfficerId("a")).is_of(AgencyCode("a"))
