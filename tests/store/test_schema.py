"""What stands in the database is what the migrations make and what the code means."""

import re
from collections.abc import Iterable
from enum import StrEnum
from typing import get_args

import asyncpg
import pytest

from dossiers.deadlines import Grade
from dossiers.documents import PaperKind
from dossiers.drift import DriftKind
from dossiers.escalation import NoticeRole
from dossiers.procedure import Channel, Role, StepKind
from dossiers.seats import CallerKind
from dossiers.state import DossierStatus, TaskState
from dossiers.values import Result
from embedded.stack import MIGRATIONS
from store.histories import HistoryPlace
from store.inbox import CommandState
from store.petitions import PetitionKind
from store.rendered import ClockState, DeadlineState, DispatchState, LegState
from store.worklist import WorklistAct
from tests.support.postgres import Database
from tests.support.schema import SCHEMA, schema_of

#: What every column with a closed set of words may hold.
WORDS: dict[tuple[str, str], type[StrEnum] | tuple[str, ...]] = {
    # A dossier speaks through inboxes, never with a key.
    ("caller", "kind"): tuple(kind for kind in CallerKind if kind is not CallerKind.DOSSIER),
    ("caller", "roles"): Role,
    ("command_inbox", "state"): CommandState,
    ("deadline", "state"): ClockState,
    ("dispatch", "state"): DispatchState,
    ("dossier_document", "kind"): get_args(PaperKind),
    ("dossier", "channel"): Channel,
    ("petition", "kind"): get_args(PetitionKind),
    ("drift", "kind"): tuple(kind for kind in DriftKind if kind is not DriftKind.IN_STEP),
    ("dossier", "grade"): Grade,
    ("dossier", "history"): HistoryPlace,
    ("dossier", "result"): get_args(Result),
    ("dossier", "status"): DossierStatus,
    ("leg", "grade"): Grade,
    ("leg", "state"): LegState,
    ("notice", "role"): NoticeRole,
    ("task", "channel"): Channel,
    ("task", "deadline_state"): DeadlineState,
    ("task", "role"): Role,
    ("task", "state"): TaskState,
    ("task", "step_kind"): StepKind,
    ("task", "work"): ("step", "hand_over", "acceptance", "apology"),
    ("worklist_log", "act"): WorklistAct,
}


async def test_the_schema_for_readers_is_what_the_migrations_make(database: Database) -> None:
    made = await schema_of(database.owner_url)

    assert made == SCHEMA.read_text(encoding="utf-8"), "run: python -m tests.support.schema"


async def test_closed_sets_of_words_are_those_of_the_code(pool: asyncpg.Pool) -> None:
    rows = await pool.fetch(
        """
        SELECT c.conrelid::regclass::text AS relation, a.attname AS attribute, pg_get_constraintdef(c.oid) AS definition
        FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
        WHERE c.contype = 'c' AND c.connamespace = 'public'::regnamespace AND array_length(c.conkey, 1) = 1
        """
    )
    allowed = {
        (row["relation"], row["attribute"]): _words(row["definition"]) for row in rows if "ARRAY[" in row["definition"]
    }

    assert allowed == {column: sorted(words) for column, words in WORDS.items()}


def _words(definition: str) -> Iterable[str]:
    return sorted(re.findall(r"'([^']+)'::text", definition))


@pytest.mark.parametrize("path", sorted(MIGRATIONS.glob("*.sql")), ids=lambda path: path.stem)
def test_a_migration_says_why_and_how_back(path: object) -> None:
    text = getattr(path, "read_text")(encoding="utf-8")  # noqa: B009 - the parameter of a test has no better type

    assert text.startswith("-- migrate:up\n-- ")
    assert "\n-- migrate:down\n" in text


async def test_the_way_back_leads_back(database: Database) -> None:
    """Each migration undone in turn leaves an empty schema."""
    connection = await asyncpg.connect(database.owner_url)
    try:
        for path in sorted(MIGRATIONS.glob("*.sql"), reverse=True):
            await connection.execute(path.read_text(encoding="utf-8").split("-- migrate:down", 1)[1])
        left = await connection.fetchval(
            """
            SELECT count(*) FROM (
                SELECT relname::text FROM pg_class
                WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'schema_migrations%'
                UNION ALL SELECT proname::text FROM pg_proc WHERE pronamespace = 'public'::regnamespace
            ) AS things
            """
        )
    finally:
        await connection.close()

    assert left == 0
