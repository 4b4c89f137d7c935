"""The journal, and the read side that changes with it in the same transaction.

Invariants: a dossier's sequence has no gap and its events never change; recording the same events again changes
nothing; every row of the read side is rendered from the fold of the journal; a command that an event names as its
cause is done and off its task. Lock: the register row first, so that one transaction at a time writes a dossier.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
from pydantic import TypeAdapter

from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.instants import local
from dossiers.state import DossierState
from dossiers.values import TaskKey
from store.database import Reading, Transaction
from store.errors import DossierUnknown, JournalConflict, JournalGap
from store.projection import render
from store.rendered import Projection
from store.statements import statements_of

_SQL = statements_of(__file__)
_RECORDS = TypeAdapter(tuple[Record, ...])
_LAST = 2**31 - 1


class _Written(NamedTuple):
    """What is written for the first time; of a rebuilt dossier nothing is."""

    records: tuple[Record, ...] = ()
    run_id: str = ""
    #: Tasks that a head gave away.
    given: tuple[TaskKey, ...] = ()


async def record(tx: Transaction, dossier: UUID, records: Sequence[Record], *, run_id: str) -> int:
    """Append what is new and bring the read side up to it; answers how many records were new. Whole acts only."""
    register = await _lock(tx, dossier)
    last = register["last_sequence"]
    await _require_same(tx, dossier, [one for one in records if one.sequence <= last])
    new = tuple(one for one in records if one.sequence > last)
    _require_next(dossier, last, new)
    if new:
        before = DossierState.model_validate_json(register["snapshot"])
        after = fold(new, before)
        projection = render(before, after, new)
        await _write(tx, dossier, after, projection, _Written(new, run_id, projection.given), causes=_commands(new))
    return len(new)


async def read_journal(tx: Reading, dossier: UUID, *, after: int = 0) -> tuple[Record, ...]:
    """The records after that sequence, in order; none of a dossier that does not exist."""
    return await _read(tx, dossier, after, _LAST)


async def last_sequence(tx: Reading, dossier: UUID) -> int:
    last = await tx.value(_SQL["last_sequence"], dossier)
    if last is None:
        raise DossierUnknown(dossier=str(dossier))
    return int(last)


async def rebuild(tx: Transaction, dossier: UUID) -> int:
    """Write the whole read side of a dossier anew from its journal; claims, addressees and logs stay."""
    await _lock(tx, dossier)
    records = await read_journal(tx, dossier)
    _require_next(dossier, 0, records)
    if not records:
        return 0  # what its filing wrote is all there is
    state = fold(records)
    projection = render(DossierState(), state, records)
    notices, tasks = [row.id for row in projection.notices], [row.id for row in projection.tasks]
    dispatches = [row.id for row in projection.dispatches]
    await tx.run(_SQL["forget_projection"], dossier, notices, tasks, dispatches)
    await _write(tx, dossier, state, projection, _Written(), causes=_commands(records))
    return len(records)


async def _lock(tx: Transaction, dossier: UUID) -> asyncpg.Record:
    register = await tx.one(_SQL["lock_register"], dossier)
    if register is None:
        raise DossierUnknown(dossier=str(dossier))
    return register


async def _require_same(tx: Transaction, dossier: UUID, known: Sequence[Record]) -> None:
    if not known:
        return
    first, last = min(one.sequence for one in known), max(one.sequence for one in known)
    there = {one.sequence: one for one in await _read(tx, dossier, first - 1, last)}
    for one in known:
        if there.get(one.sequence) != one:
            raise JournalConflict(dossier=str(dossier), sequence=str(one.sequence), kind=one.event.kind)


def _require_next(dossier: UUID, last: int, new: Sequence[Record]) -> None:
    for expected, one in enumerate(new, start=last + 1):
        if one.sequence != expected:
            raise JournalGap(dossier=str(dossier), expected=str(expected), sequence=str(one.sequence))


async def _write(
    tx: Transaction,
    dossier: UUID,
    state: DossierState,
    projection: Projection,
    written: _Written,
    *,
    causes: Sequence[UUID],
) -> None:
    await tx.run(
        _SQL["write"],
        dossier,
        projection.model_dump_json(),
        state.model_dump_json(),
        list(causes),
        list(written.given),
        state.status.is_closed,
        _RECORDS.dump_json(written.records).decode(),
        written.run_id,
    )


async def _read(tx: Reading, dossier: UUID, after: int, last: int) -> tuple[Record, ...]:
    return tuple(_record(row) for row in await tx.all(_SQL["read_events"], dossier, after, last))


def _record(row: asyncpg.Record) -> Record:
    fields: dict[str, Any] = {
        name: local(value) if isinstance(value, datetime) else value for name, value in row.items()
    }
    return Record.model_validate(fields)


def _commands(records: Sequence[Record]) -> tuple[UUID, ...]:
    """The commands among the causes; a deadline that spoke by itself and a message that went out are none."""
    causes = dict.fromkeys(one.cause for one in records)
    return tuple(UUID(cause) for cause in causes if ":" not in cause)
