"""A dossier on a real server, in either runner."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack

import pytest
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner, WorkflowRunner

from tests.support.carriage import Station, working
from tests.support.journal_in_memory import JournalInMemory
from worker import sandboxed_runner

RUNNERS: dict[str, Callable[[], WorkflowRunner]] = {
    "sandboxed": sandboxed_runner,
    "unsandboxed": UnsandboxedWorkflowRunner,
}


@pytest.fixture(params=RUNNERS)
def runner(request: pytest.FixtureRequest) -> WorkflowRunner:
    """Production runs unsandboxed; both must tell the same story."""
    return RUNNERS[request.param]()


@pytest.fixture
async def journal() -> JournalInMemory:
    return JournalInMemory()


@pytest.fixture
async def workers(
    temporal_environment: WorkflowEnvironment, task_queue: str, runner: WorkflowRunner, journal: JournalInMemory
) -> AsyncIterator[None]:
    """Workers for as long as the test runs."""
    async with working(temporal_environment, task_queue, runner, journal.record_events):
        yield


@pytest.fixture
def station(temporal_environment: WorkflowEnvironment, task_queue: str, journal: JournalInMemory) -> Station:
    return Station(temporal_environment, task_queue, journal)


@pytest.fixture
async def stations(temporal_environment: WorkflowEnvironment, task_queue: str) -> AsyncIterator[dict[str, Station]]:
    """One for each runner, with workers for as long as the test runs."""
    async with AsyncExitStack() as stack:
        made = {}
        for name, new_runner in RUNNERS.items():
            journal = JournalInMemory()
            queue = f"{task_queue}-{name}"
            await stack.enter_async_context(working(temporal_environment, queue, new_runner(), journal.record_events))
            made[name] = Station(temporal_environment, queue, journal)
        yield made
