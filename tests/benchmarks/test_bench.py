"""The benchmark runs to its end and says what it promises; how fast anything was is nobody's assertion."""

import json
import os
import subprocess
import sys

import pytest
from temporalio.converter import JSONPlainPayloadConverter

from embedded.stack import CHECKOUT
from tests.benchmarks.bare import Bare, bare_step
from tests.benchmarks.way import Carried

SIDES = ["bare", "in_process", "http"]


@pytest.mark.long
def test_a_quick_run_measures_every_side_and_every_list_and_ends_with_one_line_for_programs() -> None:
    joined = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    run = subprocess.run(
        [sys.executable, "-P", "-m", "tests.benchmarks", "--quick"],
        env={**joined, "PYTHONPATH": str(CHECKOUT)},
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    answer = json.loads(run.stdout.splitlines()[-1])
    assert answer["ratio_in_process"] > 0
    assert answer["ratio_http"] > 0
    assert list(answer["sides"]) == SIDES
    for side in SIDES:
        figures = answer["sides"][side]
        assert 0 < figures["p50_ms"] <= figures["p99_ms"]
        assert figures["events_per_step"] >= 5, "an update is five events"
        assert {"caller", "worker", "api", "bare", "temporal", "postgres"} == set(figures["cpu_ms"])
    product = {side: answer["sides"][side]["statements_per_step"]["product"] for side in SIDES}
    assert product["bare"] < min(product["in_process"], product["http"]), "the bare side asks our store nothing"
    assert answer["open_tasks"] == 3_000
    assert {"worklist_page", "get_next", "search_number", "board_statistics"} <= set(answer["lists"])
    assert all(0 < one["p50_ms"] <= one["p99_ms"] for one in answer["lists"].values())


def test_a_bare_step_asks_and_answers_in_as_many_bytes_as_the_engine() -> None:
    carried = Carried(request_bytes=900, answer_bytes=3_400, timer_seconds=90.5)
    step = bare_step(carried, is_last=False)
    asked = JSONPlainPayloadConverter().to_payload(step)
    answered = JSONPlainPayloadConverter().to_payload(Bare.step(Bare(""), step))
    assert asked is not None
    assert answered is not None
    assert (len(asked.data), len(answered.data)) == (900, 3_400)
    assert step.timer_seconds == 90.5
