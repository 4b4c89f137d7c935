"""Everything one machine needs, started in order, kept running, stopped in order.

PostgreSQL and Temporal start together, then the schema is brought up to date, then workers and the API start.
What the environment names (``LIENTHONG_DATABASE_URL``, ``LIENTHONG_TEMPORAL_ADDRESS``) is used, not started.
Stopping takes less than five seconds whatever the children do.
"""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Self

import httpx

from embedded import postgres, temporal
from embedded.accounts import place_for, unprivileged_account
from embedded.data_directory import DataDirectory, StackRecord
from embedded.failures import DiedAtStart
from embedded.migrations import migrate
from embedded.ports import LOOPBACK, free_port
from embedded.processes import Child, Program, end_leftovers

CHECKOUT = Path(__file__).resolve().parent.parent
MIGRATIONS = CHECKOUT / "store" / "migrations"
PREFERRED_API_PORT = 8080

PROCESS_GRACE = 2.2
SERVICE_GRACE = 2.2
START_LIMIT = 60.0

Say = Callable[[str], None]
Ports = Mapping[str, int]


def silent(_: str) -> None:
    return


class Stack:
    """A running stack; made by ``start`` or ``services_only``, which also end it."""

    database_url: str
    owner_database_url: str | None
    temporal_address: str
    temporal_ui_url: str | None
    api_url: str | None = None

    def __init__(self, data: DataDirectory, *, say: Say, environ: Mapping[str, str]) -> None:
        self._data = data
        self._say = say
        self._environ = environ
        self._ready = False
        self._children: dict[str, Child] = {}
        #: Of single processes, where several stand behind one address.
        self._own_urls: dict[str, str] = {}

    @classmethod
    @asynccontextmanager
    async def start(
        cls, data_dir: Path, *, workers: int = 1, say: Say = silent, environ: Mapping[str, str] = os.environ
    ) -> AsyncIterator[Self]:
        """The whole product: services, schema, workers, API; ready when the API says so."""
        async with cls.services_only(data_dir, say=say, environ=environ) as stack, stack.processes(workers):
            yield stack

    @classmethod
    @asynccontextmanager
    async def services_only(
        cls,
        data_dir: Path,
        *,
        migrations: Path | None = MIGRATIONS,
        say: Say = silent,
        environ: Mapping[str, str] = os.environ,
    ) -> AsyncIterator[Self]:
        """PostgreSQL with its schema, and Temporal."""
        data = DataDirectory(data_dir)
        data.prepare()
        stack = cls(data, say=say, environ=environ)
        with data.locked():
            async with stack.services(migrations):
                yield stack

    @asynccontextmanager
    async def services(self, migrations: Path | None) -> AsyncIterator[None]:
        try:
            await self._provide_services(migrations)
            self._write_record()
            yield
        finally:
            await self._stop("postgres", "temporal", "temporal-ui", grace=SERVICE_GRACE)

    @asynccontextmanager
    async def processes(self, workers: int) -> AsyncIterator[None]:
        names = ["worker", *(f"worker-{number}" for number in range(2, workers + 1))]
        self._say("Worker và API…")
        starts = [self._start_child(name, {}, partial(self._worker, name)) for name in names]
        async with self._product(*starts, self._start_api(), names=("api", *names)):
            yield

    @asynccontextmanager
    async def _product(self, *starts: Coroutine[None, None, object], names: Sequence[str]) -> AsyncIterator[None]:
        """These processes of the product, started together and stopped together."""
        try:
            async with first_failure() as group:
                for start in starts:
                    group.create_task(start)
            self._ready = True
            self._write_record()
            yield
        finally:
            self._ready = False
            await self._stop(*names, grace=PROCESS_GRACE)

    @property
    def environment(self) -> dict[str, str]:
        """What a process of the product needs to join this stack."""
        known = {
            "LIENTHONG_DATABASE_URL": self.database_url,
            "LIENTHONG_OWNER_DATABASE_URL": self.owner_database_url,
            "LIENTHONG_TEMPORAL_ADDRESS": self.temporal_address,
            "LIENTHONG_TEMPORAL_UI_URL": self.temporal_ui_url,
            "LIENTHONG_API_URL": self.api_url,
            "LIENTHONG_DATA_DIR": str(self._data.path),
        }
        return {name: value for name, value in known.items() if value is not None}

    @property
    def urls(self) -> dict[str, str]:
        known = {"api": self.api_url, "temporal": self.temporal_address, "temporal-ui": self.temporal_ui_url}
        return {**{name: value for name, value in known.items() if value is not None}, **self._own_urls}

    @property
    def pids(self) -> dict[str, int]:
        return {name: child.pid for name, child in self._children.items() if child.pid is not None}

    async def forever(self) -> None:
        """Until cancelled; children that die meanwhile are started again."""
        await asyncio.Event().wait()

    async def _provide_services(self, migrations: Path | None) -> None:
        async with first_failure() as group:
            group.create_task(self._provide_database(migrations))
            group.create_task(self._provide_temporal())

    async def _provide_database(self, migrations: Path | None) -> None:
        if given := self._environ.get("LIENTHONG_DATABASE_URL"):
            self.database_url, self.owner_database_url = (
                given,
                self._environ.get("LIENTHONG_OWNER_DATABASE_URL"),
            )
        else:
            self.database_url, self.owner_database_url = await self._start_postgres()
        if migrations is None or self.owner_database_url is None:
            return
        self._say("Lược đồ dữ liệu…")
        await migrate(self.owner_database_url, migrations)

    async def _start_postgres(self) -> tuple[str, str]:
        self._say("PostgreSQL…")
        passwords = self._data.passwords(postgres.SUPERUSER, postgres.OWNER, postgres.APP)
        place = await postgres.initialised(self._data.postgres, superuser_password=passwords[postgres.SUPERUSER])
        self._data.remember_postgres_place(place)

        def program(ports: Ports) -> Program:
            return postgres.server(place, port=ports["postgres"], log=self._data.log("postgres"))

        async def ready(ports: Ports) -> bool:
            superuser = postgres.SUPERUSER
            return await postgres.accepts(
                postgres.url(superuser, passwords[superuser], port=ports["postgres"], database="postgres")
            )

        ports = await self._start_child("postgres", {"postgres": postgres.PREFERRED_PORT}, program, ready)
        port = ports["postgres"]
        await postgres.provide_database(port, passwords=passwords)
        return (
            postgres.url(postgres.APP, passwords[postgres.APP], port=port),
            postgres.url(postgres.OWNER, passwords[postgres.OWNER], port=port),
        )

    async def _provide_temporal(self) -> None:
        if given := self._environ.get("LIENTHONG_TEMPORAL_ADDRESS"):
            self.temporal_address, self.temporal_ui_url = (
                given,
                self._environ.get("LIENTHONG_TEMPORAL_UI_URL"),
            )
            return
        self._say("Temporal…")

        def program(ports: Ports) -> Program:
            return temporal.server(
                self._data.temporal,
                port=ports["temporal"],
                ui_port=ports["temporal-ui"],
                log=self._data.log("temporal"),
            )

        async def ready(ports: Ports) -> bool:
            return await temporal.accepts(f"{LOOPBACK}:{ports['temporal']}")

        usual = {"temporal": temporal.PREFERRED_PORT, "temporal-ui": temporal.PREFERRED_UI_PORT}
        ports = await self._start_child("temporal", usual, program, ready)
        self.temporal_address = f"{LOOPBACK}:{ports['temporal']}"
        self.temporal_ui_url = f"http://{LOOPBACK}:{ports['temporal-ui']}"

    async def _start_api(self) -> None:
        def program(ports: Ports) -> Program:
            listening = {"LIENTHONG_API_HOST": LOOPBACK, "LIENTHONG_API_PORT": str(ports["api"])}
            return self._python("api", "api", listening, ports=(ports["api"],))

        async def ready(ports: Ports) -> bool:
            return await answers(f"http://{LOOPBACK}:{ports['api']}/readyz")

        ports = await self._start_child("api", {"api": PREFERRED_API_PORT}, program, ready)
        self.api_url = f"http://{LOOPBACK}:{ports['api']}"

    def _worker(self, name: str, _: Ports) -> Program:
        return self._python(name, "worker", {}, ports=())

    def _python(self, name: str, module: str, more: Mapping[str, str], *, ports: tuple[int, ...]) -> Program:
        # The owner of the schema is nobody's business but the migrations'.
        known = {**self._environ, **self.environment}
        joined = {key: value for key, value in known.items() if key != "LIENTHONG_OWNER_DATABASE_URL"}
        return Program(
            name=name,
            command=(sys.executable, "-P", "-m", module),
            directory=self._data.workplace(name),
            log=self._data.log(name),
            ports=ports,
            environment={**joined, "PYTHONPATH": str(CHECKOUT), **more},
        )

    async def _start_child(
        self,
        name: str,
        usual: Ports,
        program: Callable[[Ports], Program],
        ready: Callable[[Ports], Awaitable[bool]] | None = None,
    ) -> Ports:
        """Starts what listens on the usual ports, or on others when a stranger holds or grabs one of them.

        Who grabbed one may have left again when we look; so an early death counts as that, a few times.
        """
        await end_leftovers(program(usual))
        attempts_left = 3 if usual else 1
        while True:
            ports = {port_name: self._choose_port(port_name, port) for port_name, port in usual.items()}
            child = self._children[name] = Child(program(ports), on_restart=self._restarted)
            try:
                await child.start(ready=partial(ready, ports) if ready else _started, within=START_LIMIT)
            except DiedAtStart:
                attempts_left -= 1
                if not attempts_left:
                    raise
            else:
                return ports

    def _choose_port(self, name: str, usual: int) -> int:
        before = self._data.previous_ports().get(name)
        port = free_port(preferred=[usual] if before is None else [before, usual])
        if port not in (usual, before):
            self._say(f"Cổng {before or usual} đang bận: {name} dùng cổng {port}.")
        self._data.remember_port(name, port)
        return port

    def _restarted(self, name: str) -> None:
        self._say(f"{name} đã dừng bất thường và được khởi động lại.")
        self._write_record()

    def _write_record(self) -> None:
        record = StackRecord(
            pid=os.getpid(), ready=self._ready, pids=self.pids, urls=self.urls, environment=self.environment
        )
        self._data.write_record(record)

    async def _stop(self, *names: str, grace: float) -> None:
        started = [self._children[name] for name in names if name in self._children]
        await asyncio.gather(*(child.stop(grace=grace) for child in started))


async def end_strays(data: DataDirectory) -> dict[str, int]:
    """Ends what a stack that was itself killed left running; whom it ended, by name."""
    programs = [
        Program(name="temporal", command=("temporal",), directory=data.temporal, log=data.log("temporal")),
        Program(
            name="postgres",
            command=("postgres",),
            directory=place_for(data.postgres, unprivileged_account()),
            log=data.log("postgres"),
            stop_signal=signal.SIGINT,
        ),
    ]
    for directory in data.workplaces():
        name = directory.name
        programs.append(Program(name=name, command=(sys.executable,), directory=directory, log=data.log(name)))
    ended = {program.name: await end_leftovers(program) for program in programs}
    return {name: pids[0] for name, pids in ended.items() if pids}


async def _started() -> bool:
    return True


async def answers(url: str) -> bool:
    """Whether somebody there says that all is well."""
    async with httpx.AsyncClient(trust_env=False, timeout=2) as client:
        try:
            answer = await client.get(url)
        except httpx.HTTPError:
            return False
        return answer.is_success


@asynccontextmanager
async def first_failure() -> AsyncIterator[asyncio.TaskGroup]:
    """A task group that fails with its first failure itself, not with a group of one."""
    try:
        async with asyncio.TaskGroup() as group:
            yield group
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
