"""The way of one dossier, over HTTP alone."""

from tests.support.desks import Office, task

COUNTER_OFFICER = "ha-long-counter-1"


async def test_a_dossier_decided_at_the_counter_is_three_recorded_acts_in_one_call(bureau: Office) -> None:
    clerk = await bureau.officer("ha-long-deputy")
    filed = await clerk.file()

    assert filed["number"].startswith("H49.101.2-")
    assert filed["status"] == "filed"

    decided = await clerk.act(task(filed, "reception"), "decide-on-the-spot")
    returned = await clerk.act(task(decided, "return"), "return")

    assert returned["status"] == "returned"
    assert returned["tasks"] == []
