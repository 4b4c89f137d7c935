"""The way of one dossier, recorded from a real one: what its officers asked for, and what Temporal carried for it.

Every other dossier of the benchmark goes the same way, so that nobody has to look what comes next; the bare workflow
carries payloads of the same size and arms its timers at the same places.
"""

import asyncio
from functools import cache
from typing import Annotated, Any
from uuid import UUID

import httpx
from pydantic import Field
from temporalio.client import Client

from agencies.directory import load_directory, resolve_seats
from cli.demo.cast import Cast
from cli.demo.routine import Work, usual_move
from commands.histories import Run, runs_in_temporal
from dossiers.commands import TaskCommand
from dossiers.procedure import Procedure
from dossiers.seats import Actor
from dossiers.values import OfficerId, ProcedureCode, TaskKey, UnitCode, Value
from procedures.catalogue import shipped
from store.database import Database
from store.inbox import read_command
from workflows.addresses import dossier_workflow_id

#: House permit: between agencies, every step with a deadline of its own, and no step that waits for money.
PROCEDURE = ProcedureCode("1.013225")
COUNTER = UnitCode("ha-long-one-stop")
FILING: dict[str, Any] = {
    "procedure": PROCEDURE,
    "receiving_unit": COUNTER,
    "channel": "counter",
    "facts": {"floors": 3},
    "components": ["application", "land_right", "drawings"],
    "applicant": {"full_name": "Nguyễn Văn Đức", "identity_number": "022090001234"},
}
_FINDINGS = {"fire_opinion_needed": False, "environment_opinion_needed": False}

Keys = dict[OfficerId, str]
Json = dict[str, Any]


class Carried(Value):
    """What Temporal carried for one step: the update's payloads, and the timer that was armed, if one was."""

    request_bytes: int
    answer_bytes: int
    timer_seconds: float | None = None


class Step(Value):
    """One act on a task, in the words of the API and as the gate takes it."""

    officer: OfficerId
    actor: Actor
    task: TaskKey
    verb: str
    body: dict[str, Any]
    command: Annotated[TaskCommand, Field(discriminator="kind")]


class Way(Value):
    """A dossier from filing to return. ``carried`` begins with the filing, ``acts`` with what follows it."""

    filer: OfficerId
    acts: tuple[Step, ...]
    start_bytes: int
    carried: tuple[Carried, ...]

    @property
    def length(self) -> int:
        """How many steps, the filing among them."""
        return len(self.acts) + 1


def players() -> tuple[OfficerId, ...]:
    """Everybody who acts on the way, each of whom needs a key."""
    cast, procedure = _cast(), _procedure()
    acting = (cast.officer(cast.seats[step.by], step.role) for step in procedure.steps)
    return tuple(dict.fromkeys((cast.who("counter.counter"), *acting)))


async def record_way(http: httpx.AsyncClient, keys: Keys, database: Database, client: Client) -> Way:
    """Carry one dossier from filing to return over HTTP, and write down what that took."""
    cast = _cast()
    filer = cast.who("counter.counter")
    answer = await post(http, keys[filer], "/v1/dossiers", FILING, "way")
    dossier = UUID(answer["dossier"])
    acts: list[Step] = []
    while answer["tasks"]:
        task = next(one for one in answer["tasks"] if one["state"] == "open")
        work = Work.of(task)
        move = usual_move(_procedure(), work, _FINDINGS)
        assert move is not None, "no step of this procedure waits for money"
        officer = cast.officer(work.seat, work.role)
        path = f"/v1/tasks/{task['id']}/{move.verb}"
        answer = await post(http, keys[officer], path, move.body, f"way-{len(acts)}")
        async with database.transaction() as tx:
            row = await read_command(tx, UUID(answer["command"]))
        assert row is not None, "an inbox row is never deleted"
        acts.append(
            Step.model_validate(
                {
                    "officer": officer,
                    "actor": row.actor,
                    "task": task["key"],
                    "verb": move.verb,
                    "body": move.body,
                    "command": row.body,
                }
            )
        )
    latest = await client.get_workflow_handle(dossier_workflow_id(dossier)).describe()
    [run] = await runs_in_temporal(dossier, latest.run_id, client)
    start_bytes, carried = _carried(run)
    return Way(filer=filer, acts=tuple(acts), start_bytes=start_bytes, carried=carried)


async def post(http: httpx.AsyncClient, key: str, path: str, body: Json, idempotency_key: str) -> Json:
    """An act over HTTP, done; one that was only kept is asked for until it is, as an officer's software does."""
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": idempotency_key}
    answer = await http.post(path, json=body, headers=headers)
    while answer.status_code == httpx.codes.ACCEPTED:
        await asyncio.sleep(int(answer.headers.get("Retry-After", 1)))
        answer = await http.get(f"/v1/commands/{answer.json()['command']}", headers=headers)
    assert answer.status_code in (httpx.codes.OK, httpx.codes.CREATED), f"{path}: {answer.status_code} {answer.text}"
    done: Json = answer.json()
    return done


def _carried(run: Run) -> tuple[int, tuple[Carried, ...]]:
    start_bytes, steps = 0, list[Carried]()
    for event in run.events:
        match event["eventType"].removeprefix("EVENT_TYPE_"):
            case "WORKFLOW_EXECUTION_STARTED":
                start_bytes = _size(event["workflowExecutionStartedEventAttributes"]["input"])
            case "WORKFLOW_EXECUTION_UPDATE_ACCEPTED":
                asked = event["workflowExecutionUpdateAcceptedEventAttributes"]["acceptedRequest"]["input"]["args"]
                steps.append(Carried(request_bytes=_size(asked), answer_bytes=0))
            case "WORKFLOW_EXECUTION_UPDATE_COMPLETED":
                outcome = event["workflowExecutionUpdateCompletedEventAttributes"]["outcome"]["success"]
                steps[-1] = steps[-1].model_copy(update={"answer_bytes": _size(outcome)})
            case "TIMER_STARTED":
                wait = float(event["timerStartedEventAttributes"]["startToFireTimeout"].removesuffix("s"))
                steps[-1] = steps[-1].model_copy(update={"timer_seconds": wait})
    return start_bytes, tuple(steps)


def _size(payloads: Json) -> int:
    """Bytes of the data, which Temporal's JSON form writes in base 64."""
    return sum(len(payload["data"].rstrip("=")) * 3 // 4 for payload in payloads["payloads"])


@cache
def _procedure() -> Procedure:
    return next(one for one in shipped() if one.code == PROCEDURE)


@cache
def _cast() -> Cast:
    directory = load_directory()
    return Cast(
        directory=directory, seats=resolve_seats(directory, _procedure(), COUNTER, None), citizen=OfficerId("nobody")
    )
