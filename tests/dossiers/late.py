"""Dossiers that will be late, and the apologies that they owe."""

from dossiers import commands as c
from dossiers.apology_events import ApologyWeighed, Finding
from dossiers.instants import parse_instant
from tests.dossiers.branching import ONE_BRANCH, branching
from tests.support.builders import (
    Run,
    rulebook_of,
    text,
)

#: Monday; ten working days later is Monday 16 March, and the day before that a Sunday.
MORNING = "2026-03-02T08:00"
OPENING = "2026-03-13T07:30"
SORRY = text("xin lỗi")


def untouched() -> Run:
    """Nobody touches the appraisal, which is due on the Wednesday."""
    run = Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    run.tick_on_time(OPENING)
    return run


def concluding(at: str) -> Run:
    """All but the conclusion, the approval and the signing was done by then: 1wd, 1wd and 4wh are left."""
    run = Run.at_step("study", rulebook_of(branching()), MORNING, **ONE_BRANCH)
    run.tick_on_time(at)
    run.go_to("conclusion", at)
    return run


def sign(run: Run, at: str, to: str = "2026-03-20T17:00") -> None:
    run.act(c.Apologise(task=run.apology().key, appointment_at=parse_instant(to), reason=SORRY), at)


def weighed(run: Run) -> list[tuple[str, Finding]]:
    """When the promise was weighed, with what was found."""
    return [
        (record.occurred_at.strftime("%Y-%m-%dT%H:%M"), record.event.finding)
        for record in run.records
        if isinstance(record.event, ApologyWeighed)
    ]


def owed(run: Run) -> list[str]:
    return [task.key for task in run.state.live_tasks() if task.work == "apology"]
