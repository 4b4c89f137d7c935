"""A journal without a database, which takes and refuses what the real one does; it can be away, and it can be slow."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.messages import RECORD_EVENTS, Recorded, RecordEvents
from dossiers.events import Record
from store.errors import JournalConflict, JournalGap, StoreUnavailable


class JournalInMemory:
    """What is there already stays as it is; other content or a gap is an error, and nothing of the batch is kept."""

    def __init__(self) -> None:
        self.flushes: list[tuple[int, ...]] = []
        self.most_at_once = 0
        self._records: dict[UUID, tuple[Record, ...]] = {}
        self._failures: list[Exception] = []
        self._at_once = 0
        self._open = asyncio.Event()
        self._open.set()

    def of(self, dossier: UUID) -> tuple[Record, ...]:
        return self._records.get(dossier, ())

    def record(self, dossier: UUID, events: tuple[Record, ...]) -> int:
        """How many were new."""
        journal = self.of(dossier)
        for event in events:
            if event.sequence > len(journal) + 1:
                raise JournalGap(sequence=str(event.sequence))
            if event.sequence == len(journal) + 1:
                journal += (event,)
            elif journal[event.sequence - 1] != event:
                raise JournalConflict(sequence=str(event.sequence))
        new = len(journal) - len(self.of(dossier))
        self._records[dossier] = journal
        return new

    def fail(self, times: int) -> None:
        """The next flushes find no database."""
        self._failures += [StoreUnavailable()] * times

    def give_up(self, times: int) -> None:
        """The next flushes fail, and nobody is to retry them."""
        self._failures += [ApplicationError("given up", non_retryable=True)] * times

    @contextmanager
    def held(self) -> Iterator[None]:
        """A flush that arrives meanwhile stays under way."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    @activity.defn(name=RECORD_EVENTS)
    async def record_events(self, request: RecordEvents) -> Recorded:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            self.flushes.append(tuple(one.sequence for one in request.events))
            await self._open.wait()
            if self._failures:
                raise self._failures.pop(0)
            self.record(request.dossier, request.events)
        finally:
            self._at_once -= 1
        return Recorded(sequence=request.events[-1].sequence)
