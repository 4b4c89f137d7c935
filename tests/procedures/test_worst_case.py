"""The worst case of a path, against receipts and paths tried one by one."""

from datetime import date, datetime, time, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agencies.calendars import load_calendar
from dossiers.calendar import WorkCalendar
from dossiers.deadline_errors import BeyondCalendar
from dossiers.instants import VIETNAM
from dossiers.limits import Counting, TimeLimit
from dossiers.procedure import HandOverMode, Procedure, StepKind
from dossiers.values import StepId
from procedures.catalogue import shipped, shipped_rule_sets
from procedures.reader import parse_procedure
from procedures.route import Route
from procedures.worst_case import after_step, journey, promised, worst_cases, worst_journey
from tests.procedures.sound import TRAVELLING, changed
from tests.support.builders import LAND, PERMIT, procedure, rule_set

RULES = rule_set("ND118_2025")
#: A make-up Saturday, the day it makes up for and a holiday, in few enough days to try many receipts.
SEASON = load_calendar("vn-2026.2").between(date(2026, 8, 3), date(2026, 9, 20))
SOUND = parse_procedure(TRAVELLING)

limits = st.sampled_from(["0.5wd", "1wd", "2wd", "3wh", "0.25wh", "5h", "30h"]).map(TimeLimit.parse)
promises = st.sampled_from(["0wd", "1wd", "2wd", "5wd", "3d", "9d"]).map(TimeLimit.parse)
#: Any second of the season's first four weeks at which somebody works, or has just stopped working.
receipts = st.integers(1, 20 * 8 * 3600).map(
    lambda worked: SEASON.add_working(datetime(2026, 8, 3, tzinfo=VIETNAM), worked)
)
cutoffs = st.sampled_from([None, time(15), time(11, 30), time(9, 0, 1), time(17)])


@st.composite
def timed(draw: st.DrawFn) -> Procedure:
    """The sound procedure with any limits, on paper or not."""
    steps = tuple(
        one.model_copy(update={"limit": draw(limits | st.none()), "counting": Counting.ELAPSED}) for one in SOUND.steps
    )
    changes = {"steps": steps, "limit": draw(promises), "cutoff": draw(cutoffs)}
    return SOUND.model_copy(update={**changes, "hand_over": draw(st.sampled_from(HandOverMode))})


@given(timed(), st.lists(receipts, min_size=20, max_size=20))
@settings(max_examples=60, deadline=None)
def test_no_receipt_leaves_less_than_the_worst_one(given_procedure: Procedure, tried: list[datetime]) -> None:
    path = next(Route(given_procedure).paths())

    worst = worst_journey(given_procedure, path, RULES, SEASON)

    for received in tried:
        other = journey(given_procedure, path, RULES, SEASON, received)
        assert other.rank >= worst.rank, f"{received} is worse than {worst.received}"


@pytest.mark.parametrize("limit", ["0wd", "1wd", "4d"])
@pytest.mark.parametrize("cutoff", [None, time(15)])
def test_every_minute_of_a_fortnight_leaves_as_much_as_the_worst_or_more(limit: str, cutoff: time | None) -> None:
    fortnight = load_calendar("vn-2026.2").between(date(2026, 8, 20), date(2026, 9, 12))
    given_procedure = SOUND.model_copy(update={"limit": TimeLimit.parse(limit), "cutoff": cutoff})
    path = next(Route(given_procedure).paths())
    worst = worst_journey(given_procedure, path, RULES, fortnight)
    start = datetime(2026, 8, 20, tzinfo=VIETNAM)
    tried = [one for one in (start + timedelta(minutes=at) for at in range(14 * 24 * 60)) if fortnight.is_working(one)]

    assert min(journey(given_procedure, path, RULES, fortnight, one).rank for one in tried) >= worst.rank
    assert len(tried) == 8 * 8 * 60, "seven working days and a make-up Saturday"


@given(timed())
@settings(max_examples=60, deadline=None)
def test_the_furthest_path_is_the_latest_of_all_paths_walked_one_by_one(given_procedure: Procedure) -> None:
    received = datetime(2026, 8, 26, 14, tzinfo=VIETNAM)
    route = Route(given_procedure)

    path, ended = route.furthest(received, lambda start, step: after_step(SEASON, start, step))

    ends = []
    for way in route.paths():
        now = received
        for one in way:
            now = after_step(SEASON, now, route.steps[one])
        ends.append(now)
    assert ended == max(ends)
    assert path[0] == "reception"


@given(timed(), receipts)
@settings(max_examples=60, deadline=None)
def test_a_journey_has_no_gap_and_adds_up(given_procedure: Procedure, received: datetime) -> None:
    one = journey(given_procedure, next(Route(given_procedure).paths()), RULES, SEASON, received)

    instants = [received, *(stretch.end for stretch in one.stretches)]
    assert [stretch.start for stretch in one.stretches] == instants[:-1]
    assert one.needed == SEASON.working_seconds(received, one.ended)
    assert one.slack == one.allowed - one.needed
    assert one.allowed == SEASON.working_seconds(received, promised(given_procedure, SEASON, received))


@cache
def calendar() -> WorkCalendar:
    return load_calendar("vn-2026.2")


def test_a_house_permit_needs_fifty_working_hours_and_one_for_its_way() -> None:
    """NĐ 61/2018/NĐ-CP, Điều 18.2: received after 15:00, handed on at the next opening and one hour of grace."""
    tightest = worst_cases(procedure(PERMIT), RULES, calendar())[0]

    assert (tightest.in_steps, tightest.needed, tightest.allowed) == (50 * 3600, 51 * 3600, 56 * 3600)
    assert tightest.received.time() == time(17)


def test_the_wait_for_money_takes_nothing_from_the_promise() -> None:
    found = worst_cases(procedure(LAND), RULES, calendar())

    assert len(found) == 4, "two kinds of obligation, each with and without money due"
    assert {one.in_steps for one in found} == {72 * 3600, 56 * 3600}
    assert all("payment" not in [part.step for part in one.stretches if part.work == "step"] for one in found)


def test_paper_is_released_and_accepted_where_electronic_files_are_only_accepted() -> None:
    path = next(Route(SOUND).paths())
    paper = SOUND.model_copy(update={"hand_over": HandOverMode.PAPER})

    ways = [
        [part.step for part in worst_journey(one, path, RULES, SEASON).stretches if part.work == "transfer"]
        for one in (SOUND, paper)
    ]
    assert ways[0] == ["appraisal", "payment", "approval"], "an opinion is asked for without sending the dossier"
    assert ways[1] == [step for step in ways[0] for _ in range(2)]


def test_a_same_day_promise_is_worst_at_its_cutoff() -> None:
    same_day = SOUND.model_copy(update={"limit": TimeLimit.parse("0wd"), "cutoff": time(15)})

    worst = worst_journey(same_day, (StepId("reception"),), RULES, SEASON)

    assert worst.received.time() == time(15)
    assert worst.allowed == 2 * 3600


def test_a_calendar_too_short_for_the_promise_proves_nothing() -> None:
    week = load_calendar("vn-2026.2").between(date(2026, 8, 3), date(2026, 8, 7))

    with pytest.raises(BeyondCalendar):
        worst_cases(SOUND, RULES, week)


@pytest.mark.parametrize("given_procedure", shipped(), ids=lambda one: f"{one.code}@{one.version}")
def test_every_shipped_procedure_is_proven_on_every_path(given_procedure: Procedure) -> None:
    """What its steps may take fits its promise; the ways between agencies come on top and are told."""
    rules = next(one for one in shipped_rule_sets() if one.code == given_procedure.rule_set)
    year = calendar().between(date(2026, 1, 1), calendar().last)
    found = worst_cases(given_procedure, rules, year)

    assert [one.path for one in found if one.in_steps > one.allowed] == []
    assert {one.path for one in found} == set(Route(given_procedure).paths())
    assert all(one.path[0] == "reception" and one.path[-1] == "return" for one in found)


def test_every_path_is_listed_once() -> None:
    both_ways = parse_procedure(changed(TRAVELLING, "after: [opinion]", "after: [appraisal, opinion]"))
    paths = list(Route(both_ways).paths())

    assert len(paths) == len(set(paths)) == 2
    assert all(path[0] == "reception" and path[-1] == "return" for path in paths)
    assert all(Route(both_ways).steps[path[-1]].kind is StepKind.RETURN for path in paths)
