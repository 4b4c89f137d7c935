"""The sweeper: what is left pending gets its outcome, one sender at a time, in the order of admission."""

import asyncio

from commands.outcomes import Accepted, Done, Refused
from commands.sweeper import Sweeper
from dossiers import commands as c
from dossiers.values import task_key
from store.inbox import CommandState
from tests.commands.office import Office, identity_of, row_of
from tests.support.builders import PERMIT


async def test_of_two_sweepers_one_sends_a_row(idle_office: Office) -> None:
    office = idle_office
    filings = [office.filing() for _ in range(5)]
    await asyncio.gather(*(office.gate.file(filing) for filing in filings))
    await office.end_leases()

    async with office.working():
        sweepers = [Sweeper(office.database, office.delivery) for _ in range(2)]
        swept = await asyncio.gather(*(sweeper.sweep() for sweeper in sweepers))

    rows = [await office.row(identity_of(filing)) for filing in filings]
    assert sum(swept) == 5
    assert [row.attempts for row in rows] == [2] * 5
    assert {row.state for row in rows} == {CommandState.DONE}


async def test_a_row_that_somebody_is_sending_is_left_to_them(idle_office: Office) -> None:
    sending = asyncio.create_task(idle_office.gate.file(idle_office.filing()))
    await asyncio.sleep(0.3)

    swept = await Sweeper(idle_office.database, idle_office.delivery).sweep()

    assert swept == 0
    assert isinstance(await sending, Accepted)


async def test_acts_of_one_dossier_are_sent_in_the_order_of_their_admission(idle_office: Office) -> None:
    office = idle_office
    async with office.working():
        dossier = await office.file(PERMIT)
    receive = office.submission(dossier, c.Receive(task=task_key("reception#1")))
    withdraw = office.submission(dossier, c.Withdraw())
    kept = [await office.gate.submit(receive), await office.gate.submit(withdraw)]

    async with office.working():
        # An update that the server kept may be done at any moment, before its turn or between a look and a sweep.
        while (await office.row(row_of(withdraw))).state is CommandState.PENDING:
            assert await office.sweep() <= 1

        assert [isinstance(outcome, Accepted) for outcome in kept] == [True, True]
        assert [type(await office.gate.outcome(row_of(one))) for one in (receive, withdraw)] == [Done, Done]
        kinds = await office.kinds(dossier)
        assert kinds.index("dossier.accepted") < kinds.index("dossier.withdrawn")


async def test_while_the_engine_is_away_one_row_is_tried_and_then_all_of_them(idle_office: Office) -> None:
    office = idle_office
    filings = [office.filing() for _ in range(4)]
    await asyncio.gather(*(office.gate.file(filing) for filing in filings))
    sweeper = Sweeper(office.database, office.delivery)

    await office.end_leases()
    await sweeper.sweep()
    await office.end_leases()
    await sweeper.sweep()
    tried = sorted([(await office.row(identity_of(filing))).attempts for filing in filings])
    async with office.working():
        await office.end_leases()
        swept = [await sweeper.sweep(), await sweeper.sweep()]

    assert tried == [2, 2, 2, 3]
    assert swept == [1, 3]


async def test_a_row_that_cannot_even_be_read_does_not_keep_the_others_waiting(idle_office: Office) -> None:
    office = idle_office
    broken, sound = office.filing(), office.filing()
    await asyncio.gather(office.gate.file(broken), office.gate.file(sound))
    await office.owner.execute("UPDATE command_inbox SET body = body - 'seats' WHERE id = $1", identity_of(broken))

    async with office.working():
        swept = await office.sweep()

    assert swept == 1
    assert (await office.row(identity_of(sound))).state is CommandState.DONE
    assert (await office.row(identity_of(broken))).state is CommandState.PENDING


async def test_what_the_core_refuses_is_refused_when_it_is_sent_later_too(idle_office: Office) -> None:
    office = idle_office
    async with office.working():
        dossier = await office.file()
    submission = office.submission(dossier, c.Approve(task=task_key("reception#1")))
    kept = await office.gate.submit(submission)

    async with office.working():
        swept = await office.sweep()
    outcome = await office.gate.outcome(row_of(submission))

    assert isinstance(kept, Accepted)
    assert swept == 1
    assert isinstance(outcome, Refused)
    assert outcome.code == "wrong-act"


async def test_it_sweeps_until_it_is_told_to_stop(idle_office: Office) -> None:
    office = idle_office
    filing = office.filing()
    await office.gate.file(filing)
    await office.end_leases()
    stopping = asyncio.Event()

    async with office.working():
        running = asyncio.create_task(Sweeper(office.database, office.delivery).run(stopping))
        async with asyncio.timeout(20):
            while not isinstance(await office.gate.outcome(identity_of(filing)), Done):
                await asyncio.sleep(0.05)
        stopping.set()
        await asyncio.wait_for(running, 5)

    assert running.exception() is None
