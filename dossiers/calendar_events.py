"""A change of calendar in the journal: the decision, every date that moved beside the one before, and whom it told.

Legal basis: a swap of working days is decided by the competent authority and may be decided late (the one of 2 January
2026 was, on 25 December 2025); what was promised before is moved by law, and never against the applicant.
"""

from typing import Literal

from dossiers.calendar_change import CalendarsChange
from dossiers.escalation import Notice
from dossiers.terms import Term
from dossiers.values import Instant, Subject, Value


class CalendarMove(Value):
    """A deadline that the new version counts differently."""

    subject: Subject
    before: Instant
    after: Instant
    #: What the new version gives: earlier than ``after`` where a promise stays as it was.
    counted: Instant


class MoveTold(Value):
    """A move with the decision behind it, both dates side by side."""

    at: Instant
    version: str
    decision: str
    before: Instant
    after: Instant
    counted: Instant


class CalendarChanged(Value):
    """A later calendar version holds: the dates that it moved, each beside the one before.

    What is closed or ended keeps its dates; a promise that would come earlier stays; legs follow.
    """

    kind: Literal["calendar.changed"] = "calendar.changed"
    previous: str
    decision: str
    change: CalendarsChange
    moves: tuple[CalendarMove, ...] = ()
    #: The terms that differ in any instant; their numbers stay, so no rung fires again.
    terms: dict[Subject, Term] = {}
    #: Until when the applicant may answer now, if that moved.
    answer_by: Instant | None = None
    notices: tuple[Notice, ...] = ()
    #: A date that the applicant was given has moved, and the counter owes word of it.
    tells_applicant: bool = False
