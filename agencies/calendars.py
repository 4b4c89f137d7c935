"""Working calendars as published, versioned data.

The files under ``calendars/`` never change once published. A later version names the one it amends and may
differ from it only after its own publication day: what was counted before stays as it was counted.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import model_validator

from agencies.calendar_layers import CalendarLayer, CalendarOverride, WeekHours, resolved
from datafiles.document import read_document
from datafiles.validation import validate
from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import UnknownCalendar

_FOLDER = Path(__file__).parent / "calendars"


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

    version: str
    extends: str
    published_on: date
    #: Years that were provisional and are decided now.
    decided_years: tuple[int, ...] = ()

    @model_validator(mode="after")
    def _changes_only_the_future(self) -> Self:
        if any(day <= self.published_on for day in self.days_touched()):
            message = f"chỉ được khác {self.extends} ở những ngày sau ngày công bố {self.published_on}"
            raise ValueError(message)
        return self


def calendar_versions() -> tuple[str, ...]:
    """The published versions, in the order of their names."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.yaml")))


@lru_cache(maxsize=64)
def load_calendar(version: str) -> WorkCalendar:
    """The state calendar of a version."""
    return resolve_calendar(version, ())


def resolve_calendar(version: str, overrides: Sequence[CalendarOverride]) -> WorkCalendar:
    """A unit's calendar: a state version with what its province and the unit say laid over it, in that order."""
    state, amendments = _lineage(version)
    decided = [year for amendment in amendments for year in amendment.decided_years]
    name = "/".join((version, *(override.name for override in overrides)))
    calendar = resolved(name, state.first, state.last, (state, *amendments, *overrides))
    return calendar.model_copy(
        update={
            "provisional_years": tuple(year for year in state.provisional_years if year not in decided),
            "unverified_years": state.unverified_years,
        }
    )


@lru_cache(maxsize=64)
def _lineage(version: str) -> tuple[StateCalendar, tuple[StateCalendarAmendment, ...]]:
    """A version's root and what was amended since, oldest first."""
    if version not in calendar_versions():
        raise UnknownCalendar(version)
    file = read_calendar(_FOLDER / f"{version}.yaml")
    if isinstance(file, StateCalendar):
        return file, ()
    state, amendments = _lineage(file.extends)
    return state, (*amendments, file)


def read_calendar(path: Path) -> StateCalendar | StateCalendarAmendment:
    """What a calendar file says; Faulty with every fault."""
    document = read_document(path)
    if "extends" in document.data:
        return validate(document, StateCalendarAmendment)
    return validate(document, StateCalendar)
