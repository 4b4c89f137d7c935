"""What supervisors must see although it changed nothing: violations, late requests, stops of which nobody was told."""

from uuid import uuid4

from dossiers import commands as c
from dossiers.instants import parse_instant
from dossiers.procedure import Role
from dossiers.stops import StopReason
from dossiers.values import AgencyCode
from store.attempts import UnsentRow, ViolationRow, list_unsent, list_violations
from store.database import Database
from tests.support.builders import LAND, person, text
from tests.support.records import StoredDossier


async def at_appraisal(store: Database) -> StoredDossier:
    """A land transfer received on Monday 2/3/2026 at 8:00, at the office that leads it."""
    dossier = await StoredDossier.filed(store, uuid4(), LAND)
    await dossier.go_to("appraisal")
    return dossier


async def violations(store: Database, agency: str | None = None, limit: int = 10) -> tuple[ViolationRow, ...]:
    async with store.transaction() as tx:
        return await list_violations(tx, agency=AgencyCode(agency) if agency else None, limit=limit)


async def unsent(store: Database, agency: str | None = None, limit: int = 10) -> tuple[UnsentRow, ...]:
    async with store.transaction() as tx:
        return await list_unsent(tx, agency=AgencyCode(agency) if agency else None, limit=limit)


async def ask(dossier: StoredDossier, at: str) -> None:
    dossier.run.now = parse_instant(at)
    await dossier.act(c.RequestSupplement(task=dossier.run.key("appraisal"), reason=text("thiếu hợp đồng")))


async def suspend(dossier: StoredDossier, at: str) -> None:
    dossier.run.now = parse_instant(at)
    await dossier.act(c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text("quyết định")))


async def reappointed_on_paper(dossier: StoredDossier) -> None:
    """A second new date that was promised on paper."""
    first, second = (
        c.Reappoint(appointment_at=parse_instant(f"2026-04-{day}T17:00"), reason=text()) for day in (10, 13)
    )
    await dossier.act(first)
    lead = dossier.run.seat(dossier.run.rules.procedure.lead.name)
    clerk = person(lead, Role.AGENCY_HEAD, Role.LATE_ENTRY)
    request = dossier.request(second, by=clerk, entered_for=dossier.run.now, evidence=text("công văn"))
    await dossier.record(dossier.apply(await dossier.admit(request)))


async def test_what_was_entered_from_paper_and_what_was_asked_too_late_are_listed_the_latest_first(
    store: Database,
) -> None:
    """NĐ 61/2018/NĐ-CP, Điều 19.9 and 19.4: notice within three working days of reception."""
    in_time, late, twice = [await at_appraisal(store) for _ in range(3)]
    await ask(in_time, "2026-03-05T16:00")
    await ask(late, "2026-03-06T08:00")
    await reappointed_on_paper(twice)

    found = await violations(store)

    assert [(row.dossier, row.rule) for row in found] == [
        (late.id, "late-supplement"),
        (twice.id, "second-reappointment"),
    ]
    assert found[0].occurred_at == parse_instant("2026-03-06T08:00")
    assert found[1].actor == person(twice.run.seat("land_registration"), Role.AGENCY_HEAD, Role.LATE_ENTRY).id
    assert [row.rule for row in await violations(store, limit=1)] == ["late-supplement"]
    assert len(await violations(store, twice.run.seat("tax").agency)) == 2
    assert await violations(store, "nobody") == ()


async def test_a_stop_is_listed_from_the_closing_of_its_day_until_the_applicant_was_told(store: Database) -> None:
    dossier = await at_appraisal(store)
    await suspend(dossier, "2026-03-02T10:00")
    before = await unsent(store)
    await dossier.tick("2026-03-02T17:00")
    (row,) = await unsent(store)
    elsewhere = await unsent(store, "nobody")
    await dossier.act(c.SendStopNotice())

    counter = dossier.run.seat("counter")
    assert before == elsewhere == ()
    assert (row.dossier, row.agency, row.unit) == (dossier.id, counter.agency, counter.unit)
    assert (row.stopped_at, row.due_at) == (parse_instant("2026-03-02T10:00"), parse_instant("2026-03-02T17:00"))
    assert await unsent(store) == ()


async def test_a_notice_that_left_in_time_takes_the_stop_from_the_list_whenever_it_is_recorded(
    store: Database,
) -> None:
    dossier = await at_appraisal(store)
    await suspend(dossier, "2026-03-02T10:00")
    await dossier.tick("2026-03-02T17:00")
    admission = await dossier.admit(dossier.request(c.SendStopNotice()))
    await dossier.record(dossier.apply(admission, at=parse_instant("2026-03-02T16:59")))

    assert await unsent(store) == ()


async def test_a_stop_that_ended_untold_leaves_the_list_and_the_next_one_is_listed_for_itself(store: Database) -> None:
    first, second = [await at_appraisal(store) for _ in range(2)]
    for dossier in (first, second):
        await suspend(dossier, "2026-03-02T10:00")
        await dossier.tick("2026-03-02T17:00")
    longest = await unsent(store, limit=1)
    first.run.now = parse_instant("2026-03-03T08:00")
    await first.act(c.ResumeDossier(evidence=text()))
    resumed = await unsent(store)
    await suspend(first, "2026-03-03T09:00")
    await first.tick("2026-03-03T17:00")

    assert len(longest) == 1
    assert [row.dossier for row in resumed] == [second.id]
    assert [(row.dossier, row.due_at.day) for row in await unsent(store)] == [(second.id, 2), (first.id, 3)]
