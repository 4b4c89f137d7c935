"""How long a path lasts when everybody uses all of their time, from the receipt that leaves the least of the promise.

What runs before the promise (reception), after it (return) or while it is stopped (payment) takes no time here: a stop
takes whole days out of the promise and only its own length out of a leg, so a stop without length is the worst one.
Rework and supplements begin a route anew and are not counted. Nobody hands on earlier than he must (NĐ 61/2018/NĐ-CP,
Điều 18: on the day of receipt, or after the cut-off at the opening of the next).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Literal

from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import BeyondCalendar
from dossiers.deadlines import deadline, transfer_due, transfer_overdue
from dossiers.instants import VIETNAM
from dossiers.limits import TimeLimit
from dossiers.procedure import HandOverMode, Procedure, Step, StepKind
from dossiers.rule_set import RuleSet
from dossiers.values import StepId
from procedures.route import Route

#: Before the promise starts, after it ended, or while it is stopped.
OUTSIDE_THE_PROMISE = (StepKind.RECEPTION, StepKind.RETURN, StepKind.PAYMENT)

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
#: A procedure is judged on all the seasons of a year, however late in the calendar it takes effect.
_A_YEAR = timedelta(days=366)


@dataclass(frozen=True)
class Stretch:
    """One part of a path in time: a step's work, or the dossier's way to it."""

    step: StepId
    work: Literal["step", "transfer"]
    limit: TimeLimit | None
    start: datetime
    end: datetime
    working_seconds: int


@dataclass(frozen=True)
class Journey:
    """One path from one receipt to the decision, with the promise that was given."""

    path: tuple[StepId, ...]
    received: datetime
    due: datetime
    stretches: tuple[Stretch, ...]
    #: Working time of the promise, and what is left of it; negative when the path outlasts it.
    allowed: int
    slack: int

    @property
    def ended(self) -> datetime:
        return self.stretches[-1].end if self.stretches else self.received

    @property
    def needed(self) -> int:
        """Working time of the whole path."""
        return sum(one.working_seconds for one in self.stretches)

    @property
    def in_steps(self) -> int:
        """Working time of its steps alone, without the ways between them."""
        return sum(one.working_seconds for one in self.stretches if one.work == "step")

    @property
    def rank(self) -> tuple[int, timedelta]:
        """The less is left of the promise, the lower; off hours decide between equals."""
        return self.slack, self.due - self.ended


def worst_cases(procedure: Procedure, rules: RuleSet, calendar: WorkCalendar) -> tuple[Journey, ...]:
    """The worst journey of every path, the tightest path first; the procedure must have no cycle."""
    found = [worst_journey(procedure, path, rules, calendar) for path in Route(procedure).paths()]
    return tuple(sorted(found, key=lambda one: one.rank))


def worst_journey(procedure: Procedure, path: tuple[StepId, ...], rules: RuleSet, calendar: WorkCalendar) -> Journey:
    """The path from the receipt of the calendar that leaves the least; `BeyondCalendar` if it has room for none."""
    tried: list[Journey] = []
    for received in receipts(procedure, calendar):
        try:
            tried.append(journey(procedure, path, rules, calendar, received))
        except BeyondCalendar:
            break
    if not tried:
        raise BeyondCalendar(str(procedure.limit))
    return min(tried, key=lambda one: one.rank)


def journey(
    procedure: Procedure, path: tuple[StepId, ...], rules: RuleSet, calendar: WorkCalendar, received: datetime
) -> Journey:
    """The path from a receipt, every limit used up and every transfer at its last moment."""
    stretches = list(_stretches(procedure, path, rules, calendar, received))
    due = promised(procedure, calendar, received)
    ended = stretches[-1].end if stretches else received
    return Journey(
        path=path,
        received=received,
        due=due,
        stretches=tuple(stretches),
        allowed=calendar.working_seconds(received, due),
        slack=calendar.working_seconds(ended, due),
    )


def promised(procedure: Procedure, calendar: WorkCalendar, received: datetime) -> datetime:
    """The promise that a receipt is given."""
    due = deadline(calendar, received, procedure.limit, procedure.counting, procedure.cutoff).due
    assert due is not None, "a promise without stops has a due instant"
    return due


def after_step(calendar: WorkCalendar, start: datetime, step: Step) -> datetime:
    """When a step that begins at an instant must be done."""
    if step.limit is None or step.kind in OUTSIDE_THE_PROMISE:
        return start
    due = deadline(calendar, start, step.limit, step.counting).due
    assert due is not None, "a limit without stops has a due instant"
    return due


def receipts(procedure: Procedure, calendar: WorkCalendar) -> Iterator[datetime]:
    """The receipts among which the worst one is: within a day the promise changes only at a cut-off or at closing.

    Everything else ends the later the later it begins, so the last instant of each such span is its worst; a day off
    gives no less than the working day before it.
    """
    day = min(max(procedure.effective_on, calendar.first), max(calendar.last - _A_YEAR, calendar.first))
    while day <= calendar.last:
        if calendar.is_working_day(day):
            yield from _receipts_on(day, procedure, calendar)
        day += _DAY


def _receipts_on(day: date, procedure: Procedure, calendar: WorkCalendar) -> Iterator[datetime]:
    opening, closing = calendar.opening(day), calendar.closing(day)
    cutoff = datetime.combine(day, procedure.cutoff, VIETNAM) if procedure.cutoff is not None else closing
    if opening <= cutoff < closing:
        yield cutoff
    if not procedure.limit.value:
        yield closing - _SECOND  # at its closing a day is over, and what is due the same day is due the next
    yield closing


def _stretches(
    procedure: Procedure, path: tuple[StepId, ...], rules: RuleSet, calendar: WorkCalendar, received: datetime
) -> Iterator[Stretch]:
    now = received
    for holder, step in pairwise(_with_holders(procedure, path)):
        if step.here.kind is StepKind.RETURN:
            return  # the decision ends the promise, and the result travels after it
        for _ in range(_transfers(procedure, holder.agency, step)):
            end = _transferred(calendar, rules, now)
            yield Stretch(step.here.id, "transfer", None, now, end, calendar.working_seconds(now, end))
            now = end
        end = after_step(calendar, now, step.here)
        if step.here.kind not in OUTSIDE_THE_PROMISE:
            yield Stretch(step.here.id, "step", step.here.limit, now, end, calendar.working_seconds(now, end))
        now = end


@dataclass(frozen=True)
class _Held:
    """A step, and the kind of agency that holds the dossier after it: one that is only asked never does."""

    here: Step
    agency: str


def _with_holders(procedure: Procedure, path: tuple[StepId, ...]) -> Iterator[_Held]:
    kinds = {one.name: one.agency for one in procedure.participants}
    agency = ""
    for step in (procedure.step(one) for one in path):
        agency = agency if step.kind is StepKind.CONSULTATION else kinds[step.by]
        yield _Held(step, agency)


def _transfers(procedure: Procedure, sender: str, step: _Held) -> int:
    """On paper the sender releases and the receiver accepts, each in time; electronically release is at once."""
    if step.agency == sender:
        return 0
    return 2 if procedure.hand_over is HandOverMode.PAPER else 1


def _transferred(calendar: WorkCalendar, rules: RuleSet, start: datetime) -> datetime:
    due = transfer_due(start, calendar, calendar, rules.transfer_cutoff)
    return max(start, transfer_overdue(start, due, calendar, rules.transfer_grace))
