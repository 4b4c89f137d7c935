"""When the engine does not answer, an act is kept, dated, told so, and carried out by the sweeper afterwards."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from api.app import create_app
from commands.delivery import Delivery
from commands.gate import Gate
from commands.sweeper import Sweeper
from store.inbox import retry_now
from tests.support.desks import FILING, Desk, Office, done, problem
from worker import activity_worker, workflow_worker


class Stalled:
    """The API while no worker runs, and the worker that comes back."""

    def __init__(self, office: Office, desk: Desk, delivery: Delivery, queue: str) -> None:
        self.office = office
        self.desk = desk
        self.delivery = delivery
        self.queue = queue


@pytest.fixture
async def stalled(bureau: Office) -> AsyncIterator[Stalled]:
    """The same API on a queue that no worker polls."""
    queue = f"nobody-{uuid.uuid4()}"
    parts = bureau.parts
    delivery = Delivery(parts.database, parts.client, queue, parts.catalogue)
    app = create_app(replace(parts, gate=Gate(parts.database, parts.catalogue, delivery)))
    known = await bureau.officer("ha-long-counter-1")
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://api") as http:
        yield Stalled(bureau, Desk(http, known.caller, known.key), delivery, queue)


async def test_an_act_that_nobody_applies_yet_is_accepted_and_asked_for_by_its_id(
    stalled: Stalled, temporal_environment: WorkflowEnvironment
) -> None:
    answer = await stalled.desk.post("/v1/dossiers", FILING)
    kept = done(answer, 202)
    waiting = await stalled.desk.get(answer.headers["location"])

    assert answer.headers["location"] == f"/v1/commands/{kept['command']}"
    assert done(waiting, 202) == kept

    client, database = temporal_environment.client, stalled.office.parts.database
    async with workflow_worker(client, stalled.queue), activity_worker(client, stalled.queue, database):
        async with database.transaction() as tx:
            await retry_now(tx, uuid.UUID(kept["command"]))
        await _swept(stalled)
        told = done(await stalled.desk.get(answer.headers["location"]))

    assert (told["status"], told["accepted_at"]) == ("filed", kept["accepted_at"])
    problem(
        await (await stalled.office.officer("co-to-counter-1")).get(answer.headers["location"]), 404, "command-unknown"
    )


async def _swept(stalled: Stalled) -> None:
    sweeper = Sweeper(stalled.office.parts.database, stalled.delivery)
    async with asyncio.timeout(30):
        while not await sweeper.sweep():
            await asyncio.sleep(0.1)
