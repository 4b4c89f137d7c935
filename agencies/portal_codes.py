"""The portal's codes as one table of data: what each means, which may follow which, and which of ours each stands for.

What no published text confirms is named in ``unverified``; whoever knows better writes a table of their own into the
line's entry of the directory. A row with a result wins over the row of the status alone.
"""

from collections import deque
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from datafiles.document import read_document
from datafiles.validation import validate
from dossiers.state import DossierStatus
from dossiers.values import Result, Value

SHIPPED = Path(__file__).parent / "portal_codes.yaml"


class Meaning(StrEnum):
    """What an ``error_code`` says."""

    DONE = "done"
    SIGN_IN = "sign_in"  # nobody signs in with these words
    SESSION = "session"  # the session has ended, or never was
    REPEATED = "repeated"  # this very thing was said before
    UNLAWFUL = "unlawful"  # no such step between these codes
    UNKNOWN = "unknown"  # no such dossier
    INVALID = "invalid"  # a field is missing or wrong
    LATER = "later"  # a fault of its own


class PortalCode(Value):
    """A status as the portal knows it, and those that may follow."""

    code: int = Field(ge=1)
    name: str
    next: tuple[int, ...]


class StateCode(Value):
    """The code for a status of ours, or for it with that result."""

    status: DossierStatus
    result: Result | None = None
    code: int


class AnswerCode(Value):
    """What the portal answers, and what that means."""

    error_code: int
    meaning: Meaning


class PortalTable(Value):
    """Everything about codes."""

    version: str
    source: str
    unverified: tuple[str, ...]
    #: With which a dossier may appear there.
    first: tuple[int, ...] = Field(min_length=1)
    codes: tuple[PortalCode, ...] = Field(min_length=1)
    states: tuple[StateCode, ...]
    answers: tuple[AnswerCode, ...]

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        known = [one.code for one in self.codes]
        named = [*self.first, *(code for one in self.codes for code in one.next), *(one.code for one in self.states)]
        strange = sorted({code for code in named if code not in known})
        plain = [one.status for one in self.states if one.result is None]
        missing = [one for one in DossierStatus if one is not DossierStatus.NEW and plain.count(one) != 1]
        if strange or missing or len(known) != len(set(known)):
            message = f"mã không có trong “codes”: {strange}; trạng thái phải có đúng một dòng: {missing}"
            raise ValueError(message)
        return self

    def code_of(self, status: DossierStatus, result: Result | None = None) -> int:
        """The code under which the portal shows that status."""
        rows = [one for one in self.states if one.status is status and one.result in (None, result)]
        return max(rows, key=lambda one: one.result is not None).code

    def name_of(self, code: int) -> str:
        return next((one.name for one in self.codes if one.code == code), str(code))

    def follows(self, code: int | None, after: int) -> bool:
        """Whether the portal takes ``after`` where it holds ``code``; null where it does not hold the dossier."""
        return after == code or after in self._next(code)

    def way(self, start: int | None, end: int) -> tuple[int, ...] | None:
        """The codes to pass from ``start``, exclusive, to ``end``; the fewest. Null where there is no way."""
        if start == end:
            return (end,)
        seen: dict[int | None, tuple[int, ...]] = {start: ()}
        queue = deque([start])
        while queue:
            here = queue.popleft()
            for code in self._next(here):
                if code not in seen:
                    seen[code] = (*seen[here], code)
                    queue.append(code)
        return seen.get(end)

    def meaning(self, error_code: int | None) -> Meaning:
        """What an answer means; one that the table does not know is no refusal for good."""
        return next((one.meaning for one in self.answers if one.error_code == error_code), Meaning.LATER)

    def error_code(self, meaning: Meaning) -> int:
        """How the portal says that; KeyError where it cannot."""
        return {one.meaning: one.error_code for one in self.answers}[meaning]

    def _next(self, code: int | None) -> tuple[int, ...]:
        return self.first if code is None else next((one.next for one in self.codes if one.code == code), ())


@lru_cache(maxsize=1)
def shipped_table() -> PortalTable:
    """The table that comes with the product."""
    return read_table(SHIPPED)


def read_table(path: Path) -> PortalTable:
    """The table in a file; Faulty with every fault of it."""
    return validate(read_document(path), PortalTable)
