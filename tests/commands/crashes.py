"""Parts that do their work and then break once, as a process does that is killed at that very point."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from temporalio.client import (
    Client,
    Interceptor,
    OutboundInterceptor,
    StartWorkflowUpdateInput,
    StartWorkflowUpdateWithStartInput,
    WorkflowUpdateHandle,
)

from store.database import Database, Transaction
from store.errors import OutcomeUnknown
from tests.support.postgres import Database as Address


class Killed(BaseException):
    """The process ended here."""


class DatabaseThatDies(Database):
    """Lets a number of transactions commit, then dies once before its caller hears of the last one."""

    commits_left: int = 0
    death: BaseException = Killed()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield tx
        self._commit()

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[Transaction]:
        async with super().at_once() as tx:
            yield tx
        self._commit()

    def _commit(self) -> None:
        self.commits_left -= 1
        if self.commits_left == 0:
            raise self.death


async def dying_database(address: Address, *, commits: int, acknowledged: bool = False) -> DatabaseThatDies:
    """``acknowledged``: the process lives on, only the acknowledgement of the commit was lost."""
    database = await DatabaseThatDies.connect(address.url, application="dying", connections=2)
    database.commits_left = commits
    database.death = OutcomeUnknown() if acknowledged else Killed()
    return database


class _Dying(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, *, sends: bool) -> None:
        super().__init__(following)
        self._sends = sends
        self._alive = True

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
        self._die_before()
        answer = await super().start_workflow_update(input)
        self._die_after()
        return answer

    async def start_update_with_start_workflow(
        self,
        input: StartWorkflowUpdateWithStartInput,  # noqa: A002
    ) -> WorkflowUpdateHandle[Any]:
        self._die_before()
        answer = await super().start_update_with_start_workflow(input)
        self._die_after()
        return answer

    def _die_before(self) -> None:
        if not self._sends:
            self._die_after()

    def _die_after(self) -> None:
        if self._alive:
            self._alive = False
            raise Killed


class _Dies(Interceptor):
    def __init__(self, *, sends: bool) -> None:
        self._sends = sends

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002
        return _Dying(next, sends=self._sends)


class _Meanwhile(OutboundInterceptor):
    def __init__(self, following: OutboundInterceptor, act: Callable[[], Awaitable[None]]) -> None:
        super().__init__(following)
        self._act = act

    async def start_workflow_update(self, input: StartWorkflowUpdateInput) -> WorkflowUpdateHandle[Any]:  # noqa: A002
        answer = await super().start_workflow_update(input)
        await self._act()
        return answer


class _Interrupts(Interceptor):
    def __init__(self, act: Callable[[], Awaitable[None]]) -> None:
        self._act = act

    def intercept_client(self, next: OutboundInterceptor) -> OutboundInterceptor:  # noqa: A002
        return _Meanwhile(next, self._act)


def interrupted(client: Client, act: Callable[[], Awaitable[None]]) -> Client:
    """Something else happens after an update was applied and before its sender goes on."""
    return _with(client, _Interrupts(act))


def dying_before_sending(client: Client) -> Client:
    """The first update is never sent."""
    return _with(client, _Dies(sends=False))


def dying_after_sending(client: Client) -> Client:
    """The first update is applied, and nobody hears the answer."""
    return _with(client, _Dies(sends=True))


def _with(client: Client, interceptor: Interceptor) -> Client:
    config = client.config()
    config["interceptors"] = [interceptor]
    return Client(**config)
