"""A dossier nobody touches climbs every rung at the right working instants, once each, over weekends and holidays.

On real timers of the whole product. The year is 2026: Giỗ Tổ falls on a Sunday and Monday 27 April is off in its place;
Thursday 30 April and Friday 1 May are holidays, a weekend follows.
"""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple
from uuid import UUID

import pytest
from temporalio.testing import WorkflowEnvironment

from agencies.calendars import resolve_calendar
from agencies.directory import load_directory
from dossiers.calendar import WorkCalendar
from dossiers.events import DossierFiled, Record, RungReached, TaskOpened
from dossiers.instants import format_instant, parse_instant
from dossiers.terms import Limits, Term, term_of, term_until
from dossiers.values import UnitCode
from tests.acceptance.town import COUNTER, Town, clock, eventually, town, until
from tests.support.builders import COPY, PERMIT, procedure
from tests.support.desks import Json, done, task
from tests.support.postgres import PostgresServer

ACCEPTANCE = "assignment#1/acceptance"
APPRAISAL = "appraisal#1"

#: The permit's clock jumps from one instant that matters to the next; the days between are only longer.
HOURS = (
    ("2026-04-22", "13:00", "14:45"),
    ("2026-04-22", "16:00", "18:00"),
    ("2026-04-23", "11:15", "11:45"),
    ("2026-04-23", "16:45", "17:15"),
    ("2026-05-05", "08:15", "09:15"),
    ("2026-05-06", "16:45", "18:00"),
    ("2026-05-07", "11:15", "11:45"),
    ("2026-05-07", "16:45", "23:00"),
)


class Stories(NamedTuple):
    """What happened to two dossiers that nobody touched after their first desk."""

    copy: Sequence[Record]
    permit: Sequence[Record]
    place: Town


@pytest.fixture(scope="module")
async def stories(postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment) -> AsyncIterator[Stories]:
    async with (
        postgres_server.database() as database,
        town(database.url, temporal_environment.client) as place,
        place.workers(),
    ):
        copy, permit = await asyncio.gather(untouched_copy(place), untouched_permit(place))
        yield Stories(await place.journal(copy), await place.journal(permit), place)


async def untouched_copy(place: Town) -> UUID:
    """Over the public API alone, an hour of work in a second: received on the eve of the holiday, then forgotten."""
    clerk = await place.officer("ha-long-counter-1")
    started = {"origin": "2026-04-29T13:45:00+07:00", "factor": 3_600}
    filed = await clerk.file(clock=started)
    await clerk.act(task(filed, "reception"), "receive")
    await acknowledged(place, filed["dossier"], "promise", "overdue", by="ha-long-director")
    await fired(place, UUID(filed["dossier"]), "promise", "late_1d")
    return UUID(filed["dossier"])


async def untouched_permit(place: Town) -> UUID:
    """Received and sent to the commune's builders, who never open it."""
    shown = clock("2026-04-22T13:00", 1_800, *HOURS)
    clerk = await place.officer("ha-long-counter-2")
    dossier = await place.file(PERMIT, shown, floors=2)
    await clerk.act(await place.task(dossier, "reception"), "receive")
    await acknowledged(place, str(dossier), ACCEPTANCE, "overdue", by="ha-long-land-officer-1")
    await acknowledged(place, str(dossier), "promise", "overdue", by="ha-long-committee-head")
    await fired(place, dossier, "promise", "late_1d")
    await until(shown, "2026-05-07T17:15")
    return dossier


async def acknowledged(place: Town, dossier: str, subject: str, rung: str, *, by: str) -> None:
    """The recipient finds the notice among his own, and confirms having seen it."""
    reader = await place.officer(by)

    async def is_seen() -> bool:
        page: Json = done(await reader.get("/v1/notices", dossier=dossier, mine="true", waiting="true", limit=200))
        for notice in page["items"]:
            if (notice["subject"], notice["rung"]) == (subject, rung):
                done(await reader.post(f"/v1/notices/{notice['id']}/acknowledge"))
                return True
        return False

    await eventually(is_seen)


async def fired(place: Town, dossier: UUID, subject: str, rung: str) -> None:
    async def is_there() -> bool:
        return (subject, rung) in [(one.subject, one.rung) for one in await place.rungs(dossier)]

    await eventually(is_there)


def test_the_promise_of_a_day_is_late_when_the_holiday_and_the_weekend_are_over(stories: Stories) -> None:
    assert instants(stories.copy, "promise")[1:] == [
        ("overdue", "2026-04-29T17:00:00+07:00"),
        ("late_1d", "2026-05-04T17:00:00+07:00"),
    ]


def test_a_promise_of_seven_days_and_its_ladder_pass_over_every_day_off(stories: Stories) -> None:
    assert instants(stories.permit, "promise")[1:] == [
        ("overdue", "2026-05-06T17:00:00+07:00"),
        ("late_4h", "2026-05-07T11:30:00+07:00"),
        ("late_1d", "2026-05-07T17:00:00+07:00"),
    ]


def test_a_dossier_sent_before_three_is_to_be_accepted_the_same_day(stories: Stories) -> None:
    assert instants(stories.permit, ACCEPTANCE)[1:] == [
        ("overdue", "2026-04-22T17:00:00+07:00"),
        ("late_4h", "2026-04-23T11:30:00+07:00"),
        ("late_1d", "2026-04-23T17:00:00+07:00"),
    ]


def test_every_instant_is_the_one_that_the_law_as_a_function_gives(stories: Stories) -> None:
    for journal, code in ((stories.copy, COPY), (stories.permit, PERMIT)):
        for subject, term in terms(journal, code).items():
            expected = [(rung.code, format_instant(rung.at)) for rung in term.rungs if rung.at is not None]
            assert instants(journal, subject) == expected


def test_no_rung_is_ever_early_and_none_fires_twice(stories: Stories) -> None:
    for journal in (stories.copy, stories.permit):
        reached = [(one, one.event) for one in journal if isinstance(one.event, RungReached)]
        keys = [(event.subject, event.term, event.rung) for _, event in reached]
        assert len(keys) == len(set(keys))
        for record, event in reached:
            assert record.occurred_at == event.due_at <= record.recorded_at


def test_each_notice_goes_to_whom_the_ladder_names_and_only_the_highest_of_several_speaks(stories: Stories) -> None:
    for journal, code in ((stories.copy, COPY), (stories.permit, PERMIT)):
        for subject in terms(journal, code):
            reached = [(one, one.event) for one in journal if is_rung_of(one, subject)]
            followers = [*(one.event.due_at for one, _ in reached[1:] if isinstance(one.event, RungReached)), None]
            for (record, event), following in zip(reached, followers, strict=True):
                assert isinstance(event, RungReached)
                speaks = following is None or following > record.recorded_at
                expected = addressee(code, subject, event.rung) if speaks else None
                notice = event.notice
                assert (notice and (notice.role, notice.agency, notice.unit)) == expected


def test_the_next_rung_says_whether_the_notice_before_it_was_acknowledged(stories: Stories) -> None:
    assert seen(stories.copy, "promise")["late_1d"] is True
    assert seen(stories.permit, ACCEPTANCE)["late_4h"] is True
    assert seen(stories.permit, ACCEPTANCE)["late_1d"] is False
    assert seen(stories.permit, "promise")["late_4h"] is True
    assert seen(stories.permit, "promise")["late_1d"] is False


async def test_the_read_side_shows_the_same_ladder(stories: Stories) -> None:
    supervisor = await stories.place.officer("ha-long-director")
    for journal in (stories.copy, stories.permit):
        filed = journal[0].event
        assert isinstance(filed, DossierFiled)
        page = done(await supervisor.get("/v1/escalations", dossier=str(filed.dossier), limit=200))
        listed = sorted((one["sequence"], one["subject"], one["rung"], one["reached_at"]) for one in page["items"])
        reached = [(one.sequence, one.event) for one in journal if isinstance(one.event, RungReached)]
        assert listed == [(at, event.subject, event.rung, format_instant(event.due_at)) for at, event in reached]
        assert await stories.place.differences(filed.dossier) == ()


def instants(journal: Sequence[Record], subject: str) -> list[tuple[str, str]]:
    events = [one.event for one in journal]
    return [
        (one.rung, format_instant(one.due_at))
        for one in events
        if isinstance(one, RungReached) and one.subject == subject
    ]


def seen(journal: Sequence[Record], subject: str) -> dict[str, bool | None]:
    events = [one.event for one in journal]
    return {
        one.rung: one.previous_acknowledged for one in events if isinstance(one, RungReached) and one.subject == subject
    }


def is_rung_of(record: Record, subject: str) -> bool:
    return isinstance(record.event, RungReached) and record.event.subject == subject


def terms(journal: Sequence[Record], code: str) -> dict[str, Term]:
    """Every deadline that ran to its end: from the procedure's data, the calendars and the instants of acts."""
    directory, given = load_directory(), procedure(code)
    filed = journal[0].event
    assert isinstance(filed, DossierFiled)

    def calendar(unit: UnitCode) -> WorkCalendar:
        return resolve_calendar("vn-2026.2", directory.calendar_overrides(unit))

    lead = calendar(filed.seats[given.lead.name].unit)
    accepted = next(one for one in journal if one.event.kind == "dossier.accepted")
    promise = Limits(limit=given.limit, counting=given.counting, cutoff=given.cutoff, ladder=given.ladders["promise"])
    found = {"promise": term_of(promise, lead, accepted.occurred_at)}
    for opened in [one for one in journal if isinstance(one.event, TaskOpened) and one.event.task != "reception#1"]:
        event = opened.event
        assert isinstance(event, TaskOpened)
        if event.work == "apology":
            continue  # its ladder is the decree's: `tests/dossiers/test_apology_signed.py`
        theirs = calendar(event.seat.unit)
        if event.work == "acceptance":
            due = parse_instant("2026-04-22T17:00")
            found[event.task] = term_until(given.ladders["transfer"], theirs, opened.recorded_at, due)
        else:
            step = given.step(event.step)
            assert step.limit is not None
            limits = Limits(limit=step.limit, counting=step.counting, ladder=given.ladders["default"])
            found[event.task] = term_of(limits, theirs, opened.recorded_at)
    return found


#: Whom a rung tells, as the ladders in the procedures' files and the directory name them.
BUILDERS, BUILDERS_AGENCY = "ha-long-land", "ha-long-committee"
CENTRE = "ha-long-centre"
ADDRESSEES: dict[tuple[str, str], dict[str, tuple[str, str, str | None]]] = {
    (COPY, "promise"): {
        "warning": ("holder", CENTRE, COUNTER),
        "overdue": ("one_stop_head", CENTRE, None),
        "late_1d": ("supervisor", CENTRE, None),
    },
    (COPY, APPRAISAL): {
        "warning": ("holder", CENTRE, COUNTER),
        "overdue": ("unit_head", CENTRE, COUNTER),
        "late_4h": ("one_stop_head", CENTRE, None),
        "late_1d": ("supervisor", CENTRE, None),
    },
    (PERMIT, "promise"): {
        "warning": ("unit_head", BUILDERS_AGENCY, BUILDERS),
        "overdue": ("agency_head", BUILDERS_AGENCY, None),
        "late_4h": ("one_stop_head", CENTRE, None),
        "late_1d": ("supervisor", BUILDERS_AGENCY, None),
    },
    (PERMIT, ACCEPTANCE): {
        "warning": ("holder", BUILDERS_AGENCY, BUILDERS),
        "overdue": ("holder", BUILDERS_AGENCY, BUILDERS),
        "late_4h": ("unit_head", BUILDERS_AGENCY, BUILDERS),
        "late_1d": ("one_stop_head", CENTRE, None),
    },
}


def addressee(code: str, subject: str, rung: str) -> tuple[str, str, str | None]:
    return ADDRESSEES[code, subject][rung]
