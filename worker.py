"""Composition root of the worker: connects, registers every workflow and activity by name, and stops gracefully.

Workflow code runs unsandboxed in production (half the processor time); tests and replay use both runners. What the
sandbox lets through is everything workflow code imports, or classes would exist twice.
"""

import asyncio
import contextlib
import signal
from collections.abc import Callable, Sequence
from datetime import timedelta

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

from activities.journal import JournalActivities
from activities.letters import Courier, LetterActivities
from bootstrap import Settings, connect_temporal, open_database, run
from commands.delivery import Delivery
from commands.directories import Directories
from commands.pinning import Catalogue
from store.database import Database
from workflows.addresses import activity_queue
from workflows.dossier import DossierWorkflow
from workflows.options import STICKY_TIMEOUT

WORKFLOWS: tuple[type, ...] = (DossierWorkflow,)
PASSED_THROUGH = ("dossiers", "activities")

_STOP_WITHIN = timedelta(seconds=4)
_log = structlog.get_logger("worker")


def sandboxed_runner() -> SandboxedWorkflowRunner:
    """The sandbox in which tests and replays run the same workflows."""
    return SandboxedWorkflowRunner(restrictions=SandboxRestrictions.default.with_passthrough_modules(*PASSED_THROUGH))


def activities_of(database: Database, courier: Courier) -> tuple[Callable[..., object], ...]:
    """Every activity, by name."""
    letters = LetterActivities(database, courier)
    return (JournalActivities(database).record_events, letters.send_letter)


def workflow_worker(
    client: Client, task_queue: str, runner: WorkflowRunner | None = None, *, workflows: Sequence[type] = WORKFLOWS
) -> Worker:
    """Carries dossiers; bound by the processor, so a handful of tasks at a time."""
    return Worker(
        client,
        task_queue=task_queue,
        workflows=workflows,
        workflow_runner=runner or UnsandboxedWorkflowRunner(),
        max_cached_workflows=5_000,
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


async def serve(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first."""
    stopping = asyncio.Event()
    for signum in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signum, stopping.set)
    client = await connect_temporal(settings, metrics=settings.worker_metrics)
    async with contextlib.AsyncExitStack() as stack:
        for worker in await _workers(settings, client, stack):
            await stack.enter_async_context(worker)
        _log.info(
            "worker.started",
            role=settings.worker_role,
            task_queue=settings.task_queue,
            temporal=settings.temporal_address,
        )
        await stopping.wait()
        _log.info("worker.stopping")


async def _workers(settings: Settings, client: Client, stack: contextlib.AsyncExitStack) -> tuple[Worker, ...]:
    """Those of the role. A process that only carries dossiers opens no database."""
    if settings.worker_role == "workflows":
        return (workflow_worker(client, settings.task_queue),)
    database = await open_database(settings, application="lienthong worker")
    stack.push_async_callback(database.close)
    performing = activity_worker(client, settings.task_queue, database)
    if settings.worker_role == "activities":
        return (performing,)
    return (performing, workflow_worker(client, settings.task_queue))


def main() -> None:
    """Run the worker of this environment."""
    run(serve)


if __name__ == "__main__":
    main()
