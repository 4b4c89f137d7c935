"""A dossier whose workflow was lost goes on from the fold of its journal."""

from typing import Any
from uuid import UUID

import pytest

from dossiers import commands as c
from dossiers.instants import parse_instant
from tests.support.builders import COPY, LAND, PERMIT
from tests.support.carriage import Carriage, Station
from workflows.messages import Carried

pytestmark = pytest.mark.usefixtures("workers")

MORNING = "2026-03-02T08:00"


@pytest.mark.parametrize(
    ("code", "step", "facts"),
    [
        (COPY, "approval", {}),
        (PERMIT, "conclusion", {"floors": 2, "fire_opinion_needed": True, "environment_opinion_needed": False}),
        (LAND, "payment", {"obligation_kind": "land_use_fee", "obligation_due": True}),
    ],
)
async def test_it_goes_on_to_its_lawful_end(station: Station, code: str, step: str, facts: dict[str, Any]) -> None:
    one = lost_at(station, code, step, **facts)
    await one.start(Carried(state=one.run.state))

    await one.finish()
    await one.ended()

    assert [record.sequence for record in one.events] == list(range(1, len(one.events) + 1))
    assert one.run.state.status == "returned"


async def test_its_deadlines_run_as_if_nothing_had_been_lost(station: Station) -> None:
    """Filed at 08:00, lost, restored at 08:50: the warning of 08:45 is caught up, the deadline is still 09:00."""
    one = station.dossier(COPY, "2026-03-02T08:50")
    one.run.now = parse_instant(MORNING)
    one.run.act(one.run.filing(dossier=one.dossier))
    one.journal.record(one.dossier, tuple(one.run.records))
    await one.start(Carried(state=one.run.state))

    await one.forward_to(parse_instant("2026-03-02T09:01"))
    await one.settled()

    assert [(rung.rung, rung.due_at.strftime("%H:%M")) for rung in one.rungs] == [
        ("warning", "08:45"),
        ("overdue", "09:00"),
    ]
    assert one.events[2].recorded_at >= parse_instant("2026-03-02T08:50")


async def test_a_command_that_the_journal_names_is_not_applied_again(station: Station) -> None:
    one = lost_at(station, COPY, "appraisal")
    known = tuple(dict.fromkeys(record.cause for record in one.events))
    await one.start(Carried(state=one.run.state, applied=known))
    act = one.envelope(one.run.usual(one.task)).model_copy(update={"id": UUID(known[-1])})

    answer = await one.ask(act)

    assert answer.events == ()
    assert (await one.state()).sequence == len(one.events)


async def test_a_journal_ahead_of_what_was_restored_is_said_even_to_a_known_command(station: Station) -> None:
    """Else a caller would read an empty answer as done, and the dossier would forget what it must still carry."""
    one = lost_at(station, COPY, "appraisal")
    known = one.events[-1].cause
    await one.start(Carried(state=one.run.state, applied=(known,)))
    act = one.envelope(one.run.usual(one.task), journalled=len(one.events) + 1)

    refused = await one.refusal(act.model_copy(update={"id": UUID(known)}))

    assert refused.type == "journal-ahead"


async def test_a_supervisor_reads_of_it_at_once(station: Station) -> None:
    one = lost_at(station, COPY, "appraisal")
    await one.start(Carried(state=one.run.state))

    assert "Kiểm tra bản chính, bản sao" in await one.details()


async def test_a_request_to_cancel_ends_no_dossier(station: Station) -> None:
    """The law knows no such act: the applicant withdraws, or an operator terminates and answers for it."""
    one = await station.filed(COPY, MORNING)
    await one.handle.cancel()
    await one.usual()
    await one.handle.cancel()

    await one.finish()
    await one.ended()

    assert one.run.state.status == "returned"
    assert (await one.happened())["workflow_execution_cancel_requested"] == 1


async def test_a_request_to_cancel_does_not_keep_the_last_events_from_the_journal(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    with one.journal.held():
        closing = await one.ask(one.envelope(c.Withdraw()))
        await one.handle.cancel()

    await one.ended()
    assert one.events[2:] == closing.events


def lost_at(station: Station, code: str, step: str, **facts: Any) -> Carriage:  # noqa: ANN401  (facts are of every kind)
    """A dossier that was played up to a step and is now only in its journal."""
    one = station.dossier(code, MORNING, **facts)
    one.run.act(one.run.filing(dossier=one.dossier))
    one.run.go_to(step)
    one.journal.record(one.dossier, tuple(one.run.records))
    return one
