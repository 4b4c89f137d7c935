"""The government that a procedure is to run in: its calendar, its decrees, its people, its other procedures.

All of it is a value, or is asked for through a protocol: procedures know nothing of how a directory is kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from dossiers.calendar import WorkCalendar
from dossiers.procedure import Participant, Procedure, Role
from dossiers.rule_set import RuleSet
from dossiers.values import OfficerId, ProcedureCode, UnitCode


@dataclass(frozen=True)
class Post:
    """Who does a part's steps at one place; no unit where nobody there takes the part."""

    place: str
    calendar: WorkCalendar
    unit: UnitCode | None = None
    officers: Mapping[OfficerId, tuple[Role, ...]] | None = None

    def who_may(self, role: Role) -> tuple[OfficerId, ...]:
        """The officers who have a role."""
        return tuple(officer for officer, roles in (self.officers or {}).items() if role in roles)


class Staff(Protocol):
    """The people of a government, seen from a procedure."""

    def posts(self, procedure: Procedure, part: Participant) -> Sequence[Post]:
        """A part wherever and whenever the procedure is in force.

        The counter's at every counter of its kind, any other in every lowest territory.
        """


@dataclass(frozen=True)
class Jurisdiction:
    """What a procedure is judged against beyond its own text."""

    calendar: WorkCalendar
    rule_sets: Mapping[str, RuleSet]
    staff: Staff
    #: Every procedure that a sub-dossier may run under, in its newest version.
    procedures: Mapping[ProcedureCode, Procedure]
