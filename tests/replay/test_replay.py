"""Today's code carries yesterday's dossiers: every recorded history replays, to the state it was recorded with."""

import asyncio
import json
import os
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from temporalio import workflow
from temporalio.worker import UnsandboxedWorkflowRunner
from temporalio.workflow import NondeterminismError

from tests.replay.corpus import RUNNERS, digests, history_named, names, replayed
from tests.replay.record import STORIES
from workflows.addresses import DOSSIER
from workflows.dossier import DossierWorkflow
from workflows.messages import DossierStart

CHECKOUT = Path(__file__).resolve().parents[2]
SEEDS = ("1", "2")

Replays = dict[str, dict[str, dict[str, str]]]


@pytest.fixture(scope="module")
async def replays() -> Replays:
    """By seed of string hashing, history and runner: the digest of the state."""
    found = await asyncio.gather(*(replays_under(seed) for seed in SEEDS))
    return dict(zip(SEEDS, found, strict=True))


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("runner", RUNNERS)
@pytest.mark.parametrize("name", names())
def test_a_recorded_history_replays_to_its_recorded_state(replays: Replays, name: str, runner: str, seed: str) -> None:
    assert replays[seed][name][runner] == digests()[name]


def test_every_story_is_recorded_and_no_recorded_history_is_ever_dropped() -> None:
    told = {story.__name__.replace("_", "-") for story in STORIES}

    assert told <= set(names())
    assert set(names()) == set(digests())


async def test_code_that_asks_for_one_timer_more_is_found_out() -> None:
    with pytest.raises(NondeterminismError):
        await replayed(history_named("certified-copy-returned"), UnsandboxedWorkflowRunner(), (WithOneTimerMore,))


async def test_code_that_counts_time_differently_replays_but_ends_in_another_state() -> None:
    """The reason why the state is compared: replay looks at no timer's length and at no answer."""
    name = "house-permit-with-silent-consultation"

    found = await replayed(history_named(name), UnsandboxedWorkflowRunner(), (WithASlowClock,))

    assert found != digests()[name]


@workflow.defn(name=DOSSIER)
class WithOneTimerMore(DossierWorkflow):
    @workflow.init
    def __init__(self, start: DossierStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: DossierStart) -> None:
        await workflow.sleep(1)
        await super().run(start)


@workflow.defn(name=DOSSIER)
class WithASlowClock(DossierWorkflow):
    @workflow.init
    def __init__(self, start: DossierStart) -> None:
        super().__init__(start)

    @workflow.run
    async def run(self, start: DossierStart) -> None:
        await super().run(start)

    def _now(self) -> datetime:
        return super()._now() + timedelta(seconds=1)


async def replays_under(seed: str) -> dict[str, dict[str, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.replay.corpus",
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONHASHSEED": seed},
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    found: dict[str, dict[str, str]] = json.loads(output)
    return found
