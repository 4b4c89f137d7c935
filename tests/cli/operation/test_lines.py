"""`line` as operators run it, with an agency's own system that dies and comes back."""

import json
import re
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from temporalio.testing import WorkflowEnvironment

from agencies.directory import SHIPPED
from agencies.lines import Lines, Secrets
from agencies.retries import RetryTable
from cli import lines
from cli.directory_publish import publish
from dossiers.dispatches import Interest
from dossiers.instants import VIETNAM
from dossiers.values import AgencyCode
from store.rendered import DispatchState
from tests.commands.office import Office
from tests.support import shown_on_portal
from tests.support.carriage import eventually
from tests.support.partner import Partner, partner
from tests.support.portal import portal
from tests.support.postgres import Database
from worker import line_activities_of, line_worker

PORTAL = AgencyCode("portal")
LATER = "quang-ninh-2026.2"

Told = Callable[[Coroutine[Any, Any, None]], Coroutine[Any, Any, Any]]


@pytest.fixture
def told(
    office: Office,
    database: Database,
    temporal_environment: WorkflowEnvironment,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Told:
    """What a command answers to programs, run where that office is the product."""
    monkeypatch.setenv("LIENTHONG_DATA_DIR", str(tmp_path / "nothing-runs-here"))
    monkeypatch.setenv("LIENTHONG_DATABASE_URL", database.url)
    monkeypatch.setenv("LIENTHONG_TEMPORAL_ADDRESS", temporal_environment.client.service_client.config.target_host)
    monkeypatch.setenv("LIENTHONG_TASK_QUEUE", office.task_queue)

    async def run(command: Coroutine[Any, Any, None]) -> Any:  # noqa: ANN401  (whatever the command answers)
        capsys.readouterr()
        await command
        # Workers of this very process log to the same place, a line that begins with its date.
        lines_out = capsys.readouterr().out.splitlines()
        return json.loads("\n".join(line for line in lines_out if not re.match(r"(\x1b\[\d+m)*\d{4}-", line)))

    return run


def written(folder: Path, system: Partner | None = None, *, version: str = LATER) -> Path:
    """The shipped directory under another name, with a line if there is a system."""
    shutil.copytree(SHIPPED, folder)
    head = folder / "directory.yaml"
    head.write_text(head.read_text(encoding="utf-8").replace("quang-ninh-2026.1", version, 1), encoding="utf-8")
    if system is not None:
        terms = system.terms.model_copy(update={"interest": Interest.STATUS}).model_dump(mode="json")
        (folder / "lines.yaml").write_text(json.dumps({"lines": [terms]}), encoding="utf-8")
    return folder


@asynccontextmanager
async def sending(office: Office, system: Partner) -> AsyncIterator[None]:
    """A worker that gives up at once."""
    system.write_secrets()
    register, secrets = office.catalogue.directories, Secrets(system.secrets_file)
    async with Lines(register, secrets, lambda: datetime.now(VIETNAM)) as ours:
        activities = line_activities_of(office.database, ours, RetryTable(waits=()))
        async with line_worker(office.client, office.task_queue, PORTAL, activities):
            yield


async def test_what_a_dead_system_did_not_get_is_seen_and_sent_on_from_the_command_line(
    office: Office, told: Told, tmp_path: Path
) -> None:
    async with partner(PORTAL, tmp_path) as system, sending(office, system):
        published = await told(publish(written(tmp_path / "province", system), yes=True, json=True))
        await system.kill()
        dossier = await office.file()
        await office.finish(dossier)

        async def is_parked() -> bool:
            [line] = await told(lines.list_all(json=True))
            return bool(line["parked"]) and not line["waiting"]

        await eventually(is_parked)
        [line] = await told(lines.list_all(json=True))
        parked = await told(lines.dispatches(PORTAL, json=True))

        async def has_ended() -> bool:
            return all(one["is_closed"] for one in await told(lines.dispatches(PORTAL, json=True)))

        await eventually(has_ended)
        await system.start()
        resumed = await told(lines.resume(PORTAL, json=True))
        [after] = await told(lines.list_all(json=True))
        received = await told(lines.dispatches(PORTAL, state=DispatchState.RECEIVED, json=True))
        taken = await system.taken()

    assert published["is_new"]
    assert (line["line"], line["parked"], line["last_failure"]) == (PORTAL, len(parked), "partner-unreachable")
    assert resumed == [{"dossier": str(dossier), "arrived": len(parked), "problem": None}]
    assert (after["parked"], after["received"]) == (0, len(parked))
    assert [one["id"] for one in received] == [one["id"] for one in taken]
    assert [one["event"] for one in received] == sorted(one["event"] for one in parked)


async def test_what_a_portal_lost_is_told_and_sent_again_from_the_command_line(
    office: Office, told: Told, tmp_path: Path
) -> None:
    async with portal(tmp_path) as system, shown_on_portal.telling(office, system):
        dossier = await office.file()
        await eventually(lambda: shown_on_portal.has_arrived(office, dossier))
        agreed = await told(lines.reconcile(PORTAL, json=True))
        kept = await shown_on_portal.kept_of(office, system, dossier)
        await system.lose(kept["MaHoSo"], keep=0)
        with pytest.raises(SystemExit):
            await lines.reconcile(PORTAL, json=True)
        differing = await told(lines.drift(PORTAL, json=True))
        mended = await told(lines.reconcile(PORTAL, send=True, json=True))
        again = await shown_on_portal.kept_of(office, system, dossier)
        left = await told(lines.drift(PORTAL, json=True))

    assert agreed == mended == left == []
    assert [(one["dossier"], one["kind"], one["has"]) for one in differing] == [(str(dossier), "missing", 0)]
    assert again == kept
