"""Several officers want the same thing at the same moment: one gets it, nothing of the others stays."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, NamedTuple
from uuid import UUID

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from agencies.directory import load_directory
from commands.reconciliation import Reconciliation
from dossiers.events import AnyEvent, Record, TaskCancelled, TaskCompleted, TaskOpened
from dossiers.fast_clock import FastClock
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import DossierNumber, OfficerId, UnitCode
from store.callers import Caller
from tests.acceptance.town import COUNTER, Town, clock, town
from tests.support.builders import COPY
from tests.support.desks import Desk, done
from tests.support.postgres import Database

Json = dict[str, Any]

#: What a loser may be told: who has it, that it is being done, or that it is done.
LOST = {"task-claimed", "task-pending", "task-not-open"}
ACTS: dict[str, tuple[str, Json]] = {
    "reception": ("receive", {}),
    "appraisal": ("complete", {"outcome": "eligible"}),
    "approval": ("approve", {}),
    "return": ("return", {}),
}


@pytest.fixture
async def place(database: Database, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Town]:
    async with town(database.url, temporal_environment.client) as made, made.workers():
        yield made


async def test_of_many_officers_at_one_task_one_wins_and_nothing_of_the_others_remains(place: Town) -> None:
    await race(place, dossiers=10, at_once=4, seed=1)


@pytest.mark.long
async def test_a_thousand_races_have_a_thousand_winners(place: Town) -> None:
    await race(place, dossiers=250, at_once=4, seed=2)


async def test_approval_rework_withdrawal_and_deadline_at_one_instant_make_one_story(place: Town) -> None:
    await collide(place, dossiers=6, seed=3)


@pytest.mark.long
async def test_two_hundred_collisions_make_two_hundred_stories(place: Town) -> None:
    for seed in range(10, 20):
        await collide(place, dossiers=20, seed=seed)


class Staff(NamedTuple):
    """Twenty who may do the counter's work, and twenty who may sign."""

    clerks: Sequence[Desk]
    signers: Sequence[Desk]

    def of(self, step: str) -> Sequence[Desk]:
        return self.signers if step == "approval" else self.clerks


async def race(place: Town, *, dossiers: int, at_once: int, seed: int) -> None:
    """Every step of every dossier is wanted by two to twenty officers."""
    staff, chance, lanes = await hired(place), Random(seed), asyncio.Semaphore(at_once)

    async def whole_way() -> None:
        async with lanes:
            dossier = await place.file(COPY)
            for step in ACTS:
                rivals = chance.sample(staff.of(step), chance.randint(2, 20))
                await one_wins(place, dossier, step, rivals)
            assert await place.differences(dossier) == ()

    async with asyncio.TaskGroup() as group:
        for _ in range(dossiers):
            group.create_task(whole_way())
    assert await place.alarms() == ()


async def one_wins(place: Town, dossier: UUID, step: str, rivals: Sequence[Desk]) -> None:
    task = await place.task(dossier, step)
    act, body = ACTS[step]
    before = await place.journal(dossier)
    answers = await asyncio.gather(*(one.post(f"/v1/tasks/{task['id']}/{act}", body) for one in rivals))
    told = Counter(one.status_code for one in answers)

    assert told == {200: 1, 409: len(rivals) - 1}, [one.text for one in answers]
    too_late = {"dossier-closed"} if step == "return" else set()
    assert {one.json()["code"] for one in answers if one.status_code == 409} <= LOST | too_late
    (winner,) = [rival for rival, one in zip(rivals, answers, strict=True) if one.status_code == 200]
    (won,) = [one.json() for one in answers if one.status_code == 200]
    new = (await place.journal(dossier))[len(before) :]
    assert {one.cause for one in new} == {won["command"]}
    assert {one.actor.id for one in new if one.actor is not None} == {winner.caller.id}
    await nothing_remains(place, task, winner.caller.id, won["command"])


async def nothing_remains(place: Town, task: Json, winner: str, command: str) -> None:
    """Of the losers: no claim, no mark; a row only of those who were let in after the task was done."""
    async with place.database.transaction() as tx:
        connection = tx._connection
        row = await connection.fetchrow("SELECT state, holder, pending FROM task WHERE id = $1", UUID(task["id"]))
        log = await connection.fetch("SELECT act, actor FROM worklist_log WHERE task = $1", UUID(task["id"]))
        inbox = await connection.fetch(
            "SELECT id, state, problem FROM command_inbox WHERE dossier = $1 AND task = $2",
            UUID(task["dossier"]),
            task["key"],
        )

    assert row is not None
    assert tuple(row) == ("completed", None, None)
    assert [tuple(one) for one in log] == [("implicit_claim", winner)]
    assert [str(one["id"]) for one in inbox if one["state"] == "done"] == [command]
    assert {one["problem"]["code"] for one in inbox if one["state"] != "done"} <= {"task-not-open", "dossier-closed"}


async def collide(place: Town, *, dossiers: int, seed: int) -> None:
    """The half hour for the signature ends; in that very instant one signs, one sends back, the applicant withdraws."""
    chance, staff = Random(seed), await hired(place)
    met = await asyncio.gather(*(meet(place, staff, chance) for _ in range(dossiers)))

    assert {frozenset(one) for one in met} <= STORIES
    assert await place.alarms() == ()


#: Who may have succeeded. What is signed is decided and cannot be withdrawn; what was sent back can.
STORIES = {frozenset(one) for one in (["approve"], ["rework"], ["withdraw"], ["rework", "withdraw"])}


async def meet(place: Town, staff: Staff, chance: Random) -> list[str]:
    """Which acts succeeded; the others left nothing, and the deadline is judged by the instant of the first."""
    shown = clock("2026-03-02T08:00", 1_200)
    dossier = await place.file(COPY, shown)
    for step in ("reception", "appraisal"):
        act, body = ACTS[step]
        await staff.clerks[0].act(await place.task(dossier, step), act, **body)
    task = await place.task(dossier, "approval")
    due = parse_instant(task["due_at"])
    wishes: dict[str, tuple[Desk, str, Json]] = {
        "approve": (staff.signers[0], f"/v1/tasks/{task['id']}/approve", {}),
        "rework": (
            staff.signers[1],
            f"/v1/tasks/{task['id']}/rework",
            {"to": "appraisal", "reason": "Bản sao còn thiếu một trang."},
        ),
        "withdraw": (staff.clerks[0], f"/v1/dossiers/{dossier}/withdraw", {}),
    }
    answers = dict(
        zip(wishes, await asyncio.gather(*(at(shown, due, chance, *one) for one in wishes.values())), strict=True)
    )
    succeeded = [name for name, answer in answers.items() if answer.status_code == 200]

    assert {answer.status_code for answer in answers.values()} <= {200, 409}, [one.text for one in answers.values()]
    looks = Reconciliation(place.database, place.client, looks=100, pause=timedelta(milliseconds=200))
    assert (await looks.look(dossier, DossierNumber(task["number"]))).findings == ()
    journal = await place.journal(dossier)
    commands = {
        one.cause for one in journal if one.actor is not None and one.sequence > task_opened(journal, task["key"])
    }
    assert commands == {answers[name].json()["command"] for name in succeeded}
    overdue = [one for one in await rungs(place, dossier) if (one["subject"], one["rung"]) == (task["key"], "overdue")]
    ended_at = next(one.occurred_at for one in journal if ends(one.event, task["key"]))
    assert len(overdue) == (due < ended_at), "late is who acted after the instant, whoever was faster"
    return succeeded


async def at(shown: FastClock, due: datetime, chance: Random, desk: Desk, path: str, body: Json) -> httpx.Response:
    moment = shown.wall_time(due) + timedelta(milliseconds=chance.uniform(-40, 40))
    await asyncio.sleep(max(0.0, (moment - datetime.now(UTC)).total_seconds()))
    return await desk.post(path, body)


async def rungs(place: Town, dossier: UUID) -> list[Json]:
    """Those that stand."""
    supervisor = await place.officer("ha-long-director")
    page: list[Json] = done(await supervisor.get("/v1/escalations", dossier=str(dossier), stands="true"))["items"]
    return page


def task_opened(journal: Sequence[Record], key: str) -> int:
    return next(one.sequence for one in journal if isinstance(one.event, TaskOpened) and one.event.task == key)


def ends(event: AnyEvent, key: str) -> bool:
    return isinstance(event, TaskCompleted | TaskCancelled) and event.task == key


async def hired(place: Town) -> Staff:
    """More people than any counter has; who may do what is known by seat and role, not by name."""

    async def desk(name: str, *roles: Role) -> Desk:
        seat = load_directory().seat(UnitCode(COUNTER))
        caller = Caller(
            id=OfficerId(name), kind=CallerKind.OFFICER, label=name, agency=seat.agency, unit=seat.unit, roles=roles
        )
        return await place.office.desk(caller)

    return Staff(
        [await desk(f"race-clerk-{number}", Role.COUNTER) for number in range(20)],
        [await desk(f"race-signer-{number}", Role.APPROVER) for number in range(20)],
    )
