"""What stands on an ending's own day: its procedure in the version of then, the directory, the clock that leads there.

Everything is read once: while the clock runs fast there is no time to read files.
"""

from datetime import date, datetime
from functools import lru_cache

from agencies.calendars import load_calendar
from agencies.directory import in_force, load_directories
from agencies.roster import Directory
from dossiers.fast_clock import FastClock
from dossiers.procedure import Procedure
from dossiers.values import OfficerId, ProcedureCode
from procedures import catalogue


@lru_cache(maxsize=1)
def published() -> tuple[Procedure, ...]:
    """Every shipped procedure in every version."""
    return catalogue.shipped()


@lru_cache(maxsize=1024)
def procedures_on(day: date) -> dict[ProcedureCode, Procedure]:
    """Those that may be filed on a day, each in its version of then."""
    return dict(catalogue.in_force(published(), day))


def directory_on(day: date) -> Directory:
    """The directory with which a dossier is filed on a day; the first one before there was any."""
    return in_force(load_directories(), day) or load_directories()[0]


def directory_of(officer: OfficerId) -> Directory:
    """The newest directory that knows an officer; KeyError if none does."""
    known = next((one for one in reversed(load_directories()) if one.has_officer(officer)), None)
    if known is None:
        raise KeyError(officer)
    return known


def clock_at(origin: datetime, *, calendar: str, factor: int, begins: datetime) -> FastClock:
    """The map by which a dossier's time begins at ``origin`` when the wall shows ``begins``."""
    years = load_calendar(calendar).between(date(origin.year, 1, 1), date(origin.year + 1, 12, 31))
    return FastClock(origin_wall=begins, origin=origin, factor=factor, calendar=years)
