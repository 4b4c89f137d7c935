"""Loopback ports: the wanted one when it is free, another when it is taken."""

import socket
from collections.abc import Iterable

LOOPBACK = "127.0.0.1"


def free_port(*, preferred: Iterable[int] = ()) -> int:
    """The first preferred port nobody listens on, else one the system picks."""
    return next((port for port in preferred if is_free(port)), 0) or _any_port()


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        # As servers do: connections of an earlier run that are still closing do not count as taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
        return True


def _any_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
