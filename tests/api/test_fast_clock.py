"""The fast clock of the demonstration: only where it is allowed, and then on the pinned calendar."""

from dataclasses import replace
from datetime import datetime, timedelta

import httpx
import pytest

from api.app import create_app
from dossiers.instants import VIETNAM
from tests.support.desks import FILING, Desk, Office, done, problem, task

#: A Monday morning; the wall clock of the test may show any hour.
ORIGIN = "2026-03-02T08:00:00+07:00"


async def test_a_dossier_on_a_fast_clock_lives_on_its_own_time(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    wall = datetime.now(VIETNAM) - timedelta(seconds=2)
    clock = {"origin": ORIGIN, "origin_wall": wall.isoformat(), "factor": 3600}
    filed = await clerk.file(clock=clock)
    filed_at = datetime.fromisoformat(filed["events"][0]["occurred_at"])

    assert filed["number"].startswith("H49.101.2-260302-")
    assert datetime.fromisoformat(ORIGIN) + timedelta(hours=2) <= filed_at
    assert filed_at.utcoffset() == timedelta(hours=7)
    assert task(filed, "reception")["due_at"] > filed["events"][0]["occurred_at"]


async def test_a_clock_without_a_wall_origin_starts_now(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file(clock={"origin": ORIGIN, "factor": 1})

    assert filed["events"][0]["occurred_at"][:10] == ORIGIN[:10]


async def test_where_it_is_not_allowed_it_is_refused(bureau: Office) -> None:
    parts = replace(bureau.parts, fast_clock_allowed=False)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(create_app(parts)), base_url="http://api") as http:
        known = await bureau.officer("ha-long-counter-1")
        clerk = Desk(http, known.caller, known.key)

        problem(
            await clerk.post("/v1/dossiers", {**FILING, "clock": {"origin": ORIGIN, "factor": 60}}),
            403,
            "not-for-this-caller",
        )
        done(await clerk.post("/v1/dossiers", FILING), 201)


@pytest.mark.parametrize(
    "clock",
    [
        {"origin": "2026-03-02", "factor": 60},
        {"origin": "2026-03-02T08:00:00.5+07:00", "factor": 60},
        {"origin": ORIGIN, "factor": 0},
        {"origin": ORIGIN, "factor": 7_201},
        {"origin": ORIGIN, "factor": 60, "calendar": {}},
    ],
)
async def test_a_clock_that_is_none_is_refused(bureau: Office, clock: dict[str, object]) -> None:
    clerk = await bureau.officer("ha-long-counter-1")

    problem(await clerk.post("/v1/dossiers", {**FILING, "clock": clock}), 422, "request-invalid")


@pytest.mark.parametrize("origin", ["1990-01-01T08:00:00+07:00", "9999-12-31T23:59:59+07:00"])
async def test_a_clock_outside_every_calendar_is_refused(bureau: Office, origin: str) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    answer = await clerk.post("/v1/dossiers", {**FILING, "clock": {"origin": origin, "factor": 60}})

    problem(answer, 422, "beyond-calendar")
