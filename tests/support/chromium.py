"""A real browser before the real application, where the machine has one: Debian's Chromium, driven by Playwright.

What the machine lacks is said as the reason of the skip, with what to install.
"""

import asyncio
import contextlib
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import uvicorn
from playwright.async_api import Browser, BrowserContext, Page, ViewportSize, async_playwright

from embedded.ports import free_port
from tests.support.desks import Desk, Office

PROGRAM = next((found for name in ("chromium", "chromium-browser") if (found := shutil.which(name))), None)
MISSING = "không có Chromium để thử trang bằng trình duyệt thật; cài bằng: apt-get install chromium"

_AXE = (Path(__file__).parent / "axe" / "axe.min.js").read_text(encoding="utf-8")
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
#: Nothing of it may reach beyond this machine.
_ALONE = ("--no-sandbox", "--disable-background-networking", "--disable-component-update", "--no-first-run")


class _Server(uvicorn.Server):
    """Leaves signals to the test."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(office: Office) -> AsyncIterator[str]:
    """The application on a port of its own; its address."""
    port = free_port()
    server = _Server(uvicorn.Config(office.app, port=port, lifespan="off", access_log=False, log_config=None))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.05)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await task


@asynccontextmanager
async def chromium() -> AsyncIterator[Browser]:
    assert PROGRAM is not None, MISSING
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PROGRAM, args=list(_ALONE))
        yield browser
        await browser.close()


class Person:
    """Somebody at a window; whatever the browser complains of is kept."""

    def __init__(self, context: BrowserContext, page: Page, site: str) -> None:
        self.context = context
        self.page = page
        self.site = site
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)

    async def open(self, address: str) -> None:
        answer = await self.page.goto(self.site + address)
        assert answer is not None
        assert answer.ok, address

    async def sign_in(self, desk: Desk) -> None:
        """As that officer, whoever sat here before."""
        await self.context.clear_cookies()
        await self.open("/sign-in")
        await self.page.fill("#key", desk.key.secret)
        await self.page.click("main button")
        await self.page.wait_for_url("**/officer", wait_until="load")

    async def violations(self) -> list[str]:
        """What axe finds wrong with what is shown now (WCAG 2.2 AA)."""
        await self.page.evaluate(_AXE + ";0")
        found: dict[str, Any] = await self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules})",
            _RULES,
        )
        return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found["violations"]]


@asynccontextmanager
async def person(browser: Browser, site: str, *, width: int = 1280, **preferences: Any) -> AsyncIterator[Person]:  # noqa: ANN401  (the browser's own)
    """A window of that width, with no memory of earlier ones."""
    context = await browser.new_context(viewport=ViewportSize(width=width, height=900), **preferences)
    yield Person(context, await context.new_page(), site)
    await context.close()
