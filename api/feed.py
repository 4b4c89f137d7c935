"""One reader of the journal for everybody who listens at this process.

Invariants: a listener is told each event after its mark once, in the order of the journal; where nobody listens
nothing is read; what a listener has not taken yet is bounded, and whoever falls behind is sent away and may come back
with the mark of what it was told last.
"""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import NamedTuple

import structlog

from api.access import places_of
from api.announcement import announced
from api.errors import ApiError, InternalFault, ListenerTooSlow, ServerStopping
from commands.pinning import Catalogue
from store.database import Database
from store.errors import StoreError
from store.feed import Happened, Mark, read_feed
from store.register import Participation

#: Between two readings while somebody listens.
PAUSE = timedelta(milliseconds=250)
#: How long a listener hears nothing at most.
HEARTBEAT = timedelta(seconds=10)
#: Events that wait for a listener to take them.
WAITING_MOST = 1_000
_PAGE = 500

_log = structlog.get_logger("api")


class Told(NamedTuple):
    """An event, written once for everybody who is told it."""

    mark: Mark
    participation: Participation
    text: str


class Passed(NamedTuple):
    """Everything up to here was looked at for the listener."""

    mark: Mark


#: Whether a listener is to be told.
Concern = Callable[[Told], bool]


class Feed:
    """Who listens, and how far the journal has been read for them."""

    def __init__(
        self,
        database: Database,
        catalogue: Catalogue,
        *,
        heartbeat: timedelta = HEARTBEAT,
        waiting_most: int = WAITING_MOST,
    ) -> None:
        self._database = database
        self._catalogue = catalogue
        self._heartbeat = heartbeat.total_seconds()
        self._waiting_most = waiting_most
        self._listeners: list[_Listener] = []
        #: Everything up to here was offered to every listener; null while nobody listens.
        self._position: Mark | None = None
        self._wanted = asyncio.Event()
        self._stopping = asyncio.Event()

    async def run(self, stopping: asyncio.Event) -> None:
        """Read on for those who listen, until told to stop; then send them away."""
        self._stopping = stopping
        told_to_stop = asyncio.create_task(stopping.wait())
        try:
            while not stopping.is_set():
                wanted = asyncio.create_task(self._wanted.wait())
                await asyncio.wait((wanted, told_to_stop), return_when=asyncio.FIRST_COMPLETED)
                wanted.cancel()
                await self._read_on_or_give_up()
                await asyncio.wait((told_to_stop,), timeout=PAUSE.total_seconds())
        finally:
            told_to_stop.cancel()
            self._send_all_away(ServerStopping())

    async def events(self, after: Mark, concerns: Concern) -> AsyncGenerator[Told | Passed, None]:
        """What concerns the listener after a mark, for ever; a `Passed` once in a heartbeat, whatever else comes.

        Raises `ListenerTooSlow`, `ServerStopping`, `StoreError`.
        """
        listener = _Listener(after, concerns, self._waiting_most)
        loop = asyncio.get_running_loop()
        with self._leaving(listener):
            async for told in self._caught_up(listener):
                yield told
            due = loop.time() + self._heartbeat
            while True:
                await listener.woken(within=due - loop.time())
                for one in listener.taken():
                    yield one
                if loop.time() >= due:
                    yield Passed(max(listener.mark, self._position or listener.mark))
                    due = loop.time() + self._heartbeat

    async def _caught_up(self, listener: "_Listener") -> AsyncGenerator[Told | Passed, None]:
        """Join at the end of the journal, and read once more: what came before joining nobody else will tell."""
        while True:
            if self._stopping.is_set():
                raise ServerStopping
            page = await self._read(listener.mark)
            for told in page:
                listener.mark = told.mark
                if listener.concerns(told):
                    yield told
            if len(page) == _PAGE:
                yield Passed(listener.mark)
            elif listener in self._listeners:
                return
            else:
                self._join(listener)

    def _join(self, listener: "_Listener") -> None:
        self._listeners.append(listener)
        if self._position is None:
            self._position = listener.mark
        self._wanted.set()

    @contextmanager
    def _leaving(self, listener: "_Listener") -> Iterator[None]:
        try:
            yield
        finally:
            if listener in self._listeners:
                self._listeners.remove(listener)
            if not self._listeners:
                self._position = None
                self._wanted.clear()

    async def _read_on_or_give_up(self) -> None:
        """A store that is away is asked again; an event that cannot be told ends the streams, not the process."""
        try:
            await self._read_on()
        except StoreError as error:
            _log.warning("feed.failed", error=error.code)
        except Exception as error:  # noqa: BLE001  (whatever it is, those who listen are told)
            _log.error("feed.broken", error=type(error).__name__, at=places_of(error))
            self._send_all_away(InternalFault())

    async def _read_on(self) -> None:
        """Offer what is new."""
        while (start := self._position) is not None:
            page = await self._read(start)
            if self._position != start:
                return  # those for whom it was read have left, and whoever came meanwhile begins elsewhere
            for told in page:
                self._offer(told)
            if page:
                self._position = page[-1].mark
            if len(page) < _PAGE:
                return

    def _send_all_away(self, why: ApiError) -> None:
        for listener in self._listeners:
            listener.send_away(why)

    def _offer(self, told: Told) -> None:
        for listener in tuple(self._listeners):
            if not listener.offer(told):
                listener.send_away(ListenerTooSlow())
                self._listeners.remove(listener)

    async def _read(self, after: Mark) -> tuple[Told, ...]:
        async with self._database.transaction() as tx:
            page = await read_feed(tx, after, limit=_PAGE)
        return tuple([await self._told(one) for one in page])

    async def _told(self, happened: Happened) -> Told:
        procedure = await self._catalogue.procedure(happened.procedure, happened.procedure_version)
        assert procedure is not None, "a dossier is filed under a published version"
        return Told(happened.mark, happened.participation, announced(happened, procedure).model_dump_json())


class _Listener:
    """One who listens, and what it has not taken yet."""

    def __init__(self, after: Mark, concerns: Concern, waiting_most: int) -> None:
        self.concerns = concerns
        #: What was told, or looked at and not told, last.
        self.mark = after
        self._waiting: deque[Told] = deque()
        self._waiting_most = waiting_most
        self._woken = asyncio.Event()
        self._sent_away: ApiError | None = None

    def offer(self, told: Told) -> bool:
        """Whether it could be kept for the listener, or is nothing to it."""
        if not self.concerns(told):
            return True
        if len(self._waiting) == self._waiting_most:
            return False
        self._waiting.append(told)
        self._woken.set()
        return True

    def send_away(self, why: ApiError) -> None:
        """The listener hears why as soon as it listens again; what waits for it is read anew when it comes back."""
        self._sent_away = why
        self._waiting.clear()
        self._woken.set()

    async def woken(self, *, within: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._woken.wait(), within)

    def taken(self) -> Iterator[Told]:
        """What waits and was not read by the listener itself. Raises why it was sent away."""
        self._woken.clear()
        while self._sent_away is None and self._waiting:
            told = self._waiting.popleft()
            if told.mark > self.mark:
                self.mark = told.mark
                yield told
        if self._sent_away is not None:
            raise self._sent_away
