"""What a dossier is pinned to: small enough for a start input, and never changed by what is published later."""

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest

from agencies.calendar_layers import CalendarOverride, DayOff, WeekHours
from agencies.calendars import StateCalendarAmendment, load_calendar
from agencies.directory import load_directories, load_directory, resolve_seats
from agencies.roster import Directory, Officer
from bootstrap import DATA_CONVERTER
from commands.calendars import amended, publish_directory
from commands.outcomes import Done
from commands.rehydration import rehydrate
from dossiers.calendar import Period
from dossiers.commands import FileDossier
from dossiers.errors import FilingRejected
from dossiers.events import DossierFiled
from dossiers.fast_clock import FastClock
from dossiers.instants import VIETNAM
from dossiers.procedure import Channel, Procedure, Role
from dossiers.seats import Actor
from dossiers.values import DossierNumber, OfficerId, ProcedureCode, UnitCode
from store.catalogue import publish_procedure
from store.errors import AlreadyPublished
from tests.commands.office import Office
from tests.support.builders import COPY, procedure
from tests.support.government import Place, places
from workflows.messages import DossierStart

START_INPUT_MAX = 32 * 1024
CHANGE_MAX = 4 * 1024
MOMENT = datetime(2026, 11, 23, 8, tzinfo=VIETNAM)
FILED_ON = MOMENT.date()


def at_home(given: Procedure) -> Place:
    return next(one for one in places() if one.procedure == given)


async def filing(place: Place, office: Office) -> FileDossier:
    given = place.procedure
    return FileDossier(
        dossier=uuid4(),
        number=DossierNumber("H49.61.1-261123-0001"),
        procedure=given.code,
        procedure_version=given.version,
        rule_set=given.rule_set,
        calendar_version=await office.catalogue.newest_calendar(),
        directory_version=place.directory.version,
        channel=given.channels[0],
        seats=resolve_seats(place.directory, given, place.counter, place.territory),
    )


async def test_a_start_input_is_small_for_every_procedure_at_every_counter(idle_office: Office) -> None:
    year = load_calendar(await idle_office.catalogue.newest_calendar()).between(date(2026, 1, 1), date(2027, 12, 31))
    clock = FastClock(origin_wall=MOMENT, origin=MOMENT, factor=3600, calendar=year)

    sizes: dict[str, int] = {}
    for place in places():
        command = await filing(place, idle_office)
        rulebook = await idle_office.catalogue.rulebook(command, FILED_ON)
        start = DossierStart(dossier=command.dossier, rulebook=rulebook, clock=clock)
        [payload] = await DATA_CONVERTER.encode([start])
        sizes[str(place)] = len(payload.data)

    assert len(sizes) == len(list(places()))
    assert {case: size for case, size in sizes.items() if size > START_INPUT_MAX} == {}


async def test_a_change_of_calendar_is_a_fraction_of_the_calendars_it_changes(idle_office: Office) -> None:
    """Ten days off decided late: what each command, and each journal, has to carry."""
    off = tuple(DayOff(on=FILED_ON + timedelta(days=days), reason="nghỉ theo quyết định muộn") for days in range(1, 11))
    late = StateCalendarAmendment(version="vn-2026.3", extends="vn-2026.2", published_on=FILED_ON, days_off=off)
    target = await amended(idle_office.catalogue, late)
    today = (one for one in places() if one.directory == load_directory())
    command = await filing(max(today, key=lambda one: len(one.procedure.participants)), idle_office)

    change = await idle_office.catalogue.calendars_change(command, FILED_ON, "vn-2026.2", target)
    rulebook = await idle_office.catalogue.rulebook(command, FILED_ON)

    assert len(change.model_dump_json()) < CHANGE_MAX
    assert {one.of for one in change.differences} == set(rulebook.calendars)
    changed = rulebook.as_changed([change])
    assert not changed.calendar.is_working_day(FILED_ON + timedelta(days=2))
    assert rulebook.calendar.is_working_day(FILED_ON + timedelta(days=2))


async def test_the_calendars_reach_a_year_beyond_the_limit(idle_office: Office) -> None:
    given = procedure(COPY)

    rulebook = await idle_office.catalogue.rulebook(await filing(at_home(given), idle_office), FILED_ON)

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
    command = await filing(at_home(procedure(COPY)), idle_office)
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


#: Somebody of a ward as it was in 2022.
WARD_CLERK = Actor(
    id=OfficerId("bach-dang-counter-1"),
    seat=load_directories()[0].seat_of(OfficerId("bach-dang-counter-1")),
    roles=load_directories()[0].officer(OfficerId("bach-dang-counter-1")).roles,
)


def clock_from(moment: datetime) -> FastClock:
    """A dossier's own time, for which the wall's is of no account."""
    year = load_calendar("vn-2026.2").between(date(moment.year, 1, 1), date(moment.year + 1, 12, 31))
    return FastClock(origin_wall=datetime.now(VIETNAM), origin=moment, factor=3600, calendar=year)


async def filed_on(office: Office, moment: datetime, **changes: object) -> DossierFiled:
    filing = office.filing().model_copy(update={"clock": clock_from(moment), **changes})
    outcome = await office.gate.file(filing)
    assert isinstance(outcome, Done), outcome
    filed = (await office.folded(outcome.dossier)).filed
    assert filed is not None
    return filed


async def test_a_dossier_takes_the_procedure_and_the_directory_of_its_own_day(office: Office) -> None:
    """In 2022 a ward of a district, in 2026 the ward that took its place; each with the version of its time."""
    extract = {"procedure": ProcedureCode("2.000635"), "channel": Channel.COUNTER}
    then, now = datetime(2022, 3, 1, 8, tzinfo=VIETNAM), datetime(2026, 8, 24, 8, tzinfo=VIETNAM)

    old = await filed_on(office, then, receiving_unit=UnitCode("bach-dang-one-stop"), actor=WARD_CLERK, **extract)
    new = await filed_on(office, now, receiving_unit=UnitCode("ha-long-one-stop"), **extract)

    assert (old.directory_version, old.procedure_version, old.rule_set) == ("quang-ninh-2022.1", 1, "ND61_2018")
    assert (new.directory_version, new.procedure_version, new.rule_set) == ("quang-ninh-2026.1", 2, "ND118_2025")
    assert old.seats["counter"].agency == "bach-dang-committee"


async def test_the_version_in_force_is_taken_though_a_later_one_is_published(office: Office) -> None:
    birth = {"procedure": ProcedureCode("2.000986"), "channel": Channel.COUNTER}
    given = {"id_card_wanted": True}

    before = await filed_on(office, datetime(2026, 8, 28, 8, tzinfo=VIETNAM), facts={}, **birth)
    after = await filed_on(office, datetime(2026, 9, 3, 8, tzinfo=VIETNAM), facts=given, **birth)

    assert (before.procedure_version, after.procedure_version) == (2, 4)


@pytest.mark.parametrize(
    ("unit", "day", "pointer"),
    [
        ("ha-long-one-stop", date(2022, 3, 1), "/receiving_unit"),
        ("bach-dang-one-stop", date(2026, 8, 24), "/receiving_unit"),
        ("bach-dang-one-stop", date(2018, 6, 20), "/procedure"),
    ],
)
async def test_neither_a_counter_nor_a_procedure_of_another_time_is_taken(
    idle_office: Office, unit: str, day: date, pointer: str
) -> None:
    moment = datetime(day.year, day.month, day.day, 8, tzinfo=VIETNAM)
    changes = {"procedure": ProcedureCode("2.000635"), "receiving_unit": UnitCode(unit), "clock": clock_from(moment)}
    wanted = idle_office.filing().model_copy(update=changes)

    with pytest.raises(FilingRejected) as refused:
        await idle_office.gate.file(wanted)

    assert pointer in {one.pointer for one in refused.value.violations}


async def test_a_directory_published_meanwhile_is_used_by_the_next_filing_and_leaves_the_running_dossier(
    office: Office,
) -> None:
    before = await office.file()
    newest = load_directory()
    hours = CalendarOverride(name="short-days", hours=WeekHours(monday=(Period(8 * 3600, 11 * 3600),)))
    agencies = tuple(
        one.model_copy(update={"calendar": "short-days"}) if one.code == "ha-long-centre" else one
        for one in newest.agencies
    )
    # Made anew: a copy would keep what the other one has looked up already.
    later = Directory(
        **{
            **dict(newest),
            "version": "quang-ninh-2026.2",
            "agencies": agencies,
            "calendars": (*newest.calendars, hours),
        }
    )
    async with office.database.transaction() as tx:
        assert await publish_directory(tx, later)
        with pytest.raises(AlreadyPublished):
            await publish_directory(tx, later.model_copy(update={"unverified": ()}))

    after = await office.file()
    await office.finish(before)

    filed = [(await office.folded(dossier)).filed for dossier in (before, after)]
    known = [one for one in filed if one is not None]
    assert [one.directory_version for one in known] == [newest.version, later.version]
    versions = [
        (
            await office.catalogue.rulebook(FileDossier.model_validate(one.model_dump(exclude={"kind"})), FILED_ON)
        ).unit_calendars[one.seats["counter"].unit]
        for one in known
    ]
    assert versions == ["vn-2026.2/saturday-morning", "vn-2026.2/short-days/saturday-morning"]
    assert await office.findings() == []


async def test_a_dossier_of_2022_is_restored_with_the_directory_it_was_filed_with(office: Office) -> None:
    then = datetime(2022, 3, 1, 8, tzinfo=VIETNAM)
    filed = await filed_on(
        office,
        then,
        procedure=ProcedureCode("2.000635"),
        channel=Channel.COUNTER,
        receiving_unit=UnitCode("bach-dang-one-stop"),
        actor=WARD_CLERK,
    )

    await rehydrate(
        filed.dossier,
        database=office.database,
        client=office.client,
        catalogue=office.catalogue,
        task_queue=office.task_queue,
    )

    assert await office.findings() == []


async def test_work_is_given_to_whoever_sits_there_now(office: Office) -> None:
    """A colleague who came after the dossier was filed: the newest directory that knows the unit says who is there."""
    newest = load_directory()
    unit = UnitCode("ha-long-one-stop")
    seat = newest.seat(unit)
    colleague = Officer(id=OfficerId("ha-long-counter-9"), name="Lê Văn Mới", roles=(Role.COUNTER,))
    agencies = tuple(
        agency.model_copy(
            update={
                "units": tuple(
                    one.model_copy(update={"officers": (*one.officers, colleague)}) if one.code == unit else one
                    for one in agency.units
                )
            }
        )
        for agency in newest.agencies
    )
    async with office.database.transaction() as tx:
        await publish_directory(tx, newest.model_copy(update={"version": "quang-ninh-2026.2", "agencies": agencies}))

    fit = await office.catalogue.directories.officers_of(seat, Role.COUNTER)

    assert colleague in fit
    assert load_directories()[0].has_unit(unit) is False
