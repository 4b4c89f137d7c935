"""A substitute sees and does the work of an officer who is away; the journal names both, the unit answers for it.

Domain scenario 16: an officer is absent, a stand-by acts, attribution stays with the unit.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx

from dossiers.instants import VIETNAM
from tests.support.desks import Desk, Office, done, problem, task


def span(begins: timedelta, ends: timedelta) -> dict[str, str]:
    now = datetime.now(VIETNAM).replace(microsecond=0)
    return {"begins_at": (now + begins).isoformat(), "ends_at": (now + ends).isoformat()}


NOW = span(-timedelta(hours=1), timedelta(days=5))


async def on_behalf(desk: Desk, absent: Desk, path: str, body: dict[str, Any] | None = None) -> httpx.Response:
    headers = {**desk._headers(), "On-Behalf-Of": absent.caller.id, "Idempotency-Key": str(uuid4())}
    return await desk.http.post(path, json=body or {}, headers=headers)


async def test_a_substitute_sees_and_does_the_work_of_whoever_is_away(bureau: Office) -> None:
    absent, substitute = await bureau.officer("ha-long-counter-3"), await bureau.officer("ha-long-counter-2")
    filed = await absent.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}"
    done(await absent.post(f"{path}/claim"))
    problem(await substitute.post(f"{path}/receive"), 409, "task-claimed")
    problem(await on_behalf(substitute, absent, f"{path}/receive"), 403, "not-standing-in")

    away = {"officer": absent.caller.id, "substitute": substitute.caller.id, **NOW}
    kept = done(await absent.post("/v1/absences", away), 201)
    mine = [one["dossier"] for one in done(await substitute.get("/v1/tasks", mine=True))["items"]]
    assert filed["dossier"] in mine
    problem(await substitute.post(f"{path}/receive"), 409, "task-claimed")
    received = done(await on_behalf(substitute, absent, f"{path}/receive"))
    assert "dossier.accepted" in [one["kind"] for one in received["events"]]

    told = done(await absent.get(f"/v1/dossiers/{filed['dossier']}/timeline"))["events"]
    accepted = next(one for one in told if one["kind"] == "dossier.accepted")
    assert (accepted["actor"], accepted["acting_for"]) == (substitute.caller.id, absent.caller.id)
    assert "thay" in accepted["words"]
    ledger = done(await absent.get(f"/v1/dossiers/{filed['dossier']}/ledger"))
    assert str(absent.caller.unit) in str(ledger)
    assert absent.caller.id not in str(ledger)

    ended = done(await absent.post(f"/v1/absences/{kept['id']}/end"))
    assert ended["ended_by"] == absent.caller.id
    problem(await on_behalf(substitute, absent, "/v1/tasks/get-next"), 403, "not-standing-in")


async def test_a_substitute_gives_back_and_passes_on_and_the_log_says_who(bureau: Office) -> None:
    absent, substitute = await bureau.officer("ha-long-counter-3"), await bureau.officer("ha-long-counter-2")
    filed = await absent.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}"
    done(await absent.post(f"{path}/claim"))
    done(
        await absent.post("/v1/absences", {"officer": absent.caller.id, "substitute": substitute.caller.id, **NOW}), 201
    )

    problem(await substitute.post(f"{path}/release"), 409, "not-holder")
    assert done(await on_behalf(substitute, absent, f"{path}/claim"))["holder"] == absent.caller.id
    assert done(await on_behalf(substitute, absent, f"{path}/release"))["holder"] is None


async def test_an_absence_counts_from_its_beginning_until_its_end(bureau: Office) -> None:
    absent, substitute = await bureau.officer("co-to-counter-2"), await bureau.officer("co-to-counter-3")
    both = {"officer": absent.caller.id, "substitute": substitute.caller.id}
    for when in (span(timedelta(hours=1), timedelta(days=1)), span(-timedelta(days=2), -timedelta(days=1))):
        done(await absent.post("/v1/absences", {**both, **when}), 201)

    problem(await on_behalf(substitute, absent, "/v1/tasks/get-next"), 403, "not-standing-in")
    listed = done(await substitute.get("/v1/absences", officer=substitute.caller.id, limit=1))
    assert len(listed["items"]) == 1
    assert listed["next"] is not None


async def test_only_the_officer_or_a_head_over_the_officer_says_who_stands_in(bureau: Office) -> None:
    officer, other = await bureau.officer("ha-long-counter-1"), await bureau.officer("ha-long-counter-2")
    stranger = await bureau.officer("co-to-counter-1")
    away = {"officer": officer.caller.id, "substitute": other.caller.id, **NOW}

    problem(await other.post("/v1/absences", away), 403, "not-permitted")
    problem(await officer.post("/v1/absences", {**away, "substitute": stranger.caller.id}), 422, "officer-unfit")
    problem(await officer.post("/v1/absences", {**away, "substitute": "nobody"}), 422, "officer-unfit")
    problem(await officer.post("/v1/absences", {**away, "substitute": officer.caller.id}), 422, "request-invalid")
    kept = done(await officer.post("/v1/absences", away, key="leave"), 201)
    assert done(await officer.post("/v1/absences", away, key="leave"), 201) == kept
    problem(await other.post(f"/v1/absences/{kept['id']}/end"), 403, "not-permitted")
    done(await officer.post(f"/v1/absences/{kept['id']}/end"))
