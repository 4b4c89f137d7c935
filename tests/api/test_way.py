"""The way of dossiers, over HTTP alone."""

from typing import Any

from tests.support.desks import FILING, Json, Office, done, problem, task

PERMIT = "1.013225"
PERMIT_FILING: dict[str, Any] = {
    **FILING,
    "procedure": PERMIT,
    "channel": "online",
    "components": ["application", "land_right", "drawings"],
    "facts": {"floors": 3},
}
REASON = "Bản vẽ thiết kế thiếu mặt bằng móng, chưa có chữ ký của đơn vị thiết kế."


def kinds(answer: Json) -> list[str]:
    return [one["kind"] for one in answer["events"]]


async def test_a_dossier_decided_at_the_counter_is_three_recorded_acts_in_one_call(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-deputy")
    filed = await clerk.file()
    decided = await clerk.act(task(filed, "reception"), "decide-on-the-spot")
    returned = await clerk.act(task(decided, "return"), "return")

    assert filed["number"].startswith("H49.101.2-")
    assert filed["number"] in filed["events"][0]["words"]
    assert kinds(decided).count("task.completed") == 3
    assert (returned["status"], returned["tasks"]) == ("returned", [])


async def test_a_dossier_travels_between_agencies_and_is_consulted_on(bureau: Office) -> None:
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    head, officer = await bureau.officer("ha-long-land-head"), await bureau.officer("ha-long-land-officer-1")
    filed = await portal.file(PERMIT_FILING)
    received = await counter.act(task(filed, "reception"), "receive")
    accepted = await head.act(task(received, "assignment", "acceptance"), "accept")
    assigned = await head.act(task(accepted, "assignment"), "complete")
    given = await head.act(task(assigned, "appraisal"), "assign", officer=officer.caller.id)
    facts = {"fire_opinion_needed": True, "environment_opinion_needed": False}
    appraised = await officer.act(task(given, "appraisal"), "complete", outcome="eligible", facts=facts, opinion=REASON)
    consulted = task(appraised, "fire_consultation")

    assert task(given, "appraisal")["holder"] == officer.caller.id
    assert "step.skipped" in kinds(appraised)

    police = await bureau.system("fire-police-software", consulted["agency"], consulted["unit"])
    answered = await police.act(consulted, "answer", outcome="object", opinion=REASON)

    assert kinds(answered)[0] == "consultation.answered"
    assert task(answered, "conclusion")["unit"] == "ha-long-land"

    timeline = done(await officer.get(f"/v1/dossiers/{filed['dossier']}/timeline"))

    assert [one["sequence"] for one in timeline["events"]] == list(range(1, len(timeline["events"]) + 1))
    assert next(one for one in timeline["events"] if one["kind"] == "consultation.answered")["texts"] == {
        "opinion": REASON
    }

    seen_by_citizen = done(await portal.get(f"/v1/dossiers/{filed['dossier']}/timeline"))

    assert all(not one["texts"] for one in seen_by_citizen["events"])


async def test_an_applicant_is_asked_for_more_supplies_it_and_takes_the_dossier_back(bureau: Office) -> None:
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    filed = await portal.file(PERMIT_FILING)
    asked = await counter.act(task(filed, "reception"), "request-supplement", components=["drawings"], reason=REASON)
    shown = done(await portal.get(f"/v1/dossiers/{filed['dossier']}"))

    assert (asked["status"], shown["awaited"]["what"]) == ("filed", "supplement")

    told = done(await portal.get(f"/v1/dossiers/{filed['dossier']}/timeline"))

    assert REASON in [one["texts"].get("reason") for one in told["events"]]

    supplied = done(await portal.post(f"/v1/dossiers/{filed['dossier']}/supplement", {"components": ["drawings"]}))

    assert kinds(supplied)[0] == "supplement.received"

    withdrawn = done(await portal.post(f"/v1/dossiers/{filed['dossier']}/withdraw", {"reason": REASON}))

    assert (withdrawn["status"], withdrawn["tasks"]) == ("withdrawn", [])
    problem(await portal.post(f"/v1/dossiers/{filed['dossier']}/withdraw"), 409, "dossier-closed")


async def test_a_reminder_makes_a_notice_that_its_recipient_acknowledges_once(bureau: Office) -> None:
    clerk, supervisor = await bureau.officer("ha-long-counter-1"), await bureau.officer("quang-ninh-supervisor-1")
    filed = await clerk.file()
    await supervisor.act(task(filed, "reception"), "remind")
    notices = done(await clerk.get("/v1/notices", dossier=filed["dossier"], mine=True, waiting=True))["items"]

    assert [one["event_kind"] for one in notices] == ["reminder.sent"]

    seen = done(await clerk.post(f"/v1/notices/{notices[0]['id']}/acknowledge"))

    assert kinds(seen) == ["notice.acknowledged"]
    problem(await clerk.post(f"/v1/notices/{notices[0]['id']}/acknowledge"), 409, "already-acknowledged")


async def test_a_history_is_temporals_own_decoded_and_linked(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    (run,) = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}/history"))["runs"]
    started = run["events"][0]

    assert (started["id"], started["type"]) == (1, "WORKFLOW_EXECUTION_STARTED")
    assert started["attributes"]["input"]["payloads"][0]["dossier"] == filed["dossier"]
    assert run["url"].endswith(f"/workflows/dossier:{filed['dossier']}/{run['run_id']}/history")
    assert any(one["type"] == "WORKFLOW_EXECUTION_UPDATE_COMPLETED" for one in run["events"])


async def test_a_dossier_is_found_by_its_number(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    found = done(await clerk.get("/v1/dossiers", number=filed["number"]))

    assert (found["id"], found["portal_code"]) == (filed["dossier"], 1)
    assert found["opened_at"].endswith("+07:00")
    assert [one["step"] for one in found["tasks"]] == ["reception"]


async def test_a_filing_names_every_fault_at_once(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    refused = problem(
        await clerk.post("/v1/dossiers", {**FILING, "components": ["nothing"], "facts": {"moon": 1}}),
        422,
        "filing-rejected",
    )

    assert {one["pointer"] for one in refused["errors"]} >= {"/facts/moon", "/components/0"}


async def test_a_filing_at_a_unit_that_receives_nothing_is_refused(bureau: Office) -> None:
    portal = await bureau.portal()

    problem(await portal.post("/v1/dossiers", {**PERMIT_FILING, "receiving_unit": "nowhere"}), 422, "filing-rejected")
    problem(await portal.post("/v1/dossiers", {**PERMIT_FILING, "territory": "nowhere"}), 422, "filing-rejected")
    problem(await portal.post("/v1/dossiers", {**PERMIT_FILING, "receiving_unit": "ha-long-land"}), 422, "seat-vacant")


async def test_a_late_paper_entry_is_marked_and_needs_its_own_role(bureau: Office) -> None:
    director, clerk = await bureau.officer("ha-long-director"), await bureau.officer("ha-long-deputy")
    filed = await clerk.file()
    evidence = "Sổ giấy số 12, trang 4; mất điện cả buổi sáng."
    late = {"entered_for": filed["accepted_at"], "evidence": evidence}

    problem(await clerk.post(f"/v1/tasks/{task(filed, 'reception')['id']}/receive", late), 403, "not-permitted")

    path = f"/v1/tasks/{task(filed, 'reception')['id']}/assign"
    without_evidence = {"officer": clerk.caller.id, "entered_for": filed["accepted_at"]}
    problem(await director.post(path, without_evidence), 422, "request-invalid")

    assigned = done(await director.post(path, {"officer": clerk.caller.id, **late}))
    told = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}/timeline"))["events"]

    assert [(one["kind"], one["is_late_entry"]) for one in assigned["events"]] == [("task.assigned", True)]
    assert [one["texts"] for one in told if one["is_late_entry"]] == [{"evidence": evidence}]
