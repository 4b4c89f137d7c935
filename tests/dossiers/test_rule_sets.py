"""Under which decree a dossier runs: the one in force on the day of its reception, whatever it was filed under."""

from datetime import date

import pytest

from agencies.calendars import load_calendar
from dossiers import events as e
from dossiers.due_dates import Transferred, due_date
from dossiers.rule_set import in_force
from dossiers.values import Subject
from procedures.catalogue import shipped_rule_sets
from tests.dossiers.branching import ONE_BRANCH, branching
from tests.support.builders import CALENDAR, Run, rule_set, rulebook_of

OLD, NEW = "ND61_2018", "ND118_2025"
MIDSUMMER = load_calendar("vn-2026.2").between(date(2025, 1, 1), date(2026, 12, 31))
CROSSING = rulebook_of(
    branching(),
    rule_set=rule_set(OLD),
    later_rule_sets=(rule_set(NEW),),
    calendars={CALENDAR.version: MIDSUMMER.model_copy(update={"version": CALENDAR.version})},
)


@pytest.mark.parametrize(
    ("day", "decree"),
    [
        (date(2018, 6, 21), OLD),
        (date(2025, 6, 30), OLD),
        (date(2025, 7, 1), NEW),
        (date(2026, 11, 25), NEW),
        (date(2018, 6, 20), OLD),
    ],
)
def test_the_decree_of_a_day_is_the_latest_that_had_begun(day: date, decree: str) -> None:
    assert in_force(shipped_rule_sets(), day).code == decree


@pytest.mark.parametrize(("received", "decree"), [("2025-06-30T16:00", OLD), ("2025-07-01T08:00", NEW)])
def test_filed_on_the_last_day_of_a_decree_the_day_of_reception_decides(received: str, decree: str) -> None:
    """NĐ 118/2025/NĐ-CP thay NĐ 61/2018/NĐ-CP từ 1/7/2025."""
    run = Run.filed(CROSSING, "2025-06-30T15:00", **ONE_BRANCH)
    run.forward("reception", received)

    assert run.last(e.DossierAccepted).rule_set == run.state.rule_set == decree
    run.go_to("scan", received)
    run.forward("scan", received)
    why = due_date(run.records, run.rules, Subject(run.key("study")))
    assert why is not None
    assert isinstance(why.why, Transferred)
    assert why.why.basis == tuple(one.citation for one in rule_set(decree).basis)


def test_what_is_pinned_at_reception_outlasts_its_decree() -> None:
    run = Run.filed(CROSSING, "2025-06-30T15:00", **ONE_BRANCH)
    run.forward("reception", "2025-06-30T16:00")
    run.finish("2025-07-14T08:00")

    assert run.state.rule_set == OLD


def test_the_decree_that_nobody_confirmed_says_so() -> None:
    assert [all(one.verified for one in decree.basis) for decree in shipped_rule_sets()] == [True, False]
