import graphlib
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from dossiers.procedure import Procedure, Step
from dossiers.values import StepId
from procedures.reader import parse_procedure
from procedures.route import Route
from tests.procedures.sound import TRAVELLING

SOUND = parse_procedure(TRAVELLING)
NAMES = [StepId(f"s{number}") for number in range(6)]
Wires = dict[StepId, tuple[StepId, ...]]


def wired(wires: Wires) -> Procedure:
    steps = tuple(SOUND.steps[0].model_copy(update={"id": name, "after": after}) for name, after in wires.items())
    return SOUND.model_copy(update={"steps": steps})


def weight(step: Step) -> int:
    return int(step.id[1:]) + 1


any_graph = st.fixed_dictionaries({name: st.lists(st.sampled_from(NAMES), max_size=3).map(tuple) for name in NAMES})
dag = st.fixed_dictionaries(
    {
        name: st.lists(st.sampled_from(NAMES[:at]), max_size=3, unique=True).map(tuple) if at else st.just(())
        for at, name in enumerate(NAMES)
    }
)


@given(any_graph)
def test_a_cycle_is_found_exactly_when_no_order_exists(wires: Wires) -> None:
    ring = Route(wired(wires)).cycle()

    try:
        tuple(graphlib.TopologicalSorter(wires).static_order())
    except graphlib.CycleError:
        assert len(ring) > 1
        assert ring[0] == ring[-1]
        assert all(earlier in wires[later] for earlier, later in pairwise(ring))
    else:
        assert ring == ()


@given(dag)
def test_the_heaviest_path_is_the_heaviest_of_all_paths(wires: Wires) -> None:
    def every(name: StepId) -> list[tuple[StepId, ...]]:
        return [(*path, name) for before in wires[name] for path in every(before)] or [(name,)]

    path, total = Route(wired(wires)).heaviest(weight)

    assert total == max(sum(int(one[1:]) + 1 for one in way) for name in NAMES for way in every(name))
    assert total == sum(int(one[1:]) + 1 for one in path)
    assert path in [way for name in NAMES for way in every(name)]


@given(any_graph)
def test_before_and_behind_are_each_others_mirror(wires: Wires) -> None:
    route = Route(wired(wires))

    assert all((one in route.before(other)) == (other in route.behind(one)) for one in NAMES for other in NAMES)


@given(dag)
def test_paths_are_all_the_ways_from_a_first_step_to_a_last_one(wires: Wires) -> None:
    def every(name: StepId) -> list[tuple[StepId, ...]]:
        return [(*path, name) for before in wires[name] for path in every(before)] or [(name,)]

    last = [name for name in NAMES if not any(name in after for after in wires.values())]

    assert sorted(Route(wired(wires)).paths()) == sorted(path for name in last for path in every(name))


@given(dag, st.lists(st.sampled_from(NAMES[1:-1]), unique=True))
def test_a_way_around_is_found_exactly_when_a_path_avoids_every_step_named(wires: Wires, avoided: list[StepId]) -> None:
    def every(name: StepId) -> list[tuple[StepId, ...]]:
        before = [path for one in wires[name] for path in every(one)]
        return [(*path, name) for path in before] + ([(name,)] if name == NAMES[0] else [])

    clear = [path for path in every(NAMES[-1]) if not set(path) & set(avoided)]

    found = Route(wired(wires)).path_around(NAMES[0], NAMES[-1], avoided)

    assert found in clear if clear else found == ()
