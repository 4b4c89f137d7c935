"""The transfer slip (phiếu chuyển xử lý): which agency does what in a dossier, in which part, and within which limit.

NĐ 61/2018/NĐ-CP, Điều 19.6: on paper it travels along, from one agency to the next; electronically all read it at once.
"""

from collections.abc import Iterator, Sequence

from dossiers import events as e
from dossiers.evolve import fold
from dossiers.limits import TimeLimit
from dossiers.procedure import Duty, HandOverMode, Procedure, Step
from dossiers.rulebook import Rulebook
from dossiers.seats import Seat
from dossiers.state import DossierState
from dossiers.values import AgencyCode, DossierNumber, Instant, StepId, Value


class SlipWork(Value):
    """One piece of work; work that turned out not to apply is not on the slip."""

    step: StepId
    label: str
    limit: TimeLimit | None
    #: What must be done before it, of what is on the slip: several may be under way at once.
    after: tuple[StepId, ...]
    #: It depends on what is found out on the way whether it will be needed.
    is_conditional: bool
    is_done: bool


class SlipPart(Value):
    """What one unit has to do."""

    seat: Seat
    duty: Duty
    work: tuple[SlipWork, ...]


class TransferSlip(Value):
    """The slip as it stands; whoever prints it adds the names."""

    number: DossierNumber
    title: str
    mode: HandOverMode
    lead: AgencyCode
    appointment_at: Instant | None
    parts: tuple[SlipPart, ...]


def transfer_slip(records: Sequence[e.Record], rulebook: Rulebook) -> TransferSlip:
    """The slip of a dossier that was filed."""
    state, procedure = fold(records), rulebook.procedure
    assert state.filed is not None, "a dossier is filed before it travels"
    return TransferSlip(
        number=state.filed.number,
        title=procedure.title,
        mode=procedure.hand_over,
        lead=state.filed.seats[procedure.lead.name].agency,
        appointment_at=state.appointment_at,
        parts=tuple(_parts(procedure, state)),
    )


def _parts(procedure: Procedure, state: DossierState) -> Iterator[SlipPart]:
    """In the order in which the route first comes to each."""
    assert state.filed is not None, "a dossier is filed before it travels"
    steps = [one for one in procedure.steps if state.run_of(one.id).state != "skipped"]
    for name in dict.fromkeys(one.by for one in steps):
        yield SlipPart(
            seat=state.filed.seats[name],
            duty=procedure.participant(name).duty,
            work=tuple(_work(procedure, state, one) for one in steps if one.by == name),
        )


def _work(procedure: Procedure, state: DossierState, step: Step) -> SlipWork:
    run = state.run_of(step.id)
    return SlipWork(
        step=step.id,
        label=step.label,
        limit=step.limit,
        after=tuple(_before(procedure, state, step)),
        is_conditional=step.when is not None and run.state == "pending",
        is_done=run.state == "done",
    )


def _before(procedure: Procedure, state: DossierState, step: Step) -> Iterator[StepId]:
    """Seen through what turned out not to apply."""
    for before in step.after:
        if state.run_of(before).state == "skipped":
            yield from _before(procedure, state, procedure.step(before))
        else:
            yield before
