"""Child processes: started, watched, restarted when they die on their own, stopped in time.

Every child works in a directory where nothing else of its name works. So what a killed run left behind is
found by asking the system who works there; no process number in a file can be stale or somebody else's.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from embedded.accounts import Account
from embedded.failures import DiedAtStart, EmbeddedFailure

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 10.0
STEADY = 10.0  # who ran this long has earned a first pause again
LOG_LIMIT = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Program:
    """What to run, where, as whom, and how it is asked to stop."""

    name: str
    command: tuple[str, ...]
    directory: Path
    log: Path
    ports: tuple[int, ...] = ()  # it is not ready before it listens on all of them
    environment: Mapping[str, str] | None = None  # the whole of it; None: as ours
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    # Marks of a running process that are only trusted while one is found; removed before a start.
    marks: tuple[Path, ...] = ()


class Child:
    """One program, kept running from ``start`` to ``stop``."""

    def __init__(self, program: Program, *, on_restart: Callable[[str], None]) -> None:
        self.program = program
        self.restarts = 0
        self._on_restart = on_restart
        self._process: asyncio.subprocess.Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def start(self, *, ready: Callable[[], Awaitable[bool]], within: float) -> None:
        """Returns when ``ready`` says so; dying before that, or not being ready in time, is a failure."""
        self._process = await _spawn(self.program)
        try:
            async with asyncio.timeout(within):
                await self._until(ready)
        except TimeoutError:
            await self.stop(grace=1.0)
            raise EmbeddedFailure(self._told("không sẵn sàng kịp")) from None
        except BaseException:
            await self.stop(grace=1.0)
            raise
        self._keeper = asyncio.create_task(self._keep(self._process), name=f"keep {self.program.name}")

    async def stop(self, *, grace: float) -> None:
        """Ask, wait ``grace`` seconds, then force."""
        if self._keeper is not None:
            self._keeper.cancel()
            await asyncio.gather(self._keeper, return_exceptions=True)
        process = self._process
        if process is None or process.returncode is not None:
            await end_leftovers(self.program)  # a start cut short may have made one nobody waits for
            return
        process.send_signal(self.program.stop_signal)
        try:
            async with asyncio.timeout(grace):
                await process.wait()
        except TimeoutError:
            await _end_leftovers(self.program, grace=0.0)
            await process.wait()

    async def _until(self, ready: Callable[[], Awaitable[bool]]) -> None:
        # The order matters: what answers on a port may be a stranger until we see that our child holds it.
        while not (await asyncio.to_thread(self._listens) and await ready() and self.pid is not None):
            if self.pid is None:
                raise DiedAtStart(self._told("dừng ngay khi khởi động"))
            await asyncio.sleep(0.05)

    def _listens(self) -> bool:
        if self.pid is None:
            return False
        try:
            connections = psutil.Process(self.pid).net_connections("tcp")
        except psutil.Error:
            return False
        open_ports = [connection.laddr.port for connection in connections if connection.status == "LISTEN"]
        return all(port in open_ports for port in self.program.ports)

    async def _keep(self, process: asyncio.subprocess.Process) -> None:
        loop = asyncio.get_running_loop()
        pause = FIRST_PAUSE
        while True:
            since = loop.time()
            await process.wait()
            pause = FIRST_PAUSE if loop.time() - since > STEADY else pause
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
            try:
                process = self._process = await _spawn(self.program)
            except OSError:
                continue  # no memory for a new process, say: again after a longer pause
            self.restarts += 1
            self._on_restart(self.program.name)

    def _told(self, what: str) -> str:
        return f"{self.program.name} {what}; nhật ký {self.program.log}:\n{last_words(self.program.log)}"


def last_words(log: Path, lines: int = 12) -> str:
    return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])


async def end_leftovers(program: Program) -> tuple[int, ...]:
    """Ends what an earlier, killed run left working in the program's directory; returns whom it ended."""
    return await _end_leftovers(program, grace=3.0)


async def end(pid: int, *, within: float) -> None:
    """Ends a process that is nobody's child here, and waits until it is gone."""
    try:
        process = psutil.Process(pid)
    except psutil.NoSuchProcess:
        return
    _send(process, signal.SIGTERM)
    if await _outlasting([process], seconds=within):
        message = f"Tiến trình {pid} không dừng sau {within:.0f} giây."
        raise EmbeddedFailure(message)


async def run_to_end(
    command: tuple[str, ...],
    *,
    environment: Mapping[str, str] | None = None,
    account: Account | None = None,
    directory: Path | None = None,
) -> str:
    """The output of a program that ends by itself; its failure is ours."""
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, **(environment or {})},
        cwd=directory,
        start_new_session=True,
        **_identity(account),
    )
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    text = output.decode(errors="replace").strip()
    if process.returncode != 0:
        message = f"{Path(command[0]).name} kết thúc với mã {process.returncode}:\n{text}"
        raise EmbeddedFailure(message)
    return text


async def _spawn(program: Program) -> asyncio.subprocess.Process:
    await end_leftovers(program)
    for mark in program.marks:
        mark.unlink(missing_ok=True)
    program.log.parent.mkdir(parents=True, exist_ok=True)
    if program.log.exists() and program.log.stat().st_size > LOG_LIMIT:
        program.log.replace(program.log.with_suffix(".log.1"))
    with program.log.open("ab") as log:
        return await asyncio.create_subprocess_exec(
            *program.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            env=program.environment,
            cwd=program.directory,
            # A session of its own: Ctrl-C reaches the keeper alone, who stops the children in order.
            start_new_session=True,
            **_identity(program.account),
        )


async def _end_leftovers(program: Program, *, grace: float) -> tuple[int, ...]:
    found = _working_in(program)
    if grace:
        for process in found:
            _send(process, program.stop_signal)
    for process in await _outlasting(found, seconds=grace):
        _send(process, signal.SIGKILL)
    await _outlasting(found, seconds=2.0)
    return tuple(process.pid for process in found)


async def _outlasting(processes: list[psutil.Process], *, seconds: float) -> list[psutil.Process]:
    """Who still works after that time. Nobody is waited for: a child's exit status belongs to its keeper."""
    deadline = asyncio.get_running_loop().time() + seconds
    while alive := [process for process in processes if _works(process)]:
        if asyncio.get_running_loop().time() >= deadline:
            break
        await asyncio.sleep(0.02)
    return alive


def _works(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _working_in(program: Program) -> list[psutil.Process]:
    executable = Path(program.command[0])
    names = (executable.name, executable.resolve().name)
    directory = str(program.directory.resolve())
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == directory and process.name() in names and process.pid != os.getpid():
                found.append(process)
        except psutil.Error:
            continue  # gone, a zombie, or another account's: no child of ours
    return found


def _send(process: psutil.Process, what: signal.Signals) -> None:
    try:
        process.send_signal(what)
    except psutil.NoSuchProcess:
        return


def _identity(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
