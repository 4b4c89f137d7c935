"""The steps of a procedure as a graph, which stands unknown names and cycles so every rule can look."""

from collections.abc import Callable, Container, Iterator
from datetime import datetime
from typing import TypeVar

from dossiers.procedure import Procedure, Step, StepKind
from dossiers.values import StepId

#: How far a path has come: an amount, or an instant.
Mark = TypeVar("Mark", int, datetime)


class Route:
    """Steps by name and what waits for what; the first of two steps with one name counts."""

    def __init__(self, procedure: Procedure) -> None:
        self.steps: dict[StepId, Step] = {}
        for step in procedure.steps:
            self.steps.setdefault(step.id, step)

    def waited_for(self, step_id: StepId) -> tuple[StepId, ...]:
        """The known steps for which this one waits directly."""
        return tuple(one for one in self.steps[step_id].after if one in self.steps)

    def before(self, step_id: StepId) -> tuple[StepId, ...]:
        """Every step that is done before this one, in no particular order of time."""
        return self._reached(step_id, self.waited_for)

    def behind(self, step_id: StepId) -> tuple[StepId, ...]:
        """Every step that waits for this one, directly or through others."""
        return self._reached(step_id, self._followers)

    def only(self, kind: StepKind) -> StepId | None:
        """The one step of a kind, where there is exactly one."""
        found = [step.id for step in self.steps.values() if step.kind is kind]
        return found[0] if len(found) == 1 else None

    def cycle(self) -> tuple[StepId, ...]:
        """Steps that wait for each other in a ring, the first one again at the end; else nothing."""
        ring = [step_id for step_id in self.steps if step_id in self.before(step_id)]
        if not ring:
            return ()
        walk = [ring[0]]
        while walk.count(walk[-1]) == 1:
            walk.append(next(one for one in self.waited_for(walk[-1]) if one in ring))
        return tuple(reversed(walk[walk.index(walk[-1]) :]))

    def heaviest(self, weight: Callable[[Step], int]) -> tuple[tuple[StepId, ...], int]:
        """The path whose steps weigh most together, and their weight; there must be no cycle."""
        return self.furthest(0, lambda total, step: total + weight(step))

    def furthest(self, start: Mark, after: Callable[[Mark, Step], Mark]) -> tuple[tuple[StepId, ...], Mark]:
        """The path that gets furthest when each step begins where the latest one before it ended; without a cycle."""
        best: dict[StepId, tuple[tuple[StepId, ...], Mark]] = {}

        def up_to(step_id: StepId) -> tuple[tuple[StepId, ...], Mark]:
            if step_id not in best:
                ways = [up_to(one) for one in self.waited_for(step_id)]
                so_far: tuple[tuple[StepId, ...], Mark] = max(ways, key=_mark) if ways else ((), start)
                best[step_id] = ((*so_far[0], step_id), after(so_far[1], self.steps[step_id]))
            return best[step_id]

        return max((up_to(step_id) for step_id in self.steps), key=_mark, default=((), start))

    def paths(self) -> Iterator[tuple[StepId, ...]]:
        """Every way from a step that waits for nothing to one for which nothing waits; there must be no cycle."""

        def up_to(step_id: StepId) -> Iterator[tuple[StepId, ...]]:
            if not self.waited_for(step_id):
                yield (step_id,)
            for one in self.waited_for(step_id):
                yield from ((*path, step_id) for path in up_to(one))

        for step_id in self.steps:
            if not self._followers(step_id):
                yield from up_to(step_id)

    def path_around(self, start: StepId, end: StepId, avoided: Container[StepId]) -> tuple[StepId, ...]:
        """A shortest way from one step to another through none of those avoided; nothing if there is none."""
        ways: dict[StepId, tuple[StepId, ...]] = {start: (start,)}
        for here in (waiting := [start]):
            for following in self._followers(here):
                if following not in ways and following not in avoided:
                    ways[following] = (*ways[here], following)
                    waiting.append(following)
        return ways.get(end, ())

    def _followers(self, step_id: StepId) -> tuple[StepId, ...]:
        return tuple(step.id for step in self.steps.values() if step_id in step.after)

    def _reached(self, start: StepId, onwards: Callable[[StepId], tuple[StepId, ...]]) -> tuple[StepId, ...]:
        reached: dict[StepId, None] = {}
        waiting = list(onwards(start))
        while waiting:
            step_id = waiting.pop()
            if step_id not in reached:
                reached[step_id] = None
                waiting.extend(onwards(step_id))
        return tuple(reached)


def _mark(path: tuple[tuple[StepId, ...], Mark]) -> Mark:
    return path[1]
