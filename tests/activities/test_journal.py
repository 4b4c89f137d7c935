"""Events to the real journal: once, whatever happens to the call."""

from uuid import uuid4

import pytest
from structlog.contextvars import merge_contextvars
from structlog.testing import capture_logs
from temporalio.testing import ActivityEnvironment

from activities.journal import JournalActivities
from activities.messages import Recorded, RecordEvents
from dossiers.commands import Act, Remind
from dossiers.decide import perform
from dossiers.events import Record
from dossiers.evolve import fold
from dossiers.values import task_key
from store.database import Database as Store
from store.errors import DossierUnknown, JournalConflict, JournalGap
from tests.commands.office import HEAD, Office

REMIND = Remind(task=task_key("reception#1"))


async def test_events_that_are_there_are_left_as_they_are(office: Office, store: Store) -> None:
    async with office.working():
        dossier = await office.file()
    before = await office.journal(dossier)
    request = RecordEvents(dossier=dossier, run_id="another", events=before)

    answers = [await recorded(store, request) for _ in range(2)]

    assert answers == [Recorded(sequence=2)] * 2
    assert await office.journal(dossier) == before
    assert await office.alarms() == []


async def test_each_new_event_leaves_a_line_that_names_dossier_task_and_agency(office: Office, store: Store) -> None:
    async with office.working():
        dossier = await office.file()
    before = await office.journal(dossier)
    act = Act(id=uuid4(), actor=HEAD, occurred_at=before[-1].occurred_at, command=REMIND)
    rulebook = await office._rulebook(dossier)
    reminded = perform(rulebook, fold(before), act, recorded_at=before[-1].recorded_at)

    with capture_logs((merge_contextvars,)) as lines:
        await recorded(store, RecordEvents(dossier=dossier, run_id="another", events=(*before, *reminded)))

    assert [(line["event"], line["dossier"], line["task"], line["agency"]) for line in lines] == [
        ("reminder.sent", str(dossier), "reception#1", "ha-long-centre")
    ]


async def test_other_events_under_a_sequence_that_is_taken_raise_an_alarm_and_change_nothing(
    office: Office, store: Store
) -> None:
    async with office.working():
        dossier = await office.file()
    before = await office.journal(dossier)
    other = before[1].model_copy(update={"cause": str(uuid4())})

    with pytest.raises(JournalConflict):
        await recorded(store, RecordEvents(dossier=dossier, run_id="another", events=(before[0], other)))

    assert await office.journal(dossier) == before
    assert await office.alarms() == ["journal-conflict"]


async def test_events_that_leave_a_gap_raise_an_alarm_and_change_nothing(office: Office, store: Store) -> None:
    """The journal lost what the workflow was shown to be in it: nobody but a person can mend that."""
    async with office.working():
        dossier = await office.file()
    before = await office.journal(dossier)
    later = before[1].model_copy(update={"sequence": 4})

    with pytest.raises(JournalGap):
        await recorded(store, RecordEvents(dossier=dossier, run_id="another", events=(later,)))

    assert await office.journal(dossier) == before
    assert await office.alarms() == ["journal-gap"]


async def test_events_of_a_dossier_nobody_registered_are_refused(office: Office, store: Store) -> None:
    async with office.working():
        events: tuple[Record, ...] = await office.journal(await office.file())

    with pytest.raises(DossierUnknown):
        await recorded(store, RecordEvents(dossier=uuid4(), run_id="any", events=events))


async def recorded(store: Store, request: RecordEvents) -> Recorded:
    answer: Recorded = await ActivityEnvironment().run(JournalActivities(store).record_events, request)
    return answer
