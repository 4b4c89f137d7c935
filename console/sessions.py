"""Who is signed in: an officer's session, begun with the officer's key and known by a cookie.

The cookie holds a random token that the store knows by its hash alone, so every API process knows the session, no
secret has to be shared between them, and revoking a key ends its sessions at once. A form proves that it came from one
of our pages by a seal made of that token; each page draws another, so none can be guessed from a compressed answer.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated
from urllib.parse import parse_qsl, urlsplit

from fastapi import Depends, Request, Response

from api.callers import ApiKey, known_to, standing_in
from api.errors import NotForThisCaller
from api.parts import KnownParts, Parts
from dossiers.seats import CallerKind
from dossiers.values import OfficerId
from store.callers import Caller, find_caller
from store.sessions import begin_session, end_session, find_session, stand_in

COOKIE = "lienthong_session"
SEAL = "seal"
#: A working day with its evening; whoever comes back tomorrow signs in again.
LASTS = timedelta(hours=12)
_TOKEN_BYTES = 32
_FIELDS_MOST = 500


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


@dataclass(frozen=True)
class Officer:
    """Whoever is signed in, and the token of the session."""

    caller: Caller
    token: str

    @property
    def seal(self) -> str:
        """For one form; every call draws another."""
        nonce = secrets.token_urlsafe(12)
        return f"{nonce}.{_sealed(self.token, nonce)}"

    def has_sealed(self, seal: str) -> bool:
        nonce, _, proof = seal.partition(".")
        return hmac.compare_digest(proof.encode(), _sealed(self.token, nonce).encode())

    @property
    def token_hash(self) -> bytes:
        return _hash(self.token)


class Fields:
    """What a form sent; a field that was left empty was not sent."""

    def __init__(self, sent: Sequence[tuple[str, str]]) -> None:
        self._sent = [(name, value) for name, value in sent if value.strip()]

    def one(self, name: str) -> str | None:
        return next((value for known, value in self._sent if known == name), None)

    def all(self, name: str) -> tuple[str, ...]:
        return tuple(value for known, value in self._sent if known == name)

    @property
    def everything(self) -> tuple[tuple[str, str], ...]:
        return tuple(self._sent)

    def beginning(self, prefix: str) -> Mapping[str, str]:
        """The fields whose names begin so, by the rest of their names."""
        return {name.removeprefix(prefix): value for name, value in self._sent if name.startswith(prefix)}


async def signed_in(request: Request, parts: KnownParts) -> Officer:
    """Raises `SignInNeeded`, `NotStandingIn`."""
    token = request.cookies.get(COOKIE)
    if token is None:
        raise SignInNeeded
    async with parts.database.transaction() as tx:
        caller = await find_session(tx, _hash(token))
        if caller is None:
            raise SignInNeeded
        absent = caller.acting_for
        if absent is not None:
            own = caller.model_copy(update={"acting_for": None})
            caller = await standing_in(tx, parts.directories, own, absent)
    return Officer(await known_to(request, parts, caller), token)


SignedIn = Annotated[Officer, Depends(signed_in)]


async def fields_of(request: Request) -> Fields:
    """The fields of a form of ours that this very site sent."""
    if not _is_from_here(request):
        raise NotForThisCaller(_FOREIGN)
    sent = parse_qsl(
        (await request.body()).decode(errors="replace"), keep_blank_values=True, max_num_fields=_FIELDS_MOST
    )
    return Fields(sent)


def _is_from_here(request: Request) -> bool:
    """By what every browser of today says of where a form lay; an old one names the site alone."""
    said = request.headers.get("sec-fetch-site")
    if said is not None:
        return said in {"same-origin", "none"}
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def sealed_fields(request: Request, officer: SignedIn) -> Fields:
    """The fields of a form that a page of this session showed."""
    fields = await fields_of(request)
    if not officer.has_sealed(fields.one(SEAL) or ""):
        raise NotForThisCaller(_FOREIGN)
    return fields


OpenForm = Annotated[Fields, Depends(fields_of)]
SealedForm = Annotated[Fields, Depends(sealed_fields)]
_FOREIGN = "Biểu mẫu không thuộc phiên làm việc này; hãy tải lại trang rồi gửi lại."


async def sign_in(parts: Parts, key: str, response: Response, *, over_tls: bool) -> Caller | None:
    """Begin a session of the officer who holds the key; null for a key that is no officer's."""
    token, known = secrets.token_urlsafe(_TOKEN_BYTES), ApiKey(key.strip())
    async with parts.database.transaction() as tx:
        caller = await find_caller(tx, known.hash)
        if caller is None or caller.kind is not CallerKind.OFFICER:
            return None
        await begin_session(tx, _hash(token), key_hash=known.hash, lasts=LASTS)
    response.set_cookie(
        COOKIE, token, max_age=int(LASTS.total_seconds()), httponly=True, samesite="lax", secure=over_tls, path="/"
    )
    return caller


async def sign_out(parts: Parts, officer: Officer, response: Response) -> None:
    async with parts.database.transaction() as tx:
        await end_session(tx, officer.token_hash)
    response.delete_cookie(COOKIE, path="/")


async def act_in_place_of(parts: Parts, officer: Officer, absent: OfficerId | None) -> None:
    """From now on in that officer's place, or in one's own. Raises `NotStandingIn`."""
    async with parts.database.transaction() as tx:
        if absent is not None:
            await standing_in(tx, parts.directories, officer.caller.model_copy(update={"acting_for": None}), absent)
        await stand_in(tx, officer.token_hash, absent)


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _sealed(token: str, nonce: str) -> str:
    return hmac.new(token.encode(), nonce.encode(), hashlib.sha256).hexdigest()
