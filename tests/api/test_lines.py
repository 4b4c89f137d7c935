"""What callers read of the lines to agencies' own systems, and sending on what was parked; no act waits for them."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import datetime
from uuid import UUID

import pytest
from temporalio.testing import WorkflowEnvironment

from agencies.lines import Lines, Secrets
from agencies.retries import RetryTable
from commands.calendars import publish_directory
from dossiers.dispatches import Interest
from dossiers.drift import DriftKind, Standing
from dossiers.instants import VIETNAM
from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import AgencyCode, OfficerId
from embedded.ports import free_port
from store.callers import Caller
from store.drift import note_drift
from tests.support.carriage import eventually
from tests.support.desks import Desk, Json, Office, done, office, problem, task
from tests.support.partner import Partner
from tests.support.postgres import PostgresServer
from worker import line_activities_of, line_worker

CENTRE = AgencyCode("ha-long-centre")


@pytest.fixture(scope="module")
async def connected(
    postgres_server: PostgresServer,
    temporal_environment: WorkflowEnvironment,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Office]:
    """The centre has a system of its own, which never runs; whatever is sent there is given up at once."""
    system = Partner(CENTRE, tmp_path_factory.mktemp("partner"), free_port())
    system.write_secrets()
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(postgres_server.database())
        bureau = await stack.enter_async_context(office(made.url, temporal_environment.client))
        async with bureau.parts.database.transaction() as tx:
            await publish_directory(tx, system.directory(interest=Interest.WORK))
        lines = Lines(bureau.parts.directories, Secrets(system.secrets_file), lambda: datetime.now(VIETNAM))
        exchange = await stack.enter_async_context(lines)
        activities = line_activities_of(bureau.parts.database, exchange, RetryTable(waits=()))
        client = temporal_environment.client
        await stack.enter_async_context(line_worker(client, bureau.task_queue, CENTRE, activities))
        yield bureau


async def supervisor(bureau: Office) -> Desk:
    caller = Caller(id=OfficerId("supervision"), kind=CallerKind.OFFICER, label="supervision", roles=(Role.SUPERVISOR,))
    return await bureau.desk(caller)


async def parked_for(desk: Desk, dossier: str) -> list[Json]:
    """The messages of a dossier, once none is on its way any more."""
    found: list[Json] = []

    async def are_parked() -> bool:
        found[:] = done(await desk.get("/v1/dispatches", dossier=dossier))["items"]
        return bool(found) and all(one["state"] == "parked" for one in found)

    await eventually(are_parked)
    return found


async def test_work_at_an_agency_whose_system_is_dead_goes_on_by_hand_and_what_it_missed_is_listed(
    connected: Office,
) -> None:
    clerk = await connected.officer("ha-long-counter-1")
    filed = await clerk.file()
    received = await clerk.act(task(filed, "reception"), "receive")
    items = await parked_for(clerk, filed["dossier"])
    [line] = (await clerk.get("/v1/lines")).json()

    assert received["status"] != filed["status"]
    assert items[0]["kind"] == "task.opened"
    assert {one["line"] for one in items} == {CENTRE}
    # What came behind it waits behind it, and was not tried.
    assert items[0]["problem"] == "partner-unreachable"
    assert (line["line"], line["last_failure"]) == (CENTRE, "partner-unreachable")
    assert line["parked"] >= len(items)


async def test_only_a_supervisor_sends_on_what_was_parked(connected: Office) -> None:
    clerk, head = await connected.officer("ha-long-counter-1"), await supervisor(connected)
    filed = await clerk.file()
    before = await parked_for(head, filed["dossier"])
    path, line = f"/v1/dossiers/{filed['dossier']}/resume-dispatches", {"line": CENTRE}

    problem(await clerk.post(path, line), 403, "not-permitted")
    done(await head.post(path, line))
    problem(await head.post(path, {"line": "provincial-tax"}), 409, "nothing-parked")
    after = await parked_for(head, filed["dossier"])

    assert [one["id"] for one in after] == [one["id"] for one in before]


async def test_an_agency_reads_of_its_own_line_and_citizens_of_none(connected: Office) -> None:
    other, portal = await connected.officer("provincial-tax-head"), await connected.portal()

    assert (await other.get("/v1/lines")).json() == []
    problem(await other.get("/v1/dispatches", line=CENTRE), 403, "not-for-this-caller")
    problem(await portal.get("/v1/lines"), 403, "not-for-this-caller")
    problem(await portal.get("/v1/dispatches"), 403, "not-for-this-caller")


async def test_messages_are_listed_page_by_page_in_the_order_in_which_they_were_owed(connected: Office) -> None:
    clerk, head = await connected.officer("ha-long-counter-1"), await supervisor(connected)
    filed = [await clerk.file() for _ in range(3)]
    for one in filed:
        await parked_for(head, one["dossier"])

    seen: list[Json] = []
    page: Json = {"next": None}
    while not seen or page["next"]:
        cursor = {} if page["next"] is None else {"cursor": page["next"]}
        page = done(await head.get("/v1/dispatches", line=CENTRE, limit=2, **cursor))
        seen += page["items"]

    assert [one["queued_at"] for one in seen] == sorted(one["queued_at"] for one in seen)
    assert len({one["id"] for one in seen}) == len(seen)
    assert {one["dossier"] for one in seen} >= {one["dossier"] for one in filed}


async def test_what_another_system_holds_otherwise_is_listed_and_shown_on_the_dossier_and_changes_nothing_of_it(
    connected: Office,
) -> None:
    clerk, head, portal = (
        await connected.officer("ha-long-counter-1"),
        await supervisor(connected),
        await connected.portal(),
    )
    filed = await clerk.file()
    await parked_for(head, filed["dossier"])
    before = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}"))
    found = Standing(kind=DriftKind.BEHIND, has=1, of=3, ours={"TrangThaiHoSo": "4"}, theirs={"TrangThaiHoSo": "1"})
    async with connected.parts.database.transaction() as tx:
        await note_drift(tx, CENTRE, UUID(filed["dossier"]), found)
    [listed] = done(await head.get("/v1/drift", line=CENTRE))["items"]
    after = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}"))
    [line] = (await head.get("/v1/lines")).json()

    assert (listed["number"], listed["kind"], listed["has"], listed["told"]) == (filed["number"], "behind", 1, 3)
    assert listed["theirs"] == {"TrangThaiHoSo": "1"}
    assert [one["state"] for one in before["lines"]] == ["parked"]
    assert [(one["state"], one["drift"]) for one in after["lines"]] == [("drifting", "behind")]
    assert {**after, "lines": None} == {**before, "lines": None}
    assert line["drifting"] == 1
    problem(await portal.get("/v1/drift"), 403, "not-for-this-caller")
    problem(
        await (await connected.officer("provincial-tax-head")).get("/v1/drift", line=CENTRE), 403, "not-for-this-caller"
    )
