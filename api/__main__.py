"""Composition root of the API: reads the environment, connects, publishes, serves, sweeps, announces, stops.

On SIGTERM or SIGINT it answers what is under way for two seconds, ends the sweeper and closes its connections. Where
others serve beside it, SIGTERM first makes it say that it is not ready, and it serves on until nobody sends any more.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Iterator, Mapping
from datetime import datetime

import structlog
import uvicorn
from fastapi import FastAPI

from api.app import create_app
from api.feed import Feed
from api.parts import Parts
from api.publishing import publish_shipped
from bootstrap import Settings, connect_temporal, open_database, run
from commands.archive import Archivist
from commands.calendar_rollout import CalendarRollout
from commands.delivery import Delivery
from commands.directories import Directories
from commands.documents import Documents
from commands.gate import Gate
from commands.pinning import Catalogue
from commands.sweeper import Sweeper
from console.site import attach
from documents.objects import Objects
from dossiers.instants import VIETNAM

_STOP_SECONDS = 2
_log = structlog.get_logger("api")

#: What is done beside serving, by name, until the event is set.
Beside = Mapping[str, Callable[[asyncio.Event], Coroutine[None, None, None]]]


async def serve(settings: Settings) -> None:
    """Serve until told to stop."""
    client = await connect_temporal(settings)
    database = await open_database(settings, application="lienthong api")
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(database.close)
        await publish_shipped(database)
        catalogue = Catalogue(database, Directories(database))
        delivery = Delivery(database, client, settings.task_queue, catalogue)
        gate = Gate(database, catalogue, delivery)
        objects = Objects.at(settings.documents_address)
        parts = Parts(
            gate=gate,
            database=database,
            documents=Documents(database, objects, largest=settings.document_max_bytes),
            catalogue=catalogue,
            client=client,
            feed=Feed(database, catalogue),
            now=lambda: datetime.now(VIETNAM),
            temporal_ui_url=settings.temporal_ui_url,
            fast_clock_allowed=settings.fast_clock_allowed,
            payment_secret=settings.payment_secret,
        )
        beside: Beside = {
            "sweeper": Sweeper(database, delivery).run,
            "archivist": Archivist(database, client).run,
            "calendar": CalendarRollout(database, catalogue, gate).run,
            "feed": parts.feed.run,
            "documents": parts.documents.run,
        }
        await _serve_beside(_server(attach(create_app(parts)), settings, parts), beside, parts.stopping)


async def _serve_beside(server: uvicorn.Server, works: Beside, stopping: asyncio.Event) -> None:
    """A sweeper that breaks ends the process: an API that resends nothing must not look alive."""
    async with asyncio.TaskGroup() as group:
        beside = [group.create_task(run(stopping), name=name) for name, run in works.items()]
        await server.serve()
        stopping.set()
        # A row that is held is sent again by whoever sweeps next, and a history not kept yet is kept then.
        await asyncio.wait(beside, timeout=_STOP_SECONDS / 2)
        for task in beside:
            task.cancel()


class _Server(uvicorn.Server):
    """Stops when told, and lets the process close what it holds: uvicorn would raise the signal again and kill it."""

    def __init__(self, config: uvicorn.Config, parts: Parts, *, drain_seconds: float) -> None:
        super().__init__(config)
        self._draining = parts.draining
        self._stopping = parts.stopping
        self._drain_seconds = drain_seconds

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self._drain)
        loop.add_signal_handler(signal.SIGINT, self._stop)
        yield

    def _drain(self) -> None:
        if self._draining.is_set():
            return  # a second asking shortens nothing
        self._draining.set()
        _log.info("api.draining", seconds=self._drain_seconds)
        asyncio.get_running_loop().call_later(self._drain_seconds, self._stop)

    def _stop(self) -> None:
        self._draining.set()
        self._stopping.set()  # who listens would otherwise be waited for
        _log.info("api.stopping")
        self.should_exit = True


def _server(app: FastAPI, settings: Settings, parts: Parts) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app,
            host=settings.api_host,
            port=settings.api_port,
            loop="none",
            lifespan="off",
            timeout_graceful_shutdown=_STOP_SECONDS,
            # Our own line says who and which dossier; uvicorn's would repeat the address with its query.
            access_log=False,
            log_config=None,
            server_header=False,
        ),
        parts,
        drain_seconds=settings.api_drain,
    )


def main() -> None:
    """Run the API of this environment."""
    run(serve)


if __name__ == "__main__":
    main()
