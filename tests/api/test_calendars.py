"""Calendars over HTTP: everybody reads them, supervisors see beforehand what a later one moves, and publish it."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from commands.calendar_rollout import CalendarRollout
from dossiers.instants import VIETNAM
from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import OfficerId
from store.callers import Caller
from tests.api.test_way import PERMIT_FILING
from tests.support.desks import Desk, Office, done, office, problem, task
from tests.support.postgres import Database

#: Ten days off from today on: whatever the hour and the day of the week, nothing filed now falls due before them.
TODAY = datetime.now(VIETNAM).date()
CALENDAR: dict[str, Any] = {
    "version": "vn-2026.3",
    "extends": "vn-2026.2",
    "published_on": (TODAY - timedelta(days=1)).isoformat(),
    "decision": "Quyết định thử",
    "days_off": [
        {"on": (TODAY + timedelta(days=days)).isoformat(), "reason": "nghỉ theo quyết định muộn"} for days in range(10)
    ],
}


@pytest.fixture
async def fresh(database: Database, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Office]:
    """An office of its own: what is published stays published."""
    async with office(database.url, temporal_environment.client) as opened:
        yield opened


async def supervisor(bureau: Office) -> Desk:
    caller = Caller(id=OfficerId("giam-sat"), kind=CallerKind.OFFICER, label="giám sát", roles=(Role.SUPERVISOR,))
    return await bureau.desk(caller)


async def test_a_change_is_seen_beforehand_published_and_carried_out(fresh: Office) -> None:
    portal, counter, head = await fresh.portal(), await fresh.officer("ha-long-counter-1"), await supervisor(fresh)
    filed = await portal.file(PERMIT_FILING)
    await counter.act(task(filed, "reception"), "receive")

    seen = done(await head.post("/v1/calendars/preview", {"calendar": CALENDAR}))
    published = done(await head.post("/v1/calendars", CALENDAR))
    again = done(await head.post("/v1/calendars", CALENDAR))
    rollout = CalendarRollout(fresh.parts.database, fresh.parts.catalogue, fresh.parts.gate)
    assert len([spent async for spent in rollout.changes()]) == 1

    [one] = seen["items"]
    [promise] = [move for move in one["moves"] if move["subject"] == "promise"]
    told = done(await portal.get(f"/v1/dossiers/{filed['dossier']}/clocks"))
    shown = done(await counter.get("/v1/calendars/vn-2026.3"))
    assert (one["number"], one["calendar"], seen["looked_at"], seen["next"]) == (filed["number"], "vn-2026.2", 1, None)
    assert (published["progress"]["behind"], again["progress"]["behind"]) == (1, 1)
    assert published["ordered_by"] == "giam-sat"
    assert (told["calendar"], told["promise_at"], told["first_promise_at"]) == (
        "vn-2026.3",
        promise["after"],
        promise["before"],
    )
    assert [move["decision"] for move in told["promise"]["moves"]] == ["Quyết định thử"]
    assert (shown["progress"]["done"], shown["progress"]["behind"], shown["open_dossiers"]) == (1, 0, 1)
    notices = done(await counter.get("/v1/notices", dossier=filed["dossier"]))["items"]
    assert {notice["event_kind"] for notice in notices} == {"calendar.changed"}
    story = done(await portal.get(f"/v1/dossiers/{filed['dossier']}/timeline"))["events"]
    assert "Lịch làm việc đổi từ vn-2026.2 sang vn-2026.3 (Quyết định thử)" in story[-1]["words"]


async def test_a_preview_comes_in_pages(fresh: Office) -> None:
    portal, head = await fresh.portal(), await supervisor(fresh)
    counter = await fresh.officer("ha-long-counter-1")
    filed = []
    for _ in range(3):
        dossier = await portal.file(PERMIT_FILING)
        # What is still to be received today loses nothing by days off from tomorrow on.
        await counter.act(task(dossier, "reception"), "receive")
        filed.append(dossier["dossier"])

    first = done(await head.post("/v1/calendars/preview", {"calendar": CALENDAR, "limit": 2}))
    second = done(await head.post("/v1/calendars/preview", {"calendar": CALENDAR, "limit": 2, "after": first["next"]}))

    assert (first["looked_at"], second["looked_at"], second["next"]) == (2, 1, None)
    assert {one["dossier"] for page in (first, second) for one in page["items"]} == set(filed)


async def test_published_calendars_are_listed_for_everybody(fresh: Office) -> None:
    portal = await fresh.portal()

    listed: Any = done(await portal.get("/v1/calendars"))
    shown = done(await portal.get("/v1/calendars/vn-2026.2"))

    assert [(one["version"], one["extends"]) for one in listed] == [("vn-2026.1", None), ("vn-2026.2", "vn-2026.1")]
    assert (shown["first"], shown["last"], shown["provisional_years"]) == ("2017-01-01", "2027-12-31", [2027])
    assert shown["progress"] is None
    problem(await portal.get("/v1/calendars/vn-1900.1"), 404, "not-found")


async def test_only_a_supervisor_publishes(fresh: Office) -> None:
    counter = await fresh.officer("ha-long-counter-1")

    problem(await counter.post("/v1/calendars", CALENDAR), 403, "not-for-this-caller")
    problem(await counter.post("/v1/calendars/preview", {"calendar": CALENDAR}), 403, "not-for-this-caller")


async def test_what_cannot_be_published_is_named(fresh: Office) -> None:
    head = await supervisor(fresh)
    retroactive = {**CALENDAR, "days_off": [{"on": CALENDAR["published_on"], "reason": "muộn"}]}

    refused = problem(await head.post("/v1/calendars", {**CALENDAR, "extends": "vn-2026.1"}), 422, "request-invalid")
    late = problem(await head.post("/v1/calendars", retroactive), 422, "request-invalid")
    done(await head.post("/v1/calendars", CALENDAR))
    other = problem(await head.post("/v1/calendars", {**CALENDAR, "days_off": []}), 409, "already-published")

    assert [one["pointer"] for one in refused["errors"]] == ["/extends"]
    assert "sau ngày công bố" in late["errors"][0]["detail"]
    assert other["particulars"] == {"calendar": "vn-2026.3"}


async def test_a_dossiers_time_fits_on_one_page(fresh: Office) -> None:
    portal, counter = await fresh.portal(), await fresh.officer("ha-long-counter-1")
    filed = await portal.file(PERMIT_FILING)
    path = f"/v1/dossiers/{filed['dossier']}/summary"
    before = done(await portal.get(path))
    await counter.act(task(filed, "reception"), "receive")

    told = done(await portal.get(path))

    assert (before["promise_at"], before["next_deadline"]["subject"]) == (None, "reception#1")
    assert before["explanation"]
    assert told["first_promise_at"] == told["promise_at"] == told["appointment_at"]
    assert told["next_deadline"]["subject"] == "assignment#1/acceptance"
    assert sum(told["totals"]["seconds"].values()) == told["totals"]["elapsed_seconds"]
    assert told["explanation"][0].startswith("Tiếp nhận lúc")
    assert (told["words"], told["totals"]["overdue"]) == ("Đã tiếp nhận", [])
    assert len(str(told)) < 6000
