"""What an applicant does with number and code alone: supplements, withdraws, pays; and how long it usually takes."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from pydantic import SecretStr

from agencies.signatures import signed
from console.payments import Paid, opened_order, sealed_order
from console.usual import span
from dossiers.identity import task_id
from tests.api.test_payment import at_payment
from tests.console.test_tracking import REASON, filed_permit, followed
from tests.support.browsers import browser
from tests.support.desks import FILING, PAYMENT_SECRET, Json, Office, done, task
from tests.support.readability import complaints

SECRET = SecretStr(PAYMENT_SECRET)


async def code_of(bureau: Office, dossier: str) -> str:
    async with bureau.parts.database.transaction() as tx:
        return str(await tx.value("SELECT tracking_code FROM applicant WHERE dossier = $1", dossier))


async def shown(bureau: Office, dossier: str) -> Json:
    return done(await (await bureau.officer("ha-long-counter-1")).get(f"/v1/dossiers/{dossier}"))


async def test_a_supplement_is_answered_by_whoever_has_the_code_and_once(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    counter = await bureau.officer("ha-long-counter-1")
    await counter.act(task(filed, "reception"), "request-supplement", components=["drawings"], reason=REASON)
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    form = page.one('form[action="/tracking/acts/supplement"]')
    async with browser(bureau) as person:
        answered = await person.send(form)
        again = await person.send(form)

    assert "bổ sung hồ sơ: Bản vẽ thiết kế xây dựng" in answered.text(".told.done")
    assert again.text(".told.done") == answered.text(".told.done")
    assert "Ông/bà chưa cần làm gì" in answered.text('section[aria-labelledby="owed"]')
    assert not answered.all('form[action="/tracking/acts/supplement"]')
    assert not complaints(page)
    assert not complaints(answered)
    story = done(await counter.get(f"/v1/dossiers/{filed['dossier']}/timeline"))["events"]
    assert [one["kind"] for one in story].count("supplement.received") == 1


async def test_a_dossier_is_withdrawn_only_after_a_second_look(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    page = await followed(bureau, filed["number"], filed["tracking_code"])
    async with browser(bureau) as person:
        form = page.one('form[action="/tracking/acts/withdraw"]')
        checked = await person.send(form, fields={"reason": "Tôi đổi ý, sẽ xây theo thiết kế khác."})
        still = await shown(bureau, filed["dossier"])
        kept = await person.send(checked.one("main form"), 'button[formaction="/tracking"]')
        gone = await person.send(checked.one("main form"), 'button[value="yes"]')

    assert "Rút rồi thì hồ sơ kết thúc" in checked.words
    assert (still["status"], kept.text("h1")) == ("filed", filed["number"])
    assert "rút hồ sơ" in gone.text(".told.done")
    assert (await shown(bureau, filed["dossier"]))["status"] == "withdrawn"
    assert not gone.all('form[action="/tracking/acts/withdraw"]')
    for one in (checked, gone):
        assert not complaints(one)


async def test_without_the_code_nothing_is_done(bureau: Office) -> None:
    filed = await filed_permit(bureau)
    async with browser(bureau) as person:
        for code in (None, "00000000"):
            fields = {"number": filed["number"], "checked": "yes", **({} if code is None else {"code": code})}
            for address in ("/tracking/acts/withdraw", "/tracking/acts/supplement", "/payments"):
                assert (await person.http.post(address, data=fields)).status_code == 404
        own = {"number": filed["number"], "code": filed["tracking_code"]}
        assert (await person.http.post("/tracking/acts/refuse", data=own)).status_code == 404
        assert (await person.http.post("/payments", data={**own, "charge": "permit"})).status_code == 409

    assert (await shown(bureau, filed["dossier"]))["status"] == "filed"


async def test_a_charge_is_paid_at_the_gateway_which_tells_us_and_the_same_twice_pays_once(bureau: Office) -> None:
    """Whoever holds the work: money that came in waits for nobody."""
    clerk, asked = await at_payment(bureau)
    page = await followed(bureau, asked["number"], await code_of(bureau, asked["dossier"]))
    first, second = page.all('form[action="/payments"]')
    async with browser(bureau) as person:
        gateway = await person.send(first, "button")
        paid = await person.send(gateway.one("main form"))
        again = await person.send(gateway.one("main form"))
        waiting = await shown(bureau, asked["dossier"])
        other = await person.send((await person.send(second, "button")).one("main form"))

    assert "40.000.000 đồng" in gateway.words
    assert "Không có tiền thật" in gateway.words
    assert "Đã trả 40.000.000 đồng" in paid.words
    assert again.text(".told.done") == paid.text(".told.done")
    assert (waiting["status"], (await shown(bureau, asked["dossier"]))["status"]) == ("awaiting_payment", "processing")
    assert "Đã trả 2.500.000 đồng" in other.words
    for one in (page, gateway, paid):
        assert not complaints(one)
    story = done(await clerk.get(f"/v1/dossiers/{asked['dossier']}/timeline"))["events"]
    assert [one["kind"] for one in story].count("payment.confirmed") == 2


async def test_what_the_gateway_did_not_sign_pays_nothing(bureau: Office) -> None:
    _, asked = await at_payment(bureau)
    page = await followed(bureau, asked["number"], await code_of(bureau, asked["dossier"]))
    async with browser(bureau) as person:
        gateway = await person.send(page.all('form[action="/payments"]')[0], "button")
        sealed = parse_qs(urlsplit(str(gateway.answer.url)).query)["order"][0]
        order = opened_order(SECRET, sealed)
        cheaper = sealed_order(SECRET, order.model_copy(update={"amount": 1})).partition(".")[0]
        forged = f"{cheaper}.{sealed.partition('.')[2]}"
        body = Paid(order=order, transaction=task_id(order.dossier, "transaction")).model_dump_json().encode()
        now = bureau.parts.now()
        foreign = signed([SecretStr("whsec_" + "A" * 40)], "x", now, body)
        late = signed([SECRET], "x", now - timedelta(minutes=6), body)
        answers = [
            await person.http.get("/simulated-gateway", params={"order": forged}),
            await person.http.post("/payments/callback", content=body),
            await person.http.post("/payments/callback", content=body, headers=foreign),
            await person.http.post("/payments/callback", content=body, headers=late),
        ]

    assert [one.status_code for one in answers] == [403] * 4
    assert (await shown(bureau, asked["dossier"]))["status"] == "awaiting_payment"


async def test_how_long_it_usually_takes_is_told_once_enough_were_decided(bureau: Office) -> None:
    counter = await bureau.officer("ha-long-counter-1")
    for _ in range(5):
        filed = await counter.file()
        await counter.act(task(filed, "reception"), "decide-on-the-spot")
    fresh = await counter.file()
    page = await followed(bureau, fresh["number"], fresh["tracking_code"])
    async with browser(bureau) as person:
        published = await person.open(f"/procedures/{FILING['procedure']}")

    assert "Một nửa số hồ sơ gần đây có kết quả trong 1 giờ, chín phần mười trong 1 giờ" in page.words
    assert "Thường mất" in published.text('section[aria-labelledby="short"]')


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=1), "1 giờ"),
        (timedelta(hours=3, seconds=1), "4 giờ"),
        (timedelta(days=1), "24 giờ"),
        (timedelta(days=1, seconds=1), "2 ngày"),
        (timedelta(days=7), "7 ngày"),
    ],
)
def test_a_length_is_rounded_up(length: timedelta, words: str) -> None:
    assert span(length) == words
