"""What the dossiers of a bundle say to each other, and what each makes of it (NĐ 61/2018/NĐ-CP, Điều 3.2, 19.6b).

A part reports to the whole and is never waited for otherwise; the whole ends its parts, or gives their results out with
its own. Everything said is a command with an inbox row of its own, so it is dated, applied once and journalled as any
other act. `letters` finds what an act left to be said; saying it again changes nothing.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from dossiers import commands as c
from dossiers import events as e
from dossiers.bundle_commands import BundleCommand, ReportSubDossier, ReturnWithParent, WithdrawWithParent
from dossiers.bundle_events import SubDossierOpened, SubDossierReported
from dossiers.closing import finish
from dossiers.conditions import FactValue
from dossiers.draft import Draft
from dossiers.errors import TaskUnknown, WrongAct
from dossiers.evolve import evolve
from dossiers.procedure import StepKind, SubDossier
from dossiers.route import open_ready
from dossiers.seats import CallerKind
from dossiers.state import DossierState, TaskState
from dossiers.values import ProcedureCode, Value


class Opening(Value):
    """A sub-dossier to be filed: under which procedure, with which facts, as part of what."""

    kind: Literal["opening"] = "opening"
    #: The event that makes it due; it is sent once that is in the journal.
    sequence: int
    to: UUID
    procedure: ProcedureCode
    facts: dict[str, FactValue]
    parent: c.Parent


class Message(Value):
    """A command for another dossier of the bundle."""

    kind: Literal["message"] = "message"
    sequence: int
    to: UUID
    command: Annotated[BundleCommand, Field(discriminator="kind")]


Letter = Annotated[Opening | Message, Field(discriminator="kind")]


def letters(before: DossierState, records: Sequence[e.Record]) -> tuple[Opening | Message, ...]:
    """What these records leave to be said to the other dossiers of the bundle, in order."""
    found: list[Opening | Message] = []
    state = before
    for record in records:
        state = evolve(state, record)
        found += [*_to_parts(state, record), *_to_parent(state, record)]
    return tuple(found)


def _to_parts(state: DossierState, record: e.Record) -> Iterator[Opening | Message]:
    match record.event:
        case SubDossierOpened() as opened:
            yield _opening(state, record, opened)
        case e.DossierWithdrawn():
            for part in state.sub_dossiers.values():
                if not part.is_settled:
                    yield Message(sequence=record.sequence, to=part.dossier, command=WithdrawWithParent())
        case e.ResultReturned():
            for part in state.sub_dossiers.values():
                if part.stage == "decided":
                    yield Message(sequence=record.sequence, to=part.dossier, command=ReturnWithParent())
        case _:
            pass


def _opening(state: DossierState, record: e.Record, opened: SubDossierOpened) -> Opening:
    assert state.filed is not None, "a dossier is filed before a part of it opens"
    parent = c.Parent(
        dossier=state.filed.dossier,
        number=state.filed.number,
        task=opened.task,
        facts=opened.wanted,
        returned=opened.returned,
    )
    return Opening(
        sequence=record.sequence,
        to=opened.sub_dossier,
        procedure=opened.procedure,
        facts=opened.facts,
        parent=parent,
    )


def _to_parent(state: DossierState, record: e.Record) -> Iterator[Message]:
    """What the parent asked for itself is no news to it."""
    parent = state.filed.parent if state.filed is not None else None
    is_own_doing = record.actor is not None and record.actor.kind is CallerKind.DOSSIER
    match record.event:
        case _ if parent is None:
            return
        case e.DossierAccepted():
            yield _report(state, record, "received", parent)
        case e.ResultDecided():
            yield _report(state, record, "decided", parent)
        case e.ResultReturned() if not is_own_doing:
            yield _report(state, record, "returned", parent)
        case e.DossierWithdrawn() if not is_own_doing:
            yield _report(state, record, "withdrawn", parent)
        case _:
            pass


def _report(
    state: DossierState,
    record: e.Record,
    stage: Literal["received", "decided", "returned", "withdrawn"],
    parent: c.Parent,
) -> Message:
    assert state.filed is not None, "whoever reports was filed"
    is_granted = stage == "decided" and state.result != "refused"
    report = ReportSubDossier(
        task=parent.task,
        stage=stage,
        sequence=record.sequence,
        number=state.filed.number,
        promise_at=state.first_promise_at,
        result=state.result,
        facts={name: state.facts[name] for name in parent.facts if name in state.facts} if is_granted else {},
    )
    return Message(sequence=record.sequence, to=parent.dossier, command=report)


def hear_report(draft: Draft, command: ReportSubDossier) -> None:
    """A part told how far it is; with its result, or without one for ever, the route goes on."""
    known = draft.state.sub_dossiers.get(command.task)
    if known is None:
        raise TaskUnknown(task=command.task)
    is_news = command.sequence > known.reported
    draft.add(
        SubDossierReported(
            task=command.task,
            stage=command.stage,
            reported=command.sequence,
            number=command.number,
            promise_at=command.promise_at,
            result=command.result,
            news=is_news,
        )
    )
    task = draft.state.tasks[command.task]
    if not is_news or not task.state.is_live or not draft.state.sub_dossiers[command.task].is_settled:
        return
    terms = draft.step(task.step).sub_dossier
    assert terms is not None, "only a step with its terms opens a sub-dossier"
    draft.record_facts(_brought(draft, terms, command))
    end_settled_parts(draft)


def end_settled_parts(draft: Draft) -> None:
    """What waits for a part that is settled has waited long enough; while the whole stands still it goes on waiting."""
    for task in draft.state.live_tasks():
        part = draft.state.sub_dossiers.get(task.key)
        if part is not None and part.is_settled and task.state is TaskState.OPEN:
            finish(draft, task, part.result or "withdrawn")
    open_ready(draft)


def _brought(draft: Draft, terms: SubDossier, command: ReportSubDossier) -> dict[str, FactValue]:
    """What the result brings, by our names; a value that is not of our type is left out, or nothing would go on."""
    declared = {fact.name: fact for fact in draft.rulebook.procedure.facts}
    brought = {ours: command.facts[theirs] for ours, theirs in terms.brings.items() if theirs in command.facts}
    facts = {name: value for name, value in brought.items() if name in declared and declared[name].accepts(value)}
    if terms.granted is not None:
        facts[terms.granted] = command.result in {"granted", "partial"}
    return facts


def return_with_parent(draft: Draft) -> None:
    """The applicant has taken the whole; what is not at the counter yet is returned later, by itself."""
    returning = next((one for one in draft.state.live_tasks() if one.step_kind is StepKind.RETURN), None)
    if returning is None or returning.work != "step":
        raise WrongAct(act="return_with_parent")
    finish(draft, returning, "returned")
    draft.add(e.ResultReturned())
