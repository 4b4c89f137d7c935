"""Rules about names: whatever a procedure refers to exists, once, and is of the right type."""

from collections.abc import Iterable, Iterator

from datafiles.faults import Place
from dossiers.conditions import Compare, Fact, FactType, comparisons, facts_named
from dossiers.procedure import Procedure, Step, StepKind
from procedures.route import Route
from procedures.rules.rule import Finding, Rule, one_of

REQUIRED_LADDERS = ("default", "promise", "transfer")


def _unknown_step(procedure: Procedure) -> Iterator[Finding]:
    known = tuple(step.id for step in procedure.steps)
    for place, name in _steps_named(procedure):
        if name not in known:
            yield Finding(place, f"không có bước “{name}”", one_of(name, known))


def _steps_named(procedure: Procedure) -> Iterator[tuple[Place, str]]:
    for at, step in enumerate(procedure.steps):
        for position, name in enumerate(step.after):
            yield ("steps", at, "after", position), name
        for position, name in enumerate(step.not_by):
            yield ("steps", at, "not_by", position), name
        for position, outcome in enumerate(step.outcomes):
            if outcome.back_to is not None:
                yield ("steps", at, "outcomes", position, "back_to"), outcome.back_to


def _unknown_participant(procedure: Procedure) -> Iterator[Finding]:
    known = tuple(one.name for one in procedure.participants)
    for at, step in enumerate(procedure.steps):
        if step.by not in known:
            yield Finding(("steps", at, "by"), f"không có bên tham gia “{step.by}”", one_of(step.by, known))


def _idle_participant(procedure: Procedure) -> Iterator[Finding]:
    for at, one in enumerate(procedure.participants):
        if all(step.by != one.name for step in procedure.steps):
            message = f"bên tham gia “{one.name}” không làm bước nào"
            yield Finding(("participants", at), message, "bỏ đi, hoặc giao cho một bước bằng “by”")


def _unknown_ladder(procedure: Procedure) -> Iterator[Finding]:
    known = tuple(procedure.ladders)
    for at, step in enumerate(procedure.steps):
        if step.ladder not in known:
            message = f"không có thang nhắc việc “{step.ladder}”"
            yield Finding(("steps", at, "ladder"), message, one_of(step.ladder, known))


def _required_ladders(procedure: Procedure) -> Iterator[Finding]:
    for name in REQUIRED_LADDERS:
        if name not in procedure.ladders:
            message = f"thiếu thang nhắc việc “{name}”"
            hint = "default cho các bước, promise cho ngày hẹn trả, transfer cho chuyển hồ sơ"
            yield Finding(("ladders",), message, hint)


def _unknown_fact(procedure: Procedure) -> Iterator[Finding]:
    known = tuple(fact.name for fact in procedure.facts)
    for at, step in enumerate(procedure.steps):
        used = facts_named(step.when) if step.when is not None else ()
        for name in used:
            if name not in known:
                yield Finding(("steps", at, "when"), f"không có thông tin “{name}”", one_of(name, known))
        for position, name in enumerate(step.records):
            if name not in known:
                place = ("steps", at, "records", position)
                yield Finding(place, f"không có thông tin “{name}”", one_of(name, known))


def _fact_never_known(procedure: Procedure) -> Iterator[Finding]:
    """A step whose condition nobody can know is silently skipped; that is never meant."""
    route = Route(procedure)
    facts = {fact.name: fact for fact in procedure.facts}
    for at, step in enumerate(procedure.steps):
        recorded = [name for one in route.before(step.id) for name in established(route.steps[one])]
        for name in facts_named(step.when) if step.when is not None else ():
            if name in facts and not facts[name].required and name not in recorded:
                message = f"chưa ai biết “{name}” khi xét bước “{step.id}”, nên bước luôn bị bỏ qua"
                hint = "cho thông tin là required, hoặc để một bước trước ghi nhận bằng “records”"
                yield Finding(("steps", at, "when"), message, hint)


def established(step: Step) -> tuple[str, ...]:
    """The facts that are known once the step is done."""
    terms = step.sub_dossier
    if terms is None:
        return step.records
    return (*step.records, *terms.brings, *((terms.granted,) if terms.granted is not None else ()))


def surely_established(step: Step) -> tuple[str, ...]:
    """Those that are known then whatever happened: no skipped step, no silence and no refusal hides any of them."""
    if step.when is not None or step.kind is StepKind.CONSULTATION:
        return ()
    granted = step.sub_dossier.granted if step.sub_dossier is not None else None
    return (*step.records, *((granted,) if granted is not None else ()))


def _fact_type(procedure: Procedure) -> Iterator[Finding]:
    facts = {fact.name: fact for fact in procedure.facts}
    for at, step in enumerate(procedure.steps):
        for test in comparisons(step.when) if step.when is not None else ():
            if test.fact in facts and (wanted := _mismatch(facts[test.fact], test)):
                message = f"“{test.fact}” {wanted}, không so được với “{test.value}” ({test.test})"
                yield Finding(("steps", at, "when"), message, "sửa giá trị so sánh hoặc kiểu của thông tin")


def _mismatch(fact: Fact, test: Compare) -> str:
    if test.test in ("at_least", "at_most") and fact.type is not FactType.INTEGER:
        return f"có kiểu {fact.type}, chỉ số nguyên mới so lớn bé"
    if fact.accepts(test.value):
        return ""
    return f"chỉ nhận {', '.join(fact.choices)}" if fact.type is FactType.CHOICE else f"có kiểu {fact.type}"


def _choices(procedure: Procedure) -> Iterator[Finding]:
    for at, fact in enumerate(procedure.facts):
        if fact.type is FactType.CHOICE and not fact.choices:
            yield Finding(("facts", at), f"“{fact.name}” không có lựa chọn nào", "liệt kê ở “choices”")
        if fact.type is not FactType.CHOICE and fact.choices:
            message = f"“{fact.name}” có kiểu {fact.type} thì không có lựa chọn"
            yield Finding(("facts", at, "choices"), message, "bỏ “choices”, hoặc đổi kiểu thành choice")


def _duplicate_id(procedure: Procedure) -> Iterator[Finding]:
    yield from _twice("steps", (one.id for one in procedure.steps))
    yield from _twice("participants", (one.name for one in procedure.participants))
    yield from _twice("facts", (one.name for one in procedure.facts))
    yield from _twice("components", (one.code for one in procedure.components))
    yield from _twice("fees", (one.code for one in procedure.fees))
    yield from _twice("results", (one.code for one in procedure.results))
    for at, step in enumerate(procedure.steps):
        yield from _twice("outcomes", (one.code for one in step.outcomes), ("steps", at))
    for name, ladder in procedure.ladders.items():
        yield from _twice(name, (rung.code for rung in ladder), ("ladders",))


def _twice(key: str, names: Iterable[str], around: Place = ()) -> Iterator[Finding]:
    seen: list[str] = []
    for at, name in enumerate(names):
        if name in seen:
            message = f"“{name}” đã dùng cho mục thứ {seen.index(name) + 1}"
            yield Finding((*around, key, at), message, "đặt tên khác")
        seen.append(name)


def _misplaced_terms(procedure: Procedure) -> Iterator[Finding]:
    """Terms that the kind of the step would silently ignore."""
    for at, step in enumerate(procedure.steps):
        for key, terms, kind in (
            ("consultation", step.consultation, StepKind.CONSULTATION),
            ("payment", step.payment, StepKind.PAYMENT),
            ("sub_dossier", step.sub_dossier, StepKind.SUB_DOSSIER),
        ):
            if terms is not None and step.kind is not kind:
                message = f"“{key}” không có nghĩa ở bước loại {step.kind}"
                yield Finding(("steps", at, key), message, f"bỏ đi, hoặc đổi kind thành {kind}")


RULES = (
    Rule("duplicate-id", "Mỗi tên chỉ dùng một lần", _duplicate_id),
    Rule("unknown-step", "Bước được nhắc đến phải có", _unknown_step),
    Rule("unknown-participant", "Bên tham gia được nhắc đến phải có", _unknown_participant),
    Rule("idle-participant", "Bên tham gia nào cũng có việc", _idle_participant),
    Rule("unknown-ladder", "Thang nhắc việc được nhắc đến phải có", _unknown_ladder),
    Rule("required-ladders", "Phải có các thang default, promise và transfer", _required_ladders),
    Rule("unknown-fact", "Thông tin được nhắc đến phải có", _unknown_fact),
    Rule("fact-never-known", "Điều kiện chỉ dựa vào thông tin đã biết", _fact_never_known),
    Rule("fact-type", "So sánh đúng kiểu của thông tin", _fact_type),
    Rule("fact-choices", "Lựa chọn đi với kiểu choice", _choices),
    Rule("misplaced-terms", "Điều khoản đi đúng loại bước", _misplaced_terms),
)
