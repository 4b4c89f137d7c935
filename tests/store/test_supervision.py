"""What supervisors see: the register, how promises were kept, which rungs were reached, and who must know."""

from uuid import uuid4

from dossiers import commands as c
from dossiers.deadlines import Grade
from dossiers.escalation import NoticeRole
from dossiers.procedure import Role
from dossiers.seats import Actor
from dossiers.state import DossierStatus
from dossiers.values import AgencyCode, DossierNumber, OfficerId, ProcedureCode, UnitCode
from store.database import Database
from store.escalations import (
    EscalationFilter,
    EscalationRow,
    NoticeFilter,
    NoticeRow,
    list_escalations,
    list_notices,
    read_notice,
)
from store.register import (
    DossierFilter,
    DossierRow,
    find_by_number,
    list_dossiers,
    read_dossier,
    read_participation,
    read_statistics,
)
from store.worklist import claim
from tests.support.builders import COPY, LAND, SUPERVISOR, person, text
from tests.support.records import StoredDossier


async def at_appraisal(store: Database) -> StoredDossier:
    """A land transfer whose appraisal nobody does."""
    dossier = await StoredDossier.filed(store, uuid4(), LAND)
    await dossier.go_to("appraisal")
    return dossier


async def notices(store: Database, **wanted: object) -> tuple[NoticeRow, ...]:
    async with store.transaction() as tx:
        return (await list_notices(tx, NoticeFilter.model_validate(wanted))).items


async def escalations(store: Database, **wanted: object) -> tuple[EscalationRow, ...]:
    async with store.transaction() as tx:
        return (await list_escalations(tx, EscalationFilter.model_validate(wanted))).items


async def test_the_register_knows_a_dossier_by_its_number_and_whom_it_concerns(store: Database) -> None:
    dossier = await at_appraisal(store)

    async with store.transaction() as tx:
        row = await read_dossier(tx, dossier.id)
        assert row is not None
        found = await find_by_number(tx, row.number)
        nothing = await find_by_number(tx, DossierNumber("H49-000000-0000"))
        people = await read_participation(tx, dossier.id)
        (of_agency,) = (await list_dossiers(tx, DossierFilter(agency=row.agencies[0]))).items
        of_nobody = (await list_dossiers(tx, DossierFilter(agency=AgencyCode("nobody")))).items

    assert found == of_agency == row
    assert nothing is None
    assert of_nobody == ()
    assert row.status is DossierStatus.PROCESSING
    assert row.promise_at == row.first_promise_at == row.appointment_at
    assert row.received_at is not None
    assert people is not None
    assert dossier.run.state.filed is not None
    assert set(people.agencies) == {seat.agency for seat in dossier.run.state.filed.seats.values()}


async def test_pages_of_the_register_show_every_dossier_once_the_latest_first(store: Database) -> None:
    made = [(await StoredDossier.filed(store, uuid4())).id for _ in range(5)]

    seen: list[DossierRow] = []
    cursor = None
    async with store.transaction() as tx:
        while True:
            page = await list_dossiers(tx, DossierFilter(is_open=True, procedure=ProcedureCode(COPY)), cursor, limit=2)
            seen += page.items
            cursor = page.next
            if cursor is None:
                break

    assert sorted(row.id for row in seen) == sorted(made)
    opened = [row.opened_at for row in seen]
    assert opened == sorted(opened, reverse=True)


async def test_statistics_count_endings_and_standing_rungs(store: Database) -> None:
    quick = await StoredDossier.filed(store, uuid4())
    await quick.finish()
    withdrawn = await StoredDossier.filed(store, uuid4())
    await withdrawn.act(c.Withdraw())
    late = await at_appraisal(store)
    await late.tick("2026-06-01T16:00")

    async with store.transaction() as tx:
        copy, land = await read_statistics(tx)
        row = await read_dossier(tx, quick.id)

    assert row is not None
    assert row.grade in (Grade.EARLY, Grade.ON_TIME)
    assert (copy.filed, copy.received, copy.early + copy.on_time, copy.late) == (2, 1, 1, 0)
    assert (copy.withdrawn, copy.open, copy.rungs) == (1, 0, 0)
    owed = [*late.run.rungs("appraisal#1/apology"), *late.run.rungs("promise")]
    reached = [*late.run.rungs("appraisal#1"), *owed]
    assert (land.filed, land.open, land.rungs) == (1, 1, len(reached))
    assert land.rungs > 4


async def test_rungs_are_listed_where_the_work_lies(store: Database) -> None:
    dossier = await at_appraisal(store)
    task = dossier.run.state.live_tasks()[0]
    await dossier.tick("2026-06-01T16:00")

    at_unit = await escalations(store, agency=task.seat.agency, unit=task.seat.unit, dossier=dossier.id)
    elsewhere = await escalations(store, unit=UnitCode("elsewhere"))
    async with store.transaction() as tx:
        first = await list_escalations(tx, EscalationFilter(), limit=3)
        rest = await list_escalations(tx, EscalationFilter(), first.next, limit=100)

    assert {row.rung for row in at_unit if row.subject == task.key} == {rung for rung, _ in dossier.run.rungs(task.key)}
    assert elsewhere == ()
    assert len({row.sequence for row in (*first.items, *rest.items)}) == len(first.items) + len(rest.items)
    assert len(first.items) == 3
    assert rest.next is None


async def test_a_rung_that_never_was_is_shown_as_lifted(store: Database) -> None:
    dossier = await at_appraisal(store)
    task = dossier.run.state.live_tasks()[0]
    due = dossier.run.due(task.key)
    assert due is not None
    admission = await dossier.admit(dossier.request(dossier.run.usual(task)))
    await dossier.tick(due.isoformat())

    await dossier.record(dossier.apply(admission, at=due.replace(hour=7)))
    standing = await escalations(store, dossier=dossier.id, stands=True)
    lifted = await escalations(store, dossier=dossier.id, stands=False)

    assert "overdue" in {row.rung for row in lifted if row.subject == task.key}
    assert "overdue" not in {row.rung for row in standing if row.subject == task.key}


async def test_a_notice_to_the_holder_goes_to_whoever_holds_the_task(store: Database) -> None:
    dossier = await at_appraisal(store)
    task = dossier.run.state.live_tasks()[0]
    holder, colleague = dossier.run.holder(task, 1), dossier.run.holder(task, 2)
    async with store.transaction() as tx:
        await claim(tx, dossier.first_task, officer=holder.id)

    await dossier.act(c.Remind(task=task.key), by=SUPERVISOR)
    (mine,) = await notices(store, recipient=holder)

    assert mine.addressee == holder.id
    assert mine.event_kind == "reminder.sent"
    assert await notices(store, recipient=colleague) == ()


async def test_a_notice_to_the_holder_of_a_free_task_goes_to_its_whole_unit(store: Database) -> None:
    dossier = await at_appraisal(store)
    task = dossier.run.state.live_tasks()[0]
    stranger = Actor(id=OfficerId("stranger"), seat=task.seat.model_copy(update={"unit": UnitCode("elsewhere")}))

    await dossier.act(c.Remind(task=task.key), by=SUPERVISOR)
    (found,) = await notices(store, recipient=dossier.run.holder(task, 2))

    assert found.addressee is None
    assert await notices(store, recipient=stranger) == ()


async def test_notices_reach_those_whose_role_they_name_and_nobody_else(store: Database) -> None:
    dossier = await at_appraisal(store)
    task = dossier.run.state.live_tasks()[0]
    dossier.run.tick_on_time("2026-06-01T16:00")
    await dossier.record(dossier.run.records)
    recipients = [dossier.run.recipient(notice) for notice in dossier.run.state.notices.values()]

    for notice, recipient in zip(dossier.run.state.notices.values(), recipients, strict=True):
        reached = await notices(store, recipient=recipient)
        assert notice.id in {row.id for row in reached}
        assert {row.role for row in reached} <= {notice.role, NoticeRole.HOLDER}
    nobody = Actor(id=OfficerId("nobody"), seat=task.seat.model_copy(update={"agency": "none", "unit": "none"}))

    assert {notice.role for notice in dossier.run.state.notices.values()} >= {"holder", "unit_head", "agency_head"}
    assert await notices(store, recipient=nobody) == ()
    assert len(await notices(store, dossier=dossier.id)) == len(recipients)


async def test_an_acknowledged_notice_no_longer_waits(store: Database) -> None:
    dossier = await at_appraisal(store)
    task = dossier.run.state.live_tasks()[0]
    await dossier.act(c.Remind(task=task.key), by=SUPERVISOR)
    (notice,) = await notices(store, is_waiting=True)

    await dossier.act(c.AcknowledgeNotice(notice=notice.id), by=dossier.run.holder(task))
    async with store.transaction() as tx:
        seen = await read_notice(tx, notice.id)

    assert seen is not None
    assert seen.acknowledged_by == dossier.run.holder(task).id
    assert seen.acknowledged_at is not None
    assert await notices(store, is_waiting=True) == ()
    assert len(await notices(store, is_waiting=False)) == 1


async def test_a_second_date_is_shown_beside_the_promise_it_does_not_move(store: Database) -> None:
    dossier = await at_appraisal(store)
    lead = dossier.run.seat(dossier.run.rules.procedure.lead.name)
    async with store.transaction() as tx:
        before = await read_dossier(tx, dossier.id)
    assert before is not None
    assert before.promise_at is not None

    later = before.promise_at.replace(month=before.promise_at.month + 1)
    await dossier.act(c.Reappoint(appointment_at=later, reason=text("xin lỗi")), by=person(lead, Role.AGENCY_HEAD))
    async with store.transaction() as tx:
        after = await read_dossier(tx, dossier.id)

    assert after is not None
    assert (after.first_promise_at, after.promise_at) == (before.first_promise_at, before.promise_at)
    assert after.appointment_at == later
    assert after.reappointments == 1
