"""Records histories from real runs: those that are missing, and those named on the command line anew.

A history that a release has shipped with is never recorded anew: it stands for the dossiers that are under way.
"""

import asyncio
import json
import os
import re
import sys
import uuid
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from temporalio.worker import UnsandboxedWorkflowRunner

from dossiers import commands as c
from dossiers.state import DossierState
from tests.replay.corpus import DIGESTS, HISTORIES, digest, digests
from tests.support.builders import COPY, LAND, PERMIT, text
from tests.support.carriage import Carriage, Station, eventually, working
from tests.support.journal_in_memory import JournalInMemory
from tests.support.temporal import running_temporal
from workflows.addresses import STATE
from workflows.options import HISTORY_SOFT_LIMIT

OPINIONS: dict[str, Any] = {"floors": 3, "fire_opinion_needed": True, "environment_opinion_needed": True}
TAX: dict[str, Any] = {"obligation_kind": "transfer_tax", "obligation_due": True}

Story = Callable[[Station], Awaitable[Carriage]]


async def certified_copy_returned(station: Station) -> Carriage:
    one = await station.filed(COPY)
    await one.finish()
    return one


async def certified_copy_decided_on_the_spot(station: Station) -> Carriage:
    one = await station.filed(COPY)
    await one.act(c.DecideOnTheSpot(task=one.task.key))
    await one.finish()
    return one


async def certified_copy_refused_at_intake(station: Station) -> Carriage:
    one = await station.filed(COPY)
    await one.act(c.Refuse(task=one.task.key, reason=text("không phải bản chính")))
    return one


async def certified_copy_late_on_the_fast_clock(station: Station) -> Carriage:
    one = await station.filed(COPY, "2026-04-24T16:30", factor=3_600)

    async def is_overdue() -> bool:
        return len(one.rungs) > 1

    await eventually(is_overdue)
    one.look()
    await one.act(c.Remind(task=one.task.key))
    await one.finish()
    return one


async def house_permit_returned_with_opinions(station: Station) -> Carriage:
    one = await station.filed(PERMIT, **OPINIONS)
    await one.finish()
    return one


async def house_permit_with_silent_consultation(station: Station) -> Carriage:
    one = await station.filed(PERMIT, **OPINIONS)
    await one.go_to("fire_consultation")
    await one.forward(timedelta(days=9))
    await one.settled()
    await one.finish()
    return one


async def house_permit_withdrawn_during_consultation(station: Station) -> Carriage:
    one = await station.filed(PERMIT, **OPINIONS)
    await one.go_to("fire_consultation")
    await one.act(c.Withdraw())
    return one


async def house_permit_refused_after_appraisal(station: Station) -> Carriage:
    one = await station.filed(PERMIT, **OPINIONS)
    await one.go_to("appraisal")
    await one.act(c.Complete(task=one.task.key, outcome="ineligible", opinion=text("lấn ranh giới")))
    await one.finish()
    return one


async def land_transfer_paid_after_supplement_and_rework(station: Station) -> Carriage:
    one = await station.filed(LAND, **TAX)
    await one.go_to("appraisal")
    await one.act(c.Assign(task=one.task.key, officer=one.run.holder(one.task).id))
    await one.act(c.RequestSupplement(task=one.task.key, reason=text("thiếu hợp đồng")))
    await one.act(c.AnswerSupplement())
    await one.go_to("transfer_tax")
    await one.act(c.Complete(task=one.task.key, outcome="unclear", opinion=text("thiếu số thửa")))
    await one.finish()
    return one


async def land_transfer_sent_back_and_recalled(station: Station) -> Carriage:
    one = await station.filed(LAND, **TAX)
    await one.usual()
    await one.usual()
    await one.act(c.RefuseHandOver(task=one.task.key, reason=text("thiếu bản vẽ")))
    await one.usual()
    await one.act(c.Recall(task=one.task.key))
    await one.finish()
    return one


async def land_transfer_untouched(station: Station) -> Carriage:
    """Still open: every rung of the reception has been climbed."""
    one = await station.filed(LAND, **TAX)
    await one.forward(timedelta(days=12))
    await one.settled()
    return one


async def house_permit_late_with_an_apology(station: Station) -> Carriage:
    """Weighed on the day before the due date, signed, and granted after it."""
    one = await station.filed(PERMIT, **OPINIONS)
    await one.go_to("appraisal")
    await one.forward(timedelta(days=15))
    await one.settled()
    named_at = one.now() + timedelta(days=30)
    await one.act(c.Apologise(task=one.run.apology().key, appointment_at=named_at, reason=text("xin lỗi")))
    await one.finish()
    return one


async def land_transfer_reminded_into_a_new_run(station: Station) -> Carriage:
    """Its first run."""
    one = await station.filed(LAND, **TAX)
    first = (await one.handle.describe()).run_id

    async def has_renewed() -> bool:
        return (await one.handle.describe()).run_id != first

    for _ in range(HISTORY_SOFT_LIMIT // 5):
        await one.act(c.Remind(task=one.task.key))
    await eventually(has_renewed)
    one.recorded_run = first
    return one


STORIES: tuple[Story, ...] = (
    certified_copy_returned,
    certified_copy_decided_on_the_spot,
    certified_copy_refused_at_intake,
    certified_copy_late_on_the_fast_clock,
    house_permit_returned_with_opinions,
    house_permit_with_silent_consultation,
    house_permit_withdrawn_during_consultation,
    house_permit_refused_after_appraisal,
    house_permit_late_with_an_apology,
    land_transfer_paid_after_supplement_and_rework,
    land_transfer_sent_back_and_recalled,
    land_transfer_untouched,
    land_transfer_reminded_into_a_new_run,
)


async def record(anew: set[str]) -> None:
    HISTORIES.mkdir(exist_ok=True)
    known = digests() if DIGESTS.exists() else {}
    wanted = [story for story in STORIES if _name(story) in anew or _name(story) not in known]
    async with running_temporal() as environment:
        queue, journal = f"record-{uuid.uuid4()}", JournalInMemory()
        async with working(environment, queue, UnsandboxedWorkflowRunner(), journal.record_events):
            for story in wanted:
                known[_name(story)] = await _keep(story, Station(environment, queue, journal))
                sys.stdout.write(f"{_name(story)}\n")
    DIGESTS.write_text(json.dumps(known, indent=2, sort_keys=True) + "\n", encoding="utf-8")


async def _keep(story: Story, station: Station) -> str:
    one = await story(station)
    if one.run.state.status.is_closed:
        await one.ended()
    run = station.environment.client.get_workflow_handle(one.handle.id, run_id=one.recorded_run)
    history = await run.fetch_history()
    state: DossierState = await run.query(STATE, result_type=DossierState)
    written = json.dumps(history.to_json_dict(), ensure_ascii=False, separators=(",", ":"))
    # Which machine recorded it is nobody's business.
    written = re.sub(r'"identity":"[^"]*"', '"identity":"recorded"', written)
    (HISTORIES / f"{_name(story)}.json").write_text(written + "\n", encoding="utf-8")
    return digest(state)


def _name(story: Story) -> str:
    return story.__name__.replace("_", "-")


if __name__ == "__main__":
    asyncio.run(record(set(sys.argv[1:])))
    sys.stdout.flush()
    # The interpreter's own exit may abort under the SDK's threads.
    os._exit(0)
