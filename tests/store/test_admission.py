"""Commands get in once, one at a time for a task, and give back what they took when they are turned away."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from dossiers import commands as c
from dossiers.procedure import Role
from dossiers.seats import Actor
from dossiers.values import OfficerId, task_key
from store.database import Database
from store.errors import (
    CommandUnknown,
    DossierUnknown,
    IdempotencyMismatch,
    StoreError,
    TaskHeldByAnother,
    TaskMissing,
    TaskPending,
)
from store.inbox import Admission, CommandState, backlog, lease_due, read_command, refuse, retry_now
from store.texts import read_texts, sealed
from store.worklist import TaskRow, WorklistAct, claim, read_log, read_task, release
from tests.support.builders import SUPERVISOR, person
from tests.support.records import StoredDossier

PROBLEM = {"code": "not-permitted", "message": "Không được.", "particulars": {}}


async def reception(store: Database) -> StoredDossier:
    return await StoredDossier.filed(store, uuid4())


def receive(dossier: StoredDossier) -> c.Receive:
    return c.Receive(task=dossier.run.state.live_tasks()[0].key)


async def row_of(store: Database, task: UUID) -> TaskRow:
    async with store.transaction() as tx:
        row = await read_task(tx, task)
    assert row is not None
    return row


def clerk(dossier: StoredDossier, number: int) -> Actor:
    return dossier.run.holder(dossier.run.state.live_tasks()[0], number)


async def test_a_free_task_becomes_the_actors_and_is_marked_pending(store: Database) -> None:
    dossier = await reception(store)
    request = dossier.request(receive(dossier))

    admission = await dossier.admit(request)
    row = await row_of(store, dossier.first_task)

    assert admission.is_new
    assert admission.sends
    assert admission.journalled == dossier.run.state.sequence
    assert admission.row.state is CommandState.PENDING
    assert admission.row.accepted_at.microsecond == 0
    assert admission.row.accepted_at.utcoffset() == timedelta(hours=7)
    assert (row.holder, row.pending) == (request.actor.id, request.id)


async def test_the_same_key_with_the_same_body_is_the_same_command(store: Database) -> None:
    dossier = await reception(store)
    request = dossier.request(receive(dossier), key="once")
    first = await dossier.admit(request)

    again = await dossier.admit(request)

    assert again.row == first.row
    assert not again.is_new
    assert not again.sends


async def test_the_same_key_with_another_body_is_refused(store: Database) -> None:
    dossier = await reception(store)
    await dossier.admit(dossier.request(receive(dossier), key="once"))
    other = c.Receive(task=receive(dossier).task, facts={"copies": 3})

    with pytest.raises(IdempotencyMismatch):
        await dossier.admit(dossier.request(other, key="once"))


async def test_a_finished_command_is_answered_as_it_stands(store: Database) -> None:
    dossier = await reception(store)
    request = dossier.request(receive(dossier), key="once")
    await dossier.record(dossier.apply(await dossier.admit(request)))

    again = await dossier.admit(request)

    assert again.row.state is CommandState.DONE
    assert again.row.settled_at is not None
    assert not again.sends


async def test_a_hundred_identical_requests_make_one_command(store: Database) -> None:
    dossier = await reception(store)
    request = dossier.request(receive(dossier), key="once")

    admissions = await asyncio.gather(*(dossier.admit(request) for _ in range(100)))

    assert sum(admission.is_new for admission in admissions) == 1
    assert sum(admission.sends for admission in admissions) == 1
    assert {admission.row.id for admission in admissions} == {request.id}


async def test_twenty_officers_on_one_task_leave_one_command_and_no_residue(store: Database) -> None:
    dossier = await reception(store)
    requests = [dossier.request(receive(dossier), by=clerk(dossier, number)) for number in range(20)]

    outcomes = await asyncio.gather(*(dossier.admit(request) for request in requests), return_exceptions=True)
    row = await row_of(store, dossier.first_task)
    async with store.transaction() as tx:
        left = [await read_command(tx, request.id) for request in requests]
        log = await read_log(tx, dossier.first_task)

    (winner,) = [one for one in outcomes if isinstance(one, Admission)]
    losers = [one for one in outcomes if isinstance(one, TaskHeldByAnother)]
    assert len(losers) == 19
    assert {loser.holder for loser in losers} == {winner.row.actor.id}
    assert [one for one in left if one is not None] == [winner.row]
    assert (row.holder, row.pending) == (winner.row.actor.id, winner.row.id)
    assert [entry.act for entry in log] == [WorklistAct.IMPLICIT_CLAIM]


async def test_a_second_act_of_the_holder_waits_for_the_first(store: Database) -> None:
    dossier = await reception(store)
    await dossier.admit(dossier.request(receive(dossier)))

    with pytest.raises(TaskPending):
        await dossier.admit(dossier.request(receive(dossier)))


async def test_an_act_of_somebody_else_on_the_task_waits_too_but_needs_no_claim(store: Database) -> None:
    dossier = await reception(store)
    remind = c.Remind(task=receive(dossier).task)
    async with store.transaction() as tx:
        await claim(tx, dossier.first_task, officer=OfficerId("holder"))

    admission = await dossier.admit(dossier.request(remind, by=SUPERVISOR))
    row = await row_of(store, dossier.first_task)

    assert admission.is_new
    assert (row.holder, row.pending) == ("holder", admission.row.id)
    with pytest.raises(TaskPending):
        await dossier.admit(dossier.request(remind, by=SUPERVISOR))


async def test_what_does_not_exist_admits_nothing(store: Database) -> None:
    dossier = await reception(store)
    unknown_task = dossier.request(c.Receive(task=task_key("nothing#1")), by=clerk(dossier, 1))
    unknown_dossier = dossier.request(receive(dossier)).model_copy(update={"dossier": uuid4()})

    with pytest.raises(TaskMissing):
        await dossier.admit(unknown_task)
    with pytest.raises(DossierUnknown):
        await dossier.admit(unknown_dossier)


async def test_a_refusal_releases_the_implicit_claim(store: Database) -> None:
    dossier = await reception(store)
    admission = await dossier.admit(dossier.request(receive(dossier)))

    async with store.transaction() as tx:
        refused = await refuse(tx, admission.row.id, PROBLEM)
        log = await read_log(tx, dossier.first_task)
    row = await row_of(store, dossier.first_task)

    assert refused.state is CommandState.REFUSED
    assert refused.problem == PROBLEM
    assert (row.holder, row.claimed_at, row.pending) == (None, None, None)
    assert [entry.act for entry in log] == [WorklistAct.IMPLICIT_CLAIM, WorklistAct.IMPLICIT_RELEASE]


async def test_a_refusal_keeps_a_claim_that_was_there_before(store: Database) -> None:
    dossier = await reception(store)
    officer = clerk(dossier, 1)
    async with store.transaction() as tx:
        await claim(tx, dossier.first_task, officer=officer.id)
    admission = await dossier.admit(dossier.request(receive(dossier), by=officer))

    async with store.transaction() as tx:
        await refuse(tx, admission.row.id, PROBLEM)
    row = await row_of(store, dossier.first_task)

    assert (row.holder, row.pending) == (officer.id, None)


async def test_a_refusal_keeps_a_claim_that_a_head_confirmed_meanwhile(store: Database) -> None:
    dossier = await reception(store)
    task = dossier.run.state.live_tasks()[0]
    officer = clerk(dossier, 1)
    head = person(task.seat, Role.UNIT_HEAD)
    admission = await dossier.admit(dossier.request(receive(dossier), by=officer))
    await dossier.record(dossier.run.act(c.Assign(task=task.key, officer=officer.id), by=head))

    async with store.transaction() as tx:
        await refuse(tx, admission.row.id, PROBLEM)
    row = await row_of(store, dossier.first_task)

    assert (row.holder, row.pending) == (officer.id, None)


async def test_a_refusal_after_the_act_was_applied_answers_that_it_is_done(store: Database) -> None:
    dossier = await reception(store)
    admission = await dossier.admit(dossier.request(receive(dossier)))
    await dossier.record(dossier.apply(admission))

    async with store.transaction() as tx:
        standing = await refuse(tx, admission.row.id, PROBLEM)

    assert standing.state is CommandState.DONE
    assert standing.problem is None


async def test_a_command_that_was_never_admitted_cannot_be_refused(store: Database) -> None:
    with pytest.raises(CommandUnknown):
        async with store.transaction() as tx:
            await refuse(tx, uuid4(), PROBLEM)


async def test_texts_are_kept_with_their_digest_and_read_back_by_reference(store: Database) -> None:
    dossier = await reception(store)
    text = sealed(uuid4(), "Thiếu bản chính giấy khai sinh", b"sixteen bytes...")
    refusal = c.Refuse(task=receive(dossier).task, reason=text.ref)

    await dossier.admit(dossier.request(refusal, texts=(text,)))
    async with store.transaction() as tx:
        found = await read_texts(tx, [text.id, uuid4()])

    assert found == {text.id: text}


def test_one_spelling_of_a_text_has_one_digest() -> None:
    composed = sealed(UUID(int=1), "Thiếu giấy tờ", b"sixteen bytes...")
    decomposed = sealed(UUID(int=1), "Thie\u0302\u0301u gia\u0302\u0301y to\u031b\u0300", b"sixteen bytes...")

    assert composed == decomposed


async def test_an_admission_that_fails_leaves_no_text(store: Database) -> None:
    dossier = await reception(store)
    await dossier.admit(dossier.request(receive(dossier)))
    text = sealed(uuid4(), "Không đủ điều kiện", b"sixteen bytes...")
    refusal = c.Refuse(task=receive(dossier).task, reason=text.ref)

    with pytest.raises(StoreError):
        await dossier.admit(dossier.request(refusal, texts=(text,)))
    async with store.transaction() as tx:
        found = await read_texts(tx, [text.id])

    assert found == {}


async def test_only_what_nobody_is_sending_is_leased(store: Database) -> None:
    dossier = await reception(store)
    admission = await dossier.admit(dossier.request(receive(dossier)))

    async with store.transaction() as tx:
        still_being_sent = await lease_due(tx, limit=10, lease=timedelta(seconds=30))
        await retry_now(tx, admission.row.id)
    async with store.transaction() as tx:
        (due,) = await lease_due(tx, limit=10, lease=timedelta(seconds=30))
        leased_already = await lease_due(tx, limit=10, lease=timedelta(seconds=30))

    assert still_being_sent == ()
    assert due.row.id == admission.row.id
    assert due.row.attempts == 2
    assert due.row.next_try_at > admission.row.next_try_at - timedelta(seconds=30)
    assert (due.journalled, due.clock) == (admission.journalled, None)
    assert leased_already == ()


async def test_a_dossiers_commands_are_leased_one_after_another_in_the_order_of_admission(store: Database) -> None:
    first, other = await reception(store), await reception(store)
    earlier = await first.admit(first.request(receive(first)))
    later = await first.admit(first.request(c.Withdraw()))
    beside = await other.admit(other.request(c.Withdraw()))

    async with store.transaction() as tx:
        for admission in (later, beside, earlier):
            await retry_now(tx, admission.row.id)
    async with store.transaction() as tx:
        leased = await lease_due(tx, limit=10, lease=timedelta(seconds=30))

    assert [errand.row.id for errand in leased] == [earlier.row.id, beside.row.id]


async def test_two_sweepers_lease_no_command_twice(store: Database) -> None:
    dossiers = [await reception(store) for _ in range(10)]
    for dossier in dossiers:
        admission = await dossier.admit(dossier.request(c.Withdraw()))
        async with store.transaction() as tx:
            await retry_now(tx, admission.row.id)

    async def sweep() -> list[UUID]:
        async with store.transaction() as tx:
            return [errand.row.id for errand in await lease_due(tx, limit=4, lease=timedelta(seconds=30))]

    leased = [command for batch in await asyncio.gather(*(sweep() for _ in range(5))) for command in batch]

    assert len(leased) == len(set(leased)) == 10


async def test_the_backlog_names_how_many_wait_and_since_when(store: Database) -> None:
    dossier = await reception(store)
    async with store.transaction() as tx:
        empty = await backlog(tx)
    admission = await dossier.admit(dossier.request(receive(dossier)))

    async with store.transaction() as tx:
        waiting = await backlog(tx)

    assert (empty.pending, empty.oldest_at) == (0, None)
    assert (waiting.pending, waiting.oldest_at) == (1, admission.row.accepted_at)


async def test_an_ended_task_is_not_claimed_by_acting_on_it(store: Database) -> None:
    dossier = await reception(store)
    ended = receive(dossier)
    task = dossier.first_task
    await dossier.usual()

    admission = await dossier.admit(dossier.request(ended))
    during = await row_of(store, task)
    async with store.transaction() as tx:
        await refuse(tx, admission.row.id, PROBLEM)
    after = await row_of(store, task)

    assert (during.holder, during.pending) == (None, admission.row.id)
    assert (after.holder, after.pending) == (None, None)


async def test_giving_a_task_back_waits_for_the_command_on_its_way(store: Database) -> None:
    dossier = await reception(store)
    admission = await dossier.admit(dossier.request(receive(dossier)))

    with pytest.raises(TaskPending):
        async with store.transaction() as tx:
            await release(tx, dossier.first_task, officer=admission.row.actor.id)
