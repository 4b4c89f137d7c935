"""The measure: a workflow with updates and timers of the engine's payloads, and no logic in it at all.

Its worker is a process of its own with the engine's worker options; payloads are plain JSON, read by no model.
`python -m tests.benchmarks.bare` is that worker.
"""

import asyncio
import json
import os
import signal
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import timedelta

import uvloop
from temporalio import workflow
from temporalio.client import Client, GrpcCompression, WithStartWorkflowOperation
from temporalio.common import WorkflowIDConflictPolicy

from tests.benchmarks.way import Carried, Way
from worker import workflow_worker
from workflows.options import WORKFLOW_TASK_TIMEOUT

QUEUE = "benchmark-bare"
_UPDATE = "step"


@dataclass(frozen=True)
class Step:
    """As many bytes as the engine's act, and how many its answer has."""

    filler: str
    answer_bytes: int
    timer_seconds: float | None
    is_last: bool


@workflow.defn(name="Bare")
class Bare:
    """Answers, and keeps one timer."""

    @workflow.init
    def __init__(self, filler: str) -> None:  # noqa: ARG002 - only its size matters
        self._timer: float | None = None
        self._armed = 0
        self._is_done = False

    @workflow.run
    async def run(self, filler: str) -> None:  # noqa: ARG002 - Temporal gives init and run the same input
        while not self._is_done:
            try:
                await workflow.wait_condition(self._moved_since(self._armed), timeout=self._timer)
            except TimeoutError:
                self._timer = None

    def _moved_since(self, armed: int) -> Callable[[], bool]:
        return lambda: self._is_done or self._armed != armed

    @workflow.update(name=_UPDATE)
    def step(self, step: Step) -> str:
        if step.timer_seconds is not None:
            self._timer, self._armed = step.timer_seconds, self._armed + 1
        self._is_done = step.is_last
        return "x" * step.answer_bytes


class BareSide:
    """Dossiers that nothing is decided about."""

    name = "bare"

    def __init__(self, client: Client, way: Way) -> None:
        self._client = client
        self._filler = "x" * (way.start_bytes - 2)
        self._steps = [bare_step(one, is_last=number == way.length) for number, one in enumerate(way.carried, start=1)]

    async def step(self, dossier: str, number: int) -> None:
        update_id, step = f"{dossier}-{number}", self._steps[number]
        if number:
            await self._client.get_workflow_handle(workflow_id(dossier)).execute_update(
                _UPDATE, step, id=update_id, result_type=str, rpc_timeout=timedelta(seconds=10)
            )
            return
        start: WithStartWorkflowOperation[Bare, None] = WithStartWorkflowOperation(
            Bare.run,
            self._filler,
            id=workflow_id(dossier),
            task_queue=QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
            task_timeout=WORKFLOW_TASK_TIMEOUT,
        )
        await self._client.execute_update_with_start_workflow(
            _UPDATE, step, id=update_id, result_type=str, start_workflow_operation=start
        )

    def workflow_of(self, dossier: str) -> str:
        return workflow_id(dossier)


def workflow_id(dossier: str) -> str:
    return f"bare:{dossier}"


async def connect(address: str, namespace: str) -> Client:
    """Temporal's own converter: a bare workflow needs no other."""
    return await Client.connect(address, namespace=namespace, grpc_compression=GrpcCompression.NONE)


def bare_step(carried: Carried, *, is_last: bool) -> Step:
    """A step of that many bytes, and an answer of as many as the engine's had."""
    step = Step("", carried.answer_bytes - 2, carried.timer_seconds, is_last)
    said = len(json.dumps(asdict(step), separators=(",", ":")))
    return Step("x" * max(0, carried.request_bytes - said), step.answer_bytes, step.timer_seconds, is_last)


async def _serve() -> None:
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    namespace = os.environ.get("LIENTHONG_TEMPORAL_NAMESPACE", "default")
    client = await connect(os.environ["LIENTHONG_TEMPORAL_ADDRESS"], namespace)
    async with workflow_worker(client, QUEUE, workflows=(Bare,)):
        await stopping.wait()


if __name__ == "__main__":
    uvloop.run(_serve())
    os._exit(0)
