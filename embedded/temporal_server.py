"""The Temporal server on PostgreSQL, with its web interface: built from their Go modules, all on loopback.

The same release as the dev server of ``embedded.temporal``, so histories recorded with one are read by the other. Its
schema is brought up to date by its own tool; one process runs all of its four services.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from embedded import postgres, temporal
from embedded.data_directory import write_private
from embedded.failures import EmbeddedFailure
from embedded.golang import GoModule
from embedded.ports import LOOPBACK
from embedded.processes import Program, run_to_end

SERVER = GoModule(
    title="Temporal",
    path="go.temporal.io/server",
    version="v1.32.0",
    checksum="h1:JQoqsVREaGc8vcuDNfuRlySiV3tVi81XUOVC9LeL/1Y=",
    programs={"temporal-server": "./cmd/server", "temporal-sql-tool": "./cmd/tools/sql"},
    tags=("disable_grpc_modules",),
)
UI = GoModule(
    title="trang web của Temporal",
    path="github.com/temporalio/ui-server/v2",
    version="v2.54.1",
    checksum="h1:V45S+OatX/PbOz5TAtd+T94hm4tfGHc1j5dZAHo+Ouw=",
    programs={"temporal-ui": "./cmd/server"},
)

#: Fixed for ever at the first start: enough for one node, too few for a large cluster.
HISTORY_SHARDS = 16
#: Each service listens for calls, and for the other three; whoever asks from outside asks the first.
PREFERRED_PORTS = {
    "temporal": temporal.PREFERRED_PORT,
    "temporal-frontend-membership": 6933,
    "temporal-history": 7234,
    "temporal-history-membership": 6934,
    "temporal-matching": 7235,
    "temporal-matching-membership": 6935,
    "temporal-worker": 7239,
    "temporal-worker-membership": 6939,
}


async def update_schema(tools: Path, urls: tuple[str, str]) -> None:
    """Both schemas to what this server wants: made at first, then only what is missing."""
    for url, part in zip(urls, ("temporal", "visibility"), strict=True):
        environment = _connection(url)
        tool = str(tools / "temporal-sql-tool")
        if not await postgres.has_table(url, "schema_version"):
            await run_to_end((tool, "setup-schema", "--version", "0.0"), environment=environment)
        update = (tool, "update-schema", "--schema-name", f"postgresql/v12/{part}")
        await run_to_end(update, environment=environment)


def configuration(urls: tuple[str, str], ports: Mapping[str, int]) -> dict[str, Any]:
    """Of the server, in its own terms."""
    default, visibility = (_store(url, connections) for url, connections in zip(urls, (20, 10), strict=True))
    return {
        "log": {"stdout": True, "level": "warn", "format": "json"},
        "persistence": {
            "numHistoryShards": HISTORY_SHARDS,
            "defaultStore": "default",
            "visibilityStore": "visibility",
            "datastores": {"default": default, "visibility": visibility},
        },
        "global": {"membership": {"maxJoinDuration": "30s", "broadcastAddress": LOOPBACK}},
        "services": {
            "frontend": _service(ports["temporal"], ports["temporal-frontend-membership"]),
            "history": _service(ports["temporal-history"], ports["temporal-history-membership"]),
            "matching": _service(ports["temporal-matching"], ports["temporal-matching-membership"]),
            "worker": _service(ports["temporal-worker"], ports["temporal-worker-membership"]),
        },
        "clusterMetadata": {
            "enableGlobalNamespace": False,
            "failoverVersionIncrement": 10,
            "masterClusterName": "active",
            "currentClusterName": "active",
            "clusterInformation": {
                "active": {
                    "enabled": True,
                    "initialFailoverVersion": 1,
                    "rpcName": "frontend",
                    "rpcAddress": f"{LOOPBACK}:{ports['temporal']}",
                }
            },
        },
        "dcRedirectionPolicy": {"policy": "noop"},
    }


def server(programs: Path, directory: Path, *, urls: tuple[str, str], ports: Mapping[str, int], log: Path) -> Program:
    # Holds Temporal's password; JSON is YAML.
    file = directory / "server.yaml"
    write_private(file, json.dumps(configuration(urls, ports), indent=2))
    return Program(
        name="temporal",
        # Nobody but this machine reaches it: every port is on loopback.
        command=(str(programs / "temporal-server"), "--config-file", str(file), "--allow-no-auth", "start"),
        directory=directory,
        log=log,
        ports=tuple(ports.values()),
    )


def ui(programs: Path, directory: Path, *, address: str, port: int, log: Path) -> Program:
    settings = {
        "temporalGrpcAddress": address,
        "host": LOOPBACK,
        "port": port,
        "enableUi": True,
        "disableNewsFetch": True,
        "cors": {"allowOrigins": [f"http://{LOOPBACK}:{port}"]},
    }
    (directory / "ui.yaml").write_text(json.dumps(settings, indent=2), encoding="utf-8")
    return Program(
        name="temporal-ui",
        command=(
            str(programs / "temporal-ui"),
            "--root",
            str(directory),
            "--config",
            ".",
            "--env",
            "ui",
            "start",
        ),
        directory=directory,
        log=log,
        ports=(port,),
    )


async def accepts(address: str) -> bool:
    """Ready means: the namespace is there, made at the first start, and keeps closed workflows long enough."""
    if await temporal.accepts(address):
        return True
    try:
        await run_to_end(temporal.operator("create", address))
    except EmbeddedFailure:
        return False
    return True


def _store(url: str, connections: int) -> dict[str, Any]:
    parts = urlsplit(url)
    return {
        "sql": {
            "pluginName": "postgres12",
            "databaseName": parts.path.removeprefix("/"),
            "connectAddr": f"{parts.hostname}:{parts.port}",
            "connectProtocol": "tcp",
            "user": parts.username,
            "password": parts.password,
            "maxConns": connections,
            "maxIdleConns": connections,
            "maxConnLifetime": "1h",
        }
    }


def _service(port: int, membership: int) -> dict[str, Any]:
    return {"rpc": {"grpcPort": port, "membershipPort": membership, "bindOnLocalHost": True}}


def _connection(url: str) -> dict[str, str]:
    """For the schema tool; not as arguments, which every account may read."""
    parts = urlsplit(url)
    return {
        "SQL_PLUGIN": "postgres12",
        "SQL_HOST": str(parts.hostname),
        "SQL_PORT": str(parts.port),
        "SQL_USER": str(parts.username),
        "SQL_PASSWORD": str(parts.password),
        "SQL_DATABASE": parts.path.removeprefix("/"),
    }
