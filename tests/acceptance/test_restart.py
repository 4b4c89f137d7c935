"""The machine is switched off and on again: dossiers go on, time has passed, and no name is where it must not be.

One stack of the real product, stopped and started over the same data, is read to the last byte afterwards.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import asyncpg
import pytest

from dossiers.events import Record, RungReached, TaskCompleted
from dossiers.fast_clock import FastClock
from store.database import Database
from store.journal import read_journal
from store.register import read_clock
from tests.support.builders import COPY
from tests.support.chaos import Field, fast_clock, field
from tests.support.postgres import passable_directory

Json = dict[str, Any]

CLERK, SIGNER, HEAD = "ha-long-counter-1", "ha-long-deputy", "ha-long-director"
#: Words that are nowhere else in the world.
CANARIES = {
    "name": "Khổng Tước Hoàng Yến",
    "identity_number": "098765432109",
    "phone": "0987000123",
    "email": "hoang.yen.chim@example.vn",
    "address": "Ngõ Chim Hoàng Yến số 7",
    "submitter": "Lã Vân Sơn Ca",
    "submitter_number": "098765432110",
    "reason": "Bản chính có vết tẩy màu hoàng yến ở góc phải.",
    "opinion": "Đã đối chiếu với sổ hoàng yến, đề nghị ký.",
}
#: What may hold them: the applicant's own table and the table of texts, with what PostgreSQL writes beside them.
HOMES = {"applicant", "free_text"}


class Aftermath(NamedTuple):
    """What is left when the second life of the stack has ended."""

    before: Sequence[Record]
    after: Sequence[Record]
    #: When the second life began, and when the event of each sequence was written.
    began_at: datetime
    written_at: Mapping[int, datetime]
    #: When the deadline that passed in between had come, on the wall.
    due_at: datetime
    dossier: Json
    tables: Mapping[str, str]
    files: Mapping[str, bytes]


@pytest.fixture(scope="module")
async def aftermath() -> AsyncIterator[Aftermath]:
    with passable_directory() as directory:
        yield await two_lives(directory / "data")


async def two_lives(data: Path) -> Aftermath:
    async with field(data) as first:
        view = await up_to_the_second_appraisal(first)
        dossier = UUID(view["id"])
        before, clock = await read(first, dossier)
    (task,) = view["tasks"]
    due_at = clock.wall_time(datetime.fromisoformat(task["due_at"]))
    await asyncio.sleep(max(0.0, (due_at + timedelta(seconds=1) - datetime.now(UTC)).total_seconds()))
    began_at = datetime.now(UTC)
    async with field(data) as second:
        view = await to_the_end(second, dossier)
        after, _ = await read(second, dossier)
        tables = await tables_of(second)
        written_at = await written(second, dossier)
    return Aftermath(before, after, began_at, written_at, due_at, view, tables, files_of(data))


async def up_to_the_second_appraisal(ground: Field) -> Json:
    """A dossier full of names and words, sent back so that it waits for a clerk."""
    filed = await ground.callers.act(
        CLERK,
        "/v1/dossiers",
        {
            "procedure": COPY,
            "receiving_unit": "ha-long-one-stop",
            "channel": "counter",
            "components": ["original", "copy"],
            "applicant": {
                "full_name": CANARIES["name"],
                "identity_number": CANARIES["identity_number"],
                "phone": CANARIES["phone"],
                "email": CANARIES["email"],
                "address": CANARIES["address"],
                "submitter_name": CANARIES["submitter"],
                "submitter_identity_number": CANARIES["submitter_number"],
            },
            "clock": fast_clock("2026-03-02T08:00:00+07:00", 900),
        },
        key="filed",
    )
    dossier = str(filed["dossier"])
    await told_nothing_of_what_was_wrong(ground)
    await act(ground, dossier, CLERK, "receive")
    await act(ground, dossier, CLERK, "complete", outcome="eligible", opinion=CANARIES["opinion"])
    await act(ground, dossier, SIGNER, "rework", to="appraisal", reason=CANARIES["reason"])
    return await ground.callers.read(HEAD, f"/v1/dossiers/{dossier}")


async def told_nothing_of_what_was_wrong(ground: Field) -> None:
    """A faulty filing is refused without a word of it being repeated, to the caller or in a log."""
    faulty = {"full_name": CANARIES["name"], "phone": CANARIES["address"], "nickname": CANARIES["submitter"]}
    request = {"procedure": COPY, "receiving_unit": "ha-long-one-stop", "channel": "counter", "applicant": faulty}
    answer = await ground.callers._ask(
        "POST", "/v1/dossiers", CLERK, json=request, headers={"Idempotency-Key": "faulty"}
    )
    assert answer.status_code == 422
    assert not any(form in answer.text for canary in CANARIES.values() for form in forms(canary))


async def to_the_end(ground: Field, dossier: UUID) -> Json:
    """The deadline that passed speaks by itself; then the work goes on."""
    async with asyncio.timeout(60):
        while ("appraisal#2", "overdue") not in rungs((await read(ground, dossier))[0]):
            await asyncio.sleep(0.1)
    await act(ground, str(dossier), CLERK, "complete", outcome="eligible")
    await act(ground, str(dossier), SIGNER, "approve")
    await act(ground, str(dossier), CLERK, "return")
    return await ground.callers.read(HEAD, f"/v1/dossiers/{dossier}")


async def act(ground: Field, dossier: str, who: str, what: str, **body: str) -> None:
    """On the one task that is open."""
    view = await ground.callers.read(HEAD, f"/v1/dossiers/{dossier}")
    (task,) = view["tasks"]
    await ground.callers.act(who, f"/v1/tasks/{task['id']}/{what}", dict(body), key=f"{task['key']}/{what}")


async def read(ground: Field, dossier: UUID) -> tuple[Sequence[Record], FastClock]:
    database = await Database.connect(ground.stack.database_url, connections=2)
    try:
        async with database.transaction() as tx:
            clock = await read_clock(tx, dossier)
            assert clock is not None
            return await read_journal(tx, dossier), clock
    finally:
        await database.close()


async def written(ground: Field, dossier: UUID) -> Mapping[int, datetime]:
    connection = await asyncpg.connect(ground.stack.owner_database_url)
    try:
        rows = await connection.fetch("SELECT sequence, inserted_at FROM dossier_event WHERE dossier = $1", dossier)
        return {row["sequence"]: row["inserted_at"] for row in rows}
    finally:
        await connection.close()


async def tables_of(ground: Field) -> Mapping[str, str]:
    """Every row of every table, as text."""
    connection = await asyncpg.connect(ground.stack.owner_database_url)
    try:
        names = await connection.fetch("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        found = {}
        for (name,) in names:
            rows = await connection.fetch(f"SELECT t::text AS said FROM {name} t")  # noqa: S608  (its own catalogue's)
            found[name] = "\n".join(row["said"] for row in rows)
        return found
    finally:
        await connection.close()


def files_of(data: Path) -> Mapping[str, bytes]:
    """What Temporal keeps and what everybody logs."""
    places = [*(data / "temporal").iterdir(), *(data / "logs").iterdir()]
    return {f"{one.parent.name}/{one.name}": one.read_bytes() for one in places if one.is_file()}


def rungs(journal: Sequence[Record]) -> list[tuple[str, str]]:
    events = [one.event for one in journal]
    return [(one.subject, one.rung) for one in events if isinstance(one, RungReached)]


def forms(canary: str) -> tuple[str, str]:
    """As it is, and as JSON writes it that knows only ASCII."""
    return canary, json.dumps(canary).strip('"')


def test_a_dossier_goes_on_where_it_stood(aftermath: Aftermath) -> None:
    assert list(aftermath.after[: len(aftermath.before)]) == list(aftermath.before)
    assert aftermath.dossier["status"] == "returned"


def test_a_deadline_that_passed_while_nothing_ran_speaks_at_the_start_and_once(aftermath: Aftermath) -> None:
    assert ("appraisal#2", "overdue") not in rungs(aftermath.before)
    assert rungs(aftermath.after).count(("appraisal#2", "overdue")) == 1
    (overdue,) = [
        one
        for one in aftermath.after
        if isinstance(one.event, RungReached) and (one.event.subject, one.event.rung) == ("appraisal#2", "overdue")
    ]
    completed = [one for one in aftermath.after if isinstance(one.event, TaskCompleted)][-3]
    assert aftermath.due_at < aftermath.began_at < aftermath.written_at[overdue.sequence]
    assert overdue.sequence < completed.sequence


def test_names_numbers_and_words_are_in_two_tables_and_no_other(aftermath: Aftermath) -> None:
    for canary in CANARIES.values():
        held_by = {name for name, text in aftermath.tables.items() if any(form in text for form in forms(canary))}
        assert held_by, canary
        assert held_by <= HOMES, canary


def test_neither_the_engine_nor_any_log_knows_a_person(aftermath: Aftermath) -> None:
    temporal = b"".join(content for name, content in aftermath.files.items() if name.startswith("temporal/"))
    assert aftermath.dossier["id"].encode() in temporal, "what is looked through is what Temporal wrote"
    assert b"ha-long-counter-1" in temporal
    assert aftermath.dossier["id"].encode() in aftermath.files["logs/api.log"]
    assert b"worker.started" in aftermath.files["logs/worker.log"]
    for name, content in aftermath.files.items():
        for canary in CANARIES.values():
            assert not any(form.encode() in content for form in forms(canary)), name
