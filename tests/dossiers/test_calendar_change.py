"""A later calendar version over dossiers under way: what moves, what stays, and that both dates are kept."""

from datetime import date

import pytest

from agencies.calendars import load_calendar
from dossiers import commands as c
from dossiers import events as e
from dossiers.calendar import DayException, HoursChange, Period, WorkCalendar
from dossiers.calendar_change import CalendarDifference
from dossiers.calendar_events import CalendarChanged
from dossiers.clocks import ClockState, clocks
from dossiers.deadlines import deadline
from dossiers.due_date_text import due_date_in_words
from dossiers.due_dates import due_date, due_dates
from dossiers.errors import CalendarOutrun, DossierClosed, NotPermitted
from dossiers.escalation import APOLOGY, NoticeRole
from dossiers.events import EscalationLifted, RungReached
from dossiers.instants import format_instant, parse_instant
from dossiers.ledger import ledger
from dossiers.limits import Counting, TimeLimit
from dossiers.procedure import SupplementPolicy
from dossiers.rulebook import Rulebook
from dossiers.values import APPOINTMENT, PROMISE, StepId
from tests.support.builders import COPY, LAND, PERMIT, Run, change_calendar, changed, procedure, rulebook_of, text

SPAN = date(2025, 1, 1), date(2026, 12, 31)
BEFORE, AFTER = (load_calendar(version).between(*SPAN) for version in ("vn-2026.1", "vn-2026.2"))
DECISION = "Thông báo ngày 25/12/2025 về hoán đổi ngày làm việc"
PERIODS = (Period(27_000, 41_400), Period(46_800, 61_200))


def rules(code: str, calendar: WorkCalendar = BEFORE) -> Rulebook:
    plain = rulebook_of(procedure(code))
    calendars = {calendar.version: calendar}
    return plain.model_copy(update={"calendars": calendars, "promise_calendar": calendar.version})


def filed(code: str, at: str, calendar: WorkCalendar = BEFORE, **facts: bool | int | str) -> Run:
    """A dossier pinned to that calendar."""
    run = Run(rules(code, calendar), at, **facts)
    run.act(run.filing(calendar_version=calendar.version))
    return run


def permit(at: str, step: str = "appraisal", calendar: WorkCalendar = BEFORE) -> Run:
    run = filed(PERMIT, at, calendar, floors=3, fire_opinion_needed=False, environment_opinion_needed=False)
    run.go_to(step)
    return run


def change(before: WorkCalendar = BEFORE, after: WorkCalendar = AFTER) -> c.ChangeCalendar:
    return change_calendar(before, after, DECISION)


def with_days(calendar: WorkCalendar, version: str, *days: DayException) -> WorkCalendar:
    """A later version in which these days are different."""
    others = [one for one in calendar.exceptions if one.on not in {day.on for day in days}]
    exceptions = tuple(sorted((*others, *days), key=lambda one: one.on))
    return calendar.model_copy(update={"version": version, "exceptions": exceptions})


def off(day: date) -> DayException:
    return DayException(on=day, reason="nghỉ theo quyết định muộn")


def worked(day: date) -> DayException:
    return DayException(on=day, periods=PERIODS, reason="làm bù")


# -- differences ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "later",
    [
        AFTER,
        with_days(BEFORE, "b", off(date(2026, 6, 3)), worked(date(2026, 4, 30))),
        BEFORE.model_copy(update={"version": "c", "exceptions": BEFORE.exceptions[:-3]}),
        BEFORE.model_copy(update={"version": "d", "changes": (HoursChange(on=date(2026, 6, 1), weekly=((),) * 7),)}),
        BEFORE.model_copy(update={"version": "e", "last": date(2026, 6, 30), "provisional_years": (2026,)}),
    ],
)
def test_a_difference_laid_over_the_earlier_calendar_is_the_later_one(later: WorkCalendar) -> None:
    difference = CalendarDifference.between(BEFORE, later)

    assert CalendarDifference.model_validate_json(difference.model_dump_json()).laid_over(BEFORE) == later


def test_a_difference_is_as_small_as_what_was_decided() -> None:
    difference = CalendarDifference.between(BEFORE, AFTER)

    assert [one.on for one in difference.exceptions] == [date(2026, 1, 2), date(2026, 1, 10)]
    assert len(difference.model_dump_json()) < 600


# -- scenario 10 of domain.md §9.1: late swap, open due dates recomputed, both dates visible, closed untouched --------


def test_a_late_swap_moves_the_promise_and_the_legs_and_keeps_both_dates() -> None:
    """Calendar vn-2026.2 decided on 25/12/2025 (domain.md §6, §9.1 scenario 10): 2/1/2026 off, 10/1 made up."""
    run = permit("2025-12-24T09:00")
    old = run.due(PROMISE)
    leg = run.key("appraisal")
    old_leg = run.due(leg)

    run.act(change(), "2025-12-25T16:00")

    new = deadline(AFTER, parse_instant("2025-12-24T09:00"), TimeLimit.parse("7wd")).due
    [event] = run.events(CalendarChanged)
    assert (format_instant(old), format_instant(new)) == ("2026-01-05T17:00:00+07:00", "2026-01-06T17:00:00+07:00")  # type: ignore[arg-type]
    assert run.due(PROMISE) == new
    assert run.state.first_promise_at == old
    assert run.state.appointment_at == new
    assert run.state.calendar == "vn-2026.2"
    assert next((move.subject, move.before, move.after) for move in event.moves) == (PROMISE, old, new)
    assert run.due(leg) == old_leg  # three working days end before the swap
    assert event.tells_applicant


def test_both_dates_are_shown_and_explained() -> None:
    run = permit("2025-12-24T09:00")
    run.act(change(), "2025-12-25T16:00")

    told = clocks(run.records, run.rules, parse_instant("2025-12-26T08:00"))
    why = due_date(run.records, run.rules, PROMISE)

    assert told.calendar == "vn-2026.2"
    assert told.promise is not None
    [move] = told.promise.moves
    assert (move.version, move.decision, move.before) == ("vn-2026.2", DECISION, run.state.first_promise_at)
    assert told.promise.due_at == move.after
    assert why is not None
    assert why.agrees
    words = "\n".join(due_date_in_words(why))
    assert "hạn chuyển từ 17:00 thứ Hai 5/1/2026 sang 17:00 thứ Ba 6/1/2026" in words
    assert "theo lịch vn-2026.2 (Thông báo ngày 25/12/2025" in words


def test_a_closed_dossier_is_never_changed() -> None:
    run = permit("2025-12-24T09:00")
    run.finish()

    run.refused(DossierClosed, change())


def test_what_has_ended_keeps_its_dates_and_its_reasons() -> None:
    run = permit("2025-12-30T09:00")
    ended = run.key("appraisal")
    before = run.due(ended)
    run.forward("appraisal")
    run.act(change(), "2025-12-30T10:00")

    assert before is not None
    assert run.due(ended) == before
    assert all(one.agrees for one in due_dates(run.records, run.rules))
    by_the_new_version = deadline(AFTER, parse_instant("2025-12-30T09:00"), TimeLimit.parse("2.5wd"), Counting.ELAPSED)
    assert by_the_new_version.due != before


def test_a_promise_that_would_come_earlier_stays_and_legs_follow() -> None:
    """A make-up Saturday decided late: the applicant keeps his later date, agencies do not."""
    later = with_days(AFTER, "vn-2026.3", worked(date(2026, 3, 7)))
    run = permit("2026-03-05T09:00", calendar=AFTER)
    leg = run.key("appraisal")
    promise, leg_due = run.due(PROMISE), run.due(leg)
    assert promise is not None
    assert leg_due is not None

    run.act(change(AFTER, later), "2026-03-05T10:00")

    moves = {move.subject: move for move in run.last(CalendarChanged).moves}
    assert run.due(PROMISE) == promise == moves[PROMISE].after
    assert moves[PROMISE].counted == deadline(later, parse_instant("2026-03-05T09:00"), TimeLimit.parse("7wd")).due
    assert moves[PROMISE].counted < promise
    assert run.due(leg) == moves[leg].after
    assert moves[leg].after < leg_due
    assert not run.last(CalendarChanged).tells_applicant
    assert all(one.agrees for one in due_dates(run.records, run.rules))
    why = due_date(run.records, run.rules, PROMISE)
    assert why is not None
    assert "nên giữ hạn đã hẹn" in "\n".join(due_date_in_words(why))


def test_a_promise_that_stayed_stays_through_a_later_stop_and_moves_with_a_later_version() -> None:
    later = with_days(AFTER, "vn-2026.3", worked(date(2026, 3, 7)))
    latest = with_days(later, "vn-2026.4", *(off(date(2026, 3, day)) for day in (12, 13, 16, 17)))
    run = permit("2026-03-05T09:00", calendar=AFTER)
    resuming = run.rules.procedure.step(StepId("appraisal")).supplement
    assert resuming is not None
    resuming = resuming.model_copy(update={"policy": SupplementPolicy.RESUME})
    lenient = changed(run.rules.procedure, "appraisal", supplement=resuming)
    run.rules = run.rules.model_copy(update={"procedure": lenient})
    run.act(change(AFTER, later), "2026-03-05T10:00")
    run.act(c.RequestSupplement(task=run.key("appraisal"), reason=text()), "2026-03-06T09:00")
    run.act(c.AnswerSupplement(), "2026-03-06T15:00")
    expected = deadline(AFTER, parse_instant("2026-03-05T09:00"), TimeLimit.parse("7wd")).due

    resumed = run.due(PROMISE)
    assert resumed is not None
    assert expected is not None
    assert resumed > expected
    assert all(one.agrees for one in due_dates(run.records, run.rules))

    run.act(change(later, latest), "2026-03-10T09:00")
    assert run.state.clocks[PROMISE].term.calendar is None
    moved = run.due(PROMISE)
    assert moved is not None
    assert moved > resumed
    assert all(one.agrees for one in due_dates(run.records, run.rules))


# -- rungs and notices ------------------------------------------------------------------------------------------------


def test_no_rung_fires_again_because_of_a_change() -> None:
    run = permit("2025-12-24T09:00")
    run.tick_on_time("2026-01-02T16:00")
    fired = {(event.subject, event.rung) for event in run.events(RungReached)}
    assert any(subject == PROMISE for subject, _ in fired)

    run.act(change(), "2026-01-02T16:30")
    run.tick_on_time("2026-01-20T17:00")

    again = [(event.subject, event.rung) for event in run.events(RungReached)]
    lifted = [(one.subject, rung) for one in run.events(EscalationLifted) for rung in one.rungs if rung != APOLOGY]
    assert sorted(again) == sorted([*set(again), *lifted])
    assert {one.ground for one in run.events(EscalationLifted)} <= {"calendar", "weighed_again"}


def test_an_overdue_that_by_the_new_version_has_not_come_is_taken_back_and_comes_in_its_time() -> None:
    """The decision reaches the engine late: the promise of 5/1 was already missed when 6/1 became the date."""
    run = permit("2025-12-24T09:00")
    run.tick_on_time("2026-01-05T18:00")
    assert clocks(run.records, run.rules, parse_instant("2026-01-05T18:00")).promise.state is ClockState.OVERDUE  # type: ignore[union-attr]

    run.act(change(), "2026-01-05T18:00")
    state = clocks(run.records, run.rules, parse_instant("2026-01-05T18:00")).promise
    assert state is not None
    assert state.state is ClockState.NEAR
    run.tick_on_time("2026-01-06T18:00")

    overdue = [at for rung, at in run.rungs(PROMISE) if rung == "overdue"]
    assert overdue == ["2026-01-05T17:00", "2026-01-06T17:00"]
    lifted = [(one.subject, one.rungs, one.ground) for one in run.events(EscalationLifted)]
    assert lifted == [(PROMISE, (APOLOGY,), "weighed_again"), (PROMISE, ("overdue",), "calendar")]


def test_the_timer_speaks_at_the_instant_that_the_new_version_gives() -> None:
    run = permit("2025-12-24T09:00")
    run.act(change(), "2025-12-25T16:00")
    run.tick_on_time("2026-01-20T17:00")

    assert [at for rung, at in run.rungs(PROMISE) if rung == "overdue"] == ["2026-01-06T17:00"]


def test_holders_heads_and_the_counter_are_told() -> None:
    run = permit("2025-12-30T09:00")
    run.act(c.Assign(task=run.key("appraisal"), officer=run.holder(run.task("appraisal")).id))
    run.act(change(), "2025-12-30T10:00")
    event = run.last(CalendarChanged)

    told = [(notice.subject, notice.role) for notice in event.notices]
    assert told == [
        (PROMISE, NoticeRole.UNIT_HEAD),
        (PROMISE, NoticeRole.ONE_STOP_HEAD),
        (run.key("appraisal"), NoticeRole.HOLDER),
    ]
    assert len({notice.id for notice in event.notices}) == len(event.notices)
    assert event.notices[2].officer == run.holder(run.task("appraisal")).id
    for notice in event.notices:
        run.act(c.AcknowledgeNotice(notice=notice.id))


def test_a_dossier_in_which_nothing_moves_tells_nobody_and_counts_by_the_new_version_all_the_same() -> None:
    run = permit("2025-03-03T09:00")
    run.act(change(), "2025-03-03T10:00")

    event = run.last(CalendarChanged)
    assert (event.moves, event.notices, event.terms, event.tells_applicant) == ((), (), {}, False)
    assert run.state.calendar == "vn-2026.2"


# -- stopped clocks, apologies, answers, transfers --------------------------------------------------------------------


def test_a_stopped_clock_is_counted_by_the_new_version_when_it_goes_on() -> None:
    run = permit("2025-12-24T09:00")
    run.act(c.RequestSupplement(task=run.key("appraisal"), reason=text()), "2025-12-25T09:00")
    run.act(change(), "2025-12-25T16:00")
    assert run.due(PROMISE) is None
    assert run.last(CalendarChanged).terms == {}

    run.act(c.AnswerSupplement(), "2025-12-26T09:00")

    assert all(one.agrees for one in due_dates(run.records, run.rules))
    why = due_date(run.records, run.rules, PROMISE)
    assert why is not None
    assert why.why.arithmetic.calendar == "vn-2026.2"  # type: ignore[union-attr]


def test_the_applicants_time_to_answer_grows_and_never_shrinks() -> None:
    later = with_days(AFTER, "vn-2026.3", off(date(2026, 3, 6)))
    shorter = with_days(later, "vn-2026.4", worked(date(2026, 3, 7)), worked(date(2026, 3, 8)))
    run = permit("2026-03-02T09:00", calendar=AFTER)
    run.act(c.RequestSupplement(task=run.key("appraisal"), reason=text()), "2026-03-05T09:00")
    before = run.state.awaited.answer_by  # type: ignore[union-attr]

    run.act(change(AFTER, later), "2026-03-05T10:00")
    grown = run.state.awaited.answer_by  # type: ignore[union-attr]
    run.act(change(later, shorter), "2026-03-05T11:00")

    assert before is not None
    assert grown is not None
    assert grown > before
    assert run.state.awaited.answer_by == grown  # type: ignore[union-attr]


def test_a_date_named_with_an_apology_stands_unless_the_promise_passes_it() -> None:
    far = with_days(AFTER, "vn-2026.3", *(off(date(2026, 3, day)) for day in range(10, 31)))
    run = permit("2026-03-05T09:00", calendar=AFTER)
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-20T17:00"), reason=text()), "2026-03-09T09:00")

    run.act(change(AFTER, far), "2026-03-09T10:00")

    assert run.due(PROMISE) is not None
    assert run.due(APPOINTMENT) == run.due(PROMISE) == run.state.appointment_at


def test_an_opinion_asked_for_and_a_transfer_follow_too() -> None:
    later = with_days(AFTER, "vn-2026.3", off(date(2026, 3, 6)))
    run = permit("2026-03-05T09:00", calendar=AFTER)
    asked = run.key("appraisal")
    run.act(c.Consult(task=asked, participants=("fire_police",), content=text(), limit="1wd"), "2026-03-05T16:00")
    opinion = next(one.key for one in run.state.live_tasks() if one.consultation is not None)
    assert format_instant(run.due(opinion)) == "2026-03-06T16:00:00+07:00"  # type: ignore[arg-type]

    run.act(change(AFTER, later), "2026-03-05T16:30")

    assert format_instant(run.due(opinion)) == "2026-03-09T16:00:00+07:00"  # type: ignore[arg-type]
    assert all(one.agrees for one in due_dates(run.records, run.rules))


def test_a_transfer_after_three_goes_to_the_next_day_that_works_by_the_new_version() -> None:
    later = with_days(AFTER, "vn-2026.3", off(date(2026, 3, 6)))
    run = filed(LAND, "2026-03-05T15:30", AFTER, obligation_kind="transfer_tax", obligation_due=True)
    run.forward("reception")
    [leg] = [one.key for one in run.state.live_tasks() if one.work != "step"]
    assert format_instant(run.due(leg)).startswith("2026-03-06T08:30")  # type: ignore[arg-type]

    run.act(change(AFTER, later), "2026-03-05T16:00")

    assert format_instant(run.due(leg)).startswith("2026-03-09T08:30")  # type: ignore[arg-type]
    assert all(one.agrees for one in due_dates(run.records, run.rules))


# -- what is refused --------------------------------------------------------------------------------------------------


def test_a_change_from_a_version_that_the_dossier_left_is_refused() -> None:
    run = permit("2025-12-24T09:00")
    run.act(change(), "2025-12-25T16:00")

    assert run.refused(CalendarOutrun, change()).particulars == {"calendar": "vn-2026.2"}


def test_nobody_but_a_supervisor_changes_a_calendar() -> None:
    run = filed(COPY, "2025-12-24T09:00")
    clerk = run.holder(run.task("reception"))

    run.refused(NotPermitted, change(), by=clerk)


def test_the_ledger_still_sums_after_a_change() -> None:
    run = permit("2025-12-24T09:00")
    run.act(change(), "2025-12-25T16:00")
    run.now = parse_instant("2026-01-07T10:00")
    run.finish()

    told = ledger(run.records, run.rules, parse_instant("2026-01-08T10:00"))

    for phase in told.phases:
        assert sum(phase.seconds.values()) == phase.elapsed_seconds
    assert run.last(e.ResultDecided).grade is not None
