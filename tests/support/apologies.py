"""A dossier whose promise is missed on a fast clock, so that an apology is owed for it."""

import asyncio

from tests.support.desks import Desk, Json, done

#: A Tuesday afternoon; a copy received then is promised for the same day's closing.
ORIGIN = "2026-03-03T14:30:00+07:00"
_PATIENCE = 60


async def overdue(clerk: Desk) -> tuple[str, Json]:
    """A copy that nobody made in its day, and the apology that is owed for it; two hours pass in a second."""
    clock = {"origin": ORIGIN, "factor": 7_200}
    filed = await clerk.file(clock=clock)
    [reception] = filed["tasks"]
    await clerk.act(reception, "receive")
    async with asyncio.timeout(_PATIENCE):
        while True:
            view = done(await clerk.get(f"/v1/dossiers/{filed['dossier']}"))
            owed: list[Json] = [one for one in view["tasks"] if one["work"] == "apology"]
            if owed:
                return filed["dossier"], owed[0]
            await asyncio.sleep(0.1)
