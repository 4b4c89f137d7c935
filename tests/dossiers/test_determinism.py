"""A replay must make the same bytes: nothing in the state depends on how a process hashes its strings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from dossiers import commands as c
from dossiers.evolve import fold
from tests.dossiers.branching import at_branches
from tests.support.builders import text

ROOT = Path(__file__).parents[2]
STORY = "import tests.dossiers.test_determinism as t; print(t.a_whole_course())"


def a_whole_course() -> str:
    """Branches, a stop, a rework and a tick, as the JSON of the state and of every record."""
    run = at_branches()
    run.act(c.RequestSupplement(task=run.key("residence"), reason=text()), "2026-03-03T08:00")
    run.tick("2026-03-12T08:00")
    run.act(c.AnswerSupplement())
    run.act(c.Complete(task=run.key("taxation"), outcome="unclear", opinion=text()))
    run.finish("2026-04-01T08:00")
    return "\n".join([run.state.model_dump_json(), *(record.model_dump_json() for record in run.records)])


@pytest.mark.parametrize("seed", ["1", "4242"])
def test_another_process_with_another_hash_seed_makes_the_same_bytes(seed: str) -> None:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(
        [sys.executable, "-c", STORY], cwd=ROOT, env=environment, capture_output=True, check=True, text=True
    )

    assert told.stdout.strip() == a_whole_course()


def test_folding_in_pieces_is_folding_at_once() -> None:
    run = at_branches()
    run.finish()

    for cut in range(len(run.records)):
        assert fold(run.records[cut:], fold(run.records[:cut])) == run.state
