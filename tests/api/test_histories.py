"""Temporal's history, decoded."""

import base64
import json
import uuid
from typing import Any

import pytest

from api.histories import decoded
from commands.archive import Archivist
from tests.support.desks import Office, done, task


def payload(value: object, encoding: str = "json/plain") -> dict[str, Any]:
    return {
        "metadata": {"encoding": base64.b64encode(encoding.encode()).decode()},
        "data": base64.b64encode(json.dumps(value).encode()).decode(),
    }


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (payload({"a": [1, "hai"]}), {"a": [1, "hai"]}),
        ({"payloads": [payload(1), payload(None)]}, {"payloads": [1, None]}),
        ({"metadata": {"encoding": base64.b64encode(b"binary/null").decode()}}, None),
        (payload("x", "binary/encrypted"), {"encoding": "binary/encrypted", "bytes": 3}),
        ({"metadata": {"summary": "x"}, "attempt": 1}, {"metadata": {"summary": "x"}, "attempt": 1}),
        ([], []),
        ("2s", "2s"),
    ],
)
def test_payloads_are_read_wherever_they_stand(given: object, read: object) -> None:
    assert decoded(given) == read


async def test_a_closed_dossiers_history_comes_from_the_archive(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    filed = await clerk.file()
    path = f"/v1/dossiers/{filed['dossier']}/history"
    await clerk.act(task(filed, "reception"), "refuse", reason="Hồ sơ không thuộc phạm vi chứng thực.")
    live = done(await clerk.get(path))
    while not done(await clerk.get(path))["runs"][0]["is_archived"]:
        await Archivist(bureau.parts.database, bureau.parts.client).keep_due()
    kept = done(await clerk.get(path))

    assert uuid.UUID(kept["runs"][0]["run_id"]) == uuid.UUID(live["runs"][0]["run_id"])
    assert kept["runs"][0]["events"][: len(live["runs"][0]["events"])] == live["runs"][0]["events"]
    assert kept["runs"][0]["events"][-1]["type"] == "WORKFLOW_EXECUTION_COMPLETED"
