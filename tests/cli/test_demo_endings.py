"""The scenario on paper: what the law makes of every ending, whatever the machine's speed."""

import re
from datetime import date, datetime, timedelta
from itertools import pairwise
from random import Random

import pytest

from agencies.calendars import load_calendar
from cli.demo.findings import differences, unjudged
from cli.demo.player import parts_of
from cli.demo.reading import parse_scenario, read_scenario
from cli.demo.scenario import SHIPPED, Ending, Expectation
from datafiles.faults import Faulty
from dossiers.deadlines import Grade
from dossiers.instants import VIETNAM
from dossiers.state import DossierStatus
from dossiers.values import UnitCode
from tests.support.rehearsal import Delay, Rehearsal

SCENARIO = read_scenario(SHIPPED)
CALENDAR = load_calendar(SCENARIO.calendar)
TEXT = SHIPPED.read_text(encoding="utf-8")
DOSSIERS = [(ending, counter) for ending in SCENARIO.endings for counter in ending.counters]
#: An hour of the dossier is a second on the wall.
SECOND = timedelta(hours=1)
APART = 3 * 3600


def always(delay: timedelta) -> Delay:
    return lambda: delay


def at_random(seed: int) -> Delay:
    random = Random(seed)
    return lambda: timedelta(seconds=random.randrange(3600))


def rehearsed(ending: Ending, counter: UnitCode, delay: Delay) -> Rehearsal:
    rehearsal = Rehearsal(SCENARIO, ending, counter, delay)
    rehearsal.play()
    return rehearsal


def wrong(expected: Expectation, rehearsal: Rehearsal) -> list[str]:
    left_out = unjudged(rehearsal.procedure, rehearsal.ending.tells_apart)
    return [str(one) for one in differences(expected, rehearsal.found(), unjudged=left_out)]


def test_the_shipped_scenario_plays_enough_endings_and_dossiers() -> None:
    assert len(SCENARIO.endings) >= 12
    assert len(parts_of(SCENARIO)) >= 30
    assert {ending.procedure for ending in SCENARIO.endings} == {"2.000815", "1.013225", "TTHC-TINH-08"}


@pytest.mark.parametrize("delay", [0, 0.2, 1], ids=lambda seconds: f"{seconds}s")
@pytest.mark.parametrize(("ending", "counter"), DOSSIERS, ids=lambda value: getattr(value, "name", value))
def test_an_ending_comes_true_however_slow_every_answer_is(ending: Ending, counter: UnitCode, delay: float) -> None:
    rehearsal = rehearsed(ending, counter, always(delay * SECOND))

    assert wrong(ending.expect, rehearsal) == []


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("ending", SCENARIO.endings, ids=lambda ending: ending.name)
def test_an_ending_comes_true_when_answers_are_now_quick_now_slow(ending: Ending, seed: int) -> None:
    rehearsal = rehearsed(ending, ending.counters[0], at_random(seed))

    assert wrong(ending.expect, rehearsal) == []


@pytest.mark.parametrize("delay", [0, 0.5, 1], ids=lambda seconds: f"{seconds}s")
@pytest.mark.parametrize("ending", SCENARIO.endings, ids=lambda ending: ending.name)
def test_the_instants_of_a_dossier_lie_further_apart_than_timers_can_tell(ending: Ending, delay: float) -> None:
    """Silence and the work it opens are one instant; deadlines nobody judges are left out.

    Weighing a promise outdoes no rung, nor do those of an apology outdo those of the work it is about.
    """
    rehearsal = rehearsed(ending, ending.counters[0], always(delay * SECOND))
    left_out = unjudged(rehearsal.procedure, ending.tells_apart)
    judged = [(at, what) for at, what in rehearsal.instants() if what.partition("#")[0] not in left_out]
    weighed = [at for at, what in judged if what == "apology.weighed"]
    of_the_work = [at for at, what in judged if "/apology " not in what and at not in weighed]
    _lie_apart(of_the_work)
    _lie_apart(weighed + [at for at, what in judged if "/apology " in what])


def _lie_apart(instants: list[datetime]) -> None:
    gaps = [CALENDAR.working_seconds(earlier, later) for earlier, later in pairwise(sorted(set(instants)))]
    assert not [gap for gap in gaps if gap < APART]


def test_no_story_takes_more_than_eighty_seconds_even_when_every_answer_takes_a_second() -> None:
    ends = [(one.filed, rehearsed(one, one.counters[0], always(SECOND)).now) for one in SCENARIO.endings]

    assert max(CALENDAR.working_seconds(filed, end) for filed, end in ends) / SCENARIO.factor < 80


def test_the_play_goes_over_a_make_up_saturday_a_weekend_and_a_holiday() -> None:
    untouched = next(ending for ending in SCENARIO.endings if ending.name == "permit-late")
    days = {at.date() for at, _ in rehearsed(untouched, untouched.counters[0], always(timedelta(0))).instants()}

    assert CALENDAR.is_working_day(date(2026, 8, 22))
    assert not [day for day in (date(2026, 8, 29), date(2026, 9, 2)) if CALENDAR.is_working_day(day)]
    assert min(days) < date(2026, 8, 29)
    assert max(days) > date(2026, 9, 2)


def test_an_untouched_dossier_climbs_every_rung_at_the_right_working_instant() -> None:
    """Twenty working hours from 08:15 on a make-up Saturday; seven working days over the National Day holiday."""
    late = next(ending for ending in SCENARIO.endings if ending.name == "permit-late")
    instants = rehearsed(late, late.counters[0], always(timedelta(0))).instants()

    assert [(what, f"{at:%d/%m %H:%M}") for at, what in instants] == [
        ("appraisal#1 warning", "24/08 16:45"),
        ("appraisal#1 overdue", "25/08 13:45"),
        ("appraisal#1 late_4h", "26/08 08:15"),
        ("appraisal#1 late_1d", "26/08 13:45"),
        ("appraisal#1 late_2d", "27/08 13:45"),
        ("apology.weighed", "28/08 07:30"),
        ("task.opened", "28/08 07:30"),
        ("promise warning", "28/08 09:00"),
        ("appraisal#1 late_3d", "28/08 13:45"),
        ("appraisal#1/apology unsigned", "28/08 17:00"),
        ("appraisal#1/apology unsigned_4h", "03/09 11:30"),
        ("appraisal#1/apology unsigned_1d", "03/09 17:00"),
        ("promise overdue", "03/09 17:00"),
        ("promise late_4h", "04/09 11:30"),
        ("promise late_1d", "04/09 17:00"),
    ]


SPOILT = [
    {"state": DossierStatus.PROCESSING},
    {"grade": Grade.LATE},
    {"first_promise": datetime(2026, 12, 1, 17, tzinfo=VIETNAM)},
    {"promise": datetime(2026, 12, 1, 17, tzinfo=VIETNAM)},
    {"appointment": None},
    {"rungs": {}},
    {"rungs": {"appraisal#1": ("warning", "warning", "overdue", "late_4h")}},
    {"acknowledged": ()},
    {"events": {"notice.acknowledged": 2}},
]


@pytest.mark.parametrize("spoilt", SPOILT, ids=lambda spoilt: next(iter(spoilt)))
def test_a_wrong_expectation_is_told_from_a_right_one(spoilt: dict[str, object]) -> None:
    ending = next(one for one in SCENARIO.endings if one.name == "land-acknowledged")
    rehearsal = rehearsed(ending, ending.counters[0], always(timedelta(0)))

    assert wrong(ending.expect.model_copy(update=spoilt), rehearsal)


BROKEN = [
    ("calendar: vn-2026.2", "calendar: vn-1999.1", "demo-calendar"),
    ("told: permit-late", "told: permit-never", "demo-told"),
    ("  - name: permit-early", "  - name: copy-on-the-spot", "demo-name"),
    (
        "filed: 2026-08-22T07:45\n    facts: {floors: 2}",
        "filed: 2026-06-30T07:45\n    facts: {floors: 2}",
        "demo-effective",
    ),
    ('procedure: "2.000815"', 'procedure: "9.999999"', "demo-procedure"),
    ("channel: counter\n    filed: 2026-08-22T08:30", "channel: online\n    filed: 2026-08-22T08:30", "demo-channel"),
    ("counters: [quang-ninh-one-stop, ha-long-one-stop]", "counters: [ha-long-justice]", "demo-counter"),
    ("by: construction.officer-2, at", "by: construction.officer-7, at", "demo-cast"),
    ("by: leaders.agency_head, at", "by: leaders.emperor, at", "demo-cast"),
    ("{do: withdraw, by: citizen, refused", "{do: withdraw, on: return, by: citizen, refused", "demo-on"),
    (
        "{do: refuse, on: reception, by: counter.counter, with: {reason: Bản",
        "{do: refuse, by: counter.counter, with: {reason: Bản",
        "demo-on",
    ),
    ("{do: withdraw, by: counter.counter, at", "{do: withdraw, by: citizen, at", "demo-citizen"),
    ("{do: proceed, until: transfer_tax}", "{do: proceed, until: transfer_taxi}", "demo-step"),
    ("silent: [payment]", "silent: [paiment]", "demo-step"),
    (
        "at: 2026-08-25T09:00, with: {components: [drawings]}",
        "at: 2026-08-23T09:00, with: {components: [drawings]}",
        "demo-order",
    ),
    ("        promise: [warning]\n", "        premise: [warning]\n", "demo-subject"),
    ("appraisal#1: [warning, overdue, late_4h]", "appraisal#1: [warning, overdue, late_4w]", "demo-rung"),
    ("events: {work.sent_back: 1}", "events: {work.sent_off: 1}", "demo-event"),
    (
        "{do: return, on: return, by: counter.counter, at",
        "{do: retrn, on: return, by: counter.counter, at",
        "schema-enum",
    ),
    ("factor: 3600", "factor: 0", "schema-greater-than-equal"),
]


@pytest.mark.parametrize(("right", "spoilt", "rule"), BROKEN, ids=lambda text: text[:40])
def test_a_broken_scenario_is_refused_with_its_line(right: str, spoilt: str, rule: str) -> None:
    assert right in TEXT
    with pytest.raises(Faulty) as refused:
        parse_scenario(TEXT.replace(right, spoilt, 1))
    fault = next(one for one in refused.value.faults if one.rule == rule)

    first_changed = TEXT[: TEXT.index(right)].count("\n") + 1
    assert abs(fault.line - first_changed) <= right.count("\n") + 12


def test_all_faults_of_a_scenario_are_told_at_once() -> None:
    spoilt = TEXT.replace("told: permit-late", "told: nobody").replace("events: {work.sent_back: 1}", "events: {x: 1}")
    with pytest.raises(Faulty) as refused:
        parse_scenario(spoilt)

    assert {fault.rule for fault in refused.value.faults} == {"demo-told", "demo-event"}


def test_calendar_days_are_no_offset_of_an_act() -> None:
    spoilt = re.sub(r"at: 2026-08-25T08:30, with: \{officer", "at: +2d, with: {officer", TEXT)
    spoilt = spoilt.replace("at: 2026-08-25T14:00,\n         with: {officer", "at: +2d,\n         with: {officer")
    with pytest.raises(Faulty, match="ngày hoặc giờ làm việc"):
        parse_scenario(spoilt)
