"""Telling another system of an event: signed for or not, noted, and safe to do again under the same identity."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import structlog
from temporalio import activity
from temporalio.exceptions import ApplicationError, ApplicationErrorCategory

from activities.messages import COMPARE, DISPATCH, Compare, Dispatch, Dispatched
from agencies.line import Comparable, Line, LineFailure, LineSilent
from agencies.retries import RetryTable
from dossiers.drift import Standing
from dossiers.events import Record
from dossiers.identity import dispatch_id
from dossiers.values import AgencyCode
from store.database import Database
from store.dispatches import find_arrival, note_arrival, note_failure
from store.journal import read_journal

#: Whoever journals the event may have died: the sweeper brings it within its lease, which is shorter.
_JOURNAL_WITHIN = timedelta(seconds=25)
_LOOK_AGAIN = timedelta(milliseconds=20)

_log = structlog.get_logger("dispatch")


class Exchange(Protocol):
    """Our side of every line."""

    async def of(self, line: AgencyCode) -> Line: ...


class DispatchActivities:
    """The lines as the workflow may reach them."""

    def __init__(self, database: Database, exchange: Exchange, retries: RetryTable) -> None:
        self._database = database
        self._exchange = exchange
        self._retries = retries

    @activity.defn(name=DISPATCH)
    async def dispatch(self, request: Dispatch) -> Dispatched:
        """Tell the line. What has arrived is not sent again; what the partner took in before, it knows by its id."""
        identity = dispatch_id(request.dossier, request.line, request.event)
        with structlog.contextvars.bound_contextvars(dossier=str(request.dossier), agency=request.line):
            journal = await self._journal(request)
            async with self._database.transaction() as tx:
                known = await find_arrival(tx, identity)
            if known is not None:
                return Dispatched(digest=known)
            async with self._failures_noted(identity):
                line = await self._exchange.of(request.line)
                digest = await line.tell(journal, request.event)
            async with self._database.transaction() as tx:
                await note_arrival(tx, identity, digest)
            return Dispatched(digest=digest)

    @activity.defn(name=COMPARE)
    async def compare(self, request: Compare) -> Standing:
        """What the other side holds against the journal; asked, and nothing changed."""
        async with self._database.transaction() as tx:
            journal = await read_journal(tx, request.dossier)
        try:
            line = await self._exchange.of(request.line)
            if not isinstance(line, Comparable):
                raise LineSilent(request.line)
            return await line.compare(journal)
        except LineFailure as failure:
            benign = ApplicationErrorCategory.BENIGN
            raise ApplicationError(str(failure), type=failure.code, non_retryable=True, category=benign) from failure

    async def _journal(self, request: Dispatch) -> tuple[Record, ...]:
        """Only what is on record is told: the partner may ask at once, and must find it."""
        async with asyncio.timeout(_JOURNAL_WITHIN.total_seconds()):
            while True:
                async with self._database.transaction() as tx:
                    journal = await read_journal(tx, request.dossier)
                if journal and journal[-1].sequence >= request.event:
                    return journal
                await asyncio.sleep(_LOOK_AGAIN.total_seconds())

    @asynccontextmanager
    async def _failures_noted(self, identity: UUID) -> AsyncIterator[None]:
        try:
            yield
        except LineFailure as failure:
            async with self._database.transaction() as tx:
                await note_failure(tx, identity, failure.code)
            attempt = activity.info().attempt
            pause = None if failure.is_final else self._retries.after(attempt)
            _log.warning("dispatch.failed", problem=failure.code, attempt=attempt, said=str(failure))
            raise ApplicationError(
                str(failure),
                type=failure.code,
                next_retry_delay=pause,
                non_retryable=pause is None,
                # Logged just above; a partner that is away is no fault of the worker.
                category=ApplicationErrorCategory.BENIGN,
            ) from failure
