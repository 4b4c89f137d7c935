"""Every activity run twice, unacknowledged, given up: dossiers end lawfully, with each event in the journal once."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest
from temporalio import activity
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment

from activities.messages import RECORD_EVENTS, SEND_LETTER
from dossiers.events import RungReached
from dossiers.fast_clock import FastClock
from dossiers.instants import VIETNAM, parse_instant
from store.database import Database as Store
from tests.commands.bundled import BundledOffice, publish_bundle
from tests.commands.office import Office, dossier_of
from tests.support.builders import CALENDAR
from tests.support.carriage import eventually
from tests.support.interceptors import FailForGood, LoseAcknowledgement, Meddling, RunTwice
from worker import activities_of, activity_worker, workflow_worker
from workflows.options import FLUSH_AGAIN_AFTER


@pytest.mark.parametrize("kind", [RunTwice, LoseAcknowledgement])
async def test_a_dossier_does_not_notice(office: Office, kind: type[Meddling]) -> None:
    meddling = kind()
    async with under(meddling, office):
        dossier = await filed_in_haste(office)
        await eventually(lambda: has_climbed(office, dossier, "overdue"))
        await office.finish(dossier)
        await eventually(lambda: has_ended(office, dossier))
        findings = await office.findings()

    journal = await office.journal(dossier)
    rungs = [(one.event.subject, one.event.rung) for one in journal if isinstance(one.event, RungReached)]
    assert [one.sequence for one in journal] == list(range(1, len(journal) + 1))
    assert len(rungs) == len(set(rungs))
    assert await office.alarms() == []
    assert findings == []
    assert set(meddling.meddled) == {RECORD_EVENTS}


async def test_a_dossier_ends_lawfully_whichever_activity_is_given_up(
    office: Office, temporal_environment: WorkflowEnvironment
) -> None:
    await ends_although_given_up(FailForGood(RECORD_EVENTS), office, temporal_environment)


@pytest.mark.parametrize("kind", [RunTwice, LoseAcknowledgement])
async def test_a_bundle_does_not_notice(office: Office, store: Store, kind: type[Meddling]) -> None:
    meddling = kind()
    await publish_bundle(store)
    town = BundledOffice(office)
    async with under(meddling, office):
        whole = await town.receive()
        birth = await town.part(whole, "birth")
        await town.grant(birth)
        await town.hears(whole, "birth", "decided")
        residence = await town.part(whole, "residence")
        await town.withdraw(whole)
        await town.stands(residence, "withdrawn")
        for one in (whole, residence, (await town.known(whole))["insurance"].dossier):
            await ends(office, one)
        findings = await office.findings()

    assert await office.alarms() == []
    assert findings == []
    assert set(meddling.meddled) == {RECORD_EVENTS, SEND_LETTER}


async def test_a_letter_that_is_given_up_is_sent_all_the_same(
    office: Office, store: Store, temporal_environment: WorkflowEnvironment
) -> None:
    meddling = FailForGood(SEND_LETTER)
    await publish_bundle(store)
    town = BundledOffice(office)
    async with under(meddling, office):
        whole = await town.receive()
        await eventually(lambda: has_failed_once(meddling))
        pause = FLUSH_AGAIN_AFTER + timedelta(seconds=1)
        await temporal_environment.fast_forward(office.workflow(whole), pause)
        birth = await town.part(whole, "birth")

    assert (await town.row(birth)).parent == whole


def test_every_activity_is_tried_here() -> None:
    assert names_of_all() == {RECORD_EVENTS, SEND_LETTER}


async def ends_although_given_up(
    meddling: FailForGood, office: Office, temporal_environment: WorkflowEnvironment
) -> None:
    async with under(meddling, office):
        dossier = await office.file()
        await office.finish(dossier)
        await eventually(lambda: has_failed_once(meddling))
        assert (await office.folded(dossier)).status == "returned", "its callers carried every event"
        await temporal_environment.fast_forward(office.workflow(dossier), FLUSH_AGAIN_AFTER + timedelta(seconds=1))
        await eventually(lambda: has_ended(office, dossier))
        findings = await office.findings()

    assert await office.alarms() == []
    assert findings == []


@asynccontextmanager
async def under(meddling: Meddling, office: Office) -> AsyncIterator[None]:
    async with (
        activity_worker(office.client, office.task_queue, office.database, interceptors=[meddling]),
        workflow_worker(office.client, office.task_queue),
    ):
        yield


async def filed_in_haste(office: Office) -> UUID:
    """An hour of work passes in a second."""
    clock = FastClock(
        origin_wall=datetime.now(VIETNAM), origin=parse_instant("2026-03-02T08:00"), factor=3_600, calendar=CALENDAR
    )
    filing = office.filing(clock=clock)
    await office.gate.file(filing)
    return dossier_of(filing)


def names_of_all() -> set[str]:
    unused = cast("Any", None)
    definitions = [activity._Definition.must_from_callable(one) for one in activities_of(unused, unused)]
    return {one.name for one in definitions if one.name is not None}


async def has_climbed(office: Office, dossier: UUID, rung: str) -> bool:
    return any(isinstance(one.event, RungReached) and one.event.rung == rung for one in await office.journal(dossier))


async def has_ended(office: Office, dossier: UUID) -> bool:
    return (await office.workflow(dossier).describe()).status is WorkflowExecutionStatus.COMPLETED


async def has_failed_once(meddling: Meddling) -> bool:
    return bool(meddling.meddled)


async def ends(office: Office, dossier: UUID) -> None:
    await eventually(lambda: has_ended(office, dossier))
