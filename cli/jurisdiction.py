"""Calendar, decrees, directories and procedures, shipped or published, as the jurisdiction the linter judges by."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from agencies.calendars import Lineage, calendar_of, calendar_versions, shipped_lineage
from agencies.directory import counters, load_directories, nearest_agency
from agencies.roster import Agency, Directory, Territory, Unit
from commands.procedures import Published
from datafiles.document import read_document
from datafiles.faults import Faulty
from datafiles.validation import validate
from dossiers.calendar import WorkCalendar
from dossiers.procedure import Duty, Participant, Procedure
from dossiers.values import ProcedureCode
from procedures.catalogue import CATALOGUE, shipped_rule_sets
from procedures.jurisdiction import Jurisdiction, Post


@dataclass(frozen=True)
class DirectoriesStaff:
    """The people of every directory with which a procedure may be filed."""

    directories: Sequence[Directory]
    lineage: Lineage

    def posts(self, procedure: Procedure, part: Participant) -> Sequence[Post]:
        """As its protocol says; in the directories whose time and the procedure's own have a day in common."""
        last = procedure.effective_to or date.max
        known = [one for one in self.directories if one.is_in_force(procedure.effective_on, last)]
        return tuple(post for one in known for post in DirectoryStaff(one, self.lineage).posts(part))


@dataclass(frozen=True)
class DirectoryStaff:
    """The people of a directory, each with the calendar of their unit."""

    directory: Directory
    lineage: Lineage

    def posts(self, part: Participant) -> Sequence[Post]:
        """The counter's part at every counter of its kind, any other part in every territory that has none under it."""
        if part.duty is Duty.COUNTER:
            return tuple(self._counters(part))
        return tuple(self._post(part, one) for one in self._lowest())

    def _counters(self, part: Participant) -> Iterator[Post]:
        for seat in counters(self.directory):
            agency, unit = self.directory.agency(seat.agency), self.directory.unit(seat.unit)
            if agency.kind == part.agency and unit.kind == part.unit:
                yield self._filled(agency.name, unit)

    def _post(self, part: Participant, territory: Territory) -> Post:
        agency: Agency | None = nearest_agency(self.directory, part.agency, territory.code)
        unit = agency.unit_of_kind(part.unit) if agency is not None else None
        if unit is None:
            return Post(place=territory.name, calendar=calendar_of(self.lineage))
        return self._filled(territory.name, unit)

    def _filled(self, place: str, unit: Unit) -> Post:
        return Post(
            place=place,
            calendar=self._calendar(unit),
            unit=unit.code,
            officers={officer.id: officer.roles for officer in unit.officers},
        )

    def _calendar(self, unit: Unit) -> WorkCalendar:
        overrides, places = self.directory.calendar_overrides(unit.code), self.directory.places_of(unit.code)
        return calendar_of(self.lineage, overrides, places)

    def _lowest(self) -> Iterator[Territory]:
        parents = {one.parent for one in self.directory.territories}
        return (one for one in self.directory.territories if one.code not in parents)


def shipped_jurisdiction() -> Jurisdiction:
    """What comes with the product, by its newest calendar."""
    return jurisdiction_of(
        Published(
            lineage=shipped_lineage(calendar_versions()[-1]),
            rule_sets=shipped_rule_sets(),
            directories=load_directories(),
            procedures=procedures_in(sorted(CATALOGUE.glob("*.yaml"))),
        )
    )


def jurisdiction_of(published: Published, joining: Sequence[Procedure] = ()) -> Jurisdiction:
    """What is published, and what is to be published with it."""
    return Jurisdiction(
        calendar=calendar_of(published.lineage),
        rule_sets={one.code: one for one in published.rule_sets},
        staff=DirectoriesStaff(published.directories, published.lineage),
        procedures=_newest([*published.procedures, *joining]),
    )


def procedures_in(paths: Sequence[Path]) -> tuple[Procedure, ...]:
    """The procedures that can be read; what is wrong with the others is told elsewhere."""
    found: list[Procedure] = []
    for path in paths:
        try:
            found.append(validate(read_document(path), Procedure))
        except (Faulty, OSError):
            continue
    return tuple(found)


def _newest(procedures: Sequence[Procedure]) -> Mapping[ProcedureCode, Procedure]:
    return {one.code: one for one in sorted(procedures, key=lambda one: one.version)}
