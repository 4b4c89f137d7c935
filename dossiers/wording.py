"""Days, instants and lengths as Vietnamese people write them."""

from datetime import date, datetime

from dossiers.limits import LimitUnit, TimeLimit
from dossiers.passages import Passage

_WEEKDAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")

_UNITS = {
    LimitUnit.WORKING_DAY: "ngày làm việc",
    LimitUnit.DAY: "ngày",
    LimitUnit.WORKING_HOUR: "giờ làm việc",
    LimitUnit.HOUR: "giờ",
}


def days_in_words(passage: Passage) -> str:
    if passage.first == passage.last:
        return day_in_words(passage.first)
    return f"{day_in_words(passage.first)} đến {day_in_words(passage.last)}"


def day_in_words(day: date) -> str:
    return f"{_WEEKDAYS[day.weekday()]} {day.day}/{day.month}/{day.year}"


def moment_in_words(instant: datetime) -> str:
    return f"{instant.time().isoformat('seconds' if instant.second else 'minutes')} {day_in_words(instant.date())}"


def limit_in_words(limit: TimeLimit) -> str:
    return f"{str(limit).removesuffix(limit.unit).replace('.', ',')} {_UNITS[limit.unit]}"


def amount_in_words(unit: str, amount: int) -> str:
    match unit:
        case "wd":
            return f"{amount} ngày làm việc"
        case "d":
            return f"{amount} ngày"
        case "working_seconds":
            return f"{length_in_words(amount)} làm việc"
        case _:
            return length_in_words(amount)


def length_in_words(seconds: int) -> str:
    minutes, second = divmod(seconds, 60)
    hours, minute = divmod(minutes, 60)
    parts = [(hours, "giờ"), (minute, "phút"), (second, "giây")]
    return " ".join(f"{count} {name}" for count, name in parts if count) or "0 giây"


def years_in_words(years: tuple[int, ...]) -> str:
    return ", ".join(str(year) for year in years)
