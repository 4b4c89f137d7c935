"""What goes out to agencies that work in systems of their own, and what became of it.

An outbox holds the sequences of the events that its line is owed, in order; what a message says is read from the
journal when it goes. How far a line is stands apart from the legal state: no rule of the law looks at it.
"""

from enum import StrEnum
from typing import Literal

from dossiers.values import AgencyCode, Value


class Interest(StrEnum):
    """What a line is told."""

    WORK = "work"  # the tasks that lie at the agency itself
    STATUS = "status"  # every change of status and of the promise, and every step done


#: Who is told what.
Told = dict[AgencyCode, Interest]


class Outbox(Value):
    """What one line is still owed."""

    interest: Interest
    #: Sequences on their way, oldest first.
    waiting: tuple[int, ...] = ()
    #: Sequences given up, and all that came after them: nothing overtakes, so they wait for a person together.
    parked: tuple[int, ...] = ()


class DispatchReceived(Value):
    """The other system has signed for the message about that event."""

    kind: Literal["dispatch.received"] = "dispatch.received"
    line: AgencyCode
    event: int
    #: The digest of what was sent, as the receipt names it.
    digest: str


class DispatchParked(Value):
    """The retry table is used up: everything waiting on the line is set aside until a person sends it on."""

    kind: Literal["dispatch.parked"] = "dispatch.parked"
    line: AgencyCode
    events: tuple[int, ...]
    problem: str


class DispatchesResumed(Value):
    """A person sends on what was parked, in its order."""

    kind: Literal["dispatch.resumed"] = "dispatch.resumed"
    line: AgencyCode


DispatchEvent = DispatchReceived | DispatchParked | DispatchesResumed
