"""Who calls: an API key of an officer, an agency's system or the citizens' portal, known by its SHA-256 alone.

Nobody says in a body who acts; the key does. A key has 256 random bits, so its plain hash cannot be searched.
A substitute may say for whom: then the call is made from the seat and with the roles of the officer who is away, as
long as an absence in force says so; the journal names both (NĐ 61/2018/NĐ-CP Điều 10: every counter has a stand-by).
"""

import hashlib
import re
import secrets
from dataclasses import dataclass
from typing import Annotated

import structlog
from fastapi import Depends, Header, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.errors import NotStandingIn, Unauthenticated
from api.parts import KnownParts, Parts
from commands.directories import Directories
from dossiers.procedure import Role
from dossiers.seats import Actor, Seat
from dossiers.values import OfficerId
from store.absences import stands_in_for
from store.callers import Caller, find_caller
from store.database import Reading

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


OnBehalfOf = Annotated[
    str | None,
    Header(
        alias="On-Behalf-Of",
        max_length=100,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]*$",
        description="mã cán bộ vắng mặt mà bên gọi đang thay; nhật ký ghi cả hai người",
    ),
]


class Identity:
    """Whose key it is, asked as often as needed: a key may be revoked, and an absence end, while somebody listens."""

    def __init__(
        self,
        parts: KnownParts,
        credentials: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)],
        on_behalf_of: OnBehalfOf = None,
    ) -> None:
        self._parts = parts
        self._credentials = credentials
        self._on_behalf_of = on_behalf_of

    async def caller(self) -> Caller:
        """Who calls now. Raises `Unauthenticated`, `NotStandingIn`."""
        given, absent = self._credentials, self._on_behalf_of
        if given is None or _KEY.fullmatch(given.credentials) is None:
            raise Unauthenticated
        reading = self._parts.database.reading
        caller = await find_caller(reading, ApiKey(given.credentials).hash)
        if caller is None:
            raise Unauthenticated
        if absent is not None:
            return await standing_in(reading, self._parts.directories, caller, OfficerId(absent))
        return caller


KnownIdentity = Annotated[Identity, Depends()]


async def _caller(request: Request, parts: KnownParts, identity: KnownIdentity) -> Caller:
    return await known_to(request, parts, await identity.caller())


async def known_to(request: Request, parts: Parts, caller: Caller) -> Caller:
    """From here on the log says who asks, and the directories know the agency."""
    if caller.agency is not None:
        await parts.directories.acquaint(caller.agency)
    request.state.caller = caller.id
    structlog.contextvars.bind_contextvars(caller=caller.id)
    return caller


async def standing_in(tx: Reading, directories: Directories, caller: Caller, absent: OfficerId) -> Caller:
    """The caller in the place of somebody who is away. Raises `NotStandingIn`."""
    if absent not in await stands_in_for(tx, caller.id):
        raise NotStandingIn(officer=absent)
    return await _in_the_place_of(absent, directories, caller)


async def _in_the_place_of(absent: OfficerId, directories: Directories, caller: Caller) -> Caller:
    """The permission to enter what lies in the past was given to a person and stays with that person."""
    known = await directories.officer(absent)
    assert known is not None, "whoever is stood in for was in a published directory"
    seat, officer = known
    roles = tuple(role for role in officer.roles if role is not Role.LATE_ENTRY)
    return caller.model_copy(update={"agency": seat.agency, "unit": seat.unit, "roles": roles, "acting_for": absent})


KnownCaller = Annotated[Caller, Depends(_caller)]


def actor_of(caller: Caller) -> Actor:
    """The caller as the one who acts."""
    seat = None
    if caller.agency is not None and caller.unit is not None:
        seat = Seat(agency=caller.agency, unit=caller.unit)
    return Actor(id=caller.id, kind=caller.kind, seat=seat, roles=caller.roles, acting_for=caller.acting_for)
