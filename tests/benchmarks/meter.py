"""What a stretch of steps used up: processor time of each part, and SQL statements of the product and of Temporal.

Statements are counted by the server itself (`pg_stat_statements`), those of the sweepers and pollers that run meanwhile
and the ends of transactions among them. Without the owner's address nobody counts them.
"""

from collections.abc import Mapping

import asyncpg

from dossiers.values import Value
from embedded.postgres import TEMPORAL_DATABASES
from tests.benchmarks.machine import Machine

_COUNT = """
SELECT coalesce(sum(calls) FILTER (WHERE d.datname <> ALL ($1::text[])), 0)::bigint AS product,
       coalesce(sum(calls) FILTER (WHERE d.datname = ANY ($1::text[])), 0)::bigint AS temporal
FROM pg_stat_statements AS s JOIN pg_database AS d ON d.oid = s.dbid
WHERE d.datname <> current_database()
"""


class Used(Value):
    """Since the stack started."""

    #: Seconds of each part.
    cpu: dict[str, float]
    #: Statements by whose databases they went to.
    statements: dict[str, int]


class Meter:
    """Reads what a stack has used until now."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._machine = Machine(environment)
        self._owner = environment.get("LIENTHONG_OWNER_DATABASE_URL")

    async def read(self) -> Used:
        statements = await _statements(self._owner) if self._owner else {}
        return Used(cpu=self._machine.cpu_seconds(), statements=statements)


async def _statements(owner: str) -> dict[str, int]:
    connection = await asyncpg.connect(owner, database="postgres")
    try:
        row = await connection.fetchrow(_COUNT, list(TEMPORAL_DATABASES))
    finally:
        await connection.close()
    assert row is not None, "an aggregate always answers"
    # The development server keeps its state elsewhere and sends nothing here.
    return {name: count for name, count in row.items() if count}
