"""The gate: what is done, refused, or kept for later; and that a request asked twice is one request."""

import asyncio

import pytest
from temporalio.client import Client

from agencies.directory import SeatVacant
from commands.outcomes import Accepted, Done, Refused
from dossiers import commands as c
from dossiers.errors import DossierClosed, FilingRejected, NotPermitted, OfficerUnfit
from dossiers.identity import task_id
from dossiers.values import AgencyCode, OfficerId, ProcedureCode, UnitCode, task_key
from store.attempts import list_refused
from store.errors import IdempotencyMismatch, TaskHeldByAnother, TaskMissing, TaskPending
from store.inbox import CommandState
from store.worklist import claim, read_task
from tests.commands.office import CLERK, Office, dossier_of, identity_of, officer
from tests.support.builders import COPY, PERMIT

RECEPTION = task_key("reception#1")


async def test_a_filed_dossier_is_in_the_journal_before_its_applicant_is_answered(office: Office) -> None:
    filing = office.filing()

    outcome = await office.gate.file(filing)
    assert isinstance(outcome, Done)
    journal = await office.journal(outcome.dossier)

    assert [record.event.kind for record in outcome.events] == ["dossier.filed", "task.opened"]
    assert outcome.events == journal
    assert journal[0].occurred_at == outcome.accepted_at  # the task opens when the engine has applied it
    assert (await office.row(outcome.command)).state is CommandState.DONE


async def test_every_dossier_of_a_unit_and_day_gets_the_next_number(office: Office) -> None:
    numbers = [(await office.folded(await office.file())).filed for _ in range(3)]

    assert [filed.number[-5:] for filed in numbers if filed is not None] == ["-0001", "-0002", "-0003"]


async def test_a_dossier_goes_from_filing_to_result_by_the_gate_alone(office: Office) -> None:
    dossier = await office.file(PERMIT)

    await office.finish(dossier)

    assert (await office.kinds(dossier))[-1] == "result.returned"
    assert await office.findings() == []


async def test_an_act_that_the_core_refuses_leaves_nothing_but_its_answer(office: Office) -> None:
    dossier = await office.file()
    before = await office.kinds(dossier)
    submission = office.submission(dossier, c.Approve(task=RECEPTION))

    outcome = await office.gate.submit(submission)
    again = await office.gate.submit(submission)

    assert isinstance(outcome, Refused)
    assert outcome.code == "wrong-act"
    assert again == outcome
    assert await office.kinds(dossier) == before


async def test_a_refused_act_gives_back_the_task_it_took_by_the_way(office: Office) -> None:
    dossier = await office.file()

    await office.act(dossier, c.Approve(task=RECEPTION))

    async with office.database.transaction() as tx:
        task = await read_task(tx, task_id(dossier, RECEPTION))
    assert task is not None
    assert (task.holder, task.pending) == (None, None)


async def test_an_act_of_somebody_who_may_not_is_refused_by_the_workflow(office: Office) -> None:
    dossier = await office.file()

    outcome = await office.act(dossier, c.Receive(task=RECEPTION), by=officer("ha-long-justice-officer-1"))

    assert isinstance(outcome, Refused)
    assert outcome.code == NotPermitted.code


async def test_the_same_request_asked_again_is_answered_and_not_done_again(office: Office) -> None:
    dossier = await office.file()
    submission = office.submission(dossier, c.Receive(task=RECEPTION))

    first = await office.gate.submit(submission)
    kinds = await office.kinds(dossier)
    second = await office.gate.submit(submission)

    assert isinstance(first, Done)
    assert second == first
    assert await office.kinds(dossier) == kinds


async def test_a_dossier_filed_twice_under_one_key_is_one_dossier(office: Office) -> None:
    filing = office.filing()

    both = await asyncio.gather(office.gate.file(filing), office.gate.file(filing))
    later = await office.gate.file(filing)

    assert both[0] == both[1] == later
    assert await office.owner.fetchval("SELECT count(*) FROM dossier") == 1


async def test_a_filing_asked_again_is_answered_even_when_it_would_be_rejected_today(office: Office) -> None:
    filing = office.filing(key="k")
    first = await office.gate.file(filing)

    again = await office.gate.file(filing.model_copy(update={"components": ("no-longer-known",)}))

    assert again == first


async def test_a_key_stands_for_one_body_for_ever(office: Office) -> None:
    filing = office.filing()
    dossier = dossier_of(filing)
    await office.gate.file(filing)
    receive = office.submission(dossier, c.Receive(task=RECEPTION))
    await office.gate.submit(receive)

    with pytest.raises(IdempotencyMismatch):
        await office.gate.file(filing.model_copy(update={"request_hash": "other"}))
    with pytest.raises(IdempotencyMismatch):
        await office.gate.submit(receive.model_copy(update={"request_hash": "other"}))


async def test_without_workers_an_act_is_kept_and_dated_and_done_when_they_come(idle_office: Office) -> None:
    filing = idle_office.filing()

    kept = await idle_office.gate.file(filing)
    waiting = await idle_office.gate.outcome(identity_of(filing))
    async with idle_office.working():
        swept = await idle_office.sweep()
        settled = await idle_office.gate.outcome(identity_of(filing))

    assert isinstance(kept, Accepted)
    assert waiting == kept
    assert swept == 1
    assert isinstance(settled, Done)
    assert settled.accepted_at == kept.accepted_at
    assert settled.events[0].occurred_at == kept.accepted_at


async def test_an_unknown_command_has_no_outcome(idle_office: Office) -> None:
    assert await idle_office.gate.outcome(identity_of(idle_office.filing())) is None


async def test_a_repeated_request_waits_for_the_sender_instead_of_sending_too(idle_office: Office) -> None:
    filing = idle_office.filing()
    first = asyncio.create_task(idle_office.gate.file(filing))
    while await idle_office.gate.outcome(identity_of(filing)) is None:
        await asyncio.sleep(0.01)

    second = asyncio.create_task(idle_office.gate.file(filing))
    await asyncio.sleep(0.1)
    async with idle_office.working():
        outcomes = await asyncio.gather(first, second)

    assert isinstance(outcomes[0], Done)
    assert outcomes[0] == outcomes[1]
    assert (await idle_office.row(identity_of(filing))).attempts == 1


async def test_a_second_act_on_a_task_whose_first_is_on_its_way_is_turned_away(idle_office: Office) -> None:
    async with idle_office.working():
        dossier = await idle_office.file()
    kept = await idle_office.act(dossier, c.Receive(task=RECEPTION))

    assert isinstance(kept, Accepted)
    with pytest.raises(TaskPending):
        await idle_office.act(dossier, c.Receive(task=RECEPTION))


async def test_only_its_holder_acts_on_a_task(office: Office) -> None:
    dossier = await office.file()
    async with office.database.transaction() as tx:
        await claim(tx, task_id(dossier, RECEPTION), officer=OfficerId("ha-long-counter-2"))

    with pytest.raises(TaskHeldByAnother) as refused:
        await office.act(dossier, c.Receive(task=RECEPTION), by=CLERK)

    assert refused.value.holder == "ha-long-counter-2"


async def test_an_act_on_a_task_that_never_was_is_not_let_in(office: Office) -> None:
    dossier = await office.file()

    with pytest.raises(TaskMissing):
        await office.act(dossier, c.Receive(task=task_key("reception#7")))


async def test_an_act_on_a_closed_dossier_is_refused_as_that_when_temporal_has_forgotten_it(
    office: Office, forgetful: Client
) -> None:
    dossier = await office.file()
    await office.finish(dossier)

    outcome = await office.failing(client=forgetful).act(dossier, c.Withdraw())
    at_once = await office.act(dossier, c.Withdraw())

    assert isinstance(outcome, Refused)
    assert isinstance(at_once, Refused)
    assert (outcome.code, at_once.code) == (DossierClosed.code, DossierClosed.code)
    assert await office.alarms() == []


@pytest.mark.parametrize("kind", [c.Assign, c.Reassign])
async def test_work_is_given_only_to_an_officer_of_the_unit_and_role(office: Office, kind: type[c.Assign]) -> None:
    dossier = await office.file(PERMIT)
    await office.go_to(dossier, "appraisal")
    task = (await office.folded(dossier)).live_tasks()[0]
    head = officer("ha-long-land-head")

    with pytest.raises(OfficerUnfit) as refused:
        await office.act(dossier, kind(task=task.key, officer=OfficerId("ha-long-counter-1")), by=head)
    fit = await office.act(dossier, kind(task=task.key, officer=OfficerId("ha-long-land-officer-2")), by=head)

    assert "ha-long-land-officer-2" in refused.value.message
    assert isinstance(fit, Done)
    assert (await office.folded(dossier)).tasks[task.key].assigned == "ha-long-land-officer-2"


async def test_everything_wrong_with_a_filing_is_said_at_once_and_nothing_is_kept(office: Office) -> None:
    wrong = office.filing(
        COPY, channel="post", facts={"floors": 2}, components=("what",), receiving_unit=UnitCode("nowhere")
    )

    with pytest.raises(FilingRejected) as rejected:
        await office.gate.file(wrong)

    assert [one.pointer for one in rejected.value.violations] == [
        "/receiving_unit",
        "/channel",
        "/facts/floors",
        "/components/0",
    ]
    assert await office.owner.fetchval("SELECT count(*) FROM command_inbox") == 0


async def test_a_procedure_that_nobody_published_is_rejected(office: Office) -> None:
    with pytest.raises(FilingRejected) as rejected:
        await office.gate.file(office.filing().model_copy(update={"procedure": ProcedureCode("9.999999")}))

    assert [one.pointer for one in rejected.value.violations] == ["/procedure"]


async def test_a_counter_that_does_not_receive_this_procedure_is_named(office: Office) -> None:
    with pytest.raises(SeatVacant) as vacant:
        await office.gate.file(office.filing(receiving_unit=UnitCode("ha-long-land")))

    assert vacant.value.particulars["participant"] == "counter"


async def test_a_filing_that_the_core_refuses_is_refused_before_it_is_kept(office: Office) -> None:
    stranger = officer("ha-long-justice-officer-1")

    with pytest.raises(NotPermitted):
        await office.gate.file(office.filing(actor=stranger))

    assert await office.owner.fetchval("SELECT count(*) FROM dossier") == 0


async def test_a_refused_act_is_listed_and_leaves_no_event(office: Office) -> None:
    """`domain.md` §9.1, 18: no role makes a late dossier on time, and the attempt is logged."""
    dossier = await office.file()
    before = await office.kinds(dossier)
    await office.act(dossier, c.Approve(task=RECEPTION))
    async with office.database.transaction() as tx:
        (row,) = (await list_refused(tx, dossier=dossier)).items
        elsewhere = await list_refused(tx, agency=AgencyCode("nowhere"))
        other = await list_refused(tx, dossier=dossier, code="appointment-spent")

    assert (row.dossier, row.kind, row.code, row.actor) == (dossier, "approve", "wrong-act", CLERK.id)
    assert (elsewhere.items, other.items) == ((), ())
    assert await office.kinds(dossier) == before
