"""Bundles on real parts: one filing, several dossiers, nothing lost between them."""

from uuid import UUID

import pytest
from temporalio.client import WorkflowExecutionStatus

from activities.letters import SUB_DOSSIER_UNFIT
from dossiers.bundle_commands import WithdrawWithParent
from dossiers.identity import sub_dossier_id
from store.catalogue import publish_procedure
from store.filing import read_applicant
from tests.commands.bundled import BIRTH_TASK, BundledOffice, publish_bundle
from tests.commands.office import Office
from tests.support.bundles import BIRTH, RESIDENCE, member
from tests.support.carriage import eventually
from worker import activity_worker, workflow_worker


@pytest.fixture
async def town(office: Office) -> BundledOffice:
    await publish_bundle(office.database)
    return BundledOffice(office)


async def ends(office: Office, dossier: UUID) -> None:
    async def has_ended() -> bool:
        return (await office.workflow(dossier).describe()).status is WorkflowExecutionStatus.COMPLETED

    await eventually(has_ended)


async def test_a_bundle_runs_whole_and_every_dossier_of_it_ends(town: BundledOffice) -> None:
    whole = await town.receive()
    birth = await town.part(whole, "birth")
    await town.grant(birth)
    residence, insurance = [await town.part(whole, step) for step in ("residence", "insurance")]
    await town.finish(birth)
    await town.refuse(residence)
    await town.finish(residence)
    await town.grant(insurance)
    while not any((one.step, one.work) == ("return", "step") for one in await town.open(insurance)):
        await town.usual(insurance)
    await town.hears(whole, "insurance", "decided")
    await town.finish(whole)
    await town.stands(insurance, "returned")
    for dossier in (whole, birth, residence, insurance):
        await ends(town.office, dossier)

    register = await town.rows(whole)
    assert (await town.row(whole)).result == "partial"
    assert {key: row.result for key, row in register.items()} == {
        "birth#1": "granted",
        "residence#1": "refused",
        "insurance#1": "granted",
    }
    assert await town.office.findings() == []
    assert await town.office.alarms() == []


async def test_a_part_is_a_dossier_like_any_other_numbered_by_the_agency_that_is_competent(
    town: BundledOffice,
) -> None:
    whole = await town.receive()
    birth = await town.part(whole, "birth")
    parent, row = await town.row(whole), await town.row(birth)
    async with town.office.database.transaction() as tx:
        applicants = [await read_applicant(tx, one) for one in (whole, birth)]

    assert birth == sub_dossier_id(whole, "birth#1")
    assert parent.number.startswith("H49.101.2-")
    assert row.number.startswith("H49.101-")
    assert (row.parent, row.parent_task, row.filed_by) == (whole, BIRTH_TASK, parent.filed_by)
    assert (row.procedure, row.status, row.first_promise_at) != (parent.procedure, "filed", parent.first_promise_at)
    assert applicants[0] == applicants[1] is not None


async def test_parts_of_one_agency_never_share_a_number(town: BundledOffice) -> None:
    births = [await town.part(await town.receive(), "birth") for _ in range(3)]
    numbers = [(await town.row(one)).number for one in births]

    assert len(set(numbers)) == len(numbers)


async def test_withdrawal_reaches_the_parts_at_work_on_it(town: BundledOffice) -> None:
    whole = await town.receive()
    birth = await town.part(whole, "birth")
    await town.grant(birth)
    residence, insurance = [await town.part(whole, step) for step in ("residence", "insurance")]
    await town.withdraw(whole)
    await town.stands(residence, "withdrawn")
    await town.stands(insurance, "withdrawn")
    for dossier in (whole, residence, insurance):
        await ends(town.office, dossier)

    assert (await town.row(birth)).status == "decided"
    assert await town.office.findings() == []


async def test_a_part_that_stands_still_is_no_news_and_must_hear_of_a_withdrawal_all_the_same(
    idle_office: Office,
) -> None:
    """Suspended it is neither decided nor ended; the whole that was withdrawn has still to be heard."""
    await publish_bundle(idle_office.database)
    town = BundledOffice(idle_office)
    async with workflow_worker(idle_office.client, idle_office.task_queue):
        async with activity_worker(idle_office.client, idle_office.task_queue, idle_office.database):
            whole = await town.receive()
            birth = await town.part(whole, "birth")
        await town.suspend(birth)
        standing = await idle_office.findings()
        await town.withdraw(whole)
        unheard = [one.code for one in await idle_office.findings()]
        async with activity_worker(idle_office.client, idle_office.task_queue, idle_office.database):
            await town.stands(birth, "withdrawn")
            await ends(idle_office, whole)
            await ends(idle_office, birth)
        settled = await idle_office.findings()

    assert (standing, settled) == ([], [])
    assert "withdrawal-unheard" in unheard


async def test_what_nobody_brought_is_found_and_brought_as_soon_as_somebody_can(idle_office: Office) -> None:
    """The workers of activities are away: nothing is said, reconciliation names it, and nothing is lost."""
    await publish_bundle(idle_office.database)
    town = BundledOffice(idle_office)
    async with workflow_worker(idle_office.client, idle_office.task_queue):
        whole = await town.receive()
        unfiled = await idle_office.findings()
        async with activity_worker(idle_office.client, idle_office.task_queue, idle_office.database):
            birth = await town.part(whole, "birth")
        await town.grant(birth)
        unheard = await idle_office.findings()
        async with activity_worker(idle_office.client, idle_office.task_queue, idle_office.database):
            await town.hears(whole, "birth", "decided")
            residence = await town.part(whole, "residence")
        await town.withdraw(whole)
        at_work = await idle_office.findings()
        async with activity_worker(idle_office.client, idle_office.task_queue, idle_office.database):
            await town.stands(residence, "withdrawn")

    assert [(one.code, one.dossier) for one in unfiled] == [("sub-dossier-missing", whole)]
    assert [(one.code, one.remedy) for one in unheard] == [
        ("report-unheard", f"lienthong dossier rehydrate --force {birth}")
    ]
    assert {one.code for one in at_work} == {"withdrawal-unheard", "workflow-lingers"}


async def test_a_lost_workflow_says_again_what_it_had_said_and_nothing_is_applied_twice(town: BundledOffice) -> None:
    whole = await town.receive()
    birth = await town.part(whole, "birth")
    before = await town.office.journal(birth)
    await town.office.workflow(whole).terminate("lost")
    await town.office.rehydrate(whole)
    await town.grant(birth)
    await town.office.workflow(birth).terminate("lost")
    await town.office.rehydrate(birth)
    await town.hears(whole, "birth", "decided")
    for step in ("residence", "insurance"):
        await town.part(whole, step)

    assert (await town.office.journal(birth))[: len(before)] == before
    assert len(await town.rows(whole)) == 3
    assert await town.office.findings() == []
    assert await town.office.alarms() == []


async def test_a_part_that_cannot_be_filed_alarms_and_is_filed_once_it_can(office: Office) -> None:
    await publish_bundle(office.database, without=RESIDENCE)
    town = BundledOffice(office)
    whole = await town.receive()
    await town.grant(await town.part(whole, "birth"))

    async def has_alarmed() -> bool:
        return SUB_DOSSIER_UNFIT in await office.alarms()

    await eventually(has_alarmed)
    async with office.database.transaction() as tx:
        await publish_procedure(tx, member(RESIDENCE))
    residence = await town.part(whole, "residence")
    insurance = await town.part(whole, "insurance")

    assert len({residence, insurance}) == 2


async def test_a_part_is_filed_under_the_version_in_force_that_day(office: Office) -> None:
    """A version published for later does not concern a part that is filed today."""
    await publish_bundle(office.database)
    async with office.database.transaction() as tx:
        later = member(BIRTH).model_copy(
            update={"version": 2, "effective_on": member(BIRTH).effective_on.replace(2099)}
        )
        await publish_procedure(tx, later)
    town = BundledOffice(office)
    birth = await town.part(await town.receive(), "birth")

    assert (await town.row(birth)).procedure_version == 1


async def test_a_person_says_nothing_in_the_name_of_a_dossier(town: BundledOffice) -> None:
    whole = await town.receive()
    birth = await town.part(whole, "birth")
    outcome = await town.office.act(birth, WithdrawWithParent())

    assert getattr(outcome, "code", None) == "not-permitted"
