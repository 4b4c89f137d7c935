"""Officers, systems and the citizens' portal at their desks: each speaks HTTP to the API with a key of their own."""

import base64
import hashlib
import itertools
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
from fastapi import FastAPI
from pydantic import SecretStr
from temporalio.client import Client

from api.app import create_app
from api.callers import ApiKey
from api.feed import Feed
from api.parts import Parts
from api.publishing import publish_shipped
from commands.delivery import Delivery
from commands.directories import Directories
from commands.documents import Documents
from commands.gate import Gate
from commands.pinning import Catalogue
from console.site import attach
from documents.objects import Objects
from dossiers.instants import VIETNAM
from dossiers.procedure import Role
from dossiers.seats import CallerKind, Seat
from dossiers.values import AgencyCode, OfficerId, UnitCode
from store.callers import Caller, add_caller
from store.database import Database
from worker import activity_worker, workflow_worker

COPY = "2.000815"
PAYMENT_SECRET = "whsec_" + base64.b64encode(b"only for the simulated gateway").decode()
COUNTER = "ha-long-one-stop"
FILING: dict[str, Any] = {
    "procedure": COPY,
    "receiving_unit": COUNTER,
    "channel": "counter",
    "components": ["original", "copy"],
    "applicant": {"full_name": "Nguyễn Văn Đức", "identity_number": "022090001234", "phone": "0912345678"},
}

Json = dict[str, Any]


class Desk:
    """One caller."""

    def __init__(self, http: httpx.AsyncClient, caller: Caller, key: ApiKey) -> None:
        self.http = http
        self.caller = caller
        self.key = key
        self._turn = itertools.count(1)

    async def get(self, path: str, **query: object) -> httpx.Response:
        return await self.http.get(
            path, params={name: str(value) for name, value in query.items()} or None, headers=self._headers()
        )

    async def post(self, path: str, body: Mapping[str, Any] | None = None, *, key: str | None = None) -> httpx.Response:
        used = key or f"{self.caller.id}-{next(self._turn)}-{uuid.uuid4()}"
        return await self.http.post(path, json=dict(body or {}), headers={**self._headers(), "Idempotency-Key": used})

    async def bring(self, content: bytes, media_type: str = "application/pdf") -> str:
        """A document, taken in; its digest."""
        digest = hashlib.sha256(content).hexdigest()
        done(await self.put(f"/v1/documents/{digest}", content, media_type))
        return digest

    async def put(
        self, path: str, content: bytes | AsyncIterator[bytes], media_type: str = "application/pdf"
    ) -> httpx.Response:
        headers = {**self._headers(), "Content-Type": media_type}
        return await self.http.put(path, content=content, headers=headers)

    async def file(self, filing: Mapping[str, Any] | None = None, **more: object) -> Json:
        """A dossier just filed."""
        return done(await self.post("/v1/dossiers", {**(filing or FILING), **more}), 201)

    async def act(self, task: Mapping[str, Any], act: str, **body: object) -> Json:
        """An act on a task, done."""
        return done(await self.post(f"/v1/tasks/{task['id']}/{act}", body))

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.key.secret}"}


class Office:
    """The API and everybody who may call it."""

    def __init__(self, parts: Parts, app: FastAPI, http: httpx.AsyncClient, task_queue: str) -> None:
        self.parts = parts
        self.task_queue = task_queue
        self.app = app
        self.http = http
        self._desks: dict[str, Desk] = {}

    async def officer(self, officer: str) -> Desk:
        """An officer of the shipped directory."""
        known = await self.parts.directories.officer(OfficerId(officer))
        assert known is not None, officer
        seat, person = known
        return await self.desk(
            Caller(
                id=person.id,
                kind=CallerKind.OFFICER,
                label=person.id,
                agency=seat.agency,
                unit=seat.unit,
                roles=person.roles,
            )
        )

    async def somebody(self, task: Mapping[str, Any]) -> Desk:
        """The first officer whose work a task is."""
        seat = Seat(agency=AgencyCode(task["agency"]), unit=UnitCode(task["unit"]))
        found = await self.parts.directories.officers_of(seat, Role(task["role"]))
        return await self.officer(found[0].id)

    async def system(self, name: str, agency: str, unit: str) -> Desk:
        """An agency's own software."""
        caller = Caller(
            id=OfficerId(name),
            kind=CallerKind.SYSTEM,
            label=name,
            agency=AgencyCode(agency),
            unit=UnitCode(unit),
        )
        return await self.desk(caller)

    async def portal(self, name: str = "portal") -> Desk:
        """A system through which citizens file."""
        return await self.desk(Caller(id=OfficerId(name), kind=CallerKind.CITIZEN, label=name))

    async def desk(self, caller: Caller) -> Desk:
        if caller.id not in self._desks:
            key = ApiKey.drawn()
            async with self.parts.database.transaction() as tx:
                await add_caller(tx, caller, key_hash=key.hash, key_prefix=key.prefix)
            self._desks[caller.id] = Desk(self.http, caller, key)
        return self._desks[caller.id]


@asynccontextmanager
async def office(database_url: str, client: Client) -> AsyncIterator[Office]:
    """The API in this process, with workers of its own."""
    queue = f"api-{uuid.uuid4()}"
    async with AsyncExitStack() as stack:
        database = await Database.connect(database_url, application="tests")
        stack.push_async_callback(database.close)
        await publish_shipped(database)
        folder = stack.enter_context(TemporaryDirectory(prefix="lienthong-documents-"))
        catalogue = Catalogue(database, Directories(database))
        delivery = Delivery(database, client, queue, catalogue)
        parts = Parts(
            gate=Gate(database, catalogue, delivery),
            database=database,
            documents=Documents(database, Objects.at(Path(folder).as_uri())),
            catalogue=catalogue,
            client=client,
            feed=Feed(database, catalogue),
            now=lambda: datetime.now(VIETNAM),
            temporal_ui_url="http://temporal.example",
            fast_clock_allowed=True,
            payment_secret=SecretStr(PAYMENT_SECRET),
        )
        await stack.enter_async_context(activity_worker(client, queue, database))
        await stack.enter_async_context(workflow_worker(client, queue))
        app = attach(create_app(parts))
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        http = await stack.enter_async_context(httpx.AsyncClient(transport=transport, base_url="http://api"))
        yield Office(parts, app, http, queue)


def done(answer: httpx.Response, status: int = 200) -> Json:
    """The body of an answer of that status."""
    assert answer.status_code == status, answer.text
    body: Json = answer.json()
    return body


def problem(answer: httpx.Response, status: int, code: str) -> Json:
    """The body of a refusal with that status and code."""
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json"), answer.text
    body: Json = answer.json()
    assert (body["code"], body["type"], body["status"]) == (code, f"/problems/{code}", status), body
    return body


def task(answer: Mapping[str, Any], step: str, work: str = "step") -> Json:
    """The open task of a step."""
    found: Json = next(one for one in answer["tasks"] if one["step"] == step and one["work"] == work)
    return found
