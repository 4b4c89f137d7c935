"""Who may call what: every address refuses strangers, and hides what is not theirs."""

import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi.routing import APIRoute

from api import app as application
from api import documentation, health
from store.callers import revoke_caller
from tests.support.desks import FILING, Desk, Office, done, problem, task

REASON = "Không thuộc thẩm quyền giải quyết của đơn vị này."
#: A body with which each act is understood; those not named need nothing.
BODIES: dict[str, dict[str, Any]] = {
    "refuse": {"reason": REASON},
    "refuseHandOver": {"reason": REASON},
    "assign": {"officer": "ha-long-land-officer-1"},
    "reassign": {"officer": "ha-long-land-officer-1"},
    "rework": {"to": "appraisal", "reason": REASON},
    "requestSupplement": {"reason": REASON},
    "consult": {"participants": ["fire_police"], "content": REASON, "limit": "2wd"},
    "answerConsultation": {"outcome": "consent"},
    "requestPayment": {"charges": [{"code": "fee", "amount": 1}]},
    "confirmPayment": {"charge": "fee"},
    "waiveCharge": {"charge": "fee", "ground": "exempted", "document": "Thông báo 12"},
    "requireAttendance": {"attend_at": "2026-12-31T09:00:00+07:00", "reason": REASON},
    "suspendDossier": {"ground": "suspension", "document": REASON},
    "resumeDossier": {"document": REASON},
    "reappoint": {"appointment_at": "2026-12-31T17:00:00+07:00", "reason": REASON},
    "resumeDispatches": {"line": "ha-long-centre"},
    "apologise": {"appointment_at": "2026-12-31T17:00:00+07:00", "reason": REASON},
    "transferTask": {"officer": "ha-long-counter-2"},
}

#: What says nothing of any dossier.
OPEN = (health.router, documentation.router)


def routes() -> Iterator[APIRoute]:
    for router in application.ROUTERS:
        if router not in OPEN:
            yield from (one for one in router.routes if isinstance(one, APIRoute))


def method_of(route: APIRoute) -> str:
    (method,) = route.methods or {""}
    return method


def named(*, method: str, parameter: str) -> list[Any]:
    return [
        pytest.param(one, id=one.operation_id or "")
        for one in routes()
        if method == method_of(one) and f"{{{parameter}}}" in one.path
    ]


def target(route: APIRoute, identity: str) -> str:
    path = route.path.replace("{task_id}", identity).replace("{dossier_id}", identity)
    return path.replace("{digest}", "0" * 64).replace("{sequence}", "1").replace("{form}", "pdf")


async def ask(desk: Desk, route: APIRoute, identity: str) -> httpx.Response:
    if method_of(route) == "GET":
        return await desk.get(target(route, identity))
    return await desk.post(target(route, identity), BODIES.get(route.operation_id or "", {}))


@pytest.mark.parametrize("route", [pytest.param(one, id=one.operation_id or one.path) for one in routes()])
async def test_nobody_passes_without_a_key_or_with_a_stranger_one(bureau: Office, route: APIRoute) -> None:
    path = target(route, str(uuid.uuid4()))
    for headers in ({}, {"Authorization": "Basic x"}, {"Authorization": "Bearer lt_" + "x" * 43}):
        answer = await bureau.http.request(method_of(route), path, headers=headers)

        problem(answer, 401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


async def test_a_revoked_key_ends_at_once(bureau: Office) -> None:
    desk = await bureau.officer("co-to-counter-3")
    done(await desk.get("/v1/me"))
    async with bureau.parts.database.transaction() as tx:
        await revoke_caller(tx, desk.caller.id)

    problem(await desk.get("/v1/me"), 401, "unauthenticated")


@pytest.mark.parametrize("route", named(method="GET", parameter="dossier_id"))
async def test_a_dossier_is_hidden_from_whom_it_does_not_concern(bureau: Office, route: APIRoute) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()
    stranger = await bureau.officer("co-to-counter-1")
    theirs = await ask(stranger, route, filed["dossier"])
    nobodys = await ask(stranger, route, str(uuid.uuid4()))

    assert problem(theirs, 404, "dossier-unknown")["detail"] == problem(nobodys, 404, "dossier-unknown")["detail"]


@pytest.mark.parametrize("route", named(method="POST", parameter="task_id"))
async def test_a_task_is_hidden_from_whom_it_does_not_concern(bureau: Office, route: APIRoute) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()
    stranger = await bureau.officer("co-to-counter-1")

    problem(await ask(stranger, route, task(filed, "reception")["id"]), 404, "task-unknown")
    problem(await ask(stranger, route, str(uuid.uuid4())), 404, "task-unknown")


@pytest.mark.parametrize("route", named(method="POST", parameter="dossier_id"))
async def test_an_act_on_a_hidden_dossier_finds_nothing(bureau: Office, route: APIRoute) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()

    problem(await ask(await bureau.officer("co-to-counter-1"), route, filed["dossier"]), 404, "dossier-unknown")


async def test_the_portal_sees_only_what_it_filed(bureau: Office) -> None:
    portal, other = await bureau.portal(), await bureau.portal("other-portal")
    filing = {
        **FILING,
        "procedure": "1.013225",
        "channel": "online",
        "components": ["application", "land_right", "drawings"],
        "facts": {"floors": 2},
    }
    filed = await portal.file(filing)

    done(await portal.get(f"/v1/dossiers/{filed['dossier']}"))
    problem(await other.get(f"/v1/dossiers/{filed['dossier']}"), 404, "dossier-unknown")
    problem(await other.get(f"/v1/commands/{filed['command']}"), 404, "command-unknown")
    problem(await other.get("/v1/dossiers", number=filed["number"]), 404, "dossier-unknown")
    problem(await portal.get(f"/v1/dossiers/{filed['dossier']}/history"), 403, "not-for-this-caller")


@pytest.mark.parametrize("path", ["/v1/tasks", "/v1/notices", "/v1/escalations", "/v1/statistics", "/v1/directory"])
async def test_the_portal_has_no_part_in_the_work(bureau: Office, path: str) -> None:
    problem(await (await bureau.portal()).get(path), 403, "not-for-this-caller")


async def test_supervision_and_the_provincial_one_stop_head_see_every_dossier(bureau: Office) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()
    for officer in ("quang-ninh-supervisor-1", "quang-ninh-director"):
        done(await (await bureau.officer(officer)).get(f"/v1/dossiers/{filed['dossier']}"))

    other_head = await bureau.officer("co-to-director")

    problem(await other_head.get(f"/v1/dossiers/{filed['dossier']}"), 404, "dossier-unknown")


@pytest.mark.parametrize("path", ["/v1/tasks", "/v1/notices", "/v1/escalations", "/v1/statistics"])
async def test_a_list_holds_ones_own_agency_and_no_other(bureau: Office, path: str) -> None:
    stranger = await bureau.officer("co-to-counter-1")

    done(await stranger.get(path, agency="co-to-centre"))
    problem(await stranger.get(path, agency="ha-long-centre"), 403, "not-for-this-caller")


async def test_another_agencys_work_is_not_in_the_list(bureau: Office) -> None:
    filed = await (await bureau.officer("ha-long-counter-1")).file()
    mine = done(await (await bureau.officer("ha-long-counter-2")).get("/v1/tasks", dossier=filed["dossier"]))
    theirs = done(await (await bureau.officer("co-to-counter-1")).get("/v1/tasks", dossier=filed["dossier"]))

    assert (len(mine["items"]), len(theirs["items"])) == (1, 0)


async def test_seeing_a_task_is_not_being_allowed_to_do_it(bureau: Office) -> None:
    clerk, supervisor = await bureau.officer("ha-long-counter-1"), await bureau.officer("quang-ninh-supervisor-1")
    filed = await clerk.file()
    refused = await supervisor.post(f"/v1/tasks/{task(filed, 'reception')['id']}/receive")

    assert problem(refused, 403, "not-permitted")["command"]
    assert done(await clerk.get(f"/v1/tasks/{task(filed, 'reception')['id']}"))["holder"] is None


async def test_only_the_counter_files_at_its_counter(bureau: Office) -> None:
    problem(await (await bureau.officer("co-to-counter-1")).post("/v1/dossiers", FILING), 403, "not-permitted")


async def test_alarms_are_for_supervision(bureau: Office) -> None:
    done(await (await bureau.officer("quang-ninh-supervisor-1")).get("/v1/alarms"))
    problem(await (await bureau.officer("ha-long-director")).get("/v1/alarms"), 403, "not-for-this-caller")


async def test_a_body_that_names_the_actor_is_refused(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    body = {**FILING, "actor": {"id": "ha-long-director", "roles": ["supervisor"]}}

    assert problem(await clerk.post("/v1/dossiers", body), 422, "request-invalid")["errors"] == [
        {"pointer": "/actor", "detail": "không có trường này"}
    ]
