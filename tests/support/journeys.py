"""Dossiers brought to where a test needs them, over HTTP alone, by officers whose work it is."""

from typing import Any

from agencies.directory import load_directory, officers_of
from dossiers.conditions import FactValue
from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.values import AgencyCode, StepId, UnitCode
from tests.support.builders import COPY, LAND, PERMIT, first_outcome, procedure
from tests.support.desks import FILING, Desk, Json, Office

#: What the longest way through each procedure records.
FACTS: dict[str, dict[str, FactValue]] = {
    COPY: {},
    PERMIT: {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": False},
    LAND: {"obligation_kind": "transfer_tax", "obligation_due": True},
}
FILINGS: dict[str, dict[str, Any]] = {
    COPY: FILING,
    PERMIT: {
        **FILING,
        "procedure": PERMIT,
        "channel": "online",
        "components": ["application", "land_right", "drawings"],
        "facts": {"floors": 3},
    },
    LAND: {
        **FILING,
        "procedure": LAND,
        "components": ["application", "contract", "certificate", "tax_declaration"],
        "facts": {"obligation_kind": "transfer_tax"},
    },
}
#: What ends a step of such a kind well; whatever is not named here is completed.
_ACTS = {
    "reception": "receive",
    "consultation": "answer",
    "approval": "approve",
    "signing": "sign",
    "return": "return",
}
_MOVES = {"hand_over": "hand-over", "acceptance": "accept"}


class Journey:
    """One dossier under way."""

    def __init__(self, office: Office, code: str, like: str, answer: Json) -> None:
        self.office = office
        self.code = code
        #: Whose facts and steps it has.
        self.like = like
        #: What the last act answered: the tasks that are open.
        self.answer = answer

    @classmethod
    async def filed(cls, office: Office, code: str, *, like: str | None = None) -> "Journey":
        """Just filed, by the portal where it may be filed online."""
        filing = {**FILINGS[like or code], "procedure": code}
        online = filing["channel"] == "online"
        desk = await (office.portal() if online else office.officer("ha-long-counter-1"))
        return cls(office, code, like or code, await desk.file(filing))

    @property
    def dossier(self) -> str:
        return str(self.answer["dossier"])

    def task(self, step: str, work: str = "step") -> Json | None:
        """The open task of a step, if it is open."""
        open_now = [one for one in self.answer["tasks"] if (one["step"], one["work"]) == (step, work)]
        return open_now[0] if open_now else None

    async def desk_of(self, task: Json) -> Desk:
        """An officer whose work it is."""
        seat = Seat(agency=AgencyCode(task["agency"]), unit=UnitCode(task["unit"]))
        return await self.office.officer(officers_of(load_directory(), seat, Role(task["role"]))[0].id)

    async def go_to(self, step: str, work: str = "step") -> Json:
        """The usual acts until that task is open."""
        while (found := self.task(step, work)) is None:
            await self.go_on()
        return found

    async def go_on(self) -> None:
        """The usual act on the task that has been open longest."""
        (task, *_) = self.answer["tasks"]
        act = _MOVES.get(task["work"]) or _ACTS.get(task["step_kind"], "complete")
        self.answer = await (await self.desk_of(task)).act(task, act, **self._body(task, act))

    def _body(self, task: Json, act: str) -> dict[str, Any]:
        known = FACTS[self.like]
        match act:
            case "receive":
                required = [one.name for one in procedure(self.like).facts if one.required]
                return {"facts": {name: known[name] for name in required}}
            case "answer":
                return {"outcome": "consent"}
            case "complete":
                step = procedure(self.like).step(StepId(task["step"]))
                return {"outcome": first_outcome(step), "facts": {name: known[name] for name in step.records}}
            case _:
                return {}
