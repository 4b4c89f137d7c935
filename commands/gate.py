"""The gate: every filing and every act of an agency, an officer or a citizen comes in here and nowhere else."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import structlog

from agencies.directory import lines_of, resolve_seats
from agencies.roster import Directory, TerritoryCode
from commands.delivery import LEASE, Delivery, Unreachable, accepted
from commands.outcomes import Accepted, Outcome
from commands.pinning import Catalogue
from dossiers.admissibility import violations
from dossiers.commands import (
    HELD,
    Act,
    AnyCommand,
    Apologise,
    Assign,
    DossierCommand,
    FileDossier,
    Reappoint,
    Reassign,
    TaskCommand,
)
from dossiers.conditions import FactValue
from dossiers.decide import perform
from dossiers.documents import Attachment
from dossiers.errors import FilingRejected, OfficerUnfit, Violation
from dossiers.fast_clock import FastClock, dossier_time
from dossiers.identity import command_id, dossier_id, task_id
from dossiers.instants import VIETNAM
from dossiers.payment_commands import ConfirmPayment
from dossiers.procedure import Channel, Procedure
from dossiers.seats import Actor, CallerKind, Seat
from dossiers.state import DossierState
from dossiers.texts import TextRef
from dossiers.values import DossierNumber, Instant, ProcedureCode, TaskKey, UnitCode, Value
from store.database import Database, Transaction
from store.errors import IdempotencyMismatch
from store.filing import Applicant, FilingRequest, admit_filing, next_apology_number
from store.inbox import Admission, AdmissionRequest, CommandState, InboxRow, admit, read_command
from store.register import read_clock
from store.texts import Text
from store.worklist import read_task

_POLL = timedelta(milliseconds=100)
_log = structlog.get_logger("commands")


class Submission(Value):
    """An act as a caller asks for it; ``request_hash`` is over what the caller sent, byte for byte in meaning."""

    dossier: UUID
    idempotency_key: str
    request_hash: str
    actor: Actor
    command: TaskCommand | DossierCommand
    #: The revision of the task that the caller saw; null means whichever it is now.
    revision: int | None = None
    texts: tuple[Text, ...] = ()
    entered_for: Instant | None = None
    evidence: TextRef | None = None


class Filing(Value):
    """A dossier as its applicant, or the counter, files it."""

    idempotency_key: str
    request_hash: str
    actor: Actor
    procedure: ProcedureCode
    receiving_unit: UnitCode
    #: Where the matter lies, when that is not where the dossier is received.
    territory: TerritoryCode | None = None
    channel: Channel
    facts: dict[str, FactValue] = {}
    components: tuple[str, ...] = ()
    documents: tuple[Attachment, ...] = ()
    texts: tuple[Text, ...] = ()
    applicant: Applicant
    clock: FastClock | None = None


class Gate:
    """Admit, deliver, answer."""

    def __init__(self, database: Database, catalogue: Catalogue, delivery: Delivery) -> None:
        self._database = database
        self._catalogue = catalogue
        self._delivery = delivery

    async def file(self, filing: Filing) -> Outcome:
        """File a dossier. Raises `FilingRejected` with every fault at once, before anything is kept."""
        dossier = dossier_id(filing.actor.id, filing.idempotency_key)
        command = command_id(dossier, filing.idempotency_key)
        known = await self._known(command, filing.request_hash)
        if known is not None:
            return await self._watched(known)
        request = await self._filing_request(filing, dossier, command)
        async with self._database.transaction() as tx:
            admission = await admit_filing(tx, request)
        return await self._see_through(admission)

    async def rehearse(self, filing: Filing) -> None:
        """Say what would stand against filing it now, and keep nothing. Raises `FilingRejected`, `SeatVacant`."""
        dossier = dossier_id(filing.actor.id, filing.idempotency_key)
        await self._filing_request(filing, dossier, command_id(dossier, filing.idempotency_key))

    async def submit(self, submission: Submission) -> Outcome:
        """Perform an act. Raises `StoreError` or `DossierError` if it is not even admitted."""
        command = submission.command
        if isinstance(command, Assign | Reassign):
            await self._require_fit(submission, command)
        if isinstance(command, Apologise | Reappoint):
            return await self._see_through(await self._admitted_with_number(submission, command))
        async with self._database.at_once() as tx:
            admission = await admit(tx, _request(submission, command))
        return await self._see_through(admission)

    async def _admitted_with_number(self, submission: Submission, command: Apologise | Reappoint) -> Admission:
        """Form 04 takes its number from the book of the agency of whoever signs it, if that agency keeps one."""
        seat = submission.actor.seat
        book = None if seat is None else await self._catalogue.directories.identifier(seat.agency)
        async with self._database.transaction() as tx:
            if book is not None:
                command = await _numbered(tx, submission, command, book)
            return await admit(tx, _request(submission, command))

    async def outcome(self, command: UUID) -> Outcome | None:
        """How a command stands now."""
        row = await read_command(self._database.reading, command)
        if row is None:
            return None
        return accepted(row) if row.state is CommandState.PENDING else await self._delivery.settled(row)

    async def _see_through(self, admission: Admission) -> Outcome:
        row = admission.row
        if not admission.sends:
            return await self._watched(row)
        try:
            return await self._delivery.deliver(admission)
        except Unreachable as unreachable:
            error = repr(unreachable.__cause__)
            _log.warning("command.unanswered", command=str(row.id), dossier=str(row.dossier), error=error)
            return accepted(row)

    async def _watched(self, row: InboxRow) -> Outcome:
        """The outcome of a command that somebody else sends, or that has it already."""
        if row.state is not CommandState.PENDING:
            return await self._delivery.settled(row)
        return await self._await_other_sender(row)

    async def _known(self, command: UUID, request_hash: str) -> InboxRow | None:
        """A request that was let in before is answered by its row, whatever has been published or changed since."""
        row = await read_command(self._database.reading, command)
        if row is not None and row.body_hash != request_hash:
            raise IdempotencyMismatch(command=str(command))
        return row

    async def _await_other_sender(self, row: InboxRow) -> Outcome:
        """Only the lease holder sends; a repeated request watches the row."""
        deadline = asyncio.get_running_loop().time() + self._delivery.send_within.total_seconds()
        while asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(_POLL.total_seconds())
            outcome = await self.outcome(row.id)
            assert outcome is not None, "an inbox row is never deleted"
            if not isinstance(outcome, Accepted):
                return outcome
        return accepted(row)

    async def _require_fit(self, submission: Submission, command: Assign | Reassign) -> None:
        """The workflow knows no directory, so who may be given a task is said here."""
        known = await self._known(_identity(submission), submission.request_hash)
        task = await read_task(self._database.reading, task_id(submission.dossier, command.task))
        if known is not None or task is None:
            return  # admission itself answers for what it knows, and says that there is no such task
        seat = Seat(agency=task.agency, unit=task.unit)
        fit = [officer.id for officer in await self._catalogue.directories.officers_of(seat, task.role)]
        if command.officer not in fit:
            message = f"Cán bộ này không làm được việc này; có thể giao cho: {', '.join(fit)}."
            raise OfficerUnfit(message, officer=command.officer)

    async def _filing_request(self, filing: Filing, dossier: UUID, identity: UUID) -> FilingRequest:
        procedure, directory = await self._admissible(filing)
        counter = directory.seat(filing.receiving_unit)
        seats = resolve_seats(directory, procedure, filing.receiving_unit, filing.territory)
        rules, later = await self._catalogue.rule_sets_from(_now(filing).date())
        command = FileDossier(
            dossier=dossier,
            number=DossierNumber(""),
            procedure=procedure.code,
            procedure_version=procedure.version,
            rule_set=rules.code,
            later_rule_sets=tuple(one.code for one in later),
            calendar_version=await self._catalogue.newest_calendar(),
            directory_version=directory.version,
            channel=filing.channel,
            seats=seats,
            territory=filing.territory,
            facts=filing.facts,
            components=filing.components,
            documents=filing.documents,
            lines=lines_of(directory, seats),
        )
        await self._rehearse(command, filing)
        return FilingRequest(
            id=identity,
            dossier=dossier,
            procedure=procedure.code,
            procedure_version=procedure.version,
            title=procedure.title,
            channel=filing.channel,
            counter=counter,
            lead=seats[procedure.lead.name],
            actor=filing.actor,
            body=command.model_dump(mode="json"),
            body_hash=filing.request_hash,
            applicant=filing.applicant,
            texts=filing.texts,
            identifier=directory.agency(counter.agency).identifier,
            clock=filing.clock,
            lease=LEASE,
        )

    async def _admissible(self, filing: Filing) -> tuple[Procedure, Directory]:
        """The procedure of a filing against which nothing stands, and the directory of its day."""
        today = _now(filing).date()
        directory = await self._catalogue.directories.in_force(today)
        procedure = await self._catalogue.procedure_on(filing.procedure, today)
        faults: list[Violation] = []
        if procedure is None:
            faults.append(Violation(pointer="/procedure", message=f"Không có thủ tục {filing.procedure}."))
        if directory is None:
            message = f"Không có danh bạ nào có hiệu lực ngày {today:%d/%m/%Y}."
            raise FilingRejected([Violation(pointer="/receiving_unit", message=message)])
        if not directory.has_unit(filing.receiving_unit):
            message = f"Không có đơn vị tiếp nhận {filing.receiving_unit}."
            faults.append(Violation(pointer="/receiving_unit", message=message))
        if filing.territory is not None and filing.territory not in [one.code for one in directory.territories]:
            faults.append(Violation(pointer="/territory", message=f"Không có địa bàn {filing.territory}."))
        if procedure is not None:
            faults += violations(
                procedure,
                on=today,
                channel=filing.channel,
                facts=filing.facts,
                components=filing.components,
            )
        if faults or procedure is None:
            raise FilingRejected(faults)
        return procedure, directory

    async def _rehearse(self, command: FileDossier, filing: Filing) -> None:
        """Filing may not be refused once it is kept: whatever the core has against it is said now."""
        now = _now(filing)
        act = Act(id=command.dossier, actor=filing.actor, occurred_at=now, command=command)
        perform(await self._catalogue.rulebook(command, now.date()), DossierState(), act, recorded_at=now)


def _now(filing: Filing) -> datetime:
    """What the dossier's own clock shows."""
    return dossier_time(filing.clock, datetime.now(VIETNAM))


async def _numbered(
    tx: Transaction, submission: Submission, command: Apologise | Reappoint, book: str
) -> Apologise | Reappoint:
    """Numbered by the dossier's own year; a repeated request keeps the number it had."""
    if await read_command(tx, _identity(submission)) is not None:
        return command
    today = dossier_time(await read_clock(tx, submission.dossier), datetime.now(VIETNAM)).date()
    return command.model_copy(update={"number": await next_apology_number(tx, book, today)})


def _is_for_the_holder(command: AnyCommand, actor: Actor) -> bool:
    """Money that came in waits for nobody: software says so whoever holds the work."""
    says_of_money = isinstance(command, ConfirmPayment) and actor.kind is CallerKind.SYSTEM
    return isinstance(command, HELD) and not says_of_money


def _request(submission: Submission, command: TaskCommand | DossierCommand) -> AdmissionRequest:
    return AdmissionRequest(
        id=_identity(submission),
        dossier=submission.dossier,
        kind=command.kind,
        task=_task_of(command),
        is_held=_is_for_the_holder(command, submission.actor),
        actor=submission.actor,
        body=command.model_dump(mode="json"),
        body_hash=submission.request_hash,
        texts=submission.texts,
        entered_for=submission.entered_for,
        evidence=submission.evidence,
        revision=submission.revision,
        lease=LEASE,
    )


def _identity(submission: Submission) -> UUID:
    return command_id(submission.dossier, submission.idempotency_key)


def _task_of(command: AnyCommand) -> TaskKey | None:
    return None if isinstance(command, FileDossier | DossierCommand) else command.task
