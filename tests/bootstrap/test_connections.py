import json
import subprocess
import sys
from pathlib import Path

from pydantic import BaseModel
from temporalio.testing import WorkflowEnvironment

from bootstrap import CHECKOUT, DATA_CONVERTER, Settings, SharedPydanticConverter, connect_temporal, open_database
from tests.support.postgres import passable_directory, running_postgres

LOGGING = """
import logging, structlog
from bootstrap import configure_logging

configure_logging("info")
structlog.contextvars.bind_contextvars(dossier="d-1", task="t-1", agency="H01")
log = structlog.get_logger()
log.debug("hidden")
log.info("task.escalated", rung=2)
logging.getLogger("library").warning("slow %s", "query")
name_of_applicant = "Nguyễn Thị Kín"
try:
    1 / 0
except ZeroDivisionError:
    log.exception("failed")
"""


class Note(BaseModel):
    text: str


async def test_models_pass_through_temporal_unchanged() -> None:
    payloads = await DATA_CONVERTER.encode([Note(text="Đã nhận")])

    assert await DATA_CONVERTER.decode(payloads, [Note]) == [Note(text="Đã nhận")]


def test_every_converter_shares_the_same_parts() -> None:
    first, second = SharedPydanticConverter(), SharedPydanticConverter()

    assert list(first.converters.values()) == list(second.converters.values())


async def test_the_client_reaches_the_server_of_the_settings(temporal_environment: WorkflowEnvironment) -> None:
    address = temporal_environment.client.service_client.config.target_host
    client = await connect_temporal(settings_for("postgres://a:b@127.0.0.1:1/c", address))

    assert await client.service_client.check_health()
    assert client.data_converter is DATA_CONVERTER


async def test_the_database_speaks_utc_and_lets_no_statement_run_for_ever() -> None:
    with passable_directory() as directory:
        async with running_postgres(directory) as server:
            database = await open_database(settings_for(server.template.url, "127.0.0.1:1"), application="test")
            async with database.transaction() as tx:
                shown = await tx.one(
                    "SELECT current_setting('timezone') AS zone, current_setting('statement_timeout') AS statement,"
                    " current_setting('lock_timeout') AS lock"
                )
            await database.close()

    assert shown is not None
    assert tuple(shown.values()) == ("UTC", "15s", "10s")


def test_log_lines_are_json_bound_to_the_dossier_and_hold_no_local_variable(tmp_path: Path) -> None:
    finished = subprocess.run(
        [sys.executable, "-c", LOGGING],
        cwd=tmp_path,
        env={"PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in finished.stdout.splitlines() + finished.stderr.splitlines()]

    assert [line["event"] for line in lines] == ["task.escalated", "failed", "slow query"]
    assert all((line["dossier"], line["task"], line["agency"]) == ("d-1", "t-1", "H01") for line in lines)
    assert "Kín" not in finished.stdout + finished.stderr


def settings_for(database_url: str, temporal_address: str) -> Settings:
    environ = {"LIENTHONG_DATABASE_URL": database_url, "LIENTHONG_TEMPORAL_ADDRESS": temporal_address}
    return Settings.from_environ(environ)
