"""The route of every shipped procedure as geometry: nothing lies on anything else, nothing is left out."""

from itertools import combinations

import pytest

from console.pictures.route_map import NODE_HEIGHT, NODE_WIDTH, Node, route_map
from dossiers.procedure import Procedure
from procedures.catalogue import shipped
from tests.support import builders

PERMIT = builders.procedure(builders.PERMIT)

EVERY = pytest.mark.parametrize("procedure", shipped(), ids=lambda one: f"{one.code}.{one.version}")


def lie_on_each_other(one: Node, other: Node) -> bool:
    return abs(one.x - other.x) < NODE_WIDTH and abs(one.y - other.y) < NODE_HEIGHT


@EVERY
def test_every_step_has_its_box_in_its_lane_and_no_two_overlap(procedure: Procedure) -> None:
    drawn = route_map(procedure)
    lanes = {lane.part.name: lane for lane in drawn.lanes}

    assert [node.step for node in drawn.nodes] == list(procedure.steps)
    assert not [pair for pair in combinations(drawn.nodes, 2) if lie_on_each_other(*pair)]
    for node in drawn.nodes:
        lane = lanes[node.step.by]
        assert lane.y < node.y
        assert node.y + NODE_HEIGHT < lane.y + lane.height
        assert node.x + NODE_WIDTH < drawn.width


@EVERY
def test_every_step_lies_behind_all_it_waits_for_and_an_arrow_leads_there(procedure: Procedure) -> None:
    drawn = route_map(procedure)
    places = {node.step.id: node.x for node in drawn.nodes}

    assert {(edge.before, edge.after) for edge in drawn.edges} == {
        (before, step.id) for step in procedure.steps for before in step.after
    }
    assert all(places[edge.before] < places[edge.after] for edge in drawn.edges)


def test_an_arrow_that_leads_far_goes_around_the_boxes_between() -> None:
    """The permit's conclusion waits for the appraisal and for both opinions after it."""
    drawn = route_map(PERMIT)
    far = next(edge for edge in drawn.edges if (edge.before, edge.after) == ("appraisal", "conclusion"))
    near = next(edge for edge in drawn.edges if (edge.before, edge.after) == ("assignment", "appraisal"))

    assert far.path.count("V") == 2
    assert near.path.count("V") == 1
