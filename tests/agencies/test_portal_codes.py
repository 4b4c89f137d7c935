"""The portal's codes: one table, whole, and wide enough for every course that a dossier can take."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agencies.portal_codes import Meaning, PortalTable, shipped_table
from dossiers.evolve import evolve
from dossiers.state import DossierState, DossierStatus
from tests.dossiers.courses import any_run

TABLE = shipped_table()
FILED = [one for one in DossierStatus if one is not DossierStatus.NEW]


@pytest.mark.parametrize("status", FILED)
def test_the_table_and_the_register_agree(status: DossierStatus) -> None:
    assert TABLE.code_of(status) == status.portal_code


def test_a_row_with_a_result_wins() -> None:
    rows = [one.model_copy(update={"code": 8}) if one.result == "refused" else one for one in TABLE.states]
    table = TABLE.model_copy(update={"states": tuple(rows)})

    assert table.code_of(DossierStatus.DECIDED, "refused") == 8
    assert table.code_of(DossierStatus.DECIDED, "granted") == 9


def test_what_no_published_text_confirms_is_said() -> None:
    told = " ".join(TABLE.unverified)

    assert {"“next”", "“answers”", "TraCuuHoSo"} <= {
        word for word in ("“next”", "“answers”", "TraCuuHoSo") if word in told
    }


def test_a_dossier_that_is_suspended_before_anybody_began_and_then_withdrawn_goes_by_way_of_processing() -> None:
    assert TABLE.way(2, 8) == (4, 8)
    assert TABLE.way(8, 7) == (4, 7)
    assert not TABLE.follows(8, 7)


def test_nothing_leads_on_from_an_end() -> None:
    assert [TABLE.way(end, 4) for end in (3, 7, 10)] == [None, None, None]
    assert TABLE.way(10, 10) == (10,)


def test_an_answer_that_nobody_knows_is_no_refusal_for_good() -> None:
    assert TABLE.meaning(12345) is Meaning.LATER
    assert TABLE.meaning(None) is Meaning.LATER


def test_every_meaning_can_be_said() -> None:
    codes = [TABLE.error_code(one) for one in Meaning]

    assert [TABLE.meaning(code) for code in codes] == list(Meaning)


@pytest.mark.parametrize(
    "changes",
    [
        {"states": TABLE.states[1:]},
        {"states": (*TABLE.states, TABLE.states[0])},
        {"first": (11,)},
        {"codes": TABLE.codes[1:]},
        {"codes": (*TABLE.codes, TABLE.codes[0])},
    ],
)
def test_a_table_with_a_hole_is_none(changes: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="codes"):
        PortalTable.model_validate({**dict(TABLE), **changes})


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_course_of_a_dossier_can_be_shown(data: st.DataObject) -> None:
    state, codes = DossierState(), list[int]()
    for record in any_run(data).records:
        state = evolve(state, record)
        codes.append(TABLE.code_of(state.status, state.result))

    assert TABLE.way(None, codes[0]) == (codes[0],)
    assert [(here, there) for here, there in pairwise(codes) if TABLE.way(here, there) is None] == []
