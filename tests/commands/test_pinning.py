"""What a dossier is pinned to: small enough for a start input, and never changed by what is published later."""

from datetime import date, datetime, timedelta
from itertools import product
from uuid import uuid4

from agencies.calendar_layers import DayOff
from agencies.calendars import StateCalendarAmendment, load_calendar
from agencies.directory import counters, load_directory, resolve_seats
from agencies.roster import TerritoryCode
from bootstrap import DATA_CONVERTER
from commands.calendars import amended
from dossiers.commands import FileDossier
from dossiers.fast_clock import FastClock
from dossiers.instants import VIETNAM
from dossiers.procedure import Procedure
from dossiers.seats import Seat
from dossiers.values import DossierNumber
from procedures.catalogue import shipped
from store.catalogue import publish_procedure
from tests.commands.office import Office
from tests.support.builders import COPY, procedure
from workflows.messages import DossierStart

START_INPUT_MAX = 32 * 1024
CHANGE_MAX = 4 * 1024
MOMENT = datetime(2026, 11, 23, 8, tzinfo=VIETNAM)
FILED_ON = MOMENT.date()


async def filing(given: Procedure, counter: Seat, office: Office) -> FileDossier:
    directory = load_directory()
    return FileDossier(
        dossier=uuid4(),
        number=DossierNumber("H49.61.1-261123-0001"),
        procedure=given.code,
        procedure_version=given.version,
        rule_set=given.rule_set,
        calendar_version=await office.catalogue.newest_calendar(),
        directory_version=directory.version,
        channel=given.channels[0],
        seats=resolve_seats(directory, given, counter.unit, TerritoryCode("ha-long")),
    )


async def test_a_start_input_is_small_for_every_procedure_at_every_counter(idle_office: Office) -> None:
    year = load_calendar(await idle_office.catalogue.newest_calendar()).between(date(2026, 1, 1), date(2027, 12, 31))
    clock = FastClock(origin_wall=MOMENT, origin=MOMENT, factor=3600, calendar=year)

    sizes: dict[tuple[str, str], int] = {}
    for given, counter in product(shipped(), counters(load_directory())):
        command = await filing(given, counter, idle_office)
        rulebook = await idle_office.catalogue.rulebook(command, FILED_ON)
        start = DossierStart(dossier=command.dossier, rulebook=rulebook, clock=clock)
        [payload] = await DATA_CONVERTER.encode([start])
        sizes[given.code, counter.unit] = len(payload.data)

    assert len(sizes) == len(shipped()) * len(counters(load_directory()))
    assert {case: size for case, size in sizes.items() if size > START_INPUT_MAX} == {}


async def test_a_change_of_calendar_is_a_fraction_of_the_calendars_it_changes(idle_office: Office) -> None:
    """Ten days off decided late: what each command, and each journal, has to carry."""
    off = tuple(DayOff(on=FILED_ON + timedelta(days=days), reason="nghỉ theo quyết định muộn") for days in range(1, 11))
    late = StateCalendarAmendment(version="vn-2026.3", extends="vn-2026.2", published_on=FILED_ON, days_off=off)
    target = await amended(idle_office.catalogue, late)
    given = max(shipped(), key=lambda one: len(one.participants))
    command = await filing(given, counters(load_directory())[0], idle_office)

    change = await idle_office.catalogue.calendars_change(command, FILED_ON, "vn-2026.2", target)
    rulebook = await idle_office.catalogue.rulebook(command, FILED_ON)

    assert len(change.model_dump_json()) < CHANGE_MAX
    assert {one.of for one in change.differences} == set(rulebook.calendars)
    changed = rulebook.as_changed([change])
    assert not changed.calendar.is_working_day(FILED_ON + timedelta(days=2))
    assert rulebook.calendar.is_working_day(FILED_ON + timedelta(days=2))


async def test_the_calendars_reach_a_year_beyond_the_limit(idle_office: Office) -> None:
    given = procedure(COPY)

    rulebook = await idle_office.catalogue.rulebook(
        await filing(given, counters(load_directory())[0], idle_office), FILED_ON
    )

    assert {(one.first, one.last) for one in rulebook.calendars.values()} == {(date(2026, 1, 1), date(2027, 12, 31))}


async def test_a_filing_names_the_decree_of_its_day_and_those_that_come_after_it(office: Office) -> None:
    now, later = await office.catalogue.rule_sets_from(FILED_ON)
    assert (now.code, later) == ("ND118_2025", ())
    then, thereafter = await office.catalogue.rule_sets_from(date(2025, 6, 30))
    assert (then.code, [one.code for one in thereafter]) == ("ND61_2018", ["ND118_2025"])

    dossier = await office.file()
    filed = (await office.folded(dossier)).filed
    assert filed is not None
    assert (filed.rule_set, filed.later_rule_sets) == ("ND118_2025", ())


async def test_a_start_input_carries_the_decree_that_may_be_in_force_at_reception(idle_office: Office) -> None:
    command = await filing(procedure(COPY), counters(load_directory())[0], idle_office)
    crossing = command.model_copy(update={"rule_set": "ND61_2018", "later_rule_sets": ("ND118_2025",)})
    rulebook = await idle_office.catalogue.rulebook(crossing, FILED_ON)

    assert rulebook.rule_set.code == "ND61_2018"
    assert rulebook.rule_set_on(date(2025, 7, 1)).code == "ND118_2025"


async def test_a_later_version_is_taken_by_new_dossiers_and_by_no_running_one(office: Office) -> None:
    before = await office.file()
    later = procedure(COPY).model_copy(update={"version": 2})
    async with office.database.transaction() as tx:
        await publish_procedure(tx, later)

    after = await office.file()
    await office.finish(before)

    filed = [(await office.folded(dossier)).filed for dossier in (before, after)]
    assert [one.procedure_version for one in filed if one is not None] == [1, 2]
    assert await office.findings() == []
