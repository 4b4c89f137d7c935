"""Every line that this process can send on: the directory's terms joined to the secrets of this machine."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self, assert_never

from pydantic import TypeAdapter, ValidationError

from agencies.addresses import partner_client
from agencies.line import Line, LineUnknown
from agencies.line_terms import AnyTerms, PortalTerms, WebhookTerms
from agencies.portal_line import Login, PortalLine
from agencies.portal_particulars import Sources
from agencies.signatures import SharedSecret
from agencies.webhook import WebhookLine
from dossiers.values import AgencyCode

_SECRETS = TypeAdapter(dict[AgencyCode, tuple[SharedSecret, ...] | Login])


class Secrets:
    """A JSON file: for each line the secrets that are valid now, or with which words we sign in.

    Read at every use, so they change without a stop.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def of(self, line: AgencyCode) -> tuple[SharedSecret, ...]:
        """Raises `LineUnknown` where there is none, or the file cannot be read."""
        known = self._known(line)
        if isinstance(known, Login) or not known:
            raise LineUnknown(line)
        return known

    def login(self, line: AgencyCode) -> Login:
        """Raises `LineUnknown` where there is none, or the file cannot be read."""
        known = self._known(line)
        if not isinstance(known, Login):
            raise LineUnknown(line)
        return known

    def _known(self, line: AgencyCode) -> tuple[SharedSecret, ...] | Login | None:
        try:
            return None if self._file is None else _SECRETS.validate_json(self._file.read_bytes()).get(line)
        except (OSError, ValidationError) as error:
            raise LineUnknown(line) from error


class Register(Protocol):
    """Who knows how a line is reached today."""

    async def line(self, code: AgencyCode) -> AnyTerms | None: ...


class Lines:
    """Our side of every line; open while messages go out. Terms are asked at every use, for systems move."""

    def __init__(
        self, register: Register, secrets: Secrets, now: Callable[[], datetime], sources: Sources | None = None
    ) -> None:
        """``sources`` are what a portal's line says beside the journal; without them there is no such line here."""
        self._sources = sources
        self._register = register
        self._secrets = secrets
        self._now = now
        self._stack = AsyncExitStack()
        self._made: dict[AgencyCode, tuple[AnyTerms, Line]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def of(self, code: AgencyCode) -> Line:
        """Raises `LineUnknown` where no directory has that line."""
        terms = await self._register.line(code)
        if terms is None:
            raise LineUnknown(code)
        made = self._made.get(code)
        if made is None or made[0] != terms:
            made = self._made[code] = (terms, self._joined(terms))
        return made[1]

    def _joined(self, terms: AnyTerms) -> Line:
        client = partner_client(terms)
        self._stack.push_async_callback(client.aclose)
        match terms:
            case WebhookTerms():
                return WebhookLine(terms, lambda: self._secrets.of(terms.code), client, self._now)
            case PortalTerms() if self._sources is not None:
                return PortalLine(terms, lambda: self._secrets.login(terms.code), client, self._sources)
            case PortalTerms():
                raise LineUnknown(terms.code)
            case _:
                assert_never(terms)
