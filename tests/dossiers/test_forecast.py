"""When a dossier is decided if everybody takes all of their time: by the dues under way and the limits that wait."""

from datetime import datetime

from hypothesis import given
from hypothesis import strategies as st

from dossiers.conditions import AllOf, AnyOf, Compare, Condition, FactValue, Not, holds, is_ruled_out
from dossiers.draft import Draft
from dossiers.forecast import Reach, forecast
from dossiers.instants import parse_instant
from dossiers.limits import TimeLimit
from dossiers.procedure import Procedure
from tests.dossiers.branching import ALL_BRANCHES, ONE_BRANCH, at_branches, branching
from tests.support.builders import LAND, Run, changed, procedure, rulebook_of

#: Monday. A working day ends where it began, a day later; the office works from 07:30 to 11:30 and from 13:00 to 17:00.
MORNING = "2026-03-02T08:00"


def seen(run: Run, at: str = MORNING) -> Reach | None:
    instant = parse_instant(at)
    draft = Draft(run.rules, run.state, cause="test", occurred_at=instant, recorded_at=instant)
    return forecast(draft, instant)


def decided(run: Run, at: str = MORNING) -> datetime | None:
    reach = seen(run, at)
    return reach.at if reach is not None else None


def studying(facts: dict[str, bool], rules: Procedure | None = None) -> Run:
    return Run.at_step("study", rulebook_of(rules or branching()), MORNING, **facts)


def test_the_longest_branch_counts() -> None:
    """Studied by Wednesday, taxed by Monday, concluded on Tuesday, approved on Wednesday 08:00, signed by 13:30."""
    assert decided(studying(ALL_BRANCHES)) == parse_instant("2026-03-11T13:30")


def test_a_step_that_the_known_facts_rule_out_takes_no_time() -> None:
    """Not taxable, as the counter recorded: residence is the longest, a day less."""
    assert decided(studying(ONE_BRANCH)) == parse_instant("2026-03-10T13:30")


def test_a_step_of_which_nobody_knows_yet_counts() -> None:
    """Whether it is doubtful the study itself records: five days for an opinion until then, none afterwards."""
    slow = changed(branching(), "opinion", limit=TimeLimit.parse("5wd"))
    run = studying(ONE_BRANCH, slow)
    assert decided(run) == parse_instant("2026-03-13T13:30")
    run.forward("study", MORNING)
    run.travel(MORNING)

    assert decided(run) == parse_instant("2026-03-06T13:30")


def test_a_leg_under_way_ends_before_its_step_begins() -> None:
    """Both legs are due by Monday's closing; the tax office then has three days, and so on."""
    run = studying(ALL_BRANCHES)
    run.forward("study", "2026-03-02T09:00")

    assert decided(run, "2026-03-02T09:00") == parse_instant("2026-03-10T11:30")


def test_what_is_overdue_ends_now_at_the_earliest() -> None:
    run = studying(ONE_BRANCH)

    assert decided(run, "2026-03-09T08:00") == parse_instant("2026-03-13T13:30")


def test_it_is_said_for_whom_the_longest_way_waits() -> None:
    run = at_branches()
    reach = seen(run)
    assert reach is not None
    assert reach.through is not None
    assert reach.through.key == "taxation#1"
    run.forward("taxation", MORNING)
    reach = seen(run)

    assert reach is not None
    assert reach.through is not None
    assert reach.through.key == "residence#1"


def test_what_runs_under_a_stop_takes_nothing_of_the_promise() -> None:
    """Land: the days that the applicant has to pay the tax are not in the ten of the promise."""
    longer = changed(procedure(LAND), "payment", limit=TimeLimit.parse("20wd"))
    with_wait = Run.at_step("appraisal", rulebook_of(longer), MORNING, obligation_kind="transfer_tax")
    without = Run.at_step("appraisal", LAND, MORNING, obligation_kind="transfer_tax")

    assert decided(with_wait) == decided(without) == parse_instant("2026-03-11T08:00")


# -- which steps are ruled out ----------------------------------------------------------------------------------------

NAMES = ("a", "b", "c")
COMPARISONS = st.builds(lambda fact, value: Compare(fact=fact, value=value), st.sampled_from(NAMES), st.booleans())


def _compound(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    several = st.lists(parts, min_size=1, max_size=3).map(tuple)
    return st.one_of(
        several.map(lambda chosen: AllOf(all=chosen)),
        several.map(lambda chosen: AnyOf(any=chosen)),
        parts.map(lambda part: Not(negated=part)),
    )


CONDITIONS: st.SearchStrategy[Condition] = st.recursive(COMPARISONS, _compound, max_leaves=6)
KNOWN = st.dictionaries(st.sampled_from(NAMES), st.booleans())


@given(CONDITIONS, KNOWN, st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_what_is_ruled_out_holds_whatever_is_still_recorded(
    condition: Condition, known: dict[str, FactValue], rest: tuple[bool, ...]
) -> None:
    whole = {**dict(zip(NAMES, rest, strict=True)), **known}

    assert not (is_ruled_out(condition, known) and holds(condition, whole))


@given(CONDITIONS, st.tuples(st.booleans(), st.booleans(), st.booleans()))
def test_with_every_fact_known_it_is_ruled_out_or_holds(condition: Condition, values: tuple[bool, ...]) -> None:
    whole: dict[str, FactValue] = dict(zip(NAMES, values, strict=True))

    assert is_ruled_out(condition, whole) is not holds(condition, whole)
