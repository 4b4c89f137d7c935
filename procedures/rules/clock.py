"""Rules about time: limits add up, stops can end, silence means something, ladders climb."""

from collections.abc import Iterator
from itertools import pairwise

from datafiles.faults import Place
from dossiers.escalation import Rung
from dossiers.limits import STANDARD_DAY, Counting, LimitUnit, TimeLimit
from dossiers.procedure import Effect, Procedure, Step, StepKind, Supplement, SupplementPolicy
from procedures.route import Route
from procedures.rules.rule import Finding, Rule
from procedures.worst_case import OUTSIDE_THE_PROMISE

WORKING = (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR)
WHOLE_DAYS = (LimitUnit.WORKING_DAY, LimitUnit.DAY)
HUNDRED = 100


def _limits_fit(procedure: Procedure) -> Iterator[Finding]:
    """A working day is eight hours, "the same day" one such day; what has no hours is compared in the calendar."""
    route = Route(procedure)
    if procedure.limit.unit is not LimitUnit.WORKING_DAY or route.cycle():
        return
    path, needed = route.heaviest(_working_seconds)
    allowed = max(procedure.limit.seconds, STANDARD_DAY)
    if needed > allowed:
        counted = [step_id for step_id in path if _working_seconds(route.steps[step_id])]
        parts = " + ".join(f"{step_id} {route.steps[step_id].limit}" for step_id in counted)
        message = f"các bước cần {_hours(needed)} giờ làm việc, thời hạn chỉ có {_hours(allowed)}: {parts}"
        yield Finding(("limit",), message, "rút ngắn thời hạn của một bước trên đường này (1wd = 8wh)")


def _working_seconds(step: Step) -> int:
    if step.limit is None or step.limit.unit not in WORKING or step.kind in OUTSIDE_THE_PROMISE:
        return 0
    return step.limit.seconds


def _hours(seconds: int) -> str:
    hours, rest = divmod(seconds, 3600)
    return f"{hours},{rest * 100 // 3600:02d}".rstrip("0").rstrip(",")


def _limit_unit(procedure: Procedure) -> Iterator[Finding]:
    yield from _countable(("limit",), procedure.limit, procedure.counting)
    if procedure.counting is not Counting.PROMISE:
        message = "thời hạn với người dân đếm theo ngày hẹn trả"
        yield Finding(("counting",), message, "bỏ “counting”, hoặc viết counting: promise")
    for at, step in enumerate(procedure.steps):
        if step.limit is not None:
            yield from _countable(("steps", at, "limit"), step.limit, step.counting)
    for name, ladder in procedure.ladders.items():
        for at, rung in enumerate(ladder):
            if rung.after is not None and rung.after.unit not in WORKING:
                message = f"bậc “{rung.code}” phải tính bằng thời gian làm việc, không phải {rung.after}"
                yield Finding(("ladders", name, at, "after"), message, "viết như 4wh hoặc 1wd")


def _countable(place: Place, limit: TimeLimit, counting: Counting) -> Iterator[Finding]:
    if counting is Counting.ELAPSED and limit.unit is LimitUnit.DAY:
        yield Finding(place, f"không đo được {limit} theo thời gian đã dùng", "dùng wd, wh hoặc h")
    if counting is Counting.PROMISE and (limit.unit not in WHOLE_DAYS or limit.count is None):
        yield Finding(place, f"không hẹn trả được theo {limit}", "dùng số nguyên ngày: 7wd hoặc 30d")


def _consultation_terms(procedure: Procedure) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        if step.kind is not StepKind.CONSULTATION:
            continue
        if step.consultation is None:
            message = f"bước lấy ý kiến “{step.id}” không nói im lặng nghĩa là gì"
            hint = "thêm “consultation” với content, on_timeout và basis (NĐ 61/2018, Điều 19.5)"
            yield Finding(("steps", at), message, hint)
        if step.limit is None:
            message = f"bước lấy ý kiến “{step.id}” không có thời hạn trả lời"
            yield Finding(("steps", at), message, "thêm “limit”, ví dụ limit: 2wd")
        elif not step.limit.value:
            message = f"bước lấy ý kiến “{step.id}” không cho cơ quan được hỏi thời gian nào để trả lời"
            yield Finding(("steps", at, "limit"), message, "cho một thời hạn lớn hơn 0, ví dụ limit: 2wd")


def _payment_terms(procedure: Procedure) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        if step.kind is StepKind.PAYMENT and step.payment is None:
            message = f"bước nộp tiền “{step.id}” không nói người dân có bao lâu"
            yield Finding(("steps", at), message, "thêm “payment” với answer_limit và basis")


def _supplement_terms(procedure: Procedure) -> Iterator[Finding]:
    for place, supplement in _supplements(procedure):
        extends = supplement.policy is SupplementPolicy.EXTEND
        if extends != (supplement.extension is not None):
            message = "“extension” đi cùng policy extend"
            yield Finding(place, message, "extend phải nói thêm bao nhiêu; policy khác thì không")
        elif supplement.extension is not None and supplement.extension.unit is not procedure.limit.unit:
            message = f"gia hạn {supplement.extension} khác đơn vị với thời hạn {procedure.limit}"
            yield Finding((*place, "extension"), message, f"viết bằng {procedure.limit.unit}")
    for at, step in enumerate(procedure.steps):
        if step.supplement is not None and step.kind in OUTSIDE_THE_PROMISE:
            message = f"bước “{step.id}” ({step.kind}) không yêu cầu bổ sung ở đây được"
            yield Finding(("steps", at, "supplement"), message, "trước khi tiếp nhận: dùng “intake_supplement”")


def _stop_resumes(procedure: Procedure) -> Iterator[Finding]:
    """Before acceptance the promise has not begun, so a request at the counter stops nothing that was promised."""
    for at, step in enumerate(procedure.steps):
        if step.payment is not None and not step.payment.answer_limit.value:
            message = f"bước “{step.id}” dừng thời hạn mà không cho thời gian để nộp tiền"
            yield Finding(("steps", at, "payment", "answer_limit"), message, "viết như 30d")
        if step.supplement is None or step.supplement.policy is SupplementPolicy.EXTEND:
            continue
        place = ("steps", at, "supplement")
        if step.supplement.answer_limit is None or not step.supplement.answer_limit.value:
            message = f"bước “{step.id}” dừng thời hạn để chờ bổ sung mà không nói chờ đến bao giờ"
            yield Finding(place, message, "thêm “answer_limit”, ví dụ answer_limit: 30d")
        if all(one.effect is not Effect.REFUSE for one in step.outcomes):
            message = f"không được bổ sung thì bước “{step.id}” dừng mãi: không có kết cục nào để từ chối"
            yield Finding(place, message, "thêm một kết cục có effect refuse (NĐ 61/2018, Điều 19.8)")


def _supplements(procedure: Procedure) -> Iterator[tuple[Place, Supplement]]:
    if procedure.intake_supplement is not None:
        yield ("intake_supplement",), procedure.intake_supplement
    for at, step in enumerate(procedure.steps):
        if step.supplement is not None:
            yield ("steps", at, "supplement"), step.supplement


def _rung_order(procedure: Procedure) -> Iterator[Finding]:
    for name, ladder in procedure.ladders.items():
        due = [rung for rung in ladder if rung.share == HUNDRED]
        if len(due) != 1:
            message = f"thang “{name}” có {len(due)} bậc đúng lúc hết hạn, phải có đúng một"
            yield Finding(("ladders", name), message, "thêm một bậc share: 100")
        for at, (lower, upper) in enumerate(pairwise(ladder), 1):
            if _height(lower) >= _height(upper):
                message = f"bậc “{upper.code}” không cao hơn bậc “{lower.code}” trước nó"
                hint = "xếp share tăng dần đến 100, rồi after tăng dần"
                yield Finding(("ladders", name, at), message, hint)


def _height(rung: Rung) -> tuple[int, int]:
    """Shares come before lengths; what cannot be measured is another rule's fault and stays at the bottom."""
    if rung.share is not None:
        return 0, int(rung.share * HUNDRED)
    measured = rung.after is not None and rung.after.unit is not LimitUnit.DAY
    return 1, rung.after.seconds if measured and rung.after is not None else 0


RULES = (
    Rule("limit-unit", "Đơn vị thời hạn hợp với cách đếm", _limit_unit),
    Rule("limits-fit", "Tổng thời hạn các bước không quá thời hạn luật định", _limits_fit),
    Rule("consultation-terms", "Lấy ý kiến phải có thời hạn và hệ quả khi im lặng", _consultation_terms),
    Rule("payment-terms", "Nộp tiền phải có thời hạn nộp", _payment_terms),
    Rule("supplement-terms", "Bổ sung phải nói hệ quả lên thời hạn", _supplement_terms),
    Rule("stop-resumes", "Lần dừng nào cũng có lúc chạy lại", _stop_resumes),
    Rule("rung-order", "Thang nhắc việc tăng dần, có bậc đúng hạn", _rung_order),
)
