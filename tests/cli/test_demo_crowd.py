"""The everyday dossiers of the demonstration on paper: whose they are, and what the law makes of each."""

from collections import Counter
from datetime import timedelta
from itertools import groupby
from pathlib import Path

import pytest

from cli.demo.crowd import SHIPPED_CROWD
from cli.demo.findings import differences, unjudged
from cli.demo.ground import directory_on, procedures_on, published
from cli.demo.player import parts_of, players
from cli.demo.plots import Plot
from cli.demo.reading import read_crowded
from cli.demo.scenario import SHIPPED, Ending
from datafiles.faults import Faulty
from dossiers.procedure import Channel
from tests.support.rehearsal import Rehearsal

PLAY = read_crowded(SHIPPED, SHIPPED_CROWD)
CROWD = tuple(one for one in PLAY.endings if one.plot is not None)
#: Bundles are made of several dossiers, and paper knows one; the whole play shows them on a stack.
ALONE = tuple(
    one for one in CROWD if not any(step.sub_dossier for step in procedures_on(one.filed.date())[one.procedure].steps)
)
HOUR = timedelta(hours=1)
BY_PLOT = {plot: tuple(some) for plot, some in groupby(sorted(ALONE, key=lambda one: one.row), lambda one: one.row)}


def wrong(ending: Ending, delay: timedelta) -> list[str]:
    rehearsal = Rehearsal(PLAY, ending, ending.counters[0], lambda: delay)
    found = rehearsal.play()
    left_out = unjudged(rehearsal.procedure, ending.tells_apart)
    return [f"{ending.name}: {one}" for one in differences(ending.expect, found, unjudged=left_out)]


def test_three_hundred_dossiers_go_through_every_shipped_procedure_in_every_version() -> None:
    filed = [procedures_on(part.ending.filed.date())[part.ending.procedure] for part in parts_of(PLAY)]

    assert len(filed) == 300
    assert sorted({(one.code, one.version) for one in filed}) == sorted((one.code, one.version) for one in published())


@pytest.mark.parametrize(("level", "share"), [("province", 53), ("district", 80), ("commune", 40)])
def test_every_level_files_its_share_online(level: str, share: int) -> None:
    """Quảng Ninh, quý I/2022."""
    parts = [part.ending for part in parts_of(PLAY)]
    mine = [one for one in parts if procedures_on(one.filed.date())[one.procedure].level == level]
    online = sum(one.channel is Channel.ONLINE for one in mine)

    assert abs(online - len(mine) * share / 100) <= 0.5


def test_every_counter_of_both_directories_receives_something() -> None:
    received = Counter(part.counter for part in parts_of(PLAY))
    directories = {directory_on(part.ending.filed.date()).version for part in parts_of(PLAY)}

    assert len(directories) == 2
    assert len(received) == 6 + 16 - 1, "the provincial centre stands in both"


def test_the_same_data_make_the_same_plan() -> None:
    assert read_crowded(SHIPPED, SHIPPED_CROWD) == PLAY


def test_another_seed_makes_another_plan_of_the_same_size(tmp_path: Path) -> None:
    other = tmp_path / "crowd.yaml"
    other.write_text(SHIPPED_CROWD.read_text(encoding="utf-8").replace("seed: 2022", "seed: 7"), encoding="utf-8")
    planned = read_crowded(SHIPPED, other)

    assert planned != PLAY
    assert Counter(one.row for one in planned.endings) == Counter(one.row for one in PLAY.endings)


@pytest.mark.parametrize("delay", [0, 0.2, 0.6], ids=lambda hours: f"{hours}s")
@pytest.mark.parametrize("plot", BY_PLOT)
def test_an_everyday_way_comes_true_however_slow_every_answer_is(plot: str, delay: float) -> None:
    assert [fault for ending in BY_PLOT[plot] for fault in wrong(ending, delay * HOUR)] == []


def test_every_plot_is_played() -> None:
    assert {one.plot for one in CROWD} == set(Plot)
    assert set(Plot) - set(BY_PLOT) == {Plot.PART_REFUSED}, "only a bundle has parts"


def test_whoever_may_have_to_act_is_known_beforehand() -> None:
    known = players(PLAY)

    assert len(known) == len(dict.fromkeys(known))
    assert {"ha-long-city-centre-counter-1", "ha-long-counter-1"} <= set(known)


BROKEN = [
    ("procedure: BHYT-TRE-EM, version: 1", "procedure: BHYT-TRE-EM, version: 9", "demo-procedure"),
    (
        "procedure: BHYT-TRE-EM, version: 1, season: two-tiers",
        "procedure: BHYT-TRE-EM, version: 1, season: winter",
        "demo-season",
    ),
    ("plots: {same-day: 8}", "plots: {late: 8}", "demo-crowd"),
    ("commune: 40", "commune: 99", "demo-crowd"),
    ("plots: {prompt: 6}", "plots: {promt: 6}", "schema-enum"),
]


@pytest.mark.parametrize(("right", "spoilt", "rule"), BROKEN, ids=lambda text: text[:40])
def test_a_broken_crowd_is_refused_with_its_file(right: str, spoilt: str, rule: str, tmp_path: Path) -> None:
    text = SHIPPED_CROWD.read_text(encoding="utf-8")
    assert right in text
    broken = tmp_path / "crowd.yaml"
    broken.write_text(text.replace(right, spoilt, 1), encoding="utf-8")
    with pytest.raises(Faulty) as refused:
        read_crowded(SHIPPED, broken)

    assert [(Path(fault.file), fault.rule) for fault in refused.value.faults] == [(broken, rule)]
