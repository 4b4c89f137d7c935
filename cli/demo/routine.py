"""What an officer does with work that lies before them, when nothing out of the ordinary is wanted."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, Self

from cli.demo.scenario import Verb
from dossiers.conditions import FactValue
from dossiers.procedure import Effect, Procedure, Role, Step, StepKind
from dossiers.seats import Seat
from dossiers.values import StepId, WorkKind


class Work(NamedTuple):
    """A task, as much as its officer needs to know."""

    key: str
    step: str
    kind: StepKind
    work: WorkKind
    seat: Seat
    role: Role

    @classmethod
    def of(cls, task: Mapping[str, Any]) -> Self:
        """A task as the API shows it."""
        return cls(
            key=task["key"],
            step=task["step"],
            kind=StepKind(task["step_kind"]),
            work=task["work"],
            seat=Seat(agency=task["agency"], unit=task["unit"]),
            role=Role(task["role"]),
        )


class Move(NamedTuple):
    """An act in the words of the API."""

    verb: Verb
    body: dict[str, object]


#: How an officer goes about work.
Way = Callable[[Procedure, Work, Mapping[str, FactValue]], Move | None]


def usual_move(procedure: Procedure, work: Work, findings: Mapping[str, FactValue]) -> Move | None:
    """The ordinary next act on a task; null for a wait (for money, for a sub-dossier), and for a new date of return."""
    if work.work == "apology":
        return None
    if work.work == "hand_over":
        return Move(Verb.HAND_OVER, {})
    if work.work == "acceptance":
        return Move(Verb.ACCEPT, {})
    match work.kind:
        case StepKind.PAYMENT | StepKind.SUB_DOSSIER:
            return None
        case StepKind.CONSULTATION:
            return Move(Verb.ANSWER, {"outcome": "consent"})
        case StepKind.RECEPTION:
            return Move(Verb.RECEIVE, {})
        case StepKind.APPROVAL:
            return Move(Verb.APPROVE, _recorded(procedure.step(StepId(work.step)), findings))
        case StepKind.SIGNING:
            return Move(Verb.SIGN, {})
        case StepKind.RETURN:
            return Move(Verb.RETURN, {})
        case _:
            step = procedure.step(StepId(work.step))
            return Move(Verb.COMPLETE, {"outcome": _forward(step), **_recorded(step, findings)})


def refusing_move(procedure: Procedure, work: Work, findings: Mapping[str, FactValue]) -> Move | None:
    """As usual, but whoever judges the matter finds against the applicant."""
    against = None
    if work.work == "step" and work.kind in (StepKind.APPRAISAL, StepKind.VERIFICATION):
        outcomes = procedure.step(StepId(work.step)).outcomes
        against = next((one.code for one in outcomes if one.effect is Effect.REFUSE), None)
    if against is None:
        return usual_move(procedure, work, findings)
    return Move(Verb.COMPLETE, {"outcome": against, "opinion": "Không đủ điều kiện theo quy định"})


def _recorded(step: Step, findings: Mapping[str, FactValue]) -> dict[str, object]:
    facts = {name: findings[name] for name in step.records if name in findings}
    return {"facts": facts} if facts else {}


def _forward(step: Step) -> str:
    return next((one.code for one in step.outcomes if one.effect is Effect.FORWARD), "done")
