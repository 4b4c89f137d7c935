"""A calendar published while dossiers are under way: one inbox row each, closed ones none, and a stop loses nothing."""

import asyncio
from datetime import date, datetime, timedelta
from uuid import UUID

from agencies.calendar_layers import CalendarLayer, DayOff, MakeUpDay
from agencies.calendars import StateCalendarAmendment
from agencies.directory import load_directory
from agencies.roster import Directory
from commands.calendar_rollout import CalendarRollout, Moved, Progress, preview, progress_of
from commands.calendars import amended, publish_and_order, publish_directory, violations
from commands.directories import Directories
from commands.pinning import Catalogue
from dossiers import commands as c
from dossiers.calendar_events import CalendarChanged
from dossiers.due_dates import due_dates
from dossiers.evolve import fold
from dossiers.instants import VIETNAM
from dossiers.values import PROMISE
from store.calendars import list_calendars
from tests.commands.office import SUPERVISOR, Office
from tests.support.builders import COPY, PERMIT

DECISION = "Quyết định thử"
TODAY = datetime.now(VIETNAM).date()


def holiday(version: str = "vn-2026.3", extends: str = "vn-2026.2", **more: object) -> StateCalendarAmendment:
    """From tomorrow on ten days off: whatever runs moves."""
    off = tuple(DayOff(on=TODAY + timedelta(days=days), reason="nghỉ theo quyết định muộn") for days in range(1, 11))
    given = {
        "version": version,
        "extends": extends,
        "published_on": TODAY,
        "decision": DECISION,
        "days_off": off,
    }
    return StateCalendarAmendment.model_validate({**given, **more})


async def order(office: Office, amendment: StateCalendarAmendment) -> None:
    async with office.database.transaction() as tx:
        await publish_and_order(office.catalogue, tx, amendment, SUPERVISOR)


def rollout(office: Office) -> CalendarRollout:
    return CalendarRollout(office.database, office.catalogue, office.gate)


async def carried_out(office: Office) -> int:
    """One pass without rests; how many dossiers it took up."""
    return sum([1 async for _ in rollout(office).changes()])


async def looked_ahead(office: Office, amendment: StateCalendarAmendment) -> list[Moved]:
    target = await amended(office.catalogue, amendment)
    now = datetime.now(VIETNAM)
    return [one async for one in preview(office.database, office.catalogue, target, now, SUPERVISOR)]


async def progress(office: Office, version: str = "vn-2026.3") -> Progress:
    found = await progress_of(office.database, office.catalogue, version)
    assert found is not None
    return found


async def inbox_rows(office: Office, dossier: UUID) -> int:
    rows = "SELECT count(*) FROM command_inbox WHERE dossier = $1 AND kind = 'change_calendar'"
    return int(await office.owner.fetchval(rows, dossier))


async def test_open_dossiers_move_as_the_preview_said_and_closed_ones_never(office: Office) -> None:
    """Scenario 10 of domain.md §9.1, by the engine: both dates kept, closed untouched, everything still agrees."""
    moving, closed = await office.file(PERMIT), await office.file(COPY)
    await office.go_to(moving, "appraisal")
    await office.finish(closed)
    before, journal = await office.folded(moving), await office.journal(closed)

    [foreseen] = await looked_ahead(office, holiday())
    assert await office.folded(moving) == before
    await order(office, holiday())
    await carried_out(office)

    after = await office.folded(moving)
    [event] = [one.event for one in await office.journal(moving) if isinstance(one.event, CalendarChanged)]
    assert foreseen.dossier == moving
    assert event.moves == foreseen.moves
    assert event.decision == DECISION
    promise = {move.subject: move for move in event.moves}[PROMISE]
    assert (promise.before, promise.after) == (before.due_of(PROMISE), after.due_of(PROMISE))
    assert promise.after > promise.before
    assert after.first_promise_at == before.first_promise_at
    assert after.calendar == "vn-2026.3"
    assert await office.journal(closed) == journal
    assert await office.findings() == []
    shown = await office.owner.fetchrow(
        "SELECT first_promise_at, promise_at, calendar FROM dossier WHERE id = $1", moving
    )
    assert shown is not None
    assert tuple(shown) == (promise.before, promise.after, "vn-2026.3")


async def test_each_dossier_gets_one_row_and_what_is_done_is_not_done_again(office: Office) -> None:
    dossiers = [await office.file(COPY) for _ in range(3)]
    await order(office, holiday())

    passes = [await carried_out(office), await carried_out(office)]

    assert passes == [3, 0]
    assert [await inbox_rows(office, one) for one in dossiers] == [1, 1, 1]
    assert await progress(office) == (await progress(office)).model_copy(
        update={"behind": 0, "done": 3, "pending": 0, "refused": 0}
    )


async def test_a_rollout_that_is_killed_goes_on_where_it_was(office: Office) -> None:
    dossiers = [await office.file(COPY) for _ in range(4)]
    await order(office, holiday())
    changing = rollout(office).changes()
    await anext(changing)
    await anext(changing)
    assert (await progress(office)).behind == 2

    # Another process finds the lease taken, and takes it over when it has run out.
    assert await carried_out(office) == 0
    await office.owner.execute("UPDATE calendar_change SET leased_until = clock_timestamp()")
    assert await carried_out(office) == 2

    assert [await inbox_rows(office, one) for one in dossiers] == [1, 1, 1, 1]
    assert (await progress(office)).done == 4


async def test_what_was_kept_while_the_engine_was_away_is_sent_by_the_sweeper(idle_office: Office) -> None:
    async with idle_office.working():
        dossier = await idle_office.file(COPY)
    await order(idle_office, holiday())
    assert await carried_out(idle_office) == 1
    assert (await progress(idle_office)).pending == 1

    async with idle_office.working():
        assert await idle_office.sweep() == 1
        assert (await progress(idle_office)).done == 1
        assert (await idle_office.folded(dossier)).calendar == "vn-2026.3"
        assert await idle_office.findings() == []


async def test_it_runs_beside_the_rest_until_it_is_told_to_stop(office: Office) -> None:
    for _ in range(3):
        await office.file(COPY)
    await order(office, holiday())
    stopping = asyncio.Event()
    running = asyncio.create_task(rollout(office).run(stopping))
    async with asyncio.timeout(30):
        while (await progress(office)).behind:
            await asyncio.sleep(0.05)
    stopping.set()
    async with asyncio.timeout(30):
        await running

    assert (await progress(office)).done == 3


async def test_a_dossier_filed_after_the_order_counts_by_the_new_version_at_once(office: Office) -> None:
    await order(office, holiday())

    state = await office.folded(await office.file(COPY))

    assert state.filed is not None
    assert state.filed.calendar_version == "vn-2026.3"
    assert state.calendar_changes == ()
    assert await carried_out(office) == 0


async def test_a_second_version_takes_a_dossier_further_and_one_that_missed_the_first_all_the_way(
    office: Office,
) -> None:
    both, late = await office.file(COPY), await office.file(COPY)
    await order(office, holiday())
    changing = rollout(office).changes()
    await anext(changing)
    usual = (TODAY + timedelta(days=1),)
    await order(office, holiday("vn-2026.4", "vn-2026.3", days_off=(), usual_days=usual))
    await carried_out(office)

    states = [await office.folded(one) for one in (both, late)]
    assert sorted(len(state.calendar_changes) for state in states) == [1, 2]
    assert {state.calendar for state in states} == {"vn-2026.4"}
    assert states[0].clocks["reception#1"].term.due_at is not None  # type: ignore[index]
    assert await office.findings() == []


async def test_a_restored_workflow_counts_by_the_version_that_its_journal_names(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await office.go_to(dossier, "appraisal")
    await order(office, holiday())
    await carried_out(office)
    await office.workflow(dossier).terminate("by mistake")
    await office.rehydrate(dossier)
    assert await office.findings() == []

    await office.go_on(dossier, 1)  # its next deadline is counted by the restored calendars

    state, records = await office.folded(dossier), await office.journal(dossier)
    assert state.filed is not None
    filing = c.FileDossier.model_validate(state.filed.model_dump(exclude={"kind"}))
    assert state.filed_at is not None
    pinned = await office.catalogue.rulebook(filing, state.filed_at.date())
    assert pinned.changes == 0
    assert all(one.agrees for one in due_dates(records, pinned))
    assert fold(records).calendar == "vn-2026.3"
    assert await office.findings() == []


async def test_a_closure_of_one_unit_moves_what_lies_there_and_nothing_else(office: Office) -> None:
    """A storm closes one ward's land office for three days; the counter and the promise of the lead's own calendar."""
    here = await office.file(COPY)
    permit = await office.file(PERMIT)
    await office.go_to(permit, "appraisal")
    closed = CalendarLayer(
        days_off=tuple(DayOff(on=TODAY + timedelta(days=days), reason="bão") for days in range(1, 11))
    )
    await order(office, holiday(days_off=(), places={"ha-long-land": closed}))
    await carried_out(office)

    untouched, moved = await office.folded(here), await office.folded(permit)
    assert [one.moves for one in _changes(await office.journal(here))] == [()]
    assert PROMISE in [move.subject for one in _changes(await office.journal(permit)) for move in one.moves]
    assert untouched.calendar == moved.calendar == "vn-2026.3"
    assert moved.calendar_changes[0].promise_calendar == "vn-2026.3/ha-long-land"
    assert await office.findings() == []


def _changes(records: tuple[object, ...]) -> list[CalendarChanged]:
    events = [getattr(one, "event", None) for one in records]
    return [one for one in events if isinstance(one, CalendarChanged)]


async def test_a_preview_keeps_nothing_of_a_draft_that_is_then_changed(office: Office) -> None:
    dossier = await office.file(COPY)
    await looked_ahead(office, holiday())
    later = holiday(days_off=(), make_up_days=(MakeUpDay(on=_saturday(), instead_of=TODAY, reason="làm bù"),))
    await order(office, later)
    await carried_out(office)

    [change] = (await office.folded(dossier)).calendar_changes
    assert {one.on for difference in change.differences for one in difference.exceptions} == {_saturday()}


def _saturday() -> date:
    return TODAY + timedelta(days=(5 - TODAY.weekday()) % 7 or 7)


async def test_what_cannot_be_published_is_said_all_at_once(office: Office) -> None:
    draft = holiday(last=date(2027, 6, 30), places={"no-such-unit": CalendarLayer()})

    assert [one.pointer for one in await violations(office.catalogue, draft)] == ["/places/no-such-unit", "/last"]
    assert [one.pointer for one in await violations(office.catalogue, holiday(extends="vn-2026.1"))] == ["/extends"]
    assert await violations(office.catalogue, holiday()) == ()


async def test_a_version_may_reach_further_than_the_one_before(office: Office) -> None:
    dossier = await office.file(PERMIT)
    await order(office, holiday(last=date(2028, 12, 31), provisional_years=(2028,), decided_years=(2027,)))
    await carried_out(office)

    calendar = await office.catalogue.calendar("vn-2026.3")
    assert (calendar.last, calendar.provisional_years) == (date(2028, 12, 31), (2028,))
    assert (await office.folded(dossier)).calendar == "vn-2026.3"
    async with office.database.transaction() as tx:
        listed = {row.version: (row.extends, row.open_dossiers) for row in await list_calendars(tx)}
    assert listed == {"vn-2026.1": (None, 0), "vn-2026.2": ("vn-2026.1", 0), "vn-2026.3": ("vn-2026.2", 1)}


async def test_the_directory_of_the_day_of_filing_says_by_which_hours_its_units_work(office: Office) -> None:
    """A later directory without the Saturday mornings changes nothing for who was filed before."""
    dossier = await office.file(COPY)
    state = await office.folded(dossier)
    assert state.filed is not None
    assert state.filed_at is not None
    filing = c.FileDossier.model_validate(state.filed.model_dump(exclude={"kind"}))
    today = load_directory()
    plain = tuple(
        one.model_copy(update={"units": tuple(unit.model_copy(update={"calendar": None}) for unit in one.units)})
        for one in today.agencies
    )
    later = Directory(**{**dict(today), "version": "quang-ninh-2027.1", "agencies": plain})

    async with office.database.transaction() as tx:
        await publish_directory(tx, later)
    rules = await Catalogue(office.database, Directories(office.database)).rulebook(filing, state.filed_at.date())

    assert rules == await office.catalogue.rulebook(filing, state.filed_at.date())
    assert "vn-2026.2/saturday-morning" in rules.calendars
