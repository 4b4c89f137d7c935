"""Whatever the description of the API allows, and much that it does not, is answered, and never by our own mistake.

Schemathesis makes the requests from the document and sends them to the real process.
"""

import asyncio
import subprocess
import sys
import uuid

import pytest
from temporalio.testing import WorkflowEnvironment

from api.callers import ApiKey
from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import AgencyCode, OfficerId, UnitCode
from store.callers import Caller, add_caller
from store.database import Database as Store
from tests.support.postgres import Database
from tests.support.serving import serving
from worker import activity_worker, workflow_worker

HEAD = Caller(
    id=OfficerId("ha-long-director"),
    kind=CallerKind.OFFICER,
    label="Giám đốc",
    agency=AgencyCode("ha-long-centre"),
    unit=UnitCode("ha-long-one-stop"),
    roles=(Role.UNIT_HEAD, Role.AGENCY_HEAD, Role.ONE_STOP_HEAD, Role.APPROVER, Role.COUNTER, Role.SUPERVISOR),
)


@pytest.mark.long
async def test_no_request_is_answered_by_our_mistake(
    database: Database, temporal_environment: WorkflowEnvironment
) -> None:
    queue, key = f"any-{uuid.uuid4()}", ApiKey.drawn()
    async with serving(database, temporal_environment, task_queue=queue, log_level="error") as served:
        store = await Store.connect(database.url, application="tests")
        async with store.transaction() as tx:
            await add_caller(tx, HEAD, key_hash=key.hash, key_prefix=key.prefix)
        client = temporal_environment.client
        async with activity_worker(client, queue, store), workflow_worker(client, queue):
            ended = await asyncio.to_thread(_asked, f"{served.http.base_url}/v1/openapi.json", key.secret)
        await store.close()

    assert ended.returncode == 0, ended.stdout + ended.stderr


def _asked(address: str, secret: str) -> subprocess.CompletedProcess[str]:
    """Thousands of requests, always the same. The live stream never ends, and of lines of JSON the tool makes none."""
    return subprocess.run(
        [
            *(sys.executable, "-W", "ignore", "-m", "schemathesis.cli", "run", address),
            *("--header", f"Authorization: Bearer {secret}", "--checks", "not_a_server_error"),
            *("--exclude-operation-id", "listenToEvents", "--exclude-operation-id", "countDeadlines"),
            *("--max-examples", "15", "--seed", "1"),
            *("--phases", "examples,coverage,fuzzing", "--continue-on-failure"),
        ],
        capture_output=True,
        text=True,
        timeout=540,
        check=False,
    )
