# ruff: noqa: A002, ANN401  (the signatures of the SDK)
"""Failures that any activity may meet, put between Temporal and every one of them."""

from collections import Counter
from typing import Any

from temporalio import activity
from temporalio.exceptions import ApplicationError
from temporalio.worker import ActivityInboundInterceptor, ExecuteActivityInput, Interceptor


class Meddling(Interceptor):
    """Meddles with each activity and counts how often, by name."""

    def __init__(self) -> None:
        self.meddled: Counter[str] = Counter()

    def intercept_activity(self, next: ActivityInboundInterceptor) -> ActivityInboundInterceptor:
        return _Meddling(next, self)

    async def around(self, execute: "_Meddling", input: ExecuteActivityInput) -> Any:
        """What is done instead of executing the activity once."""
        raise NotImplementedError

    def count(self) -> None:
        self.meddled[activity.info().activity_type] += 1


class RunTwice(Meddling):
    """A worker dies between the effect and its answer, and another does it all again."""

    async def around(self, execute: "_Meddling", input: ExecuteActivityInput) -> Any:
        first = await execute.really(input)
        second = await execute.really(input)
        assert first == second, "a second run must answer as the first"
        self.count()
        return second


class LoseAcknowledgement(Meddling):
    """The effect happened; the answer of the first attempt never arrived."""

    async def around(self, execute: "_Meddling", input: ExecuteActivityInput) -> Any:
        answer = await execute.really(input)
        if activity.info().attempt == 1:
            self.count()
            message = "acknowledgement lost"
            raise ConnectionError(message)
        return answer


class FailForGood(Meddling):
    """The first call of one activity fails, and nobody retries it; later calls go through."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    async def around(self, execute: "_Meddling", input: ExecuteActivityInput) -> Any:
        if activity.info().activity_type == self._name and not self.meddled:
            self.count()
            message = "given up"
            raise ApplicationError(message, non_retryable=True)
        return await execute.really(input)


class _Meddling(ActivityInboundInterceptor):
    def __init__(self, next: ActivityInboundInterceptor, meddling: Meddling) -> None:
        super().__init__(next)
        self._meddling = meddling

    async def execute_activity(self, input: ExecuteActivityInput) -> Any:
        return await self._meddling.around(self, input)

    async def really(self, input: ExecuteActivityInput) -> Any:
        return await super().execute_activity(input)
