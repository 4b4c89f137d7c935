"""What the database server says of itself."""

from store.database import Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class Server(Row):
    """Which PostgreSQL this is, and since when it runs."""

    version: str
    since: StoredInstant


async def describe_server(tx: Transaction) -> Server:
    row = await tx.one(_SQL["describe"])
    assert row is not None, "a row of settings is always there"
    return Server.from_row(row)
