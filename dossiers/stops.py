"""Stops of a legal clock: when nobody counts, on which ground, and how counting goes on.

A stop is the span from its act to its end, the end excluded; one without an end is still open. RESUME goes on
where the clock stood, RESTART counts the full limit anew from the end of the stop (NĐ 61/2018/NĐ-CP, Điều
19.4), EXTEND stops nothing and adds to the limit at its act.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, NamedTuple

from pydantic import Field

from dossiers.deadline_errors import BadLimit, BadStop
from dossiers.instants import LegalInstant
from dossiers.limits import TimeLimit
from dossiers.values import Value


class StopReason(StrEnum):
    """Why the law lets a clock stand still."""

    SUPPLEMENT = "supplement"
    PAYMENT = "payment"
    ATTENDANCE = "attendance"
    FORCE_MAJEURE = "force_majeure"
    SUSPENSION = "suspension"


class Resume(Value):
    """Go on where the clock stood."""

    kind: Literal["resume"] = "resume"

    def __str__(self) -> str:
        return self.kind


class Restart(Value):
    """Count the full limit anew, as if received at the end of the stop.

    Whatever came before is forgotten, another restart included, and even the part of it that runs past this one's end.
    """

    kind: Literal["restart"] = "restart"

    def __str__(self) -> str:
        return self.kind


class Extend(Value):
    """Add to the limit; nothing stops."""

    kind: Literal["extend"] = "extend"
    by: TimeLimit

    def __str__(self) -> str:
        return f"{self.kind}({self.by})"


StopPolicy = Annotated[Resume | Restart | Extend, Field(discriminator="kind")]

RESUME = Resume()
RESTART = Restart()

_EXTEND = re.compile(r"extend\((?P<by>[^()]*)\)")


class Stop(Value):
    """One stop of the clock, with what justifies it."""

    start: LegalInstant
    end: LegalInstant | None = None
    policy: StopPolicy = RESUME
    reason: StopReason | None = None
    basis: str = ""
    evidence: str = ""


class Pause(NamedTuple):
    """A span in which the clock stands still; None is a span still open."""

    start: datetime
    end: datetime | None


def parse_policy(text: str) -> Resume | Restart | Extend:
    extension = _EXTEND.fullmatch(text)
    if extension is not None:
        try:
            return Extend(by=TimeLimit.parse(extension["by"]))
        except BadLimit as error:
            raise BadStop(text) from error
    match text:
        case "resume":
            return RESUME
        case "restart":
            return RESTART
        case _:
            raise BadStop(text)


def in_order(stops: Iterable[Stop]) -> list[Stop]:
    """The stops by their start; those that start together stay as they were given."""
    ordered = sorted(stops, key=lambda stop: stop.start)
    for stop in ordered:
        if stop.end is not None and stop.end < stop.start and not isinstance(stop.policy, Extend):
            raise BadStop(stop.end.isoformat())
    return ordered


def merged(pauses: tuple[Pause, ...], pause: Pause) -> tuple[Pause, ...]:
    """The pauses with one more, which starts no earlier: what overlaps or touches becomes one."""
    if not pauses:
        return (pause,)
    *before, last = pauses
    if last.end is not None and pause.start > last.end:
        return (*pauses, pause)
    end = None if last.end is None or pause.end is None else max(last.end, pause.end)
    return (*before, Pause(last.start, end))
