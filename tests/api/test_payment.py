"""Money in the middle over HTTP (`domain.md` §9.1, scenario 6): still waiting while one notice is open."""

from tests.support.desks import Desk, Json, Office, done, problem, task

LAND = "TTHC-TINH-08"
CHARGES = [{"code": "personal_income_tax", "amount": 40_000_000}, {"code": "registration_fee", "amount": 2_500_000}]


async def at_payment(bureau: Office) -> tuple[Desk, Json]:
    """A land transfer whose notices were handed to the applicant, and the clerk who did it."""
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file(
        procedure=LAND,
        components=["application", "contract", "certificate", "tax_declaration"],
        facts={"obligation_kind": "transfer_tax"},
    )
    answer = await clerk.act(task(filed, "reception"), "receive", facts={"obligation_kind": "transfer_tax"})
    while not any(one["step"] == "payment" and one["work"] == "step" for one in answer["tasks"]):
        answer = await went_on(bureau, answer)
    return clerk, await clerk.act(task(answer, "payment"), "request-payment", charges=CHARGES)


async def went_on(bureau: Office, answer: Json) -> Json:
    """The open task ended as usual, by somebody at its seat."""
    [open_task] = answer["tasks"]
    worker = await bureau.somebody(open_task)
    if open_task["work"] != "step":
        act = "hand-over" if open_task["work"] == "hand_over" else "accept"
        return await worker.act(open_task, act)
    facts = {"obligation_due": True} if open_task["step"] == "transfer_tax" else {}
    outcome = {"appraisal": "eligible", "tax_transfer": "sent", "transfer_tax": "determined"}[open_task["step"]]
    return await worker.act(open_task, "complete", outcome=outcome, facts=facts)


async def test_the_dossier_waits_until_every_notice_is_settled_and_then_the_second_phase_is_promised(
    bureau: Office,
) -> None:
    clerk, asked = await at_payment(bureau)
    payment, summary = task(asked, "payment"), f"/v1/dossiers/{asked['dossier']}/summary"
    part = await clerk.act(payment, "confirm-payment", charge="personal_income_tax", amount=15_000_000)
    too_much = {"charge": "personal_income_tax", "amount": 25_000_001}
    problem(await clerk.post(f"/v1/tasks/{payment['id']}/confirm-payment", too_much), 422, "facts-invalid")
    one = await clerk.act(payment, "confirm-payment", charge="personal_income_tax", amount=25_000_000)
    waiting = done(await clerk.get(summary))
    document = "Quyết định 7/QĐ ngày 20/11/2026 miễn lệ phí trước bạ."
    waive = {"charge": "registration_fee", "ground": "exempted", "document": document}
    other = await clerk.act(payment, "waive-charge", **waive)
    going_on = done(await clerk.get(summary))

    assert [answer["status"] for answer in (asked, part, one)] == ["awaiting_payment"] * 3
    assert (waiting["promise_at"], waiting["second_phase"]) == (None, None)
    assert other["status"] == "processing"
    assert going_on["second_phase"]["promise_at"] == going_on["promise_at"] is not None
    assert going_on["second_phase"]["received_at"] == other["events"][0]["occurred_at"]
    assert document not in str(going_on) + str(other)


async def test_a_waiver_names_its_ground_and_its_document(bureau: Office) -> None:
    clerk, asked = await at_payment(bureau)
    path = f"/v1/tasks/{task(asked, 'payment')['id']}/waive-charge"

    for body in (
        {"charge": "registration_fee", "ground": "exempted"},
        {"charge": "registration_fee", "ground": "forgotten", "document": "Quyết định 7/QĐ"},
    ):
        problem(await clerk.post(path, body), 422, "request-invalid")
