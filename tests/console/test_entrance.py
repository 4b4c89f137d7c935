"""Who gets in, how long, and what a page never does."""

import httpx
import pytest
import structlog
from fastapi import FastAPI, Request, Response

from api.callers import ApiKey
from api.errors import InternalFault
from console.routes import pages
from console.sessions import COOKIE, LASTS
from store.callers import add_caller, revoke_caller
from tests.support.browsers import Page, browser, held, within_site
from tests.support.desks import Office, problem
from tests.support.readability import complaints

OFFICER = "ha-long-counter-1"


async def test_an_officer_signs_in_with_the_own_key_and_out_again(bureau: Office) -> None:
    async with browser(bureau) as person:
        first = await person.open("/officer")

        assert (within_site(first.answer), first.title) == ("/sign-in", "Đăng nhập · Liên thông")

        await person.sign_in(await bureau.officer(OFFICER))
        inside = await person.open("/officer")

        assert inside.text("h1") == "Hộp việc"

        out = await person.send(inside.one('form[action="/sign-out"]'))

        assert within_site(out.answer) == "/sign-in"
        assert within_site((await person.open("/officer")).answer) == "/sign-in"


async def test_whoever_signs_in_is_taken_to_where_they_wanted(bureau: Office) -> None:
    async with browser(bureau) as person:
        asked = await person.open("/officer/me", x="1")
        desk = await bureau.officer(OFFICER)
        entered = await person.send(asked.one('form[action="/sign-in"]'), fields={"key": desk.key.secret})

        assert str(entered.answer.url) == "http://console/officer/me?x=1"


@pytest.mark.parametrize("elsewhere", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example"])
async def test_nobody_is_led_off_the_site_by_signing_in(bureau: Office, elsewhere: str) -> None:
    async with browser(bureau) as person:
        page = await person.open("/sign-in", next=elsewhere)
        desk = await bureau.officer(OFFICER)
        entered = await person.send(page.one('form[action="/sign-in"]'), fields={"key": desk.key.secret})

        assert str(entered.answer.url) == "http://console/officer"


@pytest.mark.parametrize("key", ["", "lt_wrong", "lt_" + "A" * 43])
async def test_a_key_that_is_nobodys_opens_nothing(bureau: Office, key: str) -> None:
    async with browser(bureau) as person:
        page = await person.open("/sign-in")
        refused = await person.send(page.one('form[action="/sign-in"]'), fields={"key": key})

        assert refused.status == 401
        assert refused.one("#key").attributes["aria-invalid"] == "true"
        assert COOKIE not in person.http.cookies


async def test_software_does_not_sign_in(bureau: Office) -> None:
    async with browser(bureau) as person:
        page = await person.open("/sign-in")
        portal = await bureau.portal()
        refused = await person.send(page.one('form[action="/sign-in"]'), fields={"key": portal.key.secret})

        assert refused.status == 401


async def test_the_cookie_is_out_of_reach_of_scripts_and_of_other_sites(bureau: Office) -> None:
    desk = await bureau.officer(OFFICER)
    transport = httpx.ASGITransport(bureau.app)
    async with httpx.AsyncClient(transport=transport, base_url="https://console") as http:
        entered = await http.post("/sign-in", data={"key": desk.key.secret})
    cookie = entered.headers["set-cookie"]

    assert {"HttpOnly", "SameSite=lax", "Secure", f"Max-Age={int(LASTS.total_seconds())}", "Path=/"} <= set(
        cookie.split("; ")
    )
    assert desk.key.secret not in cookie


async def test_a_key_that_is_taken_back_ends_its_sessions(bureau: Office) -> None:
    desk = await bureau.officer("ha-long-counter-2")
    async with browser(bureau) as person:
        await person.sign_in(desk)
        assert (await person.open("/officer/me")).text("h1") == desk.caller.label

        async with bureau.parts.database.transaction() as tx:
            await revoke_caller(tx, desk.caller.id)

        assert within_site((await person.open("/officer/me")).answer) == "/sign-in"

        another = ApiKey.drawn()
        async with bureau.parts.database.transaction() as tx:
            await add_caller(tx, desk.caller, key_hash=another.hash, key_prefix=another.prefix)

        assert within_site((await person.open("/officer/me")).answer) == "/sign-in"

        async with bureau.parts.database.transaction() as tx:
            await add_caller(tx, desk.caller, key_hash=desk.key.hash, key_prefix=desk.key.prefix)


async def test_a_form_that_no_page_of_the_session_showed_changes_nothing(bureau: Office) -> None:
    desk = await bureau.officer(OFFICER)
    async with browser(bureau) as person, browser(bureau) as other:
        await person.sign_in(desk)
        await other.sign_in(desk)
        form = (await other.open("/officer/me")).one('form[action="/sign-out"]')
        stolen = dict(held(form))

        for seal in ("", "x.y", stolen["seal"]):
            answer = await person.http.post("/sign-out", data={"seal": seal})

            assert answer.status_code == 403

        crossing = await person.http.post("/sign-out", data={}, headers={"Sec-Fetch-Site": "cross-site"})

        assert crossing.status_code == 403
        assert (await person.open("/officer/me")).status == 200


async def test_pages_let_nothing_in_from_elsewhere_and_are_kept_by_nobody(bureau: Office) -> None:
    async with browser(bureau) as person:
        for address in ("/sign-in", "/tracking-that-is-not", "/officer"):
            answer = (await person.open(address)).answer
            if "text/html" in answer.headers["content-type"]:
                assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'self'")
            assert answer.headers["cache-control"] == "no-store"


async def test_a_chosen_theme_stays_and_another_site_cannot_choose_it(bureau: Office) -> None:
    async with browser(bureau) as person:
        page = await person.open("/sign-in")

        assert "data-theme" not in page.one("html").attributes

        dark = await person.send(page.one('form[action="/theme"]'), press='button[value="dark"]')

        assert (dark.one("html").attributes["data-theme"], within_site(dark.answer)) == ("dark", "/sign-in")

        light = await person.send(dark.one('form[action="/theme"]'), press='button[value="auto"]')

        assert "data-theme" not in light.one("html").attributes


async def test_what_is_refused_is_said_on_a_page(bureau: Office) -> None:
    async with browser(bureau) as person:
        await person.sign_in(await bureau.officer(OFFICER))
        refused = await person.open("/officer", cursor="x")

        assert refused.status == 422
        assert "?cursor không phải con trỏ đã cấp" in refused.words
        assert not complaints(refused)


async def test_a_mistyped_address_is_answered_by_a_page(bureau: Office) -> None:
    async with browser(bureau) as person:
        for address in ("/officer/nowhere", "/tracking/nowhere"):
            page = await person.open(address)

            assert (page.status, page.text("h1")) == (404, "Không tìm thấy.")
            assert not complaints(page)


async def test_an_address_that_leads_nowhere_is_told_as_it_is_asked(bureau: Office) -> None:
    async with browser(bureau) as person:
        people = Page(await person.http.get("/nowhere", headers={"Accept": "text/html,*/*"}))
        software = await person.http.get("/nowhere", headers={"Accept": "application/json"})
        api = await person.http.get("/v1/nowhere", headers={"Accept": "text/html"})

    assert (people.status, people.text("h1")) == (404, "Không tìm thấy.")
    assert not complaints(people)
    for answer in (software, api):
        assert problem(answer, 404, "not-found")


async def test_the_pages_around_the_entrance_can_be_read_by_everybody(bureau: Office) -> None:
    async with browser(bureau) as person:
        assert not complaints(await person.open("/sign-in"))

        await person.sign_in(await bureau.officer(OFFICER))

        assert not complaints(await person.open("/officer/me"))


async def test_a_fault_of_ours_is_told_on_a_page_and_quotes_nothing(bureau: Office) -> None:
    async def breaks(_: Request) -> Response:
        message = "Nguyễn Văn Đức, 022090001234"
        raise ZeroDivisionError(message)

    app = FastAPI()
    app.state.parts = bureau.parts
    router = pages()
    router.add_api_route("/tracking/broken", breaks, methods=["GET"])
    app.include_router(router)
    with structlog.testing.capture_logs() as logged:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://console") as http:
            page = Page(await http.get("/tracking/broken"))

    assert (page.status, page.text("h1")) == (500, InternalFault.__doc__)
    assert not complaints(page)
    assert [one["error"] for one in logged if one["event"] == "request.failed"] == ["ZeroDivisionError"]
    assert "Đức" not in page.words + str(logged)
