"""An officer at the command line, and a procedure that joins while the engine runs: the whole product, one stack."""

import json
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from dossiers.instants import VIETNAM
from procedures.catalogue import CATALOGUE
from tests.cli.conftest import Lienthong
from tests.cli.operation.running import environment_of
from tests.support.desks import COPY, FILING
from tests.support.postgres import passable_directory

WRITTEN = (CATALOGUE / "certified-copy.yaml").read_text(encoding="utf-8")
NEW = "9.000001"

Json = dict[str, Any]


class Counter:
    """Two officers of a counter, each with a key and a command line of their own."""

    def __init__(self, stack: Lienthong) -> None:
        self.stack = stack
        self.environment = environment_of(stack)
        self.keys = {name: self._key(name) for name in ("ha-long-counter-1", "ha-long-counter-2")}

    def _key(self, officer: str) -> str:
        key: str = json.loads(self.stack("caller", "add", officer, "--json").stdout)["key"]
        return key

    def file(self, procedure: str = COPY) -> Json:
        """A dossier just filed at the counter."""
        return self._asked("POST", "/v1/dossiers", json={**FILING, "procedure": procedure})

    def dossier(self, filed: Json) -> Json:
        return self._asked("GET", f"/v1/dossiers/{filed['dossier']}")

    def finish(self, filed: Json) -> None:
        """Decided at the counter and given out."""
        acts = f"/v1/tasks/{filed['tasks'][0]['id']}/decide-on-the-spot"
        decided = self._asked("POST", acts, json={})
        self._asked("POST", f"/v1/tasks/{decided['tasks'][0]['id']}/return", json={})

    def _asked(self, method: str, path: str, **request: Any) -> Json:  # noqa: ANN401  (whatever httpx takes)
        headers = {"Authorization": f"Bearer {self.keys['ha-long-counter-1']}", "Idempotency-Key": str(uuid.uuid4())}
        url = f"{self.environment['LIENTHONG_API_URL']}{path}"
        answer = httpx.request(method, url, headers=headers, trust_env=False, timeout=30, **request)
        assert answer.is_success, answer.text
        body: Json = answer.json()
        return body

    def task(self, *arguments: str, officer: str = "ha-long-counter-1") -> Any:  # noqa: ANN401  (whatever JSON says)
        """What a command answers; a refusal is its error and message."""
        mine = Lienthong(self.stack.data, {"LIENTHONG_API_KEY": self.keys[officer]})
        ended = mine("task", *arguments, "--json")
        answer = json.loads(ended.stdout)
        assert ended.returncode == (1 if isinstance(answer, dict) and "error" in answer else 0), ended.stderr
        return answer

    def told(self, *arguments: str) -> str:
        """What people read."""
        mine = Lienthong(self.stack.data, {"LIENTHONG_API_KEY": self.keys["ha-long-counter-1"]})
        ended = mine("task", *arguments)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout


@pytest.fixture(scope="module")
def counter() -> Iterator[Counter]:
    with passable_directory() as directory:
        command = Lienthong(directory / "data")
        started = command("up", "--detach")
        assert started.returncode == 0, started.stderr
        yield Counter(command)
        command("reset", "--yes")


def written(
    folder: Path, name: str, *, code: str = COPY, version: int = 1, amount: int = 2000, limit: str = "0wd"
) -> Path:
    """The copy procedure with something said otherwise, in force from today on."""
    today = datetime.now(VIETNAM).date().isoformat()
    changes = {
        "code: 2.000815": f"code: {code}",
        "version: 1": f"version: {version}",
        "effective_on: 2025-07-01": f"effective_on: {today}",
        "amount: 2000": f"amount: {amount}",
        "limit: 0wd": f"limit: {limit}",
    }
    text = WRITTEN
    for said, instead in changes.items():
        assert said in text, said
        text = text.replace(said, instead, 1)
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_an_officer_finds_takes_passes_on_gives_back_and_ends_work(counter: Counter) -> None:
    number = counter.file()["number"]
    listed = counter.task("list", "--unit", "ha-long-one-stop", "--text", number)["items"]
    taken = counter.task("claim", number)
    stale = counter.task("release", number, "--revision", str(taken["revision"] - 1))
    passed = counter.task("transfer", f"{number}/reception", "ha-long-counter-2")
    elsewhere = counter.task("receive", number)
    back = counter.task("release", number, officer="ha-long-counter-2")
    received = counter.told("receive", number)

    assert [one["number"] for one in listed] == [number]
    assert (elsewhere["error"], stale["error"]) == ("task-claimed", "task-changed")
    assert [one["holder"] for one in (taken, passed, back)] == ["ha-long-counter-1", "ha-long-counter-2", None]
    assert "tiếp nhận" in received.lower()
    assert f"{number}/appraisal" in received


def test_the_same_request_is_done_once_and_answered_twice(counter: Counter) -> None:
    filed = counter.file()
    task = filed["tasks"][0]["id"]
    first = counter.task("decide-on-the-spot", filed["number"], "--request", "once")
    again = counter.task("decide-on-the-spot", task, "--request", "once")

    assert first == again
    assert counter.task("receive", task)["error"] == "task-not-open"


def test_what_stands_in_the_way_is_told_by_its_code(counter: Counter) -> None:
    nobody = counter.stack("task", "list", "--json")
    stranger = counter.stack("task", "list", "--key", "lt_" + "x" * 43, "--json")
    nowhere = counter.stack.given(api_url="http://127.0.0.1:9")(
        "task", "list", "--key", "x", "--patience", "0.5", "--json"
    )
    unread = counter.task("receive", counter.file()["number"], "--fact", "floors")

    assert [json.loads(one.stdout)["error"] for one in (nobody, stranger, nowhere)] == [
        "no-key",
        "unauthenticated",
        "no-answer",
    ]
    assert unread["error"] == "fact-unreadable"
    assert counter.task("show", "H49-000000-0000")["error"] == "dossier-unknown"


def test_a_procedure_joins_while_the_engine_runs_and_dossiers_under_way_keep_theirs(
    counter: Counter, tmp_path: Path
) -> None:
    before = counter.file()
    later, new = written(tmp_path, "later.yaml", version=2, amount=3000), written(tmp_path, "new.yaml", code=NEW)
    hesitated = counter.stack("procedures", "publish", str(later), str(new), answers="không\n")
    agreed = counter.stack("procedures", "publish", str(later), str(new), "--json", answers="công bố\n")
    again = counter.stack("procedures", "publish", str(later), str(new), "--yes")
    assert (agreed.returncode, again.returncode) == (0, 0), agreed.stdout + agreed.stderr + again.stderr
    filed = [before, counter.file(), counter.file(NEW)]
    for one in filed:
        counter.finish(one)
    compared = counter.stack("procedures", "diff", f"{COPY}@1", f"{COPY}@2", "--json")
    ended = [counter.dossier(one) for one in filed]

    assert hesitated.returncode == 1
    assert "fees.page.amount: 2000 → 3000" in hesitated.stderr
    assert [(one["code"], one["version"]) for one in json.loads(agreed.stdout)["published"]] == [(COPY, 2), (NEW, 1)]
    assert "không có gì mới" in again.stdout
    assert [(one["procedure"], one["procedure_version"], one["status"]) for one in ended] == [
        (COPY, 1, "returned"),
        (COPY, 2, "returned"),
        (NEW, 1, "returned"),
    ]
    assert {"place": "fees.page.amount", "before": 2000, "after": 3000} in json.loads(compared.stdout)


def test_one_fault_in_one_file_publishes_nothing_and_every_fault_is_told(counter: Counter, tmp_path: Path) -> None:
    sound = written(tmp_path, "sound.yaml", code="9.000002")
    faulty = written(tmp_path, "faulty.yaml", code="9.000003", limit="0xx")
    other = written(tmp_path, "other.yaml", amount=9999)
    ended = counter.stack("procedures", "publish", str(sound), str(faulty), str(other), "--yes", "--json")
    told = json.loads(ended.stdout)
    published = counter.stack("procedures", "diff", "9.000002@1", str(sound), "--json")

    assert (ended.returncode, told["error"], told["published"]) == (1, "faulty-file", [])
    assert {Path(one["file"]).name for one in told["faults"]} == {"faulty.yaml", "other.yaml"}
    assert [(one["rule"], one["line"]) for one in told["faults"] if Path(one["file"]) == other] == [
        ("already-published", 5)
    ]
    assert all(one["line"] and one["hint"] for one in told["faults"])
    assert json.loads(published.stdout)["error"] == "no-such-procedure"
