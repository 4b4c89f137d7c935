"""Scenarios 11, 12 and 18 of `domain.md` §9.1, on workers, Temporal and PostgreSQL that run."""

import asyncio
from datetime import date, datetime, timedelta

from temporalio.testing import WorkflowEnvironment
from temporalio.worker import UnsandboxedWorkflowRunner

from dossiers import commands as c
from dossiers.commands import FileDossier
from dossiers.deadlines import Grade, deadline
from dossiers.due_dates import due_date
from dossiers.fast_clock import FastClock, wall_time
from dossiers.instants import VIETNAM, parse_instant
from dossiers.limits import TimeLimit
from dossiers.stops import RESTART, Stop
from dossiers.values import PROMISE
from store.attempts import list_refused
from store.catalogue import publish_procedure
from tests.commands.office import HEAD, Office
from tests.support.builders import CALENDAR, COPY, LAND, procedure, text
from tests.support.carriage import Station, working
from tests.support.journal_in_memory import JournalInMemory
from worker import sandboxed_runner


async def test_a_worker_that_dies_and_comes_back_in_another_form_during_a_pause_changes_no_clock(
    temporal_environment: WorkflowEnvironment, task_queue: str, station: Station, journal: JournalInMemory
) -> None:
    """§9.1, 11: a land transfer waits for the applicant from one worker's life into the next one's."""
    one = station.dossier(LAND, obligation_kind="transfer_tax")
    async with working(temporal_environment, task_queue, UnsandboxedWorkflowRunner(), journal.record_events):
        await one.file()
        await one.go_to("appraisal")
        await one.act(c.RequestSupplement(task=one.task.key, reason=text("thiếu hợp đồng")))
    before = one.run.state

    async with working(temporal_environment, task_queue, sandboxed_runner(), journal.record_events):
        assert await one.state() == before
        await one.forward(timedelta(days=4))
        await one.act(c.AnswerSupplement())
        await one.settled()

    given, clock = one.rules.procedure, one.run.state.clocks[PROMISE]
    (stop,) = (
        Stop(start=paused.start, end=clock.term.since, policy=RESTART) for paused in before.clocks[PROMISE].stops
    )
    received = before.clocks[PROMISE].term.since
    expected = deadline(CALENDAR, received, given.limit, given.counting, given.cutoff, [stop]).due
    assert clock.term.due_at == expected
    assert timedelta(days=4) <= clock.term.since - stop.start < timedelta(days=4, minutes=5)


async def test_a_dossier_goes_on_to_its_end_by_the_version_that_it_began_with(office: Office) -> None:
    """§9.1, 12: a second version gives the copy two days instead of the same one."""
    before = await office.file(COPY)
    later = procedure(COPY).model_copy(update={"version": 2, "limit": TimeLimit.parse("2wd"), "cutoff": None})
    async with office.database.transaction() as tx:
        await publish_procedure(tx, later)
    after = await office.file(COPY)

    await office.finish(before)
    await office.finish(after)

    for dossier, version, given in ((before, 1, procedure(COPY)), (after, 2, later)):
        records = await office.journal(dossier)
        filed = (await office.folded(dossier)).filed
        assert filed is not None
        rulebook = await office.catalogue.rulebook(
            FileDossier.model_validate(filed.model_dump(exclude={"kind"})), records[0].occurred_at.date()
        )
        promised = due_date(records, rulebook, PROMISE)
        assert promised is not None
        assert (filed.procedure_version, rulebook.procedure) == (version, given)
        assert promised.agrees
        assert promised.carried == (await office.workflow_state(dossier)).first_promise_at
    assert await office.findings() == []


async def test_who_tries_to_move_the_date_of_a_late_dossier_again_is_refused_and_listed(office: Office) -> None:
    """§9.1, 18 and 9: received in the afternoon of Monday 2/3/2026 on the fast clock, promised for 17:00, and late."""
    year = CALENDAR.between(date(2026, 1, 1), date(2027, 12, 31))
    origin = parse_instant("2026-03-02T13:30")
    clock = FastClock(origin_wall=datetime.now(VIETNAM), origin=origin, factor=3_600, calendar=year)
    outcome = await office.gate.file(office.filing().model_copy(update={"clock": clock}))
    dossier = outcome.dossier
    await office.go_on(dossier, 1)
    promise = (await office.folded(dossier)).due_of(PROMISE)
    assert promise is not None
    await asyncio.sleep(
        max(0.0, (wall_time(clock, promise + timedelta(minutes=5)) - datetime.now(VIETNAM)).total_seconds())
    )

    first, second = (
        c.Reappoint(appointment_at=parse_instant(f"2026-04-{day}T17:00"), reason=text()) for day in (28, 29)
    )
    await office.act(dossier, first, HEAD)
    await office.act(dossier, second, HEAD)
    await office.finish(dossier)
    async with office.database.transaction() as tx:
        (listed,) = (await list_refused(tx, dossier=dossier)).items

    state = await office.folded(dossier)
    assert (listed.kind, listed.code, listed.actor) == ("reappoint", "appointment-spent", HEAD.id)
    assert (state.grade, state.appointment_at) == (Grade.LATE, first.appointment_at)
    assert state.first_promise_at == promise
