"""Rules about the route: from one reception, through every step, to one return, never in circles."""

from collections.abc import Iterator

from dossiers.procedure import Effect, Procedure, Step, StepKind
from procedures.route import Route
from procedures.rules.rule import Finding, Rule

#: Steps in which an officer judges, so their ends must be written out.
JUDGED = (StepKind.APPRAISAL, StepKind.VERIFICATION, StepKind.APPROVAL)
#: Work that comes back oftener is not done again, it is never done; each time runs everything behind it once more.
MOST_REWORK = 5


def _cycle(procedure: Procedure) -> Iterator[Finding]:
    ring = Route(procedure).cycle()
    if ring:
        at = next(at for at, step in enumerate(procedure.steps) if step.id == ring[0])
        message = f"các bước chờ nhau thành vòng: {' → '.join(ring)}"
        hint = "bỏ một “after”; làm lại thì dùng kết cục có effect rework và back_to"
        yield Finding(("steps", at, "after"), message, hint)


def _reception_first(procedure: Procedure) -> Iterator[Finding]:
    receptions = procedure.steps_of_kind(StepKind.RECEPTION)
    if len(receptions) != 1:
        message = f"có {len(receptions)} bước tiếp nhận (reception), phải có đúng một"
        yield Finding(("steps",), message, "tiếp nhận là bước đầu tiên và duy nhất không chờ ai")
    for at, step in enumerate(procedure.steps):
        if step.kind is StepKind.RECEPTION:
            yield from _unconditional(at, step)
            if step.after:
                message = "bước tiếp nhận không chờ bước nào"
                yield Finding(("steps", at, "after"), message, "bỏ “after”")


def _return_last(procedure: Procedure) -> Iterator[Finding]:
    returns = procedure.steps_of_kind(StepKind.RETURN)
    if len(returns) != 1:
        message = f"có {len(returns)} bước trả kết quả (return), phải có đúng một"
        yield Finding(("steps",), message, "mọi nhánh gặp nhau ở một bước trả kết quả")
    for at, step in enumerate(procedure.steps):
        if step.kind is StepKind.RETURN:
            yield from _unconditional(at, step)
            for follower in procedure.followers(step.id):
                message = f"bước “{follower.id}” đứng sau bước trả kết quả"
                yield Finding(("steps", at), message, f"sửa “after” của “{follower.id}”")


def _unconditional(at: int, step: Step) -> Iterator[Finding]:
    if step.when is not None:
        yield Finding(("steps", at, "when"), f"bước “{step.id}” luôn phải có", "bỏ “when”")
    if step.outcomes:
        message = f"bước “{step.id}” không có kết cục riêng"
        yield Finding(("steps", at, "outcomes"), message, "bỏ “outcomes”; từ chối tiếp nhận là hành vi có sẵn")


def _unreachable(procedure: Procedure) -> Iterator[Finding]:
    route = Route(procedure)
    start = route.only(StepKind.RECEPTION)
    if start is None:
        return
    reached = (start, *route.behind(start))
    for at, step in enumerate(procedure.steps):
        if step.id not in reached:
            message = f"bước “{step.id}” không nằm sau bước tiếp nhận"
            yield Finding(("steps", at), message, f"thêm “after”, ví dụ after: [{start}]")


def _dead_end(procedure: Procedure) -> Iterator[Finding]:
    route = Route(procedure)
    end = route.only(StepKind.RETURN)
    if end is None:
        return
    awaited = (end, *route.before(end))
    for at, step in enumerate(procedure.steps):
        if step.id not in awaited:
            message = f"bước trả kết quả không chờ bước “{step.id}”"
            yield Finding(("steps", at), message, "để một bước sau chờ bước này bằng “after”")


def _outcomes(procedure: Procedure) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        if step.kind in JUDGED and not step.outcomes:
            message = f"bước “{step.id}” ({step.kind}) phải nêu các kết cục"
            yield Finding(("steps", at), message, "thêm “outcomes”, ví dụ eligible (forward) và ineligible (refuse)")
        if step.outcomes and all(one.effect is not Effect.FORWARD for one in step.outcomes):
            message = f"bước “{step.id}” không có kết cục nào đi tiếp"
            yield Finding(("steps", at, "outcomes"), message, "thêm một kết cục có effect forward")


def _outcome_terms(procedure: Procedure) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        for position, outcome in enumerate(step.outcomes):
            place = ("steps", at, "outcomes", position)
            if (outcome.effect is Effect.REWORK) != (outcome.back_to is not None):
                message = f"kết cục “{outcome.code}”: back_to đi cùng effect rework"
                yield Finding(place, message, "rework phải nói làm lại từ bước nào; kết cục khác thì không")
            if outcome.effect is not Effect.FORWARD and not outcome.reason:
                message = f"kết cục “{outcome.code}” ({outcome.effect}) phải nêu lý do bằng văn bản"
                yield Finding(place, message, "thêm “reason: true” (NĐ 61/2018, Điều 19.4, 19.8)")
            if outcome.effect is not Effect.FORWARD and step.kind is StepKind.CONSULTATION:
                message = "cơ quan được lấy ý kiến chỉ cho ý kiến, không quyết định đường đi của hồ sơ"
                yield Finding(place, message, "dùng effect forward; cơ quan chủ trì quyết định")


def _rework_target(procedure: Procedure) -> Iterator[Finding]:
    route = Route(procedure)
    for at, step in enumerate(procedure.steps):
        for position, outcome in enumerate(step.outcomes):
            target = route.steps.get(outcome.back_to) if outcome.back_to is not None else None
            if target is None:
                continue
            place = ("steps", at, "outcomes", position, "back_to")
            if target.id not in route.before(step.id):
                message = f"không làm lại được từ “{target.id}”: bước đó không đứng trước “{step.id}”"
                yield Finding(place, message, "chọn một bước trước, hoặc sửa “after”")
            elif target.kind is StepKind.RECEPTION:
                message = "hồ sơ đã tiếp nhận thì không tiếp nhận lại"
                yield Finding(place, message, "chọn một bước sau tiếp nhận, hoặc yêu cầu bổ sung")
            elif target.rework_max == 0:
                message = f"“{target.id}” có rework_max: 0 nên không bao giờ làm lại được"
                yield Finding(place, message, f"nâng rework_max của “{target.id}”")


def _rework_budget(procedure: Procedure) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        if step.rework_max > MOST_REWORK:
            message = f"bước “{step.id}” được làm lại {step.rework_max} lần, nhiều nhất là {MOST_REWORK}"
            hint = "giảm “rework_max”; kéo dài việc giải quyết là hành vi bị cấm (NĐ 61/2018, Điều 5.1đ)"
            yield Finding(("steps", at, "rework_max"), message, hint)


RULES = (
    Rule("cycle", "Không bước nào chờ chính nó", _cycle),
    Rule("reception-first", "Đúng một bước tiếp nhận, ở đầu", _reception_first),
    Rule("return-last", "Đúng một bước trả kết quả, ở cuối", _return_last),
    Rule("unreachable-step", "Bước nào cũng nằm sau tiếp nhận", _unreachable),
    Rule("dead-end", "Bước nào cũng dẫn đến trả kết quả", _dead_end),
    Rule("outcomes", "Bước có xét đoán phải nêu kết cục, và có đường đi tiếp", _outcomes),
    Rule("outcome-terms", "Kết cục nêu đủ điều kiện của nó", _outcome_terms),
    Rule("rework-target", "Chỉ làm lại từ một bước đứng trước", _rework_target),
    Rule("rework-budget", "Số lần làm lại có giới hạn", _rework_budget),
)
