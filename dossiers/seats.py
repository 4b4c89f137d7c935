"""Who sits where: the agency and unit that fill a procedure's participants, and the person who acts."""

from enum import StrEnum

from dossiers.procedure import Role
from dossiers.values import AgencyCode, OfficerId, UnitCode, Value


class Seat(Value):
    """A unit of an agency: where work lies and time is counted."""

    agency: AgencyCode
    unit: UnitCode


class CallerKind(StrEnum):
    """What kind of caller acts."""

    OFFICER = "officer"
    SYSTEM = "system"  # an agency's own software
    CITIZEN = "citizen"  # the applicant, through the public portal
    DOSSIER = "dossier"  # a dossier that speaks to another of its bundle; its id is the dossier's


class Actor(Value):
    """Who acts: an identity, never a name. A substitute acts with the seat and roles of the officer who is away."""

    id: OfficerId
    kind: CallerKind = CallerKind.OFFICER
    seat: Seat | None = None
    roles: tuple[Role, ...] = ()
    acting_for: OfficerId | None = None

    def sits_at(self, seat: Seat) -> bool:
        """Whether the actor belongs to that very unit."""
        return self.seat == seat

    def is_of(self, agency: AgencyCode) -> bool:
        """Whether the actor belongs to that agency."""
        return self.seat is not None and self.seat.agency == agency

    def stands_for(self, officer: OfficerId) -> bool:
        """Whether the actor is that officer or acts in the officer's place."""
        return officer in (self.id, self.acting_for)

    def has(self, *roles: Role) -> bool:
        """Whether the actor has one of the roles."""
        return any(role in self.roles for role in roles)
