"""Saved views of the worklist: a selection under a name, one's own or shared with a unit, a role or the agency."""

from typing import Any
from uuid import UUID

from dossiers.procedure import Role
from dossiers.seats import Actor
from dossiers.values import AgencyCode, OfficerId, UnitCode, Value
from store.database import Transaction
from store.errors import IdempotencyMismatch, ViewUnknown
from store.statements import statements_of
from store.values import Row, StoredInstant

_SQL = statements_of(__file__)


class View(Value):
    """A selection as the API understands it; shared with nobody unless an agency is named."""

    name: str
    owner: OfficerId
    shared_with_agency: AgencyCode | None = None
    shared_with_unit: UnitCode | None = None
    shared_with_role: Role | None = None
    selection: dict[str, Any]


class ViewRow(Row):
    """A view that is kept."""

    id: UUID
    name: str
    owner: OfficerId
    shared_with_agency: AgencyCode | None
    shared_with_unit: UnitCode | None
    shared_with_role: Role | None
    selection: dict[str, Any]
    saved_at: StoredInstant

    def is_shown_to(self, actor: Actor) -> bool:
        """The rule by which views are listed."""
        if self.owner == actor.id:
            return True
        if self.shared_with_agency is None or not actor.is_of(self.shared_with_agency):
            return False
        unit = None if actor.seat is None else actor.seat.unit
        is_role = self.shared_with_role is None or actor.has(self.shared_with_role)
        return is_role and self.shared_with_unit in (None, unit)


async def save_view(tx: Transaction, identity: UUID, view: View) -> ViewRow:
    """Keep a view; saved again under its identity, it is answered as it is kept."""
    row = await tx.one(
        _SQL["save_view"],
        identity,
        view.name,
        view.owner,
        view.shared_with_agency,
        view.shared_with_unit,
        view.shared_with_role,
        view.selection,
    )
    if row is not None:
        return ViewRow.from_row(row)
    kept = await _kept(tx, identity)
    if View.model_validate(kept.model_dump(include=set(View.model_fields))) != view:
        raise IdempotencyMismatch(view=str(identity))
    return kept


async def read_view(tx: Transaction, identity: UUID, actor: Actor) -> ViewRow:
    """The view, if it is shown to the actor; `ViewUnknown` otherwise."""
    view = await _kept(tx, identity)
    if not view.is_shown_to(actor):
        raise ViewUnknown(view=str(identity))
    return view


async def list_views(tx: Transaction, actor: Actor) -> tuple[ViewRow, ...]:
    """By name; 200 are more than a person looks through."""
    agency, unit = (None, None) if actor.seat is None else (actor.seat.agency, actor.seat.unit)
    return ViewRow.from_rows(await tx.all(_SQL["list_views"], actor.id, agency, unit, list(actor.roles)))


async def delete_view(tx: Transaction, identity: UUID, *, owner: OfficerId) -> None:
    """Only its owner deletes a view; `ViewUnknown` for everybody else."""
    if await tx.value(_SQL["delete_view"], identity, owner) is None:
        raise ViewUnknown(view=str(identity))


async def _kept(tx: Transaction, identity: UUID) -> ViewRow:
    row = await tx.one(_SQL["read_view"], identity)
    if row is None:
        raise ViewUnknown(view=str(identity))
    return ViewRow.from_row(row)
