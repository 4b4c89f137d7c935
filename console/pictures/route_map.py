"""The route of a procedure as a picture: a lane for each part, a column for each rank of steps, arrows between them.

Pure and deterministic: the lanes come in the order of the procedure, a step stands one column behind the latest step it
waits for, and steps that share lane and column stand one under the other. A published route has no cycle.
"""

from collections.abc import Mapping
from typing import NamedTuple

from dossiers.procedure import Participant, Procedure, Step
from dossiers.values import StepId

NODE_WIDTH, NODE_HEIGHT = 140.0, 64.0
_LEFT, _GAP, _PAD, _ROW_GAP, _MARGIN = 168.0, 30.0, 12.0, 10.0, 8.0


class Node(NamedTuple):
    """A step with where it stands; ``number`` is its row in the table."""

    step: Step
    number: int
    x: float
    y: float

    @property
    def is_conditional(self) -> bool:
        return self.step.when is not None


class Lane(NamedTuple):
    """What one part does."""

    part: Participant
    y: float
    height: float


class Edge(NamedTuple):
    """What waits for what, as a path."""

    before: StepId
    after: StepId
    path: str


class RouteMap(NamedTuple):
    """The picture."""

    width: float
    height: float
    lanes: tuple[Lane, ...]
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


def route_map(procedure: Procedure) -> RouteMap:
    """Where everything of the route lies."""
    ranks = _ranks(procedure)
    rows = _rows(procedure, ranks)
    lanes = _lanes(procedure, rows)
    tops = {lane.part.name: lane.y for lane in lanes}
    nodes = tuple(
        Node(step, number, _x(ranks[step.id]), tops[step.by] + _PAD + rows[step.id] * (NODE_HEIGHT + _ROW_GAP))
        for number, step in enumerate(procedure.steps, 1)
    )
    placed = {node.step.id: node for node in nodes}
    edges = tuple(
        Edge(before, step.id, _path(placed[before], placed[step.id]))
        for step in procedure.steps
        for before in step.after
    )
    width = _x(max(ranks.values())) + NODE_WIDTH + _MARGIN
    return RouteMap(width, lanes[-1].y + lanes[-1].height, lanes, nodes, edges)


def _ranks(procedure: Procedure) -> Mapping[StepId, int]:
    known: dict[StepId, int] = {}

    def rank(step_id: StepId) -> int:
        if step_id not in known:
            known[step_id] = max((rank(one) + 1 for one in procedure.step(step_id).after), default=0)
        return known[step_id]

    return {step.id: rank(step.id) for step in procedure.steps}


def _rows(procedure: Procedure, ranks: Mapping[StepId, int]) -> Mapping[StepId, int]:
    """The place of a step among those of its lane and column."""
    taken: dict[tuple[str, int], int] = {}
    rows: dict[StepId, int] = {}
    for step in procedure.steps:
        cell = (step.by, ranks[step.id])
        rows[step.id] = taken.get(cell, 0)
        taken[cell] = rows[step.id] + 1
    return rows


def _lanes(procedure: Procedure, rows: Mapping[StepId, int]) -> tuple[Lane, ...]:
    """Of every part that does a step; one that does none (a part who is only told) has no lane."""
    lanes: list[Lane] = []
    y = 0.0
    for part in procedure.participants:
        depth = max((rows[step.id] + 1 for step in procedure.steps if step.by == part.name), default=0)
        if depth:
            height = 2 * _PAD + depth * NODE_HEIGHT + (depth - 1) * _ROW_GAP
            lanes.append(Lane(part, y, height))
            y += height
    return tuple(lanes)


def _x(rank: int) -> float:
    return _LEFT + rank * (NODE_WIDTH + _GAP)


def _path(before: Node, after: Node) -> str:
    """Out at the right, in at the left; it turns in the gap before the later one, which no box stands in."""
    start, end = before.x + NODE_WIDTH, after.x - 2
    here, there = before.y + NODE_HEIGHT / 2, after.y + NODE_HEIGHT / 2
    turn = after.x - _GAP / 2
    if after.x - start <= _GAP + 1:
        return f"M{start:g} {here:g}H{turn:g}V{there:g}H{end:g}"
    # Over boxes that stand between: along the top edge of the lane, where none is.
    over = before.y - _ROW_GAP / 2
    return f"M{start:g} {here:g}h{_GAP / 2 - 6:g}V{over:g}H{turn:g}V{there:g}H{end:g}"
