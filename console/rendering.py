"""Pages out of templates: escaped, under a policy that lets nothing in from elsewhere, compressed.

No page carries a script or a style of its own, so the policy needs no exception and a name that looks like markup
stays a name. A page works without its scripts; they only spare a reload.
"""

import gzip
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from console import formats
from console.assets import address_of
from console.sessions import Officer

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; font-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Vary": "Accept-Encoding, Cookie, HX-Request-Type",
}
_WORTH_PACKING = 1_000


def page(
    request: Request,
    template: str,
    *,
    officer: Officer | None = None,
    status: HTTPStatus = HTTPStatus.OK,
    **shown: Any,  # noqa: ANN401  (whatever the template names; it refuses what it was not given)
) -> Response:
    """The template with what it shows; ``officer`` is whoever is signed in."""
    theme = request.cookies.get("theme")
    written = (
        environment()
        .get_template(template)
        .render(
            **shown,
            officer=officer,
            path=request.url.path,
            theme=theme if theme in {"light", "dark"} else None,
        )
    )
    return _sent(request, written, status)


def fragment(request: Request, template: str, block: str, **shown: Any) -> Response:  # noqa: ANN401  (as `page`)
    """One block of a template alone, for a page that is open already."""
    known = environment().get_template(template)
    context = known.new_context(shown)
    return _sent(request, "".join(known.blocks[block](context)), HTTPStatus.OK)


def _sent(request: Request, written: str, status: HTTPStatus) -> Response:
    content, headers = written.encode(), dict(_HEADERS)
    if len(content) > _WORTH_PACKING and "gzip" in request.headers.get("accept-encoding", ""):
        content, headers = gzip.compress(content, 6), {**headers, "Content-Encoding": "gzip"}
    return Response(content, status_code=status, headers=headers, media_type="text/html; charset=utf-8")


@lru_cache(maxsize=1)
def environment() -> Environment:
    """The templates with what all of them may use."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals["asset"] = address_of
    made.filters.update(formats.FILTERS)
    return made
