"""Working calendars as published, versioned data.

The files under ``calendars/`` never change once published. A later version names the one it amends and may
differ from it only after its own publication day: what was counted before stays as it was counted.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from agencies.calendar_layers import CalendarLayer, CalendarOverride, WeekHours, resolved
from datafiles.document import read_document
from datafiles.validation import validate
from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import UnknownCalendar

_FOLDER = Path(__file__).parent / "calendars"

#: Versions are also used in addresses of pages and interfaces.
CODE = r"^[a-z0-9]+(?:[-.][a-z0-9]+)*$"


class StateCalendar(CalendarLayer):
    """A state calendar written out in full."""

    version: str
    first: date
    last: date
    hours: WeekHours
    provisional_years: tuple[int, ...] = ()
    unverified_years: tuple[int, ...] = ()


class StateCalendarAmendment(CalendarLayer):
    """A later version, written as its difference from the one it amends."""

    version: str = Field(pattern=CODE)
    extends: str
    published_on: date
    #: What was decided, as it is cited.
    decision: str = ""
    #: Up to when the calendar reaches now, if further than before.
    last: date | None = None
    #: Years that were provisional and are decided now.
    decided_years: tuple[int, ...] = ()
    #: Years that are estimated, because nobody has decided them yet.
    provisional_years: tuple[int, ...] = ()
    #: What it says about single agencies, with all that stands under them, or units: a closure, other hours.
    places: dict[str, CalendarLayer] = {}

    @model_validator(mode="after")
    def _changes_only_the_future(self) -> Self:
        touched = [*self.days_touched(), *(day for layer in self.places.values() for day in layer.days_touched())]
        if any(day <= self.published_on for day in touched):
            message = f"chỉ được khác {self.extends} ở những ngày sau ngày công bố {self.published_on}"
            raise ValueError(message)
        return self


CalendarFile = StateCalendar | StateCalendarAmendment
#: A version with all that it amends, the one that is written in full first.
Lineage = Sequence[CalendarFile]


def calendar_versions() -> tuple[str, ...]:
    """The shipped versions, in the order of their names."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@lru_cache(maxsize=64)
def load_calendar(version: str) -> WorkCalendar:
    """The shipped state calendar of a version."""
    return calendar_of(shipped_lineage(version))


def resolve_calendar(version: str, overrides: Sequence[CalendarOverride]) -> WorkCalendar:
    """A unit's calendar by a shipped version: what its province and the unit say is laid over it, in that order."""
    return calendar_of(shipped_lineage(version), overrides)


def calendar_of(
    lineage: Lineage, overrides: Sequence[CalendarOverride] = (), places: Sequence[str] = ()
) -> WorkCalendar:
    """A unit's calendar by the last version of a lineage.

    ``places`` are the unit and the agencies over it, the outermost first. The state's layers lie at the
    bottom, then what the directory says, then what later versions say about a place.
    """
    state, amendments = _parted(lineage)
    said = [(place, one.places[place]) for one in amendments for place in places if place in one.places]
    name = "/".join(
        (lineage[-1].version, *(override.name for override in overrides), *dict.fromkeys(place for place, _ in said))
    )
    last = max([state.last, *(one.last for one in amendments if one.last is not None)])
    layers = (state, *amendments, *overrides, *(layer for _, layer in said))
    decided = {year for one in amendments for year in one.decided_years}
    provisional = (*state.provisional_years, *(year for one in amendments for year in one.provisional_years))
    return resolved(name, state.first, last, layers).model_copy(
        update={
            "provisional_years": tuple(year for year in dict.fromkeys(provisional) if year not in decided),
            "unverified_years": state.unverified_years,
        }
    )


def _parted(lineage: Lineage) -> tuple[StateCalendar, tuple[StateCalendarAmendment, ...]]:
    state, *amendments = lineage
    assert isinstance(state, StateCalendar), "a lineage begins with a calendar that is written in full"
    return state, tuple(one for one in amendments if isinstance(one, StateCalendarAmendment))


@lru_cache(maxsize=64)
def shipped_lineage(version: str) -> tuple[CalendarFile, ...]:
    """A shipped version with all that it amends, oldest first. Raises `UnknownCalendar`."""
    if version not in calendar_versions():
        raise UnknownCalendar(version)
    file = read_calendar(_FOLDER / f"{version}.yaml")
    return (file,) if isinstance(file, StateCalendar) else (*shipped_lineage(file.extends), file)


def read_calendar(path: Path) -> CalendarFile:
    """What a calendar file says; Faulty with every fault."""
    document = read_document(path)
    if "extends" in document.data:
        return validate(document, StateCalendarAmendment)
    return validate(document, StateCalendar)
