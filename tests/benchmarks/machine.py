"""What the parts of a stack cost: their processes, found by the server they joined or the port they listen on."""

import os
from collections.abc import Iterator, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import psutil

CALLER = "caller"
_ADDRESS = "LIENTHONG_TEMPORAL_ADDRESS"
_GONE = (psutil.NoSuchProcess, psutil.AccessDenied, psutil.ZombieProcess)


class Machine:
    """The processes of one stack, as far as they run on this machine."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._parts: dict[str, list[psutil.Process]] = {CALLER: [psutil.Process()]}
        for name, process in _joined(environment[_ADDRESS]):
            self._parts.setdefault(name, []).append(process)
        database = urlsplit(environment["LIENTHONG_DATABASE_URL"]).port or 5432
        temporal = int(environment[_ADDRESS].rpartition(":")[2])
        for name, port in (("postgres", database), ("temporal", temporal)):
            listening = _listening(port)
            if listening is not None:
                self._parts[name] = [listening]

    def parts(self) -> tuple[str, ...]:
        return tuple(self._parts)

    def count(self, part: str) -> int:
        return len(self._parts.get(part, ()))

    def cpu_seconds(self) -> dict[str, float]:
        """What each part has used until now, its children included."""
        return {name: sum(_used(process) for process in processes) for name, processes in self._parts.items()}

    def memory_bytes(self, part: str) -> int:
        """What would come free if the part ended."""
        return sum(process.memory_full_info().uss for process in self._parts.get(part, ()))


def _joined(address: str) -> Iterator[tuple[str, psutil.Process]]:
    """Python processes of this checkout's product that joined the stack, by the module they run."""
    for process in psutil.process_iter():
        with suppress(*_GONE):
            command = process.cmdline()
            if process.pid != os.getpid() and "-m" in command and process.environ().get(_ADDRESS) == address:
                module = command[command.index("-m") + 1]
                if module != "cli":
                    yield module.rpartition(".")[2], process


def _listening(port: int) -> psutil.Process | None:
    with suppress(psutil.AccessDenied):
        for connection in psutil.net_connections(kind="tcp"):
            if connection.status == psutil.CONN_LISTEN and connection.laddr[1:2] == (port,) and connection.pid:
                return psutil.Process(connection.pid)
    return None


def _used(process: psutil.Process) -> float:
    used = 0.0
    with suppress(*_GONE):
        times = process.cpu_times()
        used = times.user + times.system + times.children_user + times.children_system
    for child in process.children():
        with suppress(*_GONE):
            times = child.cpu_times()
            used += times.user + times.system
    return used
