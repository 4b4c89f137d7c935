"""Every page in a real browser: nobody is shut out, nothing is blocked, nothing runs over the edge of a telephone."""

from typing import Literal
from uuid import UUID

import pytest
from playwright.async_api import Browser

from store.ratings import add_rating
from tests.support.chromium import person
from tests.support.desks import FILING, Json, Office, task

PERMIT = {
    **FILING,
    "procedure": "1.013225",
    "channel": "online",
    "components": ["application", "land_right", "drawings"],
    "facts": {"floors": 3},
}
REASON = "Bản vẽ thiết kế thiếu mặt bằng móng, chưa có chữ ký của đơn vị thiết kế."


#: What is open to everybody.
PUBLIC = (
    "/sign-in",
    "/tracking",
    "/procedures",
    "/procedures/1.013225",
    "/procedures/1.001612?version=1",
    "/procedures/1.013225/file",
    "/drafts",
    "/petitions",
)


@pytest.fixture(scope="session")
async def dossier(bureau: Office) -> Json:
    """One that waits for its applicant: every kind of thing that a dossier's page shows is on it."""
    filed = await (await bureau.portal()).file(PERMIT)
    counter = await bureau.officer("ha-long-counter-1")
    await counter.act(task(filed, "reception"), "request-supplement", components=["drawings"], reason=REASON)
    await counter.file()
    rated = await counter.file()
    await counter.act(task(rated, "reception"), "decide-on-the-spot")
    async with bureau.parts.database.transaction() as tx:
        await add_rating(tx, UUID(rated["dossier"]), 3, "Cán bộ hướng dẫn tận tình.")
    return filed


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 320])
async def test_every_page_can_be_used_by_everybody(
    window: Browser, site: str, bureau: Office, dossier: Json, scheme: Literal["light", "dark"], width: int
) -> None:
    """WCAG 2.2 AA by axe, with everything unfolded; and no page is wider than the screen."""
    officers = [
        f"/officer/dossiers/{dossier['dossier']}",
        "/officer",
        "/officer/find",
        "/officer/me",
        "/officer/notices",
        "/officer/board",
        f"/officer/dossiers/{dossier['dossier']}/why/stop-notice",
    ]
    async with person(window, site, width=width, color_scheme=scheme) as somebody:
        await somebody.open("/tracking")
        await somebody.page.fill("#number", dossier["number"])
        await somebody.page.fill("#code", dossier["tracking_code"])
        await somebody.page.click("main button")
        assert await somebody.violations() == []
        await somebody.sign_in(await bureau.officer("ha-long-counter-1"))
        for address in officers:
            await somebody.open(address)
            await somebody.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert await somebody.violations() == [], address
            assert await somebody.page.evaluate("document.documentElement.scrollWidth") <= width, address
        await somebody.sign_in(await bureau.officer("quang-ninh-supervisor-1"))
        await somebody.open("/officer/ratings")
        assert await somebody.violations() == []
        await somebody.open("/officer/board")
        assert await somebody.page.evaluate("document.documentElement.scrollWidth") <= width
        assert somebody.complaints == []


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
async def test_every_page_that_is_open_to_all_can_be_used_by_everybody(
    window: Browser, site: str, scheme: Literal["light", "dark"], width: int
) -> None:
    async with person(window, site, width=width, color_scheme=scheme) as somebody:
        for address in PUBLIC:
            await somebody.open(address)
            await somebody.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
            assert await somebody.violations() == [], address
            assert await somebody.page.evaluate("document.documentElement.scrollWidth") <= width, address
        assert somebody.complaints == []


async def test_an_officer_receives_a_dossier_with_the_keyboard_alone(
    window: Browser, site: str, bureau: Office
) -> None:
    clerk = await bureau.officer("uong-bi-counter-1")
    filed = await clerk.file({**FILING, "receiving_unit": "uong-bi-one-stop"})
    async with person(window, site) as somebody:
        page = somebody.page
        await somebody.sign_in(clerk)
        await page.keyboard.press("j")
        await page.keyboard.press("o")
        await page.wait_for_url(f"**/officer/dossiers/{filed['dossier']}")
        await page.locator("summary", has_text="Tiếp nhận").first.focus()
        await page.keyboard.press("Enter")
        await page.locator("details[open] form button").first.focus()
        await page.keyboard.press("Enter")
        await page.locator('button[value="yes"]').focus()
        await page.keyboard.press("Enter")
        await page.wait_for_url("**after=**")

        assert "tiếp nhận hồ sơ" in await page.inner_text(".told.done")
        assert somebody.complaints == []


async def test_counts_change_on_a_page_that_stays_open(window: Browser, site: str, bureau: Office) -> None:
    clerk = await bureau.officer("dong-trieu-counter-1")
    async with person(window, site) as somebody:
        page = somebody.page
        await page.clock.install()
        await somebody.sign_in(clerk)
        before = await page.inner_text("#queues a >> nth=0")
        await clerk.file({**FILING, "receiving_unit": "dong-trieu-one-stop"})
        async with page.expect_response("**/officer/queues?*"):
            await page.clock.fast_forward(21_000)
        await page.wait_for_function("before => document.querySelector('#queues a').innerText !== before", arg=before)

        assert int((await page.inner_text("#queues a >> nth=0")).split()[-1]) == int(before.split()[-1]) + 1
        assert await somebody.violations() == []
        assert somebody.complaints == []


async def test_the_same_works_without_scripts(window: Browser, site: str, bureau: Office) -> None:
    clerk = await bureau.officer("mong-cai-counter-1")
    filed = task(await clerk.file({**FILING, "receiving_unit": "mong-cai-one-stop"}), "reception")
    async with person(window, site, width=320, java_script_enabled=False) as somebody:
        page = somebody.page
        await somebody.sign_in(clerk)
        await page.locator(f"#task-{filed['id']} button", has_text="Nhận").click()
        await page.locator(f"#task-{filed['id']} input[type=checkbox]").check()
        await page.locator('button[value="release"]').click()

        assert "1 trên 1 việc đã xong" in await page.inner_text(".told")


async def test_anybody_files_without_scripts(window: Browser, site: str) -> None:
    async with person(window, site, width=320, java_script_enabled=False) as somebody:
        page = somebody.page
        await somebody.open("/procedures")
        await page.fill("#q", "giay phep xay dung")
        await page.click("main form button")
        await page.click(".listed a")
        await page.click("text=Nộp trực tuyến")
        await page.fill("#f-applicant-full_name", "Nguyễn Văn Đức")
        await page.fill("#f-applicant-phone", "0912345678")
        await page.fill("#f-facts-floors", "3")
        await page.check("#f-components-1")
        await page.click('button[value="save"]')
        assert await page.inner_text("h1") == "Đã lưu"
        await page.click("main form button")
        await page.click('button[value="check"]')
        assert "Nguyễn Văn Đức" in await page.inner_text("main")
        await page.click('button[value="file"]')
        assert await page.inner_text("h1") == "Đã nộp hồ sơ"
        await page.click('form[action="/tracking"] button')
        assert "Việc ông/bà cần làm" in await page.inner_text("main")
        assert somebody.complaints == []
