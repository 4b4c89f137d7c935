"""What must stand before the curtain rises: a stack that allows the fast clock, and a key for everybody who plays.

Handing out keys is an operator's act, done in the store; from then on nobody but the API is spoken to.
"""

import os
import uuid
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager

import httpx

from api.callers import ApiKey
from bootstrap import Settings, open_database
from cli.demo.ground import directory_of
from cli.demo.player import PORTAL
from cli.demo.scenario import Scenario
from cli.surroundings import data_directory, running_stack
from dossiers.seats import CallerKind
from dossiers.values import OfficerId
from embedded.failures import EmbeddedFailure
from embedded.stack import Say, Stack
from store.callers import Caller, add_caller

_ALLOWED = "LIENTHONG_FAST_CLOCK_ALLOWED"


@asynccontextmanager
async def stack_environment(say: Say, settings: Mapping[str, str]) -> AsyncIterator[Mapping[str, str]]:
    """The environment of the stack that runs here, or of one that runs, with these settings, as long as the play."""
    running = running_stack()
    if running is not None:
        yield {**running.environment, **os.environ}
        return
    environ = {_ALLOWED: "true", **settings, **os.environ}
    async with Stack.start(data_directory().path, say=say, environ=environ) as stack:
        yield {**stack.environment, **environ}


async def hand_out_keys(environment: Mapping[str, str], players: Iterable[OfficerId]) -> dict[OfficerId, str]:
    """A new key for each; one that an officer had before ends."""
    settings = Settings.from_environ(environment)
    database = await open_database(settings, application="lienthong demo")
    keys = {player: ApiKey.drawn() for player in players}
    try:
        async with database.transaction() as tx:
            for player, key in keys.items():
                await add_caller(tx, _caller(player), key_hash=key.hash, key_prefix=key.prefix)
    finally:
        await database.close()
    return {player: key.secret for player, key in keys.items()}


def _caller(player: OfficerId) -> Caller:
    if player == PORTAL:
        return Caller(id=player, kind=CallerKind.CITIZEN, label="Cổng dịch vụ công (trình diễn)")
    directory = directory_of(player)
    seat = directory.seat_of(player)
    return Caller(
        id=player,
        kind=CallerKind.OFFICER,
        label=player,
        agency=seat.agency,
        unit=seat.unit,
        roles=directory.officer(player).roles,
    )


async def require_fast_clock(api_url: str, key: str, scenario: Scenario) -> None:
    """Ask, by a filing that cannot succeed, whether this stack lets dossiers live on a fast clock."""
    body = {
        "procedure": "0.000000",
        "receiving_unit": "none",
        "channel": "online",
        "applicant": {"full_name": "Không Ai"},
        "clock": {"origin": scenario.endings[0].filed.isoformat(), "factor": scenario.factor},
    }
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": str(uuid.uuid4())}
    async with httpx.AsyncClient(base_url=api_url, trust_env=False, timeout=15) as http:
        answer = await http.post("/v1/dossiers", json=body, headers=headers)
    if answer.status_code == httpx.codes.FORBIDDEN:
        message = (
            "Hệ thống đang chạy không cho phép đồng hồ nhanh. Dừng nó (`lienthong down`) rồi diễn lại, "
            f"hoặc chạy nó với {_ALLOWED}=true."
        )
        raise EmbeddedFailure(message)
