"""Where a portal stands with a dossier, found from what it shows alone."""

from pathlib import Path

import pytest

from agencies.directory import load_directory
from agencies.portal_calls import calls_of
from agencies.portal_codes import shipped_table
from agencies.portal_comparison import standing
from agencies.portal_particulars import Particulars
from agencies.portal_simulator import PortalBook
from agencies.portal_wire import Call, Held
from dossiers.drift import DriftKind
from dossiers.lines import tellings
from tests.agencies.portal_courses import PERSON, copied
from tests.support.builders import procedure
from tests.support.portal import CODE, Portal

NUMBER = "H49.1.2-260302-0001"


@pytest.fixture(scope="module")
def calls(tmp_path_factory: pytest.TempPathFactory) -> tuple[Call, ...]:
    """Everything that a portal is told of a certified copy."""
    run, terms = copied(NUMBER), Portal(tmp_path_factory.mktemp("portal"), 1).terms
    assert run.state.filed is not None
    particulars = Particulars(person=PERSON, procedure=procedure(run.state.filed.procedure), directory=load_directory())
    return calls_of(terms, tellings(run.records, CODE), particulars, tuple(run.records))


def held_after(calls: tuple[Call, ...], folder: Path) -> Held | None:
    """What a portal tells that took in these calls."""
    book = PortalBook.opened(folder / "portal.jsonl", shipped_table())
    for call in calls:
        book.take(call)
    kept = book.dossiers.get(NUMBER)
    return None if kept is None else Held.model_validate(kept.told())


def test_one_that_has_everything_is_in_step(calls: tuple[Call, ...], tmp_path: Path) -> None:
    found = standing(calls, held_after(calls, tmp_path))

    assert (found.kind, found.has, found.of) == (DriftKind.IN_STEP, len(calls), len(calls))
    assert found.ours == found.theirs == {}


def test_one_that_has_nothing_misses_it(calls: tuple[Call, ...], tmp_path: Path) -> None:
    found = standing(calls, held_after((), tmp_path))

    assert (found.kind, found.has, found.of) == (DriftKind.MISSING, 0, len(calls))
    assert found.ours["TrangThaiHoSo"] == "10"


def test_one_that_lost_the_last_calls_is_behind_by_exactly_those(calls: tuple[Call, ...], tmp_path: Path) -> None:
    for has in range(1, len(calls)):
        folder = tmp_path / str(has)
        folder.mkdir()
        found = standing(calls, held_after(calls[:has], folder))

        assert (found.kind, found.has) == (DriftKind.BEHIND, has)
        assert found.ours.keys() == found.theirs.keys() != set()
        assert all(found.ours[name] != found.theirs[name] for name in found.ours)


def test_one_that_shows_another_date_stands_where_we_never_stood(calls: tuple[Call, ...], tmp_path: Path) -> None:
    held = held_after(calls, tmp_path)
    assert held is not None
    found = standing(calls, held.model_copy(update={"due_at": "20270101170000"}))

    assert (found.kind, found.has) == (DriftKind.DIFFERENT, 0)
    assert found.theirs == {"NgayHenTra": "20270101170000"}


def test_one_that_does_not_tell_its_rows_is_judged_by_the_rest(calls: tuple[Call, ...], tmp_path: Path) -> None:
    held = held_after(calls, tmp_path)
    assert held is not None

    assert standing(calls, held.model_copy(update={"progress": None})).kind is DriftKind.IN_STEP


def test_what_is_found_names_nobody(calls: tuple[Call, ...], tmp_path: Path) -> None:
    """It is listed for supervisors, and kept."""
    shown = standing(calls, held_after(calls[:3], tmp_path)).model_dump_json()

    assert PERSON.full_name not in shown
    assert str(PERSON.identity_number) not in shown
