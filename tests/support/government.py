"""Everywhere a shipped procedure can be filed: each directory of its time, each counter of its kind."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from agencies.directory import counters, load_directories
from agencies.roster import Directory, TerritoryCode
from dossiers.procedure import Procedure
from dossiers.seats import Seat
from dossiers.values import UnitCode
from procedures.catalogue import shipped


class Place(NamedTuple):
    """A counter at which a procedure is received, and where the matter lies."""

    procedure: Procedure
    directory: Directory
    counter: UnitCode
    territory: TerritoryCode

    def __str__(self) -> str:
        return f"{self.procedure.code}.{self.procedure.version}-{self.counter}"


def places() -> Iterator[Place]:
    """Every one of them, the lowest territory that the counter serves as the place of the matter."""
    for procedure in shipped():
        for directory in load_directories():
            if directory.is_in_force(procedure.effective_on, procedure.effective_to or date.max):
                for seat in counters(directory):
                    if _receives(procedure, directory, seat):
                        home = directory.agency(seat.agency).serves[0]
                        yield Place(procedure, directory, seat.unit, lowest(directory, home))


def lowest(directory: Directory, home: TerritoryCode) -> TerritoryCode:
    """A territory that has none under it."""
    under = next((one.code for one in directory.territories if one.parent == home), None)
    return home if under is None else lowest(directory, under)


def _receives(procedure: Procedure, directory: Directory, seat: Seat) -> bool:
    kinds = (directory.agency(seat.agency).kind, directory.unit(seat.unit).kind)
    return kinds == (procedure.counter.agency, procedure.counter.unit)
