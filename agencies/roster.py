"""The people and places of the government: territories, agencies, their units, the officers in them.

A code names one thing for ever, in whichever version; a dossier keeps the version and the seats it was filed with.
Three tiers until 30 June 2025, two since: province and commune, beside the agencies that ministries run.
"""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import NewType

from pydantic import Field

from agencies.calendar_layers import CalendarOverride
from agencies.line_terms import AnyTerms
from dossiers.procedure import Role
from dossiers.seats import Seat
from dossiers.values import AgencyCode, OfficerId, UnitCode, Value

TerritoryCode = NewType("TerritoryCode", str)

#: Codes are also used in addresses of pages and interfaces.
CODE = r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$"


class Tier(StrEnum):
    """Where an agency stands in the government."""

    PROVINCE = "province"
    DISTRICT = "district"  # until 30 June 2025
    COMMUNE = "commune"
    VERTICAL = "vertical"  # run by its ministry: police, tax, social insurance


class Territory(Value):
    """A province, district, commune, ward or special zone."""

    code: TerritoryCode = Field(pattern=CODE)
    name: str
    parent: TerritoryCode | None = None


class Officer(Value):
    """A person in a unit and what they may do there."""

    id: OfficerId = Field(pattern=CODE)
    name: str
    roles: tuple[Role, ...] = Field(min_length=1)


class Unit(Value):
    """A part of an agency in which work lies."""

    code: UnitCode = Field(pattern=CODE)
    name: str
    kind: str
    #: The calendar override of this unit, by name.
    calendar: str | None = None
    officers: tuple[Officer, ...] = Field(min_length=1)


class Agency(Value):
    """A body that takes part in dossiers."""

    code: AgencyCode = Field(pattern=CODE)
    #: The official identifier code (mã định danh, QĐ 20/2020/QĐ-TTg).
    identifier: str = Field(pattern=r"^[A-Z][0-9]{2}(?:\.[0-9]+)*$")
    name: str
    kind: str
    tier: Tier
    parent: AgencyCode | None = None
    serves: tuple[TerritoryCode, ...] = Field(min_length=1)
    #: The calendar override of the agency and of whatever stands under it, by name.
    calendar: str | None = None
    units: tuple[Unit, ...] = Field(min_length=1)

    def unit_of_kind(self, kind: str) -> Unit | None:
        return next((unit for unit in self.units if unit.kind == kind), None)


class UnitTime(Value):
    """What a directory says about a unit's working time."""

    overrides: tuple[CalendarOverride, ...]
    #: The unit and the agencies over it, the outermost first: where a calendar version may say something of its own.
    places: tuple[str, ...]


class Kind(Value):
    """A kind of agency or unit, which procedures name instead of naming a real one."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    name: str


class Directory(Value):
    """Everybody who takes part, in one version."""

    version: str
    effective_from: date
    #: The last day on which dossiers are filed with it; open where nothing is said.
    effective_to: date | None = None
    unverified: tuple[str, ...]
    territories: tuple[Territory, ...]
    agency_kinds: tuple[Kind, ...]
    unit_kinds: tuple[Kind, ...]
    calendars: tuple[CalendarOverride, ...]
    agencies: tuple[Agency, ...]
    #: Who has a system of their own; everybody else works in ours.
    lines: tuple[AnyTerms, ...] = ()

    def is_in_force(self, first: date, last: date) -> bool:
        """Whether dossiers are filed with it on some day of that time."""
        return self.effective_from <= last and (self.effective_to is None or first <= self.effective_to)

    def agency(self, code: AgencyCode) -> Agency:
        """The agency of that code; KeyError if there is none."""
        return self._agencies[code]

    def has_agency(self, code: AgencyCode) -> bool:
        return code in self._agencies

    def has_unit(self, code: UnitCode) -> bool:
        return code in self._units

    def has_officer(self, code: OfficerId) -> bool:
        return code in self._officers

    def unit(self, code: UnitCode) -> Unit:
        """The unit of that code; KeyError if there is none."""
        return self._units[code][1]

    def seat(self, code: UnitCode) -> Seat:
        """The unit of that code as a seat; KeyError if there is none."""
        return Seat(agency=self._units[code][0].code, unit=code)

    def officer(self, code: OfficerId) -> Officer:
        """The officer of that id; KeyError if there is none."""
        return self._officers[code][1]

    def seat_of(self, code: OfficerId) -> Seat:
        """Where the officer of that id sits; KeyError if there is none."""
        return self.seat(self._officers[code][0].code)

    def members(self) -> Iterator[tuple[Seat, Officer]]:
        """Every officer at their seat, in the order they are written."""
        for agency in self.agencies:
            for unit in agency.units:
                for officer in unit.officers:
                    yield Seat(agency=agency.code, unit=unit.code), officer

    def line(self, code: AgencyCode) -> AnyTerms | None:
        return next((one for one in self.lines if one.code == code), None)

    def lineage(self, code: TerritoryCode) -> tuple[TerritoryCode, ...]:
        """The territory and those around it, the narrowest first."""
        around = self._territories[code].parent
        return (code,) if around is None else (code, *self.lineage(around))

    def calendar_overrides(self, code: UnitCode) -> tuple[CalendarOverride, ...]:
        """What is laid over the state calendar for a unit, the outermost first."""
        agency, unit = self._units[code]
        names = [unit.calendar, agency.calendar]
        while agency.parent is not None:
            agency = self._agencies[agency.parent]
            names.append(agency.calendar)
        by_name = {one.name: one for one in self.calendars}
        return tuple(by_name[name] for name in reversed(names) if name is not None)

    def places_of(self, code: UnitCode) -> tuple[str, ...]:
        """The unit and the agencies over it, the outermost first."""
        agency, unit = self._units[code]
        places: list[str] = [unit.code, agency.code]
        while agency.parent is not None:
            agency = self._agencies[agency.parent]
            places.append(agency.code)
        return tuple(reversed(places))

    def working_times(self) -> dict[UnitCode, UnitTime]:
        """What is said here about the working time of every unit."""
        return {
            code: UnitTime(overrides=self.calendar_overrides(code), places=self.places_of(code)) for code in self._units
        }

    @cached_property
    def _territories(self) -> dict[TerritoryCode, Territory]:
        return {one.code: one for one in self.territories}

    @cached_property
    def _agencies(self) -> dict[AgencyCode, Agency]:
        return {one.code: one for one in self.agencies}

    @cached_property
    def _units(self) -> dict[UnitCode, tuple[Agency, Unit]]:
        return {unit.code: (agency, unit) for agency in self.agencies for unit in agency.units}

    @cached_property
    def _officers(self) -> dict[OfficerId, tuple[Unit, Officer]]:
        units = (unit for agency in self.agencies for unit in agency.units)
        return {officer.id: (unit, officer) for unit in units for officer in unit.officers}
