"""The legal clock over HTTP: the answers and the codes of the command line."""

import json
from typing import Any

import httpx
import pytest

from cli.deadline import _answer
from tests.support.desks import Desk, Office, done, problem

QUESTION: dict[str, Any] = {"calendar": "vn-2026.2", "received": "2026-04-28T10:00", "limit": "5wd"}
FAULTY: list[tuple[dict[str, Any], str]] = [
    ({**QUESTION, "calendar": "vn-1900.1"}, "unknown-calendar"),
    ({**QUESTION, "received": "2026-04-28"}, "bad-instant"),
    ({**QUESTION, "limit": "0d"}, "bad-limit"),
    ({**QUESTION, "limit": "4wh"}, "unit-not-allowed"),
    ({**QUESTION, "stops": [{"from": "2026-04-29T10:00", "to": "2026-04-28T10:00", "policy": "resume"}]}, "bad-stop"),
    ({**QUESTION, "received": "2028-04-28T10:00"}, "beyond-calendar"),
    ({**QUESTION, "unknown": 1}, "bad-request"),
    ({**QUESTION, "calendar": "vn-1900.1", "cutoff": "three"}, "bad-request"),
]


async def batch(desk: Desk, *lines: bytes) -> httpx.Response:
    headers = {**desk._headers(), "Content-Type": "application/x-ndjson"}
    return await desk.http.post("/v1/deadlines/batch", content=b"\n".join(lines), headers=headers)


async def test_a_deadline_is_answered_as_the_command_line_does(bureau: Office) -> None:
    officer = await bureau.officer("ha-long-counter-1")
    asked = {**QUESTION, "stops": [{"from": "2026-05-04T09:00", "policy": "resume"}]}

    plain, stopped = [done(await officer.post("/v1/deadlines", one)) for one in (QUESTION, asked)]

    assert plain["due"] == "2026-05-07T17:00:00+07:00"
    assert plain == _answer(json.dumps(QUESTION).encode())
    assert (stopped["due"], stopped["remaining"]) == (None, {"unit": "wd", "value": 4})


@pytest.mark.parametrize(("asked", "code"), FAULTY)
async def test_a_question_that_cannot_be_answered_is_refused_by_its_code(
    bureau: Office, asked: dict[str, Any], code: str
) -> None:
    officer = await bureau.officer("ha-long-counter-1")

    problem(await officer.post("/v1/deadlines", asked), 422, code)


async def test_a_batch_is_answered_line_by_line_in_order(bureau: Office) -> None:
    officer = await bureau.officer("ha-long-counter-1")
    lines = [json.dumps(one).encode() for one in (QUESTION, *(asked for asked, _ in FAULTY))]

    answer = await batch(officer, *lines, b"", b"\xff", b"[1]")
    answered = [json.loads(line) for line in answer.content.splitlines()]

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/x-ndjson")
    assert answered[0]["due"] == "2026-05-07T17:00:00+07:00"
    assert [one["error"] for one in answered[1:]] == [*(code for _, code in FAULTY), *["bad-request"] * 3]
    assert answered == [_answer(line) for line in (*lines, b"", b"\xff", b"[1]")]


async def test_what_is_shown_as_an_example_is_answered(bureau: Office) -> None:
    officer = await bureau.officer("ha-long-counter-1")
    document = done(await officer.get("/v1/openapi.json"))
    single = document["paths"]["/v1/deadlines"]["post"]["requestBody"]["content"]["application/json"]["example"]
    lines = document["paths"]["/v1/deadlines/batch"]["post"]["requestBody"]["content"]["application/x-ndjson"]

    assert done(await officer.post("/v1/deadlines", single))["due"]
    assert json.loads((await batch(officer, lines["example"].encode())).content)["due"]


async def test_only_who_has_a_key_may_ask(bureau: Office) -> None:
    problem(await bureau.http.post("/v1/deadlines", json=QUESTION), 401, "unauthenticated")
