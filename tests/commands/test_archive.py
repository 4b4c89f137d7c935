"""Histories of closed dossiers: kept once, whole, replayable, and served when Temporal has forgotten them."""

import asyncio
import json
from uuid import UUID

from temporalio.client import Client, WorkflowHistory
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from bootstrap import DATA_CONVERTER
from commands.archive import Archivist
from commands.histories import read_runs
from tests.commands.office import Office
from worker import WORKFLOWS
from workflows.addresses import dossier_workflow_id


async def keep_all(office: Office) -> int:
    """Keep what is due; a workflow ends a moment after its journal does."""
    archivist, kept = Archivist(office.database, office.client), 0
    async with asyncio.timeout(20):
        while await office.owner.fetchval(
            "SELECT count(*) FROM dossier WHERE closed_at IS NOT NULL AND history = 'with_temporal'"
        ):
            kept += await archivist.keep_due()
    return kept


async def closed(office: Office) -> UUID:
    dossier = await office.file()
    await office.finish(dossier)
    return dossier


async def test_a_closed_dossiers_history_is_kept_once_and_an_open_ones_is_not(office: Office) -> None:
    open_one, ended = await office.file(), await closed(office)

    kept = await keep_all(office)
    again = await Archivist(office.database, office.client).keep_due()

    rows = await office.owner.fetch("SELECT dossier FROM history_archive")
    assert (kept, again) == (1, 0)
    assert [row["dossier"] for row in rows] == [ended]
    assert [run.is_archived for run in await read_runs(open_one, office.database, office.client)] == [False]


async def test_a_kept_history_is_the_one_that_temporal_had(office: Office, forgetful: Client) -> None:
    dossier = await closed(office)
    before = await until_completed(office, dossier)

    await keep_all(office)
    after = await read_runs(dossier, office.database, forgetful)

    assert [run.is_archived for run in after] == [True]
    assert [run.events for run in after] == [before]


async def test_a_kept_history_still_replays(office: Office) -> None:
    dossier = await closed(office)
    await keep_all(office)
    [run] = await read_runs(dossier, office.database, office.client)
    replayer = Replayer(workflows=WORKFLOWS, data_converter=DATA_CONVERTER, workflow_runner=UnsandboxedWorkflowRunner())

    replayed = await replayer.replay_workflow(
        WorkflowHistory.from_json(dossier_workflow_id(dossier), json.dumps(run.history))
    )

    assert replayed.replay_failure is None


async def test_the_run_that_fell_behind_is_kept_beside_the_one_that_replaced_it(office: Office) -> None:
    dossier = await office.file()
    await office.rehydrate(dossier)
    await office.finish(dossier)

    await keep_all(office)
    runs = await read_runs(dossier, office.database, office.client)

    ends = [str(run.events[-1]["eventType"]).removeprefix("EVENT_TYPE_WORKFLOW_EXECUTION_") for run in runs]
    assert ends == ["TERMINATED", "COMPLETED"]


async def test_a_history_that_temporal_forgot_first_is_an_alarm_and_not_looked_for_again(
    office: Office, forgetful: Client
) -> None:
    dossier = await closed(office)

    looked = await Archivist(office.database, forgetful).keep_due()
    again = await Archivist(office.database, forgetful).keep_due()

    assert (looked, again) == (1, 0)
    assert await office.alarms() == ["history-lost"]
    assert await read_runs(dossier, office.database, forgetful) == ()


async def test_a_misspelt_namespace_has_forgotten_nothing(office: Office) -> None:
    dossier = await closed(office)
    config = office.client.config()
    config["namespace"] = "misspelt"

    looked = await Archivist(office.database, Client(**config)).keep_due()

    assert looked == 0
    assert await office.alarms() == []
    assert await read_runs(dossier, office.database, office.client) != ()


async def test_it_keeps_until_it_is_told_to_stop(office: Office) -> None:
    dossier = await closed(office)
    await until_completed(office, dossier)
    stopping = asyncio.Event()
    running = asyncio.create_task(Archivist(office.database, office.client).run(stopping))

    async with asyncio.timeout(20):
        while not await office.owner.fetchval("SELECT count(*) FROM history_archive"):
            await asyncio.sleep(0.05)
    stopping.set()
    await asyncio.wait_for(running, 5)

    assert running.exception() is None


async def until_completed(office: Office, dossier: UUID) -> list[dict[str, object]]:
    """The events of a workflow that has ended."""
    async with asyncio.timeout(20):
        while True:
            [run] = await read_runs(dossier, office.database, office.client)
            if run.events[-1]["eventType"] == "EVENT_TYPE_WORKFLOW_EXECUTION_COMPLETED":
                return run.events
            await asyncio.sleep(0.05)
