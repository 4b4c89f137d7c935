"""Who has held the dossier for how long of what they were given: one bar for the promise and one for each agency.

Pure: from the clocks and the ledger, which are themselves read off the journal.
"""

from collections.abc import Iterator
from typing import NamedTuple

from dossiers.clocks import Clocks
from dossiers.ledger import Ledger
from dossiers.slices import Phase, SliceKind
from dossiers.values import AgencyCode

WIDTH = 320.0


class Strip(NamedTuple):
    """One bar; every length is in seconds of working time, but for what stood still, which is wall time."""

    #: Null for the promise to the applicant.
    agency: AgencyCode | None
    used: int
    stopped: int
    #: Negative where more was used than was given; null where no limit runs.
    left: int | None
    limit: int | None

    @property
    def over(self) -> int:
        return max(0, -(self.left or 0))

    @property
    def pieces(self) -> tuple["Piece", ...]:
        """What is drawn, side by side across `WIDTH`."""
        return tuple(_pieces(self))


class Piece(NamedTuple):
    """A part of a bar: ``used``, ``over`` or ``left``."""

    kind: str
    x: float
    width: float


def strips(told: Clocks, account: Ledger) -> tuple[Strip, ...]:
    """The promise first, then the agencies as they came to have it."""
    return (*_promise(told, account), *_agencies(told, account))


def _promise(told: Clocks, account: Ledger) -> Iterator[Strip]:
    phase = account.phase(Phase.PROCESSING)
    if told.promise is None or phase is None:
        return
    left = told.promise.remaining
    seconds = left.value if left is not None and left.unit == "working_seconds" else None
    used = phase.seconds[SliceKind.RUNNING]
    yield Strip(None, used, phase.seconds[SliceKind.STOPPED], seconds, None if seconds is None else used + seconds)


def _agencies(told: Clocks, account: Ledger) -> Iterator[Strip]:
    for one in account.agencies:
        faces = [face for face in told.legs if face.seat.agency == one.agency and face.ended_at is None]
        running = [
            face.remaining.value for face in faces if face.remaining and face.remaining.unit == "working_seconds"
        ]
        left = min(running, default=None)
        given = one.limit_seconds or None
        if left is None and given is not None:
            left = given - one.used_seconds
        yield Strip(one.agency, one.used_seconds or one.worked_seconds, 0, left, given)


def _pieces(strip: Strip) -> Iterator[Piece]:
    left = max(0, strip.left or 0)
    within = strip.used - min(strip.used, strip.over)
    whole = within + strip.over + left
    if not whole:
        return
    x = 0.0
    for kind, seconds in (("used", within), ("over", strip.over), ("left", left)):
        width = WIDTH * seconds / whole
        if width:
            yield Piece(kind, x, width)
        x += width
