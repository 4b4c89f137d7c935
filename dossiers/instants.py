"""Instants of legal time: whole seconds, read and written with the offset of Vietnam.

A bare date is never an instant: the law counts from a moment of receipt, and guessing midnight or noon would
move a promise by a day. Whoever holds parts of a second (a database clock, a timer) floors them first.
"""

import re
from datetime import datetime, timedelta, timezone
from typing import Annotated

from pydantic import AfterValidator

from dossiers.deadline_errors import BadInstant

VIETNAM = timezone(timedelta(hours=7))

_WRITTEN = re.compile(
    r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]"
    r"(?P<minute>[0-9]{2}:[0-9]{2})(?P<second>:[0-9]{2})?(?:\.0+)?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?"
)


def parse_instant(text: str) -> datetime:
    """Read an instant; one written without an offset is Vietnamese time."""
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise BadInstant(text)
    day, minute, second, offset = written.groups()
    try:
        return local(datetime.fromisoformat(f"{day}T{minute}{second or ':00'}{(offset or '+07:00').upper()}"))
    except ValueError as error:
        raise BadInstant(text) from error


def format_instant(instant: datetime) -> str:
    return local(instant).isoformat()


def local(instant: datetime) -> datetime:
    """The same instant on a Vietnamese clock."""
    if instant.tzinfo is VIETNAM and not instant.microsecond:
        return instant
    if instant.tzinfo is None or instant.microsecond:
        raise BadInstant(instant.isoformat())
    try:
        return instant.astimezone(VIETNAM)
    except OverflowError as error:
        raise BadInstant(instant.isoformat()) from error


def floor_to_second(instant: datetime) -> datetime:
    """The whole second in which a reading of a clock falls."""
    return local(instant.replace(microsecond=0))


#: A whole second, always on a Vietnamese clock.
LegalInstant = Annotated[datetime, AfterValidator(local)]
