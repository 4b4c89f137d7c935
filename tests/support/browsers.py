"""A browser without scripts: keeps cookies, follows links, fills in the forms it finds and nothing else."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Self
from urllib.parse import urlencode, urlsplit

import httpx
from selectolax.lexbor import LexborHTMLParser, LexborNode

from tests.support.desks import Desk, Office


class Page:
    """An answer, read as HTML."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.status = answer.status_code
        self.tree = LexborHTMLParser(answer.text)

    @property
    def title(self) -> str:
        return self.text("title")

    @property
    def words(self) -> str:
        """Everything that is read on the page, in one line."""
        return spaced(self.tree.body)

    def text(self, selector: str) -> str:
        return spaced(self.one(selector))

    def texts(self, selector: str) -> list[str]:
        return [spaced(one) for one in self.tree.css(selector)]

    def one(self, selector: str) -> LexborNode:
        found = self.tree.css_first(selector)
        assert found is not None, f"{selector} in {self.words}"
        return found

    def all(self, selector: str) -> list[LexborNode]:
        return list(self.tree.css(selector))


class Browser:
    """One person's browser."""

    def __init__(self, http: httpx.AsyncClient) -> None:
        self.http = http

    async def open(self, address: str, **query: object) -> Page:
        return Page(await self.http.get(address, params={name: str(one) for name, one in query.items()} or None))

    async def follow(self, page: Page, selector: str) -> Page:
        """The link that the selector finds."""
        return await self.open(attribute(page.one(selector), "href"))

    async def send(
        self, form: LexborNode, press: str | None = None, fields: Mapping[str, str | list[str]] | None = None
    ) -> Page:
        """Send a form: what it holds already, what is filled in, and the button that is pressed."""
        filled: list[tuple[str, str]] = [*held(form)]
        for name, value in (fields or {}).items():
            filled = [(known, one) for known, one in filled if known != name]
            filled += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        address = form.attributes.get("action") or ""
        if press is not None:
            button = form.css_first(press)
            assert button is not None, press
            address = button.attributes.get("formaction") or address
            if button.attributes.get("name"):
                filled.append((attribute(button, "name"), button.attributes.get("value") or ""))
        return Page(
            await self.http.post(
                address,
                content=urlencode(filled),
                headers={"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"},
            )
        )

    async def sign_in(self, desk: Desk) -> Self:
        page = await self.open("/sign-in")
        entered = await self.send(page.one('form[action="/sign-in"]'), fields={"key": desk.key.secret})
        assert entered.status == 200, entered.words
        return self


@asynccontextmanager
async def browser(office: Office) -> AsyncIterator[Browser]:
    """One that nobody has used before."""
    transport = httpx.ASGITransport(office.app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://console", follow_redirects=True) as http:
        yield Browser(http)


def held(form: LexborNode) -> list[tuple[str, str]]:
    """What a form would send untouched."""
    sent: list[tuple[str, str]] = []
    for field in form.css("input[name]"):
        is_box = field.attributes.get("type") in {"checkbox", "radio"}
        if not is_box or "checked" in field.attributes:
            sent.append((attribute(field, "name"), field.attributes.get("value") or ""))
    for choice in form.css("select[name]"):
        chosen = choice.css_first("option[selected]") or choice.css_first("option")
        if chosen is not None:
            sent.append((attribute(choice, "name"), chosen.attributes.get("value") or ""))
    sent += [(attribute(area, "name"), area.text()) for area in form.css("textarea[name]")]
    return sent


def attribute(node: LexborNode, name: str) -> str:
    value = node.attributes.get(name)
    assert value is not None, f"{name} of {node.html}"
    return value


def spaced(node: LexborNode | None) -> str:
    return " ".join(node.text(separator=" ").split()) if node is not None else ""


def within_site(answer: httpx.Response) -> str:
    """Where a browser ended up."""
    return urlsplit(str(answer.url)).path
