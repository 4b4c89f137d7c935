"""What came of a run: each dossier's findings and differences, and the sums over them."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from cli.demo.findings import Difference, Found
from dossiers.deadlines import Grade
from dossiers.values import ProcedureCode, UnitCode, Value


class Outcome(Value):
    """One dossier."""

    ending: str
    title: str
    procedure: ProcedureCode
    counter: UnitCode
    dossier: str
    number: str
    found: Found | None
    differences: tuple[Difference, ...]
    #: The events of its timeline, as the API tells them.
    timeline: tuple[dict[str, Any], ...]


class Sums(Value):
    """One ending, or a whole procedure, in numbers."""

    procedure: ProcedureCode
    ending: str
    title: str
    filed: int
    received: int
    early: int
    on_time: int
    late: int
    open: int
    #: How many dossiers stood on each rung, whatever the deadline.
    rungs: dict[str, int]
    wrong: int


class Report(Value):
    """A whole run."""

    run: str
    seconds: float
    acts: int
    #: Requests that had to be sent again.
    repeated: int
    told: str
    outcomes: tuple[Outcome, ...]

    @property
    def is_as_expected(self) -> bool:
        """Whether every expectation of every dossier held."""
        return not any(one.differences for one in self.outcomes)

    def told_outcome(self) -> Outcome | None:
        """The dossier whose story is told."""
        return next((one for one in self.outcomes if one.ending == self.told), None)

    def sums(self) -> tuple[Sums, ...]:
        """The numbers of each ending, in the order of the scenario."""
        names = dict.fromkeys(one.ending for one in self.outcomes)
        return tuple(_sums([one for one in self.outcomes if one.ending == name]) for name in names)

    def totals(self) -> dict[str, int]:
        """The numbers of the whole run."""
        rows = self.sums()
        names = ("filed", "received", "early", "on_time", "late", "open", "wrong")
        return {name: sum(getattr(row, name) for row in rows) for name in names}


def _sums(outcomes: list[Outcome]) -> Sums:
    found = [one.found for one in outcomes if one.found is not None]
    grades = Counter(one.grade for one in found)
    return Sums(
        procedure=outcomes[0].procedure,
        ending=outcomes[0].ending,
        title=outcomes[0].title,
        filed=sum(1 for one in outcomes if one.dossier),
        received=sum(one.events.get("dossier.accepted", 0) for one in found),
        early=grades[Grade.EARLY],
        on_time=grades[Grade.ON_TIME],
        late=grades[Grade.LATE],
        open=sum(1 for one in found if not one.state.is_closed),
        rungs=_climbed(found),
        wrong=sum(1 for one in outcomes if one.differences),
    )


def _climbed(found: Iterable[Found]) -> dict[str, int]:
    return dict(Counter(rung.rung for one in found for rung in one.rungs))
