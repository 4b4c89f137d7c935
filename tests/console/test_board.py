"""What is late, as whoever supervises sees it: by rung, by agency and step, with a reminder one click away."""

import asyncio
from typing import Any

from console.board import RUNGS, heat_rows
from console.names import Names
from dossiers.procedure import StepKind
from dossiers.values import AgencyCode
from store.overdue import Heat
from tests.support.browsers import Browser, Page, attribute, browser
from tests.support.desks import FILING, Json, Office, task
from tests.support.readability import complaints

SUPERVISOR = "quang-ninh-supervisor-1"
#: A working day in four seconds: what lies for so long is late.
CLOCK = {"origin": "2026-11-09T08:00:00+07:00", "factor": 7_200}
LATE: dict[str, Any] = {**FILING, "receiving_unit": "mong-cai-one-stop", "clock": CLOCK}


async def late_work(bureau: Office) -> Json:
    """A dossier that nobody has received within its limit, and whose ladder has said so."""
    clerk = await bureau.officer("mong-cai-counter-1")
    filed = await clerk.file(LATE)
    work = task(filed, "reception")
    while (await clerk.get(f"/v1/tasks/{work['id']}")).json()["deadline_state"] != "overdue":
        await asyncio.sleep(0.2)
    return {**filed, "task": work["id"]}


async def board(person: Browser, bureau: Office, officer: str = SUPERVISOR, **query: str) -> Page:
    await person.sign_in(await bureau.officer(officer))
    page = await person.open("/officer/board", **query)
    assert page.status == 200, page.words
    return page


async def test_what_is_late_stands_under_its_rung_and_is_explained(bureau: Office) -> None:
    late = await late_work(bureau)
    async with browser(bureau) as person:
        page = await board(person, bureau, agency="mong-cai-centre")
        rungs = page.texts(".rung h2 a")

    assert late["number"] in page.texts(".card-late a.number")
    assert set(rungs) <= set(RUNGS.values())
    assert "quá" in page.text(".card-late .late")
    assert not complaints(page)


async def test_every_number_of_the_map_leads_to_the_work_that_it_counts(bureau: Office) -> None:
    await late_work(bureau)
    async with browser(bureau) as person:
        page = await board(person, bureau)
        cell = page.one(".heat td a[href*='mong-cai']")
        listed = await person.open(attribute(cell, "href"))

    counted = int(page.text(".heat td a[href*='mong-cai'] b"))
    assert len(listed.all(".card-late")) == counted
    assert f"{counted} việc quá hạn" in listed.text(".head")


async def test_a_reminder_is_one_click_and_the_board_stays_open(bureau: Office) -> None:
    late = await late_work(bureau)
    async with browser(bureau) as person:
        page = await board(person, bureau, agency="mong-cai-centre")
        form = page.one(f'form[action="/officer/tasks/{late["task"]}/acts/remind"]')
        after = await person.send(form)
        story = await person.open(f"/officer/dossiers/{late['dossier']}")

    assert after.text("h1") == "Bảng quá hạn"
    assert "đôn đốc" in story.text(".log")


async def test_whoever_supervises_nobody_sees_the_own_agency_alone(bureau: Office) -> None:
    late = await late_work(bureau)
    async with browser(bureau) as person:
        await person.sign_in(await bureau.officer("dong-trieu-counter-1"))
        own = await person.open("/officer/board")
        other = await person.open("/officer/board", agency="mong-cai-centre")

    assert late["number"] not in own.words
    assert other.status == 403
    assert not complaints(own)


async def test_a_rung_is_opened_by_itself(bureau: Office) -> None:
    late = await late_work(bureau)
    async with browser(bureau) as person:
        page = await board(person, bureau, agency="mong-cai-centre")
        one = await person.follow(page, ".rung h2 a")
        nonsense = await person.open("/officer/board", told="anybody")

    assert len(one.all(".rung")) == 1
    assert late["number"] in page.words
    assert nonsense.status == 422


def test_the_hottest_cell_is_the_one_with_most_late_work_and_the_worst_agency_stands_first() -> None:
    found = (
        Heat(agency=AgencyCode("a"), step_kind=StepKind.APPRAISAL, tasks=9, overdue=1, near=0),
        Heat(agency=AgencyCode("b"), step_kind=StepKind.APPRAISAL, tasks=20, overdue=8, near=2),
        Heat(agency=AgencyCode("b"), step_kind=StepKind.RECEPTION, tasks=3, overdue=0, near=0),
    )
    first, second = heat_rows(found, Names(()))

    assert (first.agency, first.overdue) == ("b", 8)
    assert [(cell.kind, cell.warmth) for cell in first.cells] == [(StepKind.RECEPTION, 0), (StepKind.APPRAISAL, 4)]
    assert [cell.warmth for cell in second.cells] == [0, 1]
