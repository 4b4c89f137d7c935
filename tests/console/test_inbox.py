"""The officer's inbox: what is in it, in which order, how each deadline stands, and taking, giving back, handing on."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from api.views import ListedTaskView
from console.deadline_face import Standing, face_of
from dossiers.instants import VIETNAM
from dossiers.procedure import Role, StepKind
from dossiers.state import TaskState
from tests.support.browsers import Page, attribute, browser, within_site
from tests.support.desks import FILING, Office, task
from tests.support.readability import complaints

UONG_BI = {**FILING, "receiving_unit": "uong-bi-one-stop"}
NOON = datetime(2026, 11, 25, 12, tzinfo=VIETNAM)


def shown_numbers(page: Page) -> list[str]:
    return page.texts("table.inbox a.number")


def listed(**known: object) -> ListedTaskView:
    """A task as the list has it."""
    given: dict[str, object] = {
        "id": uuid4(), "dossier": uuid4(), "number": "H49-1", "procedure": "p", "key": "appraisal#1",
        "step": "appraisal", "step_kind": StepKind.APPRAISAL, "work": "step", "agency": "a", "unit": "u",
        "role": Role.OFFICER, "state": TaskState.OPEN, "assigned": None, "holder": None, "pending": None,
        "opened_at": NOON, "due_at": NOON, "deadline_state": "within", "revision": 1, "channel": "counter",
        "remaining_seconds": 16_200,
    }  # fmt: skip
    return ListedTaskView.model_validate({**given, **known})


@pytest.mark.parametrize(
    ("known", "standing", "left"),
    [
        ({}, Standing.WITHIN, "còn 4,5 giờ làm việc"),
        ({"deadline_state": "near"}, Standing.NEAR, "còn 4,5 giờ làm việc"),
        # The ladder speaks at its own instants; what is late by now is shown late by now.
        ({"deadline_state": "near", "remaining_seconds": -60}, Standing.OVERDUE, "quá 1 phút làm việc"),
        # In the night after the due instant no working time passes, and late is late.
        ({"deadline_state": "overdue", "remaining_seconds": 0}, Standing.OVERDUE, "vừa quá hạn"),
        ({"deadline_state": "overdue", "remaining_seconds": -136_800}, Standing.OVERDUE, "quá 4,7 ngày làm việc"),
        (
            {"state": TaskState.AWAITING, "deadline_state": "overdue", "remaining_seconds": -28_800},
            Standing.STOPPED_OVERDUE,
            "quá 1 ngày làm việc",
        ),
        (
            {"state": TaskState.AWAITING, "deadline_state": "stopped", "due_at": None, "remaining_seconds": None},
            Standing.STOPPED,
            "tính tiếp khi hết lý do dừng",
        ),
        ({"deadline_state": "none", "due_at": None, "remaining_seconds": None}, Standing.NONE, ""),
    ],
)
def test_a_deadline_stands_in_one_of_six_ways(known: dict[str, object], standing: Standing, left: str) -> None:
    face = face_of(listed(**known))

    assert (face.standing, face.left) == (standing, left)
    assert face.word


async def test_the_inbox_shows_the_work_of_ones_unit_the_least_time_first(bureau: Office) -> None:
    clerk = await bureau.officer("uong-bi-counter-1")
    filed = [await clerk.file(UONG_BI) for _ in range(3)]
    async with browser(bureau) as person:
        page = await (await person.sign_in(clerk)).open("/officer")
    dues = [attribute(one, "datetime") for one in page.all("table.inbox time")]

    assert {one["number"] for one in filed} <= set(shown_numbers(page))
    assert dues == sorted(dues)
    assert "Nguyễn Văn Đức" in page.words
    assert "Trong hạn" in page.text("table.inbox .chip")
    assert not complaints(page)


async def test_every_deadline_explains_its_arithmetic_on_demand(bureau: Office) -> None:
    clerk = await bureau.officer("uong-bi-counter-1")
    await clerk.file(UONG_BI)
    async with browser(bureau) as person:
        page = await (await person.sign_in(clerk)).open("/officer")
        why = await person.follow(page, "table.inbox a.why")

    assert "Hết hạn lúc" in why.words
    assert "Căn cứ" in why.words
    assert not complaints(why)


async def test_work_is_found_without_diacritics(bureau: Office) -> None:
    clerk = await bureau.officer("uong-bi-counter-1")
    filed = await clerk.file({**UONG_BI, "applicant": {"full_name": "Đặng Thị Ánh Nguyệt"}})
    await clerk.file({**UONG_BI, "applicant": {"full_name": "Trần Văn Bình"}})
    async with browser(bureau) as person:
        page = await (await person.sign_in(clerk)).open("/officer", text="dang anh nguyet")

        assert shown_numbers(page) == [filed["number"]]

        nothing = await person.open("/officer", text="khong co ai")

    assert "Không có việc nào ở đây" in nothing.words
    assert not complaints(nothing)


async def test_work_is_claimed_and_given_back_by_the_buttons_of_its_row(bureau: Office) -> None:
    clerk = await bureau.officer("uong-bi-counter-2")
    filed = task(await clerk.file(UONG_BI), "reception")
    async with browser(bureau) as person:
        page = await (await person.sign_in(clerk)).open("/officer")
        row = f"#task-{filed['id']}"

        assert "Chưa ai nhận" in page.text(row)

        page = await person.send(page.one("#work"), press=f'{row} button[formaction$="/claim"]')

        assert "Tôi" in page.text(row)
        assert within_site(page.answer) == "/officer"

        page = await person.send(page.one("#work"), press=f'{row} button[formaction$="/release"]')

        assert "Chưa ai nhận" in page.text(row)


async def test_what_a_colleague_has_just_taken_is_said_and_not_taken_away(bureau: Office) -> None:
    one, other = await bureau.officer("uong-bi-counter-1"), await bureau.officer("uong-bi-counter-2")
    filed = task(await one.file(UONG_BI), "reception")
    async with browser(bureau) as person:
        page = await (await person.sign_in(other)).open("/officer")
        await one.post(f"/v1/tasks/{filed['id']}/claim")
        refused = await person.send(page.one("#work"), press=f'#task-{filed["id"]} button[formaction$="/claim"]')

    assert refused.status == 409
    assert "task-claimed" in refused.words


async def test_a_batch_tells_what_became_of_each_and_a_reload_does_nothing_twice(bureau: Office) -> None:
    one, other = await bureau.officer("uong-bi-counter-1"), await bureau.officer("uong-bi-counter-2")
    mine, theirs = [task(await one.file(UONG_BI), "reception") for _ in range(2)]
    async with browser(bureau) as person:
        page = await (await person.sign_in(one)).open("/officer")
        await other.post(f"/v1/tasks/{theirs['id']}/claim")
        chosen = [attribute(page.one(f"#task-{work['id']} input"), "value") for work in (mine, theirs)]
        done = await person.send(page.one("#work"), press='button[value="claim"]', fields={"task": chosen})
        again = await person.send(page.one("#work"), press='button[value="claim"]', fields={"task": chosen})

    assert "1 trên 2 việc đã xong" in done.text(".told")
    outcomes = dict(zip(done.texts("tbody th"), done.texts("tbody .chip"), strict=True))
    assert outcomes == {mine["number"]: "Xong", theirs["number"]: "Không làm được"}
    assert not complaints(done)
    # What one holds already stays one's own; the list it was sent from is by then an old one.
    assert again.status == 200


async def test_work_is_handed_to_a_colleague_in_bulk(bureau: Office) -> None:
    one = await bureau.officer("uong-bi-counter-1")
    work = task(await one.file(UONG_BI), "reception")
    await one.post(f"/v1/tasks/{work['id']}/claim")
    async with browser(bureau) as person:
        page = await (await person.sign_in(one)).open("/officer", mine="true")
        box = attribute(page.one(f"#task-{work['id']} input"), "value")
        fields: dict[str, str | list[str]] = {"task": [box], "to": "uong-bi-counter-2"}
        told = await person.send(page.one("#work"), press='button[value="transfer"]', fields=fields)

    assert "1 trên 1 việc đã xong" in told.text(".told")
    assert (await one.get(f"/v1/tasks/{work['id']}")).json()["holder"] == "uong-bi-counter-2"


async def test_a_batch_without_work_is_refused_in_words(bureau: Office) -> None:
    one = await bureau.officer("uong-bi-counter-1")
    await one.file(UONG_BI)
    async with browser(bureau) as person:
        page = await (await person.sign_in(one)).open("/officer")
        refused = await person.send(page.one("#work"), press='button[value="claim"]', fields={"task": []})

    assert refused.status == 422
    assert "Chưa chọn việc nào" in refused.words


async def test_a_list_is_saved_under_a_name_opened_and_dropped(bureau: Office) -> None:
    one = await bureau.officer("uong-bi-counter-1")
    await one.file(UONG_BI)
    async with browser(bureau) as person:
        page = await (await person.sign_in(one)).open("/officer", free="true", unit="uong-bi-one-stop")
        kept = await person.send(page.one('form[action="/officer/views"]'), fields={"name": "Chưa ai nhận ở quầy"})

        assert "Chưa ai nhận ở quầy" in kept.text('.views a[aria-current="true"]')
        assert shown_numbers(kept) == shown_numbers(page)

        left = await person.send(kept.one('form[action$="/delete"]'))

    assert "Chưa ai nhận ở quầy" not in left.words


async def test_counts_come_alone_for_a_page_that_is_open(bureau: Office) -> None:
    one = await bureau.officer("uong-bi-counter-1")
    await one.file(UONG_BI)
    async with browser(bureau) as person:
        page = await (await person.sign_in(one)).open("/officer")
        alone = await person.open(attribute(page.one("#queues"), "hx-get"))

    assert alone.texts("a") == page.texts("#queues a")
    assert "Hộp việc" not in alone.words
    free = next(one for one in alone.texts("a") if one.startswith("Chưa ai nhận"))
    assert int(free.split()[-1]) >= 1


async def test_pages_follow_one_another_without_gap_or_repetition(
    bureau: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("console.inbox.ON_A_PAGE", 2)
    one = await bureau.officer("dong-trieu-counter-2")
    filed = {(await one.file({**FILING, "receiving_unit": "dong-trieu-one-stop"}))["number"] for _ in range(5)}
    seen: list[str] = []
    async with browser(bureau) as person:
        page = await (await person.sign_in(one)).open("/officer")
        seen += shown_numbers(page)
        while page.all('a[rel="next"]'):
            page = await person.follow(page, 'a[rel="next"]')
            seen += shown_numbers(page)

    assert len(seen) == len(set(seen))
    assert filed <= set(seen)


async def test_what_somebody_wrote_is_shown_and_never_run(bureau: Office) -> None:
    one = await bureau.officer("uong-bi-counter-1")
    name = "<img src=x onerror=alert(1)> & “Ngọc”"
    filed = await one.file({**UONG_BI, "applicant": {"full_name": name}})
    async with browser(bureau) as person:
        page = await (await person.sign_in(one)).open("/officer", text=filed["number"])

    assert name in page.words
    assert not page.all("img")


async def test_nobody_sees_the_work_of_another_agency(bureau: Office) -> None:
    theirs, stranger = await bureau.officer("uong-bi-counter-1"), await bureau.officer("dong-trieu-counter-1")
    filed = await theirs.file(UONG_BI)
    async with browser(bureau) as person:
        await person.sign_in(stranger)
        refused = await person.open("/officer", agency=filed["tasks"][0]["agency"])
        hidden = await person.open(f"/officer/dossiers/{filed['dossier']}")

    assert (refused.status, hidden.status) == (403, 404)


def test_the_working_time_that_is_left_is_never_rounded_up() -> None:
    assert face_of(listed(remaining_seconds=int(timedelta(hours=7, minutes=59).total_seconds()))).left == (
        "còn 7,9 giờ làm việc"
    )
