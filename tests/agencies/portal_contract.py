"""What our side and the portal say to each other, word for word: the scenario, and the file that both are held to.

``python -m tests.agencies.portal_contract`` writes the file anew from a run against the portal's own process; whoever
does so reads the difference, for a real portal is on the other side of it.
"""

import asyncio
import json
import tempfile
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from agencies.line import MessageRejected
from agencies.portal_line import Login, PortalLine
from tests.agencies.portal_courses import Register, copied, events_told, withdrawn_while_suspended
from tests.support.portal import WORDS, Portal, portal

FILE = Path(__file__).with_name("portal_contract.json")
SESSION = "<phiên>"

Json = dict[str, Any]


def login() -> Login:
    return Login(username=WORDS["username"], password=SecretStr(WORDS["password"]))


async def play(line: PortalLine) -> None:
    """Two whole dossiers, one repetition, one that comes out of turn, one look at what is not there."""
    for run in (copied(), withdrawn_while_suspended()):
        for event in events_told(run):
            await line.tell(tuple(run.records), event)
    done = copied()
    await line.tell(tuple(done.records), events_told(done)[1])
    try:
        await line.tell(tuple(done.records), events_told(done)[2])
    except MessageRejected:
        await line.held("H49.1.2-260302-9999")
    else:
        message = "an ended dossier was accepted once more"
        raise AssertionError(message)


class Recording(httpx.AsyncBaseTransport):
    """Lets everything through and writes it down, sessions apart."""

    def __init__(self) -> None:
        self.exchanges: list[Json] = []
        self._through = httpx.AsyncHTTPTransport(trust_env=False)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await self._through.handle_async_request(request)
        content = await answer.aread()
        said = {"path": request.url.path, "asks": anonymous(json.loads(request.content))}
        self.exchanges.append({**said, "answers": anonymous(json.loads(content))})
        return httpx.Response(answer.status_code, content=content)

    async def aclose(self) -> None:
        await self._through.aclose()


class Playing(httpx.AsyncBaseTransport):
    """Answers as the file says, and only if asked as the file says."""

    def __init__(self, exchanges: list[Json]) -> None:
        self.left = list(exchanges)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        expected = self.left.pop(0)
        assert {"path": request.url.path, "asks": anonymous(json.loads(request.content))} == {
            "path": expected["path"],
            "asks": expected["asks"],
        }
        return httpx.Response(200, json=expected["answers"])


def anonymous(body: Json) -> Json:
    return {**body, "session": SESSION} if "session" in body else body


def written() -> list[Json]:
    exchanges: list[Json] = json.loads(FILE.read_text(encoding="utf-8"))
    return exchanges


async def recorded(system: Portal) -> list[Json]:
    """The scenario, played against the process."""
    transport = Recording()
    async with httpx.AsyncClient(transport=transport) as client:
        await play(PortalLine(system.terms, login, client, Register()))
    return transport.exchanges


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with portal(Path(folder)) as system:
            exchanges = await recorded(system)
    FILE.write_text(json.dumps(exchanges, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    asyncio.run(main())
