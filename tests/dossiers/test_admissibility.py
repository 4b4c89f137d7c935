"""Whether a dossier can be filed: everything that stands against it, at once."""

from datetime import date

from dossiers.admissibility import violations
from dossiers.procedure import Channel
from tests.support.builders import COPY, PERMIT, procedure


def test_a_procedure_not_yet_in_force_cannot_be_filed_under() -> None:
    """NĐ 217/2026/NĐ-CP is in force from 1/7/2026."""
    permit = procedure(PERMIT)

    def stands_against(day: date) -> list[str]:
        found = violations(permit, on=day, channel=Channel.COUNTER, facts={}, components=())
        return [one.pointer for one in found]

    assert stands_against(date(2026, 6, 30)) == ["/procedure"]
    assert stands_against(date(2026, 7, 1)) == []


def test_every_fault_of_a_filing_is_named_where_it_is() -> None:
    copy = procedure(COPY)
    found = violations(
        copy, on=date(2026, 3, 2), channel=Channel.POST, facts={"unknown": 1}, components=("original", "nothing")
    )

    assert [one.pointer for one in found] == ["/channel", "/facts/unknown", "/components/1"]
