"""Whole ways with failures that no kill hits often enough: every effect runs twice, acknowledgements are lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from temporalio.testing import WorkflowEnvironment

from agencies.directory import load_directory
from cli.demo.player import PORTAL
from cli.demo.stage import hand_out_keys
from store.database import Database as Store
from store.database import Transaction
from store.errors import OutcomeUnknown
from tests.acceptance.town import PATIENCE, Town, town
from tests.support.chaos import fast_clock
from tests.support.chaos_checker import Judgement, judge
from tests.support.chaos_log import Log, LoggedTransport
from tests.support.chaos_traffic import Callers, Traffic
from tests.support.interceptors import LoseAcknowledgement, Meddling, RunTwice
from tests.support.postgres import Database

TRY = timedelta(seconds=2)
CLOCK = fast_clock("2026-08-21T15:30:00+07:00", 1_200)


class Forgetful(Store):
    """Every so many commits one happens, and its acknowledgement is lost on the way back."""

    once_in = 11
    #: What happens before the first request is nobody's act.
    listens = False
    commits = 0
    lost = 0

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        async with super().transaction() as tx:
            yield tx
        self._commit()

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[Transaction]:
        async with super().at_once() as tx:
            yield tx
        self._commit()

    def _commit(self) -> None:
        self.commits += self.listens
        if self.listens and self.commits % self.once_in == 0:
            self.lost += 1
            raise OutcomeUnknown


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for a lease waits less, and still longer than a sender tries."""
    monkeypatch.setattr("commands.gate.LEASE", timedelta(seconds=4))
    monkeypatch.setattr("commands.sweeper.LEASE", timedelta(seconds=4))


@pytest.mark.parametrize("meddling", [RunTwice, LoseAcknowledgement])
async def test_every_effect_may_happen_again(
    database: Database, temporal_environment: WorkflowEnvironment, tmp_path: Path, meddling: type[Meddling]
) -> None:
    meddler = meddling()
    async with town(database.url, temporal_environment.client, send_within=TRY) as place, place.workers([meddler]):
        judgement = await whole_ways(place, database, tmp_path, dossiers=6)

    assert judgement.findings == ()
    assert meddler.meddled["record_events"] >= judgement.dossiers


async def test_any_commit_may_go_unacknowledged(
    database: Database, temporal_environment: WorkflowEnvironment, tmp_path: Path
) -> None:
    client = temporal_environment.client
    async with town(database.url, client, database_type=Forgetful, send_within=TRY) as place, place.workers():
        assert isinstance(place.database, Forgetful)
        place.database.listens = True
        judgement = await whole_ways(place, database, tmp_path, dossiers=3)
        lost = place.database.lost

    assert judgement.findings == ()
    assert lost >= judgement.dossiers


async def whole_ways(place: Town, database: Database, directory: Path, *, dossiers: int) -> Judgement:
    """Dossiers of every procedure, carried to their ends over the API, judged by the log and the stores."""
    environment = {"LIENTHONG_DATABASE_URL": database.url, "LIENTHONG_TEMPORAL_ADDRESS": "unused:1"}
    everybody = (PORTAL, *(one.id for _, one in load_directory().members()))
    keys = {str(who): key for who, key in (await hand_out_keys(environment, everybody)).items()}
    log = Log(directory / "operations.jsonl")
    wire = httpx.ASGITransport(place.office.app, raise_app_exceptions=False)
    callers = Callers("http://api", keys, LoggedTransport(log, keys, wire), patience=PATIENCE)
    under_way = Traffic(callers, 5, clock=CLOCK)
    async with place.sweeping(), asyncio.TaskGroup() as group:
        for number in range(dossiers):
            group.create_task(under_way.carry(number))
    log.close()
    await callers.close()
    target = place.client.service_client.config.target_host
    return await judge(log.path, database.url, target)
