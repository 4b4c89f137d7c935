"""Notices that wait for an officer, and what acknowledging one does."""

from tests.support.browsers import browser
from tests.support.desks import FILING, Office, done, task
from tests.support.readability import complaints


async def test_a_reminder_waits_for_its_unit_until_somebody_has_seen_it(bureau: Office) -> None:
    clerk, supervisor = await bureau.officer("co-to-counter-1"), await bureau.officer("quang-ninh-supervisor-1")
    filed = await clerk.file({**FILING, "receiving_unit": "co-to-one-stop"})
    await supervisor.act(task(filed, "reception"), "remind")
    async with browser(bureau) as person:
        page = await (await person.sign_in(clerk)).open("/officer/notices")

        assert filed["number"] in page.texts("table a.number")
        assert "Được đôn đốc" in page.words
        assert not complaints(page)

        row = next(one for one in page.all("tbody tr") if filed["number"] in (one.text() or ""))
        form = row.css_first("form")
        assert form is not None
        after = await person.send(form)

    assert filed["number"] not in after.words
    (notice,) = done(await clerk.get("/v1/notices", dossier=filed["dossier"]))["items"]
    assert notice["acknowledged_by"] == clerk.caller.id


async def test_what_is_told_to_others_is_not_shown(bureau: Office) -> None:
    clerk, supervisor = await bureau.officer("co-to-counter-1"), await bureau.officer("quang-ninh-supervisor-1")
    filed = await clerk.file({**FILING, "receiving_unit": "co-to-one-stop"})
    await supervisor.act(task(filed, "reception"), "remind")
    async with browser(bureau) as person:
        stranger = await (await person.sign_in(await bureau.officer("dong-trieu-counter-1"))).open("/officer/notices")

    assert filed["number"] not in stranger.words
    assert not complaints(stranger)
