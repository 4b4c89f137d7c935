"""Every page as a picture, wide and narrow: `make screens` writes `.data/screens/<page>-<width>.png`, to be looked at.

A dossier on the fast clock has weeks behind it in half a minute, so that the pictures show what pictures are for.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from embedded.stack import CHECKOUT, MIGRATIONS
from tests.support.chromium import MISSING, PROGRAM, Person, chromium, person, served
from tests.support.desks import FILING, Desk, Json, Office, done, office, task
from tests.support.postgres import migrated_postgres
from tests.support.temporal import running_temporal

_WIDTHS = (1280, 320)
_CLOCK = {"origin": "2026-11-09T08:10:00+07:00", "factor": 3_600}
_PERMIT: dict[str, Any] = {
    **FILING,
    "procedure": "1.013225",
    "channel": "online",
    "components": ["application", "land_right", "drawings"],
    "facts": {"floors": 3},
}
_NAMES = ("Đặng Thị Ánh Nguyệt", "Trần Quốc Bảo", "Phạm Thị Hồng Nhung", "Lê Hoàng Yến", "Vũ Đình Khải")
_REASON = "Bản vẽ thiết kế thiếu mặt bằng móng, chưa có chữ ký của đơn vị thiết kế."


async def travelled(bureau: Office) -> Json:
    """Received, handed on, assigned, supplemented, consulted on: and late in the end."""
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    head, officer = await bureau.officer("ha-long-land-head"), await bureau.officer("ha-long-land-officer-1")
    filed = await portal.file({**_PERMIT, "clock": _CLOCK})
    received = await counter.act(task(filed, "reception"), "receive")
    await asyncio.sleep(2)
    accepted = await head.act(task(received, "assignment", "acceptance"), "accept")
    await asyncio.sleep(2)
    assigned = await head.act(task(accepted, "assignment"), "complete")
    given = await head.act(task(assigned, "appraisal"), "assign", officer=officer.caller.id)
    await asyncio.sleep(4)
    asked = await officer.act(task(given, "appraisal"), "request-supplement", components=["drawings"], reason=_REASON)
    await asyncio.sleep(6)
    supplemented = done(await counter.post(f"/v1/dossiers/{asked['dossier']}/supplement", {"components": ["drawings"]}))
    await asyncio.sleep(3)
    facts = {"fire_opinion_needed": True, "environment_opinion_needed": False}
    await officer.act(task(supplemented, "appraisal"), "complete", outcome="eligible", facts=facts)
    await asyncio.sleep(12)
    return filed


async def shown(bureau: Office) -> Mapping[str, tuple[Desk | None, str]]:
    """Every page by name: who looks, and at which address."""
    portal, counter = await bureau.portal(), await bureau.officer("ha-long-counter-1")
    for name in _NAMES:
        await portal.file({**_PERMIT, "applicant": {"full_name": name}})
    fresh = await counter.file()
    dossier = await travelled(bureau)
    officer, supervisor = (
        await bureau.officer("ha-long-land-officer-1"),
        await bureau.officer("quang-ninh-supervisor-1"),
    )
    return {
        "sign-in": (None, "/sign-in"),
        "procedures": (None, "/procedures"),
        "procedure": (None, "/procedures/1.013225"),
        "filing": (None, "/procedures/1.013225/file"),
        "drafts": (None, "/drafts"),
        "petitions": (None, "/petitions"),
        "ratings": (supervisor, "/officer/ratings"),
        "tracking": (None, f"/tracking?number={dossier['number']}#{dossier['tracking_code']}"),
        "inbox": (counter, "/officer"),
        "me": (counter, "/officer/me"),
        "notices": (officer, "/officer/notices"),
        "find": (counter, "/officer/find"),
        "dossier-new": (counter, f"/officer/dossiers/{fresh['dossier']}"),
        "dossier": (officer, f"/officer/dossiers/{dossier['dossier']}"),
        "why": (officer, f"/officer/dossiers/{dossier['dossier']}/why/promise"),
        "board": (supervisor, "/officer/board"),
    }


async def photographed(
    somebody: Person, folder: Path, pages: Mapping[str, tuple[Desk | None, str]], width: int
) -> None:
    for name, (desk, address) in pages.items():
        if desk is not None:
            await somebody.sign_in(desk)
        path, _, code = address.partition("#")
        await somebody.open(path)
        if code:
            await somebody.page.fill("#code", code)
            await somebody.page.click("main button")
        await somebody.page.wait_for_load_state("networkidle")
        await somebody.page.screenshot(path=folder / f"{name}-{width}.png", full_page=True)


async def main() -> None:
    folder = CHECKOUT / ".data" / "screens"
    await asyncio.to_thread(folder.mkdir, parents=True, exist_ok=True)
    async with (
        migrated_postgres(MIGRATIONS) as server,
        running_temporal() as temporal,
        server.database() as database,
        office(database.url, temporal.client) as bureau,
        served(bureau) as site,
        chromium() as browser,
    ):
        pages = await shown(bureau)
        for width in _WIDTHS:
            async with person(browser, site, width=width) as somebody:
                await photographed(somebody, folder, pages, width)
    sys.stdout.write(f"{folder}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if PROGRAM is None:
        sys.exit(MISSING)
    asyncio.run(main())
    # As the tests: the SDK may abort at the interpreter's own exit.
    os._exit(0)
