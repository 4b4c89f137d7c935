"""A filing gets its number, its register row and its applicant at once, and personal data goes nowhere else."""

import asyncio
import re
from datetime import UTC, date, datetime
from uuid import uuid4

import asyncpg
import pytest

from dossiers.fast_clock import FastClock
from dossiers.state import DossierStatus
from dossiers.values import UnitCode
from store.database import Database as Store
from store.errors import IdempotencyMismatch
from store.filing import Applicant, admit_filing, read_applicant
from store.inbox import Admission, CommandState
from store.register import read_clock, read_dossier, read_participation
from store.texts import sealed
from tests.support.builders import CALENDAR, CITIZEN, COPY, Run
from tests.support.postgres import Database
from tests.support.records import APPLICANT, StoredDossier, filing_request


def a_run() -> Run:
    return Run(COPY, "2026-03-02T08:00")


async def file(store: Store, key: str = "filing", **changes: object) -> Admission:
    async with store.transaction() as tx:
        return await admit_filing(tx, filing_request(a_run(), uuid4(), key=key, **changes))


async def test_a_filing_opens_the_register_and_waits_in_the_inbox(store: Store) -> None:
    dossier = uuid4()

    async with store.transaction() as tx:
        admission = await admit_filing(tx, filing_request(a_run(), dossier))
        row = await read_dossier(tx, dossier)
        people = await read_participation(tx, dossier)
        applicant = await read_applicant(tx, dossier)

    assert admission.is_new
    assert admission.sends
    assert admission.row.state is CommandState.PENDING
    assert row is not None
    assert row.status is DossierStatus.NEW
    assert admission.row.body["number"] == row.number
    assert row.opened_at == admission.row.accepted_at
    assert people is not None
    assert people.filed_by == CITIZEN.id
    assert set(people.agencies) == {row.counter_agency, row.lead_agency}
    assert applicant == APPLICANT


async def test_a_number_says_who_received_and_on_which_local_day(store: Store) -> None:
    admission = await file(store)
    day = admission.row.accepted_at.strftime("%y%m%d")

    assert admission.row.body["number"] == f"H49.12.05-{day}-0001"


async def test_the_same_filing_again_is_the_same_dossier(store: Store) -> None:
    dossier = uuid4()
    request = filing_request(a_run(), dossier)

    async def again() -> Admission:
        async with store.transaction() as tx:
            return await admit_filing(tx, request)

    admissions = await asyncio.gather(*(again() for _ in range(20)))

    assert sum(admission.is_new for admission in admissions) == 1
    assert len({admission.row.body["number"] for admission in admissions}) == 1


async def test_the_same_key_with_another_filing_is_refused(store: Store) -> None:
    request = filing_request(a_run(), uuid4())
    async with store.transaction() as tx:
        await admit_filing(tx, request)

    with pytest.raises(IdempotencyMismatch):
        async with store.transaction() as tx:
            await admit_filing(tx, request.model_copy(update={"body_hash": "another"}))


async def test_forty_filings_at_once_get_forty_numbers_in_one_series(store: Store) -> None:
    admissions = await asyncio.gather(*(file(store) for _ in range(40)))
    by_day: dict[str, list[int]] = {}
    for admission in admissions:
        _, day, serial = admission.row.body["number"].rsplit("-", 2)
        by_day.setdefault(day, []).append(int(serial))

    # A test that runs over midnight counts in two series.
    for serials in by_day.values():
        assert sorted(serials) == list(range(1, len(serials) + 1))


async def test_every_identifier_has_a_series_of_its_own_whichever_unit_takes_from_it(store: Store) -> None:
    """Two units of one agency write the same identifier into a number, so they count together."""
    here = a_run().seat(a_run().rules.procedure.counter.name)
    there = here.model_copy(update={"unit": UnitCode("elsewhere")})
    pattern = "{identifier}-{yymmdd}-U{serial:02d}"

    first = await file(store, counter=here)
    beside = await file(store, counter=there)
    elsewhere = await file(store, counter=there, identifier="H49.12.06", number_pattern=pattern)

    assert first.row.body["number"].endswith("-0001")
    assert beside.row.body["number"].endswith("-0002")
    assert elsewhere.row.body["number"].endswith("-U01")


async def test_a_fast_clock_gives_the_number_its_own_day_and_keeps_parts_of_a_second(store: Store) -> None:
    origin = datetime.fromisoformat("2026-03-02T07:30:00+07:00")
    clock = FastClock(origin_wall=datetime.now(UTC), origin=origin, factor=3600, calendar=CALENDAR)
    dossier = uuid4()

    async with store.transaction() as tx:
        admission = await admit_filing(tx, filing_request(a_run(), dossier, clock=clock))
        kept = await read_clock(tx, dossier)

    assert kept == clock
    assert admission.row.body["number"].startswith(f"H49.12.05-{date(2026, 3, 2):%y%m%d}-")
    assert admission.row.accepted_at.microsecond != 0


async def test_an_applicants_name_is_kept_composed_and_found_without_diacritics(
    store: Store, pool: asyncpg.Pool
) -> None:
    decomposed = Applicant(full_name="Đa\u0300o Thi\u0323 Hoa\u0300")
    await file(store, applicant=decomposed)

    kept = await pool.fetchrow(
        "SELECT full_name, folded(full_name), words @@ words_query('đao hòa', 'A'), words @@ words_query('đao', 'BC') "
        "FROM applicant"
    )

    assert kept is not None
    assert tuple(kept) == ("Đào Thị Hoà", "dao thi hoa", True, False)


def test_an_applicant_says_nothing_when_logged() -> None:
    request = filing_request(a_run(), uuid4())

    assert "Hoà" not in f"{APPLICANT!r} {APPLICANT} {request!r} {request}"


async def test_personal_data_is_in_the_applicants_row_and_the_free_texts_alone(
    store: Store, database: Database
) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    text = sealed(uuid4(), "Bà Nguyễn Thị Hoà, căn cước 022190001234, đã nộp thiếu", b"sixteen bytes...")
    task = dossier.run.state.live_tasks()[0]
    command = dossier.run.usual(task)
    await dossier.record(dossier.apply(await dossier.admit(dossier.request(command, texts=(text,)))))
    await dossier.finish()

    connection = await asyncpg.connect(database.owner_url)
    try:
        tables = await connection.fetch(
            "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = $1::regnamespace", "public"
        )
        personal = {
            name
            for (name,) in tables
            for (row,) in await connection.fetch(f'SELECT t::text FROM "{name}" t')  # noqa: S608 - names from the catalogue
            if re.search("Hoà|022190001234|0912345678", row)
        }
    finally:
        await connection.close()

    assert personal == {"applicant", "free_text"}
