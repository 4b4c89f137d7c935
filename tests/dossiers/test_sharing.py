"""What many dossiers carry is held once: equal words make one object, others another, and none outlives its use."""

import gc
import weakref
from datetime import date

import pytest

from dossiers.calendar import WorkCalendar
from dossiers.calendar_change import CalendarDifference, applied
from dossiers.procedure import Procedure
from dossiers.rulebook import Rulebook
from procedures.catalogue import shipped
from tests.support.builders import rulebook_of


@pytest.mark.parametrize("procedure", shipped(), ids=lambda one: one.code)
def test_a_rulebook_read_twice_is_what_was_written_and_shares_its_parts(procedure: Procedure) -> None:
    written = rulebook_of(procedure)

    first, second = (Rulebook.model_validate_json(written.model_dump_json()) for _ in range(2))

    assert first == written
    assert first is not second
    assert first.procedure is second.procedure
    assert first.rule_set is second.rule_set
    assert first.calendar is second.calendar


def test_a_word_that_differs_makes_another_value() -> None:
    [procedure, *_] = shipped()
    written = rulebook_of(procedure)
    dearer = written.model_copy(update={"procedure": procedure.model_copy(update={"title": f"{procedure.title} "})})

    first, second = (Rulebook.model_validate_json(one.model_dump_json()) for one in (written, dearer))

    assert first.procedure == procedure
    assert second.procedure == dearer.procedure
    assert first.calendar is second.calendar


def test_calendars_that_changed_alike_are_one(year: WorkCalendar) -> None:
    off = CalendarDifference(of=year.version, version="later", last=year.last, usual_days=(date(2026, 1, 1),))

    first, second = (applied({year.version: year}, [off])["later"] for _ in range(2))

    assert first is second
    assert first == off.laid_over(year)


def test_what_no_dossier_carries_any_more_is_forgotten() -> None:
    [procedure, *_] = shipped()
    odd = procedure.model_copy(update={"title": "chỉ có ở đây"})
    read = Rulebook.model_validate_json(rulebook_of(odd).model_dump_json())
    kept = weakref.ref(read.procedure)

    del read
    gc.collect()

    assert kept() is None


@pytest.fixture
def year() -> WorkCalendar:
    return rulebook_of(shipped()[0]).calendar
