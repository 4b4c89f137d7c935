"""Composition root of the worker: connects, registers every workflow and activity by name, and stops gracefully.

Workflow code runs unsandboxed in production (half the processor time); tests and replay use both runners. What the
sandbox lets through is everything workflow code imports, or classes would exist twice.
"""

import asyncio
import contextlib
import gc
import signal
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from temporalio.client import Client
from temporalio.worker import (
    Interceptor,
    PollerBehaviorSimpleMaximum,
    UnsandboxedWorkflowRunner,
    Worker,
    WorkflowRunner,
)
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.dispatching import DispatchActivities, Exchange
from activities.journal import JournalActivities
from activities.letters import Courier, LetterActivities
from agencies.lines import Lines, Secrets
from agencies.retries import RetryTable
from bootstrap import Settings, connect_temporal, open_database, run
from commands.delivery import Delivery
from commands.directories import Directories
from commands.particulars import PublishedParticulars
from commands.pinning import Catalogue
from dossiers.instants import VIETNAM
from dossiers.values import AgencyCode
from store.database import Database
from store.errors import StoreError
from workflows.addresses import activity_queue, line_queue
from workflows.dossier import DossierWorkflow
from workflows.options import STICKY_TIMEOUT

WORKFLOWS: tuple[type, ...] = (DossierWorkflow,)
PASSED_THROUGH = ("dossiers", "activities")

_STOP_WITHIN = timedelta(seconds=4)
_LOOK_AGAIN = timedelta(seconds=2)
_log = structlog.get_logger("worker")


def sandboxed_runner() -> SandboxedWorkflowRunner:
    """The sandbox in which tests and replays run the same workflows."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def activities_of(database: Database, courier: Courier) -> tuple[Callable[..., object], ...]:
    """Every activity on the queue of effects, by name."""
    letters = LetterActivities(database, courier)
    return (JournalActivities(database).record_events, letters.send_letter)


def line_activities_of(
    database: Database, exchange: Exchange, retries: RetryTable
) -> tuple[Callable[..., object], ...]:
    """Every activity on the queue of a line, by name."""
    dispatches = DispatchActivities(database, exchange, retries)
    return (dispatches.dispatch, dispatches.compare)


def workflow_worker(
    client: Client, task_queue: str, runner: WorkflowRunner | None = None, *, workflows: Sequence[type] = WORKFLOWS
) -> Worker:
    """Carries dossiers; bound by the processor, so a handful of tasks at a time."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=workflows,
        workflow_runner=runner or UnsandboxedWorkflowRunner(),
        # A full collection walks all of them, and stops every thread while it does.
        max_cached_workflows=2_000,
        max_concurrent_workflow_tasks=20,
        workflow_task_poller_behavior=PollerBehaviorSimpleMaximum(10),
        sticky_queue_schedule_to_start_timeout=STICKY_TIMEOUT,
        build_id="unversioned",
    )


def activity_worker(
    client: Client, task_queue: str, database: Database, interceptors: Sequence[Interceptor] = ()
) -> Worker:
    """Performs effects; on a queue of its own, so a slow one delays no act."""
    catalogue = Catalogue(database, Directories(database))
    return Worker(
        client,
        task_queue=activity_queue(task_queue),
        activities=activities_of(database, Delivery(database, client, task_queue, catalogue)),
        interceptors=interceptors,
        max_concurrent_activities=20,
        graceful_shutdown_timeout=_STOP_WITHIN,
        build_id="unversioned",
    )


def line_worker(
    client: Client, task_queue: str, line: AgencyCode, activities: Sequence[Callable[..., object]]
) -> Worker:
    """Sends on one line; a partner that is slow or away holds up no other."""
    return Worker(
        client,
        task_queue=line_queue(task_queue, line),
        activities=activities,
        max_concurrent_activities=4,
        graceful_shutdown_timeout=_STOP_WITHIN,
        build_id="unversioned",
    )


class LineWorkers:
    """A worker for every line that a published directory names, also one that is published later."""

    def __init__(
        self, client: Client, task_queue: str, directories: Directories, activities: Sequence[Callable[..., object]]
    ) -> None:
        self._client = client
        self._task_queue = task_queue
        self._directories = directories
        self._activities = activities

    async def run(self, stopping: asyncio.Event) -> None:
        """Serve until told to stop; a store that does not answer is asked again."""
        served: set[AgencyCode] = set()
        async with contextlib.AsyncExitStack() as stack:
            while not stopping.is_set():
                for line in await self._named():
                    if line not in served:
                        await stack.enter_async_context(
                            line_worker(self._client, self._task_queue, line, self._activities)
                        )
                        served.add(line)
                        _log.info("line.served", agency=line)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), _LOOK_AGAIN.total_seconds())

    async def _named(self) -> tuple[AgencyCode, ...]:
        try:
            return await self._directories.lines()
        except (TimeoutError, OSError, StoreError) as error:
            _log.warning("lines.unread", error=type(error).__name__)
            return ()


async def serve(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    client = await connect_temporal(settings, metrics=settings.worker_metrics)
    async with contextlib.AsyncExitStack() as stack, asyncio.TaskGroup() as group:
        if settings.worker_role != "workflows":
            lines = await _perform_effects(settings, client, stack)
            group.create_task(lines.run(stopping), name="lines")
        if settings.worker_role != "activities":
            await stack.enter_async_context(workflow_worker(client, settings.task_queue))
        _log.info(
            "worker.started",
            role=settings.worker_role,
            task_queue=settings.task_queue,
            temporal=settings.temporal_address,
        )
        # What is loaded stays for good: no collection need walk it again while dossiers wait.
        gc.freeze()
        await stopping.wait()
        _log.info("worker.stopping")


async def _perform_effects(settings: Settings, client: Client, stack: contextlib.AsyncExitStack) -> LineWorkers:
    """Only a process that performs effects opens the database; it serves the lines too."""
    database = await open_database(settings, application="lienthong worker")
    stack.push_async_callback(database.close)
    directories = Directories(database)
    sources = PublishedParticulars(database, Catalogue(database, directories))
    lines = Lines(directories, Secrets(settings.line_secrets), lambda: datetime.now(VIETNAM), sources)
    exchange = await stack.enter_async_context(lines)
    activities = line_activities_of(database, exchange, RetryTable(scale=settings.retry_scale))
    await stack.enter_async_context(activity_worker(client, settings.task_queue, database))
    return LineWorkers(client, settings.task_queue, directories, activities)


def main() -> None:
    """Run the worker of this environment."""
    run(serve)


if __name__ == "__main__":
    main()
