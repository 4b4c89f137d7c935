"""Who may call, and by which key. A key itself is never kept: only its SHA-256, and a prefix for people."""

from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import AgencyCode, OfficerId, UnitCode
from store.database import Reading, Transaction
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class Caller(Row):
    """An officer, an agency's own system, or the citizens' portal."""

    id: OfficerId
    kind: CallerKind
    label: str
    agency: AgencyCode | None = None
    unit: UnitCode | None = None
    roles: tuple[Role, ...] = ()
    #: The officer who is away and in whose place this call is made; never kept.
    acting_for: OfficerId | None = None

    @property
    def hands(self) -> tuple[OfficerId, ...]:
        """Whose work the caller does in this call."""
        return (self.id,) if self.acting_for is None else (self.id, self.acting_for)


class KeyHolder(Caller):
    """A caller with what is known of the key."""

    key_prefix: str
    added_at: StoredInstant
    revoked_at: StoredInstant | None


async def add_caller(tx: Transaction, caller: Caller, *, key_hash: bytes, key_prefix: str) -> None:
    """Let somebody call; known already, he gets the new key and the old one ends."""
    await tx.run(
        _SQL["add_caller"],
        caller.id,
        caller.kind,
        caller.label,
        caller.agency,
        caller.unit,
        list(caller.roles),
        key_hash,
        key_prefix,
    )


async def find_caller(tx: Reading, key_hash: bytes) -> Caller | None:
    """Whose key it is; null for one that is unknown or revoked."""
    row = await tx.one(_SQL["find_caller"], key_hash)
    return None if row is None else Caller.from_row(row)


async def revoke_caller(tx: Transaction, caller: OfficerId) -> bool:
    """End a caller's key at once; false when there was none to end."""
    return await tx.value(_SQL["revoke_caller"], caller) is not None


async def list_callers(tx: Transaction) -> tuple[KeyHolder, ...]:
    return KeyHolder.from_rows(await tx.all(_SQL["list_callers"]))
