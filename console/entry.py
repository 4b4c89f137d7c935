"""Whether somebody without an account may see a dossier: the number opens its degree, the code with it all the rest.

A number that was never given and a code that is wrong are told apart by nobody, and whoever guesses is soon sent away.
"""

import hmac
from typing import Final

from fastapi import Request

from api.parts import Parts
from console.codes import plain
from console.sessions import Fields
from console.throttle import guesses
from dossiers.seats import CallerKind
from dossiers.values import OfficerId
from store.callers import Caller
from store.filing import read_tracking_code
from store.register import DossierRow, find_by_number

#: Whoever acts or reads without an account: the applicant, as far as a code proves it.
APPLICANT: Final = Caller(id=OfficerId("applicant"), kind=CallerKind.CITIZEN, label="")
_NUMBER_MOST = 60


def number_in(fields: Fields) -> str:
    return (fields.one("number") or "").strip().upper()[:_NUMBER_MOST]


async def entered(request: Request, parts: Parts, fields: Fields) -> DossierRow | None:
    """The dossier that number and code open; with the number alone, whoever asks is for the caller to say.

    Raises `TooManyAttempts`.
    """
    tries, now = guesses(request), parts.now()
    tries.require_open(request, now)
    row = await _opened(parts, number_in(fields), fields.one("code"))
    if row is None:
        tries.note(request, now)
    return row


async def _opened(parts: Parts, number: str, given: str | None) -> DossierRow | None:
    if not number:
        return None
    async with parts.database.transaction() as tx:
        row = await find_by_number(tx, number)
        code = None if row is None else await read_tracking_code(tx, row.id)
    if row is None or given is None:
        return row
    return row if code is not None and hmac.compare_digest(plain(given).encode(), code.encode()) else None
