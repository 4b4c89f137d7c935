"""A dossier's page, used by the people whose work it is, without any script."""

from typing import Any

from selectolax.lexbor import LexborNode

from tests.support.browsers import Browser, Page, attribute, browser
from tests.support.desks import FILING, Json, Office, task
from tests.support.readability import complaints

PERMIT_FILING: dict[str, Any] = {
    **FILING,
    "procedure": "1.013225",
    "channel": "online",
    "components": ["application", "land_right", "drawings"],
    "facts": {"floors": 3},
}
REASON = "Bản vẽ thiết kế thiếu mặt bằng móng, chưa có chữ ký của đơn vị thiết kế."


async def at_desk(bureau: Office, person: Browser, officer: str) -> Browser:
    person.http.cookies.clear()
    return await person.sign_in(await bureau.officer(officer))


def form(page: Page, act: str) -> LexborNode:
    return page.one(f'form[action$="/acts/{act}"]')


async def performed(person: Browser, dossier: str, act: str, **fields: str | list[str]) -> Page:
    """The act by its form, looked through once more where that is asked."""
    page = await person.open(f"/officer/dossiers/{dossier}")
    named = {name.replace("__", "."): value for name, value in fields.items()}
    sent = await person.send(form(page, act), fields=named)
    if sent.all('button[value="yes"]'):
        assert not complaints(sent)
        sent = await person.send(form(sent, act), press='button[value="yes"]')
    assert sent.status == 200, sent.words
    return sent


async def test_a_dossier_goes_from_the_counter_to_its_return_by_forms_alone(bureau: Office) -> None:
    """Received, handed on, assigned, appraised with a consultation: each by whoever may, each shown what it did."""
    filed = await (await bureau.portal()).file(PERMIT_FILING)
    dossier = filed["dossier"]
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        received = await performed(person, dossier, "receive")

        assert "tiếp nhận hồ sơ, cấp giấy hẹn trả kết quả" in received.text(".told.done")
        assert "Hẹn trả" in received.text(".standing")

        await at_desk(bureau, person, "ha-long-land-head")
        await performed(person, dossier, "accept-hand-over")
        await performed(person, dossier, "complete")
        given = await performed(person, dossier, "assign", officer="ha-long-land-officer-1")

        assert "giao bước “Thẩm định" in given.text(".told.done")

        await at_desk(bureau, person, "ha-long-land-officer-1")
        facts = {"facts__fire_opinion_needed": "no", "facts__environment_opinion_needed": "no"}
        appraised = await performed(person, dossier, "complete", outcome="eligible", opinion=REASON, **facts)

        assert REASON in appraised.text(".log")
        assert not complaints(appraised)


async def test_a_page_offers_what_its_reader_may_do_and_nothing_else(bureau: Office) -> None:
    filed = await (await bureau.portal()).file(PERMIT_FILING)
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        clerk = acts(await person.open(f"/officer/dossiers/{filed['dossier']}"))
        await at_desk(bureau, person, "ha-long-land-head")
        head = await person.open(f"/officer/dossiers/{filed['dossier']}")

    assert {"receive", "refuse", "request-supplement", "withdraw"} <= clerk
    assert not clerk & {"complete", "approve", "sign", "return-result", "decide-on-the-spot"}
    assert head.status in {200, 404}
    assert not acts(head) & {"receive", "refuse"}


def acts(page: Page) -> set[str]:
    return {attribute(one, "action").rpartition("/")[2] for one in page.all("form.act-form")}


async def test_a_decision_is_looked_through_and_may_be_corrected_before_it_is_sent(bureau: Office) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        page = await person.open(f"/officer/dossiers/{filed['dossier']}")
        check = await person.send(form(page, "refuse"), fields={"reason": REASON})

        assert check.text("h1") == "Xem lại trước khi gửi"
        assert REASON in check.text(".checked")
        assert (await (await bureau.portal()).get(f"/v1/dossiers/{filed['dossier']}")).status_code == 404

        edit = await person.send(form(check, "refuse"), press='button[value="edit"]')

        assert edit.text("textarea") == REASON
        assert not complaints(edit)

        short = await person.send(form(edit, "refuse"), fields={"reason": "Thiếu."})

        assert short.status == 422
        assert short.one("textarea").attributes["aria-invalid"] == "true"
        assert "ngắn hơn 10 ký tự" in short.words
        assert not complaints(short)

        check = await person.send(form(short, "refuse"), fields={"reason": REASON})
        refused = await person.send(form(check, "refuse"), press='button[value="yes"]')

    assert "từ chối tiếp nhận hồ sơ" in refused.text(".told.done")
    assert not acts(refused)


async def test_a_form_sent_twice_acts_once(bureau: Office) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        page = await person.open(f"/officer/dossiers/{filed['dossier']}")
        check = await person.send(form(page, "receive"))
        once = await person.send(form(check, "receive"), press='button[value="yes"]')
        twice = await person.send(form(check, "receive"), press='button[value="yes"]')

    assert once.status == twice.status == 200
    assert once.texts(".log .log-head a") == twice.texts(".log .log-head a")


async def test_a_form_of_a_page_that_is_out_of_date_changes_nothing(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        page = await person.open(f"/officer/dossiers/{filed['dossier']}")
        await clerk.act(task(filed, "reception"), "receive")
        stale = await person.send(form(page, "refuse"), fields={"reason": REASON})

    assert stale.status == 409
    assert "hồ sơ đã thay đổi" in stale.words
    assert not complaints(stale)


async def test_while_the_applicant_is_waited_for_the_page_says_that_time_stands_still(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await received_permit(bureau)
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-land-head")
        await performed(person, filed["dossier"], "accept-hand-over")
        await performed(person, filed["dossier"], "complete")
        await performed(person, filed["dossier"], "assign", officer="ha-long-land-officer-1")
        await at_desk(bureau, person, "ha-long-land-officer-1")
        asked = await performed(person, filed["dossier"], "request-supplement", reason=REASON, components=["drawings"])

        assert "Tạm dừng" in asked.text(".standing")
        assert asked.all(".timeline .bar-box.is-stopped")
        assert "Người nộp hồ sơ" in asked.text(".timeline")

        await at_desk(bureau, person, clerk.caller.id)
        answered = await performed(person, filed["dossier"], "answer-supplement", components=["drawings"])

    assert "bổ sung hồ sơ" in answered.text(".told.done")
    assert "Trong hạn" in answered.text(".standing")


async def received_permit(bureau: Office) -> Json:
    filed = await (await bureau.portal()).file(PERMIT_FILING)
    await (await bureau.officer("ha-long-counter-1")).act(task(filed, "reception"), "receive")
    return filed


async def test_the_story_has_a_lasting_address_for_every_event_and_the_picture_leads_there(bureau: Office) -> None:
    filed = await received_permit(bureau)
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        page = await person.open(f"/officer/dossiers/{filed['dossier']}")
    places = {attribute(one, "id") for one in page.all(".log li[id]")}
    led = {attribute(one, "href").removeprefix("#") for one in page.all(".timeline a[href]")}

    assert {f"su-kien-{number}" for number in range(1, len(places) + 1)} == places
    assert led
    assert led <= places
    assert len(page.all(".log .log-day")) >= 1


async def test_the_picture_has_its_table_and_says_what_it_shows(bureau: Office) -> None:
    filed = await received_permit(bureau)
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        page = await person.open(f"/officer/dossiers/{filed['dossier']}")
    rows = page.all("section:has(.timeline) tbody tr")

    assert len(rows) == len(page.all(".timeline .bar-box"))
    assert "Bộ phận" in page.text("section:has(.timeline) table")
    assert page.text(".timeline title") == "Đường đi của hồ sơ theo cơ quan"
    assert page.all(".timeline .bar-box.is-forecast")


async def test_a_dossier_is_found_by_its_number(bureau: Office) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        page = await person.open("/officer/find", number=filed["number"].lower())
        missing = await person.open("/officer/find", number="H49.1-1")

    assert page.text("h1") == filed["number"]
    assert "Không có hồ sơ nào mang mã số này" in missing.words
    assert not complaints(missing)


async def test_every_picture_is_small(bureau: Office) -> None:
    """First view under 300 kB compressed; the page itself is a fraction of it."""
    filed = await received_permit(bureau)
    async with browser(bureau) as person:
        await at_desk(bureau, person, "ha-long-counter-1")
        async with person.http.stream("GET", f"/officer/dossiers/{filed['dossier']}") as answer:
            sent = sum([len(chunk) async for chunk in answer.aiter_raw()])

    assert sent < 40_000
