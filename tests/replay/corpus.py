# ruff: noqa: A002, ANN401  (the signatures of the SDK)
"""The recorded histories, and what today's code makes of them.

Replay compares commands, not the length of a timer nor the content of an answer, so the folded state of each dossier
is compared too. Run as a program it prints, for each history and runner, the digest of that state.
"""

import asyncio
import hashlib
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from temporalio import workflow
from temporalio.client import WorkflowHistory
from temporalio.worker import (
    ExecuteWorkflowInput,
    HandleUpdateInput,
    Interceptor,
    Replayer,
    StartActivityInput,
    UnsandboxedWorkflowRunner,
    WorkflowInboundInterceptor,
    WorkflowInterceptorClassInput,
    WorkflowOutboundInterceptor,
    WorkflowRunner,
)
from temporalio.workflow import ActivityHandle

from bootstrap import DATA_CONVERTER
from dossiers.state import DossierState
from worker import WORKFLOWS, sandboxed_runner

HISTORIES = Path(__file__).parent / "histories"
DIGESTS = HISTORIES / "digests.json"
RUNNERS: dict[str, Callable[[], WorkflowRunner]] = {
    "sandboxed": sandboxed_runner,
    "unsandboxed": UnsandboxedWorkflowRunner,
}

_WATCH = "watch the state"


def names() -> tuple[str, ...]:
    """The recorded histories."""
    return tuple(sorted(file.stem for file in HISTORIES.glob("*.json") if file != DIGESTS))


def history_named(name: str) -> WorkflowHistory:
    return WorkflowHistory.from_json(name, (HISTORIES / f"{name}.json").read_text(encoding="utf-8"))


def digests() -> dict[str, str]:
    """The digest of the state that each history ended with when it was recorded."""
    recorded: dict[str, str] = json.loads(DIGESTS.read_text(encoding="utf-8"))
    return recorded


def digest(state: DossierState) -> str:
    """Over what differs from the defaults, so that a field may be added without recording anything anew."""
    return hashlib.sha256(state.model_dump_json(exclude_defaults=True).encode()).hexdigest()


async def replayed(history: WorkflowHistory, runner: WorkflowRunner, workflows: tuple[type, ...] = WORKFLOWS) -> str:
    """The digest of the state that the code folds from the history; raises if it would have acted otherwise."""
    watch = _StateWatch()
    replayer = Replayer(
        workflows=workflows, data_converter=DATA_CONVERTER, workflow_runner=runner, interceptors=[watch]
    )
    await replayer.replay_workflow(history)
    assert watch.state is not None, "the history has not a single act"
    return digest(watch.state)


class _StateWatch(Interceptor):
    """Sees a dossier's state wherever it may have changed: after an act, and when deadlines are flushed."""

    def __init__(self) -> None:
        self.state: DossierState | None = None

    def workflow_interceptor_class(self, input: WorkflowInterceptorClassInput) -> type[WorkflowInboundInterceptor]:
        input.unsafe_extern_functions[_WATCH] = self._see
        return _Watching

    def _see(self, state: DossierState) -> None:
        self.state = state


class _Watching(WorkflowInboundInterceptor):
    def init(self, outbound: WorkflowOutboundInterceptor) -> None:
        super().init(_WatchingEffects(outbound))

    async def execute_workflow(self, input: ExecuteWorkflowInput) -> Any:
        result = await super().execute_workflow(input)
        _watch()
        return result

    async def handle_update_handler(self, input: HandleUpdateInput) -> Any:
        answer = await super().handle_update_handler(input)
        _watch()
        return answer


class _WatchingEffects(WorkflowOutboundInterceptor):
    def start_activity(self, input: StartActivityInput) -> ActivityHandle[Any]:
        _watch()
        return super().start_activity(input)


def _watch() -> None:
    dossier: Any = workflow.instance()
    workflow.extern_functions()[_WATCH](dossier.state())


async def _report() -> dict[str, dict[str, str]]:
    return {
        name: {runner: await replayed(history_named(name), made()) for runner, made in RUNNERS.items()}
        for name in names()
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(_report())))
    sys.stdout.flush()
    # The interpreter's own exit may abort under the SDK's threads.
    os._exit(0)
