"""The worklist over HTTP: listing, taking, giving back, passing on."""

import asyncio
from datetime import datetime, timedelta

import pytest

from dossiers.instants import VIETNAM
from tests.support.desks import FILING, Json, Office, done, problem, task

UONG_BI = {**FILING, "receiving_unit": "uong-bi-one-stop"}


async def test_a_list_is_read_page_by_page_without_gap_or_repetition(bureau: Office) -> None:
    clerk = await bureau.officer("dong-trieu-counter-1")
    filed = [await clerk.file({**FILING, "receiving_unit": "dong-trieu-one-stop"}) for _ in range(5)]
    seen: list[Json] = []
    cursor: dict[str, str] = {}
    while True:
        page = done(await clerk.get("/v1/tasks", limit=2, **cursor))
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}

    assert sorted(one["dossier"] for one in seen) == sorted(one["dossier"] for one in filed)
    assert [one["due_at"] for one in seen] == sorted(one["due_at"] for one in seen)


async def test_every_filter_narrows_the_list(bureau: Office) -> None:
    clerk = await bureau.officer("mong-cai-counter-1")
    filed = await clerk.file({**FILING, "receiving_unit": "mong-cai-one-stop"})
    (only,) = filed["tasks"]
    tomorrow = (datetime.now(VIETNAM) + timedelta(days=30)).replace(microsecond=0).isoformat()
    matching: list[dict[str, object]] = [
        {"agency": only["agency"], "unit": only["unit"], "role": "counter", "state": "open"},
        {"deadline_state": "within", "due_before": tomorrow, "free": True, "procedure": FILING["procedure"]},
    ]
    others: list[dict[str, object]] = [
        {"unit": "mong-cai-land"},
        {"role": "approver"},
        {"state": "completed"},
        {"deadline_state": "overdue"},
        {"due_before": "2026-01-01T00:00:00+07:00"},
        {"mine": True},
        {"officer": "mong-cai-counter-2"},
        {"free": False},
        {"procedure": "1.013225"},
    ]
    for query in matching:
        assert [one["id"] for one in done(await clerk.get("/v1/tasks", **query))["items"]] == [only["id"]], query
    for query in others:
        assert not done(await clerk.get("/v1/tasks", **query))["items"], query


async def test_officers_who_ask_at_once_get_different_tasks(bureau: Office) -> None:
    desks = [await bureau.officer(f"uong-bi-counter-{number}") for number in (1, 2, 3)]
    filed = [await desks[0].file(UONG_BI) for _ in range(3)]
    taken = [done(one) for one in await asyncio.gather(*(desk.post("/v1/tasks/get-next") for desk in desks))]

    assert {one["dossier"] for one in taken} == {one["dossier"] for one in filed}
    assert [one["holder"] for one in taken] == [desk.caller.id for desk in desks]
    assert (await desks[0].post("/v1/tasks/get-next")).json() is None


async def test_a_task_is_claimed_passed_on_given_back(bureau: Office) -> None:
    one, other = await bureau.officer("ha-long-counter-1"), await bureau.officer("ha-long-counter-2")
    filed = await one.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}"

    assert done(await one.post(f"{path}/claim"))["holder"] == one.caller.id
    assert done(await one.post(f"{path}/claim"))["holder"] == one.caller.id
    refused = problem(await other.post(f"{path}/claim"), 409, "task-claimed")
    assert refused["particulars"] == {"holder": one.caller.id}
    problem(await other.post(f"{path}/receive"), 409, "task-claimed")
    problem(await other.post(f"{path}/release"), 409, "not-holder")

    assert done(await one.post(f"{path}/transfer", {"officer": other.caller.id}))["holder"] == other.caller.id
    assert done(await other.post(f"{path}/release"))["holder"] is None


async def test_a_task_goes_only_to_somebody_who_can_do_it(bureau: Office) -> None:
    clerk, supervisor = await bureau.officer("ha-long-counter-1"), await bureau.officer("quang-ninh-supervisor-1")
    filed = await clerk.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}"

    problem(await supervisor.post(f"{path}/claim"), 403, "not-permitted")
    done(await clerk.post(f"{path}/claim"))
    unfit = problem(await clerk.post(f"{path}/transfer", {"officer": "co-to-counter-1"}), 422, "officer-unfit")
    assert "ha-long-counter-2" in unfit["detail"]


async def test_a_closed_task_is_not_claimed(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    await clerk.act(task(filed, "reception"), "receive")

    path = f"/v1/tasks/{task(filed, 'reception')['id']}/claim"
    other = await bureau.officer("ha-long-counter-2")

    assert (await other.post(path)).status_code == 409


async def test_a_caller_without_a_desk_gets_no_next_task(bureau: Office) -> None:
    problem(await (await bureau.portal()).post("/v1/tasks/get-next"), 403, "not-for-this-caller")


@pytest.mark.parametrize("cursor", ["x", "WyIyMDI2LVcwMSIsICJ4Il0", "W10", "bnVsbA"])
async def test_a_cursor_nobody_gave_is_refused(bureau: Office, cursor: str) -> None:
    clerk = await bureau.officer("ha-long-counter-1")

    for path in ("/v1/tasks", "/v1/notices", "/v1/escalations"):
        problem(await clerk.get(path, cursor=cursor), 422, "request-invalid")
