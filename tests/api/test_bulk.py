"""Acts on many tasks: each has its own outcome, repeats harmlessly, and is meant for the revision that was seen."""

import asyncio
from uuid import uuid4

from tests.support.desks import Json, Office, done, problem, task


async def test_an_act_meant_for_another_revision_is_refused_and_does_nothing(bureau: Office) -> None:
    one, other = await bureau.officer("ha-long-counter-1"), await bureau.officer("ha-long-counter-2")
    filed = await one.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}"
    seen = (await one.get(path)).headers["ETag"]

    async def post(act: str, tag: str, key: str | None = None) -> object:
        headers = {**one._headers(), "If-Match": tag, "Idempotency-Key": key or str(uuid4())}
        return await one.http.post(f"{path}/{act}", json={}, headers=headers)

    done(await other.post(f"{path}/claim"))
    done(await other.post(f"{path}/release"))
    problem(await post("claim", seen), 412, "task-changed")  # type: ignore[arg-type]
    problem(await post("receive", seen), 412, "task-changed")  # type: ignore[arg-type]
    problem(await post("claim", "seen"), 422, "request-invalid")  # type: ignore[arg-type]
    claimed = await post("claim", (await one.get(path)).headers["ETag"])
    received = await post("receive", claimed.headers["ETag"], "once")  # type: ignore[attr-defined]
    assert "dossier.accepted" in [one["kind"] for one in done(received)["events"]]  # type: ignore[arg-type]
    # Sent again, it is answered again: its own act has changed the task.
    assert done(await post("receive", claimed.headers["ETag"], "once")) == done(received)  # type: ignore[arg-type,attr-defined]
    done(await one.post(f"/v1/dossiers/{filed['dossier']}/withdraw"))


async def test_a_precondition_that_nobody_would_check_is_refused(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    headers = {**clerk._headers(), "If-Match": '"1"', "Idempotency-Key": str(uuid4())}

    answer = await clerk.http.post(f"/v1/dossiers/{filed['dossier']}/withdraw", json={}, headers=headers)
    problem(answer, 422, "request-invalid")


async def test_one_failing_item_stops_no_other(bureau: Office) -> None:
    clerk, other = await bureau.officer("ha-long-counter-1"), await bureau.officer("ha-long-counter-2")
    filed = await asyncio.gather(*(clerk.file() for _ in range(4)))
    tasks = [task(one, "reception") for one in filed]
    done(await other.post(f"/v1/tasks/{tasks[1]['id']}/claim"))
    items = [{"task": one["id"], "revision": one["revision"]} for one in tasks]
    items[2]["revision"] = 99
    batch = {"items": [*items, {"task": str(uuid4())}]}

    claimed = done(await clerk.post("/v1/bulk/claim", batch), 207)
    assert [one["status"] for one in claimed["outcomes"]] == [200, 412, 412, 200, 404]
    assert [one["task"] for one in claimed["outcomes"]] == [one["task"] for one in batch["items"]]
    assert claimed["failed"] == 3
    assert [one["problem"] and one["problem"]["code"] for one in claimed["outcomes"]] == [
        *(None, "task-changed", "task-changed", None, "task-unknown")
    ]


async def test_a_batch_sent_again_does_nothing_twice(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await asyncio.gather(*(clerk.file() for _ in range(3)))
    received = [await clerk.act(task(one, "reception"), "receive") for one in filed]
    later = [one["tasks"][0] for one in received]
    batch = {"items": [{"task": one["id"]} for one in later], "request": {"outcome": "eligible"}}

    first = done(await clerk.post("/v1/bulk/complete", batch, key="batch-1"), 207)
    assert first["failed"] == 0, (later, first)
    again = done(await clerk.post("/v1/bulk/complete", batch, key="batch-1"), 207)
    assert [one["done"]["events"] for one in first["outcomes"]] == [one["done"]["events"] for one in again["outcomes"]]
    assert first["failed"] == again["failed"] == 0
    fresh = done(await clerk.post("/v1/bulk/complete", batch, key="batch-2"), 207)
    assert fresh["failed"] == 3


async def test_a_batch_is_bounded_and_names_each_task_once(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    twice = {"items": [{"task": str(uuid4())}] * 2}
    many = {"items": [{"task": str(uuid4())} for _ in range(101)]}

    batches: list[Json] = [twice, many, {"items": []}]
    for batch in batches:
        problem(await clerk.post("/v1/bulk/complete", batch), 422, "request-invalid")
