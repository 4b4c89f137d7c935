"""Every example in the description of the API is sent as it stands there, and answered as it says there.

What a document cannot know is put in: the identity of a task that is there now, and dates that are still to come.
"""

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator
from temporalio.testing import WorkflowEnvironment

from agencies.retries import RetryTable
from api.app import create_app
from api.openapi import describe
from commands.calendars import publish_directory
from dossiers.instants import VIETNAM
from dossiers.procedure import Outcome, StepKind
from dossiers.values import ProcedureCode
from embedded.ports import free_port
from store.catalogue import publish_procedure
from tests.support.apologies import overdue
from tests.support.builders import COPY, LAND, PERMIT, procedure
from tests.support.carriage import eventually
from tests.support.desks import Desk, Json, Office, done, office
from tests.support.journeys import Journey
from tests.support.partner import Partner
from tests.support.postgres import PostgresServer
from worker import line_activities_of, line_worker

SIGNED = "9.000009"
COUNTER, OTHER = "ha-long-counter-1", "ha-long-counter-2"
SUPERVISOR, LEAD_HEAD = "quang-ninh-supervisor-1", "ha-long-committee-head"
REASON = {"reason": "Thiếu bản chính giấy chứng nhận quyền sử dụng đất."}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00")

Sending = tuple[Desk, str]
Prepared = Callable[[Office], Awaitable[Sending]]


def on_task(code: str, step: str, work: str = "step", *, by: str | None = None, after: str | None = None) -> Prepared:
    """The open task of a step; ``by`` whom, if not by whoever it lies with; ``after`` another act on it."""

    async def prepared(bureau: Office) -> Sending:
        journey = await Journey.filed(bureau, code, like=COPY if code == SIGNED else None)
        task = await journey.go_to(step, work)
        desk = await (journey.desk_of(task) if by is None else bureau.officer(by))
        if after is not None:
            name, body = after.partition(" ")[::2]
            done(await desk.post(f"/v1/tasks/{task['id']}/{name}", json.loads(body or "{}")))
        return desk, task["id"]

    return prepared


def on_dossier(code: str, by: str, *, after: str = "") -> Prepared:
    """A dossier just filed; ``by`` whom; ``after`` which acts on it."""

    async def prepared(bureau: Office) -> Sending:
        journey = await Journey.filed(bureau, code)
        if "supplement" in after:
            (task,) = journey.answer["tasks"]
            await (await journey.desk_of(task)).act(task, "request-supplement", **REASON)
        else:
            await journey.go_to("appraisal")
        if "suspend" in after:
            head = await bureau.officer(LEAD_HEAD)
            body = {"ground": "suspension", "document": REASON["reason"]}
            done(await head.post(f"/v1/dossiers/{journey.dossier}/suspend", body))
        return await (bureau.portal() if by == "portal" else bureau.officer(by)), journey.dossier

    return prepared


async def an_apology(bureau: Office) -> Sending:
    _, owed = await overdue(await bureau.officer(COUNTER))
    return await bureau.officer("ha-long-director"), owed["id"]


async def a_notice(bureau: Office) -> Sending:
    journey = await Journey.filed(bureau, COPY)
    await (await bureau.officer(SUPERVISOR)).act(journey.answer["tasks"][0], "remind")
    clerk = await bureau.officer(COUNTER)
    (notice,) = done(await clerk.get("/v1/notices", dossier=journey.dossier, mine=True, waiting=True))["items"]
    return clerk, notice["id"]


async def what_is_parked(bureau: Office) -> Sending:
    """A dossier at an agency whose own system does not exist; filed by the directory that says it has one."""
    with TemporaryDirectory() as folder:
        system = Partner("social-insurance", Path(folder), free_port())
        system.write_secrets()
        async with bureau.parts.database.transaction() as tx:
            await publish_directory(tx, system.directory())
        dossier = (await Journey.filed(bureau, COPY)).dossier
        head = await bureau.officer(SUPERVISOR)
        async with system.lines() as lines:
            activities = line_activities_of(bureau.parts.database, lines, RetryTable(waits=()))
            async with line_worker(bureau.parts.client, bureau.task_queue, system.terms.code, activities):

                async def is_parked() -> bool:
                    items = done(await head.get("/v1/dispatches", dossier=dossier))["items"]
                    return [one["state"] for one in items] == ["parked"]

                await eventually(is_parked)
    return head, dossier


def anywhere(by: str) -> Prepared:
    async def prepared(bureau: Office) -> Sending:
        return await bureau.officer(by), ""

    return prepared


#: Where each example finds what it speaks of.
PREPARED: dict[str, Prepared] = {
    "fileDossier": anywhere(COUNTER),
    "findReusableDocuments": anywhere(COUNTER),
    "receive": on_task(COPY, "reception"),
    "refuse": on_task(COPY, "reception"),
    "handOver": on_task(LAND, "appraisal", "hand_over"),
    "acceptHandOver": on_task(PERMIT, "assignment", "acceptance"),
    "refuseHandOver": on_task(PERMIT, "assignment", "acceptance"),
    "recall": on_task(PERMIT, "assignment", "acceptance", by=COUNTER),
    "assign": on_task(PERMIT, "appraisal", by="ha-long-land-head"),
    "reassign": on_task(PERMIT, "appraisal", by="ha-long-land-head"),
    "complete": on_task(LAND, "appraisal"),
    "approve": on_task(COPY, "approval"),
    "sign": on_task(SIGNED, "approval"),
    "returnResult": on_task(COPY, "return"),
    "decideOnTheSpot": on_task(COPY, "reception"),
    "rework": on_task(COPY, "approval"),
    "requestSupplement": on_task(PERMIT, "appraisal"),
    "consult": on_task(PERMIT, "appraisal"),
    "answerConsultation": on_task(PERMIT, "fire_consultation"),
    "requestPayment": on_task(LAND, "payment"),
    "confirmPayment": on_task(
        LAND, "payment", after='request-payment {"charges": [{"code": "registration_fee", "amount": 2500000}]}'
    ),
    "waiveCharge": on_task(
        LAND, "payment", after='request-payment {"charges": [{"code": "registration_fee", "amount": 2500000}]}'
    ),
    "resumeDispatches": what_is_parked,
    "requireAttendance": on_task(PERMIT, "appraisal"),
    "remind": on_task(COPY, "reception", by=SUPERVISOR),
    "answerSupplement": on_dossier(PERMIT, "portal", after="supplement"),
    "suspendDossier": on_dossier(PERMIT, LEAD_HEAD),
    "resumeDossier": on_dossier(PERMIT, LEAD_HEAD, after="suspend"),
    "sendStopNotice": on_dossier(PERMIT, COUNTER, after="suspend"),
    "withdraw": on_dossier(PERMIT, "portal"),
    "apologise": an_apology,
    "reappoint": on_dossier(PERMIT, LEAD_HEAD),
    "acknowledgeNotice": a_notice,
    "transferTask": on_task(COPY, "reception", after="claim"),
    "claimTasks": on_task(COPY, "reception"),
    "handOverTasks": on_task(LAND, "appraisal", "hand_over"),
    "acceptHandOvers": on_task(PERMIT, "assignment", "acceptance"),
    "refuseHandOvers": on_task(PERMIT, "assignment", "acceptance"),
    "completeTasks": on_task(PERMIT, "result"),
    "registerAbsence": anywhere(COUNTER),
    "saveView": anywhere(COUNTER),
    "countDeadline": anywhere(COUNTER),
    "countDeadlines": anywhere(COUNTER),
    "previewCalendar": anywhere(SUPERVISOR),
    "publishCalendar": anywhere(SUPERVISOR),
}


@pytest.fixture(scope="module")
async def own(postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Office]:
    """An office of its own, for one example publishes a calendar; and a procedure whose approval is a signature."""
    async with AsyncExitStack() as stack:
        made = await stack.enter_async_context(postgres_server.database())
        opened = await stack.enter_async_context(office(made.url, temporal_environment.client))
        copy = procedure(COPY)
        signing = {"kind": StepKind.SIGNING, "outcomes": (Outcome(code="signed", label="Đã ký"),)}
        steps = tuple(one.model_copy(update=signing) if one.id == "approval" else one for one in copy.steps)
        signed = copy.model_copy(
            update={"code": ProcedureCode(SIGNED), "version": 1, "steps": steps, "on_the_spot": None}
        )
        async with opened.parts.database.transaction() as tx:
            await publish_procedure(tx, signed)
        yield opened


DOCUMENT = describe(create_app(object()))  # type: ignore[arg-type]  # describing asks nothing of the parts
SENT: dict[str, tuple[str, Json]] = {
    one["operationId"]: (path, one)
    for path, item in DOCUMENT["paths"].items()
    for one in item.values()
    if "example" in json.dumps(one.get("requestBody", {}))
}


def test_every_example_is_sent() -> None:
    assert set(SENT) == set(PREPARED)


@pytest.mark.parametrize("name", SENT)
async def test_an_example_is_answered_as_it_is_documented(own: Office, name: str) -> None:
    path, operation = SENT[name]
    desk, identity = await PREPARED[name](own)
    ((media, content),) = operation["requestBody"]["content"].items()
    example = content["example"]
    headers = {**desk._headers(), "Idempotency-Key": name, "Content-Type": media}
    body = example if isinstance(example, str) else json.dumps(_now(example, identity))
    answer = await own.http.post(re.sub(r"\{\w+\}", identity, path), content=body.encode(), headers=headers)
    (expected,) = [status for status in operation["responses"] if status in ("200", "201", "207")]

    assert str(answer.status_code) == expected, answer.text
    shown = operation["responses"][expected]["content"]
    kind = answer.headers["content-type"].split(";")[0]
    if kind == "application/json":
        _validate(answer.json(), shown[kind]["schema"])
        assert not answer.json().get("failed"), answer.text
    else:
        assert kind in shown
        assert all("error" not in json.loads(line) for line in answer.text.splitlines())


def _now(example: Any, identity: str) -> Any:  # noqa: ANN401  (JSON)
    """The example with the task that is meant, and its dates as many weeks later as they take to be still to come."""
    written = json.dumps(example)
    written = written.replace("00000000-0000-5000-8000-000000000001", identity)
    written = re.sub(r', "revision": \d+', "", written)
    dates = sorted(datetime.fromisoformat(one) for one in _INSTANT.findall(written))
    if dates:
        soon = datetime.now(VIETNAM) + timedelta(weeks=3)
        weeks = max(0, (soon - dates[0]) // timedelta(weeks=1) + 1)
        written = _INSTANT.sub(
            lambda one: (datetime.fromisoformat(one[0]) + timedelta(weeks=weeks)).isoformat(), written
        )
    return json.loads(written)


def _validate(body: Any, schema: Json) -> None:  # noqa: ANN401  (JSON)
    OAS31Validator({**schema, "components": DOCUMENT["components"]}).validate(body)
