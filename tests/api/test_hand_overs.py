"""Given and received are two acts: listed, done for a day at once, sent back with a reason, put on one sheet."""

from uuid import uuid4

from tests.support.desks import Desk, Json, Office, done, problem, task

SENDER = "ha-long-one-stop"
LAND_FILING: Json = {
    "procedure": "TTHC-TINH-08",
    "components": ["application", "contract", "certificate", "tax_declaration"],
    "facts": {"obligation_kind": "transfer_tax"},
}


async def received(clerk: Desk) -> Json:
    """A dossier on paper that must go to the land registration."""
    filed = await clerk.file(**LAND_FILING)
    answer = await clerk.act(task(filed, "reception"), "receive", facts={"obligation_kind": "transfer_tax"})
    return task(answer, "appraisal", "hand_over")


async def test_a_days_dossiers_are_given_and_taken_at_once_and_stand_on_one_sheet(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    given = [await received(clerk) for _ in range(3)]
    batch = {"items": [*({"task": one["id"]} for one in given), {"task": str(uuid4())}]}
    released = done(await clerk.post("/v1/bulk/hand-over", batch), 207)
    legs = [task(one["done"], "appraisal", "acceptance") for one in released["outcomes"][:3]]
    receiver = await bureau.somebody(legs[0])
    between = {"sender": given[0]["unit"], "receiver": legs[0]["unit"]}

    waiting = done(await receiver.get("/v1/hand-overs", state="released", **between))["items"]
    mine = [one for one in waiting if one["task_id"] in [leg["id"] for leg in legs]]
    sent_back, *taken = mine
    refused = await receiver.act({"id": sent_back["task_id"]}, "refuse-hand-over", reason="Thiếu hợp đồng bản chính.")
    items = {"items": [{"task": one["task_id"]} for one in mine]}
    accepted = done(await receiver.post("/v1/bulk/accept-hand-over", items), 207)
    sheets = [
        done(await clerk.get("/v1/hand-overs/sheet", **between, day=day))
        for day in dict.fromkeys(one["released_at"][:10] for one in mine)  # midnight may come meanwhile
    ]

    assert [one["status"] for one in released["outcomes"]] == [200, 200, 200, 404]
    assert [one["released_by"] for one in mine] == [clerk.caller.id] * 3
    assert all(one["settled_at"] is None and one["due_at"] is not None for one in mine)
    # Refused with a reason, it lies with the sender again; its item of the batch says so, and the others are taken.
    assert [(one["step"], one["work"], one["unit"]) for one in refused["tasks"]] == [
        ("appraisal", "hand_over", between["sender"])
    ]
    assert [one["status"] for one in accepted["outcomes"]] == [409, 200, 200]
    rows = {one["task_id"]: one for sheet in sheets for one in sheet["rows"]}
    assert [rows[one["task_id"]]["state"] for one in mine] == ["refused", "accepted", "accepted"]
    assert {rows[one["task_id"]]["settled_by"] for one in taken} == {receiver.caller.id}
    assert sum(one["accepted"] for one in sheets) >= 2
    assert sum(one["refused"] for one in sheets) >= 1
    assert {one["sender_name"] for one in sheets} == {"Bộ phận tiếp nhận và trả kết quả phường Hạ Long"}


async def test_an_agency_sees_the_hand_overs_in_which_it_gave_or_received(bureau: Office) -> None:
    clerk, stranger = await bureau.officer("ha-long-counter-1"), await bureau.officer("mong-cai-counter-1")
    task_ = await received(clerk)
    leg = task(await clerk.act(task_, "hand-over"), "appraisal", "acceptance")

    seen = done(await stranger.get("/v1/hand-overs", state="released", receiver=leg["unit"]))["items"]
    assert leg["id"] not in [one["task_id"] for one in seen]
    problem(await stranger.get("/v1/hand-overs", agency=leg["agency"]), 403, "not-for-this-caller")
    problem(await (await bureau.portal()).get("/v1/hand-overs"), 403, "not-for-this-caller")


async def test_hand_overs_are_listed_page_by_page(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    given = [task(await clerk.act(await received(clerk), "hand-over"), "appraisal", "acceptance") for _ in range(3)]

    seen: list[Json] = []
    page: Json = {"next": None}
    while not seen or page["next"]:
        cursor = {} if page["next"] is None else {"cursor": page["next"]}
        page = done(await clerk.get("/v1/hand-overs", sender=SENDER, limit=2, **cursor))
        seen += page["items"]

    assert [one["released_at"] for one in seen] == sorted(one["released_at"] for one in seen)
    assert {one["id"] for one in given} <= {one["task_id"] for one in seen}
    assert len({one["task_id"] for one in seen}) == len(seen)
    problem(await clerk.get("/v1/hand-overs", cursor="nothing"), 422, "request-invalid")


async def test_what_came_by_mistake_is_sent_back_at_once_and_one_that_cannot_be_stops_no_other(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    given = [await received(clerk) for _ in range(3)]
    legs = [task(await clerk.act(one, "hand-over"), "appraisal", "acceptance") for one in given]
    receiver = await bureau.somebody(legs[0])
    await receiver.act(legs[1], "accept")
    batch = {"items": [{"task": leg["id"]} for leg in legs], "request": {"reason": "Không thuộc thẩm quyền."}}

    problem(await receiver.post("/v1/bulk/refuse-hand-over", {"items": batch["items"]}), 422, "request-invalid")
    first = done(await receiver.post("/v1/bulk/refuse-hand-over", batch, key="sent-back"), 207)
    again = done(await receiver.post("/v1/bulk/refuse-hand-over", batch, key="sent-back"), 207)

    assert [one["status"] for one in first["outcomes"]] == [200, 409, 200]
    assert first["failed"] == 1
    assert [one["done"] and one["done"]["events"] for one in again["outcomes"]] == [
        one["done"] and one["done"]["events"] for one in first["outcomes"]
    ]
    # Each lies with the sender again, with the reason.
    for outcome in (first["outcomes"][0], first["outcomes"][2]):
        back = task(outcome["done"], "appraisal", "hand_over")
        assert back["unit"] == given[0]["unit"]
