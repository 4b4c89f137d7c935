"""Listens to the stream of events as a client does, by the rules of Server-Sent Events."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

PATIENCE = 20.0


@dataclass(frozen=True)
class Heard:
    """An event of the stream, and the id to come back with after it."""

    id: str
    event: str
    data: dict[str, Any]

    @property
    def place(self) -> tuple[str, int]:
        """Which event of which dossier it is."""
        return self.data["partitionkey"], int(self.data["id"])


@dataclass
class Ear:
    """What one connection has heard so far."""

    answer: httpx.Response
    lines: AsyncIterator[str] = field(init=False)
    #: What a client would send as Last-Event-ID.
    last: str = ""
    retry: str = ""

    def __post_init__(self) -> None:
        self.lines = self.answer.aiter_lines()

    async def next(self) -> Heard | None:
        """The next event; null when the stream has ended. Fails when nothing comes."""
        async with asyncio.timeout(PATIENCE):
            return await self._next()

    async def until(self, holds: Callable[[list[Heard]], bool]) -> list[Heard]:
        """Every event until that holds of them."""
        heard: list[Heard] = []
        while not holds(heard):
            one = await self.next()
            assert one is not None, heard
            heard.append(one)
        return heard

    async def _next(self) -> Heard | None:
        event, data = "message", ""
        async for line in self.lines:
            name, _, value = line.partition(": ")
            match name:
                case "id":
                    self.last = value
                case "event":
                    event = value
                case "data":
                    data += value
                case "retry":
                    self.retry = value
                case "" if not line and data:
                    return Heard(self.last, event, json.loads(data))
        return None


@asynccontextmanager
async def listening(http: httpx.AsyncClient, key: str, *, last: str | None = None, **query: str) -> AsyncIterator[Ear]:
    """A connection that has been accepted: whatever is recorded from now on is heard."""
    headers = {"Authorization": f"Bearer {key}", **({} if last is None else {"Last-Event-ID": last})}
    async with http.stream("GET", "/v1/events", headers=headers, params=query, timeout=None) as answer:
        assert answer.status_code == 200, await answer.aread()
        yield Ear(answer)
