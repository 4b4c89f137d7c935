"""A clock that runs fast through working time and jumps over the rest: for the demonstration and acceptance only.

One map from wall time to dossier time, invertible on working time, shared by the API, the workflow and whoever plays
the officers. Where a closing and the next opening share one wall instant, the dossier is already at the opening.
"""

from datetime import datetime, timedelta

from pydantic import Field

from dossiers.calendar import WorkCalendar
from dossiers.instants import floor_to_second
from dossiers.values import Instant, Value

_MICROSECOND = timedelta(microseconds=1)


class FastClock(Value):
    """``factor`` working seconds of the dossier pass in each second on the wall."""

    origin_wall: Instant
    origin: Instant
    factor: int = Field(ge=1, le=7_200)
    calendar: WorkCalendar

    def dossier_time(self, wall: datetime) -> datetime:
        """The dossier's instant at a wall instant, in whole seconds."""
        passed = max(0, (wall - self.origin_wall) // _MICROSECOND)
        return self.calendar.latest_after(self.origin, passed * self.factor // 1_000_000)

    def wall_time(self, instant: datetime) -> datetime:
        """The first wall instant at which the dossier has reached ``instant``."""
        worked = self.calendar.working_seconds(self.origin, instant)
        return self.origin_wall + -(-worked * 1_000_000 // self.factor) * _MICROSECOND


def dossier_time(clock: FastClock | None, wall: datetime) -> datetime:
    """The legal instant at a wall instant; without a fast clock they are the same, in whole seconds."""
    return floor_to_second(wall) if clock is None else clock.dossier_time(wall)


def wall_time(clock: FastClock | None, instant: datetime) -> datetime:
    """When the wall clock shows that legal instant."""
    return instant if clock is None else clock.wall_time(instant)
