"""What came of a run: each dossier's findings and differences, and the sums over them."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from cli.demo.findings import Difference, Found
from dossiers.deadlines import Grade
from dossiers.procedure import Channel
from dossiers.values import AgencyCode, ProcedureCode, UnitCode, Value


class Branch(Value):
    """A sub-dossier in the end."""

    number: str
    label: str
    result: str | None


class Outcome(Value):
    """One dossier."""

    ending: str
    #: The everyday way it went; null for a story of its own.
    plot: str | None
    title: str
    procedure: ProcedureCode
    version: int
    #: The level of government that the procedure belongs to.
    level: str
    channel: Channel
    #: Who received it.
    agency: AgencyCode
    counter: UnitCode
    dossier: str
    number: str
    found: Found | None
    differences: tuple[Difference, ...]
    #: The dossiers that were parts of it.
    branches: tuple[Branch, ...] = ()
    #: The events of its timeline, as the API tells them.
    timeline: tuple[dict[str, Any], ...]


class Sums(Value):
    """Some dossiers in numbers."""

    filed: int
    online: int
    received: int
    early: int
    on_time: int
    late: int
    open: int
    #: How many dossiers stood on each rung, whatever the deadline.
    rungs: dict[str, int]
    wrong: int


class EndingSums(Sums):
    """A story, or an everyday way over all procedures."""

    #: Null for an everyday way.
    procedure: ProcedureCode | None
    ending: str
    title: str


class ProcedureSums(Sums):
    """A version of a procedure."""

    procedure: ProcedureCode
    version: int
    level: str


class AgencySums(Sums):
    """A one-stop shop: whatever it received, whoever worked on it."""

    agency: AgencyCode


class LevelSums(Sums):
    """The procedures of one level of government."""

    level: str


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

    def by_ending(self) -> tuple[EndingSums, ...]:
        """Each story in the order of the scenario, then each everyday way."""
        return tuple(
            EndingSums(
                procedure=None if some[0].plot else some[0].procedure, ending=name, title=some[0].title, **_sums(some)
            )
            for name, some in self._grouped(lambda one: one.plot or one.ending).items()
        )

    def by_procedure(self) -> tuple[ProcedureSums, ...]:
        """Each version of a procedure that was filed."""
        groups = self._grouped(lambda one: (one.procedure, one.version))
        return tuple(
            ProcedureSums(procedure=code, version=version, level=groups[code, version][0].level, **_sums(some))
            for (code, version), some in sorted(groups.items())
        )

    def by_agency(self) -> tuple[AgencySums, ...]:
        """Each one-stop shop that received something."""
        groups = self._grouped(lambda one: one.agency)
        return tuple(AgencySums(agency=agency, **_sums(some)) for agency, some in sorted(groups.items()))

    def by_level(self) -> tuple[LevelSums, ...]:
        """Each level of government."""
        groups = self._grouped(lambda one: one.level)
        return tuple(LevelSums(level=level, **_sums(some)) for level, some in sorted(groups.items()))

    def totals(self) -> dict[str, int]:
        """The numbers of the whole run."""
        names = ("filed", "received", "early", "on_time", "late", "open", "wrong")
        sums = _sums(list(self.outcomes))
        return {**{name: sums[name] for name in names}, "parts": sum(len(one.branches) for one in self.outcomes)}

    def _grouped(self, key: Callable[[Outcome], Any]) -> dict[Any, list[Outcome]]:
        groups: dict[Any, list[Outcome]] = {}
        for one in self.outcomes:
            groups.setdefault(key(one), []).append(one)
        return groups


def _sums(outcomes: list[Outcome]) -> dict[str, Any]:
    found = [one.found for one in outcomes if one.found is not None]
    grades = Counter(one.grade for one in found)
    return {
        "filed": sum(1 for one in outcomes if one.dossier),
        "online": sum(1 for one in outcomes if one.dossier and one.channel is Channel.ONLINE),
        "received": sum(one.events.get("dossier.accepted", 0) for one in found),
        "early": grades[Grade.EARLY],
        "on_time": grades[Grade.ON_TIME],
        "late": grades[Grade.LATE],
        "open": sum(1 for one in found if not one.state.is_closed),
        "rungs": _climbed(found),
        "wrong": sum(1 for one in outcomes if one.differences),
    }


def _climbed(found: Iterable[Found]) -> dict[str, int]:
    return dict(Counter(rung.rung for one in found for rung in one.rungs))
