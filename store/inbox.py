"""The inbox: every command before it is sent, so that a crash anywhere finds it here.

Invariants: an id has one body for ever; at most one command is on its way for a task; ``accepted_at`` is this
database's clock at admission and the legal instant of the act. Locks: register row, then task, then inbox row.
"""

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import asyncpg

from dossiers.fast_clock import FastClock
from dossiers.seats import Actor
from dossiers.texts import TextRef
from dossiers.values import TaskKey, Value
from store.database import Reading, Transaction
from store.errors import (
    CommandUnknown,
    DossierUnknown,
    IdempotencyMismatch,
    StoreError,
    TaskChanged,
    TaskHeldByAnother,
    TaskMissing,
    TaskPending,
)
from store.statements import statements_of
from store.texts import Text
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class CommandState(StrEnum):
    """What has become of a command."""

    PENDING = "pending"
    DONE = "done"
    REFUSED = "refused"


class InboxRow(Row):
    """A command with its fate."""

    id: UUID
    position: int
    dossier: UUID
    kind: str
    task: TaskKey | None
    actor: Actor
    body: dict[str, Any]
    body_hash: str
    entered_for: StoredInstant | None
    evidence: TextRef | None
    state: CommandState
    problem: dict[str, Any] | None
    accepted_at: StoredInstant
    settled_at: StoredInstant | None
    attempts: int
    next_try_at: StoredInstant


class AdmissionRequest(Value):
    """A command that wants in; ``is_held`` when only the task's holder may perform it."""

    id: UUID
    dossier: UUID
    kind: str
    task: TaskKey | None = None
    is_held: bool = False
    actor: Actor
    body: dict[str, Any]
    body_hash: str
    texts: tuple[Text, ...] = ()
    entered_for: StoredInstant | None = None
    evidence: TextRef | None = None
    #: The revision of the task for which it is meant; null means whichever.
    revision: int | None = None
    #: Longer than the sender's whole time-out, so that the sweeper never sends beside it.
    lease: timedelta


class Errand(Value):
    """A command to be brought to its dossier, with all that its sender must know."""

    row: InboxRow
    #: How far the journal reached when the row was found; an earlier sequence than now does no harm.
    journalled: int
    #: The clock the dossier runs on, if not the wall's.
    clock: FastClock | None = None


class Admission(Errand):
    """The row of an admitted command."""

    is_new: bool
    #: This caller holds the lease and sends; a duplicate of a pending command waits for the row to change.
    sends: bool


class Backlog(Row):
    """How many commands are on their way, and since when the oldest is."""

    pending: int
    oldest_at: StoredInstant | None


async def admit(tx: Transaction, request: AdmissionRequest) -> Admission:
    """Let a command in, or say what its key stands for already. A free task becomes the actor's by acting on it."""
    row = await tx.one(
        _SQL["admit"],
        request.id,
        request.dossier,
        request.kind,
        request.task,
        request.is_held,
        request.actor.model_dump(mode="json"),
        request.body,
        request.body_hash,
        request.entered_for,
        request.evidence and request.evidence.model_dump(mode="json"),
        texts_to_insert(request.texts),
        request.lease,
        request.revision,
    )
    assert row is not None, "the function always answers"
    verdict = row["verdict"]
    if verdict not in {"admitted", "known"}:
        raise _refusal(verdict, request, holder=str(row["held_by"]))
    is_new = verdict == "admitted"
    return Admission(**errand_fields(row), is_new=is_new, sends=is_new)


def _refusal(verdict: str, request: AdmissionRequest, *, holder: str) -> StoreError:
    refusals: dict[str, StoreError] = {
        "other-body": IdempotencyMismatch(command=str(request.id)),
        "dossier-unknown": DossierUnknown(dossier=str(request.dossier)),
        "task-unknown": TaskMissing(task=str(request.task)),
        "task-claimed": TaskHeldByAnother(holder=holder),
        "task-changed": TaskChanged(task=str(request.task)),
        "task-pending": TaskPending(task=str(request.task)),
    }
    return refusals[verdict]


def texts_to_insert(texts: tuple[Text, ...]) -> list[dict[str, str]]:
    """Texts in the form in which the statements that insert them take them."""
    return [{"id": str(t.id), "salt": t.salt.hex(), "body": t.body, "digest": t.digest} for t in texts]


async def refuse(tx: Transaction, command_id: UUID, problem: Mapping[str, Any]) -> InboxRow:
    """Refuse a pending command and give back what it took; answers what the row says now, refused or not."""
    row = await tx.one(_SQL["refuse"], command_id, dict(problem))
    if row is None:
        raise CommandUnknown(command=str(command_id))
    return InboxRow.from_row(row)


async def read_command(tx: Reading, command_id: UUID) -> InboxRow | None:
    row = await tx.one(_SQL["read_command"], command_id)
    return None if row is None else InboxRow.from_row(row)


async def lease_due(tx: Transaction, *, limit: int, lease: timedelta) -> tuple[Errand, ...]:
    """Commands that nobody is sending any more, for this caller to send: of each dossier the oldest."""
    errands = [Errand(**errand_fields(row)) for row in await tx.all(_SQL["lease_due"], limit, lease)]
    return tuple(sorted(errands, key=lambda errand: errand.row.position))


def errand_fields(row: asyncpg.Record) -> dict[str, Any]:
    """An inbox row as a statement finds it beside its dossier's ``journalled`` and ``clock``."""
    clock = row["clock"]
    return {
        "row": InboxRow.from_row(row),
        "journalled": row["journalled"],
        "clock": None if clock is None else FastClock.model_validate_json(clock),
    }


async def retry_now(tx: Transaction, command_id: UUID) -> None:
    """End the lease after a failure that is known to have done nothing."""
    await tx.run(_SQL["retry_now"], command_id)


async def backlog(tx: Transaction) -> Backlog:
    row = await tx.one(_SQL["count_pending"])
    assert row is not None, "an aggregate always answers"
    return Backlog.from_row(row)
