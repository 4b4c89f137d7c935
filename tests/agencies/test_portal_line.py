"""The line to the portal against the portal's own process: sessions that end, answers that are lost, refusals."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path

import pytest

from agencies.line import (
    LineUnknown,
    MessageRejected,
    PartnerBusy,
    PartnerRefuses,
    PartnerUnreachable,
    SessionLost,
)
from agencies.line_terms import AnyTerms
from agencies.lines import Lines, Secrets
from agencies.portal_line import PortalLine
from dossiers.instants import VIETNAM
from dossiers.values import AgencyCode
from tests.agencies.portal_courses import Register, copied, events_told, withdrawn_while_suspended
from tests.support.builders import Run
from tests.support.portal import CODE, WORDS, Portal


class Entry:
    """A directory that knows the portal."""

    def __init__(self, terms: AnyTerms) -> None:
        self._terms = terms

    async def line(self, code: AgencyCode) -> AnyTerms | None:
        return self._terms if code == self._terms.code else None


@asynccontextmanager
async def line_to(system: Portal, **changes: object) -> AsyncIterator[PortalLine]:
    """Our side, as the worker opens it."""
    terms = system.terms.model_copy(update=changes)
    secrets = Secrets(system.secrets_file)
    async with Lines(Entry(terms), secrets, lambda: datetime.now(VIETNAM), Register()) as lines:
        line = await lines.of(CODE)
        assert isinstance(line, PortalLine)
        yield line


async def tell_all(line: PortalLine, run: Run) -> list[str]:
    return [await line.tell(tuple(run.records), event) for event in events_told(run)]


async def test_a_dossier_from_an_outside_series_is_shown_under_its_own_number(portal_process: Portal) -> None:
    """Whatever series the number comes from: it is the key there, and is never made anew."""
    async with line_to(portal_process) as line:
        await tell_all(line, copied("000.00.00.G22-260302-0007"))
    kept = (await portal_process.shows())["dossiers"]["000.00.00.G22-260302-0007"]

    assert kept["codes"] == [1, 2, 4, 9, 10]
    assert kept["NgayTra"] == kept["NgayKetThucXuLy"] == "20260302090000"
    assert [row["TrangThai"] for row in kept["QuaTrinhXuLy"]] == ["1", "4", "4", "9"]


async def test_what_is_told_again_is_known_and_changes_nothing(portal_process: Portal) -> None:
    run = copied("H49.1.2-260302-0010")
    async with line_to(portal_process) as line:
        for event in events_told(run):
            once = await line.tell(tuple(run.records), event)
            before = (await portal_process.shows())["dossiers"]
            again = await line.tell(tuple(run.records), event)

            assert once == again
            assert (await portal_process.shows())["dossiers"] == before


async def test_a_step_that_the_portal_does_not_know_is_walked_by_way_of_those_it_knows(portal_process: Portal) -> None:
    run = withdrawn_while_suspended("H49.1.2-260302-0011")
    async with line_to(portal_process) as line:
        digests = await tell_all(line, run)
        again = await line.tell(tuple(run.records), events_told(run)[-1])
    kept = (await portal_process.shows())["dossiers"]["H49.1.2-260302-0011"]

    assert kept["codes"][-3:] == [8, 4, 7]
    assert again == digests[-1]


async def test_what_is_said_of_a_dossier_that_the_portal_has_not_is_rejected_for_good(portal_process: Portal) -> None:
    run = copied("H49.1.2-260302-0012")
    async with line_to(portal_process) as line:
        with pytest.raises(MessageRejected) as rejected:
            await line.tell(tuple(run.records), events_told(run)[2])
        with pytest.raises(MessageRejected):
            await line.tell(tuple(run.records), events_told(run)[1])

    assert rejected.value.is_final


async def test_the_digest_says_nothing_of_the_applicant(portal_process: Portal) -> None:
    """Twelve digits behind a hash are found in minutes."""

    class Other(Register):
        async def of(self, filed, officers):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
            found = await super().of(filed, officers)
            return found.model_copy(update={"person": found.person.model_copy(update={"identity_number": "0" * 12})})

    first, second = copied("H49.1.2-260302-0013"), copied("H49.1.2-260302-0013")
    async with line_to(portal_process) as line:
        digests = await tell_all(line, first)
        await portal_process.lose("H49.1.2-260302-0013", keep=0)
        line._sources = Other()
        assert await tell_all(line, second) == digests


async def test_nobody_signs_in_with_other_words(portal_process: Portal, tmp_path: Path) -> None:
    stranger = Portal(tmp_path, 1)
    stranger.terms = portal_process.terms
    stranger.secrets_file.write_text(json.dumps({CODE: {**WORDS, "password": "khác"}}), encoding="utf-8")
    run = copied("H49.1.2-260302-0014")
    async with line_to(stranger) as line:
        with pytest.raises(SessionLost):
            await line.tell(tuple(run.records), events_told(run)[0])
        # The words are asked at every signing in.
        stranger.secrets_file.write_text(json.dumps({CODE: WORDS}), encoding="utf-8")
        assert await line.tell(tuple(run.records), events_told(run)[0])


async def test_a_line_without_words_to_sign_in_says_nothing(portal_process: Portal, tmp_path: Path) -> None:
    stranger = Portal(tmp_path, 1)
    stranger.terms = portal_process.terms
    stranger.secrets_file.write_text("{}", encoding="utf-8")
    run = copied("H49.1.2-260302-0015")
    async with line_to(stranger) as line:
        with pytest.raises(LineUnknown):
            await line.tell(tuple(run.records), events_told(run)[0])


async def test_a_session_that_ended_is_renewed_once_and_no_call_is_lost(portal_process: Portal) -> None:
    run = copied("H49.1.2-260302-0016")
    async with line_to(portal_process) as line:
        first, *rest = events_told(run)
        await line.tell(tuple(run.records), first)
        before = (await portal_process.shows())["signed_in"]
        # After the kill it knows no session: one signing in serves all the rest.
        await portal_process.kill()
        await portal_process.start()
        for event in rest:
            await line.tell(tuple(run.records), event)
        shown = await portal_process.shows()

    assert before >= 1
    assert shown["signed_in"] == 1
    assert shown["dossiers"]["H49.1.2-260302-0016"]["codes"] == [1, 2, 4, 9, 10]


async def test_a_session_that_ends_at_once_is_not_renewed_for_ever(portal_process: Portal) -> None:
    run = copied("H49.1.2-260302-0017")
    async with line_to(portal_process) as line, failing(portal_process, expired=1):
        with pytest.raises(SessionLost):
            await line.tell(tuple(run.records), events_told(run)[0])
        before = (await portal_process.shows())["signed_in"]
        with pytest.raises(SessionLost):
            await line.tell(tuple(run.records), events_told(run)[0])

        assert (await portal_process.shows())["signed_in"] == before + 1


@pytest.mark.parametrize(
    ("number", "fault", "failure", "done"),
    [
        ("H49.1.2-260302-0018", "broken", PartnerRefuses, False),
        ("H49.1.2-260302-0019", "busy", PartnerBusy, False),
        ("H49.1.2-260302-0020", "dropped", PartnerUnreachable, True),
        ("H49.1.2-260302-0021", "slow", PartnerUnreachable, None),
    ],
)
async def test_a_portal_that_fails_is_told_again_and_has_it_once(
    portal_process: Portal, number: str, fault: str, failure: type[Exception], *, done: bool | None
) -> None:
    """A slow one may have it or not: whoever does not wait for the answer does not know."""
    run = copied(number)
    first = events_told(run)[0]
    async with line_to(portal_process) as line:
        async with failing(portal_process, **{fault: 1}):
            with pytest.raises(failure):
                await line.tell(tuple(run.records), first)
            before = (await portal_process.shows())["dossiers"]
        await line.tell(tuple(run.records), first)
        after = (await portal_process.shows())["dossiers"]

    assert done in (None, number in before)
    assert after[number]["codes"] == [1]


@asynccontextmanager
async def failing(system: Portal, **faults: float) -> AsyncIterator[None]:
    await system.fail(**faults)
    try:
        yield
    finally:
        await system.fail()
