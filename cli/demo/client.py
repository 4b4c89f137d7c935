"""The player's side of the public API: asks until there is an answer, always under the same key.

A connection that breaks, a server that is away, an act that is only accepted: none of them is an answer. What an
officer would see as a refusal is one, and is raised with its stable code.
"""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Self

import httpx

from dossiers.values import OfficerId

Json = dict[str, Any]

_PAUSE = 0.2
_BREATH = 0.01
#: With so many requests under way at most, and fewer the longer answers take (seconds x requests), nobody waits long.
_MOST = 6
_UNHURRIED = 0.3
_AT_FIRST = 0.1
_WEIGHT = 0.1
_ASK_AGAIN = {HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.REQUEST_TIMEOUT}


class Refusal(Exception):
    """The API said no."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code


class Unanswered(Exception):
    """There was no answer within the player's patience."""

    def __init__(self, path: str, *, last: str) -> None:
        super().__init__(f"không có câu trả lời từ {path}; lần cuối: {last}")


class Api:
    """The API as its callers reach it, each with a key of their own."""

    def __init__(
        self, http: httpx.AsyncClient, keys: Mapping[OfficerId, str], *, patience: float, at_once: int
    ) -> None:
        self._http = http
        self._keys = keys
        self._patience = patience
        self._turn = asyncio.Semaphore(at_once)
        self._unanswered = 0
        #: Seconds, of late.
        self._answer_takes = _AT_FIRST
        self._answered = asyncio.Event()
        self.acts = 0
        self.repeated = 0

    @classmethod
    def at(cls, url: str, keys: Mapping[OfficerId, str], *, patience: float, at_once: int = 16) -> Self:
        limits = httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
        http = httpx.AsyncClient(base_url=url, timeout=15, limits=limits, trust_env=False)
        return cls(http, keys, patience=patience, at_once=at_once)

    async def __aenter__(self) -> Self:
        await self._http.__aenter__()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self._http.aclose()

    async def calm(self) -> None:
        """Wait until so few requests wait for their answer that whoever asks now will not wait long."""
        await asyncio.sleep(_BREATH)  # whoever was let in last has asked by now
        while self._unanswered >= max(1, min(_MOST, _UNHURRIED / self._answer_takes)):
            self._answered.clear()
            await self._answered.wait()

    async def read(self, caller: OfficerId, path: str, **query: str | int) -> Json:
        """What the caller finds there."""
        return _body(await self._ask("GET", path, caller, params=query))

    async def act(self, caller: OfficerId, path: str, body: Mapping[str, object], *, key: str) -> Json:
        """What an act brought about, once it is done. Raises `Refusal`."""
        self.acts += 1
        answer = await self._ask("POST", path, caller, json=dict(body), headers={"Idempotency-Key": key})
        if answer.status_code == HTTPStatus.ACCEPTED:
            answer = await self._settled(caller, answer.headers["Location"])
        return _body(answer)

    async def _settled(self, caller: OfficerId, path: str) -> httpx.Response:
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience
        while loop.time() < deadline:
            await asyncio.sleep(_PAUSE)
            answer = await self._ask("GET", path, caller)
            if answer.status_code != HTTPStatus.ACCEPTED:
                return answer
        raise Unanswered(path, last=str(HTTPStatus.ACCEPTED.value))

    async def _ask(self, method: str, path: str, caller: OfficerId, **request: Any) -> httpx.Response:  # noqa: ANN401
        headers = {**request.pop("headers", {}), "Authorization": f"Bearer {self._keys[caller]}"}
        began = asyncio.get_running_loop().time()
        self._unanswered += 1
        try:
            return await self._asked(method, path, headers=headers, **request)
        finally:
            took = asyncio.get_running_loop().time() - began
            self._answer_takes += _WEIGHT * (took - self._answer_takes)
            self._unanswered -= 1
            self._answered.set()

    async def _asked(self, method: str, path: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        loop = asyncio.get_running_loop()
        deadline, last = loop.time() + self._patience, ""
        while loop.time() < deadline:
            try:
                async with self._turn:
                    answer = await self._http.request(method, path, **request)
            except httpx.TransportError as broken:
                last = repr(broken)
            else:
                if not _is_to_be_repeated(answer):
                    return answer
                last = f"{answer.status_code} {answer.text[:200]}"
            self.repeated += 1
            await asyncio.sleep(_PAUSE)
        raise Unanswered(path, last=last)


def _is_to_be_repeated(answer: httpx.Response) -> bool:
    if answer.is_server_error or answer.status_code in _ASK_AGAIN:
        return True
    return answer.status_code == HTTPStatus.CONFLICT and _problem(answer).get("code") == "task-pending"


def _body(answer: httpx.Response) -> Json:
    if answer.is_success:
        body: Json = answer.json()
        return body
    problem = _problem(answer)
    faults = "; ".join(f"{one['pointer']} {one['detail']}" for one in problem.get("errors", ()))
    raise Refusal(str(problem.get("code", answer.status_code)), f"{problem.get('detail', '')} {faults}".strip())


def _problem(answer: httpx.Response) -> Json:
    try:
        problem = answer.json()
    except ValueError:
        return {}
    return problem if isinstance(problem, dict) else {}
