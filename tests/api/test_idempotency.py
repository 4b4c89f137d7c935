"""One key, one act: repeated, changed, raced, and asked about afterwards."""

import asyncio
import uuid

from tests.support.desks import FILING, Office, done, problem, task


async def test_the_same_filing_under_the_same_key_is_one_dossier(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    key = str(uuid.uuid4())
    first, again = [done(await clerk.post("/v1/dossiers", FILING, key=key), 201) for _ in range(2)]

    assert (first["dossier"], first["number"], first["command"]) == (
        again["dossier"],
        again["number"],
        again["command"],
    )
    assert first["events"] == again["events"]


async def test_the_same_key_with_another_body_is_refused(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    key = str(uuid.uuid4())
    done(await clerk.post("/v1/dossiers", FILING, key=key), 201)
    other = {**FILING, "applicant": {**FILING["applicant"], "full_name": "Trần Thị Bình"}}

    problem(await clerk.post("/v1/dossiers", other, key=key), 422, "idempotency-mismatch")


async def test_two_callers_may_choose_the_same_key(bureau: Office) -> None:
    key = str(uuid.uuid4())
    one = await (await bureau.officer("ha-long-counter-1")).post("/v1/dossiers", FILING, key=key)
    other = await (await bureau.officer("ha-long-counter-2")).post("/v1/dossiers", FILING, key=key)

    assert done(one, 201)["dossier"] != done(other, 201)["dossier"]


async def test_two_callers_with_one_key_on_one_task_are_two_acts(bureau: Office) -> None:
    one, other = await bureau.officer("ha-long-counter-1"), await bureau.officer("ha-long-counter-2")
    filed = await one.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}/receive"
    done(await one.post(path, key="the-same"))

    problem(await other.post(path, key="the-same"), 409, "task-not-open")


async def test_a_repeated_act_has_its_first_answer_and_no_second_effect(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    path, body = f"/v1/tasks/{task(filed, 'reception')['id']}/refuse", {"reason": "Hồ sơ không thuộc phạm vi."}
    first, again = [done(await clerk.post(path, body, key="refuse-once")) for _ in range(2)]
    timeline = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}/timeline"))

    assert first == again
    assert [one["kind"] for one in timeline["events"]].count("dossier.refused") == 1


async def test_the_same_key_for_another_act_on_the_same_task_is_refused(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    reception = f"/v1/tasks/{task(filed, 'reception')['id']}"
    done(await clerk.post(f"{reception}/receive", key="one-key"))

    problem(
        await clerk.post(f"{reception}/refuse", {"reason": "Đổi ý, từ chối hồ sơ."}, key="one-key"),
        422,
        "idempotency-mismatch",
    )


async def test_a_refusal_is_remembered_too(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}/sign"
    first, again = [problem(await clerk.post(path, key="sign-once"), 409, "wrong-act") for _ in range(2)]
    later = await clerk.get(f"/v1/commands/{first['command']}")

    assert first == again == problem(later, 409, "wrong-act")


async def test_twenty_identical_requests_at_once_are_one_act(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}/receive"
    answers = [done(one) for one in await asyncio.gather(*(clerk.post(path, key="at-once") for _ in range(20)))]
    timeline = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}/timeline"))

    assert len({one["command"] for one in answers}) == 1
    assert [one["kind"] for one in timeline["events"]].count("dossier.accepted") == 1


async def test_of_officers_who_act_at_once_one_wins_and_the_others_conflict(bureau: Office) -> None:
    desks = [await bureau.officer(f"ha-long-counter-{number}") for number in (1, 2, 3)]
    filed = await desks[0].file()
    path = f"/v1/tasks/{task(filed, 'reception')['id']}/receive"
    statuses = [one.status_code for one in await asyncio.gather(*(desk.post(path) for desk in desks))]

    assert sorted(statuses) == [200, 409, 409]


async def test_an_act_without_a_key_and_one_with_a_key_that_is_too_long_are_refused(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    bare = {"Authorization": f"Bearer {clerk.key.secret}"}

    problem(await bureau.http.post("/v1/dossiers", json=FILING, headers=bare), 400, "idempotency-key-missing")
    too_long = problem(await clerk.post("/v1/dossiers", FILING, key="k" * 256), 422, "request-invalid")
    assert too_long["errors"] == [{"pointer": "Idempotency-Key", "detail": "dài hơn 255 ký tự"}]


async def test_a_command_is_told_again_to_whoever_asks_by_its_id(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    told = done(await clerk.get(f"/v1/commands/{filed['command']}"))

    assert told == filed
    problem(await clerk.get(f"/v1/commands/{uuid.uuid4()}"), 404, "command-unknown")
