"""Every error has its place in the one table, its words and its page."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.errors import ApiError
from api.problems import KINDS, STATUSES, code_of, problem_of
from bootstrap import CHECKOUT
from documents.errors import DocumentError
from dossiers.deadline_errors import DeadlineError
from dossiers.errors import DossierError, FilingRejected, TaskNotOpen, Violation
from store.errors import StoreError, TaskHeldByAnother
from tests.support.desks import FILING, Office, problem

ROOTS = (DossierError, StoreError, DeadlineError, DocumentError, ApiError)
PAGE: Path = CHECKOUT / "docs" / "problems.md"


def descendants(root: type[Exception]) -> Iterator[type[Exception]]:
    for one in root.__subclasses__():
        yield one
        yield from descendants(one)


EVERY = [one for root in ROOTS for one in descendants(root) if not one.__module__.startswith("tests")]


@pytest.mark.parametrize("error", EVERY, ids=[one.__name__ for one in EVERY])
def test_every_error_has_its_row(error: type[Exception]) -> None:
    assert error in {one for one, _ in STATUSES}


def test_an_error_that_shares_a_code_shares_its_status() -> None:
    told = {(code_of(one), status) for one, status in STATUSES}

    assert len(told) == len(KINDS)


def test_every_code_has_its_heading_and_no_heading_is_left_over() -> None:
    headings = re.findall(r"^### `([a-z-]+)`$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(headings) == sorted(KINDS)


def test_every_heading_says_status_and_who_acts() -> None:
    for part in PAGE.read_text(encoding="utf-8").split("### `")[1:]:
        code = part.partition("`")[0]

        assert f"**{int(KINDS[code][0])}**" in part, code
        assert re.search(r"Ai xử lý: (người nộp|cán bộ|người vận hành|bên gọi)", part), code


def test_a_problem_says_what_happened_and_a_title_says_what_kind() -> None:
    shown = problem_of(TaskNotOpen("Việc thẩm định đã xong.", task="appraisal#1"))

    assert (shown.type, shown.status, shown.detail) == ("/problems/task-not-open", 409, "Việc thẩm định đã xong.")
    assert shown.title == TaskNotOpen.__doc__
    assert shown.particulars == {"task": "appraisal#1"}


def test_a_task_held_by_another_names_its_holder() -> None:
    assert problem_of(TaskHeldByAnother(holder="ha-long-counter-1")).particulars == {"holder": "ha-long-counter-1"}


def test_every_violation_of_a_filing_is_named() -> None:
    violations = [Violation(pointer="/facts/a", message="sai"), Violation(pointer="/components/0", message="thiếu")]

    assert [one.pointer for one in problem_of(FilingRejected(violations)).errors] == ["/facts/a", "/components/0"]


def test_an_error_that_the_table_does_not_know_is_our_mistake_and_tells_nothing() -> None:
    class Unforeseen(DossierError):
        """Bí mật."""

        code = "unforeseen"

    shown = problem_of(Unforeseen("079123456789"))

    assert (shown.code, shown.status) == ("internal-fault", 500)
    assert "079123456789" not in shown.model_dump_json()


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"\xff", 400, "request-unreadable"),
        (b"[", 400, "request-unreadable"),
        (b"[" * 100_000, 400, "request-unreadable"),
        (b'{"reason": ' + b"1" * 5_000 + b"}", 400, "request-unreadable"),
        (b"", 422, "request-invalid"),
        (b'"x"', 422, "request-invalid"),
        (b'{"\\ud800": 1}', 422, "request-invalid"),
        (b'{"procedure": "\\ud800"}', 422, "request-invalid"),
        (b'{"procedure": "\\u0000"}', 422, "request-invalid"),
        (b'{"facts": {"a\\u0000": 1}}', 422, "request-invalid"),
        (b'{"facts": {"a": "\\u0000"}}', 422, "request-invalid"),
        (b'{"facts": {"a": NaN}}', 422, "request-invalid"),
        (b'{"clock": {"origin": "9999-12-31T23:59:59-14:00", "factor": 1}}', 422, "request-invalid"),
        (b'{"a": "' + b"a" * 1_000_001 + b'"}', 413, "request-too-large"),
    ],
    ids=lambda given: str(given)[:40],
)
async def test_no_body_is_our_mistake(bureau: Office, body: bytes, status: int, code: str) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    headers = {
        "Authorization": f"Bearer {clerk.key.secret}",
        "Idempotency-Key": "k",
        "Content-Type": "application/json",
    }

    problem(await bureau.http.post("/v1/dossiers", content=body, headers=headers), status, code)


async def test_a_query_that_is_not_understood_is_named(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    refused = problem(await clerk.get("/v1/tasks?limit=201&colour=red&agency=%00&cursor=x"), 422, "request-invalid")

    assert {one["pointer"] for one in refused["errors"]} == {"?limit", "?colour", "?agency"}
    problem(await clerk.get("/v1/tasks?cursor=x"), 422, "request-invalid")


async def test_what_was_sent_is_not_repeated(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    applicant = {"full_name": "Nguyễn Văn Đức", "identity_number": "12345", "phone": "không có", "email": "a"}
    refused = await clerk.post("/v1/dossiers", {**FILING, "applicant": applicant})

    assert len(problem(refused, 422, "request-invalid")["errors"]) == 3
    assert "12345" not in refused.text
    assert "Đức" not in refused.text


async def test_an_address_or_a_method_that_does_not_exist_is_a_problem_too(bureau: Office) -> None:
    problem(await bureau.http.get("/v1/nothing"), 404, "not-found")
    problem(await bureau.http.get("/redoc"), 404, "not-found")
    answer = await bureau.http.put("/v1/dossiers")

    problem(answer, 405, "method-not-allowed")
    assert "POST" in answer.headers["allow"]
