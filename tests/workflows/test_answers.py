"""What an act is answered with, and how a dossier refuses."""

from uuid import UUID

import pytest
from temporalio.client import WorkflowUpdateFailedError

from dossiers import commands as c
from dossiers.values import task_key
from tests.support.builders import CITIZEN, COPY, LAND, person, text
from tests.support.carriage import Carriage, Station
from workflows.messages import ActAnswer

pytestmark = pytest.mark.usefixtures("workers")

MORNING = "2026-03-02T08:00"


async def test_the_answer_holds_everything_after_what_the_caller_had_found(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    first = await one.ask(reminder(one))
    second = await one.ask(reminder(one))

    third = await one.ask(reminder(one, journalled=3))

    assert [record.sequence for record in first.events] == [3]
    assert [record.sequence for record in second.events] == [3, 4]
    assert [record.sequence for record in third.events] == [4, 5]
    assert (first.events[0], second.events[1]) == (second.events[0], third.events[0])


async def test_events_are_kept_until_they_are_shown_to_be_in_the_journal(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    await one.ask(reminder(one, journalled=2))
    await one.ask(reminder(one, journalled=3))

    answer = await one.ask(reminder(one, journalled=2))

    assert [record.sequence for record in answer.events] == [4, 5], "3 was shown; nobody needs it any more"


@pytest.mark.parametrize("journalled", [0, 3])
async def test_a_command_sent_again_is_answered_as_before_whatever_was_journalled_since(
    station: Station, journalled: int
) -> None:
    one = await station.filed(COPY, MORNING)
    act = reminder(one)
    answer = await one.ask(act)

    again = await one.ask(act.model_copy(update={"journalled": journalled}))

    assert again == answer
    assert (await one.state()).sequence == 3


async def test_an_answer_names_the_run_that_decided(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    answer = await one.ask(reminder(one))

    assert answer.run_id == (await one.handle.describe()).run_id


async def test_a_journal_that_is_ahead_of_the_dossier_is_refused_by_a_name_of_its_own(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    refused = await one.refusal(reminder(one, journalled=7))

    assert refused.type == "journal-ahead"
    assert refused.details == ({"journalled": "7", "sequence": "2"},)
    assert (await one.state()).sequence == 2


async def test_a_refusal_carries_its_stable_code_its_particulars_and_words_for_people(station: Station) -> None:
    one = await station.filed(COPY, MORNING)
    stranger = person(one.task.seat.model_copy(update={"unit": "elsewhere"}), one.task.role)
    key = one.task.key

    refusals = [
        await one.refusal(one.envelope(c.Approve(task=key))),
        await one.refusal(one.envelope(c.Receive(task=key), by=stranger)),
        await one.refusal(one.envelope(c.Complete(task=task_key("nothing#1")), by=stranger)),
        await one.refusal(one.envelope(c.AnswerSupplement())),
        await one.refusal(one.envelope(c.AcknowledgeNotice(notice=UUID(int=7)), by=CITIZEN)),
    ]

    assert [(one.type, one.details[0]) for one in refusals] == [
        ("wrong-act", {"task": "reception#1", "act": "approve"}),
        ("not-permitted", {"actor": stranger.id, "act": "receive"}),
        ("task-unknown", {"task": "nothing#1"}),
        ("nothing-awaited", {"awaited": "supplement"}),
        ("notice-unknown", {"notice": str(UUID(int=7))}),
    ]
    assert all(one.non_retryable and one.message.endswith(".") for one in refusals)


async def test_a_closed_dossier_in_its_last_moment_refuses_what_comes_too_late(station: Station) -> None:
    """The workflow still lives, because its last events are not in the journal."""
    one = await station.filed(COPY, MORNING)
    with one.journal.held():
        await one.act(c.Withdraw())

        refused = await one.refusal(one.envelope(c.AnswerSupplement()))

    assert refused.type == "dossier-closed"
    await one.ended()


async def test_a_limit_nobody_can_count_is_a_refusal(station: Station) -> None:
    """Beyond the calendar the dossier carries, no promise can be made."""
    one = await station.filed(LAND, MORNING, obligation_kind="transfer_tax")
    await one.go_to("appraisal")
    consult = c.Consult(task=one.task.key, participants=("tax",), content=text("hỏi"), limit="900wd")

    refused = await one.refusal(one.envelope(consult))

    assert refused.type == "beyond-calendar"


async def test_every_kind_of_act_has_a_handler_of_its_name(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    definition = (await one.metadata()).definition

    assert sorted(update.name for update in definition.update_definitions) == sorted(c.COMMAND_KINDS)


async def test_an_act_nobody_knows_is_refused_and_the_dossier_goes_on(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    with pytest.raises(WorkflowUpdateFailedError):
        await one.handle.execute_update("praise", reminder(one), result_type=ActAnswer)

    assert await one.usual()


async def test_an_act_nobody_can_read_is_refused_and_the_dossier_goes_on(station: Station) -> None:
    one = await station.filed(COPY, MORNING)

    with pytest.raises(WorkflowUpdateFailedError):
        await one.handle.execute_update("remind", {"command": "remind"}, result_type=ActAnswer)

    assert await one.usual()


@pytest.mark.parametrize(
    "command",
    [
        c.Withdraw(),
        c.AnswerSupplement(),
        c.Receive(task=task_key("reception#1")),
        c.AcknowledgeNotice(notice=UUID(int=7)),
    ],
    ids=lambda command: command.kind,
)
async def test_before_it_is_filed_a_dossier_refuses_every_other_act_in_words_of_the_domain(
    station: Station, command: c.AnyCommand
) -> None:
    """The engine may have started a workflow and lost the filing; its sender will send it again."""
    one = station.dossier(COPY, MORNING)
    await one.start()

    refused = await one.refusal(one.envelope(command, by=CITIZEN))
    await one.file()

    assert refused.type == "wrong-act"


def reminder(one: Carriage, *, journalled: int | None = None) -> c.Act:
    """An act that changes nothing but the journal."""
    return one.envelope(c.Remind(task=one.task.key), journalled=journalled)
