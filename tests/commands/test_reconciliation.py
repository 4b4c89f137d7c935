"""Reconciliation finds what no transaction of ours can make, names it, and says what to do."""

from datetime import timedelta

import asyncpg
import pytest
from temporalio.client import Client

from commands.finding import Finding
from commands.reconciliation import Reconciliation
from dossiers import commands as c
from dossiers.values import task_key
from store.journal import rebuild
from tests.commands.office import Office
from tests.support.builders import PERMIT
from worker import workflow_worker

RECEIVE = c.Receive(task=task_key("reception#1"))


async def found(office: Office) -> Finding:
    """The one thing that is wrong."""
    findings = await office.findings()
    assert len(findings) == 1, findings
    return findings[0]


async def test_nothing_is_found_in_healthy_dossiers_of_every_kind(office: Office) -> None:
    finished, withdrawn, under_way, _ = [await office.file(PERMIT) for _ in range(4)]
    await office.finish(finished)
    await office.act(withdrawn, c.Withdraw())
    await office.go_on(under_way, 3)

    assert await office.findings() == []


async def test_a_closed_dossier_needs_no_workflow_any_more(office: Office, forgetful: Client) -> None:
    dossier = await office.file()
    await office.finish(dossier)
    filed = (await office.folded(dossier)).filed
    assert filed is not None

    look = await Reconciliation(office.database, forgetful, looks=1).look(dossier, filed.number)

    assert look.findings == ()


@pytest.mark.parametrize(
    ("tampering", "detail"),
    [
        ("UPDATE dossier SET status = 'decided'", "status"),
        ("UPDATE dossier SET last_sequence = last_sequence + 1", "last_sequence"),
        ("UPDATE task SET unit = 'elsewhere' WHERE key = 'assignment#1'", "unit"),
        ("UPDATE task SET due_at = due_at + interval '1 hour' WHERE key = 'assignment#1'", "due_at"),
        ("DELETE FROM task WHERE key = 'assignment#1'", "missing"),
        ("DELETE FROM deadline WHERE subject = 'promise'", "missing"),
    ],
)
async def test_a_row_changed_by_hand_is_found_and_rebuilt(office: Office, tampering: str, detail: str) -> None:
    dossier = await office.file(PERMIT)
    await office.go_to(dossier, "assignment")
    await office.owner.execute(tampering)

    finding = await found(office)
    async with office.database.transaction() as tx:
        await rebuild(tx, dossier)

    assert finding.code == "projection-differs"
    assert finding.dossier == dossier
    assert detail in finding.detail
    assert finding.remedy == f"lienthong dossier rebuild {dossier}"
    assert await office.findings() == []


async def test_an_ended_workflow_of_an_open_dossier_is_found_and_restored(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.workflow(dossier).terminate("by mistake")

    finding = await found(office)
    await office.rehydrate(dossier)

    assert (finding.code, finding.remedy) == ("workflow-ended", f"lienthong dossier rehydrate {dossier}")
    assert await office.findings() == []


async def test_a_workflow_that_temporal_lost_is_found_and_restored(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.forget(dossier)

    finding = await found(office)
    await office.rehydrate(dossier)

    assert (finding.code, finding.remedy) == ("workflow-missing", f"lienthong dossier rehydrate {dossier}")
    assert await office.findings() == []


async def test_a_workflow_set_back_by_a_restored_backup_is_found_and_restored(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.go_on(dossier, 2)
    await office.set_back(dossier, to=2)

    finding = await found(office)
    await office.rehydrate(dossier)

    assert (finding.code, finding.remedy) == ("workflow-behind", f"lienthong dossier rehydrate {dossier}")
    assert await office.findings() == []


async def test_a_workflow_with_another_truth_is_found(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.act(dossier, c.Receive(task=RECEIVE.task, facts={"floors": 3}))
    await office.split(dossier, c.Receive(task=RECEIVE.task, facts={"floors": 4}), at=2)

    finding = await found(office)

    assert finding.code == "state-differs"
    assert finding.remedy == f"lienthong dossier rehydrate --force {dossier}"


async def test_events_that_no_one_has_journalled_are_found(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.apply_without_journal(dossier, RECEIVE)

    finding = await found(office)

    assert finding.code == "journal-behind"


async def test_a_closed_dossier_whose_workflow_cannot_end_is_found(idle_office: Office) -> None:
    """Without a worker for activities nobody confirms that its last events are in the journal."""
    async with workflow_worker(idle_office.client, idle_office.task_queue):
        dossier = await idle_office.file(PERMIT)
        await idle_office.act(dossier, c.Withdraw())
        finding = await found(idle_office)

    assert (finding.code, finding.dossier) == ("workflow-lingers", dossier)


async def test_without_workers_a_dossier_cannot_answer_and_that_is_said(idle_office: Office) -> None:
    async with idle_office.working():
        dossier = await idle_office.file(PERMIT)
    impatient = Reconciliation(idle_office.database, idle_office.client, looks=1, answer_within=timedelta(seconds=1))

    [look] = [look async for look in impatient.run()]

    assert look.dossier == dossier
    assert [finding.code for finding in look.findings] == ["workflow-silent"]
    assert "lienthong doctor" in look.findings[0].remedy


async def test_an_event_missing_from_the_journal_is_found(office: Office, superuser: asyncpg.Connection) -> None:
    dossier = await office.file(PERMIT)
    await office.go_on(dossier, 2)
    await without_triggers(superuser, "DELETE FROM dossier_event WHERE sequence = 3")

    finding = await found(office)

    assert finding.code == "journal-gap"
    assert "3" in finding.detail


async def test_a_command_applied_twice_is_found(office: Office, superuser: asyncpg.Connection) -> None:
    dossier = await office.file(PERMIT)
    await office.go_on(dossier, 2)
    first = (await office.journal(dossier))[0].cause
    await without_triggers(
        superuser,
        f"UPDATE dossier_event SET cause = '{first}' WHERE sequence = (SELECT max(sequence) FROM dossier_event)",  # noqa: S608
    )

    assert "applied-twice" in {finding.code for finding in await office.findings()}


async def test_a_command_said_to_be_done_without_an_event_is_found(office: Office) -> None:
    dossier = await office.file(PERMIT)
    refused = office.submission(dossier, c.Approve(task=RECEIVE.task))
    await office.gate.submit(refused)
    await office.owner.execute("UPDATE command_inbox SET state = 'done', problem = NULL WHERE state = 'refused'")

    finding = await found(office)

    assert finding.code == "command-differs"


async def without_triggers(superuser: asyncpg.Connection, statement: str) -> None:
    """The append-only journal stops even its owner; only a superuser gets past it."""
    await superuser.execute("SET session_replication_role = replica")
    await superuser.execute(statement)
