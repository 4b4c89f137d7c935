"""What the activities are asked for and answer; fields are only ever added."""

from uuid import UUID

from dossiers.bundles import Letter
from dossiers.events import Record
from dossiers.values import AgencyCode, Value

#: The wire name of the activity that writes to the journal.
RECORD_EVENTS = "record_events"
#: The wire name of the activity that brings a dossier's word to another of its bundle.
SEND_LETTER = "send_letter"
#: The wire name of the activity that tells another system of an event.
DISPATCH = "dispatch"
#: The wire name of the activity that asks another system what it holds.
COMPARE = "compare"


class RecordEvents(Value):
    """Events that no caller is carrying to the journal."""

    dossier: UUID
    run_id: str
    events: tuple[Record, ...]


class SendLetter(Value):
    """What one dossier has to say to another; the event that makes it due is in the journal."""

    dossier: UUID
    letter: Letter


class Sent(Value):
    """The inbox row that stands for the letter now."""

    command: UUID


class Recorded(Value):
    """Up to which sequence the journal now reaches."""

    sequence: int


class Dispatch(Value):
    """Tell a line of an event; what the message says is read from the journal."""

    dossier: UUID
    line: AgencyCode
    event: int


class Dispatched(Value):
    """The other system has signed for what was sent."""

    digest: str


class Compare(Value):
    """Hold what a line's other side has of a dossier against ours."""

    dossier: UUID
    line: AgencyCode
