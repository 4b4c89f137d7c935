"""A bundle on real parts: filed once at the counter, its parts worked on by the officers of their own agencies."""

from uuid import UUID

from agencies.directory import load_directory, officers_of
from commands.outcomes import Done
from dossiers import commands as c
from dossiers.fast_clock import FastClock
from dossiers.procedure import Channel, Role
from dossiers.seats import Actor
from dossiers.state import DossierState, Task
from dossiers.stops import StopReason
from dossiers.sub_dossiers import SubDossierState
from dossiers.values import ProcedureCode, task_key
from store.catalogue import publish_procedure
from store.database import Database
from store.register import DossierRow, read_dossier, read_sub_dossiers
from tests.commands.office import Office, officer
from tests.support.builders import Run, rulebook_of, text
from tests.support.bundles import WHOLE, bundle, member
from tests.support.carriage import eventually

FACTS = {"at_home": True, "born_on": "2026-02-28"}


async def publish_bundle(database: Database, *, without: str = "") -> None:
    async with database.transaction() as tx:
        for one in bundle():
            if one.code != without:
                await publish_procedure(tx, one)


class BundledOffice:
    """Whoever works on the dossiers of bundles."""

    def __init__(self, office: Office) -> None:
        self.office = office

    async def receive(self, clock: FastClock | None = None, **facts: bool | str) -> UUID:
        """The whole, received at the counter."""
        filing = self.office.filing().model_copy(
            update={
                "procedure": ProcedureCode(WHOLE),
                "channel": Channel.COUNTER,
                "facts": FACTS | facts,
                "components": ("form",),
                "clock": clock,
            }
        )
        filed = await self.office.gate.file(filing)
        assert isinstance(filed, Done), filed
        await self.usual(filed.dossier)
        return filed.dossier

    async def part(self, whole: UUID, step: str) -> UUID:
        """A part, once it is filed and the whole has heard so."""

        async def is_known() -> bool:
            part = (await self.known(whole)).get(step)
            return part is not None and part.stage != "opened"

        await eventually(is_known)
        return (await self.known(whole))[step].dossier

    async def known(self, whole: UUID) -> dict[str, SubDossierState]:
        """The parts as the whole knows them, by step."""
        state = await self.office.folded(whole)
        return {state.tasks[key].step: part for key, part in state.sub_dossiers.items()}

    async def hears(self, whole: UUID, step: str, stage: str) -> None:
        async def has_heard() -> bool:
            part = (await self.known(whole)).get(step)
            return part is not None and part.stage == stage

        await eventually(has_heard)

    async def stands(self, dossier: UUID, status: str) -> None:
        async def has_status() -> bool:
            return (await self.office.folded(dossier)).status == status

        await eventually(has_status)

    async def grant(self, dossier: UUID) -> None:
        """The usual acts until the part is decided."""
        while (await self.office.folded(dossier)).result is None:
            await self.usual(dossier)

    async def refuse(self, dossier: UUID) -> None:
        while (task := (await self._task(dossier))).step != "study" or task.work != "step":
            await self.usual(dossier)
        await self._done(dossier, c.Refuse(task=task.key, reason=text()), self._holder(task))

    async def finish(self, dossier: UUID) -> None:
        """The usual acts until it is closed."""
        while not (await self.office.folded(dossier)).status.is_closed:
            await self.usual(dossier)

    async def withdraw(self, whole: UUID) -> None:
        await self._done(whole, c.Withdraw(), officer("ha-long-counter-1"))

    async def suspend(self, dossier: UUID) -> None:
        """By the head of the agency that leads it, or whoever approves there."""
        state = await self._state(dossier)
        assert state.filed is not None
        lead = state.filed.seats[member(state.filed.procedure).lead.name]
        head = officer(officers_of(load_directory(), lead, Role.APPROVER)[0].id)
        await self._done(dossier, c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text()), head)

    async def usual(self, dossier: UUID) -> None:
        """What ends the open task that has been open longest well."""
        state, task = await self._state(dossier), await self._task(dossier)
        assert state.filed is not None
        run = Run(rulebook_of(member(state.filed.procedure)), "2026-03-02T08:00", **{"book": "a", **state.facts})
        run.state = state
        await self._done(dossier, run.usual(task), self._holder(task))

    async def rows(self, whole: UUID) -> dict[str | None, DossierRow]:
        """The parts in the register, by the whole's task for each."""
        async with self.office.database.transaction() as tx:
            return {row.parent_task: row for row in await read_sub_dossiers(tx, whole)}

    async def row(self, dossier: UUID) -> DossierRow:
        async with self.office.database.transaction() as tx:
            row = await read_dossier(tx, dossier)
        assert row is not None
        return row

    async def _state(self, dossier: UUID) -> DossierState:
        return await self.office.folded(dossier)

    async def open(self, dossier: UUID) -> tuple[Task, ...]:
        return (await self.office.folded(dossier)).live_tasks()

    async def _task(self, dossier: UUID) -> Task:
        """The open task that somebody can end."""
        live = (await self._state(dossier)).live_tasks()
        return next(one for one in live if one.step_kind != "sub_dossier")

    def _holder(self, task: Task) -> Actor:
        return officer(officers_of(load_directory(), task.seat, Role(task.role))[0].id)

    async def _done(self, dossier: UUID, command: c.TaskCommand | c.DossierCommand, by: Actor) -> None:
        outcome = await self.office.act(dossier, command, by)
        assert isinstance(outcome, Done), outcome


BIRTH_TASK = task_key("birth#1")
