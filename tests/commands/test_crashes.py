"""A sender killed anywhere on a command's way: whoever sweeps next brings it to the same end, once."""

from collections.abc import Awaitable, Callable

import pytest

from commands.outcomes import Accepted, Done
from dossiers import commands as c
from dossiers.values import task_key
from store.inbox import CommandState
from tests.commands.crashes import Killed, dying_after_sending, dying_before_sending, dying_database
from tests.commands.office import Office, identity_of, row_of
from tests.support.builders import PERMIT
from tests.support.postgres import Database

RECEIVE = c.Receive(task=task_key("reception#1"))

Crash = Callable[[Office, Database], Awaitable[Office]]


async def before_sending(office: Office, _: Database) -> Office:
    return office.failing(client=dying_before_sending(office.client))


async def before_the_journal(office: Office, _: Database) -> Office:
    return office.failing(client=dying_after_sending(office.client))


async def before_the_answer(office: Office, database: Database) -> Office:
    # The journal is the sender's only transaction.
    return office.failing(await dying_database(database, commits=1))


CRASHES = pytest.mark.parametrize("crash", [before_sending, before_the_journal, before_the_answer])


@CRASHES
async def test_an_act_whose_sender_was_killed_is_applied_once(office: Office, database: Database, crash: Crash) -> None:
    dossier = await office.file(PERMIT)
    dying = await crash(office, database)
    submission = office.submission(dossier, RECEIVE)

    with pytest.raises(Killed):
        await dying.gate.submit(submission)
    await office.sweep()
    outcome = await office.gate.submit(submission)

    assert isinstance(outcome, Done)
    assert (await office.kinds(dossier)).count("dossier.accepted") == 1
    assert outcome.events == tuple(one for one in await office.journal(dossier) if one.cause == str(row_of(submission)))
    assert await office.findings() == []
    await office.finish(dossier)


@CRASHES
async def test_a_filing_whose_sender_was_killed_opens_one_dossier(
    office: Office, database: Database, crash: Crash
) -> None:
    dying = await crash(office, database)
    filing = office.filing()

    with pytest.raises(Killed):
        await dying.gate.file(filing)
    await office.sweep()
    outcome = await office.gate.file(filing)

    assert isinstance(outcome, Done)
    assert await office.kinds(outcome.dossier) == ["dossier.filed", "task.opened"]
    assert await office.findings() == []


async def test_a_later_act_carries_what_a_killed_sender_left_to_the_journal(office: Office) -> None:
    dossier = await office.file(PERMIT)
    dying = office.failing(client=dying_after_sending(office.client))
    forgotten = office.submission(dossier, RECEIVE)
    with pytest.raises(Killed):
        await dying.gate.submit(forgotten)

    withdrawn = await office.act(dossier, c.Withdraw())

    assert isinstance(withdrawn, Done)
    assert (await office.kinds(dossier))[-1] == "dossier.withdrawn"
    assert (await office.row(row_of(forgotten))).state is CommandState.DONE
    assert await office.sweep() == 0
    assert await office.findings() == []


async def test_a_commit_nobody_acknowledged_is_told_as_kept_and_found_done(office: Office, database: Database) -> None:
    dossier = await office.file()
    unsure = office.failing(await dying_database(database, commits=1, acknowledged=True))
    submission = office.submission(dossier, RECEIVE)

    told = await unsure.gate.submit(submission)
    asked = await office.gate.outcome(row_of(submission))

    assert isinstance(told, Accepted)
    assert isinstance(asked, Done)
    assert await office.findings() == []


async def test_a_filing_whose_workflow_was_ended_before_its_first_event_starts_again(idle_office: Office) -> None:
    filing = idle_office.filing()
    kept = await idle_office.gate.file(filing)
    await idle_office.workflow(kept.dossier).terminate("an operator's mistake")

    async with idle_office.working():
        swept = await idle_office.sweep()
        outcome = await idle_office.gate.outcome(identity_of(filing))

        assert swept == 1
        assert isinstance(outcome, Done)
        assert await idle_office.findings() == []
