"""Rules about who acts: one counter, one lead agency, four eyes, and the declared exception on the spot."""

from collections.abc import Iterator

from dossiers.procedure import Duty, Effect, Procedure, Step, StepKind
from procedures.route import Route
from procedures.rules.rule import Finding, Rule

AT_THE_COUNTER = (StepKind.RECEPTION, StepKind.RETURN, StepKind.PAYMENT)
ON_THE_SPOT = (StepKind.RECEPTION, StepKind.APPRAISAL, StepKind.APPROVAL)


def _one_counter(procedure: Procedure) -> Iterator[Finding]:
    counters = [at for at, one in enumerate(procedure.participants) if one.duty is Duty.COUNTER]
    if len(counters) != 1:
        message = f"có {len(counters)} bên giữ vai trò counter, phải có đúng một"
        hint = "một nơi tiếp nhận và trả kết quả (NĐ 61/2018, Điều 3.3)"
        yield Finding(("participants", counters[-1]) if counters else ("participants",), message, hint)


def _one_lead(procedure: Procedure) -> Iterator[Finding]:
    """Several units of one agency may lead; nobody needs to where the counter does everything itself."""
    leads = [one for one in procedure.participants if one.duty is Duty.LEAD]
    agencies = tuple(dict.fromkeys(one.agency for one in leads))
    hint = "đúng một cơ quan chủ trì (NĐ 61/2018, Điều 19.6); các đơn vị của cơ quan đó cùng có duty lead"
    if len(agencies) > 1:
        yield Finding(("participants",), f"có nhiều cơ quan chủ trì: {', '.join(agencies)}", hint)
    if not agencies and any(one.duty is not Duty.COUNTER for one in procedure.participants):
        yield Finding(("participants",), "không có cơ quan chủ trì (duty: lead)", hint)


def _counter_steps(procedure: Procedure) -> Iterator[Finding]:
    """Only the one-stop shop deals with the citizen (NĐ 61/2018/NĐ-CP, Điều 5.1e)."""
    duties = {one.name: one.duty for one in procedure.participants}
    for at, step in enumerate(procedure.steps):
        if step.kind in AT_THE_COUNTER and duties.get(step.by, Duty.COUNTER) is not Duty.COUNTER:
            message = f"bước “{step.id}” ({step.kind}) phải do Bộ phận Một cửa làm, không phải “{step.by}”"
            yield Finding(("steps", at, "by"), message, "giao cho bên có duty counter (NĐ 61/2018, Điều 5.1e)")


def _consulted_steps(procedure: Procedure) -> Iterator[Finding]:
    duties = {one.name: one.duty for one in procedure.participants}
    for at, step in enumerate(procedure.steps):
        duty = duties.get(step.by)
        if duty is not None and (duty is Duty.CONSULTED) != (step.kind is StepKind.CONSULTATION):
            message = f"bước “{step.id}” ({step.kind}) không hợp với vai trò {duty} của “{step.by}”"
            yield Finding(
                ("steps", at, "by"), message, "bước consultation do bên có duty consulted làm, và chỉ bước đó"
            )


def _four_eyes(procedure: Procedure) -> Iterator[Finding]:
    route = Route(procedure)
    for at, step in enumerate(procedure.steps):
        for position, name in enumerate(step.not_by):
            if name in route.steps and name not in route.before(step.id):
                message = f"“not_by: {name}” không có tác dụng: bước đó không đứng trước “{step.id}”"
                yield Finding(("steps", at, "not_by", position), message, "nêu một bước đứng trước")


def _on_the_spot(procedure: Procedure) -> Iterator[Finding]:
    """One officer receives, appraises and approves in one act: three steps in a row at the counter."""
    if procedure.on_the_spot is None:
        return
    chain = [procedure.steps_of_kind(kind) for kind in ON_THE_SPOT]
    hint = "giải quyết tại chỗ cần đúng một bước reception, appraisal, approval nối tiếp nhau tại Một cửa"
    if any(len(steps) != 1 for steps in chain):
        yield Finding(("on_the_spot",), "không rõ các bước nào được làm tại chỗ", hint)
        return
    reception, appraisal, approval = (steps[0] for steps in chain)
    if appraisal.after != (reception.id,) or approval.after != (appraisal.id,):
        yield Finding(("on_the_spot",), "ba bước làm tại chỗ không nối tiếp nhau", hint)
    yield from _spot_terms(procedure, appraisal, approval)


def _spot_terms(procedure: Procedure, appraisal: Step, approval: Step) -> Iterator[Finding]:
    counters = [one.name for one in procedure.participants if one.duty is Duty.COUNTER]
    for step in (appraisal, approval):
        if step.by not in counters:
            message = f"bước “{step.id}” do “{step.by}” làm nên không giải quyết tại chỗ được"
            yield Finding(("on_the_spot",), message, "giao bước cho bên có duty counter, hoặc bỏ “on_the_spot”")
    known = tuple(one.code for one in approval.outcomes if one.effect is Effect.FORWARD)
    assert procedure.on_the_spot is not None
    if procedure.on_the_spot.outcome not in known:
        message = f"“{procedure.on_the_spot.outcome}” không phải kết cục đi tiếp của bước “{approval.id}”"
        yield Finding(("on_the_spot", "outcome"), message, f"dùng một trong: {', '.join(known)}")


RULES = (
    Rule("one-counter", "Đúng một bên tiếp nhận và trả kết quả", _one_counter),
    Rule("one-lead", "Đúng một cơ quan chủ trì", _one_lead),
    Rule("counter-steps", "Chỉ Bộ phận Một cửa làm việc với người dân", _counter_steps),
    Rule("consulted-steps", "Bên được lấy ý kiến chỉ cho ý kiến", _consulted_steps),
    Rule("four-eyes", "Không cùng một người ở hai bước: bước kia đứng trước", _four_eyes),
    Rule("on-the-spot", "Giải quyết tại chỗ: ba bước nối tiếp tại Một cửa", _on_the_spot),
)
