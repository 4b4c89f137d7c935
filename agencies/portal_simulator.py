"""The National Public Service Portal, as a process: lets in, keeps dossiers, refuses what its own table does not allow.

It writes down what it took in before it answers, so a killed one comes back with all of it. It has no key by which a
repetition is known: a dossier that is there is not made again, a row that is there is not added again, and no code
follows another but by its table. Faults are drawn from a seed, and each one happens to the real thing.
"""

import asyncio
import json
import os
import random
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, TypeAdapter, ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from agencies.portal_codes import Meaning, PortalTable
from agencies.portal_wire import LOOK_UP, Call, DossierSheet, ProgressRow, ReportProgress, SyncDossier
from dossiers.values import Value

_CALLS: TypeAdapter[Call] = TypeAdapter(Annotated[Call, Field(discriminator="service")])
_BROKEN = 500


class PortalFaults(Value):
    """How often what goes wrong, each as a share of the calls; the rest goes well."""

    seed: int = 0
    slow: float = Field(default=0, ge=0, le=1)
    #: Seconds of a slow answer.
    slowness: float = Field(default=2, gt=0)
    #: Answers 500 and does nothing.
    broken: float = Field(default=0, ge=0, le=1)
    #: Does what was asked and never answers.
    dropped: float = Field(default=0, ge=0, le=1)
    #: Says that it cannot now, and does nothing.
    busy: float = Field(default=0, ge=0, le=1)
    #: Ends every session.
    expired: float = Field(default=0, ge=0, le=1)


@dataclass
class Kept:
    """A dossier as the portal keeps it."""

    sheet: DossierSheet
    code: int
    rows: list[ProgressRow] = field(default_factory=list)
    #: Every code it had, in order.
    codes: list[int] = field(default_factory=list)

    def told(self) -> dict[str, Any]:
        shown = {**self.sheet.written(), "TrangThaiHoSo": str(self.code)}
        return {**shown, "QuaTrinhXuLy": [row.written() for row in self.rows]}


@dataclass
class PortalBook:
    """What was taken in, in order, one JSON object a line; on disk before anybody is told so."""

    file: Path
    table: PortalTable
    dossiers: dict[str, Kept] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    #: How often what was refused, by meaning.
    refused: dict[str, int] = field(default_factory=dict)

    @classmethod
    def opened(cls, file: Path, table: PortalTable) -> Self:
        """A torn last line is a call that nobody was told was taken in."""
        lines = file.read_text(encoding="utf-8").splitlines(keepends=True) if file.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        book = cls(file, table)
        book.rewrite([_CALLS.validate_json(line) for line in whole])
        return book

    def rewrite(self, calls: list[Call]) -> None:
        """Hold these calls and no others: what a restart does, and a restored backup."""
        self.file.write_text("".join(_line(one) for one in calls), encoding="utf-8")
        self.dossiers, self.calls = {}, []
        for one in calls:
            self._keep(one)

    def judge(self, call: Call) -> Meaning:
        """Whether the call may be taken in as things are."""
        kept = self.dossiers.get(call.number)
        match call:
            case SyncDossier(is_updating="False") if kept is not None:
                return Meaning.REPEATED
            case SyncDossier(is_updating="True") | ReportProgress() if kept is None:
                return Meaning.UNKNOWN
            case ReportProgress(data=(row,)) if kept is not None and row in kept.rows:
                return Meaning.REPEATED
            case _:
                held = None if kept is None else kept.code
                return Meaning.DONE if self.table.follows(held, call.code) else Meaning.UNLAWFUL

    def take(self, call: Call) -> None:
        with self.file.open("a", encoding="utf-8") as out:
            out.write(_line(call))
            out.flush()
            os.fsync(out.fileno())
        self._keep(call)

    def refuse(self, meaning: Meaning) -> None:
        self.refused[meaning] = self.refused.get(meaning, 0) + 1

    def _keep(self, call: Call) -> None:
        self.calls.append(call)
        kept = self.dossiers.get(call.number)
        match call:
            case SyncDossier(data=(sheet,)) if kept is None:
                self.dossiers[call.number] = Kept(sheet, call.code, codes=[call.code])
                return
            case SyncDossier(data=(sheet,)) if kept is not None:
                kept.sheet = sheet
            case ReportProgress(data=(row,)) if kept is not None:
                kept.rows.append(row)
            case _:
                message = f"{call.number} is not there"
                raise KeyError(message)
        if kept.codes[-1] != call.code:
            kept.codes.append(call.code)
        kept.code = call.code


class PortalSystem:
    """The portal."""

    def __init__(
        self,
        *,
        username: str,
        password: str,
        book: PortalBook,
        faults: PortalFaults,
        drawn: Callable[[], str] = secrets.token_hex,
    ) -> None:
        """``drawn`` makes sessions."""
        self._words = {"username": username, "password": password}
        self._book = book
        self._table = book.table
        self._faults = faults
        self._chance = random.Random(faults.seed)  # noqa: S311 - a fault is drawn, not a secret
        self._drawn = drawn
        self._sessions: list[str] = []
        self._signed_in = 0

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/mapi/login", self._sign_in, methods=["POST"]),
                Route("/mapi/g", self._call, methods=["POST"]),
                Route("/held", self._held),
                Route("/lose", self._lose, methods=["POST"]),
                Route("/faults", self._go_wrong, methods=["POST"]),
            ]
        )

    async def _sign_in(self, request: Request) -> Response:
        if await _body(request) != self._words:
            return self._says(Meaning.SIGN_IN)
        self._signed_in += 1
        self._sessions.append(self._drawn())
        return self._says(Meaning.DONE, session=self._sessions[-1])

    async def _call(self, request: Request) -> Response:
        if self._happens(self._faults.broken):
            return JSONResponse({"error": "broken"}, _BROKEN)
        if self._happens(self._faults.slow):
            await asyncio.sleep(self._faults.slowness)
        body = await _body(request)
        if self._happens(self._faults.expired):
            self._sessions.clear()
        if body.pop("session", None) not in self._sessions or not body.pop("madonvi", None):
            return self._says(Meaning.SESSION)
        if self._happens(self._faults.busy):
            return self._says(Meaning.LATER)
        if body.get("service") == LOOK_UP:
            kept = self._book.dossiers.get(str(body.get("mahoso")))
            return self._says(Meaning.DONE, result=[] if kept is None else [kept.told()])
        return self._take_in(body)

    def _take_in(self, body: dict[str, Any]) -> Response:
        try:
            call = _CALLS.validate_python(body)
        except ValidationError:
            self._book.refuse(Meaning.INVALID)
            return self._says(Meaning.INVALID)
        judged = self._book.judge(call)
        if judged is not Meaning.DONE:
            self._book.refuse(judged)
            return self._says(judged)
        self._book.take(call)
        return _Dropped() if self._happens(self._faults.dropped) else self._says(Meaning.DONE)

    def _says(self, meaning: Meaning, **more: object) -> Response:
        return JSONResponse({"error_code": self._table.error_code(meaning), "message": meaning, **more})

    # -- looking, losing, failing --------------------------------------------------------------------------------------

    async def _held(self, _: Request) -> Response:
        dossiers = {number: {**kept.told(), "codes": kept.codes} for number, kept in self._book.dossiers.items()}
        return JSONResponse({"dossiers": dossiers, "refused": self._book.refused, "signed_in": self._signed_in})

    async def _lose(self, request: Request) -> Response:
        """What a restored backup does: of that dossier only the first ``keep`` calls are left."""
        asked = await _body(request)
        number, keep, left = asked["MaHoSo"], int(asked["keep"]), list[Call]()
        for call in self._book.calls:
            keep -= call.number == number
            if call.number != number or keep >= 0:
                left.append(call)
        self._book.rewrite(left)
        return JSONResponse({"left": len(left)})

    async def _go_wrong(self, request: Request) -> Response:
        """From now on these faults, and no others."""
        self._faults = PortalFaults.model_validate(await _body(request))
        return JSONResponse(self._faults.model_dump())

    def _happens(self, share: float) -> bool:
        return self._chance.random() < share


class _Dropped(Response):
    """The connection breaks off in the answer: its headers promise a body that never comes."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401, ARG002 - ASGI's own types
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"100")]})
        message = "dropped after executing"
        raise ConnectionResetError(message)


async def _body(request: Request) -> dict[str, Any]:
    body: dict[str, Any] = json.loads(await request.body())
    return body


def _line(call: Call) -> str:
    return call.model_dump_json(by_alias=True) + "\n"
