"""The time of a dossier, asked over HTTP."""

from tests.api.test_way import PERMIT_FILING
from tests.support.desks import Office, done, problem, task


async def test_the_clocks_of_a_dossier_are_shown_side_by_side(bureau: Office) -> None:
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    filed = await portal.file(PERMIT_FILING)
    await counter.act(task(filed, "reception"), "receive")
    told = done(await portal.get(f"/v1/dossiers/{filed['dossier']}/clocks"))

    assert (told["number"], told["promise"]["state"]) == (filed["number"], "within")
    assert told["first_promise_at"] == told["promise_at"] == told["appointment_at"] == told["promise"]["due_at"]
    assert [one["subject"] for one in told["legs"]] == ["reception#1"]
    assert [one["subject"] for one in told["transfers"]] == ["assignment#1/acceptance"]


async def test_whether_the_applicant_was_told_of_a_stop_is_shown_beside_the_clocks(bureau: Office) -> None:
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    filed = await portal.file(PERMIT_FILING)
    path = f"/v1/dossiers/{filed['dossier']}"
    running = done(await portal.get(f"{path}/clocks"))
    await counter.act(task(filed, "reception"), "request-supplement", components=["drawings"], reason="Thiếu bản vẽ.")
    stopped, page = done(await portal.get(f"{path}/clocks")), done(await portal.get(f"{path}/summary"))
    done(await counter.post(f"{path}/stop-notice", {"document": "Thư số 31/TB-MC."}))
    told = done(await portal.get(f"{path}/clocks"))

    assert running["stop_notice"] is None
    notice = stopped["stop_notice"]
    assert (notice["state"], notice["ended_at"], notice["seat"]["unit"]) == ("within", None, "ha-long-one-stop")
    assert (page["next_deadline"]["subject"], page["next_deadline"]["due_at"]) == ("stop-notice", notice["due_at"])
    assert told["stop_notice"]["state"] in {"ended_early", "ended_on_time"}
    assert told["stop_notice"]["ended_at"] is not None


async def test_a_ledger_sums_to_the_elapsed_time_and_carries_the_slip(bureau: Office) -> None:
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    head = await bureau.officer("ha-long-land-head")
    filed = await portal.file(PERMIT_FILING)
    received = await counter.act(task(filed, "reception"), "receive")
    await head.act(task(received, "assignment", "acceptance"), "accept")
    told = done(await head.get(f"/v1/dossiers/{filed['dossier']}/ledger"))

    assert [one["phase"] for one in told["phases"]] == ["intake", "processing"]
    for one in told["phases"]:
        assert sum(one["seconds"].values()) == one["elapsed_seconds"]
    assert [(one["receiver"]["unit"], one["note"]) for one in told["slip"]["rows"]] == [("ha-long-land", "")]
    assert told["slip"]["rows"][0]["received_by"] == head.caller.id


async def test_every_date_answers_why(bureau: Office) -> None:
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    filed = await portal.file(PERMIT_FILING)
    await counter.act(task(filed, "reception"), "receive")
    path = f"/v1/dossiers/{filed['dossier']}/deadlines"
    promise = done(await portal.get(f"{path}/promise/explanation"))
    leg = done(await portal.get(f"{path}/reception%231/explanation"))
    transfer = done(await portal.get(f"{path}/assignment%231/acceptance/explanation"))

    for one in (promise, leg, transfer):
        assert one["carried"] == one["found"]
        assert one["words"]
    assert promise["why"]["arithmetic"]["limit"] == "7wd"
    assert leg["why"]["arithmetic"]["limit"] == "8wh"
    assert transfer["why"]["cutoff"] == "15:00:00"
    problem(await portal.get(f"{path}/nothing/explanation"), 404, "not-found")


async def test_the_time_of_a_dossier_is_shown_to_whoever_may_see_it(bureau: Office) -> None:
    portal, other = await bureau.portal(), await bureau.portal("another-portal")
    filed = await portal.file(PERMIT_FILING)

    problem(await other.get(f"/v1/dossiers/{filed['dossier']}/clocks"), 404, "dossier-unknown")
    problem(await other.get(f"/v1/dossiers/{filed['dossier']}/deadlines/promise/explanation"), 404, "dossier-unknown")
    problem(await portal.get(f"/v1/dossiers/{filed['dossier']}/ledger"), 403, "not-for-this-caller")
    problem(await portal.get(f"/v1/dossiers/{filed['dossier']}/deadlines/promise/explanation"), 404, "not-found")
