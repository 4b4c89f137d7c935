"""Loopback ports: the wanted one when it is free, another when it is taken.

The other is none of those that systems give to outgoing connections, which anybody may hold a moment later; and
Temporal keeps its members' ports in PostgreSQL as smallint, so a higher one would end it at its start.
"""

import socket
from collections.abc import Iterable
from random import SystemRandom

LOOPBACK = "127.0.0.1"
ANY = range(10_000, 32_768)


def free_port(*, preferred: Iterable[int] = ()) -> int:
    """The first preferred port nobody listens on, else some other one."""
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
    chance = SystemRandom()
    return next(port for port in iter(lambda: chance.choice(ANY), None) if is_free(port))
