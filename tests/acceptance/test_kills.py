"""Processes are killed in the middle of traffic, and nothing is lost, done twice or left undone."""

from collections.abc import Sequence

import pytest

from cli.demo.reading import read_scenario
from cli.demo.scenario import SHIPPED
from tests.support.chaos import demonstration_under_fire, fast_clock, field, plan, under_fire
from tests.support.chaos_bugs import MISTAKES, stack_with
from tests.support.postgres import passable_directory

#: A Friday afternoon; an hour of work passes in three seconds, so deadlines fire between the kills.
CLOCK = fast_clock("2026-08-21T15:30:00+07:00", 1_200)
#: An hour in a second: every wait of a kill lets deadlines pass with nobody calling.
HASTY = fast_clock("2026-08-21T15:30:00+07:00", 3_600)

#: The seeds of the runs in which a mistake has to show.
RUNS = (20261123, 20261124, 20261125)
#: What gives each mistake away, beyond dossiers that do not move.
SIGNS = {
    "resends_under_a_new_id": ("which is no command", "is still pending"),
    "takes_silence_for_a_refusal": ("was refused", "alarm applied-after-refused"),
    "forgets_the_legs": ("projection-differs",),
    "acknowledges_before_it_writes": ("alarm journal-gap", "journal-behind", "workflow-"),
    "never_gets_its_effects_done": ("has not ended",),
    "marks_no_command_done": ("is still pending",),
}


async def test_kills_of_worker_and_api_lose_nothing_and_do_nothing_twice() -> None:
    with passable_directory() as directory:
        async with field(directory / "data") as ground:
            drawn = plan(20261123, ["api", "worker"] * 2)
            judgement = await under_fire(ground, drawn, at_once=6, clock=CLOCK)

    assert judgement.findings == ()
    assert judgement.kills == judgement.interrupting == len(drawn.kills)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2])
async def test_twenty_kills_of_worker_and_api_in_the_middle_of_the_demonstration(seed: int) -> None:
    scenario = read_scenario(SHIPPED).model_copy(update={"factor": 1_200})
    with passable_directory() as directory:
        async with field(directory / "data", workers=2) as ground:
            drawn = plan(seed, ["api", "worker"] * 9 + ["worker-2"] * 2)
            judgement = await demonstration_under_fire(ground, drawn, scenario)

    assert judgement.findings == ()
    assert judgement.kills == judgement.interrupting == 20
    assert judgement.dossiers >= 30


@pytest.mark.long
@pytest.mark.parametrize("seed", [3, 4])
async def test_twenty_kills_of_everything_the_database_and_the_engine_too(seed: int) -> None:
    with passable_directory() as directory:
        async with field(directory / "data") as ground:
            drawn = plan(seed, ["api", "worker", "postgres", "temporal"] * 5)
            judgement = await under_fire(ground, drawn, at_once=12, clock=CLOCK)

    assert judgement.findings == ()
    assert judgement.kills == judgement.interrupting == 20


@pytest.mark.long
@pytest.mark.parametrize("mistake", MISTAKES)
async def test_the_checker_notices_a_mistake(mistake: str) -> None:
    """Whether a kill hits the moment that a mistake spoils is chance: of three runs one must give it away."""
    told: list[Sequence[str]] = []
    for seed in RUNS:
        told.append(await _findings_with(mistake, seed))
        if _gives_away(mistake, told[-1]):
            break

    assert _gives_away(mistake, told[-1]), told


def _gives_away(mistake: str, findings: Sequence[str]) -> bool:
    return any(sign in one for one in findings for sign in SIGNS[mistake])


async def _findings_with(mistake: str, seed: int) -> Sequence[str]:
    with passable_directory() as directory:
        async with field(directory / "data", stack_type=stack_with(mistake)) as ground:
            drawn = plan(seed, ["api", "worker"] * 2)
            return (await under_fire(ground, drawn, at_once=6, clock=HASTY, limit=60)).findings
