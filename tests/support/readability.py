"""What a page owes people who cannot see it, use no mouse or have no scripts; read off its HTML."""

from collections.abc import Iterator
from itertools import pairwise

from selectolax.lexbor import LexborNode

from tests.support.browsers import Page, spaced

_LABELLED = ("hidden", "submit", "button")


def complaints(page: Page) -> list[str]:
    """Everything that is missing; an empty list is a page that may be shown."""
    return [*_of_the_whole(page), *_of_headings(page), *_of_fields(page), *_of_names(page), *_of_policy(page)]


def _of_the_whole(page: Page) -> Iterator[str]:
    if page.one("html").attributes.get("lang") != "vi":
        yield "the language is not said"
    if not page.title:
        yield "no title"
    if len(page.all("main")) != 1:
        yield "not one main"
    skip = page.all("a.skip")
    if not skip or skip[0].attributes.get("href") != "#main":
        yield "no way past the head"
    if not page.all('meta[name="viewport"]'):
        yield "no viewport"


def _of_headings(page: Page) -> Iterator[str]:
    levels = [int(str(one.tag)[1]) for one in page.all("main h1, main h2, main h3, main h4")]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} headings of the first level"
    # A notice may stand before the page's own heading.
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"a heading of level {below} under one of level {above}"


def _of_fields(page: Page) -> Iterator[str]:
    labelled = {one.attributes.get("for") for one in page.all("label[for]")}
    for field in page.all("input, select, textarea"):
        if field.attributes.get("type") in _LABELLED:
            continue
        has_label = field.attributes.get("id") in labelled or "aria-label" in field.attributes or _inside_label(field)
        if not has_label:
            yield f"no label: {field.html}"


def _inside_label(field: LexborNode) -> bool:
    above = field.parent
    while above is not None:
        if above.tag == "label":
            return True
        above = above.parent
    return False


def _of_names(page: Page) -> Iterator[str]:
    ids = [one.attributes["id"] for one in page.all("[id]")]
    for twice in sorted({one for one in ids if one is not None and ids.count(one) > 1}):
        yield f"two elements are called {twice}"
    for pressed in page.all("a, button"):
        if not spaced(pressed) and "aria-label" not in pressed.attributes:
            yield f"nothing to read on {pressed.html}"
    for picture in page.all("svg"):
        # What holds links is a group: an image has nothing in it that could be reached.
        role = "group" if picture.css_first("a") is not None else "img"
        is_hidden = picture.attributes.get("aria-hidden") == "true"
        if not is_hidden and (picture.attributes.get("role") != role or picture.css_first("title") is None):
            yield "a picture that says nothing"
    for table in page.all("table"):
        if table.css_first("caption") is None or table.css_first("th[scope]") is None:
            yield "a table without caption or headings"


def _of_policy(page: Page) -> Iterator[str]:
    for scripted in page.all("[style], style, script:not([src]), [onclick], [onchange]"):
        yield f"what the policy would block: {(scripted.html or '')[:80]}"
