"""The people of the soak: at the counters and wherever no system works, each at the public API with a key of their own.

They find their work where officers find it, in the list of open tasks, and do what is usual.
"""

import asyncio
from collections.abc import Mapping
from random import Random
from typing import Any

from agencies.directory import officers_of
from agencies.roster import Directory
from cli.demo.client import Api
from cli.demo.routine import Work, usual_move
from dossiers.conditions import FactValue
from dossiers.procedure import Procedure, Role, StepKind
from dossiers.state import DossierStatus
from dossiers.values import AgencyCode, OfficerId, ProcedureCode, UnitCode
from procedures.catalogue import shipped
from tests.seams.parties import WITH_SYSTEMS

Json = dict[str, Any]

COUNTERS = tuple(UnitCode(f"{town}-one-stop") for town in ("ha-long", "mong-cai", "uong-bi", "dong-trieu"))
_CARD, _PERMIT = ProcedureCode("BHYT-TRE-EM"), ProcedureCode("1.013225")
#: Nine cards, between a counter and one agency, to each permit, on which two agencies are asked at once.
_MIX = (_PERMIT, *(_CARD,) * 9)
_FACTS: Mapping[ProcedureCode, dict[str, FactValue]] = {_CARD: {"number_assigned": True}, _PERMIT: {"floors": 3}}
_FINDINGS: Mapping[str, FactValue] = {"fire_opinion_needed": True, "environment_opinion_needed": True}
_LOOK_AGAIN = 0.3
_PAGE = 200
#: So many are open at once at most, so that all of their tasks are on one page.
AT_ONCE = 40


class Clerks:
    """Everybody who is not a system."""

    def __init__(self, api: Api, directory: Directory, run: str, seed: int) -> None:
        self._api = api
        self._directory = directory
        self._run = run
        self._seed = seed
        self._procedures: Mapping[str, Procedure] = {one.code: one for one in shipped()}
        self._supervisor = next(one.id for _, one in directory.members() if Role.SUPERVISOR in one.roles)
        self._room = asyncio.Semaphore(AT_ONCE)
        self._begun: dict[str, None] = {}
        self.filed = 0
        self.closed = 0

    async def carry(self, dossiers: int) -> None:
        """File that many, and see all of them closed."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._file_all(dossiers, group))
            while self.closed < dossiers:
                page = await self._api.read(self._supervisor, "/v1/tasks", limit=_PAGE)
                for task in page["items"]:
                    if task["id"] not in self._begun and not _is_for_a_system(task):
                        self._begun[task["id"]] = None
                        group.create_task(self._do(task))
                await asyncio.sleep(_LOOK_AGAIN)

    async def _file_all(self, dossiers: int, group: asyncio.TaskGroup) -> None:
        for number in range(dossiers):
            await self._room.acquire()
            group.create_task(self._file(number))

    async def _file(self, number: int) -> None:
        chance = Random(f"{self._seed}/{number}")
        code, counter = _MIX[number % len(_MIX)], chance.choice(COUNTERS)
        body: Json = {
            "procedure": code,
            "receiving_unit": counter,
            "channel": "counter",
            "facts": _FACTS[code],
            "components": [one.code for one in self._procedures[code].components if one.required],
            "applicant": {"full_name": "Nguyễn Văn Đức", "identity_number": f"022{chance.randrange(10**9):09d}"},
        }
        seat = self._directory.seat(counter)
        filer = officers_of(self._directory, seat, Role.COUNTER)[0].id
        await self._api.act(filer, "/v1/dossiers", body, key=f"{self._run}/{number}")
        self.filed += 1

    async def _do(self, task: Json) -> None:
        work = Work.of(task)
        move = usual_move(self._procedures[task["procedure"]], work, _FINDINGS)
        assert move is not None, f"nobody knows what to do with {task['key']}"
        path = f"/v1/tasks/{task['id']}/{move.verb}"
        done = await self._api.act(self._officer(task, work), path, move.body, key=f"{self._run}/{task['id']}")
        if DossierStatus(done["status"]).is_closed:
            self.closed += 1
            self._room.release()

    def _officer(self, task: Json, work: Work) -> OfficerId:
        held: str | None = task["holder"] or task["assigned"]
        return OfficerId(held) if held else officers_of(self._directory, work.seat, work.role)[0].id


def _is_for_a_system(task: Json) -> bool:
    signed = task["work"] == "step" and task["step_kind"] in (StepKind.APPROVAL, StepKind.SIGNING, StepKind.RETURN)
    return AgencyCode(task["agency"]) in WITH_SYSTEMS and not signed
