"""What a dossier costs the server: the reason why acts are synchronous updates, and why one timer is armed."""

from decimal import Decimal
from typing import Any

import pytest

from dossiers import commands as c
from dossiers.escalation import NoticeRole, Rung
from tests.support.builders import COPY, LAND, PERMIT, procedure, rulebook_of, text
from tests.support.carriage import Carriage, Size, Station, eventually

pytestmark = pytest.mark.usefixtures("workers")

MORNING = "2026-03-02T08:00"

#: Start, workflow task (3), update accepted and completed, timer.
FIRST = Size(events=7, transitions=3)
#: Workflow task (3), update accepted and completed.
ACT = Size(events=5, transitions=1)
#: One timer cancelled, an earlier one started.
ACT_THAT_REARMS = Size(events=7, transitions=1)
#: The act (5), its timer cancelled, the flush (3), the task that ends the workflow (3), the end.
LAST = Size(events=13, transitions=5)
#: The timer fired, its task (3), the flush (3), the task that takes note of it (3).
DEADLINE = Size(events=10, transitions=7)
NOTHING = Size(events=0, transitions=0)

OBLIGATION: dict[str, Any] = {"obligation_kind": "transfer_tax", "obligation_due": True}
OPINIONS: dict[str, Any] = {
    "floors": 3,
    "fire_opinion_needed": True,
    "environment_opinion_needed": True,
}

WHOLE_WAYS: dict[str, tuple[str, dict[str, Any], list[tuple[str, Size]]]] = {
    "at the counter": (
        COPY,
        {},
        [
            ("receive", ACT),
            ("complete", ACT_THAT_REARMS),
            ("approve", ACT),
            ("return_result", LAST),
        ],
    ),
    "with parallel consultations": (
        PERMIT,
        OPINIONS,
        [
            ("receive", ACT_THAT_REARMS),
            ("accept_hand_over", ACT_THAT_REARMS),
            ("complete", ACT),
            ("complete", ACT),
            ("answer_consultation", ACT),
            ("answer_consultation", ACT),
            ("complete", ACT),
            ("approve", ACT_THAT_REARMS),
            ("complete", ACT),
            ("accept_hand_over", ACT),
            ("return_result", LAST),
        ],
    ),
    "with a wait for payment": (
        LAND,
        OBLIGATION,
        [
            ("receive", ACT),
            ("hand_over", ACT),
            ("accept_hand_over", ACT),
            ("complete", ACT),
            ("complete", ACT),
            ("hand_over", ACT),
            ("accept_hand_over", ACT),
            ("complete", ACT),
            ("hand_over", ACT),
            ("accept_hand_over", ACT),
            ("request_payment", ACT),
            ("confirm_payment", ACT),
            ("hand_over", ACT),
            ("accept_hand_over", ACT),
            ("complete", ACT),
            ("approve", ACT),
            ("complete", ACT),
            ("hand_over", ACT),
            ("accept_hand_over", ACT),
            ("return_result", LAST),
        ],
    ),
}


@pytest.mark.parametrize("way", WHOLE_WAYS)
async def test_every_act_of_a_whole_way_costs_what_it_must(station: Station, way: str) -> None:
    code, facts, expected = WHOLE_WAYS[way]
    one = station.dossier(code, MORNING, **facts)

    await one.file()
    first = await one.size()
    costs = []
    while not one.run.state.status.is_closed:
        command = one.run.usual(one.task)
        costs.append((command.kind, await cost_of(one, command)))

    assert first == FIRST
    assert costs == expected


async def test_an_act_costs_five_events_and_one_for_each_timer_started_or_cancelled(station: Station) -> None:
    one = await station.filed(PERMIT, MORNING, **OPINIONS)

    for _ in range(9):
        before, size = await one.happened(), await one.size()
        await one.usual()
        happened = await one.happened() - before
        timers = happened["timer_started"] + happened["timer_canceled"]

        assert (await one.size()).since(size) == Size(events=5 + timers, transitions=1)


async def test_three_acts_on_the_spot_are_one_call_and_cost_one(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    assert await cost_of(one, c.DecideOnTheSpot(task=one.task.key)) == ACT_THAT_REARMS


async def test_acts_beside_the_route_cost_no_more(station: Station) -> None:
    one = await station.filed(LAND, MORNING, **OBLIGATION)
    await one.go_to("appraisal")
    task = one.task.key

    costs = {
        "remind": await cost_of(one, c.Remind(task=task)),
        "assign": await cost_of(one, c.Assign(task=task, officer=one.run.holder(one.task).id)),
        "supplement": await cost_of(one, c.RequestSupplement(task=task, reason=text("thiếu hợp đồng"))),
        "answer": await cost_of(one, c.AnswerSupplement()),
        "consult": await cost_of(
            one, c.Consult(task=task, participants=("tax",), content=text("hỏi thuế"), limit="5wd")
        ),
    }

    assert set(costs.values()) == {ACT}


async def test_a_dossier_refused_at_the_counter_ends_with_its_second_act(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    assert await cost_of(one, c.Refuse(task=one.task.key, reason=text("không phải bản chính"))) == LAST


async def test_a_withdrawn_dossier_ends_like_any_other(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    assert await cost_of(one, c.Withdraw()) == LAST


async def test_a_refused_act_leaves_nothing_in_history(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    before = await one.size()

    refused = await one.refusal(one.envelope(c.ReturnResult(task=one.task.key)))

    assert refused.type == "wrong-act"
    assert (await one.size()).since(before) == NOTHING


async def test_a_command_sent_twice_costs_once(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    act = one.envelope(one.run.usual(one.task))
    await one.ask(act)
    before = await one.size()

    await one.ask(act)

    assert (await one.size()).since(before) == NOTHING


async def test_a_question_to_the_dossier_costs_nothing(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    before = await one.size()

    await one.state()

    assert (await one.size()).since(before) == NOTHING


async def test_a_deadline_that_passes_costs_its_timer_and_one_flush(station: Station) -> None:
    """On a real timer, because moving a workflow's clock is an event of its own."""
    overdue = Rung(code="overdue", label="Quá hạn", share=Decimal(100), notify=NoticeRole.UNIT_HEAD)
    given = procedure(COPY).model_copy(update={"ladders": {"default": (overdue,)}})
    one = await station.filed(rulebook_of(given), MORNING, factor=3_000)
    before = await one.size()

    async def has_been_flushed() -> bool:
        return (await one.happened())["workflow_task_completed"] == 3

    await eventually(has_been_flushed)

    assert [rung.rung for rung in one.rungs] == ["overdue"]
    assert (await one.size()).since(before) == DEADLINE


async def cost_of(one: Carriage, command: c.AnyCommand) -> Size:
    """What the act costs; if it is the last one, up to the end of the workflow."""
    before = await one.size()
    await one.act(command)
    if one.run.state.status.is_closed:
        await one.ended()
    return (await one.size()).since(before)
