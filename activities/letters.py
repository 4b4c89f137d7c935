"""Bringing a dossier's word to another of its bundle: a row in that one's inbox, sent at once, resent by the sweeper.

A sub-dossier is filed here like any dossier: register row, number of the competent agency, applicant, inbox row. An
inbox row is known by its letter, so what is published or changed between two runs of an activity makes no second one.
"""

import hashlib
from datetime import datetime, timedelta
from typing import Protocol, assert_never
from uuid import UUID

import structlog
from temporalio import activity

from activities.messages import SEND_LETTER, SendLetter, Sent
from agencies.directory import lines_of, resolve_seats
from agencies.roster import Directory, TerritoryCode
from dossiers.bundles import Message, Opening
from dossiers.commands import FileDossier
from dossiers.conditions import FactValue
from dossiers.errors import DossierError
from dossiers.fast_clock import dossier_time
from dossiers.identity import command_id
from dossiers.instants import VIETNAM
from dossiers.procedure import Procedure
from dossiers.rule_set import in_force
from dossiers.seats import Actor, CallerKind
from dossiers.state import DossierState
from dossiers.values import DossierNumber, OfficerId
from store.alarms import raise_alarm
from store.calendars import newest_calendar
from store.catalogue import list_rule_sets, read_directory, read_procedure_in_force
from store.database import Database, Transaction
from store.filing import Applicant, FilingRequest, admit_filing, read_applicant
from store.inbox import Admission, AdmissionRequest, Errand, admit, read_command
from store.register import DossierRow, read_clock, read_dossier, read_state

#: A part of a whole that cannot be filed as things are: nobody takes it, or a fact it needs is not known.
SUB_DOSSIER_UNFIT = "sub-dossier-unfit"

_log = structlog.get_logger("letters")


class Courier(Protocol):
    """Who brings an admitted command to its dossier, and for how long nobody else will."""

    @property
    def lease(self) -> timedelta: ...

    async def carry(self, errand: Errand) -> None:
        """Try once; a row without an outcome stays PENDING and is resent."""


class SubDossierUnfit(Exception):
    """A sub-dossier cannot be filed until somebody publishes, appoints or records what it lacks."""

    code = SUB_DOSSIER_UNFIT


class LetterActivities:
    """The other dossiers of a bundle as a workflow may reach them."""

    def __init__(self, database: Database, courier: Courier) -> None:
        self._database = database
        self._courier = courier

    @activity.defn(name=SEND_LETTER)
    async def send_letter(self, request: SendLetter) -> Sent:
        """Put the letter into its addressee's inbox once, and carry it there; running twice changes nothing."""
        identity = command_id(request.letter.to, f"letter/{request.dossier}/{request.letter.sequence}")
        async with self._database.transaction() as tx:
            known = await read_command(tx, identity)
        if known is None:
            admission = await self._admitted(identity, request)
            with structlog.contextvars.bound_contextvars(dossier=str(request.letter.to)):
                _log.info("letter.sent", sender=str(request.dossier), kind=admission.row.kind)
            if admission.sends:
                await self._courier.carry(admission)
        return Sent(command=identity)

    async def _admitted(self, identity: UUID, request: SendLetter) -> Admission:
        actor = Actor(id=OfficerId(str(request.dossier)), kind=CallerKind.DOSSIER)
        match request.letter:
            case Opening() as opening:
                return await self._file(identity, actor, opening)
            case Message() as message:
                async with self._database.transaction() as tx:
                    return await admit(tx, _admission(identity, actor, message, self._courier.lease))
            case _:
                assert_never(request.letter)

    async def _file(self, identity: UUID, actor: Actor, opening: Opening) -> Admission:
        try:
            async with self._database.transaction() as tx:
                return await admit_filing(tx, await self._filing(tx, identity, actor, opening))
        except (DossierError, SubDossierUnfit) as unfit:
            particulars = {"sub_dossier": str(opening.to), "procedure": opening.procedure, "why": str(unfit)}
            async with self._database.transaction() as tx:
                await raise_alarm(tx, SUB_DOSSIER_UNFIT, opening.parent.dossier, particulars)
            raise

    async def _filing(self, tx: Transaction, identity: UUID, actor: Actor, opening: Opening) -> FilingRequest:
        whole = await read_dossier(tx, opening.parent.dossier)
        clock, applicant = (
            await read_clock(tx, opening.parent.dossier),
            await read_applicant(tx, opening.parent.dossier),
        )
        assert whole is not None, "the event that opened the sub-dossier is in its parent's journal"
        assert applicant is not None, "whoever filed the whole is the applicant of every part"
        now = dossier_time(clock, datetime.now(VIETNAM))
        procedure = await read_procedure_in_force(tx, opening.procedure, now.date())
        if procedure is None:
            message = f"Không có thủ tục {opening.procedure} đang có hiệu lực."
            raise SubDossierUnfit(message)
        # Received as it is filed, so no later decree concerns it.
        pinned = {
            "rule_set": in_force(await list_rule_sets(tx), now.date()).code,
            "calendar_version": await newest_calendar(tx),
        }
        state = await read_state(tx, whole.id)
        directory = await _directory_of(tx, state)
        command = _command(opening, procedure, directory, whole, state).model_copy(update=pinned)
        lead = command.seats[procedure.lead.name]
        return FilingRequest(
            id=identity,
            dossier=opening.to,
            procedure=procedure.code,
            procedure_version=procedure.version,
            title=procedure.title,
            channel=whole.channel,
            counter=command.seats[procedure.counter.name],
            lead=lead,
            identifier=directory.agency(lead.agency).identifier,
            clock=clock,
            applicant=Applicant.model_validate(applicant.model_dump()),
            actor=actor,
            body=command.model_dump(mode="json"),
            body_hash=_hash(opening),
            filed_by=whole.filed_by,
            parent=opening.parent,
            lease=self._courier.lease,
        )


async def _directory_of(tx: Transaction, state: DossierState) -> Directory:
    """A part is filed with the directory of its whole, which knows the counter."""
    assert state.filed is not None, "the whole was filed before a part of it"
    definition = await read_directory(tx, state.filed.directory_version)
    assert definition is not None, "a dossier is filed with a published directory"
    return Directory.model_validate_json(definition)


def _command(
    opening: Opening, procedure: Procedure, directory: Directory, whole: DossierRow, state: DossierState
) -> FileDossier:
    assert state.filed is not None, "the whole was filed before a part of it"
    territory = TerritoryCode(state.filed.territory) if state.filed.territory is not None else None
    codes = [one.code for one in procedure.components]
    seats = resolve_seats(directory, procedure, whole.counter_unit, territory)
    return FileDossier(
        dossier=opening.to,
        number=DossierNumber(""),
        procedure=procedure.code,
        procedure_version=procedure.version,
        rule_set=procedure.rule_set,
        calendar_version="",
        directory_version=directory.version,
        channel=whole.channel,
        seats=seats,
        lines=lines_of(directory, seats),
        territory=state.filed.territory,
        facts=_facts(opening, procedure),
        components=tuple(code for code in state.filed.components if code in codes),
        parent=opening.parent,
    )


def _facts(opening: Opening, procedure: Procedure) -> dict[str, FactValue]:
    """What it is filed with; a filing is never refused once it is kept, so what is lacking is said now."""
    given = {one.name: opening.facts[one.name] for one in procedure.facts if one.name in opening.facts}
    unfit = [one.name for one in procedure.facts if one.name in given and not one.accepts(given[one.name])]
    missing = [one.name for one in procedure.facts if one.required and one.name not in given]
    if unfit or missing:
        message = f"Thiếu hoặc không đúng kiểu: {', '.join([*missing, *unfit])}."
        raise SubDossierUnfit(message)
    return given


def _admission(identity: UUID, actor: Actor, message: Message, lease: timedelta) -> AdmissionRequest:
    return AdmissionRequest(
        id=identity,
        dossier=message.to,
        kind=message.command.kind,
        actor=actor,
        body=message.command.model_dump(mode="json"),
        body_hash=_hash(message),
        lease=lease,
    )


def _hash(letter: Opening | Message) -> str:
    return hashlib.sha256(letter.model_dump_json().encode()).hexdigest()
