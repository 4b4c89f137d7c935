"""`supervision refused|violations|unsent` as people and programs run them, with rows that acts and time have left."""

import json
import time
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from commands.outcomes import Done
from dossiers import commands as c
from dossiers.fast_clock import FastClock
from dossiers.instants import VIETNAM, parse_instant
from dossiers.stops import StopReason
from tests.cli.conftest import Lienthong
from tests.cli.operation.running import in_office
from tests.commands.office import HEAD, Office
from tests.support.builders import CALENDAR, text

PATIENCE = 60


@pytest.fixture(scope="module")
def dossier(stack: Lienthong) -> UUID:
    """Promised twice anew, the second time on paper; then suspended in the afternoon, and nobody told the applicant."""
    return in_office(stack, mistreated)


async def mistreated(office: Office) -> UUID:
    origin = parse_instant("2026-03-02T15:00")
    year = CALENDAR.between(date(2026, 1, 1), date(2027, 12, 31))
    clock = FastClock(origin_wall=datetime.now(VIETNAM), origin=origin, factor=1_800, calendar=year)
    filed = await office.gate.file(office.filing().model_copy(update={"clock": clock}))
    assert isinstance(filed, Done), filed
    await office.go_on(filed.dossier, 1)
    once, twice = (c.Reappoint(appointment_at=parse_instant(f"2026-04-{day}T17:00"), reason=text()) for day in (28, 29))
    assert isinstance(await office.act(filed.dossier, once, HEAD), Done)
    assert not isinstance(await office.act(filed.dossier, twice, HEAD), Done)
    paper = {"entered_for": clock.dossier_time(datetime.now(VIETNAM)), "evidence": text("công văn")}
    on_paper = office.submission(filed.dossier, twice, HEAD).model_copy(update=paper)
    assert isinstance(await office.gate.submit(on_paper), Done)
    stop = c.SuspendDossier(ground=StopReason.SUSPENSION, evidence=text("quyết định"))
    assert isinstance(await office.act(filed.dossier, stop, HEAD), Done)
    return filed.dossier


def told(stack: Lienthong, *arguments: str) -> list[dict[str, Any]]:
    ended = stack("supervision", *arguments, "--json")
    assert ended.returncode == 0, ended.stderr
    rows: list[dict[str, Any]] = json.loads(ended.stdout)
    return rows


def of(dossier: UUID, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["dossier"] == str(dossier)]


def test_an_act_that_was_refused_is_listed_by_its_code_and_agency(stack: Lienthong, dossier: UUID) -> None:
    [row] = of(dossier, told(stack, "refused", "--code", "appointment-spent"))
    people = stack("supervision", "refused", "--code", "appointment-spent").stdout

    assert (row["kind"], row["actor"]) == ("reappoint", HEAD.id)
    assert row["number"] in people
    assert of(dossier, told(stack, "refused", "ha-long-centre"))
    assert told(stack, "refused", "nowhere") == []
    assert "Không có." in stack("supervision", "refused", "nowhere").stdout


def test_a_violation_entered_from_paper_is_listed(stack: Lienthong, dossier: UUID) -> None:
    [row] = of(dossier, told(stack, "violations"))
    people = stack("supervision", "violations").stdout

    assert (row["rule"], row["actor"]) == ("second-reappointment", HEAD.id)
    assert "hẹn lại lần thứ hai" in people
    assert told(stack, "violations", "nowhere") == []


def test_a_stop_of_which_the_applicant_was_not_told_that_day_is_listed(stack: Lienthong, dossier: UUID) -> None:
    """The day of the dossier closes while this waits."""
    patience = time.monotonic() + PATIENCE
    while not (rows := of(dossier, told(stack, "unsent"))):
        assert time.monotonic() < patience
        time.sleep(0.2)
    people = stack("supervision", "unsent").stdout

    [row] = rows
    assert (row["agency"], row["due_at"]) == ("ha-long-centre", "2026-03-02T17:00:00+07:00")
    assert "17:00:00 02/03/2026" in people
    assert told(stack, "unsent", "nowhere") == []
