"""How often one address may try: so many within so long, counted by each process for itself.

What is guessed at has forty bits and more, so it does not matter that several processes allow several times as much. An
address is forgotten when its time is over, and never written down.
"""

from collections import OrderedDict
from datetime import datetime, timedelta

from fastapi import Request

from api.errors import TooManyAttempts
from console.formats import instant

#: So many addresses are remembered; beyond them the oldest is forgotten.
_REMEMBERED = 10_000


class Throttle:
    """Counts attempts by address."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._begun: OrderedDict[str, tuple[datetime, int]] = OrderedDict()

    def require_open(self, request: Request, at: datetime) -> None:
        """Raises `TooManyAttempts`, which says when to come back."""
        begun, count = self._count(_address(request), at)
        if count >= self._most:
            until = begun + self._within
            message = f"Đã thử quá nhiều lần từ địa chỉ này. Hãy thử lại sau {instant(until)}."
            raise TooManyAttempts(message)

    def note(self, request: Request, at: datetime) -> None:
        """One more attempt."""
        address = _address(request)
        begun, count = self._count(address, at)
        self._begun[address] = (begun, count + 1)
        while len(self._begun) > _REMEMBERED:
            self._begun.popitem(last=False)

    def _count(self, address: str, at: datetime) -> tuple[datetime, int]:
        begun, count = self._begun.get(address, (at, 0))
        if at >= begun + self._within:
            self._begun.pop(address, None)
            return at, 0
        return begun, count


def _address(request: Request) -> str:
    return "" if request.client is None else request.client.host


def guesses(request: Request) -> Throttle:
    """Of codes that open something; only what was wrong is counted."""
    throttle = request.app.state.guesses
    assert isinstance(throttle, Throttle), "attach sets it"
    return throttle


def filings(request: Request) -> Throttle:
    """Of filings without an account."""
    throttle = request.app.state.filings
    assert isinstance(throttle, Throttle), "attach sets it"
    return throttle
