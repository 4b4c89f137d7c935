"""Three clocks at once: how each stands at an instant."""

from hypothesis import given
from hypothesis import strategies as st

from dossiers import commands as c
from dossiers.clocks import ClockFace, ClockKind, Clocks, ClockState, clocks
from dossiers.counting import Remaining
from dossiers.instants import parse_instant
from dossiers.procedure import SupplementPolicy
from dossiers.stops import StopReason
from dossiers.values import PROMISE
from tests.dossiers.branching import ONE_BRANCH, at_branches, branching, supplementing
from tests.dossiers.courses import any_run
from tests.dossiers.test_any_course import MANY
from tests.support.builders import LAND, Run, rulebook_of, text

ENDED = {ClockState.ENDED, ClockState.ENDED_EARLY, ClockState.ENDED_ON_TIME, ClockState.ENDED_LATE}


def shown(run: Run, at: str) -> Clocks:
    return clocks(run.records, run.rules, parse_instant(at))


def promise(run: Run, at: str) -> ClockFace:
    found = shown(run, at).promise
    assert found is not None
    return found


def leg(run: Run, at: str, task: str) -> ClockFace:
    told = shown(run, at)
    return next(face for face in (*told.legs, *told.transfers) if face.subject == task)


def studying() -> Run:
    """Ten days from Monday 2/3/2026 end on Monday 16/3; the study's two days on Wednesday 4/3 at 8:00."""
    return Run.at_step("study", rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)


def test_a_clock_is_within_then_near_then_overdue() -> None:
    run = studying()
    states = {
        at: leg(run, at, "study#1").state
        for at in ("2026-03-02T09:00", "2026-03-03T11:30", "2026-03-04T08:00", "2026-03-04T08:00:01")
    }

    # Three quarters of sixteen hours: 7.5 on Monday and 4.5 on Tuesday, which is 13:30.
    assert list(states.values()) == [ClockState.WITHIN, ClockState.WITHIN, ClockState.NEAR, ClockState.OVERDUE]
    assert leg(run, "2026-03-03T13:29:59", "study#1").state is ClockState.WITHIN
    assert leg(run, "2026-03-03T13:30", "study#1").state is ClockState.NEAR


def test_a_running_clock_says_what_is_left_and_by_how_much_it_is_late() -> None:
    run = studying()

    assert leg(run, "2026-03-03T13:30", "study#1").remaining == Remaining(unit="working_seconds", value=4 * 3600)
    assert leg(run, "2026-03-04T09:00", "study#1").remaining == Remaining(unit="working_seconds", value=-3600)


def test_promise_leg_and_transfer_run_side_by_side() -> None:
    run = at_branches()
    run.forward("opinion", "2026-03-02T09:00")
    run.forward("residence", "2026-03-03T08:00")
    run.forward("taxation", "2026-03-03T08:00")
    told = shown(run, "2026-03-04T09:00")

    assert told.promise is not None
    assert told.promise.state is ClockState.WITHIN
    assert {face.subject: face.state for face in told.transfers if face.ended_at is None} == {
        "conclusion#1/acceptance": ClockState.OVERDUE
    }
    assert leg(run, "2026-03-04T09:00", "residence#1").state is ClockState.ENDED_EARLY


def test_a_stopped_clock_says_since_when_why_and_what_is_left() -> None:
    run = Run.at_step("payment", LAND, "2026-07-06T09:00", obligation_kind="transfer_tax", obligation_due=True)
    run.forward("payment", "2026-07-10T16:00")
    face = promise(run, "2026-07-16T09:00")

    assert (face.state, face.due_at, face.near_at) == (ClockState.STOPPED, None, None)
    assert (face.stopped_since, face.stopped_for) == (parse_instant("2026-07-10T16:00"), StopReason.PAYMENT)
    assert face.remaining == Remaining(unit="wd", value=7)


def test_a_deadline_already_missed_is_shown_as_stopped_when_already_overdue() -> None:
    run = studying()
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-05T08:00")

    assert leg(run, "2026-03-06T08:00", "study#1").state is ClockState.STOPPED_OVERDUE
    assert promise(run, "2026-03-06T08:00").state is ClockState.STOPPED


def test_an_extension_stops_nothing() -> None:
    rules = rulebook_of(supplementing(SupplementPolicy.EXTEND, extension="3wd"))
    run = Run.at_step("study", rules, "2026-03-02T08:00", **ONE_BRANCH)
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-05T08:00")

    assert leg(run, "2026-03-06T08:00", "study#1").state is ClockState.OVERDUE
    assert promise(run, "2026-03-06T08:00").state is ClockState.WITHIN


def test_the_wait_of_one_branch_stops_no_other() -> None:
    run = at_branches()
    run.act(c.RequestSupplement(task=run.key("residence"), reason=text()), "2026-03-02T10:00")
    later = "2026-03-09T08:00"

    assert leg(run, later, "residence#1").state is ClockState.STOPPED
    assert leg(run, later, "taxation#1").state is ClockState.OVERDUE


def test_first_promise_promise_and_appointment_are_all_shown() -> None:
    run = studying()
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), "2026-03-03T10:00")
    run.act(c.AnswerSupplement(), "2026-03-04T10:00")
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-25T17:00"), reason=text()), "2026-03-17T08:00")
    told = shown(run, "2026-03-19T08:00")

    assert (told.first_promise_at, told.promise_at, told.appointment_at, told.reappointments) == (
        parse_instant("2026-03-16T17:00"),
        parse_instant("2026-03-18T17:00"),
        parse_instant("2026-03-25T17:00"),
        1,
    )
    assert told.appointment is not None
    assert (promise(run, "2026-03-19T08:00").state, told.appointment.state) == (ClockState.OVERDUE, ClockState.WITHIN)


def test_no_new_date_makes_a_late_dossier_on_time() -> None:
    """Late stays late, whatever anybody does (domain.md §9.1, 18)."""
    run = studying()
    run.act(c.Reappoint(appointment_at=parse_instant("2026-03-25T17:00"), reason=text()), "2026-03-16T08:00")
    run.go_to("return", "2026-03-24T10:00")
    told = shown(run, "2026-03-24T11:00")
    assert told.promise is not None
    assert told.appointment is not None

    assert (told.promise.state, told.appointment.state) == (ClockState.ENDED_LATE, ClockState.ENDED_EARLY)
    assert (told.promise.ended_at, told.promise.remaining) == (parse_instant("2026-03-24T10:00"), None)


def test_a_clock_called_off_is_judged_by_nobody() -> None:
    run = studying()
    run.act(c.Withdraw(), "2026-03-03T10:00")

    assert (promise(run, "2026-03-04T08:00").state, leg(run, "2026-03-04T08:00", "study#1").state) == (
        ClockState.ENDED,
        ClockState.ENDED,
    )


def test_before_acceptance_only_the_reception_has_a_clock() -> None:
    run = Run.filed(rulebook_of(branching()), "2026-03-02T08:00", **ONE_BRANCH)
    told = shown(run, "2026-03-02T09:00")

    assert (told.promise, told.appointment, told.transfers) == (None, None, ())
    assert [face.subject for face in told.legs] == ["reception#1"]


@MANY
@given(st.data())
def test_every_clock_agrees_with_what_the_dossier_knows(data: st.DataObject) -> None:
    run = any_run(data)
    told = clocks(run.records, run.rules, run.now)
    faces = [
        face
        for face in (told.promise, told.appointment, told.stop_notice, *told.legs, *told.transfers, *told.apologies)
        if face is not None
    ]

    assert Clocks.model_validate_json(told.model_dump_json()) == told
    assert sorted(face.subject for face in faces) == sorted(run.state.clocks)
    for face in faces:
        clock = run.state.clocks[face.subject]
        assert (face.state in ENDED) == clock.is_ended
        assert (face.state is ClockState.STOPPED) == (clock.is_stopped and not clock.is_ended)
        is_stopped_transfer = face.kind is ClockKind.TRANSFER and clock.is_stopped
        assert (face.remaining is None) == (clock.is_ended or is_stopped_transfer)
        if face.state is ClockState.STOPPED_OVERDUE:
            assert run.state.awaited is not None
            assert face.subject not in run.state.awaited.subjects
    if told.promise is not None and run.state.grade is not None:
        assert told.promise.state == ClockState(f"ended_{run.state.grade}")
    assert (told.promise is not None) == (PROMISE in run.state.clocks)
