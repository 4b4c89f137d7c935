"""The player's line to the API: what is an answer, and what is asked again."""

import asyncio
from collections.abc import Callable, Iterator

import httpx
import pytest

from cli.demo.client import Api, Json, Refusal, Unanswered
from dossiers.values import OfficerId

OFFICER = OfficerId("ha-long-counter-1")
DONE = {"status": "returned", "tasks": []}
Reply = Callable[[httpx.Request], httpx.Response]


def status(code: int, body: Json | None = None, **headers: str) -> Reply:
    return lambda _: httpx.Response(code, json=body or {}, headers=headers)


def broken(request: httpx.Request) -> httpx.Response:
    raise httpx.RemoteProtocolError("the server died", request=request)  # noqa: EM101, TRY003


class Server:
    """Answers as it is told, the last answer for ever, and remembers what it was asked."""

    def __init__(self, *replies: Reply) -> None:
        self.replies: Iterator[Reply] = iter(replies)
        self.last: Reply = broken
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        self.last = next(self.replies, self.last)
        return self.last(request)


async def acted(server: Server, patience: float = 5.0) -> Json:
    http = httpx.AsyncClient(transport=httpx.MockTransport(server), base_url="http://api")
    async with Api(http, {OFFICER: "lt_key"}, patience=patience, at_once=2) as api:
        return await api.act(OFFICER, "/v1/tasks/1/receive", {"facts": {}}, key="run/1")


@pytest.mark.parametrize(
    "trouble",
    [broken, status(503), status(500), status(502), status(429), status(409, {"code": "task-pending"})],
    ids=["lost", "away", "failed", "gateway", "busy", "pending"],
)
async def test_what_is_no_answer_is_asked_again_under_the_same_key(trouble: Reply) -> None:
    server = Server(trouble, trouble, status(200, DONE))

    assert await acted(server) == DONE
    assert len(server.requests) == 3
    assert {request.headers["Idempotency-Key"] for request in server.requests} == {"run/1"}
    assert {request.content for request in server.requests} == {b'{"facts":{}}'}


async def test_an_act_that_is_only_accepted_is_followed_to_its_outcome() -> None:
    accepted = status(202, Location="/v1/commands/7")
    server = Server(accepted, accepted, broken, status(200, DONE))

    assert await acted(server) == DONE
    assert [request.url.path for request in server.requests] == ["/v1/tasks/1/receive", *["/v1/commands/7"] * 3]


async def test_a_refusal_is_an_answer_and_carries_its_code() -> None:
    problem = {"code": "four-eyes", "detail": "Hai người.", "errors": [{"pointer": "/facts", "detail": "thiếu"}]}
    with pytest.raises(Refusal, match=r"four-eyes: Hai người\. /facts thiếu") as refused:
        await acted(Server(status(403, problem)))

    assert refused.value.code == "four-eyes"


async def test_an_act_refused_after_it_was_accepted_is_refused() -> None:
    server = Server(status(202, Location="/v1/commands/7"), status(409, {"code": "task-not-open", "detail": ""}))

    with pytest.raises(Refusal, match="task-not-open"):
        await acted(server)


@pytest.mark.parametrize("silence", [broken, status(202, Location="/v1/commands/7")], ids=["lost", "accepted"])
async def test_patience_ends(silence: Reply) -> None:
    with pytest.raises(Unanswered, match="/v1/"):
        await acted(Server(silence), patience=0.5)


async def test_no_more_requests_are_under_way_than_allowed() -> None:
    under_way, most = 0, 0

    async def slow(_: httpx.Request) -> httpx.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return httpx.Response(200, json=DONE)

    http = httpx.AsyncClient(transport=httpx.MockTransport(slow), base_url="http://api")
    async with Api(http, {OFFICER: "lt_key"}, patience=5, at_once=3) as api:
        await asyncio.gather(*(api.read(OFFICER, "/v1/tasks") for _ in range(12)))

    assert most == 3


async def test_another_dossier_begins_only_when_little_is_unanswered() -> None:
    """Slow answers let fewer in, and the first one always gets in."""
    answers = asyncio.Event()

    async def slowly(request: httpx.Request) -> httpx.Response:
        await answers.wait()
        return httpx.Response(200, json=DONE, request=request)

    http = httpx.AsyncClient(transport=httpx.MockTransport(slowly), base_url="http://api")
    async with Api(http, {OFFICER: "lt_key"}, patience=5, at_once=16) as api, asyncio.TaskGroup() as group:
        begun = 0
        while True:
            try:
                async with asyncio.timeout(0.3):
                    await api.calm()
            except TimeoutError:
                break
            begun += 1
            group.create_task(api.read(OFFICER, "/v1/tasks"))
        answers.set()
        await api.calm()

    assert 1 < begun <= 6
