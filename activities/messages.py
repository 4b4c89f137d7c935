"""What the activities are asked for and answer; fields are only ever added."""

from uuid import UUID

from dossiers.events import Record
from dossiers.values import Value

#: The wire name of the activity that writes to the journal.
RECORD_EVENTS = "record_events"


class RecordEvents(Value):
    """Events that no caller is carrying to the journal."""

    dossier: UUID
    run_id: str
    events: tuple[Record, ...]


class Recorded(Value):
    """Up to which sequence the journal now reaches."""

    sequence: int
