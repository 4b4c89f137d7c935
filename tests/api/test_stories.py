"""Every event has its words."""

from typing import get_args

import pytest

from api.stories import WORDS
from dossiers.events import AnyEvent

KINDS = [one.model_fields["kind"].default for one in get_args(AnyEvent)]


def test_no_kind_of_event_is_without_words_and_no_words_are_left_over() -> None:
    assert sorted(WORDS) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_no_two_kinds_say_the_same(kind: str) -> None:
    assert [one for one in WORDS if WORDS[one] == WORDS[kind]] == [kind]
