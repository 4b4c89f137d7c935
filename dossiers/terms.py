"""A term: one run of a deadline, from its start to its due instant, with the instant of every rung.

A new term begins when the limit starts from the beginning (restart, re-appointment). A stopped term has no instants.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, time

from dossiers.calendar import WorkCalendar
from dossiers.deadlines import after_due, apology_weighed, deadline, share_instant
from dossiers.escalation import LastDay, NoticeRole, Rung
from dossiers.limits import Counting, TimeLimit
from dossiers.stops import Stop
from dossiers.values import Instant, Value


class RungTime(Value):
    """When a rung of this term comes, and whom it tells; ``at`` is null while the clock is stopped."""

    code: str
    at: Instant | None
    notify: NoticeRole
    is_overdue: bool = False


class Term(Value):
    """A deadline as it stands."""

    number: int = 1
    since: Instant
    due_at: Instant | None
    rungs: tuple[RungTime, ...] = ()
    #: Named where a later version would have brought a promise forward: it goes on by the calendar that gave it.
    calendar: str | None = None

    def stopped(self) -> "Term":
        """This term with its clock stopped."""
        silent = tuple(rung.model_copy(update={"at": None}) for rung in self.rungs)
        return self.model_copy(update={"due_at": None, "rungs": silent})

    def by(self, calendar: str | None) -> "Term":
        """This term, counted by a calendar that is not the newest; none is the newest."""
        return self.model_copy(update={"calendar": calendar})


class Limits(Value):
    """How a deadline is counted."""

    limit: TimeLimit
    counting: Counting
    cutoff: time | None = None
    ladder: tuple[Rung | LastDay, ...] = ()


def term_of(
    limits: Limits, calendar: WorkCalendar, since: datetime, *, stops: Sequence[Stop] = (), number: int = 1
) -> Term:
    """The term that the law gives: a pure function of limit, calendar, start and stops."""
    due = deadline(calendar, since, limits.limit, limits.counting, limits.cutoff, stops).due
    if due is None:
        return Term(number=number, since=since, due_at=None, rungs=_rungs(limits.ladder, lambda _rung: None))
    return term_until(limits.ladder, calendar, since, due, stops=stops, number=number)


def term_until(
    ladder: Sequence[Rung | LastDay],
    calendar: WorkCalendar,
    since: datetime,
    due: datetime,
    *,
    stops: Sequence[Stop] = (),
    number: int = 1,
) -> Term:
    """The term that ends at a given due instant (a transfer, a re-appointment)."""
    return Term(
        number=number,
        since=since,
        due_at=due,
        rungs=_rungs(ladder, lambda rung: _rung_instant(rung, calendar, since, due, stops)),
    )


def _rungs(
    ladder: Sequence[Rung | LastDay], instant_of: Callable[[Rung | LastDay], datetime | None]
) -> tuple[RungTime, ...]:
    return tuple(
        RungTime(code=rung.code, at=instant_of(rung), notify=rung.notify, is_overdue=rung.is_overdue) for rung in ladder
    )


def _rung_instant(
    rung: Rung | LastDay, calendar: WorkCalendar, since: datetime, due: datetime, stops: Sequence[Stop]
) -> datetime:
    if isinstance(rung, LastDay):
        return apology_weighed(calendar, since, due, stops)
    if rung.after is not None:
        return after_due(calendar, due, rung.after)
    if rung.share is None or rung.is_overdue:
        return due
    return share_instant(calendar, since, due, rung.share / 100, stops)
