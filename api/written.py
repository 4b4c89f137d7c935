"""What people wrote, put back beside the events that refer to it, for those who may read it.

The applicant reads what was addressed to him; opinions between agencies stay between agencies.
"""

from collections.abc import Sequence
from uuid import UUID

from api.views import EventView
from dossiers.events import Record
from dossiers.procedure import Procedure
from dossiers.seats import CallerKind
from dossiers.texts import TextRef
from store.callers import Caller
from store.database import Transaction
from store.texts import read_texts

#: Events whose text is written to the applicant, or by him.
TO_THE_APPLICANT = (
    "dossier.refused",
    "result.decided",
    "dossier.withdrawn",
    "appointment.moved",
    "supplement.requested",
    "attendance.required",
)


async def told(
    tx: Transaction, caller: Caller, procedure: Procedure, records: Sequence[Record]
) -> tuple[EventView, ...]:
    """The events with their texts."""
    refs = {one.sequence: _refs(one) for one in records if _may_read(caller, one)}
    texts = await read_texts(tx, [ref for named in refs.values() for ref in named.values()])
    return tuple(
        EventView.told(one, procedure).model_copy(
            update={
                "texts": {name: texts[ref].body for name, ref in refs.get(one.sequence, {}).items() if ref in texts}
            }
        )
        for one in records
    )


def _may_read(caller: Caller, record: Record) -> bool:
    return caller.kind is not CallerKind.CITIZEN or record.event.kind in TO_THE_APPLICANT


def _refs(record: Record) -> dict[str, UUID]:
    """The texts that a record refers to, by the name of the field."""
    named = {name: value.id for name, value in record.event if isinstance(value, TextRef)}
    content = getattr(getattr(record.event, "consultation", None), "content", None)
    if isinstance(content, TextRef):
        named["content"] = content.id
    if record.evidence is not None:
        named["evidence"] = record.evidence.id
    return named
