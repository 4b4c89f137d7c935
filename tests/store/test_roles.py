"""The role in which the product runs may do what it must and nothing else; not even the owner changes the journal."""

from uuid import uuid4

import asyncpg
import pytest

from store.database import Database as Store
from tests.support.postgres import Database
from tests.support.records import StoredDossier

REFUSED = [
    "UPDATE dossier_event SET kind = kind",
    "DELETE FROM dossier_event",
    "TRUNCATE dossier_event",
]


REFUSED_TO_THE_PRODUCT = [
    "UPDATE worklist_log SET actor = 'nobody'",
    "DELETE FROM worklist_log",
    "UPDATE free_text SET body = body",
    "DELETE FROM free_text",
    "UPDATE procedure_version SET definition = '{}'",
    "UPDATE rule_set SET definition = '{}'",
    "UPDATE calendar_version SET definition = '{}'",
    "UPDATE history_archive SET history = '{}'",
    "DELETE FROM dossier",
    "DELETE FROM command_inbox",
    "DELETE FROM applicant",
    "DELETE FROM number_series",
    "DELETE FROM alarm",
    "DELETE FROM caller",
    "DELETE FROM absence",
    "UPDATE saved_view SET name = name",
    "ALTER TABLE dossier_event DISABLE TRIGGER ALL",
    "DROP TABLE dossier_event",
    "CREATE TABLE mine (id integer)",
    "SELECT * FROM schema_migrations",
]


async def test_the_product_is_neither_above_nor_the_owner(pool: asyncpg.Pool) -> None:
    role = await pool.fetchrow(
        """
        SELECT rolname, rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication,
            pg_has_role(rolname, 'lienthong_owner', 'MEMBER') AS is_owner,
            has_schema_privilege('public', 'CREATE') AS may_create
        FROM pg_roles WHERE rolname = current_user
        """
    )

    assert role is not None
    assert role["rolname"] == "lienthong_app"
    assert not any(list(role)[1:])


async def test_the_product_may_not_change_what_is_written_for_good(store: Store, pool: asyncpg.Pool) -> None:
    await StoredDossier.filed(store, uuid4())

    done = [statement for statement in (*REFUSED, *REFUSED_TO_THE_PRODUCT) if await is_done(pool, statement)]

    assert done == []


async def is_done(pool: asyncpg.Pool, statement: str) -> bool:
    try:
        await pool.execute(statement)
    except asyncpg.InsufficientPrivilegeError:
        return False
    return True


async def test_the_journal_refuses_its_owner(store: Store, database: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    connection = await asyncpg.connect(database.owner_url)
    try:
        for statement in REFUSED:
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="the journal is append-only"):
                await connection.execute(statement)
        left = await connection.fetchval("SELECT count(*) FROM dossier_event WHERE dossier = $1", dossier.id)
    finally:
        await connection.close()

    assert left == len(dossier.run.records)


async def test_no_function_runs_with_anothers_rights(pool: asyncpg.Pool) -> None:
    definers = await pool.fetch("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prosecdef")

    assert definers == []
