"""Received at one commune for another (`domain.md` §9.1, scenario 14): three places, one number, one way back."""

from tests.support.desks import Json, Office, done, problem, task

BUSINESS_FILING: Json = {
    "procedure": "1.001612",
    "receiving_unit": "dong-trieu-one-stop",
    "channel": "counter",
    "components": ["application", "identity"],
    "applicant": {"full_name": "Nguyễn Văn Đức", "identity_number": "022090001234"},
}
_OUTCOMES = {"appraisal": "eligible", "tax_code": "issued"}


async def test_a_dossier_taken_in_at_one_commune_is_received_by_the_other_and_given_back_at_the_first(
    bureau: Office,
) -> None:
    clerk = await bureau.officer("dong-trieu-counter-1")
    filed = await clerk.file(BUSINESS_FILING, territory="ha-long")
    answer = await clerk.act(task(filed, "reception"), "receive")
    leg = task(answer, "official_reception", "acceptance")
    counter = await bureau.somebody(leg)
    answer = await counter.act(leg, "accept")
    official = task(answer, "official_reception")
    answer = await counter.act(official, "complete")
    competent = [one["unit"] for one in answer["tasks"]]
    while answer["tasks"]:
        answer = await went_on(bureau, answer)
    slip = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}/ledger"))["slip"]

    assert (leg["unit"], official["unit"]) == ("ha-long-one-stop", "ha-long-one-stop")
    assert all(unit.startswith("ha-long-") for unit in competent)
    assert answer["status"] == "returned"
    assert answer["number"] == filed["number"] == slip["number"]
    units = [(row["giver"]["unit"], row["receiver"]["unit"]) for row in slip["rows"]]
    assert units[0] == ("dong-trieu-one-stop", "ha-long-one-stop")
    assert units[1] == ("ha-long-one-stop", competent[0])
    assert units[-1][1] == "dong-trieu-one-stop"


async def test_nobody_else_officially_receives_it(bureau: Office) -> None:
    clerk = await bureau.officer("dong-trieu-counter-1")
    filed = await clerk.file(BUSINESS_FILING, territory="ha-long")
    answer = await clerk.act(task(filed, "reception"), "receive")
    leg = task(answer, "official_reception", "acceptance")

    problem(await clerk.post(f"/v1/tasks/{leg['id']}/accept"), 403, "not-permitted")
    slip = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}/transfer-slip"))
    receivers = [part["seat"]["unit"] for part in slip["parts"] if part["duty"] == "receiver"]
    assert receivers == [leg["unit"]]
    problem(
        await (await bureau.portal()).get(f"/v1/dossiers/{filed['dossier']}/transfer-slip"), 403, "not-for-this-caller"
    )


async def went_on(bureau: Office, answer: Json) -> Json:
    """The open task ended as usual, by somebody at its seat."""
    open_task = answer["tasks"][0]
    worker = await bureau.somebody(open_task)
    if open_task["work"] == "acceptance":
        return await worker.act(open_task, "accept")
    match open_task["step"]:
        case "approval":
            return await worker.act(open_task, "approve")
        case "return":
            return await worker.act(open_task, "return")
        case step:
            return await worker.act(open_task, "complete", outcome=_OUTCOMES[step])
