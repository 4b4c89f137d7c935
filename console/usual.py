"""How long a procedure usually takes, in words, by what the register says of the latest dossiers that were decided."""

from datetime import timedelta

from dossiers.values import ProcedureCode
from store.database import Transaction
from store.register import read_usual_time

#: Fewer say nothing of what is usual, and much of somebody.
_FEWEST = 5
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)


async def usual_words(tx: Transaction, procedure: ProcedureCode) -> str | None:
    """A sentence; null where too few were decided."""
    usual = await read_usual_time(tx, procedure)
    if usual.dossiers < _FEWEST or usual.half is None or usual.nine_in_ten is None:
        return None
    return (
        f"Một nửa số hồ sơ gần đây có kết quả trong {span(usual.half)}, chín phần mười trong "
        f"{span(usual.nine_in_ten)}, kể từ khi được tiếp nhận, kể cả ngày nghỉ và lúc tạm dừng "
        f"(theo {usual.dossiers} hồ sơ)."
    )


def span(length: timedelta) -> str:
    """Rounded up: nobody is promised more than there was."""
    if length <= _DAY:
        return f"{max(1, -(-length // _HOUR))} giờ"
    return f"{-(-length // _DAY)} ngày"
