"""The engine's two ways in, each as a side that carries dossiers along the recorded way."""

from uuid import UUID

import httpx

from commands.gate import Filing, Gate, Submission
from commands.outcomes import Done
from dossiers.identity import dossier_id, task_id
from dossiers.procedure import Channel
from dossiers.seats import Actor
from store.filing import Applicant
from tests.benchmarks.way import COUNTER, FILING, PROCEDURE, Keys, Way, post
from workflows.addresses import dossier_workflow_id


class InProcess:
    """Through `commands`, in the caller's own process."""

    name = "in_process"

    def __init__(self, gate: Gate, way: Way, filer: Actor) -> None:
        self._gate = gate
        self._way = way
        self._filer = filer

    async def step(self, dossier: str, number: int) -> None:
        outcome = await (
            self._gate.submit(self._act(dossier, number)) if number else self._gate.file(self._filing(dossier))
        )
        assert isinstance(outcome, Done), outcome

    def workflow_of(self, dossier: str) -> str:
        return dossier_workflow_id(self._dossier(dossier))

    def _dossier(self, dossier: str) -> UUID:
        return dossier_id(self._filer.id, dossier)

    def _act(self, dossier: str, number: int) -> Submission:
        act = self._way.acts[number - 1]
        return Submission(
            dossier=self._dossier(dossier),
            idempotency_key=str(number),
            request_hash="",
            actor=act.actor,
            command=act.command,
        )

    def _filing(self, dossier: str) -> Filing:
        return Filing(
            idempotency_key=dossier,
            request_hash="",
            actor=self._filer,
            procedure=PROCEDURE,
            receiving_unit=COUNTER,
            channel=Channel.COUNTER,
            facts=FILING["facts"],
            components=tuple(FILING["components"]),
            applicant=Applicant(**FILING["applicant"]),
        )


class OverHttp:
    """Through the task API, each officer with a key of their own."""

    name = "http"

    def __init__(self, http: httpx.AsyncClient, keys: Keys, way: Way) -> None:
        self._http = http
        self._keys = keys
        self._way = way

    async def step(self, dossier: str, number: int) -> None:
        if not number:
            await post(self._http, self._keys[self._way.filer], "/v1/dossiers", FILING, dossier)
            return
        act = self._way.acts[number - 1]
        path = f"/v1/tasks/{task_id(self._dossier(dossier), act.task)}/{act.verb}"
        await post(self._http, self._keys[act.officer], path, act.body, f"{dossier}-{number}")

    def workflow_of(self, dossier: str) -> str:
        return dossier_workflow_id(self._dossier(dossier))

    def _dossier(self, dossier: str) -> UUID:
        return dossier_id(self._way.filer, dossier)
