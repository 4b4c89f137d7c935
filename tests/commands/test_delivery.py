"""What no sender can settle: the row stays pending, an alarm says why, and nothing is told that is not so."""

import pytest
from temporalio.client import Client

from commands.outcomes import Accepted, Done, Refused
from dossiers import commands as c
from dossiers.values import task_key
from store.inbox import CommandState
from tests.commands.crashes import Killed, dying_before_sending, interrupted
from tests.commands.office import Office, dossier_of, row_of
from tests.support.builders import PERMIT

RECEIVE = c.Receive(task=task_key("reception#1"))


async def test_another_truth_in_the_journal_is_an_alarm_and_nothing_of_ours_is_written(office: Office) -> None:
    dossier = await office.file(PERMIT)

    async def withdrawn_elsewhere() -> None:
        await office.act_in_another_run(dossier, c.Withdraw())

    contested = office.failing(client=interrupted(office.client, withdrawn_elsewhere))
    submission = office.submission(dossier, RECEIVE)

    outcome = await contested.gate.submit(submission)

    assert isinstance(outcome, Accepted)
    assert await office.alarms() == ["journal-conflict"]
    assert (await office.kinds(dossier))[-1] == "dossier.withdrawn"
    assert (await office.row(row_of(submission))).state is CommandState.PENDING


async def test_after_a_conflict_the_journal_wins(office: Office) -> None:
    dossier = await office.file(PERMIT)

    async def withdrawn_elsewhere() -> None:
        await office.act_in_another_run(dossier, c.Withdraw())

    contested = office.failing(client=interrupted(office.client, withdrawn_elsewhere))
    submission = office.submission(dossier, RECEIVE)
    await contested.gate.submit(submission)

    await office.rehydrate(dossier)
    await office.sweep()
    outcome = await office.gate.outcome(row_of(submission))

    assert isinstance(outcome, Refused)
    assert outcome.code == "dossier-closed"
    assert await office.alarms() == []


async def test_a_workflow_behind_its_journal_takes_no_act_until_it_is_restored(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.go_on(dossier, 2)
    await office.set_back(dossier, to=2)
    submission = await office.usual(dossier)

    kept = await office.gate.submit(submission)
    alarms = await office.alarms()
    swept_in_vain = await office.sweep()
    await office.rehydrate(dossier)
    healed = await office.sweep()
    outcome = await office.gate.outcome(row_of(submission))

    assert isinstance(kept, Accepted)
    assert alarms == ["journal-ahead"]
    assert (swept_in_vain, healed) == (0, 1)
    assert isinstance(outcome, Done)
    assert outcome.accepted_at == kept.accepted_at
    assert await office.alarms() == []
    assert await office.findings() == []


async def test_an_open_dossier_that_temporal_does_not_know_is_an_alarm_and_not_a_refusal(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.forget(dossier)
    submission = office.submission(dossier, RECEIVE)

    kept = await office.gate.submit(submission)
    alarms = await office.alarms()
    await office.rehydrate(dossier)
    await office.sweep()

    assert isinstance(kept, Accepted)
    assert alarms == ["workflow-missing"]
    assert isinstance(await office.gate.outcome(row_of(submission)), Done)
    assert await office.alarms() == []


async def test_an_act_before_its_filing_arrived_waits_for_it(office: Office) -> None:
    filing = office.filing()
    with pytest.raises(Killed):
        await office.failing(client=dying_before_sending(office.client)).gate.file(filing)
    withdraw = office.submission(dossier_of(filing), c.Withdraw())

    kept = await office.gate.submit(withdraw)
    swept = [await office.sweep(), await office.sweep()]

    assert isinstance(kept, Accepted)
    assert await office.alarms() == []
    assert swept == [1, 1]
    assert isinstance(await office.gate.outcome(row_of(withdraw)), Done)


async def test_a_worker_that_does_not_know_an_act_refuses_nothing(office: Office) -> None:
    dossier = await office.file(PERMIT)
    submission = office.submission(dossier, RECEIVE)
    with pytest.raises(Killed):
        await office.failing(client=dying_before_sending(office.client)).gate.submit(submission)
    rename = "UPDATE command_inbox SET kind = $2 WHERE id = $1"

    await office.owner.execute(rename, row_of(submission), "unheard_of")
    swept = await office.sweep()
    alarms, row = await office.alarms(), await office.row(row_of(submission))
    await office.owner.execute(rename, row_of(submission), RECEIVE.kind)

    assert swept == 0
    assert (alarms, row.state) == (["update-broken"], CommandState.PENDING)
    assert await office.sweep() == 1


async def test_an_act_that_turns_out_to_be_applied_is_not_refused(office: Office, forgetful: Client) -> None:
    dossier = await office.file()
    submission = office.submission(dossier, c.Withdraw())
    done = await office.gate.submit(submission)

    again = await office.failing(client=forgetful).delivery.deliver(await office.errand(row_of(submission)))

    assert isinstance(done, Done)
    assert again == done


@pytest.mark.parametrize("step", ["assignment", "appraisal"])
async def test_a_restored_workflow_applies_nothing_twice_and_goes_on_to_the_end(office: Office, step: str) -> None:
    dossier = await office.file(PERMIT)
    await office.go_to(dossier, step)
    submission = await office.usual(dossier)
    await office.gate.submit(submission)
    before = await office.journal(dossier)

    sequence = await office.rehydrate(dossier)
    await office.delivery.deliver(await office.errand(row_of(submission)))

    assert sequence == len(before)
    assert await office.journal(dossier) == before
    assert await office.workflow_state(dossier) == await office.folded(dossier)
    await office.finish(dossier)
    assert await office.findings() == []
