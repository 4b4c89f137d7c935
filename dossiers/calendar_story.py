"""Which calendar counted for a deadline, and how later versions moved it, read off the journal."""

from collections.abc import Sequence

from dossiers.calendar_events import CalendarChanged, MoveTold
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.rulebook import Rulebook
from dossiers.values import Subject


def rules_for(records: Sequence[Record], rulebook: Rulebook, subject: Subject) -> Rulebook:
    """The rules that a deadline was last counted by: what changed after its end is nothing to it."""
    changes = []
    for position, record in enumerate(records):
        if isinstance(record.event, CalendarChanged):
            clock = fold(records[:position]).clocks.get(subject)
            if clock is not None and clock.is_ended:
                break
            changes.append(record.event.change)
    return rulebook.as_changed(changes)


def moves_of(records: Sequence[Record], subject: Subject) -> tuple[MoveTold, ...]:
    """Every time that a later version counted the deadline differently, in their order."""
    return tuple(
        MoveTold(
            at=record.occurred_at,
            version=record.event.change.version,
            decision=record.event.decision,
            before=move.before,
            after=move.after,
            counted=move.counted,
        )
        for record in records
        if isinstance(record.event, CalendarChanged)
        for move in record.event.moves
        if move.subject == subject
    )
