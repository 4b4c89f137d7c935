"""`dossier` as people and programs run it."""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from commands.archive import Archivist
from dossiers.instants import VIETNAM
from tests.cli.conftest import Lienthong
from tests.cli.operation.running import file_dossier, in_office, owner_executes
from tests.commands.office import Office
from tests.support.builders import COPY


@pytest.fixture
def dossier(stack: Lienthong) -> UUID:
    """A permit just filed."""
    return file_dossier(stack)


def told(stack: Lienthong, *arguments: str) -> dict[str, Any]:
    ended = stack("dossier", *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    answer: dict[str, Any] = json.loads(ended.stdout)
    return answer


def refused(stack: Lienthong, *arguments: str, answers: str = "") -> str:
    """With which code the command was refused."""
    ended = stack("dossier", *arguments, "--json", answers=answers)
    assert ended.returncode == 1, ended.stdout
    return str(json.loads(ended.stdout)["error"])


def test_a_dossier_is_shown_by_number_and_by_identity(stack: Lienthong, dossier: UUID) -> None:
    by_identity = told(stack, "show", str(dossier))
    by_number = told(stack, "show", by_identity["number"])
    people = stack("dossier", "show", by_identity["number"]).stdout

    assert by_number == by_identity
    assert (by_identity["status"], by_identity["portal_code"]) == ("filed", 1)
    assert [task["key"] for task in by_identity["tasks"]] == ["reception#1"]
    assert "Mới nộp (mã Cổng 1)" in people
    assert "reception#1" in people
    assert "ha-long-one-stop" in people


def test_who_holds_an_open_task_and_until_when_is_shown(stack: Lienthong, dossier: UUID) -> None:
    owner_executes(
        stack,
        f"UPDATE task SET holder = 'ha-long-counter-2', claimed_at = now() WHERE dossier = '{dossier}'",  # noqa: S608
    )

    [task] = told(stack, "show", str(dossier))["tasks"]
    people = stack("dossier", "show", str(dossier)).stdout

    due = datetime.fromisoformat(task["due_at"]).astimezone(VIETNAM)
    assert task["holder"] == "ha-long-counter-2"
    assert "ha-long-counter-2" in people
    assert f"{due:%d/%m/%Y}" in people


def test_the_timeline_is_the_journal_in_words(stack: Lienthong, dossier: UUID) -> None:
    in_office(stack, lambda office: office.go_on(dossier, 1))

    events = told(stack, "timeline", str(dossier))["events"]
    people = stack("dossier", "timeline", str(dossier)).stdout

    assert [event["sequence"] for event in events] == list(range(1, len(events) + 1))
    assert "dossier.accepted" in [event["kind"] for event in events]
    assert events[0]["words"].split()[0] in people
    assert {event["words"][-1] for event in events} == {"."}


def test_the_history_is_temporals_decoded_and_later_the_kept_one(stack: Lienthong) -> None:
    async def filed_and_finished(office: Office) -> UUID:
        dossier = await office.file(COPY)
        await office.finish(dossier)
        return dossier

    async def archived(office: Office) -> None:
        while not await office.owner.fetchval("SELECT count(*) FROM history_archive WHERE dossier = $1", dossier):
            await Archivist(office.database, office.client).keep_due()

    dossier = in_office(stack, filed_and_finished)
    [live] = told(stack, "history", str(dossier))["runs"]
    in_office(stack, archived)
    [kept] = told(stack, "history", str(dossier))["runs"]
    people = stack("dossier", "history", str(dossier)).stdout

    started = live["events"][0]["workflowExecutionStartedEventAttributes"]
    assert started["input"]["payloads"][0]["dossier"] == str(dossier)
    assert kept["is_archived"]
    assert kept["run_id"] == live["run_id"]
    assert "bản lưu" in people
    assert "return_result" in people


def test_rebuilding_says_what_it_changed(stack: Lienthong, dossier: UUID) -> None:
    owner_executes(stack, f"DELETE FROM task WHERE dossier = '{dossier}'")  # noqa: S608

    rebuilt = told(stack, "rebuild", str(dossier))
    again = told(stack, "rebuild", str(dossier))

    assert rebuilt["mended"] == ["task reception#1: missing"]
    assert (again["mended"], again["left"]) == ([], [])
    assert [task["key"] for task in told(stack, "show", str(dossier))["tasks"]] == ["reception#1"]


def test_a_workflow_that_runs_and_agrees_is_not_restored_without_force(stack: Lienthong, dossier: UUID) -> None:
    code = refused(stack, "rehydrate", str(dossier), "--yes")
    forced = told(stack, "rehydrate", str(dossier), "--yes", "--force")

    assert code == "rehydration-not-needed"
    assert forced["sequence"] == 2
    in_office(stack, lambda office: office.go_on(dossier, 1))


def test_an_ended_workflow_is_restored_after_a_yes(stack: Lienthong, dossier: UUID) -> None:
    async def terminate(office: Office) -> None:
        await office.workflow(dossier).terminate("by mistake")

    in_office(stack, terminate)
    hesitated = refused(stack, "rehydrate", str(dossier), answers="không\n")
    agreed = stack("dossier", "rehydrate", str(dossier), answers="khôi phục\n")

    assert hesitated == "embedded-failure"
    assert agreed.returncode == 0
    assert "2 sự kiện" in agreed.stderr.replace("\n", " ")
    in_office(stack, lambda office: office.finish(dossier))
    assert refused(stack, "rehydrate", str(dossier), "--yes") == "rehydration-not-needed"


def test_alarms_are_settled_once(stack: Lienthong, dossier: UUID) -> None:
    owner_executes(
        stack,
        f"INSERT INTO alarm (kind, dossier, particulars) VALUES ('update-broken', '{dossier}', '{{}}')",  # noqa: S608
    )

    assert told(stack, "settle", str(dossier))["settled"] == 1
    assert told(stack, "settle", str(dossier))["settled"] == 0


@pytest.mark.parametrize("command", ["show", "timeline", "history", "rebuild", "rehydrate", "settle"])
def test_a_dossier_that_does_not_exist_is_named(stack: Lienthong, command: str) -> None:
    assert refused(stack, command, "H49.61.1-260101-9999") == "dossier-unknown"


def test_without_a_stack_it_says_how_to_start_one(lienthong: Lienthong) -> None:
    ended = lienthong("dossier", "show", "H49.61.1-260101-9999")

    assert ended.returncode == 1
    assert "lienthong up" in ended.stderr
