"""Whatever is changed by hand beside the journal is found, and named."""

from contextlib import suppress
from typing import LiteralString
from uuid import uuid4

import asyncpg
import pytest

from store.database import Database as Store
from store.errors import DossierUnknown
from store.verification import verify
from tests.support.builders import LAND
from tests.support.postgres import Database
from tests.support.records import StoredDossier


async def a_dossier_with_everything(store: Store) -> StoredDossier:
    """Legs, rungs and notices, an open task, and a command that is done."""
    dossier = await StoredDossier.filed(store, uuid4(), LAND)
    await dossier.go_to("appraisal")
    await dossier.tick("2026-03-20T16:00")
    return dossier


#: A change by hand, and what is said about it.
CHANGES: list[tuple[LiteralString, str]] = [
    ("UPDATE dossier SET status = 'decided'", "register: status is decided, the journal says processing"),
    ("UPDATE dossier SET promise_at = promise_at + interval '1 day'", "register: promise_at is"),
    ("UPDATE dossier SET last_sequence = 1", "register: last_sequence is 1"),
    ("UPDATE dossier SET snapshot = '{}'", "register: the snapshot is not the fold of the journal"),
    ("UPDATE task SET due_at = due_at + interval '1 day' WHERE state = 'open'", "task appraisal#1: due_at is"),
    ("UPDATE task SET state = 'completed' WHERE state = 'open'", "task appraisal#1: state is completed"),
    (
        "UPDATE task SET deadline_state = 'within' WHERE state = 'open'",
        "task appraisal#1: deadline_state is within",
    ),
    ("DELETE FROM task WHERE state = 'open'", "task appraisal#1: missing"),
    ("UPDATE leg SET grade = 'late'", "leg appraisal#1/acceptance: grade is late"),
    ("DELETE FROM leg", "leg appraisal#1/acceptance: missing"),
    ("UPDATE deadline SET first_due_at = now() WHERE subject = 'promise'", "deadline promise: first_due_at is"),
    ("DELETE FROM escalation WHERE sequence = (SELECT max(sequence) FROM escalation)", ": missing"),
    ("UPDATE escalation SET lifted_at = now()", "lifted_at is"),
    ("UPDATE notice SET acknowledged_at = now(), acknowledged_by = 'me'", "acknowledged_by is me"),
    ("UPDATE command_inbox SET state = 'refused', problem = '{}' WHERE kind = 'receive'", "against the journal"),
    (
        "UPDATE task SET pending = (SELECT id FROM command_inbox LIMIT 1) WHERE state = 'open'",
        "task appraisal#1: pending by a command that is not pending",
    ),
    (
        "UPDATE task SET holder = 'me', claimed_at = now() WHERE key = 'reception#1'",
        "task reception#1: held although it has ended",
    ),
]


class UndoneByHand(Exception):
    """Takes a change back."""


async def findings(store: Store, dossier: StoredDossier, change: LiteralString) -> tuple[str, ...]:
    """What is said about a change that never stays."""
    differences: tuple[str, ...] = ()
    with suppress(UndoneByHand):
        async with store.transaction() as tx:
            await tx.run(change)
            differences = await verify(tx, dossier.id)
            raise UndoneByHand
    return differences


async def test_every_change_by_hand_is_found(store: Store) -> None:
    dossier = await a_dossier_with_everything(store)

    found = {change: await findings(store, dossier, change) for change, _ in CHANGES}
    async with store.transaction() as tx:
        without = await verify(tx, dossier.id)

    missed = {
        change: found[change]
        for change, finding in CHANGES
        if not any(finding in difference for difference in found[change])
    }
    assert missed == {}
    assert without == ()


async def test_a_row_that_no_event_made_is_found(store: Store, pool: asyncpg.Pool) -> None:
    dossier = await a_dossier_with_everything(store)
    await pool.execute(
        """
        INSERT INTO escalation (
            dossier, sequence, subject, rung, term, is_overdue, reached_at, decided_at, agency, unit
        )
        VALUES ($1, 999, 'promise', 'overdue', 1, true, now(), now(), 'agency', 'unit')
        """,
        dossier.id,
    )

    async with store.transaction() as tx:
        differences = await verify(tx, dossier.id)

    assert differences == ("escalation 999: not in the journal",)


async def test_a_journal_with_a_hole_is_found(store: Store, database: Database) -> None:
    dossier = await a_dossier_with_everything(store)
    await as_owner(
        database,
        "ALTER TABLE dossier_event DISABLE TRIGGER dossier_event_is_append_only",
        "DELETE FROM dossier_event WHERE sequence = 4",
    )

    async with store.transaction() as tx:
        differences = await verify(tx, dossier.id)

    assert differences == ("journal: event 4 is missing",)


async def test_an_event_whose_kind_was_rewritten_is_found(store: Store, database: Database) -> None:
    dossier = await a_dossier_with_everything(store)
    await as_owner(
        database,
        "ALTER TABLE dossier_event DISABLE TRIGGER dossier_event_is_append_only",
        "UPDATE dossier_event SET kind = 'dossier.accepted' WHERE sequence = 1",
    )

    async with store.transaction() as tx:
        differences = await verify(tx, dossier.id)

    assert differences == ("event 1: kind dossier.accepted, content says dossier.filed",)


async def test_what_does_not_exist_cannot_be_verified(store: Store) -> None:
    with pytest.raises(DossierUnknown):
        async with store.transaction() as tx:
            await verify(tx, uuid4())


async def as_owner(database: Database, *statements: str) -> None:
    connection = await asyncpg.connect(database.owner_url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()
