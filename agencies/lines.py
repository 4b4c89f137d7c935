"""Every line that this process can send on: the directory's terms joined to the secrets of this machine."""

from collections.abc import Callable
from contextlib import AsyncExitStack
from datetime import datetime
from pathlib import Path
from typing import Protocol, Self, assert_never

from pydantic import TypeAdapter, ValidationError

from agencies.addresses import partner_client
from agencies.line import Line, LineUnknown
from agencies.line_terms import LineTerms
from agencies.signatures import SharedSecret
from agencies.webhook import WebhookLine
from dossiers.values import AgencyCode

_SECRETS = TypeAdapter(dict[AgencyCode, tuple[SharedSecret, ...]])


class Secrets:
    """A JSON file: for each line the secrets that are valid now. Read at every use, so they change without a stop."""

    def __init__(self, file: Path | None) -> None:
        self._file = file

    def of(self, line: AgencyCode) -> tuple[SharedSecret, ...]:
        """Raises `LineUnknown` where there is none, or the file cannot be read."""
        try:
            known = {} if self._file is None else _SECRETS.validate_json(self._file.read_bytes())
        except (OSError, ValidationError) as error:
            raise LineUnknown(line) from error
        if not known.get(line):
            raise LineUnknown(line)
        return known[line]


class Register(Protocol):
    """Who knows how a line is reached today."""

    async def line(self, code: AgencyCode) -> LineTerms | None: ...


class Lines:
    """Our side of every line; open while messages go out. Terms are asked at every use, for systems move."""

    def __init__(self, register: Register, secrets: Secrets, now: Callable[[], datetime]) -> None:
        self._register = register
        self._secrets = secrets
        self._now = now
        self._stack = AsyncExitStack()
        self._made: dict[AgencyCode, tuple[LineTerms, Line]] = {}

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

    def _joined(self, terms: LineTerms) -> Line:
        client = partner_client(terms)
        self._stack.push_async_callback(client.aclose)
        match terms.connector:
            case "webhook":
                return WebhookLine(terms, lambda: self._secrets.of(terms.code), client, self._now)
            case _:
                assert_never(terms.connector)
