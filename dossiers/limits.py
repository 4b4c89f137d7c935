"""Time limits as the law writes them, and the two ways of counting them.

Values are exact decimals with at most two places, so every limit that is measured is a whole number of
seconds. A standard working day is eight hours, whatever the hours of the unit that does the work.
"""

import re
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any, Self

from pydantic import Field, model_serializer, model_validator

from dossiers.deadline_errors import BadLimit
from dossiers.values import Value

HOUR = 3600
STANDARD_DAY = 8 * HOUR

#: Fifteen digits are more than any calendar has, and few enough for every sum to be exact.
_WRITTEN = re.compile(r"(?P<value>[0-9]{1,15}(?:\.[0-9]{1,2})?)(?P<unit>wd|d|wh|h)")


class LimitUnit(StrEnum):
    """In what a limit is expressed: working days, calendar days, working hours, hours by the wall clock."""

    WORKING_DAY = "wd"
    DAY = "d"
    WORKING_HOUR = "wh"
    HOUR = "h"


class Counting(StrEnum):
    """PROMISE counts whole days and ends at a closing; ELAPSED measures time used, to the second."""

    PROMISE = "promise"
    ELAPSED = "elapsed"


_SECONDS = {LimitUnit.WORKING_DAY: STANDARD_DAY, LimitUnit.WORKING_HOUR: HOUR, LimitUnit.HOUR: HOUR}


class TimeLimit(Value):
    """A legal length such as 5wd; on the wire and in files it is that short text."""

    value: Annotated[Decimal, Field(ge=0, decimal_places=2, allow_inf_nan=False)]
    unit: LimitUnit

    @classmethod
    def parse(cls, text: str) -> Self:
        return cls(**_read(text))

    @model_validator(mode="before")
    @classmethod
    def _from_text(cls, given: Any) -> Any:  # noqa: ANN401  (whatever pydantic was given)
        match given:
            case str():
                return _read(given)
            case {"value": float() as value}:
                raise BadLimit(value)
            case _:
                return given

    @model_validator(mode="after")
    def _has_a_last_day(self) -> Self:
        if self.unit is LimitUnit.DAY and not self.value:
            raise BadLimit(self)
        return self

    @model_serializer
    def _to_text(self) -> str:
        return str(self)

    def __str__(self) -> str:
        text = f"{self.value:f}"
        return (text.rstrip("0").rstrip(".") if "." in text else text) + self.unit

    def extended_by(self, addition: Self) -> Self:
        assert addition.unit is self.unit, "an extension is given in the unit of the limit"
        return type(self)(value=self.value + addition.value, unit=self.unit)

    @cached_property
    def count(self) -> int | None:
        """The limit as a number of whole units; None when it has a fraction."""
        whole = int(self.value)
        return whole if whole == self.value else None

    @cached_property
    def seconds(self) -> int:
        """Working seconds of wd and wh, wall seconds of h; calendar days are counted, never measured."""
        return int(self.value * _SECONDS[self.unit])


def _read(text: str) -> dict[str, Any]:
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise BadLimit(text)
    value, unit = Decimal(written["value"]), LimitUnit(written["unit"])
    if unit is LimitUnit.DAY and not value:
        raise BadLimit(text)
    return {"value": value, "unit": unit}
