"""Rules that only a calendar can judge: they hold for every receipt in it, or name the one that breaks them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from datafiles.faults import Place
from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import BeyondCalendar, DeadlineError
from dossiers.deadlines import apology_opens, deadline
from dossiers.limits import HOUR, STANDARD_DAY, Counting, LimitUnit, TimeLimit
from dossiers.procedure import Procedure, Step
from dossiers.values import StepId
from procedures.jurisdiction import Jurisdiction
from procedures.route import Route
from procedures.rules.rule import Finding, LocalRule, one_of
from procedures.worst_case import OUTSIDE_THE_PROMISE, after_step, promised, receipts

_WHOLE_DAY = 24 * HOUR
WORKING = (LimitUnit.WORKING_DAY, LimitUnit.WORKING_HOUR)


def _limits_fit(procedure: Procedure, jurisdiction: Jurisdiction) -> Iterator[Finding]:
    """Calendar days, hours of the wall clock and "the same day" hold more or less work, depending on the receipt."""
    route, calendar = Route(procedure), jurisdiction.calendar
    if not _needs_calendar(procedure) or route.cycle() or not _is_countable(procedure):
        return
    worst: tuple[timedelta, datetime, tuple[StepId, ...], datetime, datetime] | None = None
    for received in receipts(procedure, calendar):
        try:
            due = promised(procedure, calendar, received)
            path, ended = route.furthest(received, lambda start, step: after_step(calendar, start, step))
        except BeyondCalendar:
            break
        if worst is None or due - ended < worst[0]:
            worst = (due - ended, received, path, ended, due)
    if worst is not None and worst[0] < timedelta():
        _, received, path, ended, due = worst
        parts = " + ".join(f"{one} {route.steps[one].limit}" for one in path if _counts(route.steps[one]))
        message = f"tiếp nhận {_at(received)} thì hẹn trả {_at(due)}, các bước kéo dài đến {_at(ended)}: {parts}"
        yield Finding(("limit",), message, "rút ngắn thời hạn của một bước trên đường này")


def _needs_calendar(procedure: Procedure) -> bool:
    same_day = not procedure.limit.value and procedure.cutoff is not None
    units = [procedure.limit.unit, *(step.limit.unit for step in procedure.steps if step.limit and _counts(step))]
    return same_day or any(unit not in WORKING for unit in units)


def _is_countable(procedure: Procedure) -> bool:
    """Whether every limit has a unit that its counting knows; if not, `limit-unit` says so."""
    measured = [(procedure.limit, procedure.counting)]
    measured += [(step.limit, step.counting) for step in procedure.steps if step.limit is not None]
    return all(_is_known(*one) for one in measured)


def _is_known(limit: TimeLimit, counting: Counting) -> bool:
    if counting is Counting.ELAPSED:
        return limit.unit is not LimitUnit.DAY
    return limit.unit in (LimitUnit.WORKING_DAY, LimitUnit.DAY) and limit.count is not None


def _counts(step: Step) -> bool:
    return step.limit is not None and step.kind not in OUTSIDE_THE_PROMISE


def _apology_reachable(procedure: Procedure, jurisdiction: Jurisdiction) -> Iterator[Finding]:
    """A day at the latest before the due date (NĐ 61/2018/NĐ-CP, Điều 19.9), so there must be one after receipt.

    Of a day at most there is none: such a promise is weighed when it is overdue.
    """
    limit, calendar = procedure.limit, jurisdiction.calendar
    if _is_a_day_at_most(limit) or not _is_known(limit, procedure.counting):
        return
    for received in _earliest_and_latest(procedure, calendar):
        try:
            due = promised(procedure, calendar, received)
        except BeyondCalendar:
            return
        if apology_opens(calendar, received, due) is None:
            message = f"tiếp nhận {_at(received)}, hẹn trả {_at(due)}: không còn ngày làm việc nào để xin lỗi trước hạn"
            yield Finding(("limit",), message, "viết thời hạn bằng ngày làm việc (wd), hoặc dài hơn")
            return


def _earliest_and_latest(procedure: Procedure, calendar: WorkCalendar) -> Iterator[datetime]:
    """Where time is measured, the earlier on its day the receipt, the fewer days lie between."""
    for received in receipts(procedure, calendar):
        if procedure.counting is Counting.ELAPSED:
            yield calendar.opening(received.date())
        yield received


def _is_a_day_at_most(limit: TimeLimit) -> bool:
    match limit.unit:
        case LimitUnit.DAY:
            return limit.value <= 1
        case LimitUnit.HOUR:
            return limit.seconds <= _WHOLE_DAY
        case _:
            return limit.seconds <= STANDARD_DAY


def _inner_limits(procedure: Procedure, jurisdiction: Jurisdiction) -> Iterator[Finding]:
    for at, step in enumerate(procedure.steps):
        place: Place = ("steps", at)
        if step.consultation is not None and step.consultation.answer_limit is not None:
            what = "cơ quan được hỏi có"
            inner = step.consultation.answer_limit
            place = (*place, "consultation", "answer_limit")
        elif step.sub_dossier is not None:
            known = jurisdiction.procedures.get(step.sub_dossier.procedure)
            place = (*place, "sub_dossier", "procedure")
            if known is None:
                message = f"không có thủ tục “{step.sub_dossier.procedure}” cho hồ sơ con"
                yield Finding(place, message, one_of(step.sub_dossier.procedure, tuple(jurisdiction.procedures)))
                continue
            what, inner = "hồ sơ con có", known.limit
        else:
            continue
        yield from _longer(place, step, inner, what, procedure, jurisdiction.calendar)


def _longer(
    place: Place, step: Step, inner: TimeLimit, what: str, procedure: Procedure, calendar: WorkCalendar
) -> Iterator[Finding]:
    hint = f"nâng “limit” của bước “{step.id}”, hoặc giảm thời hạn bên trong nó"
    if step.limit is None:
        yield Finding(place, f"{what} {inner}, nhưng bước “{step.id}” không có thời hạn", "thêm “limit” cho bước")
    elif inner.unit in WORKING and step.limit.unit in WORKING:
        if inner.seconds > step.limit.seconds:
            yield Finding(place, f"{what} {inner}, quá thời hạn {step.limit} của bước “{step.id}”", hint)
    elif (begun := _outlasted(inner, step.limit, procedure, calendar)) is not None:
        message = f"bắt đầu {_at(begun)} thì {what} {inner}, quá thời hạn {step.limit} của bước “{step.id}”"
        yield Finding(place, message, hint)


def _outlasted(inner: TimeLimit, outer: TimeLimit, procedure: Procedure, calendar: WorkCalendar) -> datetime | None:
    """A start from which the inner limit ends after the outer one."""
    for closing in receipts(procedure, calendar):
        for begun in (calendar.opening(closing.date()), closing):
            try:
                if _end(calendar, begun, inner) > _end(calendar, begun, outer):
                    return begun
            except DeadlineError:
                return None
    return None


def _end(calendar: WorkCalendar, begun: datetime, limit: TimeLimit) -> datetime:
    counting = Counting.PROMISE if limit.unit is LimitUnit.DAY else Counting.ELAPSED
    due = deadline(calendar, begun, limit, counting).due
    assert due is not None, "a limit without stops has a due instant"
    return due


def _at(instant: datetime) -> str:
    return f"{instant:%H:%M %d/%m/%Y}"


RULES = (
    LocalRule(
        "limits-fit-any-receipt", "Tổng thời hạn các bước vừa thời hạn luật định dù tiếp nhận lúc nào", _limits_fit
    ),
    LocalRule("apology-reachable", "Còn ngày làm việc để xin lỗi trước hạn", _apology_reachable),
    LocalRule("inner-limits", "Lấy ý kiến, hồ sơ con không dài hơn bước chứa nó", _inner_limits),
)
