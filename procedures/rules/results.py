"""Rules about the result: whatever way a dossier takes, somebody competent decides it, and may decide against it."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice, product

from dossiers.conditions import Compare, Condition, Fact, FactType, FactValue, comparisons, facts_named, holds
from dossiers.procedure import Effect, Procedure, Step, StepKind
from procedures.route import Route
from procedures.rules.names import surely_established
from procedures.rules.rule import Finding, Rule

#: Acts by which a head decides (NĐ 61/2018/NĐ-CP, Điều 19.2); a sub-dossier is decided in its own procedure.
DECIDING = (StepKind.APPROVAL, StepKind.SIGNING, StepKind.SUB_DOSSIER)

#: More combinations of facts than anybody writes conditions about.
_MOST_CASES = 50_000


def _lawful_result(procedure: Procedure) -> Iterator[Finding]:
    route = Route(procedure)
    start, end = route.only(StepKind.RECEPTION), route.only(StepKind.RETURN)
    if start is None or end is None:
        return
    at = next(at for at, step in enumerate(procedure.steps) if step.id == end)
    deciding = [step for step in route.steps.values() if step.kind in DECIDING]
    if undecided := route.path_around(start, end, [step.id for step in deciding]):
        message = f"đường này trả kết quả mà không ai phê duyệt hay ký: {' → '.join(undecided)}"
        yield Finding(
            ("steps", at), message, "đặt một bước approval hoặc signing trên mọi đường (NĐ 61/2018, Điều 19.2)"
        )
    elif (case := _nobody_decides(procedure, route, deciding)) is not None:
        told = ", ".join(
            f"{name} = {value}" if value is not None else f"chưa biết {name}" for name, value in case.items()
        )
        message = f"không bước phê duyệt, ký nào áp dụng khi {told}"
        yield Finding(("steps", at), message, "sửa “when” để luôn có một bước quyết định")
    has_parts = bool(procedure.steps_of_kind(StepKind.SUB_DOSSIER))
    refusals = [one for step in procedure.steps for one in step.outcomes if one.effect is Effect.REFUSE]
    if not refusals and not has_parts:
        message = "sau khi tiếp nhận, không bước nào từ chối được hồ sơ không đủ điều kiện"
        yield Finding(("steps",), message, "thêm một kết cục có effect refuse (NĐ 61/2018, Điều 19.8)")


def _nobody_decides(procedure: Procedure, route: Route, deciding: list[Step]) -> dict[str, FactValue | None] | None:
    """Facts under which every deciding step is skipped; null for one that nobody may have recorded by then."""
    conditions = [step.when for step in deciding if step.when is not None]
    if len(conditions) < len(deciding):
        return None
    tests = [test for condition in conditions for test in comparisons(condition)]
    facts = [fact for fact in procedure.facts if any(test.fact == fact.name for test in tests)]
    values = [
        [*_cases(fact, [test for test in tests if test.fact == fact.name]), *_unknown(fact, route, deciding)]
        for fact in facts
    ]
    for combination in islice(product(*values), _MOST_CASES):
        case = {fact.name: value for fact, value in zip(facts, combination, strict=True)}
        if not _any_holds(conditions, {name: value for name, value in case.items() if value is not None}):
            return case
    return None


def _unknown(fact: Fact, route: Route, deciding: list[Step]) -> tuple[None, ...]:
    """What only a step records that may be skipped, or end in silence, may be unknown when somebody must decide."""
    asked = [step for step in deciding if step.when is not None and fact.name in facts_named(step.when)]
    is_sure = all(
        any(fact.name in surely_established(route.steps[before]) for before in route.before(step.id)) for step in asked
    )
    return () if fact.required or is_sure else (None,)


def _any_holds(conditions: list[Condition], case: dict[str, FactValue]) -> bool:
    return any(holds(condition, case) for condition in conditions)


def _cases(fact: Fact, tests: list[Compare]) -> list[FactValue]:
    """One value for each way in which the tests can turn out."""
    match fact.type:
        case FactType.BOOLEAN:
            return [False, True]
        case FactType.CHOICE:
            return list(fact.choices)
        case FactType.INTEGER:
            named = [test.value for test in tests if isinstance(test.value, int)]
            return sorted({value + step for value in named for step in (-1, 0, 1)})
        case FactType.DATE:
            named_days = [str(test.value) for test in tests if fact.accepts(test.value)]
            days = (date(2000, 1, 1) + timedelta(days=number) for number in range(len(named_days) + 1))
            another = next(day.isoformat() for day in days if day.isoformat() not in named_days)
            return [*dict.fromkeys(named_days), another]


RULES = (Rule("lawful-result", "Đường nào cũng kết thúc bằng một kết quả có người quyết định", _lawful_result),)
