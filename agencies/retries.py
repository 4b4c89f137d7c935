"""After which pauses a message is sent again, and when it is given up."""

from datetime import timedelta

from pydantic import Field

from dossiers.values import Value

_SECONDS = (5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)


class RetryTable(Value):
    """The pause after each failed attempt; as Standard Webhooks 1.0 has it, three days and more in all."""

    waits: tuple[timedelta, ...] = tuple(timedelta(seconds=one) for one in _SECONDS)
    #: Demonstration and acceptance only: every pause is divided by this.
    scale: float = Field(default=1, ge=1)

    def after(self, attempt: int) -> timedelta | None:
        """The pause after the attempt of that number (the first is 1); null when it was the last."""
        return self.waits[attempt - 1] / self.scale if attempt <= len(self.waits) else None
