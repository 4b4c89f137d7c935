"""Scenarios 1–3, 8, 16 and 18 of `domain.md` §9.1, on the pure core; README.md beside this file lists all of them."""

from collections.abc import Iterator
from copy import copy

from dossiers import commands as c
from dossiers import events as e
from dossiers.calendar import DayException
from dossiers.deadline_errors import DeadlineError
from dossiers.deadlines import Grade, apology_opens, transfer_due
from dossiers.errors import DossierError, NothingAwaited, SupplementSpent
from dossiers.instants import parse_instant
from dossiers.limits import TimeLimit
from dossiers.procedure import Channel, Role, SupplementPolicy
from dossiers.rulebook import Rulebook
from dossiers.seats import Actor, CallerKind
from dossiers.stops import StopReason
from dossiers.values import PROMISE, STOP_NOTICE, OfficerId, StepId
from tests.dossiers.accounts import HOUR, agency, leg, told
from tests.dossiers.branching import ONE_BRANCH, branching, on_paper, supplementing
from tests.support.builders import (
    CALENDAR,
    CITIZEN,
    LAND,
    PERMIT,
    SUPERVISOR,
    Run,
    change_calendar,
    changed,
    person,
    procedure,
    rulebook_of,
    seats_of,
    text,
)

MONDAY = "2026-03-02T08:00"


def test_a_dossier_received_late_on_the_friday_before_tet_is_handed_on_when_the_offices_open_again() -> None:
    """§9.1, 1: Friday 13/2/2026 15:20 → the start of Monday 23/2 (NĐ 61/2018/NĐ-CP, Điều 18.1)."""
    in_time, late = (Run.at_step("scan", rulebook_of(on_paper()), "2026-02-13T15:20", **ONE_BRANCH) for _ in range(2))
    for run in (in_time, late):
        run.forward("scan")
    release = in_time.key("study")
    in_time.forward("study", "2026-02-23T08:00")
    late.tick_on_time("2026-02-23T08:30")

    opening = parse_instant("2026-02-23T07:30")
    assert transfer_due(parse_instant("2026-02-13T15:20"), CALENDAR, CALENDAR) == opening
    assert leg(told(in_time), release).grade is Grade.ON_TIME
    assert late.rungs(release) == [("overdue", "2026-02-23T08:30")], "nobody is chased over Tết, nor at the opening"


def test_an_incomplete_online_filing_is_answered_by_one_notice_and_never_asked_about_twice() -> None:
    """§9.1, 2: once, in full (NĐ 61/2018/NĐ-CP, Điều 11.2c, 17.2a); each stage asks for itself."""
    run = Run(PERMIT, MONDAY, floors=3, fire_opinion_needed=False, environment_opinion_needed=False)
    run.act(run.filing(channel=Channel.ONLINE))
    ask = c.RequestSupplement(task=run.key("reception"), components=("drawings",), reason=text("thiếu bản vẽ"))
    run.act(ask, "2026-03-02T09:00")
    assert run.due(STOP_NOTICE) == parse_instant("2026-03-02T17:00")
    run.act(c.SendStopNotice(evidence=text("thư điện tử")), "2026-03-02T09:05")
    run.refused(NothingAwaited, c.SendStopNotice())

    run.act(c.AnswerSupplement(components=("drawings",)), "2026-03-03T09:00")
    run.refused(SupplementSpent, ask)

    assert run.state.first_promise_at is None, "before reception no promise runs"
    run.go_to("appraisal", "2026-03-03T10:00")
    run.act(c.RequestSupplement(task=run.key("appraisal"), reason=text()), "2026-03-03T11:00")
    assert [event.stage for event in run.events(e.SupplementRequested)] == ["intake", "processing"]


def test_appraisal_returns_a_dossier_by_the_third_day_and_later_only_on_a_ground_of_the_sector_or_marked() -> None:
    """§9.1, 3: ten days from Monday 2/3/2026; complete again on Tuesday 10/3, due on Tuesday 24/3 (Điều 19.4)."""
    decreed = procedure(LAND)
    terms = decreed.step(StepId("appraisal")).supplement
    assert terms is not None
    sector = changed(decreed, "appraisal", supplement=terms.model_copy(update={"notice_within": None}))

    third, fourth, grounded = (
        returned(rulebook_of(given), at)
        for given, at in ((decreed, "2026-03-05T17:00"), (decreed, "2026-03-06T08:00"), (sector, "2026-03-06T08:00"))
    )

    assert [run.last(e.SupplementRequested).beyond_notice for run in (third, fourth, grounded)] == [False, True, False]
    assert {run.due(PROMISE) for run in (third, fourth, grounded)} == {parse_instant("2026-03-24T17:00")}
    assert third.state.first_promise_at == parse_instant("2026-03-16T17:00")


def returned(rules: Rulebook, at: str) -> Run:
    """The appraisal sent the dossier back then, and all was there on Tuesday 10/3."""
    run = Run.at_step("appraisal", rules, MONDAY, obligation_kind="transfer_tax")
    run.act(c.RequestSupplement(task=run.key("appraisal"), reason=text()), at)
    run.act(c.AnswerSupplement(), "2026-03-10T10:00")
    return run


def test_when_the_day_before_the_due_date_is_a_sunday_the_apology_is_due_on_friday() -> None:
    """§9.1, 8: ten days from Monday 2/3/2026 end on Monday 16/3 (NĐ 61/2018/NĐ-CP, Điều 19.9)."""
    promise = Run.at_step("study", rulebook_of(branching()), MONDAY, **ONE_BRANCH).state.clocks[PROMISE].term

    assert promise.due_at == parse_instant("2026-03-16T17:00")
    assert apology_opens(CALENDAR, promise.since, promise.due_at) == parse_instant("2026-03-13T07:30")


def test_what_a_substitute_did_late_is_the_units_and_never_counts_against_whoever_was_away() -> None:
    """§9.1, 16: the study's two days end on Wednesday 4/3 at 8:00; Lan, to whom it was given, is on leave."""
    run = Run.at_step("study", rulebook_of(branching()), MONDAY, **ONE_BRANCH)
    seat = run.task("study").seat
    run.act(c.Assign(task=run.key("study"), officer=OfficerId("lan")), by=person(seat, Role.UNIT_HEAD))
    substitute = Actor(id=OfficerId("binh"), seat=seat, roles=(Role.OFFICER,), acting_for=OfficerId("lan"))
    run.forward("study", "2026-03-05T10:00", by=substitute)
    account = told(run)

    unit = agency(account, seat.agency)
    assert (unit.late, unit.overrun_seconds) == (1, 10 * HOUR)
    assert unit.held_seconds == 3 * 24 * HOUR + 2 * HOUR
    assert OfficerId("lan") not in [one.officer for one in account.officers]
    assert [(one.officer, one.late) for one in account.officers if one.late] == [("binh", 1)]


def test_no_act_of_any_role_makes_a_late_dossier_on_time() -> None:
    """§9.1, 18: the promise ended on Monday 16/3 at 17:00. What is refused is listed: `test_running.py`."""
    rules = rulebook_of(supplementing(SupplementPolicy.RESTART, answer_limit=TimeLimit.parse("5wd")))
    late = Run.at_step("study", rules, MONDAY, **ONE_BRANCH)
    late.tick_on_time("2026-03-17T08:00")
    accepted: list[str] = []

    for command in attempts(late):
        for actor in everybody():
            run = copy(late)
            run.records = [*late.records]
            try:
                run.act(command, by=actor)
            except (DossierError, DeadlineError):
                continue
            accepted.append(command.kind)
            finish(run)
            assert run.state.grade is Grade.LATE, f"{command.kind} by {actor.id}"
            assert run.due(PROMISE) == late.due(PROMISE)

    assert set(accepted) == {"reappoint", "request_supplement", "require_attendance", "suspend", "change_calendar"}


def attempts(run: Run) -> Iterator[c.AnyCommand]:
    """Every act that moves a date or stops a clock."""
    later = parse_instant("2026-04-30T17:00")
    study = run.key("study")
    off = tuple(DayException(on=parse_instant(f"2026-03-{day}T00:00").date(), reason="nghỉ") for day in range(18, 21))
    amended = CALENDAR.model_copy(update={"version": "later", "exceptions": (*CALENDAR.exceptions, *off)})
    yield c.Reappoint(appointment_at=later, reason=text())
    yield c.RequestSupplement(task=study, reason=text())
    yield c.RequireAttendance(task=study, reason=text(), attend_at=later)
    yield c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text())
    yield c.SuspendDossier(ground=StopReason.FORCE_MAJEURE, evidence=text())
    yield change_calendar(CALENDAR, amended)


def everybody() -> Iterator[Actor]:
    """Somebody of every role at every seat, every agency's own software, and those who sit nowhere."""
    for seat in dict.fromkeys(seats_of(branching()).values()):
        yield from (person(seat, role) for role in Role)
        yield Actor(id=OfficerId(f"{seat.agency}.system"), kind=CallerKind.SYSTEM, seat=seat)
    yield SUPERVISOR
    yield CITIZEN


def finish(run: Run) -> None:
    """What is waited for comes, and the rest of the way is usual."""
    awaited = run.state.awaited
    if awaited is not None:
        answer = c.AnswerSupplement() if awaited.what is StopReason.SUPPLEMENT else c.ResumeDossier(evidence=text())
        run.act(answer, "2026-03-23T10:00")
    run.finish("2026-03-24T10:00")
