"""The steps of a procedure as a graph, which stands unknown names and cycles so every rule can look."""

from collections.abc import Callable

from dossiers.procedure import Procedure, Step, StepKind
from dossiers.values import StepId


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
        best: dict[StepId, tuple[tuple[StepId, ...], int]] = {}

        def up_to(step_id: StepId) -> tuple[tuple[StepId, ...], int]:
            if step_id not in best:
                path, total = max((up_to(one) for one in self.waited_for(step_id)), key=_total, default=((), 0))
                best[step_id] = ((*path, step_id), total + weight(self.steps[step_id]))
            return best[step_id]

        return max((up_to(step_id) for step_id in self.steps), key=_total, default=((), 0))

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


def _total(path: tuple[tuple[StepId, ...], int]) -> int:
    return path[1]
