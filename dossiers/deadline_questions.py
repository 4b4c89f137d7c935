"""A question to the legal clock as a line of text puts it, and the answer: one contract for command line and HTTP.

Faults are looked for in the order of the codes in `deadline_errors`; whatever does not have the shape of a question is
a bad request.
"""

import re
from collections.abc import Callable
from datetime import time
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dossiers.calendar import WorkCalendar
from dossiers.counting import require_unit
from dossiers.deadline_errors import BadRequest
from dossiers.explanation import Explanation, explain
from dossiers.explanation_text import in_words
from dossiers.instants import format_instant, parse_instant
from dossiers.limits import Counting, TimeLimit
from dossiers.stops import Extend, Stop, parse_policy

_CUTOFF = re.compile(r"[0-9]{2}:[0-9]{2}(?::[0-9]{2})?")


class StopAsked(BaseModel):
    """A stop as written; ``to`` is null or absent while it is open, and means nothing for an extension."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    start: Annotated[str, Field(alias="from")]
    end: Annotated[str | None, Field(alias="to")] = None
    policy: str

    def stop(self) -> Stop:
        start, policy = parse_instant(self.start), parse_policy(self.policy)
        if self.end is None or isinstance(policy, Extend):
            return Stop(start=start, policy=policy)
        return Stop(start=start, end=parse_instant(self.end), policy=policy)


class DeadlineQuestion(BaseModel):
    """When does a limit end that began with this receipt?"""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    calendar: str
    received: str
    limit: str
    counting: Literal["promise", "elapsed"] | None = None
    cutoff: str | None = None
    stops: list[StopAsked] | None = None

    @classmethod
    def read(cls, written: str | bytes) -> Self:
        """The question that a JSON object asks."""
        try:
            return cls.model_validate_json(written)
        except ValidationError as error:
            raise BadRequest(_first_fault(error)) from error

    @classmethod
    def of(cls, **parts: Any) -> Self:  # noqa: ANN401  (checked here)
        """The question that these parts ask."""
        try:
            return cls.model_validate(parts)
        except ValidationError as error:
            raise BadRequest(_first_fault(error)) from error


def _first_fault(error: ValidationError) -> str:
    fault = error.errors(include_url=False, include_input=False)[0]
    return ": ".join([*(str(part) for part in fault["loc"]), fault["msg"]])


def explained(question: DeadlineQuestion, calendar_of: Callable[[str], WorkCalendar]) -> Explanation:
    """The deadline asked for, with its reasons."""
    cutoff = _cutoff(question.cutoff)
    calendar = calendar_of(question.calendar)
    received = parse_instant(question.received)
    limit = TimeLimit.parse(question.limit)
    counting = Counting(question.counting or Counting.PROMISE)
    require_unit(limit, counting)
    stops = [asked.stop() for asked in question.stops or ()]
    return explain(calendar, received, limit, counting, cutoff, stops)


def answered(explanation: Explanation) -> dict[str, Any]:
    """The answer as JSON: the due instant or what remains, and why."""
    return {
        "due": format_instant(explanation.due) if explanation.due else None,
        "remaining": explanation.remaining.model_dump() if explanation.remaining else None,
        "explain": {"text": "\n".join(in_words(explanation)), **explanation.model_dump(mode="json")},
    }


def _cutoff(written: str | None) -> time | None:
    if written is None:
        return None
    try:
        return time.fromisoformat(written if _CUTOFF.fullmatch(written) else "")
    except ValueError as error:
        raise BadRequest(written) from error
