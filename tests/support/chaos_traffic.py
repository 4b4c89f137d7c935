"""Officers and citizens who carry dossiers to their ends over HTTP, whatever happens to the servers meanwhile.

They know the public API alone. A request without an answer is repeated under the same key; before the next act they
look at what the API shows. Some act twice, some compete for a task, some dossiers take a turn for the worse.
"""

import asyncio
import uuid
from collections.abc import Mapping
from random import Random
from typing import Any

import httpx

from agencies.directory import load_directory, officers_of
from cli.demo.routine import Work, usual_move
from dossiers.procedure import Procedure, Role
from dossiers.seats import Seat
from dossiers.values import OfficerId, UnitCode
from procedures.catalogue import shipped
from tests.support.builders import COPY, LAND, PERMIT

Json = dict[str, Any]

PORTAL = "citizens-portal"
CLOSED = {"returned", "withdrawn", "refused_at_intake"}
CHARGE = "registration_fee"

_COUNTERS = ("ha-long-one-stop", "mong-cai-one-stop", "uong-bi-one-stop", "dong-trieu-one-stop")
_FACTS: Mapping[str, Json] = {
    COPY: {},
    PERMIT: {"floors": 3},
    LAND: {"obligation_kind": "transfer_tax"},
}
_PAUSE = 0.2


class Stuck(Exception):
    """A caller waited longer than anybody would."""


class Refusal(Exception):
    """The API said no."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Callers:
    """Everybody who has a key; each asks until there is an answer."""

    def __init__(
        self, url: str, keys: Mapping[str, str], transport: httpx.AsyncBaseTransport, *, patience: float
    ) -> None:
        self._http = httpx.AsyncClient(base_url=url, transport=transport, timeout=20)
        self._keys = keys
        self._patience = patience

    async def close(self) -> None:
        await self._http.aclose()

    async def read(self, who: str, path: str, **query: str) -> Json:
        return _body(await self._ask("GET", path, who, params=query))

    async def act(self, who: str, path: str, body: Json, *, key: str) -> Json:
        """What the act brought about. Raises `Refusal`."""
        answer = await self._ask("POST", path, who, json=body, headers={"Idempotency-Key": key})
        if answer.status_code == 202:
            async with asyncio.timeout(self._patience):
                while answer.status_code == 202:
                    await asyncio.sleep(_PAUSE)
                    answer = await self._ask("GET", answer.headers["Location"], who)
        return _body(answer)

    async def _ask(self, method: str, path: str, who: str, **request: Any) -> httpx.Response:  # noqa: ANN401
        headers = {**request.pop("headers", {}), "Authorization": f"Bearer {self._keys[who]}"}
        last = ""
        for _ in range(int(self._patience / _PAUSE)):
            try:
                answer = await self._http.request(method, path, headers=headers, **request)
            except httpx.TransportError as broken:
                last = repr(broken)
            else:
                if not answer.is_server_error:
                    return answer
                last = f"{answer.status_code} {answer.text}"
            await asyncio.sleep(_PAUSE)
        raise Stuck(method, path, last)


def _body(answer: httpx.Response) -> Json:
    body: Json = answer.json()
    if answer.is_success:
        return body
    if answer.status_code in (403, 404, 409) or body["code"] == "idempotency-mismatch":
        raise Refusal(body["code"])
    message = f"{answer.request.url}: {answer.status_code} {answer.text}"
    raise AssertionError(message)


class Traffic:
    """Dossiers under way."""

    def __init__(self, callers: Callers, seed: int, *, clock: Json | None = None) -> None:
        self.dossiers: list[str] = []
        self.faults: list[str] = []
        self.callers = callers
        self.procedures: Mapping[str, Procedure] = {one.code: one for one in shipped()}
        self._seed = seed
        #: A server may have seen this seed before; nobody's dossier is another's.
        self._run = uuid.uuid4().hex[:8]
        self._clock = clock
        self._directory = load_directory()
        self.supervisor = next(one.id for _, one in self._directory.members() if "supervisor" in one.roles)

    async def carry(self, number: int) -> None:
        """File a dossier and see it through."""
        chance = Random(f"{self._seed}/{number}")
        procedure = self.procedures[(COPY, PERMIT, LAND)[number % 3]]
        counter = self._directory.seat(UnitCode(chance.choice(_COUNTERS)))
        filing: Json = {
            "procedure": procedure.code,
            "receiving_unit": counter.unit,
            "channel": "counter",
            "facts": _FACTS[procedure.code],
            "components": [one.code for one in procedure.components if one.required],
            "applicant": {"full_name": f"Người Nộp Số {number}", "identity_number": f"022{number:09d}"},
        }
        if self._clock is not None:
            filing["clock"] = self._clock
        filer = self.able(counter, "counter")[0]
        try:
            dossier = await self.sent(filer, "/v1/dossiers", filing, f"{self._run}-{number}", chance)
        except Refusal as refusal:
            # An admissible filing is never refused: whoever judges is told, and the others go on.
            self.faults.append(f"filing {number} was refused: {refusal.code}")
            return
        self.dossiers.append(dossier["dossier"])
        await self.finish(dossier["dossier"], filer, chance)

    async def finish_for_others(self, dossier: str) -> None:
        """See a dossier through that somebody else filed and left."""
        story = await self.callers.read(self.supervisor, f"/v1/dossiers/{dossier}/timeline")
        await self.finish(dossier, story["events"][0]["actor"], Random(f"{self._seed}/{dossier}"))

    async def finish(self, dossier: str, filer: str, chance: Random) -> None:
        """Whatever the API says is to be done is done, until nothing is."""
        journey = _Journey(self, dossier, filer, chance)
        while True:
            view = await self.callers.read(self.supervisor, f"/v1/dossiers/{dossier}")
            if view["status"] in CLOSED:
                return
            try:
                moved = await journey.step(view)
            except Refusal:
                moved = True  # somebody, or a deadline, was faster: look again
            await asyncio.sleep(0 if moved else _PAUSE)

    async def sent(self, who: str, path: str, body: Json, key: str, chance: Random) -> Json:
        """Sent once, or now and then twice at the same moment under one key."""
        times = 2 if chance.random() < 0.2 else 1
        calls = (self.callers.act(who, path, body, key=key) for _ in range(times))
        answers = await asyncio.gather(*calls, return_exceptions=True)
        done = [one for one in answers if not isinstance(one, BaseException)]
        for failure in answers:
            if isinstance(failure, BaseException) and not (done and isinstance(failure, Refusal)):
                raise failure
        return done[0]

    def able(self, seat: Seat, role: str) -> list[OfficerId]:
        """Who has the role there, those with the fewest others first."""
        fit = officers_of(self._directory, seat, Role(role)) or [
            one for one_seat, one in self._directory.members() if one_seat.agency == seat.agency and role in one.roles
        ]
        return [one.id for one in sorted(fit, key=lambda one: len(one.roles))]


class _Journey:
    """One dossier, as those see it who work on it."""

    def __init__(self, traffic: Traffic, dossier: str, filer: str, chance: Random) -> None:
        self._traffic = traffic
        self._dossier = dossier
        self._filer = filer
        self._chance = chance
        self._acts = 0
        #: What has not happened to this dossier yet, and may happen once.
        self._turns = {"withdraw", "refuse", "rework", "request-supplement", "remind"}
        self._findings: Json = {
            "fire_opinion_needed": chance.random() < 0.5,
            "environment_opinion_needed": chance.random() < 0.3,
            "obligation_due": chance.random() < 0.5,
        }

    async def step(self, view: Json) -> bool:
        """One act; False when everything waits for something else."""
        if view["awaited"] is not None:
            return await self._answered(view)
        if view["status"] == "processing" and self._takes_turn("withdraw", 0.02):
            return await self._act(self._filer, f"/v1/dossiers/{self._dossier}/withdraw", {})
        for task in view["tasks"]:
            # Nobody signs an apology here: it goes with the promise when that ends.
            if task["work"] == "apology":
                continue
            if task["state"] == "open" and not _waits_for_opinion(task, view["tasks"]):
                return await self._worked(task, view["procedure"])
        return False

    async def _answered(self, view: Json) -> bool:
        awaited = view["awaited"]
        if awaited["what"] == "supplement":
            return await self._act(self._filer, f"/v1/dossiers/{self._dossier}/supplement", {})
        task = next(one for one in view["tasks"] if one["key"] == awaited["task"])
        return await self._act(self._officers(task)[0], f"/v1/tasks/{task['id']}/confirm-payment", {"charge": CHARGE})

    async def _worked(self, task: Json, procedure: str) -> bool:
        officers, path = self._officers(task), f"/v1/tasks/{task['id']}"
        if self._takes_turn("remind", 0.05):
            return await self._act(self._traffic.supervisor, f"{path}/remind", {})
        match task["step_kind"], task["work"]:
            case "reception", "step" if self._takes_turn("refuse", 0.03):
                return await self._act(officers[0], f"{path}/refuse", {"reason": "Không thuộc thẩm quyền."})
            case "appraisal", "step" if task["step"] == "appraisal" and self._takes_turn("request-supplement", 0.05):
                body = {"reason": "Thiếu một thành phần hồ sơ."}
                return await self._act(officers[0], f"{path}/request-supplement", body)
            case "approval", "step" if self._takes_turn("rework", 0.1):
                to = {COPY: "appraisal", PERMIT: "conclusion", LAND: "registration"}[procedure]
                return await self._act(officers[0], f"{path}/rework", {"to": to, "reason": "Làm rõ căn cứ."})
            case "payment", "step":
                notice: Json = {"charges": [{"code": CHARGE, "amount": 2_500_000}]}
                return await self._act(officers[0], f"{path}/request-payment", notice)
        move = usual_move(self._traffic.procedures[procedure], Work.of(task), self._findings)
        assert move is not None, "only a payment has no usual move"
        rivals = officers[: self._chance.randint(2, 3)] if self._chance.random() < 0.25 else officers[:1]
        return await self._compete(rivals, f"{path}/{move.verb}", move.body)

    async def _compete(self, rivals: list[str], path: str, body: Json) -> bool:
        """All at once: at most one of them gets what he wants."""
        outcomes = await asyncio.gather(*(self._act(who, path, body) for who in rivals), return_exceptions=True)
        broken = [one for one in outcomes if isinstance(one, BaseException) and not isinstance(one, Refusal)]
        if broken:
            raise broken[0]
        return True in outcomes

    async def _act(self, who: str, path: str, body: Json) -> bool:
        self._acts += 1
        await self._traffic.sent(who, path, body, f"{self._dossier}-{self._acts}", self._chance)
        return True

    def _officers(self, task: Json) -> list[str]:
        if task["holder"] is not None:
            return [task["holder"]]
        return list(self._traffic.able(Seat(agency=task["agency"], unit=task["unit"]), task["role"]))

    def _takes_turn(self, turn: str, share: float) -> bool:
        if turn not in self._turns or self._chance.random() >= share:
            return False
        self._turns.remove(turn)
        return True


def _waits_for_opinion(task: Json, tasks: list[Json]) -> bool:
    return any(other["key"].startswith(f"{task['key']}/consult-") for other in tasks)
