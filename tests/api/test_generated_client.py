"""A client is made from the description of the API by a tool that knows nothing else of it, and works."""

import importlib
import json
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import httpx
import pytest

from api.openapi import describe
from tests.support.desks import FILING, Office

#: What the tool has no form for: a body of one JSON value a line, and an answer that is a file to print.
_LEFT_OUT = ("GET /v1/dossiers/{dossier_id}/forms/{sequence}/{form}", "POST /v1/deadlines/batch")


@pytest.fixture(scope="module")
def generated(bureau: Office, tmp_path_factory: pytest.TempPathFactory) -> subprocess.CompletedProcess[str]:
    """The tool's own words, and the package beside them."""
    folder = tmp_path_factory.mktemp("generated")
    (folder / "openapi.json").write_text(json.dumps(describe(bureau.app)), encoding="utf-8")
    (folder / "config.json").write_text(json.dumps({"post_hooks": []}), encoding="utf-8")
    program = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none"]
    files = ["--path", "openapi.json", "--config", "config.json", "--output-path", "lienthong_client"]
    made = subprocess.run([*program, *files], cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    assert made.returncode == 0, made.stdout + made.stderr
    return subprocess.CompletedProcess([str(folder)], 0, made.stdout, made.stderr)


@pytest.fixture
def client(generated: subprocess.CompletedProcess[str], monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    (folder,) = generated.args
    monkeypatch.syspath_prepend(folder)
    return importlib.import_module("lienthong_client")


def test_nothing_but_known_operations_is_left_out(
    generated: subprocess.CompletedProcess[str], client: ModuleType
) -> None:
    said = generated.stdout + generated.stderr
    warnings = [line for line in said.splitlines() if line.startswith("WARNING")]
    folder = Path(str(client.__file__)).parent

    assert [next((one for one in _LEFT_OUT if one in line), line) for line in warnings] == list(_LEFT_OUT)
    assert "Unable to process schema" not in said
    assert sorted(one.name for one in (folder / "api").iterdir() if one.is_dir() and one.name.isascii()) == sorted(
        one.name for one in (folder / "api").iterdir() if one.is_dir()
    )


async def test_a_generated_client_files_a_dossier_and_claims_its_task(bureau: Office, client: ModuleType) -> None:
    clerk = await bureau.officer("ha-long-counter-1")
    models = importlib.import_module("lienthong_client.models")
    file_dossier = importlib.import_module("lienthong_client.api.dossiers.file_dossier")
    claim_task = importlib.import_module("lienthong_client.api.worklist.claim_task")
    headers = {"Authorization": f"Bearer {clerk.key.secret}"}
    transport = httpx.ASGITransport(bureau.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://api", headers=headers) as http:
        caller = client.AuthenticatedClient(base_url="http://api", token=clerk.key.secret).set_async_httpx_client(http)
        filing = models.FilingRequest.from_dict(FILING)
        filed = await file_dossier.asyncio(client=caller, body=filing, idempotency_key="generated")
        again = await file_dossier.asyncio(client=caller, body=filing, idempotency_key="generated")
        (task,) = filed.tasks
        claimed = await claim_task.asyncio(client=caller, task_id=task.id)
        refused = await file_dossier.asyncio(
            client=caller, body=models.FilingRequest.from_dict({**FILING, "procedure": "0.0"}), idempotency_key="other"
        )

    assert isinstance(filed, models.ActView)
    assert again.number == filed.number
    assert (claimed.holder, claimed.number) == (clerk.caller.id, filed.number)
    assert (refused.code, refused.errors[0].pointer) == ("filing-rejected", "/procedure")
