"""What no caller carries to the journal, the workflow carries there: all of it, in order, for as long as it takes."""

from datetime import timedelta

import pytest

from dossiers import commands as c
from tests.support.builders import COPY
from tests.support.carriage import Carriage, Station, eventually, in_both_runners
from workflows.messages import Carried
from workflows.options import FLUSH_AGAIN_AFTER

MORNING = "2026-03-02T08:00"


@pytest.mark.usefixtures("workers")
async def test_a_journal_that_is_away_for_a_while_gets_every_event_once(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    one.journal.fail(times=2)

    closing = await one.ask(one.envelope(c.Withdraw()))
    await one.ended()

    sequences = tuple(record.sequence for record in closing.events)
    assert one.journal.flushes == [sequences] * 3
    assert one.events[2:] == closing.events


@pytest.mark.usefixtures("workers")
async def test_a_dossier_ends_only_when_its_last_event_is_in_the_journal(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    with one.journal.held():
        closing = await one.ask(one.envelope(c.Withdraw()))
        await eventually(lambda: is_flushing(one))

        assert not await one.has_ended()

    await one.ended()
    assert one.events[2:] == closing.events


@pytest.mark.usefixtures("workers")
async def test_flushes_follow_each_other_and_the_later_carries_all_that_came_meanwhile(station: Station) -> None:
    one = restored(station)
    with one.journal.held():
        await one.start(Carried(state=one.run.state, unjournalled=tuple(one.run.records)))
        await eventually(lambda: is_flushing(one))
        reminded = await one.ask(one.envelope(c.Remind(task=one.task.key)))
        closing = await one.ask(one.envelope(c.Withdraw()))

    await one.ended()
    later = tuple(range(3, closing.events[-1].sequence + 1))
    assert [record.sequence for record in reminded.events] == [1, 2, 3]
    assert one.journal.flushes == [(1, 2), later]
    assert one.journal.most_at_once == 1


@in_both_runners
async def test_deadlines_that_pass_during_a_flush_are_carried_by_the_next_one(station: Station) -> None:
    """Half an hour of work in a second: the warning at 08:45, the deadline at 09:00."""
    one = restored(station, factor=1_800)
    with one.journal.held():
        await one.start(Carried(state=one.run.state, unjournalled=tuple(one.run.records)))

        async def both_have_passed() -> bool:
            return (await one.state()).sequence == 4

        await eventually(both_have_passed)

    await one.settled()
    assert one.journal.flushes == [(1, 2), (3, 4)]
    assert one.journal.most_at_once == 1


@in_both_runners
async def test_a_flush_that_was_given_up_for_good_is_taken_up_again(station: Station) -> None:
    """An operator may end an activity by hand; what was decided must be recorded all the same."""
    one = await station.filed(COPY, MORNING)
    one.journal.give_up(times=1)

    await one.ask(one.envelope(c.Withdraw()))
    await eventually(lambda: is_flushing(one))
    await one.forward(FLUSH_AGAIN_AFTER + timedelta(seconds=1))

    await one.ended()
    assert [record.sequence for record in one.events] == list(range(1, len(one.events) + 1))
    assert len(one.journal.flushes) == 2


@pytest.mark.usefixtures("workers")
async def test_a_dossier_whose_flushes_all_fail_goes_on_and_its_callers_carry_what_it_decides(
    station: Station,
) -> None:
    one = restored(station)
    one.journal.give_up(times=1)
    await one.start(Carried(state=one.run.state, unjournalled=tuple(one.run.records)))
    await eventually(lambda: is_flushing(one))

    answer = await one.ask(one.envelope(c.Receive(task=one.task.key)))
    one.take(answer)

    assert [record.sequence for record in answer.events] == [1, 2, 3, 4, 5]
    assert one.events == answer.events


@pytest.mark.usefixtures("workers")
async def test_what_callers_have_carried_is_not_carried_again(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    await one.finish()
    await one.ended()

    last = [record.sequence for record in one.events if record.cause == one.events[-1].cause]
    assert one.journal.flushes == [tuple(last)]


def restored(station: Station, *, factor: int = 1) -> Carriage:
    """A dossier just filed, whose two events no journal has seen."""
    one = station.dossier(COPY, MORNING, factor=factor)
    one.run.act(one.run.filing(dossier=one.dossier))
    return one


async def is_flushing(one: Carriage) -> bool:
    return bool(one.journal.flushes)
