"""Proof that the read side is what the journal says: every row compared with the rendering of the fold.

It finds what no transaction of ours can make: rows that somebody changed by hand, events that are missing, commands
whose fate contradicts the journal. `rebuild` mends the first; the others need a person.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar
from uuid import UUID

from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.state import DossierState
from store.database import Transaction
from store.errors import DossierUnknown
from store.journal import read_journal
from store.projection import render
from store.rendered import (
    Projection,
    RenderedDeadline,
    RenderedDispatch,
    RenderedDocument,
    RenderedEscalation,
    RenderedForm,
    RenderedLeg,
    RenderedNotice,
    RenderedRegister,
    RenderedTask,
)
from store.statements import statements_of
from store.values import Row

_SQL = statements_of(__file__)
K = TypeVar("K")
R = TypeVar("R", bound=Row)


async def verify(tx: Transaction, dossier: UUID) -> tuple[str, ...]:
    """Every difference between the rows of a dossier and its journal; none is how it should be."""
    register = await tx.one(_SQL["read_register"], dossier)
    if register is None:
        raise DossierUnknown(dossier=str(dossier))
    records = await read_journal(tx, dossier)
    gap = _gap(records)
    if gap is not None:
        return (gap,)
    differences = [str(row["difference"]) for row in await tx.all(_SQL["find_stray_marks"], dossier)]
    state = fold(records)
    if DossierState.model_validate(register["snapshot"]) != state:
        differences.append("register: the snapshot is not the fold of the journal")
    if not records:
        return (*differences, *_changes("register", register["last_sequence"], 0))
    projection = render(DossierState(), state, records)
    differences += _changes("register", RenderedRegister.from_row(register), projection.dossier)
    differences += await _differing_rows(tx, dossier, projection)
    return tuple(differences)


async def _differing_rows(tx: Transaction, dossier: UUID, projection: Projection) -> list[str]:
    tasks = {row.key: row for row in RenderedTask.from_rows(await tx.all(_SQL["read_tasks"], dossier))}
    legs = {row.task: row for row in RenderedLeg.from_rows(await tx.all(_SQL["read_legs"], dossier))}
    deadlines = {row.subject: row for row in RenderedDeadline.from_rows(await tx.all(_SQL["read_deadlines"], dossier))}
    rungs = {row.sequence: row for row in RenderedEscalation.from_rows(await tx.all(_SQL["read_escalations"], dossier))}
    notices = {row.id: row for row in RenderedNotice.from_rows(await tx.all(_SQL["read_notices"], dossier))}
    messages = {row.id: row for row in RenderedDispatch.from_rows(await tx.all(_SQL["read_dispatches"], dossier))}
    papers = RenderedDocument.from_rows(await tx.all(_SQL["read_documents"], dossier))
    forms = {row.sequence: row for row in RenderedForm.from_rows(await tx.all(_SQL["read_forms"], dossier))}
    return [
        *_compare("document", _by_version(papers), _by_version(projection.documents)),
        *_compare("form", forms, {row.sequence: row for row in projection.forms}),
        *_compare("dispatch", messages, {row.id: row for row in projection.dispatches}),
        *_compare("task", tasks, {row.key: row for row in projection.tasks}),
        *_compare("leg", legs, {row.task: row for row in projection.legs}),
        *_compare("deadline", deadlines, {row.subject: row for row in projection.deadlines}),
        *_compare("escalation", rungs, {row.sequence: row for row in projection.escalations}),
        *_compare("notice", notices, {row.id: row for row in projection.notices}),
    ]


def _by_version(documents: Sequence[RenderedDocument]) -> dict[str, RenderedDocument]:
    return {f"{one.kind} {one.paper} {one.version}": one for one in documents}


def _gap(records: Sequence[Record]) -> str | None:
    for expected, record in enumerate(records, start=1):
        if record.sequence != expected:
            return f"journal: event {expected} is missing"
    return None


def _compare(table: str, there: Mapping[K, R], rendered: Mapping[K, R]) -> Iterator[str]:
    for key, row in rendered.items():
        if key not in there:
            yield f"{table} {key}: missing"
        else:
            yield from _changes(f"{table} {key}", there[key], row)
    for key in there:
        if key not in rendered:
            yield f"{table} {key}: not in the journal"


def _changes(where: str, there: object, rendered: object) -> Iterator[str]:
    if there == rendered:
        return
    if isinstance(there, Row) and isinstance(rendered, Row):
        for name, value in there:
            expected = getattr(rendered, name)
            if value != expected:
                yield f"{where}: {name} is {value}, the journal says {expected}"
    else:
        yield f"{where}: is {there}, the journal says {rendered}"
