"""Sides in turn, on one server in one run: what one of them is, is said against the bare one of the same round.

A machine that others use gets slower and faster by the minute; two stretches of seconds, one after the other, see much
the same machine. So the ratio is the median over rounds, and absolute figures are only an impression.
"""

import asyncio
import itertools
from collections.abc import Sequence
from statistics import median, quantiles
from time import perf_counter
from typing import Protocol
from uuid import uuid4

from dossiers.values import Value
from tests.benchmarks.meter import Meter

_MILLISECONDS = 1000


class Side(Protocol):
    """A way in."""

    @property
    def name(self) -> str: ...

    async def step(self, dossier: str, number: int) -> None: ...

    def workflow_of(self, dossier: str) -> str: ...


class Stretch(Value):
    """One side for a few seconds."""

    side: str
    dossiers: tuple[str, ...]
    steps: int
    seconds: float
    milliseconds: tuple[float, ...]
    #: Processor time of each part of the stack, in milliseconds a step.
    cpu: dict[str, float]
    #: SQL statements a step, of the product and of Temporal.
    statements: dict[str, float]

    @property
    def rate(self) -> float:
        """Steps a second."""
        return self.steps / self.seconds


async def stretch(side: Side, *, dossiers: int, length: int, at_once: int, meter: Meter) -> Stretch:
    """That many dossiers from filing to return, so many under way at once."""
    run = uuid4().hex[:12]
    names = tuple(f"{run}-{number}" for number in range(dossiers))
    waiting, taken = iter(names), list[float]()

    async def travel() -> None:
        for name in waiting:
            for number in range(length):
                began = perf_counter()
                await side.step(name, number)
                taken.append((perf_counter() - began) * _MILLISECONDS)

    before, began = await meter.read(), perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(at_once):
            group.create_task(travel())
    seconds, after = perf_counter() - began, await meter.read()
    return Stretch(
        side=side.name,
        dossiers=names,
        steps=len(taken),
        seconds=seconds,
        milliseconds=tuple(taken),
        cpu={name: (used - before.cpu[name]) * _MILLISECONDS / len(taken) for name, used in after.cpu.items()},
        statements={
            name: (sent - before.statements.get(name, 0)) / len(taken) for name, sent in after.statements.items()
        },
    )


async def alternate(
    sides: Sequence[Side], *, rounds: int, dossiers: int, length: int, at_once: int, meter: Meter
) -> tuple[tuple[Stretch, ...], ...]:
    """Every side once a round, every other round in the opposite order."""
    orders = itertools.islice(itertools.cycle((tuple(sides), tuple(reversed(sides)))), rounds)
    return tuple(
        [
            tuple([await stretch(s, dossiers=dossiers, length=length, at_once=at_once, meter=meter) for s in order])
            for order in orders
        ]
    )


def ratio(rounds: Sequence[Sequence[Stretch]], side: str, to: str) -> float:
    """The median, over rounds, of one side's rate to another's."""
    rates = [{one.side: one.rate for one in stretches} for stretches in rounds]
    return median(rate[side] / rate[to] for rate in rates)


def percentile(values: Sequence[float], percent: int) -> float:
    """The value that so many of a hundred do not exceed."""
    return values[0] if len(values) == 1 else quantiles(values, n=100, method="inclusive")[percent - 1]
