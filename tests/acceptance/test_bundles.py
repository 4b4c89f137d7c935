"""The shipped bundles whole, over HTTP on the fast clock: an hour of work passes in a second for every dossier of them.

`domain.md` §9.1, scenario 7 (a partial result out, each promise shown by itself) and 15 (withdrawal), for bundles.
"""

import asyncio
from collections.abc import AsyncIterator, Collection
from uuid import UUID

import pytest
from temporalio.testing import WorkflowEnvironment

from agencies.directory import load_directory, officers_of
from commands.reconciliation import Reconciliation
from dossiers.conditions import FactValue
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.values import AgencyCode, UnitCode
from tests.acceptance.town import Town, clock, town
from tests.support.desks import Json, done
from tests.support.postgres import PostgresServer

MONDAY = "2026-09-07T08:00"
BIRTH, DEATH = "2.000986", "2.002622"
THREE_IN_ONE_20, THREE_IN_ONE_8 = "2.000986.CAM-LE-20", "2.000986.CAM-LE-8"
#: What a step establishes, wherever it is asked for.
FOUND: dict[str, dict[str, FactValue]] = {
    "1.001193": {"number_assigned": True},
    "1.000656": {"was_resident": True},
}
REASON = "Chỗ ở không đủ điều kiện theo quy định."
_ACTS = {"reception": "receive", "approval": "approve", "return": "return"}


@pytest.fixture(scope="module")
async def place(postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Town]:
    async with (
        postgres_server.database() as database,
        town(database.url, temporal_environment.client) as made,
        made.workers(),
    ):
        yield made


class Whole:
    """One bundle, and everybody who works on it."""

    def __init__(self, place: Town, identity: str, refused: Collection[str]) -> None:
        self.place = place
        self.identity = identity
        #: The parts whose appraisal ends against the applicant, by the whole's step.
        self.refused = refused
        #: Which parts were at work at once, whenever somebody looked.
        self.side_by_side: set[frozenset[str]] = set()

    async def view(self) -> Json:
        return await self.shown(self.identity)

    async def shown(self, dossier: str) -> Json:
        director = await self.place.officer("ha-long-director")
        return done(await director.get(f"/v1/dossiers/{dossier}"))

    async def parts(self) -> dict[str, Json]:
        """The parts as the whole shows them, by its step."""
        return {one["task"].partition("#")[0]: one for one in (await self.view())["sub_dossiers"]}

    async def work(self, step: str) -> bool:
        """One usual act on a part; whether there was one to do."""
        part = (await self.parts())[step]
        if part["number"] is None or part["stage"] == "opened":
            return False
        return await self._act(await self.shown(part["id"]), refuses=step in self.refused)

    async def go_on(self) -> bool:
        """One usual act on every dossier of the bundle that has one to do; whether anything is still open."""
        whole, parts = await self.view(), await self.parts()
        self.side_by_side.add(frozenset(step for step, one in parts.items() if one["status"] == "processing"))
        for step in parts:
            await self.work(step)
        if not any(one["step_kind"] == "sub_dossier" for one in whole["tasks"]) and all(
            one["status"] == "returned" for one in parts.values()
        ):
            await self._act(whole, refuses=False)
        open_parts = [one for one in parts.values() if one["status"] != "returned"]
        return whole["status"] != "returned" or bool(open_parts)

    async def finish(self) -> None:
        async with asyncio.timeout(60):
            while await self.go_on():
                await asyncio.sleep(0.02)

    async def _act(self, dossier: Json, *, refuses: bool) -> bool:
        mine = [one for one in dossier["tasks"] if one["step_kind"] != "sub_dossier"]
        if not mine:
            return False
        task = mine[0]
        seat = Seat(agency=AgencyCode(task["agency"]), unit=UnitCode(task["unit"]))
        desk = await self.place.officer(officers_of(load_directory(), seat, Role(task["role"]))[0].id)
        if task["work"] == "acceptance":
            await desk.act(task, "accept")
        elif task["step_kind"] == "appraisal":
            ending = {"outcome": "ineligible", "opinion": REASON} if refuses else {"outcome": "eligible"}
            facts = {} if refuses else FOUND.get(dossier["procedure"], {})
            await desk.act(task, "complete", **ending, facts=facts)
        else:
            await desk.act(task, _ACTS[task["step_kind"]])
        return True


async def received(place: Town, code: str, refused: Collection[str] = (), **facts: FactValue) -> Whole:
    dossier = await place.file(code, clock(MONDAY, 3_600), **facts)
    whole = Whole(place, str(dossier), refused)
    await (await place.officer("ha-long-counter-1")).act(await place.task(dossier, "reception"), "receive")
    return whole


async def agreed(place: Town, whole: Whole) -> None:
    """Workflow, journal and rows of every dossier of the bundle say the same."""
    reconciliation = Reconciliation(place.database, place.client)
    view = await whole.view()
    for dossier in (view, *view["sub_dossiers"]):
        row = await whole.shown(dossier["id"])
        look = await reconciliation.look(UUID(row["id"]), row["number"])
        assert look.findings == ()
    assert await place.alarms() == ()


async def test_a_birth_certificate_is_returned_although_the_residence_is_refused(place: Town) -> None:
    whole = await received(place, BIRTH, refused=["residence"], id_card_wanted=True)
    async with asyncio.timeout(60):
        while "birth" not in (parts := await whole.parts()) or parts["birth"]["status"] != "returned":
            if "birth" in parts:
                await whole.work("birth")
            await asyncio.sleep(0.02)
    meanwhile = await whole.view()
    await whole.finish()
    view, parts = await whole.view(), await whole.parts()

    assert meanwhile["status"] == "processing"
    assert [one["number"] for one in meanwhile["sub_dossiers"] if one["closed_at"]] == [parts["birth"]["number"]]
    assert {step: one["result"] for step, one in parts.items()} == {
        "birth": "granted",
        "residence": "refused",
        "insurance": "granted",
        "id_card": "granted",
    }
    assert (view["result"], view["status"], view["grade"]) == ("partial", "returned", "early")
    await agreed(place, whole)


async def test_the_promise_of_the_whole_and_of_each_part_stand_side_by_side(place: Town) -> None:
    whole = await received(place, BIRTH, id_card_wanted=False)
    await whole.finish()
    view, parts = await whole.view(), await whole.parts()
    numbers = {view["number"], *(one["number"] for one in parts.values())}
    birth = await whole.shown(parts["birth"]["id"])

    assert "id_card" not in parts, "nobody asked for it"
    assert view["first_promise_at"] == parse_instant("2026-09-17T17:00").isoformat()
    assert parts["birth"]["first_promise_at"] == parse_instant("2026-09-08T17:00").isoformat()
    assert len(numbers) == 4
    assert parts["insurance"]["number"].startswith("G34.22-")
    assert birth["parent"] == {"id": whole.identity, "number": view["number"], "task": "birth#1"}
    assert (view["result"], view["grade"]) == ("granted", "early")
    await agreed(place, whole)


async def test_the_death_bundle_runs_whole(place: Town) -> None:
    whole = await received(place, DEATH, benefit_wanted=True)
    await whole.finish()
    parts = await whole.parts()

    assert {step: one["result"] for step, one in parts.items()} == dict.fromkeys(
        ("death", "removal", "benefit"), "granted"
    )
    assert (await whole.view())["result"] == "granted"
    await agreed(place, whole)


@pytest.mark.parametrize(
    ("code", "promise", "together"),
    [(THREE_IN_ONE_20, "2026-10-05T17:00", False), (THREE_IN_ONE_8, "2026-09-17T17:00", True)],
)
async def test_three_in_one_in_its_long_and_in_its_short_form(
    place: Town,
    code: str,
    promise: str,
    together: bool,  # noqa: FBT001
) -> None:
    """Cẩm Lệ, 2015: the same three parts one after the other in 20 days, or two of them at once in 8."""
    whole = await received(place, code)
    await whole.finish()
    view, parts = await whole.view(), await whole.parts()

    assert list(parts) == ["birth", "residence", "insurance"]
    assert view["first_promise_at"] == parse_instant(promise).isoformat()
    assert (frozenset({"residence", "insurance"}) in whole.side_by_side) is together
    assert view["result"] == "granted"
    await agreed(place, whole)


async def test_the_applicant_takes_back_a_bundle_and_keeps_what_came_out(place: Town) -> None:
    whole = await received(place, BIRTH, id_card_wanted=False)
    async with asyncio.timeout(60):
        while len(parts := await whole.parts()) < 3 or any(one["number"] is None for one in parts.values()):
            if "birth" in parts and parts["birth"]["result"] is None:
                await whole.work("birth")
            await asyncio.sleep(0.02)
        counter = await place.officer("ha-long-counter-1")
        done(await counter.post(f"/v1/dossiers/{whole.identity}/withdraw", {"reason": REASON}))
        while [(await whole.parts())[step]["status"] for step in ("residence", "insurance")] != ["withdrawn"] * 2:
            await asyncio.sleep(0.02)
    parts = await whole.parts()

    assert parts["birth"]["result"] == "granted"
    assert (await whole.view())["status"] == "withdrawn"
    await agreed(place, whole)
