"""The apology over HTTP: it lies in a worklist, is taken and signed, and shows in clocks, timeline and form."""

from datetime import datetime, timedelta
from typing import Any

from dossiers.instants import VIETNAM
from tests.support.apologies import ORIGIN, overdue
from tests.support.desks import Office, done, problem

SORRY = "Máy in của bộ phận hỏng, xin lỗi và hẹn lại."


def later(view: dict[str, Any]) -> str:
    """A date after whatever the fast clock has made of now."""
    return (datetime.fromisoformat(view["at"]).astimezone(VIETNAM) + timedelta(days=60)).isoformat()


async def test_an_apology_is_found_taken_and_signed_like_any_other_work(bureau: Office) -> None:
    clerk, head = await bureau.officer("ha-long-counter-1"), await bureau.officer("ha-long-director")
    dossier, owed = await overdue(clerk)
    listed = done(await head.get("/v1/tasks", dossier=dossier, role=owed["role"]))["items"]
    assert owed["id"] in [one["id"] for one in listed if one["work"] == "apology"]
    problem(await clerk.post(f"/v1/tasks/{owed['id']}/claim"), 403, "not-permitted")
    taken = done(await head.post(f"/v1/tasks/{owed['id']}/claim"))
    assert taken["holder"] == head.caller.id
    drawn = done(await head.get(f"/v1/dossiers/{dossier}/apology"))
    assert (drawn["is_signed"], drawn["task"], drawn["appointment_at"]) == (False, owed["key"], None)

    clocks = done(await head.get(f"/v1/dossiers/{dossier}/clocks"))
    assert [one["subject"] for one in clocks["apologies"]] == [owed["key"]]
    date = later(clocks)
    problem(
        await head.post(f"/v1/tasks/{owed['id']}/apologise", {"appointment_at": ORIGIN, "reason": SORRY}),
        422,
        "appointment-invalid",
    )
    signed = await head.act(owed, "apologise", appointment_at=date, reason=SORRY)

    assert [one["kind"] for one in signed["events"]][-2:] == ["task.completed", "appointment.moved"]
    assert owed["id"] not in [one["id"] for one in signed["tasks"]]
    form = done(await head.get(f"/v1/dossiers/{dossier}/apology"))
    assert (form["is_signed"], form["signed_by"], form["appointment_at"]) == (True, head.caller.id, date)
    assert form["number"].endswith("/XL-H49.101.2")
    timeline = done(await head.get(f"/v1/dossiers/{dossier}/timeline"))["events"]
    moved = next(one for one in timeline if one["kind"] == "appointment.moved")
    assert moved["texts"] == {"reason": SORRY}
    problem(
        await head.post(f"/v1/dossiers/{dossier}/reappoint", {"appointment_at": later(clocks), "reason": SORRY}),
        409,
        "appointment-spent",
    )


async def test_where_nothing_is_owed_there_is_no_form(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()

    problem(await clerk.get(f"/v1/dossiers/{filed['dossier']}/apology"), 404, "not-found")
