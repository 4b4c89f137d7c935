"""Who calls: an API key of an officer, an agency's system or the citizens' portal, known by its SHA-256 alone.

Nobody says in a body who acts; the key does. A key has 256 random bits, so its plain hash cannot be searched.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import Unauthenticated
from api.parts import KnownParts
from dossiers.seats import Actor, Seat
from store.callers import Caller, find_caller

_KEY_BYTES = 32
_KEY = re.compile(r"lt_[A-Za-z0-9_-]{43}")

_bearer = HTTPBearer(
    scheme_name="apiKey",
    description="Khóa API của cán bộ hoặc hệ thống: `Authorization: Bearer lt_…`",
    auto_error=False,
)


@dataclass(frozen=True)
class ApiKey:
    """A new key: the secret is shown once, the store keeps the rest."""

    secret: str

    @classmethod
    def drawn(cls) -> "ApiKey":
        return cls("lt_" + secrets.token_urlsafe(_KEY_BYTES))

    @property
    def hash(self) -> bytes:
        return hashlib.sha256(self.secret.encode()).digest()

    @property
    def prefix(self) -> str:
        """Enough for people to tell keys apart."""
        return self.secret[:9]


async def _caller(
    request: Request,
    parts: KnownParts,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
) -> Caller:
    if credentials is None or _KEY.fullmatch(credentials.credentials) is None:
        raise Unauthenticated
    async with parts.database.transaction() as tx:
        caller = await find_caller(tx, ApiKey(credentials.credentials).hash)
    if caller is None:
        raise Unauthenticated
    request.state.caller = caller.id
    structlog.contextvars.bind_contextvars(caller=caller.id)
    return caller


KnownCaller = Annotated[Caller, Depends(_caller)]


def actor_of(caller: Caller) -> Actor:
    """The caller as the one who acts."""
    seat = None
    if caller.agency is not None and caller.unit is not None:
        seat = Seat(agency=caller.agency, unit=caller.unit)
    return Actor(id=caller.id, kind=caller.kind, seat=seat, roles=caller.roles)
