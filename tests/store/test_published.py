"""What is published never changes; who may call is known by a hash; what Temporal forgets is kept."""

import hashlib
from datetime import date
from uuid import uuid4

import pytest

from agencies.calendars import load_calendar
from dossiers.calendar import WorkCalendar
from dossiers.procedure import Role
from dossiers.seats import CallerKind
from dossiers.values import AgencyCode, OfficerId, ProcedureCode, UnitCode
from procedures.catalogue import in_force, shipped, shipped_rule_sets
from store.alarms import list_alarms, list_open_alarms, raise_alarm, settle_alarms
from store.calendars import CalendarSource, newest_calendar, publish_calendar, read_calendar, read_lineage
from store.callers import Caller, add_caller, find_caller, list_callers, revoke_caller
from store.catalogue import (
    list_procedure_versions,
    list_procedures,
    list_procedures_on,
    publish_procedure,
    publish_rule_set,
    read_procedure,
    read_rule_set,
)
from store.database import Database
from store.errors import AlreadyPublished
from store.histories import HistoryPlace, keep_history, list_due_histories, mark_history, read_histories
from tests.support.builders import COPY, procedure
from tests.support.records import StoredDossier

LAN = Caller(
    id=OfficerId("lan"),
    kind=CallerKind.OFFICER,
    label="Cán bộ một cửa",
    agency=AgencyCode("H49"),
    unit=UnitCode("H49.1"),
    roles=(Role.COUNTER, Role.OFFICER),
)


WRITTEN = CalendarSource(version="vn-2026.2", extends=None, source="{}")


def hashed(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


async def test_everything_shipped_is_published_and_read_back(store: Database) -> None:
    calendar = load_calendar("vn-2026.2")
    async with store.transaction() as tx:
        new = [await publish_procedure(tx, one) for one in shipped()]
        again = [await publish_procedure(tx, one) for one in shipped()]
        for rules in shipped_rule_sets():
            await publish_rule_set(tx, rules)
        await publish_calendar(tx, calendar, WRITTEN)
        procedures = await list_procedures(tx)
        in_2022 = await list_procedures_on(tx, date(2022, 3, 1))
        every = [(one.code, one.version) for one in await list_procedure_versions(tx)]
        rule_sets = [await read_rule_set(tx, one.code) for one in shipped_rule_sets()]
        read = await read_calendar(tx, calendar.version)
        nothing = await read_procedure(tx, ProcedureCode("no such"))

    assert (set(new), set(again)) == ({True}, {False})
    newest = {one.code: one for one in sorted(shipped(), key=lambda one: one.version)}
    assert {one.code: one for one in procedures} == newest
    assert {one.code: one for one in in_2022} == in_force(shipped(), date(2022, 3, 1))
    assert every == sorted((one.code, one.version) for one in shipped())
    assert rule_sets == list(shipped_rule_sets())
    assert read == calendar
    assert nothing is None


async def test_a_published_version_takes_no_other_content(store: Database) -> None:
    first = procedure(COPY)
    rules = shipped_rule_sets()[0]
    calendar = load_calendar("vn-2026.2")
    other = WorkCalendar.model_validate({**calendar.model_dump(), "exceptions": ()})
    async with store.transaction() as tx:
        await publish_procedure(tx, first)
        await publish_rule_set(tx, rules)
        await publish_calendar(tx, calendar, WRITTEN)
        with pytest.raises(AlreadyPublished):
            await publish_procedure(tx, first.model_copy(update={"title": "Khác"}))
        with pytest.raises(AlreadyPublished):
            await publish_rule_set(tx, rules.model_copy(update={"title": "Khác"}))
        with pytest.raises(AlreadyPublished):
            await publish_calendar(tx, other, WRITTEN)
        kept = await read_procedure(tx, first.code, first.version)

    assert kept == first


async def test_a_calendar_is_read_with_all_that_it_amends_and_is_amended_once(store: Database) -> None:
    calendar = load_calendar("vn-2026.2")
    named = [calendar.model_copy(update={"version": name}) for name in ("a", "b", "c")]
    async with store.transaction() as tx:
        for one, extends in zip(named[:2], (None, "a"), strict=True):
            await publish_calendar(tx, one, CalendarSource(version=one.version, extends=extends, source="{}"))
        lineage = await read_lineage(tx, "b")
        newest = await newest_calendar(tx)
        with pytest.raises(AlreadyPublished):
            await publish_calendar(tx, named[2], CalendarSource(version="c", extends="a", source="{}"))

    assert [one.version for one in lineage] == ["a", "b"]
    assert newest == "b"


async def test_the_newest_version_is_read_unless_one_is_named(store: Database) -> None:
    first = procedure(COPY)
    second = first.model_copy(update={"version": first.version + 1, "title": "Bản mới"})
    async with store.transaction() as tx:
        for one in (second, first):
            await publish_procedure(tx, one)
        newest = await read_procedure(tx, first.code)
        named = await read_procedure(tx, first.code, first.version)
        listed = await list_procedures(tx)

    assert newest == second
    assert named == first
    assert listed == (second,)


async def test_a_caller_is_found_by_the_hash_of_the_key_until_it_is_revoked(store: Database) -> None:
    async with store.transaction() as tx:
        await add_caller(tx, LAN, key_hash=hashed("old"), key_prefix="lt_old")
        found = await find_caller(tx, hashed("old"))
        await add_caller(tx, LAN, key_hash=hashed("new"), key_prefix="lt_new")
        with_old_key = await find_caller(tx, hashed("old"))
        with_new_key = await find_caller(tx, hashed("new"))
        is_revoked = await revoke_caller(tx, LAN.id)
        is_revoked_again = await revoke_caller(tx, LAN.id)
        after = await find_caller(tx, hashed("new"))
        (listed,) = await list_callers(tx)

    assert found == with_new_key == LAN
    assert with_old_key is None
    assert (is_revoked, is_revoked_again) == (True, False)
    assert after is None
    assert listed.key_prefix == "lt_new"
    assert listed.revoked_at is not None


async def test_the_same_alarm_is_counted_and_open_again_after_it_was_settled(store: Database) -> None:
    dossier = uuid4()
    async with store.transaction() as tx:
        await raise_alarm(tx, "journal-conflict", dossier, {"sequence": "3"})
        await raise_alarm(tx, "journal-conflict", dossier, {"sequence": "3"})
        await raise_alarm(tx, "journal-conflict", None, {"sequence": "3"})
        await raise_alarm(tx, "journal-conflict", None, {"sequence": "3"})
        alarms = await list_alarms(tx)
        settled = await settle_alarms(tx, dossier, ["journal-conflict"])
        left = await list_open_alarms(tx)
    async with store.transaction() as tx:
        await raise_alarm(tx, "journal-conflict", dossier, {"sequence": "3"})
        (again,) = [one for one in await list_open_alarms(tx) if one.dossier == dossier]

    assert [(alarm.dossier, alarm.times) for alarm in alarms] == [(None, 2), (dossier, 2)]
    assert settled == 1
    assert [alarm.dossier for alarm in left] == [None]
    assert again.times == 3


async def test_a_history_is_kept_once_and_no_longer_looked_for(store: Database) -> None:
    dossier = await StoredDossier.filed(store, uuid4())
    async with store.transaction() as tx:
        while_open = await list_due_histories(tx, limit=10)
    await dossier.finish()

    async with store.transaction() as tx:
        due = await list_due_histories(tx, limit=10)
        await keep_history(tx, dossier.id, "run-1", {"events": [1]})
        await keep_history(tx, dossier.id, "run-1", {"events": [2]})
        await mark_history(tx, dossier.id, HistoryPlace.KEPT)
        (kept,) = await read_histories(tx, dossier.id)
        due_after = await list_due_histories(tx, limit=10)

    assert while_open == ()
    assert due == (dossier.id,)
    assert kept.history == {"events": [1]}
    assert due_after == ()
