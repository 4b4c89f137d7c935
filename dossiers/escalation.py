"""The escalation ladder as data: which rung comes when, and whom it tells.

A rung before or at the due instant is a share of the limit; a rung after it is a length of working time. Each fires
exactly once per term (NĐ 61/2018/NĐ-CP, Điều 19.9, asks for the warning before the lateness, not after it).
"""

from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from pydantic import Field, model_validator

from dossiers.limits import TimeLimit
from dossiers.values import AgencyCode, OfficerId, Subject, UnitCode, Value


class NoticeRole(StrEnum):
    """To whom a rung speaks; resolved against the seat that owes the work."""

    HOLDER = "holder"
    UNIT_HEAD = "unit_head"
    AGENCY_HEAD = "agency_head"
    ONE_STOP_HEAD = "one_stop_head"
    SUPERVISOR = "supervisor"


class Rung(Value):
    """One rung: either ``share`` (percent of the limit, 100 is the due instant) or ``after`` (working time)."""

    code: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    label: str
    share: Decimal | None = Field(default=None, gt=0, le=100)
    after: TimeLimit | None = None
    notify: NoticeRole

    @model_validator(mode="after")
    def _one_of(self) -> "Rung":
        if (self.share is None) == (self.after is None):
            message = "a rung has either 'share' (percent of the limit) or 'after' (working time past the due instant)"
            raise ValueError(message)
        return self

    @property
    def is_overdue(self) -> bool:
        """Whether this rung says that the due instant has passed."""
        return self.after is not None or self.share == 100  # noqa: PLR2004  (percent)


#: The rung that no ladder writes, for the decree gives it to every promise.
APOLOGY: Final = "apology"


class LastDay(Value):
    """The opening of the last working day before the due date: will it be kept? (NĐ 61/2018/NĐ-CP, Điều 19.9)."""

    code: Literal["apology"] = APOLOGY
    notify: Literal[NoticeRole.HOLDER] = NoticeRole.HOLDER
    is_overdue: Literal[False] = False


class Notice(Value):
    """A message to a named role or officer about a deadline, to be acknowledged."""

    id: UUID
    subject: Subject
    agency: AgencyCode
    unit: UnitCode | None = None
    role: NoticeRole
    officer: OfficerId | None = None
