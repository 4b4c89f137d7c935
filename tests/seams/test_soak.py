"""A hundred dossiers of the soak that `make seams` runs with two thousand."""

import os
from datetime import UTC, datetime, timedelta

from temporalio.testing import WorkflowEnvironment

from dossiers.values import AgencyCode
from tests.seams.parties import AGENCIES
from tests.seams.soak import Arrival, Outage, plan, recovery, seams, soak
from tests.support.postgres import PostgresServer, passable_directory

SEED = 20261126
NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
HERE, THERE = AgencyCode("here"), AgencyCode("there")


#: Each makes three times as many messages where the portal listens too, as it does in `make seams`.
async def test_a_hundred_dossiers_through_failing_systems_lose_double_and_reorder_nothing(
    postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment
) -> None:
    unset = {name: value for name, value in os.environ.items() if not name.startswith("LIENTHONG_")}
    with passable_directory() as folder:
        async with postgres_server.database() as database:
            environ = {
                **unset,
                "LIENTHONG_DATABASE_URL": database.url,
                "LIENTHONG_TEMPORAL_ADDRESS": temporal_environment.client.service_client.config.target_host,
            }
            async with seams(folder, SEED, environ, lambda _: None, AGENCIES) as ground:
                soaked = await soak(ground, dossiers=100, kills=3, seed=SEED, say=lambda _: None)

    assert soaked.account.faults == ()
    assert (soaked.dossiers, soaked.kills) == (100, 3)
    assert soaked.account.effects > soaked.messages >= 350
    assert soaked.attempts > soaked.messages, "something went wrong, and was said again"


def test_the_same_seed_draws_the_same_kills_and_every_system_is_killed() -> None:
    drawn = plan(SEED, 2_000, 24)

    assert drawn == plan(SEED, 2_000, 24) != plan(SEED + 1, 2_000, 24)
    assert [kill.filed for kill in drawn] == sorted(kill.filed for kill in drawn)
    assert len({kill.line for kill in drawn}) == 4


def test_recovery_is_counted_from_the_return_to_the_last_message_that_waited_for_it() -> None:
    def after(seconds: float) -> datetime:
        return NOON + timedelta(seconds=seconds)

    outages = [Outage(HERE, NOON)]
    waited, passed = Arrival(HERE, after(-3), after(2.5)), Arrival(HERE, after(-9), after(-8))
    later, elsewhere = Arrival(HERE, after(1), after(30)), Arrival(THERE, after(-3), after(50))

    assert recovery(outages, [waited, passed, later, elsewhere]) == 2.5
    assert recovery(outages, [passed, later]) == 0.0
