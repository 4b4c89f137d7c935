"""Each thing that can be wrong is produced for real, found, and named with what to do."""

import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from temporalio import workflow
from temporalio.client import Client
from temporalio.service import RPCError
from temporalio.worker import UnsandboxedWorkflowRunner, Worker

from agencies.calendar_layers import DayOff
from cli.symptoms import (
    Part,
    Sign,
    Symptom,
    signs_of_api,
    signs_of_database,
    signs_of_machine,
    signs_of_processes,
    signs_of_schema,
    signs_of_temporal,
    signs_of_workers,
)
from commands.outcomes import Accepted
from dossiers import commands as c
from dossiers.values import task_key
from store.alarms import settle_alarms
from tests.commands.office import Office
from tests.commands.test_calendar_rollout import TODAY, carried_out, holiday, order
from tests.support.builders import COPY, PERMIT
from tests.support.postgres import Database
from workflows.addresses import DOSSIER
from workflows.messages import DossierStart


class Disk(NamedTuple):
    total: int
    free: int


async def signs(look: AsyncIterator[Sign]) -> tuple[list[Part], list[Symptom]]:
    """What runs, and what is wrong."""
    found = [sign async for sign in look]
    return [one for one in found if isinstance(one, Part)], [one for one in found if isinstance(one, Symptom)]


async def test_queues_without_pollers_are_wrong_and_with_workers_are_not(idle_office: Office) -> None:
    away = await signs(signs_of_workers(idle_office.client, idle_office.task_queue))
    async with idle_office.working(), asyncio.timeout(20):
        while True:
            parts, wrong = await signs(signs_of_workers(idle_office.client, idle_office.task_queue))
            if not wrong:
                break
            await asyncio.sleep(0.1)

    assert [one.code for one in away[1]] == ["no-worker", "no-worker"]
    assert {one.remedy for one in away[1]} == {"lienthong worker"}
    assert [part.state.startswith("1 đang nhận việc") for part in parts] == [True, True]


async def test_a_journal_that_came_from_another_server_is_named(office: Office) -> None:
    """As a dump brings it: with the transactions of a server that had counted further."""
    dossier = await office.file()
    _, before = await signs(signs_of_database(office.database))
    await office.owner.execute(
        "INSERT INTO dossier_event"
        " (dossier, sequence, kind, cause, occurred_at, recorded_at, event, run_id, transaction)"
        " SELECT dossier, 1000, kind, cause, occurred_at, recorded_at, event, run_id, '9000000000'::xid8"
        " FROM dossier_event WHERE dossier = $1 AND sequence = 1",
        dossier,
    )

    _, wrong = await signs(signs_of_database(office.database))

    assert (before, [one.code for one in wrong]) == ([], ["transactions-behind"])
    assert "9000000000" in wrong[0].detail


async def test_the_database_says_its_version_and_that_nothing_waits(office: Office) -> None:
    await office.file()

    [server], wrong = await signs(signs_of_database(office.database))

    assert server.version is not None
    assert server.since is not None
    assert wrong == []


async def test_a_command_that_waits_for_long_is_told_with_its_age(idle_office: Office) -> None:
    kept = await idle_office.gate.file(idle_office.filing())
    _, fresh = await signs(signs_of_database(idle_office.database))
    await idle_office.owner.execute("UPDATE command_inbox SET accepted_at = accepted_at - interval '2 hours'")

    _, [waiting] = await signs(signs_of_database(idle_office.database))

    assert isinstance(kept, Accepted)
    assert fresh == []
    assert waiting.code == "commands-pending"
    assert "1 yêu cầu" in waiting.detail
    assert "2 giờ" in waiting.detail


async def test_an_alarm_is_told_with_its_remedy_until_it_is_settled(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.forget(dossier)
    await office.act(dossier, c.Receive(task=task_key("reception#1")))

    _, [alarm] = await signs(signs_of_database(office.database))
    async with office.database.transaction() as tx:
        await settle_alarms(tx, dossier, ["workflow-missing"])
    _, settled = await signs(signs_of_database(office.database))
    await office.sweep()
    _, raised_again = await signs(signs_of_database(office.database))

    assert (alarm.code, alarm.remedy) == ("alarm-workflow-missing", f"lienthong dossier rehydrate {dossier}")
    assert settled == []
    assert [one.code for one in raised_again] == ["alarm-workflow-missing"]


async def test_a_dossier_that_refuses_a_calendar_is_named_with_the_reason_until_a_later_version_takes_it(
    office: Office,
) -> None:
    """Off from tomorrow to the end of the calendar: its promise would lie beyond."""
    days = (date(2027, 12, 31) - TODAY).days
    forever = tuple(DayOff(on=TODAY + timedelta(days=day), reason="nghỉ") for day in range(1, days + 1))
    willing, refusing = await office.file(COPY), await office.file(PERMIT)
    await office.finish(willing)
    await office.go_to(refusing, "appraisal")
    await order(office, holiday(days_off=forever))
    await carried_out(office)
    number = await office.owner.fetchval("SELECT number FROM dossier WHERE id = $1", refusing)

    _, [named] = await signs(signs_of_database(office.database))
    usual = tuple(one.on for one in forever)
    await order(office, holiday("vn-2026.4", "vn-2026.3", days_off=(), usual_days=usual))
    await carried_out(office)
    _, mended = await signs(signs_of_database(office.database))

    assert named.code == "calendar-refused"
    assert named.detail.startswith(f"{number} không chuyển được sang vn-2026.3, còn tính theo vn-2026.2: ")
    assert named.detail.endswith("(beyond-calendar)")
    assert mended == []
    assert (await office.folded(refusing)).calendar == "vn-2026.4"


async def test_a_server_that_forgets_after_a_day_is_told_how_to_remember(office: Office) -> None:
    [server], wrong = await signs(signs_of_temporal(office.client, "127.0.0.1:7233"))

    assert server.version is not None
    [short] = [one for one in wrong if one.code == "retention-short"]
    assert "1 ngày" in short.detail
    assert "--retention 90d" in short.remedy


@workflow.defn(name=DOSSIER)
class FaultyWorkflow:
    """What a wrong deployment runs."""

    @workflow.run
    async def run(self, _: DossierStart) -> None:
        message = "a fault of ours"
        raise RuntimeError(message)


async def test_a_workflow_whose_code_fails_is_named(idle_office: Office) -> None:
    kept = await idle_office.gate.file(idle_office.filing())
    faulty = Worker(
        idle_office.client,
        task_queue=idle_office.task_queue,
        workflows=[FaultyWorkflow],
        workflow_runner=UnsandboxedWorkflowRunner(),
    )

    async with faulty, asyncio.timeout(60):
        while not (failing := await _failing(idle_office.client, kept.dossier)):
            await asyncio.sleep(0.3)

    assert "tự đi tiếp" in failing[0].remedy


async def _failing(client: Client, dossier: UUID) -> list[Symptom]:
    """A look may fail on a busy machine, where doctor says so; whoever waits looks again."""
    try:
        _, wrong = await signs(signs_of_temporal(client, "127.0.0.1:7233"))
    except RPCError:
        return []
    return [one for one in wrong if one.code == "workflow-failing" and str(dossier) in one.detail]


async def test_a_migration_that_is_missing_is_named(office: Office, database: Database) -> None:
    up_to_date = await signs(signs_of_schema(database.owner_url))
    last = await office.owner.fetchval("SELECT max(version) FROM schema_migrations")
    await office.owner.execute("DELETE FROM schema_migrations WHERE version = $1", last)

    _, [pending] = await signs(signs_of_schema(database.owner_url))

    assert up_to_date[1] == []
    assert (pending.code, pending.remedy) == ("migrations-pending", "lienthong db up")
    assert last in pending.detail


async def test_a_schema_that_cannot_be_asked_is_said(database: Database) -> None:
    wrong_password = database.owner_url.replace(":owner@", ":forgotten@")

    _, [unknown] = await signs(signs_of_schema(wrong_password))
    unasked, nothing = await signs(signs_of_schema(None))

    assert unknown.code == "schema-unknown"
    assert "forgotten" not in unknown.detail
    assert (len(unasked), nothing) == (1, [])


async def test_an_api_that_does_not_answer_is_wrong() -> None:
    _, [silent] = await signs(signs_of_api("http://127.0.0.1:9"))

    assert silent.code == "api-silent"


async def test_a_disk_that_is_nearly_full_is_told(tmp_path: Path) -> None:
    roomy = await signs(signs_of_machine(tmp_path, lambda _: Disk(total=10**12, free=5 * 10**11)))
    full = await signs(signs_of_machine(tmp_path / "not yet", lambda _: Disk(total=10**12, free=10**9)))

    assert roomy[1] == []
    assert [one.code for one in full[1]] == ["disk-full"]


async def test_without_a_stack_no_process_is_shown() -> None:
    assert await signs(signs_of_processes(None)) == ([], [])
