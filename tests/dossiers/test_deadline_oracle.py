"""The fast clock against the slow one."""

import pytest

from tests.support.clock_cases import questions
from tests.support.oracle import answer


@pytest.mark.parametrize("seed", range(10))
def test_the_clock_agrees_with_a_walk_through_time(seed: int) -> None:
    for question in questions(seed, 300):
        assert question.answer() == answer(question.as_case()), question


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_the_clock_agrees_with_a_hundred_thousand_walks(seed: int) -> None:
    for question in questions(seed, 1000):
        assert question.answer() == answer(question.as_case()), question
