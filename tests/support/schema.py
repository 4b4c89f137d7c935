"""The schema that the migrations make, as text: `python -m tests.support.schema` writes it down for readers."""

import asyncio
import re
from pathlib import Path

from embedded.postgres import _program
from embedded.processes import run_to_end
from embedded.stack import MIGRATIONS
from tests.support.postgres import migrated_postgres

SCHEMA = MIGRATIONS.parent / "schema.sql"
_HEADING = (
    "-- Made from the migrations by `python -m tests.support.schema`; a test keeps it equal. Read it, never edit it.\n"
)


async def schema_of(owner_url: str) -> str:
    """Tables, functions and grants; without what differs between servers of one version and another."""
    dump = await run_to_end(
        (_program("pg_dump"), "--schema-only", "--no-owner", "--exclude-table=schema_migrations", owner_url),
        directory=Path.cwd(),
    )
    kept = [line for line in dump.splitlines() if not re.match(r"--|\\(un)?restrict|SET |SELECT pg_catalog", line)]
    return _HEADING + re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).rstrip() + "\n"


async def _write() -> None:
    async with migrated_postgres(MIGRATIONS) as server:
        SCHEMA.write_text(await schema_of(server.template.owner_url), encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(_write())
