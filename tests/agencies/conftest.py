"""The portal as one process for all who tell it of dossiers; each has numbers of its own."""

from collections.abc import AsyncIterator

import pytest

from tests.support.portal import Portal, portal


@pytest.fixture(scope="session")
async def portal_process(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Portal]:
    async with portal(tmp_path_factory.mktemp("portal")) as made:
        yield made
