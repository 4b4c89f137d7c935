"""`demo`: every ending of the scenario, played through the public API and compared with what must come of it."""

import asyncio
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from cli.demo.crowd import SHIPPED_CROWD
from cli.demo.outcome import Report
from cli.demo.player import PORTAL, Performance, parts_of, play, players
from cli.demo.reading import read_crowded, read_scenario
from cli.demo.scenario import SHIPPED, Scenario
from cli.demo.stage import hand_out_keys, require_fast_clock, stack_environment
from cli.demo.telling import shares_of, story_of, tables_of, where_next
from cli.lifecycle import ended_by_signal
from cli.report import AsJson, report
from cli.report import Report as Told
from cli.surroundings import running_stack
from datafiles.faults import Faulty
from embedded.failures import EmbeddedFailure

#: What a shell reports of a command ended by Ctrl-C.
INTERRUPTED = 130


async def demo(
    *,
    endings: Annotated[str, Parameter(help="Chỉ diễn những kết cục này, cách nhau bằng dấu phẩy.")] = "",
    copies: Annotated[int, Parameter(help="Diễn mỗi hồ sơ bấy nhiêu lần.")] = 1,
    seed: Annotated[int, Parameter(help="Chọn tên người nộp.")] = 0,
    scenario: Annotated[Path | None, Parameter(help="Chỉ diễn kịch bản này.")] = None,
    json: AsJson = False,
) -> None:
    """Diễn ba trăm hồ sơ trên đồng hồ nhanh, từ lúc nộp đến lúc trả, và đối chiếu với điều phải có."""
    told = report(as_json=json)
    chosen = _chosen(_read(scenario), endings)
    stays = running_stack() is not None
    try:
        async with ended_by_signal(), stack_environment(told.say) as environment:
            performance = Performance(run=uuid.uuid4().hex[:12], copies=copies, seed=seed)
            played = await _played(chosen, performance, environment, told)
    except asyncio.CancelledError:
        told.say("Đã dừng giữa chừng.")
        sys.exit(INTERRUPTED)
    _tell(told, played, environment, stays=stays)
    if not played.is_as_expected:
        sys.exit(1)


def _read(path: Path | None) -> Scenario:
    try:
        return read_crowded(SHIPPED, SHIPPED_CROWD) if path is None else read_scenario(path)
    except Faulty as faulty:
        raise EmbeddedFailure(str(faulty)) from faulty


def _chosen(scenario: Scenario, endings: str) -> Scenario:
    names = tuple(name.strip() for name in endings.split(",") if name.strip())
    try:
        return scenario.only(names) if names else scenario
    except KeyError as unknown:
        known = ", ".join(dict.fromkeys(one.row for one in scenario.endings))
        message = f"Không có kết cục {unknown.args[0]}; có: {known}."
        raise EmbeddedFailure(message) from unknown


async def _played(scenario: Scenario, performance: Performance, environment: Mapping[str, str], told: Told) -> Report:
    api_url = environment["LIENTHONG_API_URL"]
    # Asked with a key of its own: officers keep theirs where nothing is played.
    portal = await hand_out_keys(environment, [PORTAL])
    await require_fast_clock(api_url, portal[PORTAL], scenario)
    keys = await hand_out_keys(environment, players(scenario, performance.copies))
    dossiers = len(parts_of(scenario, performance.copies))
    rows = dict.fromkeys(one.row for one in scenario.endings)
    told.say(
        f"{dossiers} hồ sơ, {len(rows)} kết cục, {len(keys)} người đóng vai "
        "với khóa API mới (khóa cũ của họ hết hiệu lực); "
        f"một giờ làm việc trôi trong {3600 / scenario.factor:g} giây."
    )
    return await play(scenario, api_url=api_url, keys=keys, performance=performance, say=told.say)


def _tell(told: Told, played: Report, environment: Mapping[str, str], *, stays: bool) -> None:
    story = played.told_outcome()
    totals = played.totals()
    wrong = [
        f"✗ {one.number} {one.ending} ({one.counter}): {fault}" for one in played.outcomes for fault in one.differences
    ]
    sentence = (
        f"{totals['filed']} hồ sơ ({totals['parts']} hồ sơ con), {played.acts} hành vi trong {played.seconds:g} giây: "
        f"{totals['early']} sớm, {totals['on_time']} đúng hạn, {totals['late']} trễ, {totals['open']} còn mở; "
        + (f"{totals['wrong']} không như mong đợi." if totals["wrong"] else "tất cả như mong đợi.")
    )
    answer = {
        **played.model_dump(mode="json"),
        "sums": [row.model_dump(mode="json") for row in played.by_ending()],
        "procedures": [row.model_dump(mode="json") for row in played.by_procedure()],
        "agencies": [row.model_dump(mode="json") for row in played.by_agency()],
        "levels": [row.model_dump(mode="json") for row in played.by_level()],
        "totals": totals,
        "is_as_expected": played.is_as_expected,
    }
    lines = [*(story_of(story) if story is not None else ()), "", *where_next(played, environment, stays=stays)]
    told.answer(answer, *tables_of(played), "", *lines, "", *wrong, shares_of(played), sentence)
