"""Signing in and out, whose place one takes, and how light the pages are."""

from http import HTTPStatus

from fastapi import Request, Response

from api.errors import NotFound
from api.parts import KnownParts
from console.names import names_of
from console.rendering import page
from console.routes import pages, see
from console.sessions import (
    COOKIE,
    OpenForm,
    SealedForm,
    SignedIn,
    act_in_place_of,
    sign_in,
    sign_out,
)
from dossiers.values import OfficerId
from store.absences import stands_in_for

router = pages()
#: What no other page answers; it must come last.
beyond = pages()

_HOME = "/officer"
_THEMES = ("light", "dark")
_A_YEAR = 365 * 24 * 3_600


@router.get("/")
async def start(request: Request) -> Response:
    """Officers go to work, everybody else follows a dossier."""
    return see(_HOME if COOKIE in request.cookies else "/tracking")


@router.get("/sign-in")
async def show_sign_in(request: Request) -> Response:
    return page(request, "sign_in.html", next=_within(request.query_params.get("next")), failed=False)


@router.post("/sign-in")
async def send_sign_in(request: Request, fields: OpenForm, parts: KnownParts) -> Response:
    wanted = _within(fields.one("next"))
    entered = see(wanted)
    over_tls = request.url.scheme == "https"
    if await sign_in(parts, fields.one("key") or "", entered, over_tls=over_tls) is None:
        return page(request, "sign_in.html", status=HTTPStatus.UNAUTHORIZED, next=wanted, failed=True)
    return entered


@router.post("/sign-out")
async def send_sign_out(officer: SignedIn, fields: SealedForm, parts: KnownParts) -> Response:
    del fields  # its seal was what mattered
    left = see("/sign-in")
    await sign_out(parts, officer, left)
    return left


@router.post("/officer/place")
async def send_place(officer: SignedIn, fields: SealedForm, parts: KnownParts) -> Response:
    """Act in the place of somebody who is away, or in one's own again."""
    absent = fields.one("absent")
    await act_in_place_of(parts, officer, None if absent is None else OfficerId(absent))
    return see(_HOME)


@router.get("/officer/me")
async def show_me(request: Request, officer: SignedIn, parts: KnownParts) -> Response:
    async with parts.database.transaction() as tx:
        absent = await stands_in_for(tx, officer.caller.id)
    return page(request, "me.html", officer=officer, names=await names_of(parts.directories), absent=absent)


@router.post("/theme")
async def send_theme(fields: OpenForm) -> Response:
    """Light, dark, or as the machine is."""
    back = see(_within(fields.one("next")))
    theme = fields.one("theme")
    if theme in _THEMES:
        back.set_cookie("theme", theme, max_age=_A_YEAR, samesite="lax", path="/")
    else:
        back.delete_cookie("theme", path="/")
    return back


@beyond.get("/officer/{rest:path}")
@beyond.get("/tracking/{rest:path}")
@beyond.get("/procedures/{rest:path}")
async def show_nothing(rest: str) -> Response:
    """People who mistype are told so on a page."""
    raise NotFound(address=rest)


def _within(address: str | None) -> str:
    """An address of this site, and nowhere else."""
    if address is None or not address.startswith("/") or address.startswith(("//", "/\\")):
        return _HOME
    return address
