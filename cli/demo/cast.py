"""Who plays whom: an officer for every part that an ending names, chosen from the directory.

Copies of one ending are played by different people of the same unit, so that no officer does everything.
"""

import re
from collections.abc import Iterator

from agencies.directory import officers_of, resolve_seats
from agencies.roster import Directory, Officer
from cli.demo.scenario import Acknowledge, Ending, Perform
from dossiers.procedure import Channel, Procedure, Role
from dossiers.seats import Seat
from dossiers.values import OfficerId, UnitCode, Value

CITIZEN = "citizen"
SUPERVISOR = "supervisor"
_PART = re.compile(r"(?P<participant>[a-z_]+)\.(?P<role>[a-z_]+?)(?:-(?P<nth>[1-9]))?")


class MisCast(Exception):
    """Kịch bản nêu một vai mà không có ai đóng."""

    code = "demo-miscast"


class Cast(Value):
    """The people of one dossier."""

    directory: Directory
    seats: dict[str, Seat]
    #: The id under which the applicant's own system acts.
    citizen: OfficerId
    #: Which of several equals plays; another for every copy.
    turn: int = 0

    def who(self, part: str) -> OfficerId:
        """The officer who plays a part (``construction.officer-2``, ``supervisor``, ``citizen``)."""
        if part == CITIZEN:
            return self.citizen
        if part == SUPERVISOR:
            return self._supervisor()
        named = _PART.fullmatch(part)
        if named is None or named["participant"] not in self.seats or named["role"] not in set(Role):
            message = f"không có vai “{part}”"
            raise MisCast(message)
        return self.officer(self.seats[named["participant"]], Role(named["role"]), int(named["nth"] or 1))

    def filer(self, ending: Ending) -> OfficerId:
        """Who files: the applicant's own system online, else the counter to which the applicant came or wrote."""
        return self.citizen if ending.channel is Channel.ONLINE else self.who("counter.counter")

    def players(self, procedure: Procedure, ending: Ending) -> tuple[OfficerId, ...]:
        """Everybody who may have to act, whatever way the dossier takes."""
        usual = (self.officer(self.seats[step.by], step.role) for step in procedure.steps)
        named = (self.who(part) for part in (SUPERVISOR, *parts_named(ending)))
        return tuple(dict.fromkeys((self.filer(ending), *usual, *named)))

    def officer(self, seat: Seat, role: Role, nth: int = 1) -> OfficerId:
        """The n-th officer of a unit for a role: those who have fewest other duties first."""
        able = sorted(officers_of(self.directory, seat, role), key=lambda one: len(one.roles))
        if not able:
            able = sorted(_across(self.directory, seat, role), key=lambda one: len(one.roles))
        peers = [one for one in able if len(one.roles) == len(able[0].roles)] if able else []
        if nth > len(able):
            message = f"đơn vị {seat.unit} không có người thứ {nth} làm được việc {role}"
            raise MisCast(message)
        return peers[(self.turn + nth - 1) % len(peers)].id if nth <= len(peers) else able[nth - 1].id

    def _supervisor(self) -> OfficerId:
        supervisors = [one for _, one in self.directory.members() if Role.SUPERVISOR in one.roles]
        plain = [one for one in supervisors if len(one.roles) == 1] or supervisors
        return plain[self.turn % len(plain)].id


def cast_of(
    directory: Directory, procedure: Procedure, ending: Ending, counter: UnitCode, *, citizen: OfficerId, turn: int
) -> Cast:
    """The people of the ending's dossier at one counter."""
    seats = resolve_seats(directory, procedure, counter, ending.territory)
    return Cast(directory=directory, seats=seats, citizen=citizen, turn=turn)


def parts_named(ending: Ending) -> Iterator[str]:
    """Every part that the ending's acts name."""
    for act in ending.acts:
        if isinstance(act, Perform | Acknowledge):
            yield act.by
        if isinstance(act, Perform) and isinstance(act.body.get("officer"), str):
            yield str(act.body["officer"])


def _across(directory: Directory, seat: Seat, role: Role) -> list[Officer]:
    """An agency's head sits with its leaders, whatever unit does the work."""
    units = directory.agency(seat.agency).units
    return [one for unit in units for one in unit.officers if role in one.roles]
