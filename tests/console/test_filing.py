"""Filing online without an account: the form, the look at the answers, one filing, the receipt, and a draft."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from console.qr import qr_of
from dossiers.identity import dossier_id
from dossiers.procedure import Channel
from dossiers.values import OfficerId
from store.drafts import Draft
from tests.support import builders
from tests.support.browsers import Browser, Page, browser, held
from tests.support.desks import Office, done, task
from tests.support.readability import complaints

PERMIT = builders.procedure(builders.PERMIT)

ADDRESS = f"/procedures/{PERMIT.code}/file"
FORM = f'form[action="{ADDRESS}"]'
ANSWERS: dict[str, str | list[str]] = {
    "receiving_unit": "ha-long-one-stop",
    "applicant.full_name": "Nguyễn Văn Đức",
    "applicant.phone": "0912345678",
    "facts.floors": "3",
    "components": ["application", "land_right", "drawings"],
}


async def checked(person: Browser, changed: Mapping[str, str | list[str]] | None = None) -> Page:
    form = (await person.open(ADDRESS)).one(FORM)
    return await person.send(form, 'button[value="check"]', {**ANSWERS, **(changed or {})})


async def filed(person: Browser) -> Page:
    return await person.send((await checked(person)).one(FORM), 'button[value="file"]')


async def test_anybody_files_and_takes_a_receipt_home(bureau: Office) -> None:
    async with browser(bureau) as person:
        form = await person.open(ADDRESS)
        answers = await checked(person)
        receipt = await person.send(answers.one(FORM), 'button[value="file"]')
        followed = await person.send(receipt.one('form[action="/tracking"]'))

    for page in (form, answers, receipt, followed):
        assert not complaints(page)
        assert not page.all("script")
    assert "Nguyễn Văn Đức" in answers.words
    assert "Nguyễn Văn Đức" not in receipt.words
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", receipt.text("#tracking-code"))
    assert "Tiếp nhận trước" in receipt.words
    assert "Hẹn trả dự kiến" in receipt.words
    assert "Bản vẽ thiết kế xây dựng" in receipt.words
    assert followed.text("h1") == receipt.text("#number .number")


async def test_the_code_and_the_name_stand_in_no_address(bureau: Office) -> None:
    async with browser(bureau) as person:
        receipt = await filed(person)

    assert str(receipt.answer.url) == f"http://console{ADDRESS}"
    code = receipt.text("#tracking-code").replace("-", "")
    assert code not in receipt.text("svg.qr title")
    assert not [one for one in receipt.all("[href], [action]") if code in (one.html or "").partition(">")[0]]


async def test_what_was_filed_is_work_at_the_counter(bureau: Office) -> None:
    async with browser(bureau) as person:
        receipt = await filed(person)
    counter = await bureau.officer("ha-long-counter-1")
    dossier = done(await counter.get("/v1/dossiers", number=receipt.text("#number .number")))
    received = await counter.act(task(dossier, "reception"), "receive")

    assert dossier["channel"] == Channel.ONLINE
    assert received["status"] == "accepted"


async def test_a_receipt_is_printed_again_and_says_the_date_once_there_is_one(bureau: Office) -> None:
    async with browser(bureau) as person:
        receipt = await filed(person)
        counter = await bureau.officer("ha-long-counter-1")
        number, code = receipt.text("#number .number"), receipt.text("#tracking-code")
        dossier = done(await counter.get("/v1/dossiers", number=number))
        await counter.act(task(dossier, "reception"), "receive")
        page = await person.send(receipt.one('form[action="/tracking"]'))
        again = await person.send(page.one('form[action="/receipt"]'))
        wrong = await person.http.post("/receipt", data={"number": number, "code": "0" * 8})
        without = await person.http.post("/receipt", data={"number": number})

    assert (again.text("h1"), again.text("#tracking-code")) == ("Giấy tiếp nhận và hẹn trả", code)
    assert "Hẹn trả" in again.words
    assert [wrong.status_code, without.status_code] == [404, 404]
    assert not complaints(again)


async def test_a_reload_of_the_receipt_files_nothing_more(bureau: Office) -> None:
    async with browser(bureau) as person:
        form = (await checked(person)).one(FORM)
        once = await person.send(form, 'button[value="file"]')
        again = await person.send(form, 'button[value="file"]')

    key = dict(held(form))["key"]
    async with bureau.parts.database.transaction() as tx:
        count = await tx.value("SELECT count(*) FROM dossier WHERE number = $1", once.text("#number .number"))
        found = await tx.value(
            "SELECT number FROM dossier WHERE id = $1", dossier_id(OfficerId("applicant"), f"online/{key}")
        )
    assert once.text("#number .number") == again.text("#number .number") == found
    assert count == 1


async def test_what_is_missing_or_wrong_is_said_beside_its_field_and_nothing_is_lost(bureau: Office) -> None:
    async with browser(bureau) as person:
        page = await checked(
            person, {"applicant.full_name": "", "applicant.phone": "12", "facts.floors": "ba tầng", "components": []}
        )
        corrected = await person.send(page.one(FORM), 'button[value="check"]', ANSWERS)

    assert page.status == 422
    for name in ("applicant-full_name", "applicant-phone", "facts-floors"):
        assert page.one(f"#f-{name}").attributes["aria-invalid"] == "true"
        assert page.all(f'.told a[href="#f-{name}"]')
    assert page.one("#f-facts-floors").attributes["value"] == "ba tầng"
    assert not complaints(page)
    assert corrected.text("h1") == "Xem lại trước khi nộp"


async def test_a_place_that_does_not_do_it_is_refused_before_anything_is_kept(bureau: Office) -> None:
    async with browser(bureau) as person:
        page = await checked(person, {"receiving_unit": "no-such-unit"})

    assert page.status == 422
    assert page.one("#f-receiving_unit").attributes["aria-invalid"] == "true"


async def test_missing_papers_are_pointed_out_and_stand_against_nothing(bureau: Office) -> None:
    async with browser(bureau) as person:
        page = await checked(person, {"components": ["application"]})

    assert page.status == 200
    assert "Bản vẽ thiết kế xây dựng" in page.text(".told")
    assert "Cam kết bảo đảm an toàn công trình liền kề" not in page.text(".told")


async def test_a_draft_is_opened_by_its_code_alone_and_ends_with_its_filing(bureau: Office) -> None:
    async with browser(bureau) as person, browser(bureau) as elsewhere:
        form = (await person.open(ADDRESS)).one(FORM)
        saved = await person.send(form, 'button[value="save"]', {"applicant.full_name": "Nguyễn Văn Đức"})
        code = saved.text("#draft-code")
        asked = await elsewhere.open("/drafts")
        opened = await elsewhere.send(asked.one('form[action="/drafts"]'), fields={"code": code.lower()})
        answers = await elsewhere.send(opened.one(FORM), 'button[value="check"]', ANSWERS)
        kept_again = await elsewhere.send(answers.one(FORM), 'button[value="save"]')
        receipt = await elsewhere.send(answers.one(FORM), 'button[value="file"]')
        gone = await person.send(asked.one('form[action="/drafts"]'), fields={"code": code})

    assert opened.one("#f-applicant-full_name").attributes["value"] == "Nguyễn Văn Đức"
    assert kept_again.text("#draft-code").replace("-", "") == code.replace("-", "")
    assert receipt.text("h1") == "Đã nộp hồ sơ"
    assert gone.status == 404
    for page in (saved, asked, opened, gone):
        assert not complaints(page)


async def test_of_a_draft_nobody_reads_the_code_in_the_store_nor_the_person_in_a_log(bureau: Office) -> None:
    async with browser(bureau) as person:
        form = (await person.open(ADDRESS)).one(FORM)
        saved = await person.send(form, 'button[value="save"]', {"applicant.full_name": "Trần Thị Bưởi"})
    code = saved.text("#draft-code").replace("-", "")
    async with bureau.parts.database.transaction() as tx:
        rows = await tx.all("SELECT filing_draft::text AS whole FROM filing_draft")

    assert rows
    assert not any(code in row["whole"] for row in rows)
    shown = Draft(procedure=PERMIT.code, fields=(("applicant.full_name", "Trần Thị Bưởi"),), ends_at=bureau.parts.now())
    assert "Bưởi" not in f"{shown!r} {shown}"


async def test_what_is_not_filed_online_has_no_form(bureau: Office) -> None:
    async with browser(bureau) as person:
        assert (await person.open("/procedures/9.999999/file")).status == 404


async def test_a_form_from_another_site_files_nothing(bureau: Office) -> None:
    async with browser(bureau) as person:
        answer = await person.http.post(
            ADDRESS,
            content=urlencode({"step": "file", "receiving_unit": "ha-long-one-stop"}),
            headers={"Sec-Fetch-Site": "cross-site"},
        )
        older = await person.http.post(ADDRESS, content="step=file", headers={"Origin": "https://elsewhere.example"})

    assert [answer.status_code, older.status_code] == [403, 403]


def test_a_qr_code_is_a_square_whose_corners_are_its_finders() -> None:
    code = qr_of("https://example.vn/tracking?number=H49.101.2-261126-0001")

    assert code.side >= 21 + 8
    assert code.path.startswith("M4 4h7v1h-7z")
    assert code.path.count("h7v1h-7z") >= 6
