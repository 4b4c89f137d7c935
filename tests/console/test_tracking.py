"""Following a dossier without an account, on a small telephone and an old machine."""

from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import Request

from api.errors import TooManyAttempts
from console.assets import address_of, shipped
from console.progress import masked
from console.throttle import Throttle
from dossiers.instants import parse_instant
from tests.support.browsers import Page, browser
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


async def followed(bureau: Office, number: str, code: str | None) -> Page:
    async with browser(bureau) as person:
        page = await person.open("/tracking")
        fields: dict[str, str | list[str]] = {"number": number} if code is None else {"number": number, "code": code}
        return await person.send(page.one('form[action="/tracking"]'), fields=fields)


async def filed_permit(bureau: Office) -> Json:
    return await (await bureau.portal()).file(PERMIT_FILING)


async def test_whoever_files_is_given_a_code_of_eight_signs_and_the_same_one_again(bureau: Office) -> None:
    portal = await bureau.portal()
    one = await portal.post("/v1/dossiers", PERMIT_FILING, key="tracked-once")
    again = await portal.post("/v1/dossiers", PERMIT_FILING, key="tracked-once")
    other = await filed_permit(bureau)
    code = one.json()["tracking_code"]

    assert len(code) == 8
    assert set(code) <= set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")
    assert again.json()["tracking_code"] == code != other["tracking_code"]


async def test_the_code_is_told_at_filing_and_never_with_a_later_act(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    received = await (await bureau.officer("ha-long-counter-1")).act(task(filed, "reception"), "receive")

    assert received["tracking_code"] is None


async def test_number_and_code_show_where_it_is_and_when_it_will_be_ready(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    await (await bureau.officer("ha-long-counter-1")).act(task(filed, "reception"), "receive")
    page = await followed(bureau, filed["number"], filed["tracking_code"])

    assert page.text("h1") == filed["number"]
    assert "Hẹn trả" in page.words
    assert "Ông/bà chưa cần làm gì" in page.text('section[aria-labelledby="owed"]')
    assert "Tiếp nhận và kiểm tra hồ sơ" in page.text(".stage-done")
    assert len(page.all('[aria-current="step"]')) == 1
    assert not complaints(page)


async def test_a_code_is_read_as_people_type_it(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    code = filed["tracking_code"]
    typed = f" {code[:4].lower()}-{code[4:].lower()} ".replace("0", "o").replace("1", "l")

    assert (await followed(bureau, filed["number"].lower(), typed)).status == 200


async def test_the_number_alone_shows_how_far_it_is_and_nothing_else(bureau: Office) -> None:
    """TT 01/2018/TT-VPCP, Điều 16.2d: without an account, the number and the degree of completion."""
    filed = await filed_permit(bureau)
    await (await bureau.officer("ha-long-counter-1")).act(task(filed, "reception"), "receive")
    page = await followed(bureau, filed["number"], None)

    assert "Mức độ hoàn thành" in page.words
    assert "%" in page.text(".degree")
    assert "Hạ Long" not in page.words
    assert "Hẹn trả" not in page.words
    assert not complaints(page)


async def test_a_wrong_code_and_a_number_that_never_was_are_answered_alike(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    wrong = await followed(bureau, filed["number"], "00000000")
    unknown = await followed(bureau, "H49.1-1", filed["tracking_code"])
    nobody = await followed(bureau, "H49.1-1", None)

    assert [one.status for one in (wrong, unknown, nobody)] == [404, 404, 404]
    assert wrong.text("#wrong") == unknown.text("#wrong") == nobody.text("#wrong")
    assert not complaints(wrong)


async def test_no_name_number_or_officer_is_shown_to_whoever_has_the_code(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    await (await bureau.officer("ha-long-counter-1")).act(task(filed, "reception"), "receive")
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    applicant = FILING["applicant"]

    assert "N••••• V•• Đ••" in page.words
    for secret in (applicant["full_name"], applicant["identity_number"], applicant["phone"], "ha-long-counter-1"):
        assert secret not in (page.tree.html or "")


async def test_whoever_must_supplement_reads_what_by_when_and_why(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    await (await bureau.officer("ha-long-counter-1")).act(
        task(filed, "reception"), "request-supplement", components=["drawings"], reason=REASON
    )
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    owed = page.text('section[aria-labelledby="owed"]')

    assert "Bổ sung hồ sơ" in owed
    assert REASON in owed
    assert len(page.all('section[aria-labelledby="owed"] li')) == 1


async def test_whoever_is_refused_reads_why(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    await (await bureau.officer("ha-long-counter-1")).act(task(filed, "reception"), "refuse", reason=REASON)
    page = await followed(bureau, filed["number"], filed["tracking_code"])

    assert REASON in page.text('section[aria-labelledby="refusal"]')


async def test_neither_code_nor_number_stands_in_an_address(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    addresses = [one.attributes.get("href") or "" for one in page.all("a[href]")]

    assert str(page.answer.url).endswith("/tracking")
    assert not any(filed["tracking_code"] in one for one in addresses)


async def test_the_whole_page_is_small_and_needs_no_script(bureau: Office) -> None:
    """Under 60 kB compressed with its stylesheets; web fonts load late and are not counted."""
    filed = await filed_permit(bureau)
    async with (
        browser(bureau) as person,
        person.http.stream(
            "POST", "/tracking", data={"number": filed["number"], "code": filed["tracking_code"]}
        ) as answer,
    ):
        sent = sum([len(chunk) async for chunk in answer.aiter_raw()])
        assert answer.headers["content-encoding"] == "gzip"
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    loaded = [one.attributes["href"] for one in page.all("link[href]")]
    by_address = {address_of(name): asset for name, asset in shipped().items()}
    beside = sum(len(by_address[one or ""].packed or b"") for one in loaded)

    assert not page.all("script")
    assert sent + beside < 60_000


async def test_whoever_guesses_codes_is_sent_away_for_a_while_and_nobody_else_is(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    right = {"number": filed["number"], "code": filed["tracking_code"]}
    guesser = httpx.ASGITransport(bureau.app, raise_app_exceptions=False, client=("203.0.113.7", 4711))
    async with httpx.AsyncClient(transport=guesser, base_url="http://console") as http:
        tried = [await http.post("/tracking", data={**right, "code": f"{turn:08}"}) for turn in range(11)]
        shut = await http.post("/tracking", data=right)

    assert [one.status_code for one in tried] == [404] * 10 + [429]
    assert shut.status_code == 429
    assert "Hãy thử lại sau" in Page(shut).words
    assert not complaints(Page(shut))
    assert (await followed(bureau, filed["number"], filed["tracking_code"])).status == 200


def test_an_address_is_let_in_again_when_its_time_is_over() -> None:
    throttle, at = Throttle(most=2, within=timedelta(minutes=10)), parse_instant("2026-11-26T08:00")
    asked = Request({"type": "http", "client": ("203.0.113.7", 1), "headers": []})
    for minutes in (0, 9):
        throttle.require_open(asked, at + timedelta(minutes=minutes))
        throttle.note(asked, at + timedelta(minutes=minutes))

    with pytest.raises(TooManyAttempts, match="08:10 26/11/2026"):
        throttle.require_open(asked, at + timedelta(minutes=9))
    throttle.require_open(asked, at + timedelta(minutes=10))


def test_a_name_is_masked_to_first_letters() -> None:
    assert masked("Đặng Thị Ánh Nguyệt") == "Đ••• T•• Á•• N•••••"
    assert masked("Ý") == "Ý"
