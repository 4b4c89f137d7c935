"""How far a dossier is, for whoever filed it: the steps that count for it, by agency and no closer, and its degree.

Without an account the law shows the number and the degree of completion (TT 01/2018/TT-VPCP, Điều 16.2d); the steps are
for whoever also has the code that came with the number. Names of people are told to nobody.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from dossiers.conditions import holds
from dossiers.events import Record, StepSkipped, TaskCompleted
from dossiers.phrases import step_of
from dossiers.procedure import Procedure, Step
from dossiers.state import DossierState
from dossiers.values import AgencyCode


class StageState(StrEnum):
    """How far a step is."""

    DONE = "done"
    NOW = "now"
    TO_COME = "to_come"


class Stage(NamedTuple):
    """A step as its applicant sees it."""

    label: str
    agency: AgencyCode
    state: StageState
    #: When it was done.
    at: datetime | None


class Progress(NamedTuple):
    """The steps in order, and how many of them are done."""

    stages: tuple[Stage, ...]

    @property
    def done(self) -> int:
        return sum(stage.state is StageState.DONE for stage in self.stages)

    @property
    def percent(self) -> int:
        """Rounded down: a dossier is whole only when all of it is done."""
        return 100 * self.done // len(self.stages) if self.stages else 0


def progress(procedure: Procedure, state: DossierState, records: Sequence[Record]) -> Progress:
    """Of a dossier that was filed."""
    return Progress(tuple(_stages(procedure, state, records)))


def _stages(procedure: Procedure, state: DossierState, records: Sequence[Record]) -> Iterator[Stage]:
    assert state.filed is not None, "only what was filed has got anywhere"
    ended = {step_of(one.event.task): one.occurred_at for one in records if isinstance(one.event, TaskCompleted)}
    skipped = [one.event.step for one in records if isinstance(one.event, StepSkipped)]
    for step in procedure.steps:
        run = state.run_of(step.id)
        if run.state == "skipped" or step.id in skipped or not _counts(step, state):
            continue
        agency = state.filed.seats[step.by].agency
        match run.state:
            case "done":
                yield Stage(step.label, agency, StageState.DONE, ended.get(step.id))
            case "open" | "handed_over":
                yield Stage(step.label, agency, StageState.NOW, None)
            case _:
                yield Stage(step.label, agency, StageState.TO_COME, None)


def _counts(step: Step, state: DossierState) -> bool:
    """A step under a condition counts from when it is known to come."""
    return step.when is None or state.run_of(step.id).state != "pending" or holds(step.when, state.facts)


def masked(name: str) -> str:
    """“N••• V•• Đ••”: enough to know one's own, too little to learn another's."""
    return " ".join(f"{word[0]}{'•' * (len(word) - 1)}" for word in name.split())
