"""Every state of each of the three clocks, in one table: what happened, when one looks, and how the clock then stands.

On paper, with a warning on every ladder: a promise of ten days from Monday 2/3/2026 at 8:00, two of them for the study.
"""

from collections.abc import Callable
from decimal import Decimal
from itertools import product

import pytest

from dossiers import commands as c
from dossiers.clocks import ClockFace, ClockState, clocks
from dossiers.escalation import NoticeRole, Rung
from dossiers.instants import parse_instant
from dossiers.stops import StopReason
from tests.dossiers.branching import ONE_BRANCH, on_paper
from tests.support.builders import Run, rulebook_of, text

Act = Callable[[Run, str], object]


def ask(run: Run, at: str) -> None:
    """The applicant is asked for more: the promise and the study stop."""
    run.act(c.RequestSupplement(task=run.key("study"), reason=text()), at)


def suspend(run: Run, at: str) -> None:
    """The whole stops, transfers too."""
    run.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text()), at)


def study(run: Run, at: str) -> None:
    run.forward("study", at)


def decide(run: Run, at: str) -> None:
    run.go_to("return", at)


def release(run: Run, at: str) -> None:
    """The counter hands the dossier on."""
    run.forward("study", at)


#: The clock, how it stands, what happened when, and when one looks.
TABLE: tuple[tuple[str, ClockState, tuple[tuple[Act, str], ...], str], ...] = (
    ("promise", ClockState.WITHIN, (), "2026-03-02T09:00"),
    ("promise", ClockState.NEAR, (), "2026-03-16T17:00"),
    ("promise", ClockState.OVERDUE, (), "2026-03-16T17:00:01"),
    ("promise", ClockState.STOPPED, ((ask, "2026-03-03T10:00"),), "2026-04-30T09:00"),
    ("promise", ClockState.STOPPED_OVERDUE, ((ask, "2026-03-17T08:00"),), "2026-04-30T09:00"),
    ("promise", ClockState.ENDED_EARLY, ((decide, "2026-03-13T16:59"),), "2026-04-30T09:00"),
    ("promise", ClockState.ENDED_ON_TIME, ((decide, "2026-03-16T07:30"),), "2026-04-30T09:00"),
    ("promise", ClockState.ENDED_LATE, ((decide, "2026-03-16T17:00:01"),), "2026-04-30T09:00"),
    ("leg", ClockState.WITHIN, (), "2026-03-03T13:29:59"),
    ("leg", ClockState.NEAR, (), "2026-03-03T13:30"),
    ("leg", ClockState.OVERDUE, (), "2026-03-04T08:00:01"),
    ("leg", ClockState.STOPPED, ((ask, "2026-03-03T10:00"),), "2026-03-20T09:00"),
    ("leg", ClockState.STOPPED_OVERDUE, ((ask, "2026-03-04T09:00"),), "2026-03-20T09:00"),
    ("leg", ClockState.ENDED_EARLY, ((study, "2026-03-03T08:00"),), "2026-03-20T09:00"),
    ("leg", ClockState.ENDED_ON_TIME, ((study, "2026-03-03T08:00:01"),), "2026-03-20T09:00"),
    ("leg", ClockState.ENDED_LATE, ((study, "2026-03-04T08:00:01"),), "2026-03-20T09:00"),
    ("transfer", ClockState.WITHIN, (), "2026-03-02T15:00"),
    ("transfer", ClockState.NEAR, (), "2026-03-02T15:07:30"),
    ("transfer", ClockState.OVERDUE, (), "2026-03-02T17:00:01"),
    ("transfer", ClockState.STOPPED, ((suspend, "2026-03-02T16:00"),), "2026-03-20T09:00"),
    ("transfer", ClockState.STOPPED_OVERDUE, ((suspend, "2026-03-03T08:00"),), "2026-03-20T09:00"),
    ("transfer", ClockState.ENDED_ON_TIME, ((release, "2026-03-02T17:00"),), "2026-03-20T09:00"),
    ("transfer", ClockState.ENDED_LATE, ((release, "2026-03-03T07:30"),), "2026-03-20T09:00"),
    # Received after three, due the next morning, and gone the same evening.
    ("transfer after three", ClockState.ENDED_EARLY, ((release, "2026-03-02T16:30"),), "2026-03-20T09:00"),
)
BEGINNINGS = {
    "promise": ("study", "2026-03-02T08:00"),
    "leg": ("study", "2026-03-02T08:00"),
    "transfer": ("scan", "2026-03-02T08:00"),
    "transfer after three": ("scan", "2026-03-02T15:20"),
}
UNJUDGED = ClockState.ENDED


def begun(clock: str) -> Run:
    step, at = BEGINNINGS[clock]
    warned = on_paper()
    warning = Rung(code="near", label="Sắp hết hạn chuyển", share=Decimal(75), notify=NoticeRole.HOLDER)
    ladders = {**warned.ladders, "transfer": (warning, *warned.ladders["transfer"])}
    run = Run.at_step(step, rulebook_of(warned.model_copy(update={"ladders": ladders})), at, **ONE_BRANCH)
    if step == "scan":
        run.forward("scan")
    return run


def face_of(clock: str, run: Run, at: str) -> ClockFace:
    told = clocks(run.records, run.rules, parse_instant(at))
    subject = {"promise": "promise", "leg": "study#1"}.get(clock, "study#1/hand-over")
    return next(face for face in told.faces() if face.subject == subject)


@pytest.mark.parametrize(("clock", "state", "acts", "at"), TABLE, ids=[f"{row[0]} {row[1]}" for row in TABLE])
def test_a_clock_stands_as_what_happened_says(
    clock: str, state: ClockState, acts: tuple[tuple[Act, str], ...], at: str
) -> None:
    run = begun(clock)
    for act, instant in acts:
        run.tick_on_time(instant)
        act(run, instant)
    face = face_of(clock, run, at)

    assert face.state is state
    assert face.kind == clock.partition(" ")[0]
    assert (face.ended_at is not None) == state.startswith("ended")
    assert (face.due_at is None) == (state is ClockState.STOPPED)
    assert (face.stopped_since is not None) == (state is ClockState.STOPPED)


def test_the_table_shows_every_clock_in_every_state() -> None:
    shown = {(clock.partition(" ")[0], state) for clock, state, _, _ in TABLE}

    assert shown == set(product(("promise", "leg", "transfer"), [state for state in ClockState if state != UNJUDGED]))
