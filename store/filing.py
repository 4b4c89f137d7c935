"""Filing: a dossier gets its register row, its number, its applicant and its first command in one transaction.

The number is taken from the series of the local day that goes with the agency's identifier; a number lost to a refused
filing is harmless. Personal data goes into the applicant's row and nowhere else.
"""

import unicodedata
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator

from dossiers.commands import Parent
from dossiers.fast_clock import FastClock, dossier_time
from dossiers.instants import floor_to_second, local
from dossiers.procedure import Channel
from dossiers.seats import Actor, Seat
from dossiers.state import DossierState
from dossiers.texts import TextRef
from dossiers.values import DossierNumber, OfficerId, ProcedureCode, Value
from store.database import Reading, Transaction
from store.errors import IdempotencyMismatch
from store.inbox import Admission, InboxRow, errand_fields, texts_to_insert
from store.statements import statements_of
from store.texts import Text
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


PersonalText = Annotated[str, AfterValidator(_composed)]


class Applicant(Row):
    """The person or body whose dossier it is, and who brought it if somebody else did."""

    full_name: PersonalText
    identity_number: PersonalText | None = None
    phone: PersonalText | None = None
    email: PersonalText | None = None
    address: PersonalText | None = None
    submitter_name: PersonalText | None = None
    submitter_identity_number: PersonalText | None = None

    def __repr__(self) -> str:
        """Says nothing: whoever logs a filing logs no person."""
        return "Applicant(…)"

    __str__ = __repr__


class FilingRequest(Value):
    """A dossier that wants in. ``body`` is the command without its number, which is added as ``number``."""

    id: UUID
    dossier: UUID
    procedure: ProcedureCode
    procedure_version: int
    #: The procedure's title, by whose words the dossier is found too.
    title: str
    channel: Channel
    #: Who receives, and who leads.
    counter: Seat
    lead: Seat
    #: The identifier code of the agency that numbers it, as it stands in the number.
    identifier: str
    number_pattern: str = "{identifier}-{yymmdd}-{serial:04d}"
    clock: FastClock | None = None
    applicant: Applicant
    actor: Actor
    body: dict[str, Any]
    body_hash: str
    texts: tuple[Text, ...] = ()
    entered_for: StoredInstant | None = None
    evidence: TextRef | None = None
    #: Whose dossier it is to follow, where that is not the actor: a part of a whole belongs to who filed the whole.
    filed_by: OfficerId | None = None
    parent: Parent | None = None
    lease: timedelta


async def admit_filing(tx: Transaction, request: FilingRequest) -> Admission:
    """Let a filing in, or say what its key stands for already."""
    await tx.run(_SQL["lock_identity"], request.dossier)
    found = await tx.one(_SQL["find_command"], request.id)
    assert found is not None, "the moment is always answered"
    if found["id"] is not None:
        if found["body_hash"] != request.body_hash:
            raise IdempotencyMismatch(command=str(request.id))
        return Admission(**errand_fields(found), is_new=False, sends=False)
    # Legal instants are whole seconds, but on a fast clock part of a second is many of them.
    accepted_at = found["moment"] if request.clock is not None else floor_to_second(found["moment"])
    number = await _next_number(tx, request, accepted_at)
    row = await _insert(tx, request, number, accepted_at)
    return Admission(row=row, journalled=0, clock=request.clock, is_new=True, sends=True)


async def _next_number(tx: Transaction, request: FilingRequest, accepted_at: datetime) -> DossierNumber:
    """The next of the agency's series of that local day; its filings pass here one after another."""
    day = local(dossier_time(request.clock, accepted_at)).date()
    serial = await tx.value(_SQL["next_serial"], request.identifier, day)
    number = request.number_pattern.format(identifier=request.identifier, yymmdd=f"{day:%y%m%d}", serial=serial)
    return DossierNumber(number)


async def _insert(tx: Transaction, request: FilingRequest, number: DossierNumber, accepted_at: datetime) -> InboxRow:
    row = await tx.one(
        _SQL["insert_filing"],
        request.dossier,
        number,
        request.procedure,
        request.procedure_version,
        request.channel,
        request.counter.agency,
        request.counter.unit,
        request.lead.agency,
        request.lead.unit,
        request.clock and request.clock.model_dump_json(),
        accepted_at,
        DossierState().model_dump_json(),
        request.applicant.model_dump(mode="json"),
        texts_to_insert(request.texts),
        request.id,
        request.actor.model_dump(mode="json"),
        {**request.body, "number": number},
        request.body_hash,
        request.entered_for,
        request.evidence and request.evidence.model_dump(mode="json"),
        request.lease,
        request.filed_by or request.actor.id,
        request.parent and request.parent.dossier,
        request.parent and request.parent.task,
        request.title,
    )
    assert row is not None, "an insert returns its row"
    return InboxRow.from_row(row)


async def read_tracking_code(tx: Reading, dossier: UUID) -> str | None:
    """What the applicant was given with the number, to follow the dossier by; drawn when it was filed."""
    code: str | None = await tx.value(_SQL["read_tracking_code"], dossier)
    return code


async def next_apology_number(tx: Transaction, identifier: str, on: date) -> str:
    """The next of the agency's book of apologies of that year; one lost to a refused act is harmless."""
    serial = await tx.value(_SQL["next_serial"], f"{identifier}/XL", date(on.year, 1, 1))
    return f"{serial:02d}/XL-{identifier}"


async def read_applicant(tx: Transaction, dossier: UUID) -> Applicant | None:
    row = await tx.one(_SQL["read_applicant"], dossier)
    return None if row is None else Applicant.from_row(row)
