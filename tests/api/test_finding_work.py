"""Finding work over HTTP: in any spelling, by the time that is left, page after page, under a name of one's own."""

from datetime import timedelta

from agencies.directory import load_directory
from dossiers.instants import VIETNAM, floor_to_second
from dossiers.values import UnitCode
from store.worklist import COUNTED_MOST
from tests.support.desks import FILING, Json, Office, done, problem

CO_TO = {**FILING, "receiving_unit": "co-to-one-stop"}


async def test_an_officer_finds_by_name_without_marks_and_software_does_not(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    software = await bureau.system("ha-long-software", clerk.caller.agency or "", clerk.caller.unit or "")
    filed = await clerk.file(applicant={"full_name": "Hoàng Thị Khuê"})

    for text in ("khuê hoàng", "KHUE", filed["number"]):
        assert [one["dossier"] for one in done(await clerk.get("/v1/tasks", text=text))["items"]] == [filed["dossier"]]
    assert done(await software.get("/v1/tasks", text="khue"))["items"] == []
    assert len(done(await software.get("/v1/tasks", text=filed["number"]))["items"]) == 1
    assert "Khuê" not in (await clerk.get("/v1/tasks", text="khue")).text


async def test_a_task_says_how_much_working_time_is_left_and_is_found_by_it(bureau: Office) -> None:
    clerk = await bureau.officer("co-to-counter-1")
    filed = await clerk.file(CO_TO)
    (item,) = done(await clerk.get("/v1/tasks", dossier=filed["dossier"]))["items"]
    (calendar,) = (await bureau.parts.catalogue.working_hours([UnitCode("co-to-one-stop")])).values()
    now = floor_to_second(bureau.parts.now())
    due = floor_to_second(now.fromisoformat(item["due_at"]).astimezone(VIETNAM))

    assert abs(calendar.working_seconds(now, due) - item["remaining_seconds"]) <= 60
    left = timedelta(seconds=item["remaining_seconds"])
    for within, is_found in ((left + timedelta(minutes=5), True), (left - timedelta(minutes=5), False)):
        if within >= timedelta(0):
            asked = {"dossier": filed["dossier"], "remaining_within": f"PT{int(within.total_seconds())}S"}
            for unit in ({}, {"unit": clerk.caller.unit}):
                assert bool(done(await clerk.get("/v1/tasks", **asked, **unit))["items"]) is is_found


async def test_the_next_page_has_its_address_in_a_header(bureau: Office) -> None:
    clerk = await bureau.officer("co-to-counter-1")
    filed = [await clerk.file(CO_TO, applicant={"full_name": "Vũ Xuân Lựu"}) for _ in range(3)]
    seen: list[Json] = []
    path = "/v1/tasks?text=xuan+luu&limit=2&sort=number&mine=false&agency=" + str(clerk.caller.agency)
    while path:
        answer = await clerk.get(path)
        seen += done(answer)["items"]
        path = answer.links["next"]["url"] if "next" in answer.links else ""

    assert [one["dossier"] for one in seen] == [one["dossier"] for one in filed]


async def test_an_order_that_would_sort_a_province_is_refused(bureau: Office) -> None:
    supervisor = await bureau.officer("quang-ninh-supervisor-1")

    problem(await supervisor.get("/v1/tasks", sort="procedure"), 422, "request-invalid")
    done(await supervisor.get("/v1/tasks", sort="agency"))
    done(await supervisor.get("/v1/tasks", sort="procedure", agency="co-to-centre"))


async def test_the_queues_of_a_unit_are_counted(bureau: Office) -> None:
    clerk = await bureau.officer("co-to-counter-1")
    before = await counted(bureau)
    filed = await clerk.file(CO_TO)
    done(await clerk.post(f"/v1/tasks/{filed['tasks'][0]['id']}/claim"))
    after = await counted(bureau)

    assert [later - earlier for earlier, later in zip(before, after, strict=True)] == [1, 0, 1]


async def counted(bureau: Office) -> tuple[int, int, int]:
    """All, free, mine."""
    clerk = await bureau.officer("co-to-counter-1")
    told = done(await clerk.get("/v1/tasks/counts", unit="co-to-one-stop"))
    assert told["is_complete"]
    assert sum(one["tasks"] for one in told["queues"]) <= COUNTED_MOST
    tasks, free, mine = (sum(one[name] for one in told["queues"]) for name in ("tasks", "free", "mine"))
    return tasks, free, mine


async def test_a_saved_view_is_checked_as_a_request_and_run_as_one(bureau: Office) -> None:
    clerk, colleague = await bureau.officer("co-to-counter-1"), await bureau.officer("ha-long-counter-1")
    filed = await clerk.file(CO_TO, applicant={"full_name": "Bế Thị Na"})
    asked = {"name": "Của bà Na", "selection": {"text": "be thi na"}}
    view = done(await clerk.post("/v1/views", asked, key="view-na"), 201)

    assert done(await clerk.post("/v1/views", asked, key="view-na"), 201) == view
    problem(await clerk.post("/v1/views", {**asked, "name": "Khác"}, key="view-na"), 422, "idempotency-mismatch")
    assert view["selection"] == {"text": "be thi na"}
    page = done(await clerk.get(f"/v1/views/{view['id']}/tasks"))
    assert [one["dossier"] for one in page["items"]] == [filed["dossier"]]
    for wrong in ({"free": "maybe"}, {"agency": "ha-long-centre"}, {"sorted": "due"}):
        refused = await clerk.post("/v1/views", {"name": "Sai", "selection": wrong})
        assert refused.status_code in (403, 422)
    problem(await colleague.get(f"/v1/views/{view['id']}/tasks"), 404, "view-unknown")
    assert view["id"] not in [one["id"] for one in (await colleague.get("/v1/views")).json()]


async def test_a_head_shares_a_view_and_each_sees_their_own_work_in_it(bureau: Office) -> None:
    directory = load_directory()
    seat, head_of = next((seat, one) for seat, one in directory.members() if "unit_head" in one.roles)
    member = next(one for one in directory.unit(seat.unit).officers if one.id != head_of.id)
    head, officer = await bureau.officer(head_of.id), await bureau.officer(member.id)
    stranger = await bureau.officer("ha-long-counter-1")
    asked = {"name": "Việc của tôi", "selection": {"mine": True}, "share": {"unit": seat.unit}}

    problem(await stranger.post("/v1/views", asked), 403, "not-for-this-caller")
    problem(await head.post("/v1/views", {**asked, "selection": {"text": "nguyen van duc"}}), 422, "request-invalid")
    view = done(await head.post("/v1/views", asked), 201)
    assert view["id"] in [one["id"] for one in (await officer.get("/v1/views")).json()]
    assert done(await officer.get(f"/v1/views/{view['id']}/tasks"))["items"] == []
    problem(await stranger.get(f"/v1/views/{view['id']}/tasks"), 404, "view-unknown")
    problem(await officer.http.delete(f"/v1/views/{view['id']}", headers=officer._headers()), 404, "view-unknown")
    assert (await head.http.delete(f"/v1/views/{view['id']}", headers=head._headers())).status_code == 204
