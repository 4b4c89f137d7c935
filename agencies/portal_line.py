"""The line to the National Public Service Portal: signed in, one call for each event, each known when it is repeated.

Invariants: what the portal refuses as a repetition is looked up before it counts as taken in; a step between codes
that its table does not know is walked by way of those it knows, from where the portal stands; a session that ended is
renewed once for an attempt. The portal signs for nothing: ``error_code`` 0 is all there is, so what it holds is
compared with what we hold (`agencies.portal_comparison`).
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, assert_never

import httpx
from pydantic import SecretStr, ValidationError

from agencies.answers import limited
from agencies.line import (
    MessageRejected,
    PartnerBusy,
    PartnerRefuses,
    PartnerUnreachable,
    ReceiptMissing,
    SessionLost,
)
from agencies.line_terms import PortalTerms
from agencies.portal_calls import calls_of, officers_in, passing, sheet_at
from agencies.portal_codes import Meaning
from agencies.portal_comparison import standing
from agencies.portal_particulars import Particulars, Sources
from agencies.portal_wire import LOOK_UP, Answer, Call, DossierSheet, Held, impersonal
from agencies.signatures import digest_of
from dossiers.drift import Standing
from dossiers.events import Record
from dossiers.lines import Telling, tellings
from dossiers.values import Value

_HTTP_OK, _HTTP_UNAUTHORISED = 200, 401
#: A dossier with all its steps.
_MOST_BYTES = 1024 * 1024


class Login(Value):
    """With what we sign in."""

    username: str
    password: SecretStr


class Session:
    """What the portal lets us in by; whoever finds it ended renews it, once for all who wait."""

    def __init__(self, sign_in: Callable[[], Awaitable[str]]) -> None:
        self._sign_in = sign_in
        self._token: str | None = None
        self._turn = asyncio.Lock()

    async def token(self) -> str:
        return self._token or await self.renewed(None)

    async def renewed(self, ended: str | None) -> str:
        """A session other than the one that ended."""
        async with self._turn:
            if self._token is None or self._token == ended:
                self._token = await self._sign_in()
            return self._token


class PortalLine:
    """Our side of the line."""

    def __init__(
        self, terms: PortalTerms, login: Callable[[], Login], client: httpx.AsyncClient, sources: Sources
    ) -> None:
        """``login`` is asked at every signing in, so that it can be changed while dossiers wait."""
        self._terms = terms
        self._login = login
        self._client = client
        self._sources = sources
        self._session = Session(self._signed_in)

    async def tell(self, journal: tuple[Record, ...], event: int) -> str:
        """The digest is over what is not the applicant's own: a short number behind a hash is soon found."""
        told = tellings(journal, self._terms.code)
        at = next(at for at, one in enumerate(told) if one.record.sequence == event)
        particulars = await self._particulars(told)
        call = calls_of(self._terms, told, particulars, journal)[at]
        before = told[at - 1].state if at else None
        held = None if before is None else self._terms.table.code_of(before.status, before.result)
        if not self._terms.table.follows(held, call.code):
            sheet = sheet_at(self._terms, told[at], particulars, journal)
            await self._lead_up_to(call, sheet)
        await self._make(call)
        return digest_of(_canonical(impersonal(call)))

    async def held(self, number: str) -> Held | None:
        """The dossier as the portal holds it; null where it has none of that number. Raises `LineFailure`."""
        answer = await self._asked({"service": LOOK_UP, "mahoso": number})
        match self._meaning(answer):
            case Meaning.UNKNOWN:
                return None
            case Meaning.DONE if not answer.result:
                return None
            case Meaning.DONE:
                try:
                    return Held.model_validate(answer.result[0])
                except ValidationError as error:
                    raise ReceiptMissing from error
            case _:
                raise PartnerBusy(str(answer.error_code))

    async def compare(self, journal: tuple[Record, ...]) -> Standing:
        told = tellings(journal, self._terms.code)
        calls = calls_of(self._terms, told, await self._particulars(told), journal)
        return standing(calls, await self.held(calls[0].number))

    # -- telling ------------------------------------------------------------------------------------------------------

    async def _particulars(self, told: tuple[Telling, ...]) -> Particulars:
        filed = told[-1].state.filed
        assert filed is not None, "a dossier is filed before anybody is told"
        return await self._sources.of(filed, officers_in(told))

    async def _lead_up_to(self, call: Call, sheet: DossierSheet) -> None:
        """Pass through the codes that the portal wants passed; from where it stands, for some may be passed already."""
        held = await self.held(call.number)
        way = self._terms.table.way(None if held is None else held.code, call.code)
        if held is None or way is None:
            message = f"không có đường đi tới mã {call.code}"
            raise MessageRejected(message)
        for code in way[:-1]:
            await self._make(passing(sheet, code))

    async def _make(self, call: Call) -> None:
        answer = await self._asked(call.written())
        match self._meaning(answer):
            case Meaning.DONE:
                return
            case Meaning.LATER:
                raise PartnerBusy(str(answer.error_code))
            case Meaning.SIGN_IN | Meaning.SESSION:
                raise SessionLost(str(answer.error_code))
            case Meaning.REPEATED | Meaning.UNLAWFUL | Meaning.UNKNOWN | Meaning.INVALID:
                held = await self.held(call.number)
                if held is None or not held.shows(call):
                    said = f"error_code {answer.error_code}"
                    raise MessageRejected(said)
            case unforeseen:
                assert_never(unforeseen)

    # -- asking -------------------------------------------------------------------------------------------------------

    async def _asked(self, body: Mapping[str, Any]) -> Answer:
        """An answer in a session that holds; one that has ended is renewed once."""
        token = await self._session.token()
        answer = await self._posted(self._terms.url, self._enveloped(body, token))
        if self._meaning(answer) is Meaning.SESSION:
            renewed = await self._session.renewed(token)
            answer = await self._posted(self._terms.url, self._enveloped(body, renewed))
        if self._meaning(answer) is Meaning.SESSION:
            raise SessionLost
        return answer

    def _enveloped(self, body: Mapping[str, Any], token: str) -> dict[str, Any]:
        return {"session": token, "madonvi": self._terms.organisation, **body}

    async def _signed_in(self) -> str:
        login = self._login()
        words = {"username": login.username, "password": login.password.get_secret_value()}
        answer = await self._posted(str(httpx.URL(self._terms.url).join(self._terms.sign_in)), words)
        if self._meaning(answer) is not Meaning.DONE or not answer.session:
            raise SessionLost(str(answer.error_code))
        return answer.session

    async def _posted(self, url: str, body: Mapping[str, Any]) -> Answer:
        headers = {**self._terms.headers, "content-type": "application/json; charset=utf-8"}
        try:
            async with self._client.stream("POST", url, content=_canonical(body), headers=headers) as answer:
                content = await limited(answer, _MOST_BYTES)
        except httpx.HTTPError as error:
            raise PartnerUnreachable(repr(error)) from error
        if answer.status_code == _HTTP_UNAUTHORISED:
            return Answer(error_code=self._terms.table.error_code(Meaning.SESSION))
        if answer.status_code != _HTTP_OK:
            raise PartnerRefuses(answer.status_code)
        try:
            return Answer.model_validate_json(content)
        except ValidationError:
            raise ReceiptMissing from None  # what it says may name the applicant

    def _meaning(self, answer: Answer) -> Meaning:
        return self._terms.table.meaning(answer.error_code)


def _canonical(body: Mapping[str, Any]) -> bytes:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()
