"""`demo`: every ending of the scenario, played through the public API and compared with what must come of it."""

import asyncio
import os
import sys
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from agencies.directory import load_directory
from cli.demo.client import Api
from cli.demo.crowd import SHIPPED_CROWD
from cli.demo.outage import LINE_SECRETS, SCALE, AbsentSystem, Healed, absent_system
from cli.demo.outcome import Report
from cli.demo.player import PORTAL, Performance, parts_of, play, players
from cli.demo.reading import read_crowded, read_scenario
from cli.demo.scenario import SHIPPED, Scenario
from cli.demo.stage import hand_out_keys, require_fast_clock, stack_environment
from cli.demo.telling import outage_of, partial_of, shares_of, story_of, tables_of, where_next
from cli.lifecycle import ended_by_signal
from cli.report import AsJson, report
from cli.report import Report as Told
from cli.surroundings import running_stack
from datafiles.faults import Faulty
from dossiers.procedure import Role
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
        async with ended_by_signal(), absent_system() as system, stack_environment(told.say, system.settings) as known:
            environment, performance = known, Performance(run=uuid.uuid4().hex[:12], copies=copies, seed=seed)
            # A stack that runs already was told nothing of the system.
            away = None if stays or LINE_SECRETS in os.environ else system
            played, healed = await _played(chosen, performance, environment, told, away)
    except asyncio.CancelledError:
        told.say("Đã dừng giữa chừng.")
        sys.exit(INTERRUPTED)
    _tell(told, played, healed, environment, stays=stays)
    if not played.is_as_expected or (healed is not None and not healed.is_whole):
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


async def _played(
    scenario: Scenario,
    performance: Performance,
    environment: Mapping[str, str],
    told: Told,
    system: AbsentSystem | None,
) -> tuple[Report, Healed | None]:
    api_url = environment["LIENTHONG_API_URL"]
    # Asked with a key of its own: officers keep theirs where nothing is played.
    portal = await hand_out_keys(environment, [PORTAL])
    await require_fast_clock(api_url, portal[PORTAL], scenario)
    watcher = next(one.id for _, one in load_directory().members() if Role.SUPERVISOR in one.roles)
    keys = await hand_out_keys(environment, dict.fromkeys((*players(scenario, performance.copies), watcher)))
    dossiers = len(parts_of(scenario, performance.copies))
    rows = dict.fromkeys(one.row for one in scenario.endings)
    told.say(
        f"{dossiers} hồ sơ, {len(rows)} kết cục, {len(keys)} người đóng vai "
        "với khóa API mới (khóa cũ của họ hết hiệu lực); "
        f"một giờ làm việc trôi trong {3600 / scenario.factor:g} giây."
    )
    playing = play(scenario, api_url=api_url, keys=keys, performance=performance, say=told.say)
    if system is None:
        return await playing, None
    told.say(f"Hệ thống riêng của {system.agency} đang ngừng; thời gian chờ gửi lại bản tin được chia cho {SCALE:,}.")
    async with Api.at(api_url, keys, patience=performance.patience, at_once=1) as api:
        async with system.away(environment, api, watcher):
            played = await playing
        return played, await system.healed(api, watcher)


def _tell(told: Told, played: Report, healed: Healed | None, environment: Mapping[str, str], *, stays: bool) -> None:
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
        "outage": None if healed is None else healed.model_dump(mode="json"),
    }
    lines = [
        *(story_of(story) if story is not None else ()),
        "",
        *partial_of(played),
        *(() if healed is None else outage_of(healed)),
        *where_next(played, environment, stays=stays),
    ]
    told.answer(answer, *tables_of(played), "", *lines, "", *wrong, shares_of(played), sentence)
