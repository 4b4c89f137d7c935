"""What the log says of a request, and what it must never say."""

import json
from collections.abc import Iterator

import httpx
import pytest
import structlog
from prometheus_client import REGISTRY
from structlog.testing import LogCapture

from api.access import AccessLog
from tests.support.desks import FILING, Office, done, problem, task


@pytest.fixture
def lines() -> Iterator[LogCapture]:
    """What is logged while the test runs."""
    capture = LogCapture()
    before = structlog.get_config()
    structlog.configure(processors=[structlog.contextvars.merge_contextvars, capture], cache_logger_on_first_use=False)
    yield capture
    structlog.configure(**before)


async def test_a_line_says_who_did_what_to_which_dossier(bureau: Office, lines: LogCapture) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    received = await clerk.act(task(filed, "reception"), "receive")
    line = next(one for one in reversed(lines.entries) if one["event"] == "request.answered")

    assert line["caller"] == clerk.caller.id
    assert (line["dossier"], line["command"]) == (filed["dossier"], received["command"])
    assert (line["method"], line["route"], line["status"]) == ("POST", "/v1/tasks/{task_id}/receive", 200)
    assert line["milliseconds"] > 0


async def test_nothing_personal_is_logged(bureau: Office, lines: LogCapture) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    secret = "Hàng xóm Trần Văn Kín báo rằng nhà đã xây xong."
    applicant = {
        "full_name": "Lê Thị Canary",
        "identity_number": "079199912345",
        "phone": "0987654321",
        "email": "canary@example.vn",
        "address": "Số 7 ngõ Canary",
    }
    filed = await clerk.file(applicant=applicant)
    await clerk.act(task(filed, "reception"), "refuse", reason=secret)
    await clerk.post("/v1/dossiers", {**FILING, "applicant": {**applicant, "phone": "Canary"}})
    await clerk.get("/v1/dossiers?number=079199912345&name=Canary")
    logged = json.dumps(lines.entries, ensure_ascii=False, default=str)

    assert lines.entries
    for personal in (*applicant.values(), "Canary", secret, "Kín", clerk.key.secret, clerk.key.secret[3:20]):
        assert personal not in logged


async def test_our_own_mistake_is_answered_with_a_problem_and_logged_without_its_message(lines: LogCapture) -> None:
    async def broken(*_: object) -> None:
        message = "duplicate key (identity_number)=(079199912345)"
        raise RuntimeError(message)

    async with httpx.AsyncClient(transport=httpx.ASGITransport(AccessLog(broken)), base_url="http://api") as http:
        answer = await http.get("/v1/tasks")
    shown = problem(answer, 500, "internal-fault")
    failed = next(one for one in lines.entries if one["event"] == "request.failed")

    assert shown["particulars"]["request"] == answer.headers["x-request-id"] == failed["request"]
    assert failed["error"] == "RuntimeError"
    assert any("broken" in place for place in failed["at"])
    assert "079199912345" not in answer.text + json.dumps(lines.entries, default=str)


async def test_a_request_is_counted_by_its_route_and_never_by_its_address(bureau: Office) -> None:
    for path in ("/v1/tasks/6c51091b-d27f-5c81-9d3e-d88ebf581ae2", "/v1/nowhere/079199912345"):
        await bureau.http.get(path)
    metrics = (await bureau.http.get("/metrics")).text

    assert 'route="/v1/tasks/{task_id}"' in metrics
    assert "079199912345" not in metrics
    assert REGISTRY.get_sample_value(
        "lienthong_api_requests_total", {"method": "any", "route": "unmatched", "status": "404"}
    )


async def test_every_answer_forbids_keeping_and_guessing(bureau: Office) -> None:
    for path in ("/healthz", "/v1/tasks", "/v1/nowhere"):
        answer = await bureau.http.get(path)

        assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


async def test_health_says_what_answers(bureau: Office) -> None:
    assert done(await bureau.http.get("/readyz")) == {"postgresql": True, "temporal": True, "draining": False}
    assert done(await bureau.http.get("/healthz")) == {"status": "alive"}
