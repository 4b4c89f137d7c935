"""How a command ended, as far as its caller can know now."""

from uuid import UUID

from dossiers.events import Record
from dossiers.values import Instant, Value


class Done(Value):
    """Applied and in the journal; whoever reads now finds it."""

    command: UUID
    dossier: UUID
    accepted_at: Instant
    events: tuple[Record, ...]


class Refused(Value):
    """The dossier's state does not allow it; nothing happened."""

    command: UUID
    dossier: UUID
    code: str
    message: str
    particulars: dict[str, str] = {}


class Accepted(Value):
    """Kept and dated; it will be applied, and can be asked for by its id."""

    command: UUID
    dossier: UUID
    accepted_at: Instant


Outcome = Done | Refused | Accepted
