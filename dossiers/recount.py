"""What a later calendar version makes of a dossier under way: every running deadline counted anew, both dates kept.

A promise that would come earlier stays, and goes on by the calendar that gave it; legs, transfers and opinions follow.
What has ended keeps its dates. The terms are the same terms, so what has fired does not fire again; only an "overdue"
that by the new version has not come yet is taken back.
"""

from collections.abc import Iterator

from dossiers import commands as c
from dossiers.calendar_events import CalendarChanged, CalendarMove
from dossiers.closing import take_back_weighing
from dossiers.deadlines import told_by, transfer_due, transfer_overdue
from dossiers.draft import Draft
from dossiers.errors import CalendarOutrun
from dossiers.escalation import Notice, NoticeRole
from dossiers.events import EscalationLifted
from dossiers.instants import local
from dossiers.limits import Counting, LimitUnit, TimeLimit
from dossiers.rulebook import Rulebook
from dossiers.state import Clock, Task
from dossiers.stops import StopReason
from dossiers.terms import Limits, Term, term_of, term_until
from dossiers.values import APPOINTMENT, PROMISE, STOP_NOTICE, Instant, Subject


def change_calendar(draft: Draft, command: c.ChangeCalendar) -> None:
    """Count by the later version from now on. Raises `CalendarOutrun` if the dossier left the one before it."""
    state = draft.state
    if state.calendar != command.previous:
        raise CalendarOutrun(calendar=str(state.calendar))
    recount = _Recount(draft, draft.rulebook.after(command.change))
    counted = {subject: recount.term(subject) for subject, clock in state.clocks.items() if _counts(clock)}
    terms = {subject: _standing(draft, subject, term) for subject, term in counted.items()}
    if APPOINTMENT in terms:
        terms[APPOINTMENT] = recount.appointment(terms.get(PROMISE))
    moves = tuple(_moves(draft, counted, terms))
    draft.add(
        CalendarChanged(
            previous=command.previous,
            decision=command.decision,
            change=command.change,
            moves=moves,
            terms={subject: term for subject, term in terms.items() if term != state.clocks[subject].term},
            answer_by=recount.answer_by(),
            notices=_notices(draft, moves),
            tells_applicant=any(move.after != move.before for move in moves if move.subject in {PROMISE, APPOINTMENT}),
        )
    )
    if any(move.subject == PROMISE and move.after != move.before for move in moves):
        take_back_weighing(draft)
    for subject in terms:
        _lift_overdue(draft, subject)


def _counts(clock: Clock) -> bool:
    return clock.runs and clock.term.due_at is not None


class _Recount:
    """Deadlines by the rules as they are from now on."""

    def __init__(self, draft: Draft, rules: Rulebook) -> None:
        self._draft = draft
        self._rules = rules

    def term(self, subject: Subject) -> Term:
        """The same term, with the instants that the new version gives."""
        clock = self._draft.state.clocks[subject]
        if subject == APPOINTMENT:
            return clock.term
        if subject == STOP_NOTICE:
            calendar, since = self._rules.calendar, clock.term.since
            due = told_by(calendar, since)
            return term_until(self._draft.ladder("stop_notice"), calendar, since, due, number=clock.term.number)
        task = self._draft.task_of(subject)
        if task is not None and task.work == "apology":
            return self._apology(task, clock)
        if task is not None and task.work != "step":
            return self._transfer(task, clock)
        calendar = self._rules.calendar if task is None else self._rules.calendar_of(task.seat.unit)
        limits, term = self._draft.limits_of(subject), clock.term
        return term_of(limits, calendar, term.since, stops=clock.stops, number=term.number)

    def _apology(self, task: Task, clock: Clock) -> Term:
        calendar, since = self._rules.calendar_of(task.seat.unit), clock.term.since
        due = told_by(calendar, since)
        return term_until(self._draft.ladder("apology"), calendar, since, due, number=clock.term.number)

    def _transfer(self, task: Task, clock: Clock) -> Term:
        assert task.sender is not None, "a transfer has a sender"
        rules, since = self._draft.rules, local(clock.term.since)
        sender = self._rules.calendar_of(task.sender.unit)
        receiver = self._rules.calendar_of(self._draft.seat(self._draft.step(task.step).by).unit)
        due = transfer_due(since, sender, receiver, rules.transfer_cutoff)
        overdue = transfer_overdue(since, due, receiver, rules.transfer_grace)
        number = clock.term.number
        return term_until(self._draft.ladder("transfer"), receiver, since, overdue, stops=clock.stops, number=number)

    def appointment(self, promise: Term | None) -> Term:
        """The date named with an apology stands, and is never before the promise."""
        clock = self._draft.state.clocks[APPOINTMENT]
        dues = [one.due_at for one in (clock.term, promise) if one is not None and one.due_at is not None]
        return term_until(
            self._draft.ladder("promise"),
            self._rules.calendar,
            clock.term.since,
            max(dues),
            stops=clock.stops,
            number=clock.term.number,
        )

    def answer_by(self) -> Instant | None:
        """Until when the applicant may answer, if the new version gives more time."""
        awaited = self._draft.state.awaited
        if awaited is None or awaited.answer_by is None or awaited.lapsed:
            return None
        limit = _answer_limit(self._draft, self._draft.state.tasks[awaited.task])
        if limit is None:
            return None
        counting = Counting.PROMISE if limit.unit in {LimitUnit.WORKING_DAY, LimitUnit.DAY} else Counting.ELAPSED
        until = term_of(Limits(limit=limit, counting=counting), self._rules.calendar, awaited.asked_at).due_at
        return until if until is not None and until > awaited.answer_by else None


def _answer_limit(draft: Draft, task: Task) -> TimeLimit | None:
    """What the procedure gives the applicant; the same terms by which it was asked."""
    step = draft.step(task.step)
    what = draft.state.awaited.what if draft.state.awaited is not None else None
    if what is StopReason.PAYMENT:
        return step.payment.answer_limit if step.payment is not None else None
    if what is not StopReason.SUPPLEMENT:
        return None  # the hour at which the applicant must come was named
    terms = step.supplement if PROMISE in draft.state.clocks else draft.rulebook.procedure.intake_supplement
    return terms.answer_limit if terms is not None else None


def _standing(draft: Draft, subject: Subject, counted: Term) -> Term:
    """What holds: a promise never comes earlier."""
    before = draft.state.clocks[subject].term
    if subject != PROMISE or before.due_at is None or counted.due_at is None or counted.due_at >= before.due_at:
        return counted
    return before.by(before.calendar or draft.rulebook.promise_calendar)


def _moves(draft: Draft, counted: dict[Subject, Term], terms: dict[Subject, Term]) -> Iterator[CalendarMove]:
    for subject, term in terms.items():
        before, by_new = draft.state.clocks[subject].term.due_at, counted[subject].due_at
        assert before is not None, "only what runs is counted anew"
        assert by_new is not None, "only what runs is counted anew"
        assert term.due_at is not None, "only what runs is counted anew"
        if before != term.due_at or before != by_new:
            yield CalendarMove(subject=subject, before=before, after=term.due_at, counted=by_new)


def _notices(draft: Draft, moves: tuple[CalendarMove, ...]) -> tuple[Notice, ...]:
    """To whoever holds what moved; of a promise to the head of the lead's unit, and of the counter that tells."""
    made: list[Notice] = []
    for move in moves:
        if move.before == move.after:
            continue
        is_whole = move.subject in {PROMISE, APPOINTMENT}
        roles = (NoticeRole.UNIT_HEAD, NoticeRole.ONE_STOP_HEAD) if is_whole else (NoticeRole.HOLDER,)
        for role in roles:
            made.append(draft.notice(move.subject, role, number=len(made)))
    return tuple(made)


def _lift_overdue(draft: Draft, subject: Subject) -> None:
    clock = draft.state.clocks[subject]
    early = tuple(
        rung.code
        for rung in clock.term.rungs
        if rung.is_overdue and rung.code in clock.fired and rung.at is not None and rung.at > draft.occurred_at
    )
    if early:
        draft.add(EscalationLifted(subject=subject, rungs=early, ground="calendar"))
