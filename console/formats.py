"""Instants, lengths and counts as Vietnamese people read them; what templates may write."""

from collections.abc import Callable, Mapping
from datetime import date, datetime

from dossiers.instants import VIETNAM
from dossiers.limits import TimeLimit
from dossiers.phrases import role_words
from dossiers.procedure import Role
from dossiers.wording import day_in_words, limit_in_words

_HOUR = 3_600
#: As people count: eight working hours are a day of work.
_WORKING_DAY = 8 * _HOUR


def instant(value: datetime | None) -> str:
    """“17:00 27/11/2026”."""
    return "–" if value is None else value.astimezone(VIETNAM).strftime("%H:%M %d/%m/%Y")


def short_instant(value: datetime | None) -> str:
    """“17:00 27/11”, where the year goes without saying."""
    return "–" if value is None else value.astimezone(VIETNAM).strftime("%H:%M %d/%m")


def long_day(value: datetime | date) -> str:
    """“thứ Sáu 27/11/2026”."""
    return day_in_words(value.astimezone(VIETNAM).date() if isinstance(value, datetime) else value)


def machine(value: datetime) -> str:
    """For the attribute of a time element."""
    return value.astimezone(VIETNAM).isoformat(timespec="seconds")


def length(seconds: int) -> str:
    """A length of working time, rounded as people round: “45 phút”, “4,5 giờ”, “2,5 ngày”."""
    amount = abs(seconds)
    if amount < _HOUR:
        return f"{amount // 60} phút"
    if amount < _WORKING_DAY:
        return f"{_tenths(amount, _HOUR)} giờ"
    return f"{_tenths(amount, _WORKING_DAY)} ngày"


def number(value: int) -> str:
    """“12.345”."""
    return f"{value:,}".replace(",", ".")


def code(value: str | None) -> str:
    """“7K3M-Q9XD”, as people read a code aloud."""
    return "–" if value is None else f"{value[:4]}-{value[4:]}"


def day(value: date) -> str:
    """“27/11/2026”."""
    return value.strftime("%d/%m/%Y")


def limit(value: TimeLimit | None) -> str:
    """“7 ngày làm việc”."""
    return "–" if value is None else limit_in_words(value)


def role(value: Role) -> str:
    return role_words(value)


def _tenths(amount: int, unit: int) -> str:
    """Rounded down: nobody is told of more time than there is."""
    whole, tenth = divmod(amount * 10 // unit, 10)
    return f"{number(whole)},{tenth}" if tenth else number(whole)


FILTERS: Mapping[str, Callable[..., str]] = {
    "instant": instant,
    "short_instant": short_instant,
    "long_day": long_day,
    "machine": machine,
    "time": length,
    "number": number,
    "code": code,
    "day": day,
    "limit": limit,
    "role": role,
}
