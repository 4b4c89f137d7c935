"""The store under test, in the role the product runs in, on a database nobody else uses."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from store.database import Database as Store
from tests.support.postgres import Database


@pytest.fixture
async def store(database: Database) -> AsyncIterator[Store]:
    opened = await Store.connect(database.url, application="test", connections=25, patience=timedelta(seconds=5))
    try:
        yield opened
    finally:
        await opened.close()
