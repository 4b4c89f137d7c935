"""Workers, or an API process, are away over a deadline: the law is applied as if nobody had been."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, Generic, NamedTuple, TypeVar
from uuid import UUID

import pytest
from temporalio.testing import WorkflowEnvironment

from commands.delivery import Delivery, Unreachable
from commands.outcomes import Outcome
from dossiers.deadlines import Grade
from dossiers.events import (
    AnyEvent,
    DossierAccepted,
    EscalationLifted,
    Record,
    ResultDecided,
    RungReached,
    TaskCompleted,
    TaskOpened,
)
from dossiers.fast_clock import FastClock
from dossiers.hand_over_events import HandOverAccepted
from dossiers.instants import parse_instant
from store.inbox import Errand
from tests.acceptance.town import Town, clock, eventually, town, until
from tests.support.builders import COPY, LAND
from tests.support.desks import done
from tests.support.postgres import PostgresServer

LAND_OFFICER = "land-branch-ha-long-registration-officer-1"

Json = dict[str, Any]
E = TypeVar("E", bound=AnyEvent)


#: The third clock shows the end of the hours of receipt, the minutes around five, and those from ten past on.
SHOWN = (("2026-03-02", "14:46", "14:56"), ("2026-03-02", "16:56", "17:02"), ("2026-03-02", "17:09", "23:59"))


@pytest.fixture(scope="module")
async def courses(
    postgres_server: PostgresServer, temporal_environment: WorkflowEnvironment
) -> AsyncIterator[Mapping[str, asyncio.Task[None]]]:
    """Three outages at once, each in a town of its own, because most of an outage is waiting."""
    client, dying = temporal_environment.client, timedelta(seconds=1)
    async with AsyncExitStack() as stack:
        databases = [await stack.enter_async_context(postgres_server.database()) for _ in COURSES]
        towns = [await stack.enter_async_context(town(one.url, client, send_within=dying)) for one in databases]
        started = zip(COURSES, towns, strict=True)
        tasks = {course.__name__: asyncio.create_task(course(place)) for course, place in started}
        yield tasks
        await asyncio.wait(tasks.values())


async def test_an_act_during_an_outage_comes_after_the_deadline_that_passed_before_it(
    courses: Mapping[str, asyncio.Task[None]],
) -> None:
    await courses["act_during_an_outage"]


async def test_the_promise_counts_from_the_act_and_the_next_leg_from_its_record(
    courses: Mapping[str, asyncio.Task[None]],
) -> None:
    await courses["received_during_an_outage"]


async def test_an_act_accepted_at_16_58_and_applied_at_17_10_is_on_time(
    courses: Mapping[str, asyncio.Task[None]],
) -> None:
    await courses["accepted_in_time_and_applied_late"]


async def act_during_an_outage(place: Town) -> None:
    """The worker is away from 08:10 to 09:40; the hour for appraisal ends at nine, the officer acts at half past."""
    shown = clock("2026-03-02T08:00", 900)
    clerk = await place.officer("ha-long-counter-1")
    async with place.workers():
        dossier = await place.file(COPY, shown)
        await clerk.act(await place.task(dossier, "reception"), "receive")
        task = await place.task(dossier, "appraisal")
    due = parse_instant(task["due_at"])
    await until(shown, (due + timedelta(minutes=30)).isoformat())

    kept = done(await clerk.post(f"/v1/tasks/{task['id']}/complete", {"outcome": "eligible"}), 202)
    during = await place.journal(dossier)
    async with place.workers():
        await place.resend(kept["command"])
        journal = await place.journal(dossier)

    assert kept["command"] not in [one.cause for one in during]
    assert not [one for one in during if isinstance(one.event, RungReached)]
    act = only(journal, kept["command"], TaskCompleted)
    overdue = rung(journal, task["key"], "overdue")
    assert (overdue.sequence, overdue.occurred_at, overdue.event.due_at) < (
        act.sequence,
        act.occurred_at,
        act.recorded_at,
    )
    assert overdue.event.due_at == due
    assert overdue.recorded_at >= act.occurred_at, "decided only when a worker was back"
    assert act.event.grade is Grade.LATE
    assert act.occurred_at == shown.dossier_time((await place.command(kept["command"])).accepted_at)
    assert act.recorded_at > act.occurred_at
    following = only(journal, kept["command"], TaskOpened)
    assert following.event.term is not None
    assert following.event.term.since == act.recorded_at, "no holder pays for the engine's absence"
    assert await place.differences(dossier) == ()


async def received_during_an_outage(place: Town) -> None:
    """Received at 14:58 while no worker is there, applied after three: the citizen keeps the day, by the 15:00 rule."""
    shown = clock("2026-03-02T14:52", 60, ("2026-03-02", "14:52", "14:59"), ("2026-03-02", "15:09", "17:30"))
    clerk = await place.officer("ha-long-counter-1")
    async with place.workers():
        dossier = await place.file(COPY, shown)
        task = await place.task(dossier, "reception")
    kept = done(await clerk.post(f"/v1/tasks/{task['id']}/receive"), 202)
    await until(shown, "2026-03-02T15:10")
    async with place.workers():
        await place.resend(kept["command"])
        journal = await place.journal(dossier)

    received = only(journal, kept["command"], DossierAccepted)
    assert received.occurred_at < parse_instant("2026-03-02T15:00") < received.recorded_at
    assert received.event.promise.since == received.occurred_at
    assert received.event.promise.due_at == parse_instant("2026-03-02T17:00")
    opened = only(journal, kept["command"], TaskOpened)
    assert opened.event.term is not None
    assert opened.event.term.since == received.recorded_at


async def accepted_in_time_and_applied_late(place: Town) -> None:
    """The process that accepted it died; the deadline fired at five; another process brings the act at ten past."""
    shown = clock("2026-03-02T14:46", 60, *SHOWN)
    async with place.workers():
        promised, sent = await asyncio.gather(awaiting_signature(place, shown), awaiting_acceptance(place, shown))
        await until(shown, "2026-03-02T16:58")
        with sender_dying(place):
            signed = await accepted_only(place, "ha-long-deputy", promised, "approve")
            taken = await accepted_only(place, LAND_OFFICER, sent, "accept")

        async def have_fired() -> bool:
            fired = [*await place.rungs(UUID(promised["dossier"])), *await place.rungs(UUID(sent["dossier"]))]
            return {("promise", "overdue"), (sent["key"], "overdue")} <= {(one.subject, one.rung) for one in fired}

        await eventually(have_fired)
        await until(shown, "2026-03-02T17:10")
        await place.resend(signed, taken)
        journals = [await place.journal(UUID(one["dossier"])) for one in (promised, sent)]

    for_the_promise = rung(journals[0], "promise", "overdue"), only(journals[0], signed, ResultDecided)
    for_the_leg = rung(journals[1], sent["key"], "overdue"), only(journals[1], taken, HandOverAccepted)
    for overdue, act in (for_the_promise, for_the_leg):
        assert overdue.event.due_at == parse_instant("2026-03-02T17:00")
        assert overdue.sequence < act.sequence
        assert parse_instant("2026-03-02T16:58") <= act.occurred_at < overdue.event.due_at
        assert act.recorded_at >= parse_instant("2026-03-02T17:10")
        assert act.event.grade is Grade.ON_TIME
    assert ("promise", ("apology", "overdue")) in lifted(journals[0], signed)
    assert (sent["key"], ("overdue",)) in lifted(journals[1], taken)
    assert ("promise", "overdue") not in await standing(place, promised["dossier"])
    assert (sent["key"], "overdue") not in await standing(place, sent["dossier"])
    assert await place.differences(UUID(promised["dossier"])) == await place.differences(UUID(sent["dossier"])) == ()
    assert await place.alarms() == ()


COURSES = (act_during_an_outage, received_during_an_outage, accepted_in_time_and_applied_late)


async def awaiting_signature(place: Town, shown: FastClock) -> Json:
    """A copy promised for five o'clock that wants only its signature."""
    clerk = await place.officer("ha-long-counter-1")
    dossier = await place.file(COPY, shown)
    await clerk.act(await place.task(dossier, "reception"), "receive")
    await clerk.act(await place.task(dossier, "appraisal"), "complete", outcome="eligible")
    return await place.task(dossier, "approval")


async def awaiting_acceptance(place: Town, shown: FastClock) -> Json:
    """A dossier handed over before three, to be accepted by five."""
    clerk = await place.officer("ha-long-counter-2")
    dossier = await place.file(LAND, shown, obligation_kind="transfer_tax")
    await clerk.act(await place.task(dossier, "reception"), "receive")
    await clerk.act(await place.task(dossier, "appraisal"), "hand-over")
    return await place.task(dossier, "appraisal")


async def accepted_only(place: Town, who: str, task: Json, act: str) -> str:
    """The command of an act that is kept and not yet carried out."""
    kept = done(await (await place.officer(who)).post(f"/v1/tasks/{task['id']}/{act}"), 202)
    return str(kept["command"])


async def standing(place: Town, dossier: str) -> list[tuple[str, str]]:
    supervisor = await place.officer("ha-long-director")
    page = done(await supervisor.get("/v1/escalations", dossier=dossier, stands="true", limit=200))
    return [(one["subject"], one["rung"]) for one in page["items"]]


def lifted(journal: Sequence[Record], cause: str) -> list[tuple[str, tuple[str, ...]]]:
    """What the command took back."""
    events = [one.event for one in journal if one.cause == cause]
    return [(one.subject, one.rungs) for one in events if isinstance(one, EscalationLifted)]


@contextmanager
def sender_dying(place: Town) -> Iterator[None]:
    """The process dies between admission and delivery, every time."""
    gate = place.office.parts.gate
    healthy = gate._delivery
    gate._delivery = Dying(place.database, place.client, place.queue, place.catalogue)
    try:
        yield
    finally:
        gate._delivery = healthy


class Dying(Delivery):
    async def deliver(self, errand: Errand) -> Outcome:
        raise Unreachable(str(errand.row.id)) from ConnectionError()


class Of(NamedTuple, Generic[E]):
    """A record whose event is known."""

    sequence: int
    cause: str
    occurred_at: datetime
    recorded_at: datetime
    event: E


def only(journal: Sequence[Record], cause: str, kind: type[E]) -> Of[E]:
    """The one record of that kind that the command caused."""
    (found,) = [one for one in journal if one.cause == cause and isinstance(one.event, kind)]
    assert isinstance(found.event, kind)
    return Of(found.sequence, found.cause, found.occurred_at, found.recorded_at, found.event)


def rung(journal: Sequence[Record], subject: str, code: str) -> Of[RungReached]:
    """The one time that rung fired."""
    reached = [
        Of(one.sequence, one.cause, one.occurred_at, one.recorded_at, one.event)
        for one in journal
        if isinstance(one.event, RungReached)
    ]
    (found,) = [one for one in reached if (one.event.subject, one.event.rung) == (subject, code)]
    return found
