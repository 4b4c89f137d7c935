"""A dossier in a real store: filed, acted on and journalled as the product does it, with the core for its workflow."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from dossiers import commands as c
from dossiers import events as e
from dossiers.conditions import FactValue
from dossiers.decide import perform
from dossiers.identity import command_id, task_id
from dossiers.procedure import Channel
from dossiers.seats import Actor
from dossiers.texts import TextRef
from dossiers.values import AgencyCode, DossierNumber, Instant
from store.database import Database
from store.filing import Applicant, FilingRequest, admit_filing
from store.inbox import Admission, AdmissionRequest, admit
from store.journal import record
from store.texts import Text
from tests.support.builders import CITIZEN, COPY, LAND, PERMIT, Run

LEASE = timedelta(seconds=30)
#: What the longest way through each procedure records.
FACTS: dict[str, dict[str, FactValue]] = {
    COPY: {},
    PERMIT: {"floors": 2, "fire_opinion_needed": True, "environment_opinion_needed": True},
    LAND: {"obligation_kind": "transfer_tax", "obligation_due": True},
}
APPLICANT = Applicant(full_name="Nguyễn Thị Hoà", identity_number="022190001234", phone="0912345678")


def filing_request(run: Run, dossier: UUID, *, key: str = "filing", **changes: object) -> FilingRequest:
    """What the counter asks for when it files that run's dossier."""
    procedure = run.rules.procedure
    command = run.filing(dossier=dossier, number=DossierNumber(""))
    request = FilingRequest(
        id=command_id(dossier, key),
        dossier=dossier,
        procedure=procedure.code,
        procedure_version=procedure.version,
        title=procedure.title,
        channel=Channel(command.channel),
        counter=run.seat(procedure.counter.name),
        lead=run.seat(procedure.lead.name),
        identifier=AgencyCode("H49.12.05"),
        applicant=APPLICANT,
        actor=CITIZEN,
        body=command.model_dump(mode="json", exclude={"number"}),
        body_hash="hash of the filing",
        lease=LEASE,
    )
    return request.model_copy(update=changes)


class StoredDossier:
    """One dossier under way: ``run`` is its workflow, the store keeps what the product would keep."""

    def __init__(self, database: Database, run: Run, dossier: UUID) -> None:
        self.database = database
        self.run = run
        self.id = dossier
        self._keys = 0

    @classmethod
    async def filed(
        cls, database: Database, dossier: UUID, code: str = COPY, at: str = "2026-03-02T08:00"
    ) -> "StoredDossier":
        """A dossier just filed, its reception open."""
        made = cls(database, Run(code, at, **FACTS[code]), dossier)
        async with database.transaction() as tx:
            admission = await admit_filing(tx, filing_request(made.run, dossier))
        await made.record(made.apply(admission))
        return made

    def request(
        self,
        command: c.AnyCommand,
        *,
        by: Actor | None = None,
        key: str | None = None,
        texts: tuple[Text, ...] = (),
        entered_for: Instant | None = None,
        evidence: TextRef | None = None,
    ) -> AdmissionRequest:
        """The request of somebody who may do this, unless told who; a fresh key, unless told which."""
        self._keys += 1
        return AdmissionRequest(
            id=command_id(self.id, key or f"act {self._keys}"),
            dossier=self.id,
            kind=command.kind,
            task=command.task if isinstance(command, c.TaskCommand) else None,
            is_held=isinstance(command, c.HELD),
            actor=by or self.run.fitting(command),
            body=command.model_dump(mode="json"),
            body_hash=command.model_dump_json(),
            texts=texts,
            entered_for=entered_for,
            evidence=evidence,
            lease=LEASE,
        )

    async def admit(self, request: AdmissionRequest) -> Admission:
        async with self.database.at_once() as tx:
            return await admit(tx, request)

    def apply(self, admission: Admission, at: datetime | None = None) -> tuple[e.Record, ...]:
        """What the workflow makes of an admitted command, at the run's time."""
        row = admission.row
        act = c.Act.model_validate(
            {
                "id": row.id,
                "actor": row.actor,
                "occurred_at": at or self.run.now,
                "entered_for": row.entered_for,
                "evidence": row.evidence,
                "journalled": admission.journalled,
                "command": row.body,
            }
        )
        records = perform(self.run.rules, self.run.state, act, recorded_at=self.run.now)
        self.run._take(records)
        return records

    async def record(self, records: Sequence[e.Record]) -> int:
        async with self.database.transaction() as tx:
            return await record(tx, self.id, records, run_id="run-1")

    async def act(self, command: c.AnyCommand, *, by: Actor | None = None) -> tuple[e.Record, ...]:
        """The whole way of an act."""
        records = self.apply(await self.admit(self.request(command, by=by)))
        await self.record(records)
        return records

    async def usual(self) -> tuple[e.Record, ...]:
        """The usual act on the first live task."""
        return await self.act(self.run.usual(self.run.at_hand()[0]))

    async def go_to(self, step: str) -> None:
        """The usual acts until the step's own work is open."""
        while not any(one.step == step and one.work == "step" for one in self.run.state.live_tasks()):
            await self.usual()

    async def finish(self) -> None:
        """The usual acts until the dossier is closed."""
        while not self.run.state.status.is_closed:
            await self.usual()

    async def tick(self, until: str) -> tuple[e.Record, ...]:
        """The timer, and the flush that takes its events to the journal."""
        records = self.run.tick(until)
        if records:
            await self.record(records)
        return records

    def task_id(self, key: str) -> UUID:
        return task_id(self.id, key)

    @property
    def first_task(self) -> UUID:
        """The first live task's public id."""
        return self.task_id(self.run.at_hand()[0].key)
