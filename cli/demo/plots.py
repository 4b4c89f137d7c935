"""The everyday ways of a dossier, written once for every procedure: who does what, and what the law makes of it.

A plot names an instant only where something has to be early, on time or late by it. Everything else is done as soon as
it lies before somebody; whatever must have happened before an instant has working hours for it, which are seconds on
the wall, so no expectation depends on how fast the machine is.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, time
from enum import StrEnum
from typing import NamedTuple, TypeVar

from pydantic import TypeAdapter

from agencies.calendars import resolve_calendar
from agencies.roster import Directory
from cli.demo.scenario import Act, Expectation
from dossiers.calendar import WorkCalendar
from dossiers.deadlines import Grade, after_due, apology_opens, deadline, told_by
from dossiers.escalation import Rung
from dossiers.limits import HOUR, STANDARD_DAY
from dossiers.procedure import Channel, Effect, Procedure, Step, StepKind, SupplementPolicy
from dossiers.rule_set import in_force
from dossiers.seats import Seat
from dossiers.state import DossierStatus
from dossiers.values import PROMISE, StepId
from procedures.catalogue import shipped_rule_sets

#: How far an instant keeps from a rung that it must not meet.
_APART = 3 * HOUR // 2
#: Until when what has to be signed lies before whoever signs.
_OPENED_WITHIN = 4 * HOUR
#: How long before the closing of the day promised a result is signed on time: the first that fits.
_SIGNED_BEFORE = tuple(half * HOUR // 2 for half in range(15, 2, -1))
#: From filing to the answer of an applicant who was asked for more.
_ANSWERED_AFTER = STANDARD_DAY + HOUR
#: How long after the promise a late result is signed: the first that stands clear of every rung.
_SIGNED_AFTER = tuple(half * HOUR // 2 for half in range(20, 28))
_PROCEED_TO_END = {"do": "proceed", "until": "closed"}
T = TypeVar("T")

_ACTS: TypeAdapter[tuple[Act, ...]] = TypeAdapter(tuple[Act, ...])


class Plot(StrEnum):
    """A way that fits many procedures."""

    PROMPT = "prompt"
    ON_TIME = "on-time"
    SAME_DAY = "same-day"
    ON_THE_SPOT = "on-the-spot"
    LATE = "late"
    SUPPLEMENT = "supplement"
    REWORK = "rework"
    REFUSED = "refused"
    REFUSED_AT_COUNTER = "refused-at-counter"
    WITHDRAWN = "withdrawn"
    UNDER_WAY = "under-way"
    PART_REFUSED = "part-refused"


class Unfit(Exception):
    """The procedure has no room for the plot."""


class Setting(NamedTuple):
    """Where and when a plot plays."""

    procedure: Procedure
    directory: Directory
    seats: Mapping[str, Seat]
    #: The calendar version for which the scenario is written.
    calendar: str
    channel: Channel
    filed: datetime

    @property
    def promise_calendar(self) -> WorkCalendar:
        """The calendar by which the promise to the applicant is counted."""
        lead = self.seats[self.procedure.lead.name].unit
        return resolve_calendar(self.calendar, self.directory.calendar_overrides(lead))

    def due(self, received: datetime) -> datetime:
        """When the result is promised for what is received then."""
        one = self.procedure
        found = deadline(self.promise_calendar, received, one.limit, one.counting, one.cutoff).due
        assert found is not None, "nothing has stopped the clock"
        return found

    @property
    def applicant(self) -> str:
        """Who acts for the applicant: their own system online, else the counter."""
        return "citizen" if self.channel is Channel.ONLINE else "counter.counter"


class Term(NamedTuple):
    """One run of a deadline, in working seconds after filing: between when and when it begins, and is due."""

    begins: tuple[int, int]
    due: tuple[int, int]

    def span(self, rung: Rung) -> tuple[int, int]:
        """Between when and when a rung is reached."""
        share = 1 if rung.share is None else rung.share / 100
        after = 0 if rung.after is None else rung.after.seconds
        reached = [
            begins + int((due - begins) * share) + after for begins, due in zip(self.begins, self.due, strict=True)
        ]
        return reached[0], reached[1]


class Course(NamedTuple):
    """A plot in its setting."""

    acts: tuple[Act, ...]
    expect: Expectation
    #: The sub-dossiers that are refused.
    refused: tuple[StepId, ...] = ()


class Told(NamedTuple):
    """A plot as it is known before anybody plays it."""

    title: str
    course: Callable[[Setting], Course]


def latest_filing(plot: Plot, procedure: Procedure) -> time:
    """Until when to file so that reception, and what the law wants done that day, surely are of the same day."""
    if plot is Plot.SUPPLEMENT:
        return time(10)  # the applicant is told of the stop by the closing of its day
    match int(procedure.limit.value):
        case 0:
            return time(9, 30)
        case 1:
            return time(10)
        case _:
            return time(15) if procedure.cutoff is None else time(13)


def _prompt(setting: Setting) -> Course:
    _require(2, setting)
    return _course([_PROCEED_TO_END], _returned(setting, Grade.EARLY))


def _same_day(setting: Setting) -> Course:
    return _course([_PROCEED_TO_END], _returned(setting, Grade.ON_TIME))


def _on_the_spot(setting: Setting) -> Course:
    acts = [
        {"do": "decide-on-the-spot", "on": "reception", "by": "counter.counter"},
        {"do": "return", "on": "return", "by": "counter.counter"},
    ]
    return _course(acts, _returned(setting, Grade.ON_TIME, result_decided=1))


def _on_time(setting: Setting) -> Course:
    """Signed on the very day that was promised, as early in it as no rung is near."""
    _require(1, setting)
    calendar, due = setting.promise_calendar, setting.due(setting.filed)
    signing = _step(setting, StepKind.APPROVAL)
    length = calendar.working_seconds(setting.filed, due)
    for before in _SIGNED_BEFORE:
        try:
            climbed = _climbed(setting, PROMISE, Term((0, HOUR), (length, length)), length - before)
        except Unfit:
            continue
        at = {"instant": calendar.add_working(setting.filed, length - before)}
        sign = {"do": "approve", "on": signing.id, "by": f"{signing.by}.{signing.role}", "at": at}
        acts = [{"do": "proceed", "until": signing.id}, sign, _PROCEED_TO_END]
        return _course(acts, _returned(setting, Grade.ON_TIME, rungs={PROMISE: climbed} if climbed else {}))
    message = f"{setting.procedure.code}: không có lúc ký nào cách xa mọi nấc đôn đốc"
    raise Unfit(message)


def _late(setting: Setting) -> Course:
    """Everybody did their part but whoever signs."""
    _require(1, setting)
    calendar, due = setting.promise_calendar, setting.due(setting.filed)
    signing = _step(setting, StepKind.APPROVAL)
    assert signing.limit is not None, "an approval has a limit"
    length = calendar.working_seconds(setting.filed, due)
    signed = Term((0, _OPENED_WITHIN), (signing.limit.seconds, signing.limit.seconds + _OPENED_WITHIN))
    for after in _SIGNED_AFTER:
        try:
            promise = _climbed(setting, PROMISE, Term((0, HOUR), (length, length)), length + after, goes_on=3 * HOUR)
            own = _climbed(setting, signing.ladder, signed, length + after)
            unsigned = _unsigned(setting, signed, calendar.add_working(due, after))
        except Unfit:
            continue
        sign = {"do": "approve", "on": signing.id, "by": f"{signing.by}.{signing.role}"}
        at = {"instant": calendar.add_working(due, after)}
        acts = [{"do": "proceed", "until": signing.id}, {**sign, "at": at}, _PROCEED_TO_END]
        rungs = {PROMISE: promise, f"{signing.id}#1": own, f"{signing.id}#1/apology": unsigned}
        return _course(acts, _returned(setting, Grade.LATE, rungs=rungs, apology_weighed=1))
    message = f"{setting.procedure.code}: không có lúc ký nào cách xa mọi nấc đôn đốc"
    raise Unfit(message)


def _supplement(setting: Setting) -> Course:
    _require(2, setting)
    asking = (one for one in setting.procedure.steps if one.supplement is not None)
    step = _found(setting, (one for one in asking if _restarts(one)))
    papers = {"components": [next(one.code for one in setting.procedure.components if one.required)]}
    again = setting.promise_calendar.add_working(setting.filed, _ANSWERED_AFTER)
    acts = [
        {"do": "proceed", "until": step.id},
        {
            "do": "request-supplement",
            "on": step.id,
            "by": f"{step.by}.{step.role}",
            "with": {**papers, "reason": "Bản nộp bị mờ, đề nghị nộp lại"},
        },
        {"do": "stop-notice", "by": "counter.counter"},
        {"do": "supplement", "by": setting.applicant, "at": {"instant": again}, "with": papers},
        _PROCEED_TO_END,
    ]
    later = setting.due(again)
    expect = _returned(setting, Grade.EARLY, supplement_requested=1, supplement_received=1)
    return _course(acts, expect.model_copy(update={"promise": later, "appointment": later}))


def _rework(setting: Setting) -> Course:
    _require(3, setting)
    signing = _step(setting, StepKind.APPROVAL)
    back = _found(setting, (one.back_to for one in signing.outcomes if one.effect is Effect.REWORK))
    acts = [
        {"do": "proceed", "until": signing.id},
        {
            "do": "rework",
            "on": signing.id,
            "by": f"{signing.by}.{signing.role}",
            "with": {"to": back, "reason": "Làm rõ căn cứ trước khi ký"},
        },
        _PROCEED_TO_END,
    ]
    return _course(acts, _returned(setting, Grade.EARLY, work_sent_back=1))


def _refused(setting: Setting) -> Course:
    judging = (StepKind.APPRAISAL, StepKind.VERIFICATION)
    steps = (step for step in setting.procedure.steps if step.kind in judging)
    step, outcome = _found(
        setting, ((step, one.code) for step in steps for one in step.outcomes if one.effect is Effect.REFUSE)
    )
    acts = [
        {"do": "proceed", "until": step.id},
        {
            "do": "complete",
            "on": step.id,
            "by": f"{step.by}.{step.role}",
            "with": {"outcome": outcome, "opinion": "Không đủ điều kiện theo quy định"},
        },
        _PROCEED_TO_END,
    ]
    within_the_day = setting.procedure.limit.value == 0
    return _course(acts, _returned(setting, Grade.ON_TIME if within_the_day else Grade.EARLY, result_decided=1))


def _refused_at_counter(setting: Setting) -> Course:
    del setting
    refuse = {"do": "refuse", "on": "reception", "by": "counter.counter", "with": {"reason": "Giấy tờ đã bị tẩy xóa"}}
    events = {"dossier.refused": 1, "dossier.accepted": 0}
    return _course([refuse], Expectation(state=DossierStatus.REFUSED_AT_INTAKE, events=events))


def _withdrawn(setting: Setting) -> Course:
    acts = [
        {"do": "proceed", "until": _first_work(setting).id},
        {"do": "withdraw", "by": setting.applicant, "with": {"reason": "Người nộp đổi ý"}},
    ]
    return _course(acts, _promised(setting, DossierStatus.WITHDRAWN, {"dossier.withdrawn": 1}))


def _under_way(setting: Setting) -> Course:
    acts = [{"do": "proceed", "until": _first_work(setting).id}]
    return _course(acts, _promised(setting, DossierStatus.PROCESSING, {"dossier.accepted": 1, "result.decided": 0}))


def _part_refused(setting: Setting) -> Course:
    """One branch of a bundle is refused; those that do not need it go on, and the whole ends in a partial result."""
    parts = [one for one in setting.procedure.steps if one.sub_dossier is not None]
    part = _found(setting, (one for one in parts if one.sub_dossier is not None and one.sub_dossier.granted is None))
    expect = _returned(setting, Grade.EARLY).model_copy(update={"result": "partial"})
    return _course([_PROCEED_TO_END], expect)._replace(refused=(part.id,))


PLOTS: Mapping[Plot, Told] = {
    Plot.PROMPT: Told("Ai cũng làm ngay, trả sớm", _prompt),
    Plot.ON_TIME: Told("Ký và trả đúng ngày hẹn", _on_time),
    Plot.SAME_DAY: Told("Nhận và trả trong ngày", _same_day),
    Plot.ON_THE_SPOT: Told("Giải quyết ngay tại quầy", _on_the_spot),
    Plot.LATE: Told("Lãnh đạo ký muộn, trễ hẹn", _late),
    Plot.SUPPLEMENT: Told("Bổ sung một lần, đếm lại từ đầu", _supplement),
    Plot.REWORK: Told("Trả lại để làm rõ rồi mới ký", _rework),
    Plot.REFUSED: Told("Không đủ điều kiện, từ chối", _refused),
    Plot.REFUSED_AT_COUNTER: Told("Từ chối tiếp nhận", _refused_at_counter),
    Plot.WITHDRAWN: Told("Người nộp rút hồ sơ", _withdrawn),
    Plot.UNDER_WAY: Told("Thời hạn còn dài, đang giải quyết", _under_way),
    Plot.PART_REFUSED: Told("Một việc bị từ chối, các việc khác có kết quả", _part_refused),
}


def _course(acts: Sequence[object], expect: Expectation) -> Course:
    return Course(_ACTS.validate_python(acts), expect)


def _promised(setting: Setting, state: DossierStatus, events: dict[str, int]) -> Expectation:
    due = setting.due(setting.filed)
    return Expectation(state=state, first_promise=due, promise=due, appointment=due, events=events)


def _returned(
    setting: Setting, graded: Grade, rungs: dict[str, tuple[str, ...]] | None = None, **events: int
) -> Expectation:
    counts = {name.replace("_", ".", 1): count for name, count in {**events, "result_returned": 1}.items()}
    expect = _promised(setting, DossierStatus.RETURNED, counts)
    return expect.model_copy(update={"grade": graded, "rungs": rungs or {}})


def _climbed(setting: Setting, ladder: str, term: Term, at: int, *, goes_on: int = 0) -> tuple[str, ...]:
    """The rungs that a term has reached ``at`` so many working seconds after filing, and for ``goes_on`` more.

    Raises `Unfit` where a rung comes too near to be told.
    """
    climbed: list[str] = []
    for rung in setting.procedure.ladders[ladder]:
        earliest, latest = term.span(rung)
        if latest + _APART <= at:
            climbed.append(rung.code)
        elif earliest < at + goes_on + _APART:
            message = f"{setting.procedure.code}: nấc {rung.code} quá gần"
            raise Unfit(message)
    return tuple(climbed)


def _unsigned(setting: Setting, signing: Term, at: datetime) -> tuple[str, ...]:
    """The rungs of the apology that the late signature has the agency owe, and that nobody signs, reached by then.

    Raises `Unfit` where one comes too near to be told, or where it is not sure yet that the signature will be late.
    """
    calendar, due = setting.promise_calendar, setting.due(setting.filed)
    weighed = apology_opens(calendar, setting.filed, due) or due
    if weighed < due and calendar.working_seconds(setting.filed, weighed) <= signing.due[1]:
        message = f"{setting.procedure.code}: chưa chắc phải xin lỗi"
        raise Unfit(message)
    owed_until = told_by(calendar, weighed)
    climbed: list[str] = []
    for rung in in_force(shipped_rule_sets(), setting.filed.date()).ladders["apology"]:
        reached = owed_until if rung.after is None else after_due(calendar, owed_until, rung.after)
        if abs(calendar.working_seconds(reached, at)) < _APART:
            message = f"{setting.procedure.code}: nấc {rung.code} quá gần"
            raise Unfit(message)
        if reached < at:
            climbed.append(rung.code)
    return tuple(climbed)


def _restarts(step: Step) -> bool:
    return step.supplement is not None and step.supplement.policy is SupplementPolicy.RESTART


def _first_work(setting: Setting) -> Step:
    """The first that takes long enough to be found under way."""
    steps = (one for one in setting.procedure.steps if one.kind is not StepKind.RECEPTION)
    return _found(setting, (one for one in steps if one.limit is None or one.limit.seconds >= HOUR))


def _step(setting: Setting, kind: StepKind) -> Step:
    return _found(setting, (one for one in setting.procedure.steps if one.kind is kind))


def _found(setting: Setting, candidates: Iterable[T]) -> T:
    for one in candidates:
        return one
    message = f"{setting.procedure.code} không có bước nào cho lối đi này"
    raise Unfit(message)


def _require(days: int, setting: Setting) -> None:
    if setting.procedure.limit.value < days:
        message = f"{setting.procedure.code}: thời hạn ngắn hơn {days} ngày"
        raise Unfit(message)
