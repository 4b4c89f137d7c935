"""The account of a soak says what was lost, doubled, out of place or different; and nothing of what is even."""

from uuid import UUID, uuid4

import pytest

from agencies.simulator_book import Acted, Taken
from dossiers.dispatches import Interest
from dossiers.values import AgencyCode
from tests.seams.account import Account, Dossier, Witness, account

LINE = AgencyCode("fire-police")
DOSSIER, TASK = uuid4(), uuid4()


def dossier(*, ended: tuple[UUID, ...] = (TASK,)) -> Dossier:
    return Dossier(id=DOSSIER, status="returned", owed={LINE: (3, 7)}, ended={LINE: ended}, live={TASK: False})


def taken(event: int, status: str = "processing") -> Taken:
    return Taken(
        id=f"message-{event}",
        dossier=str(DOSSIER),
        position=1,
        event=event,
        kind="task.opened",
        status=status,
        task=str(TASK),
        task_state="open",
    )


DONE = Acted(id="message-3", task=str(TASK), act="answer", status=200)


def held(
    *messages: Taken, acted: tuple[Acted, ...] = (DONE,), interest: Interest = Interest.WORK, **ours: tuple[UUID, ...]
) -> Account:
    return account([dossier(**ours)], {LINE: Witness(interest=interest, taken=messages, acted=acted)})


def sums(given: Account) -> tuple[int, int, int]:
    return given.lost, given.doubled, given.reordered


def test_both_sides_saying_the_same_is_even() -> None:
    even = held(taken(3), taken(7))

    assert even == Account(effects=3, lost=0, doubled=0, reordered=0, faults=())


def test_a_message_that_is_in_no_book_is_lost() -> None:
    assert sums(held(taken(3))) == (1, 0, 0)


def test_a_message_that_is_written_down_twice_is_doubled() -> None:
    assert sums(held(taken(3), taken(7), taken(3))) == (0, 1, 0)


def test_messages_in_another_order_are_reordered() -> None:
    assert sums(held(taken(7), taken(3))) == (0, 0, 2)


def test_an_act_that_was_answered_and_is_in_no_journal_is_lost() -> None:
    assert sums(held(taken(3), taken(7), ended=())) == (1, 0, 0)


def test_an_act_that_was_brought_about_twice_is_doubled() -> None:
    assert sums(held(taken(3), taken(7), ended=(TASK, TASK))) == (0, 1, 0)


@pytest.mark.parametrize(
    ("messages", "acted", "interest"),
    [
        ((taken(3), taken(7), taken(9)), (DONE,), Interest.WORK),
        ((taken(3), taken(7)), (), Interest.WORK),
        ((taken(3), taken(7)), (DONE,), Interest.STATUS),
    ],
    ids=["told-what-nobody-owed", "knows-nothing-of-its-act", "another-status"],
)
def test_what_the_sides_know_differently_is_a_fault_though_nothing_is_lost(
    messages: tuple[Taken, ...], acted: tuple[Acted, ...], interest: Interest
) -> None:
    differing = held(*messages, acted=acted, interest=interest)

    assert sums(differing) == (0, 0, 0)
    assert not differing.is_even


def test_a_dossier_whose_status_was_told_to_the_end_is_even() -> None:
    assert held(taken(3), taken(7, "returned"), interest=Interest.STATUS).is_even
